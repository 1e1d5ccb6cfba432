package experiment

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task/data"
)

// Experiments that are built one after another with one stock are those that are built without: their networks, samples, gradients and memory, what they note and refuse; also
// where a file changes its text between two of them.
func TestStock(t *testing.T) {
	stock, flowers := new(Stock), ""
	files := func(name string) ([]byte, error) {
		text, err := os.ReadFile(filepath.Join("../examples", name))
		if name == "flowers.csv" && flowers != "" {
			return []byte(flowers), nil
		}
		return text, err
	}
	read := 0 // files that the stock did not hide from who reads them
	counted := func(name string) ([]byte, error) { read++; return files(name) }
	try := func(name string, options Options, overrides ...string) *Experiment {
		t.Helper()
		what := name + " " + strings.Join(overrides, " ") + " " + options.Solver
		text, err := os.ReadFile(filepath.Join("../examples", name))
		if err != nil {
			t.Fatal(err)
		}
		file, err := spec.Parse(name, text, overrides...)
		if err != nil {
			t.Fatal(err)
		}
		options.Threads = 1
		without, wrong := Build(file, files, options)
		options.Stock = stock
		with, err := Build(file, counted, options)
		if (err == nil) != (wrong == nil) || err != nil && err.Error() != wrong.Error() {
			t.Errorf("%s: error %v, not %v", what, err, wrong)
		}
		if err != nil || wrong != nil {
			return nil
		}
		for _, part := range []struct {
			what      string
			got, want any
		}{{"network", with.Network, without.Network}, {"training", with.Train, without.Train}, {"test", with.Test, without.Test}, {"start", with.Design.Start, without.Design.Start},
			{"notes", with.Notes, without.Notes}, {"memory", with.Memory, without.Memory}, {"why", with.Why, without.Why}, {"inputs", with.Inputs, without.Inputs}} {
			same(t, what+": "+part.what, part.got, part.want, cmpopts.EquateNaNs())
		}
		if without.Eq != nil {
			var g [2][]float64
			for i, x := range []*Experiment{with, without} {
				g[i] = make([]float64, x.Design.Dim())
				if _, err := x.NewProblem().Eval(x.StartPoint(), g[i]); err != nil {
					t.Fatal(what, err)
				}
			}
			same(t, what+": gradient", g[0], g[1])
			same(t, what+": solver", with.Eq.Solver.Describe(), without.Eq.Solver.Describe())
		}
		return with
	}
	first := try("iris.yaml", Options{})
	if again := try("iris.yaml", Options{}, "seed=2"); again.Eq.C != first.Eq.C || &again.Table.X[0] != &first.Table.X[0] {
		t.Error("nothing is taken from the stock")
	}
	try("iris.yaml", Options{}, "network.cut=[3]")
	try("iris.yaml", Options{}, "network.cut=[3,4,5,6,7,8]") // a mechanism
	try("iris.yaml", Options{}, "bonds.width=1..3 mm", "task.split=50 %")
	a, b := try("iris.yaml", Options{Solver: "sparse"}), try("iris.yaml", Options{Solver: "sparse"}, "seed=5")
	if a.Eq.Solver.(*mechanics.Sparse).Symbolic() != b.Eq.Solver.(*mechanics.Sparse).Symbolic() {
		t.Error("the order of elimination is found anew")
	}
	for range 2 {
		try("flowers.yaml", Options{})
	}
	if read != 2 {
		t.Errorf("the file is read %d times, and whoever records files is to see it for each experiment", read)
	}
	text, err := os.ReadFile("../examples/flowers.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	flowers = strings.Join(lines[:len(lines)-9], "")
	try("flowers.yaml", Options{})
	flowers = strings.Replace(string(text), ".", ",", 5)
	try("flowers.yaml", Options{})
	flowers = ""
	try("flowers.yaml", Options{}, "task.test=unseen.csv")
	try("flowers.yaml", Options{})
	for _, name := range []string{"wine.yaml", "chain.yaml", "disordered.yaml", "cell.yaml", "frame.yaml", "regression.yaml", "xor.yaml", "iris.yaml"} {
		try(name, Options{}, "seed=3")
	}
	try("iris.yaml", Options{Memory: 1000})
}

// Large tables are not kept beside others that are read: the estimate of memory knows of one.
func TestStockOfLargeTables(t *testing.T) {
	var s Stock
	add := func(name string, numbers, text int) {
		s.tables = append(s.tables, &keptTable{name: name, table: &data.Table{X: make([]float64, numbers)}, files: []keptFile{{name, make([]byte, text)}}})
	}
	left := func() (names string) {
		s.makeRoom()
		for _, k := range s.tables {
			names += k.name
		}
		return names
	}
	add("a", 1000, 1000)
	add("b", 1000, 1000)
	if got := left(); got != "ab" {
		t.Errorf("small ones: %q are left", got)
	}
	add("c", mostKept/16, mostKept/4)
	add("d", mostKept/64, 0)
	if got := left(); got != "abcd" {
		t.Errorf("just small enough: %q are left", got)
	}
	add("e", mostKept/32, 0)
	if got := left(); got != "de" {
		t.Errorf("too large together: %q are left", got)
	}
	add("f", 0, mostKept+1)
	if got := left(); got != "" {
		t.Errorf("too large alone: %q are left", got)
	}
}
