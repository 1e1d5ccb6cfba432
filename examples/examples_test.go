package examples_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task/data"
)

func all(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"*.yaml", "li-mao-2024/*.yaml"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	return files
}

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(spec.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("spec.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("spec.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Every example satisfies the JSON Schema that editors use, builds, and learns:
// after its first epochs the loss is lower than before.
func TestExamples(t *testing.T) {
	s := schema(t)
	for _, name := range all(t) {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var document any
			if err := yaml.Unmarshal(text, &document); err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(document); err != nil {
				t.Errorf("schema: %v", err)
			}
			epochs := "learn.epochs=20"
			if name == "large-lattice.yaml" {
				if epochs = "learn.epochs=3"; testing.Short() {
					t.Skip("it takes seconds")
				}
			}
			file, err := spec.Parse(name, text, epochs)
			if err != nil {
				t.Fatal(err)
			}
			if set, ok := data.IsKnown(file.Spec.Task.Data); ok {
				t.Skipf("left out: its data set %s is not built in", set.Name)
			}
			x, err := experiment.Build(file, os.ReadFile, experiment.Options{})
			if err != nil {
				t.Fatal(err)
			}
			trainer, err := x.NewTrainer()
			if err != nil {
				t.Fatal(err)
			}
			before, err := trainer.Score()
			if err != nil {
				t.Fatal(err)
			}
			after, err := trainer.Run(nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, untaught := x.Rule.(learn.Untaught); !untaught && !(after.Train.Loss < before.Train.Loss) {
				t.Errorf("loss %g at the end, %g before", after.Train.Loss, before.Train.Loss)
			}
		})
	}
}

// unseen.csv has rows that examples/iris.yaml does not train on.
func TestUnseenIsUnseen(t *testing.T) {
	text, ok := examples.Text("iris")
	unseen, found := examples.Content("unseen.csv")
	if !ok || !found {
		t.Fatal("there is no iris, or no unseen.csv")
	}
	file, err := spec.Parse("iris.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	x, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	seen := func(name string, text []byte) (in, all int) {
		table, err := data.ReadCSV(bytes.NewReader(text), name, data.CSVOptions{})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := table.Select(x.Encoding.Features)
		if err != nil {
			t.Fatal(err)
		}
		f := make([]float64, len(x.In))
		for i := range rows.Rows() {
			x.Forces(rows.Row(i), f)
			for s := range x.Train.N {
				if slices.Equal(x.Train.Force(s), f) {
					in++
					break
				}
			}
		}
		return in, rows.Rows()
	}
	if in, all := seen("unseen.csv", unseen); in != 0 || all != 30 {
		t.Errorf("%d of %d rows of unseen.csv are in the training part of iris.yaml", in, all)
	}
	flowers, _ := examples.Content("flowers.csv")
	if in, all := seen("flowers.csv", flowers); in != 23 || all != 30 { // so that this test can fail
		t.Errorf("%d of %d rows of flowers.csv are in the training part of iris.yaml", in, all)
	}
}

// Names, summaries and files belong together.
func TestCatalogue(t *testing.T) {
	listed := map[string]bool{}
	for _, name := range examples.Names() {
		listed[name+".yaml"] = true
		if text, ok := examples.Text(name); !ok || !bytes.HasPrefix(text, []byte("# ")) {
			t.Errorf("%s does not begin with a comment", name)
		}
		if examples.Summary(name) == "" {
			t.Errorf("%s has no summary", name)
		}
	}
	for _, file := range all(t) {
		if !strings.Contains(file, "/") && !listed[file] {
			t.Errorf("%s is not listed", file)
		}
	}
	for _, f := range examples.Files() {
		if text, ok := examples.Content(f.Name); !ok || len(text) < 40 || f.Summary == "" {
			t.Errorf("the file %s has %d bytes", f.Name, len(text))
		}
	}
	if _, ok := examples.Content("nothing.csv"); ok {
		t.Error("there is a file called nothing.csv")
	}
	if _, ok := examples.Text("nothing"); ok {
		t.Error("there is an example called nothing")
	}
	for _, name := range []string{"iris", "regression", "behaviour-left"} {
		if len(examples.Paper(name)) == 0 {
			t.Errorf("no paper example %s", name)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a missing paper example does not panic")
		}
	}()
	examples.Paper("nothing")
}
