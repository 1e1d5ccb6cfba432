package spec

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write expected outputs anew; look at the difference")

// golden compares got with a file, or writes it with -update.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got), see -update:\n%s", file, diff)
	}
}

func parseGood(t *testing.T, name string, overrides ...string) *File {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "good", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := Parse(name+".yaml", text, overrides...)
	if err != nil {
		t.Fatalf("%s.yaml:\n%s", name, err.(Errors).Render(false))
	}
	return f
}

func ptr(v float64) *float64 { return &v }

func TestParseIris(t *testing.T) {
	got := parseGood(t, "iris").Spec
	want := Spec{
		Version:  1,
		Title:    "Iris flowers: 28 bonds",
		Seed:     1,
		Network:  Network{Lattice: "triangular", Rows: Rows{5, 4, 3, 2}, Spacing: 0.016},
		Material: Material{Young: 550000, Thickness: 0.002},
		Bonds:    Bonds{Width: Range{0.0015, 0.0025}, Start: Start{"value", 0.002, "m"}},
		Supports: Supports{Pinned: []int{1, 5}},
		Task: Task{
			Kind: "classification", Data: "iris", Split: 0.7,
			Encode: Encode{By: "max", Fit: "train"},
			Inputs: []Input{
				{Node: 14, Along: Direction{0, -1, 0}, Force: 0.049, Feature: "sepal length"},
				{Node: 13, Along: Direction{0, -1, 0}, Force: 0.049, Feature: "sepal width"},
				{Node: 12, Along: Direction{1 / math.Sqrt2, -1 / math.Sqrt2}, Force: 0.04903325, Feature: "petal length"},
				{Node: 10, Along: Direction{0, -1, 0}, Force: 0.049, Feature: "4"},
			},
			Outputs: []Output{
				{Node: 8, Along: Direction{1, 0, 0}, Class: "setosa"},
				{Node: 7, Along: Direction{1, 0, 0}, Class: "versicolor"},
				{Node: 6, Along: Direction{1, 0, 0}, Class: "virginica"},
			},
			Loss: "cross-entropy",
		},
		Learn: Learn{Rule: "backprop", Method: "adam", Rate: 0.006, Batch: 16, Epochs: 100,
			Bounds: "sigmoid", Steepness: 5, Stop: Stop{Change: 1e-12, Gradient: 1e-12}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("iris (-want +got):\n%s", diff)
	}
}

func TestParseBehaviour(t *testing.T) {
	got := parseGood(t, "behaviour").Spec
	if diff := cmp.Diff(Network{
		Nodes: NodeTable{Pos: [][]float64{{0, 0}, {0.016, 0}, {0.008, 0.013856}, {0.024, 0.013856}}},
		Bonds: BondTable{Pairs: [][2]int{{1, 2}, {1, 3}, {2, 3}, {2, 4}, {3, 4}}},
	}, got.Network); diff != "" {
		t.Errorf("network (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Bonds{
		Stiffness: Range{100, math.Inf(1)}, Start: Start{"value", 120, "N/m"}, Frozen: []int{1},
		Each: []BondRule{{Bond: 2, Stiffness: Range{100, 200}, Start: Start{Kind: "random"}},
			{Bond: 3, Start: Start{"value", 150, "N/m"}}},
	}, got.Bonds); diff != "" {
		t.Errorf("bonds (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Supports{
		Pinned:  []int{1},
		Rollers: []Roller{{Node: 2, Held: "y"}},
		Springs: []Ground{{Node: 4, Along: Direction{0.6, 0.8}, Stiffness: 12.5}},
	}, got.Supports); diff != "" {
		t.Errorf("supports (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Task{Kind: "behaviour", Scale: 0.001, Cases: []Case{
		{Push: []Push{{Node: 3, Along: Direction{0, -1, 0}, Force: ptr(0.049)}},
			Want: []Want{{Node: 4, Along: Direction{1, 0, 0}, Move: ptr(-0.0005)}, {Node: 3, Along: Direction{0, 1, 0}, Move: ptr(0)}}},
		{Push: []Push{{Node: 4, Along: Direction{1, 0, 0}, Force: ptr(-0.02)}, {Node: 3, Along: Direction{1, 0, 0}, Force: ptr(0)}},
			Want: []Want{{Node: 4, Along: Direction{1 / math.Sqrt2, -1 / math.Sqrt2, 0}, Move: ptr(0.0002)}}},
	}}, got.Task); diff != "" {
		t.Errorf("task (-want +got):\n%s", diff)
	}
}

func TestParseRegression(t *testing.T) {
	got := parseGood(t, "regression").Spec
	if got.Seed != math.MaxUint64 {
		t.Errorf("seed %d, want 2^64-1", got.Seed)
	}
	if diff := cmp.Diff(Task{
		Kind: "regression", Data: "linear", Points: 20, Range: Range{-0.196, 0.196}, Noise: 50e-6, Split: 0.8,
		Encode: Encode{By: "signed", Fit: "all"}, Inputs: []Input{{Node: 30, Along: Direction{0, 0, -1}}},
		Outputs: []Output{{Node: 40, Along: Direction{1, 0, 0}, Slope: ptr(0.016)}, {Node: 41, Along: Direction{0, 1, 0}, Slope: ptr(-0.01)}},
		Loss:    "mean-square",
	}, got.Task); diff != "" {
		t.Errorf("task (-want +got):\n%s", diff)
	}
	if got.Bonds.Start.Kind != "middle" || got.Bonds.Stiffness != (Range{100, 170}) {
		t.Errorf("bonds %+v", got.Bonds)
	}
}

func TestParseColumns(t *testing.T) {
	got := parseGood(t, "columns").Spec
	if want := `a "quoted" title, with: signs # and \ µ`; got.Title != want {
		t.Errorf("title %q, want %q", got.Title, want)
	}
	if diff := cmp.Diff([]Output{
		{Node: 9, Along: Direction{0, 1, 0}, Column: "null", Unit: "um"},
		{Node: 10, Along: Direction{0, 1, 0}, Column: "uy", Unit: "m"},
	}, got.Task.Outputs); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
	if got.Task.Inputs[1].Feature != "3.50" {
		t.Errorf("a number as a text changed: %q", got.Task.Inputs[1].Feature)
	}
}

// Errors that TestErrors draws: each testdata/errors/*.yaml is refused, and
// the picture of what is wrong is in the .txt beside it. A first line
// `# override: a=b` hands overrides to Parse, one a line.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*.yaml")
	if err != nil || len(files) < 45 {
		t.Fatalf("%d error cases, %v", len(files), err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(strings.TrimSuffix(name, ".yaml"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var overrides []string
			for _, line := range strings.Split(string(text), "\n") {
				if o, ok := strings.CutPrefix(line, "# override: "); ok {
					overrides = append(overrides, o)
				}
			}
			parsed, err := Parse(name, text, overrides...)
			if err == nil {
				t.Fatal("parsed without an error")
			}
			if parsed != nil {
				t.Error("a file beside an error")
			}
			errs := err.(Errors)
			checkErrors(t, errs)
			golden(t, strings.TrimSuffix(file, ".yaml")+".txt", []byte(errs.Render(false)))
		})
	}
}

// checkErrors holds what is true of every error.
func checkErrors(t *testing.T, errs Errors) {
	t.Helper()
	if len(errs) == 0 {
		t.Fatal("an error without errors")
	}
	for _, e := range errs {
		if _, ok := Explain(e.Code); !ok {
			t.Errorf("%v: code %q is not in the catalogue", e, e.Code)
		}
		if e.Line < 1 || e.Column < 1 || e.Width < 1 || e.File == "" {
			t.Errorf("%v: position %s:%d:%d+%d", e, e.File, e.Line, e.Column, e.Width)
		}
		if e.Message == "" || strings.HasSuffix(e.Message, ".") || strings.Contains(e.Message, "\n") {
			t.Errorf("message %q", e.Message)
		}
		if strings.Contains(e.Message+e.Label+e.Help, "%!") {
			t.Errorf("bad format in %q %q %q", e.Message, e.Label, e.Help)
		}
	}
}
