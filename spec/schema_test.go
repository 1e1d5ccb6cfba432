package spec

import (
	"bytes"
	"encoding/json"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func TestSchemaIsUpToDate(t *testing.T) { golden(t, "spec.schema.json", Schema()) }

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("spec.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("spec.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// instance reads YAML as editors do: into JSON values.
func instance(t *testing.T, text string) any {
	t.Helper()
	tree, errs := parseYAML(&source{name: "f", first: 1, lines: strings.Split(text, "\n")}, text, 0)
	if errs != nil {
		t.Fatal(errs)
	}
	return asJSON(tree)
}

func asJSON(n *node) any {
	switch n.kind {
	case mapping:
		out := map[string]any{}
		for _, e := range n.keys {
			out[e.key] = asJSON(e.value)
		}
		return out
	case list:
		out := []any{}
		for _, item := range n.items {
			out = append(out, asJSON(item))
		}
		return out
	case null:
		return nil
	}
	if _, rest, ok := readDecimal(n.text); ok && rest == "" && !n.quoted {
		return json.Number(strings.TrimPrefix(n.text, "+"))
	}
	if n.text == "true" && !n.quoted {
		return true
	}
	return n.text
}

func TestSchemaAccepts(t *testing.T) {
	s := compileSchema(t)
	for _, name := range goodFiles {
		f := parseGood(t, name)
		for _, text := range []string{string(f.Text), string(f.Resolved())} {
			if err := s.Validate(instance(t, text)); err != nil {
				t.Errorf("%s: %v\n%s", name, err, text)
			}
		}
	}
	r := rand.New(rand.NewSource(2))
	for range 50 {
		text := string((&File{Spec: randomSpec(r)}).Resolved())
		if err := s.Validate(instance(t, text)); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	}
}

// beyondSchema are the errors of testdata that a JSON Schema cannot see.
var beyondSchema = map[string]bool{
	"bonds-both": true, "bonds-each-start": true, "bonds-neither": true, "direction-zero": true,
	"number-overflow": true, "range-force-point": true, "range-order": true, "range-three-dots": true, "range-zero": true,
	"start-other": true, "start-zero": true, "text-lines": true, "empty-data": true, "missing-by-kind": true,
	"share-above": true, "duplicate-key": true, "range-of-numbers-backwards": true, "range-of-numbers-many": true,
}

func TestSchemaRejects(t *testing.T) {
	s := compileSchema(t)
	files, err := filepath.Glob("testdata/errors/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rejected := 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tree, errs := parseYAML(&source{name: "f", first: 1, lines: []string{""}}, string(text), 0)
		if errs != nil || strings.HasPrefix(name, "override") || beyondSchema[name] {
			continue
		}
		if err := s.Validate(asJSON(tree)); err == nil {
			t.Errorf("the schema accepts %s", file)
		}
		rejected++
	}
	if rejected < 60 {
		t.Errorf("only %d files were checked", rejected)
	}
}

func TestReferenceIsUpToDate(t *testing.T) {
	golden(t, "testdata/reference.md", Reference())
	for _, tt := range []struct{ path, want string }{
		{"learn.rate", "learn.rate: step size"},
		{"learn.rate", "a number larger than zero"},
		{"task.outputs[2].node", "required"},
		{"task.outputs.unit", "only     with `column`"},
		{"learn.batch", "default  `all`"},
		{"material", "keys     `young`, `thickness` and `shear`"},
	} {
		got, ok := Describe(tt.path)
		if !ok || !strings.Contains(got, tt.want) {
			t.Errorf("Describe(%q) = %q, %v, want %q in it", tt.path, got, ok, tt.want)
		}
	}
	for _, path := range []string{"", "learn.rte", "learn.rate.x", "nothing"} {
		if got, ok := Describe(path); ok {
			t.Errorf("Describe(%q) = %q", path, got)
		}
	}
}
