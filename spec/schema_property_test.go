package spec

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// everyField calls f with each key of the file format, those of sections within sections included, once for each type of section.
func everyField(s *section, seen map[*section]bool, f func(path string, field *field), path string) {
	if seen[s] {
		return
	}
	seen[s] = true
	for i := range s.fields {
		field := &s.fields[i]
		f(path+field.key, field)
		switch inner := field.shape.(type) {
		case *section:
			everyField(inner, seen, f, path+field.key+".")
		case optionalSection:
			everyField(inner.section, seen, f, path+field.key+".")
		case sectionList:
			everyField(inner.entry, seen, f, path+field.key+".")
		}
	}
}

// spelt is a symbol of a unit in one of the ways in which people write it, right or wrong.
func spelt(r *rand.Rand, symbol string) string {
	for _, s := range [][]string{{"u", "u", "µ", "μ"}, {"\u00c5", "\u00c5", "\u212b", "A\u030a"}, {" ", " ", "*", "·", "⋅", " * ", " · ", "· ", " *", "  ", ""},
		{"2", "2", "^2", "²", "**2", "^ 2"}, {"/", "/", " / ", "/ ", " /", "  /  ", "   /"}} {
		if r.IntN(2) == 0 {
			symbol = strings.ReplaceAll(symbol, s[0], s[1+r.IntN(len(s)-1)])
		}
	}
	if strings.HasPrefix(symbol, "/") && r.IntN(3) == 0 {
		symbol = "1" + symbol
	}
	return symbol
}

// anyQuantity is a number with a unit of a dimension, or a range of it, in some form.
func anyQuantity(r *rand.Rand, dim *dimension) string {
	one := func(list ...string) string { return list[r.IntN(len(list))] }
	blank := func() string { return strings.Repeat(" ", r.IntN(3)) }
	number := func() string {
		return one("", "", "", "+", "-") + one("0", "1", "16", "0.075", ".5", "007", "2.50", "0.0") + one("", "", "", "e1", "E-2", "e+1", "e0")
	}
	of := func() string {
		list := dim.units
		if r.IntN(2) == 0 {
			list = dim.write
		}
		return one("", " ", " ", "  ", "\t", "\u00a0", "\u202f", "\u2009") + spelt(r, list[r.IntN(len(list))].Symbol)
	}
	switch r.IntN(8) {
	case 0:
		return number() + one("", " ")
	case 1, 2:
		return number() + one("", of()) + blank() + ".." + blank() + number() + one("", of())
	case 3:
		return number() + one("", of()) + blank() + ".." + blank() + one("", of())
	case 4:
		return number() + ".." + number() + of() + blank() + "at " + blank() + number() + of()
	case 5:
		return number() + of() + one("", " ")
	}
	return number() + of()
}

// compiled is part of a schema, compiled once.
func compiled(t *testing.T, part object, known map[string]*jsonschema.Schema) *jsonschema.Schema {
	t.Helper()
	var text bytes.Buffer
	if err := encode(&text, part); err != nil {
		t.Fatal(err)
	}
	if s := known[text.String()]; s != nil {
		return s
	}
	key := text.String()
	doc, err := jsonschema.UnmarshalJSON(&text)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("key.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("key.json")
	if err != nil {
		t.Fatal(err)
	}
	known[key] = s
	return s
}

// Whatever quantity the reader takes at a key, the schema takes there.
func TestSchemaTakesWhatTheReaderTakes(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	fields, taken, known := 0, 0, map[string]*jsonschema.Schema{}
	everyField(root, map[*section]bool{}, func(path string, f *field) {
		if f.dim == nil {
			return
		}
		if _, inner := f.shape.(sectionList); inner {
			return
		}
		fields++
		s := compiled(t, f.shape.schema(f), known)
		failed := 0
		for range 60 {
			n := &node{at: span{src: &source{name: "f", first: 1, lines: []string{""}}, line: 1, column: 1}, kind: scalar, text: anyQuantity(r, f.dim), quoted: r.IntN(4) == 0}
			if !n.quoted {
				n.text = strings.TrimSpace(n.text)
			}
			if _, ok := f.shape.read(&decoder{}, n, f); !ok {
				continue
			}
			taken++
			value := asJSON(n)
			if number, is := value.(json.Number); is && strings.HasPrefix(string(number), ".") {
				value = json.Number("0" + string(number))
			}
			if err := s.Validate(value); err != nil {
				if failed++; failed < 4 {
					t.Errorf("%s: the reader takes %q (quoted %v), and the schema does not: %v", path, n.text, n.quoted, err)
				}
			}
		}
	}, "")
	if fields < 40 || taken < 2000 {
		t.Errorf("%d quantities taken at %d keys", taken, fields)
	}
	t.Logf("%d quantities taken at %d keys", taken, fields)
}

// A number without its unit is told how to write it, at every key.
func TestNumbersWithoutTheirUnit(t *testing.T) {
	for i := range dimensions {
		dim := &dimensions[i]
		for _, text := range []string{"2", "0.002", "-3e5"} {
			if _, err := measure(text, dim); (err == nil) != dim.bare() || err != nil && !strings.Contains(err.Help, "`"+text[:1]) {
				t.Errorf("%s as %s: %+v", text, dim.noun, err)
			}
		}
	}
}
