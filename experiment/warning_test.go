package experiment

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/spec"
)

// bars is a truss of two bars of 5 m that rise 3 m, under a force down at the top.
func bars(force, want string) string {
	return `
elastrain: 1
network: {nodes: [[0 m, 0 m], [4 m, 3 m], [8 m, 0 m]], bonds: [[2, 3], [2, 1]]}
bonds: {stiffness: 1..100 N/m, start: 9 N/m}
supports: {pinned: [1, 3], rollers: [{node: 2, held: x}]}
task:
  kind: behaviour
  cases: [{push: [{node: 2, along: -y, force: ` + force + `}], want: [{node: 2, along: y, move: ` + want + `}]}]
`
}

func warned(t *testing.T, text string) []Warning {
	t.Helper()
	list, err := build(t, text).Warnings()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Linear theory moves the top by F / (2 k sin^2): the warning has it beside the closed form of the
// truss as it truly stands, or says where that ends.
func TestLargeDisplacementsAreSaid(t *testing.T) {
	down := func(v float64) float64 { l := math.Hypot(4, 3-v); return 2 * 9 * (5 - l) * (3 - v) / l }
	stiffness := 2 * 9 * 0.36
	for _, v := range []float64{0.5, 1} {
		list := warned(t, bars(spec.FormatQuantity(down(v), "N"), "-0.2 m"))
		if len(list) != 1 || list[0].Code != "E0706" || list[0].Linear == nil || list[0].Finite == nil || list[0].Carried != nil {
			t.Fatalf("%+v", list)
		}
		w := list[0]
		if math.Abs(*w.Linear+down(v)/stiffness) > 1e-9 || math.Abs(*w.Finite+v) > 1e-6 || w.Node != 2 || w.Sample != 1 || w.Part != "training" {
			t.Errorf("linear %g, finite %g, not %g and %g: %+v", *w.Linear, *w.Finite, -down(v)/stiffness, -v, w)
		}
		if math.Abs(w.Share-w.Move/5) > 1e-12 || math.Abs(w.Stretch-w.Move*0.6/5) > 1e-12 || math.Abs(w.Turn-w.Move*0.8/5) > 1e-9 {
			t.Errorf("%+v", w)
		}
	}
	w := warned(t, bars("9.071 N", "-1 m"))
	if len(w) != 1 || w[0].Carried == nil || math.Abs(*w[0].Carried-4.626/9.071) > 2e-3 || w[0].Finite != nil || !strings.Contains(w[0].Text, "no equilibrium nearby") {
		t.Errorf("%+v", w)
	}
}

// Two springs on each side of a support at node 3 of a line.
const halves = `
elastrain: 1
network: {nodes: [[0 mm], [10 mm], [20 mm], [30 mm], [40 mm]], bonds: [[1, 2], [2, 3], [3, 4], [4, 5]]}
bonds: {stiffness: 50..200 N/m, start: 100 N/m}
supports: {pinned: [1, 3, 5]}
task:
  kind: behaviour
  cases:
`

func TestPushesThatLoadNothing(t *testing.T) {
	for _, test := range []struct {
		name, push string
		codes      []string
		node       int
		says       string
	}{
		{"the other half", "{node: 2, along: x, force: 1 uN}", []string{"E0708"}, 4, "no push reaches it"},
		{"its own half", "{node: 4, along: x, force: 1 uN}", nil, 0, ""},
		{"zero", "{node: 4, along: x, force: 0 N}", []string{"E0709"}, 4, "a force of zero"},
		{"zero beside another", "{node: 4, along: x, force: 0 N}, {node: 4, along: -x, force: 1 uN}", []string{"E0709"}, 4, "node 4 along x has a force of zero"},
		{"against each other", "{node: 4, along: x, force: 1 uN}, {node: 4, along: -x, force: 1 uN}", []string{"E0709"}, 4, "the pushes on node 4 cancel"},
		{"against each other elsewhere", "{node: 2, along: x, force: 1 uN}, {node: 2, along: -x, force: 1 uN}, {node: 4, along: x, force: 1 uN}", []string{"E0709"}, 2, "the pushes on node 2 cancel"},
	} {
		list := warned(t, halves+"    - {push: ["+test.push+"], want: [{node: 4, along: x, move: 1 nm}]}\n")
		if len(list) != len(test.codes) {
			t.Errorf("%s: %+v", test.name, list)
			continue
		}
		for i, w := range list {
			if w.Code != test.codes[i] || w.Node != test.node || w.Sample != 1 || !strings.Contains(w.Text, test.says) {
				t.Errorf("%s: %+v", test.name, w)
			}
		}
	}
}

// Of a task with inputs an output is unreached where no input moves it; a symmetry is told from a support between.
func TestOutputsThatNoInputMoves(t *testing.T) {
	data := func(network string) string {
		return `
elastrain: 1
bonds: {stiffness: 50..200 N/m, start: 100 N/m}
task:
  kind: classification
  data: iris
  inputs: [{node: 2, along: -y, force: 1 uN, feature: 1}]
  outputs: [{node: 2, along: y, class: setosa}, {node: 2, along: x, class: versicolor}, {node: 5, along: y, class: virginica}]
` + network
	}
	list := warned(t, data(`
network: {nodes: [[0 mm, 0 mm], [10 mm, 10 mm], [20 mm, 0 mm], [40 mm, 0 mm], [30 mm, 10 mm]], bonds: [[1, 2], [2, 3], [3, 5], [4, 5]]}
supports: {pinned: [1, 3, 4]}
`))
	if len(list) != 2 || list[0].Node != 2 || list[1].Node != 5 || list[0].Code != "E0708" || list[1].Code != "E0708" {
		t.Fatalf("%+v", list)
	}
	if !strings.Contains(list[0].Text, "output versicolor (node 2) does not move, because of a symmetry") || !strings.Contains(list[1].Text, "output virginica (node 5) does not move, and no bond that learns changes that") {
		t.Errorf("%+v", list)
	}
}

// Two bars that are all but in line resist by turning, of which linear theory knows nothing: moves of a
// hundredth of a bond are far off there.
func TestFlatTrussesAreSaid(t *testing.T) {
	flat := func(rise, force string) []Warning {
		return warned(t, `
elastrain: 1
network: {nodes: [[0 mm, 0 mm], [100 mm, 0 mm], [50 mm, -`+rise+` mm]], bonds: [[1, 3], [2, 3]]}
bonds: {stiffness: 50..200 N/m, start: 100 N/m}
supports: {pinned: [1, 2]}
task:
  kind: behaviour
  cases: [{push: [{node: 3, along: -y, force: `+force+`}], want: [{node: 3, along: y, move: -0.6 mm}]}]
`)
	}
	w := flat("0.001", "5e-8 N") // 200 N/m x 4e-10 to linear theory: 0.6 mm; truly 100 N/m / 2500 mm^2 u^3: 0.1 mm
	if len(w) != 1 || w[0].Code != "E0706" || w[0].Linear == nil || !(*w[0].Linear < -5e-4 && *w[0].Finite > -1.2e-4 && *w[0].Finite < -0.9e-4) {
		t.Errorf("%+v", w)
	}
	if w := flat("50", "10 mN"); len(w) != 0 {
		t.Errorf("a steep one: %+v", w)
	}
}

func TestWantedDisplacementsThatAreLarge(t *testing.T) {
	w := warned(t, bars("1 mN", "-1 m"))
	if len(w) != 1 || w[0].Code != "E0706" || w[0].Share != 0.2 || w[0].Move != 1 || w[0].Output != "node 2" || w[0].Linear != nil {
		t.Errorf("%+v", w)
	}
	if w := warned(t, bars("1 mN", "-1 mm")); len(w) != 0 {
		t.Errorf("a small one: %+v", w)
	}
}

// Behind a soft spring a stiff one stretches by a difference that is mostly rounding, and it is no symmetry that holds it.
func TestStiffBehindSoft(t *testing.T) {
	text := func(soft string) string {
		return `
elastrain: 1
network: {nodes: [[0 mm], [100 mm], [200 mm]], bonds: [[1, 2], [2, 3]]}
bonds: {stiffness: 1e-6..1e6 N/m, each: [{bond: 1, start: ` + soft + `}, {bond: 2, start: 1e6 N/m}]}
supports: {pinned: [1]}
task:
  kind: behaviour
  cases: [{push: [{node: 3, along: x, force: 1 nN}], want: [{nodes: [2, 3], stretch: 1e-6 nm}, {node: 3, along: x, move: 1 mm}]}]
`
	}
	var codes []string
	for _, w := range warned(t, text("1e-6 N/m")) {
		codes = append(codes, w.Code)
		switch {
		case w.Code == "E0707" && (w.Digits == nil || !(*w.Digits > 3 && *w.Digits < 5) || w.Output != "nodes 2-3"):
			t.Errorf("%+v", w)
		case w.Code == "E0708" && !strings.Contains(w.Text, "bonds far stiffer than others"):
			t.Errorf("%+v", w)
		}
	}
	if !slices.Contains(codes, "E0707") || !slices.Contains(codes, "E0708") {
		t.Errorf("warnings %v", codes)
	}
	if list := warned(t, text("1e4 N/m")); len(list) != 0 {
		t.Errorf("where they are alike: %+v", list)
	}
}

// Where displacements are given linear theory is held against finite deformation as well: a triangle whose tip is told to come down
// by a third of its height pushes its foot out by what two bars of their lengths allow, and linear theory misses it.
func TestLargeGivenDisplacementsAreSaid(t *testing.T) {
	x := build(t, `elastrain: 1
network: {nodes: [[0 m, 0 m], [2 m, 0 m], [1 m, 0.6 m]], bonds: [[1, 3], [2, 3], [1, 2]]}
bonds: {stiffness: 100..200 N/m, start: 100 N/m, each: [{bond: 3, stiffness: 1..2 N/m, start: 1 N/m}]}
supports: {pinned: [1], rollers: [{node: 2, held: y}]}
task: {kind: behaviour, cases: [{push: [{node: 3, along: -y, move: 200 mm}], want: [{node: 2, along: x, move: 100 mm}]}]}
`)
	list, err := x.Warnings()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range list {
		if w.Code == "E0706" && w.Linear != nil {
			// Bars 100 times as stiff as the tie keep their lengths to a percent: half the base is sqrt(l^2 - 0.4^2).
			want := 2*math.Sqrt(1.36-0.16) - 2
			if math.Abs(*w.Finite-want) > 0.03*want || math.Abs(*w.Linear-want) < 0.05*want {
				t.Errorf("%+v, want %g", w, want)
			}
			return
		}
	}
	t.Errorf("nothing is said of it: %+v", list)
}

// An output that no load reaches moves by nothing, and nothing of that is rounding.
func TestOutputAtRestLosesNoDigits(t *testing.T) {
	for _, w := range warned(t, "elastrain: 1\nnetwork: {nodes: [[0 mm, 0 mm], [10 mm, 0 mm], [0 mm, 10 mm], [10.5 mm, 10.25 mm]], bonds: [[1, 3], [2, 4], [3, 4], [1, 4]]}\nbonds: {stiffness: 20..500 N/m}\nsupports: {pinned: [1, 2]}\ntask: {kind: behaviour, cases: [{push: [{node: 3, along: -y, force: 5 gf}], want: [{node: 4, along: y, move: -0.1 mm}]}]}\n") {
		if w.Code == "E0707" {
			t.Error(w.Text)
		}
	}
}
