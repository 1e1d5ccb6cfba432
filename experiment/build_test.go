package experiment

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task/data"
)

// The chain of three springs: 100, 200 and 400 N/m from the wall to the end.
const chain = `elastrain: 1
network: {lattice: chain, size: 3, spacing: 10 mm}
bonds:
  stiffness: 50..500 N/m
  start: 100 N/m
  each: [{bond: 2, start: 200 N/m}, {bond: 3, start: 400 N/m}]
supports: {pinned: [1]}
task:
  kind: behaviour
  cases:
    - push: [{node: 4, along: x, force: 2 N}]
      want: [{node: 2, along: x, move: 15 mm}]
`

// The trapezoid of Li & Mao without its task.
const trapezoid = `elastrain: 1
network: {lattice: triangular, rows: 5-4-3-2, spacing: 16 mm}
material: {young: 0.55 MPa, thickness: 2 mm}
bonds: {width: 1.5..2.5 mm, start: 2 mm}
supports: {pinned: [1, 5]}
`

const flowers = trapezoid + `task:
  kind: classification
  data: iris
  inputs:
    - {node: 8, along: -y, force: 49 mN, feature: petal length}
    - {node: 9, along: -y, force: 98 mN, feature: 4}
  outputs:
    - {node: 9, along: y, class: setosa}
    - {node: 14, along: y, class: virginica}
    - {node: 7, along: y, class: versicolor}
`

const push = trapezoid + `task:
  kind: behaviour
  cases:
    - push: [{node: 11, along: -y, force: 49 mN}]
      want: [{node: 13, along: y, move: -0.5 mm}]
`

func tryBuild(text string, options Options, overrides ...string) (*Experiment, error) {
	file, err := spec.Parse("test.yaml", []byte(text), overrides...)
	if err != nil {
		return nil, err
	}
	return Build(file, testFiles, options)
}

func build(t *testing.T, text string, overrides ...string) *Experiment {
	t.Helper()
	x, err := tryBuild(text, Options{}, overrides...)
	if err != nil {
		if e, ok := err.(spec.Errors); ok {
			t.Fatalf("\n%s", e.Render(false))
		}
		t.Fatal(err)
	}
	return x
}

var nearly = cmpopts.EquateApprox(1e-12, 0)

func same(t *testing.T, what string, got, want any, options ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, options...); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// Every file that `elastrain new` prints is a working experiment.
func TestExamples(t *testing.T) {
	files := func(name string) ([]byte, error) { return testFiles("../../examples/" + name) }
	for _, name := range examples.Names() {
		text, _ := examples.Text(name)
		file, err := spec.Parse(name, text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		x, err := Build(file, files, Options{})
		if set, ok := data.IsKnown(file.Spec.Task.Data); ok {
			if err == nil || !strings.Contains(err.Error(), "E0418") {
				t.Errorf("%s: %v; its data set %s is not here, where nothing reads files", name, err, set.Name)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if testing.Short() {
			continue
		}
		// What is resolved builds the same.
		again, err := spec.Parse(name, file.Resolved())
		if err != nil {
			t.Errorf("%s resolved: %v", name, err)
			continue
		}
		y, err := Build(again, files, Options{})
		if err != nil {
			t.Errorf("%s resolved: %v", name, err)
			continue
		}
		same(t, name+": training set", y.Train, x.Train, cmpopts.EquateNaNs())
		same(t, name+": start", y.Design.Start, x.Design.Start)
		same(t, name+": network", y.Network, x.Network)
	}
}

// Each generator is called with its own arguments.
func TestLattices(t *testing.T) {
	for _, tt := range []struct {
		network      string
		dim          int
		nodes, bonds int
	}{
		{"{lattice: chain, size: 5, spacing: 1 m}", 1, 6, 5},
		{"{lattice: triangular, rows: 3-2-1, spacing: 1 m}", 2, 6, 9},
		{"{lattice: triangular, size: 4 x 3, spacing: 1 m}", 2, 12, 23},
		{"{lattice: square, size: 3 x 2, spacing: 1 m}", 2, 12, 29},
		{"{lattice: kagome, size: 3 x 3, spacing: 1 m}", 2, 27, 43},
		{"{lattice: honeycomb, size: 3 x 2, spacing: 1 m}", 2, 12, 29},
		{"{lattice: cubic, size: 1 x 2 x 3, spacing: 1 m}", 3, 24, 104},
		{"{lattice: fcc, size: 1 x 1 x 2, spacing: 1 m}", 3, 23, 68},
		{"{lattice: disordered, points: 30, spacing: 1 m}", 2, 30, 0},
		{"{lattice: disordered, points: 20, dim: 3, spacing: 1 m}", 3, 20, 0},
		{"{nodes: files/nodes.csv, bonds: files/bonds.csv}", 2, 3, 3},
		{"{nodes: [[0 m], [1 m], [3 m]], bonds: [[1, 2], [2, 3]]}", 1, 3, 2},
	} {
		b := &builder{files: testFiles}
		text := "elastrain: 1\nnetwork: " + tt.network + "\nbonds: {stiffness: 1..2 N/m}\ntask: {kind: behaviour, cases: [{push: [{node: 2, along: x, force: 1 N}], want: [{node: 2, along: x, move: 1 m}]}]}\n"
		file, err := spec.Parse("t", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		b.File, b.Spec = file, &file.Spec
		b.buildNetwork()
		if len(b.errors) > 0 {
			t.Errorf("%s: %v", tt.network, b.errors)
			continue
		}
		n := b.Network
		if n.Dim != tt.dim || n.Nodes() != tt.nodes || tt.bonds > 0 && len(n.Elements) != tt.bonds {
			t.Errorf("%s: %d dimensions, %d nodes, %d bonds; want %d, %d, %d", tt.network, n.Dim, n.Nodes(), len(n.Elements), tt.dim, tt.nodes, tt.bonds)
		}
	}
}

// Supports: pins hold every axis, rollers theirs, springs come last of the
// elements, and cut bonds keep the numbers of the others.
func TestSupportsAndCuts(t *testing.T) {
	whole := build(t, push)
	x := build(t, push, "supports.pinned=[1]", "supports.rollers=[{node: 5, held: y}, {node: 3, held: x}]",
		"supports.springs=[{node: 7, along: [3, 4], stiffness: 25 N/m}, {node: 8, along: x, stiffness: 5 N/m}]", "network.cut=[2, 28]")
	var held []int
	for i, h := range x.Network.Held {
		if h {
			held = append(held, i)
		}
	}
	same(t, "held unknowns", held, []int{0, 1, 4, 9})
	if n := len(x.Network.Elements); n != 30 {
		t.Fatalf("%d elements", n)
	}
	for i := range 28 {
		el, was := x.Network.Elements[i], whole.Network.Elements[i]
		if el.Nodes != was.Nodes || el.Cut != (i == 1 || i == 27) {
			t.Errorf("bond %d joins %v, cut %v; it was %v", i+1, el.Nodes, el.Cut, was.Nodes)
		}
	}
	same(t, "spring", x.Network.Elements[28], network.Element{Kind: network.Ground, Nodes: [2]int{6, 6}, Dir: [3]float64{0.6, 0.8}}, nearly)
	k := make([]float64, 30)
	x.Design.Init(k)
	same(t, "springs to ground", k[28:], []float64{25, 5})
	if slices.Contains(x.Design.Free, 1) || slices.Contains(x.Design.Free, 28) || len(x.Design.Free) != 26 {
		t.Errorf("free bonds %v", x.Design.Free)
	}
}

// A spring to ground in series with the chain, and one that alone holds it.
func TestGroundSprings(t *testing.T) {
	x := build(t, chain, "supports.springs=[{node: 4, along: x, stiffness: 800 N/m}]")
	u, e, _ := x.Deform([]float64{2})
	series := 1 / (1/100. + 1/200. + 1/400.)
	end := 2 / (series + 800)
	tension := end * series
	same(t, "displacements", u, []float64{0, tension / 100, tension/100 + tension/200, end}, nearly)
	same(t, "elongations", e, []float64{tension / 100, tension / 200, tension / 400, end}, nearly)
	x = build(t, chain, "supports={springs: [{node: 1, along: -x, stiffness: 50 N/m}]}")
	u, _, _ = x.Deform([]float64{2})
	same(t, "held by a spring", u, []float64{2 / 50., 2/50. + 2/100., 2/50. + 2/100. + 2/200., 2/50. + 2/100. + 2/200. + 2/400.}, nearly)
}

// Under a force F node i of a chain moves F (1/k_1 + ... + 1/k_(i-1)).
func TestDeform(t *testing.T) {
	for _, solver := range []string{"dense", "sparse"} {
		x, err := tryBuild(chain, Options{Solver: solver})
		if err != nil {
			t.Fatal(err)
		}
		u, e, _ := x.Deform([]float64{2})
		same(t, "displacements", u, []float64{0, 0.02, 0.03, 0.035}, nearly)
		same(t, "elongations", e, []float64{0.02, 0.01, 0.005}, nearly)
	}
	if _, err := tryBuild(chain, Options{Solver: "abacus"}); err == nil || err.(spec.Errors)[0].Code != "E0801" {
		t.Errorf("an unknown solver: %v", err)
	}
}

func TestStartFrom(t *testing.T) {
	x := build(t, chain, "bonds.frozen=[3]", "bonds.each[2]={bond: 3, start: 400 N/m}", "network.cut=[]")
	if err := x.StartFrom([]float64{20, 250, 300}); err != nil {
		t.Fatal(err)
	}
	same(t, "start", x.Design.Start, []float64{50, 250, 300})
	u, _, _ := x.Deform([]float64{1})
	same(t, "displacements", u, []float64{0, 1 / 50., 1/50. + 1/250., 1/50. + 1/250. + 1/300.}, nearly)
	same(t, "variables", x.StartPoint(), []float64{0, (250 - 50) / 450.}, nearly)
	if err := x.StartFrom([]float64{1, 2}); err == nil {
		t.Error("a start of another length")
	}
	// Widths: 2 mm at 16 mm is k = Y w t / L.
	y := build(t, push, "network.cut=[3]")
	k := make([]float64, 28)
	for i := range k {
		k[i] = 120
	}
	k[2] = 7
	if err := y.StartFrom(k); err != nil {
		t.Fatal(err)
	}
	gain := 0.55e6 * 0.002 / 0.016
	if got := y.Design.Start[0]; math.Abs(got-120/gain) > 1e-15 {
		t.Errorf("width %g, want %g", got, 120/gain)
	}
	if y.Design.Start[2] != 0.002 {
		t.Errorf("a cut bond starts at %g", y.Design.Start[2])
	}
}

// Whatever a seed decides, it decides again; another seed decides otherwise.
func TestSeeds(t *testing.T) {
	for _, text := range []string{
		push + "learn: {}\n", flowers,
		trapezoid + "task: {kind: regression, data: linear, points: 10, range: -1..1 N, noise: 1 mm, inputs: [{node: 11, along: y}], outputs: [{node: 13, along: x, slope: 1 mm/N}]}\n",
	} {
		override := []string{"bonds.start=random"}
		one, two, other := build(t, text, override...), build(t, text, override...), build(t, text, "bonds.start=random", "seed=2")
		same(t, "start", one.Design.Start, two.Design.Start)
		same(t, "samples", one.Train, two.Train, cmpopts.EquateNaNs())
		same(t, "rows", [][]int{one.TrainRow, one.TestRow}, [][]int{two.TrainRow, two.TestRow})
		if reflect.DeepEqual(one.Design.Start, other.Design.Start) {
			t.Error("another seed, the same start")
		}
		if one.Table != nil && reflect.DeepEqual(one.TrainRow, other.TrainRow) {
			t.Error("another seed, the same split")
		}
	}
	a := build(t, push, "network={lattice: disordered, points: 20, spacing: 16 mm}", "seed=1")
	b := build(t, push, "network={lattice: disordered, points: 20, spacing: 16 mm}", "seed=2")
	if reflect.DeepEqual(a.Network.Pos, b.Network.Pos) {
		t.Error("another seed, the same disordered network")
	}
}

// Without files a spec that names one is refused, at its place.
func TestNoFiles(t *testing.T) {
	file, err := spec.Parse("t", []byte(flowers), "task.data=mine.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = Build(file, nil, Options{}); err == nil || err.(spec.Errors)[0].Path != "task.data" {
		t.Errorf("%v", err)
	}
}

// The network can be drawn although the experiment around it is wrong.
func TestBuildNetwork(t *testing.T) {
	network := func(overrides ...string) (nodes int, err error) {
		file, err := spec.Parse("test.yaml", []byte(push), overrides...)
		if err != nil {
			t.Fatal(err)
		}
		n, err := BuildNetwork(file, testFiles)
		if err != nil {
			return 0, err
		}
		return n.Nodes(), nil
	}
	for _, override := range []string{"seed=1", "task.cases[1].push[1].node=99", "supports.pinned=[1, 77]", "supports=~", "network.cut=[99]"} {
		if n, err := network(override); n != 14 || err != nil {
			t.Errorf("%s: %d nodes, %v", override, n, err)
		}
	}
	for _, override := range []string{"network={lattice: square, spacing: 1 m}", "network={nodes: [[0 m], [1 m]], bonds: [[1, 3]]}"} {
		var errs spec.Errors
		if _, err := network(override); !errors.As(err, &errs) || len(errs) == 0 {
			t.Errorf("%s: %v", override, err)
		}
	}
}
