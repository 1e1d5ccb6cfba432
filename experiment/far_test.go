package experiment

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/spec"
)

// far is the warning of large displacements among those of an experiment; nil if there is none.
func far(t *testing.T, x *Experiment) *Warning {
	t.Helper()
	list, err := x.Warnings()
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		if list[i].Code == "E0706" {
			return &list[i]
		}
	}
	return nil
}

// A lattice is warned of alike however it is computed: as a lattice, as bars of a body, read by electronics; and not where its large
// displacements are computed.
func TestLargeDisplacementsOfEveryWay(t *testing.T) {
	lattice := strings.NewReplacer("  reading: {tare: mean}\n", "", "loss: softmax\n", "").Replace(readIris)
	read := readIris
	bars := strings.Replace(read, "bonds: {stiffness: 50..500 N/m}", "elements: [{kind: bar, stiffness: 50..500 N/m}]", 1)
	want := far(t, build(t, strings.Replace(lattice, "  smoothing: 10 %\n", "", 1), "task.inputs[1].force=200 mN"))
	if want == nil || want.Finite == nil || want.Sample == 0 {
		t.Fatalf("the lattice: %+v", want)
	}
	for name, text := range map[string]string{"read": read, "bars, read": bars} {
		got := far(t, build(t, text, "task.inputs[1].force=200 mN"))
		if got == nil {
			t.Errorf("%s: nothing is said", name)
			continue
		}
		same := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }
		if got.Part != want.Part || got.Sample != want.Sample || got.Node != want.Node || got.Bond != want.Bond || got.Output != want.Output ||
			!same(got.Move, want.Move) || !same(got.Share, want.Share) || !same(got.Stretch, want.Stretch) || !same(got.Turn, want.Turn) ||
			!same(*got.Linear, *want.Linear) || !same(*got.Finite, *want.Finite) || !strings.Contains(got.Text, "of the shortest bond") {
			t.Errorf("%s: %+v, and of the lattice %+v", name, got, want)
		}
		if w := far(t, build(t, text, "task.inputs[1].force=200 mN", "statics.deformation=finite")); w != nil {
			t.Errorf("%s, finite: %+v", name, w)
		}
		if w := far(t, build(t, text, "task.inputs[1].force=0.1 mN", "task.inputs[2].force=0.1 mN", "task.inputs[3].force=0.1 mN", "task.inputs[4].force=0.1 mN")); w != nil {
			t.Errorf("%s, little: %+v", name, w)
		}
	}
}

// cantilever is a beam of 1 m in 16 pieces under a force across its end of p EI / L2.
func cantilever(p float64) string {
	var nodes, bonds []string
	for i := range 17 {
		nodes = append(nodes, fmt.Sprintf("[%g m, 0 m]", float64(i)/16))
		if i > 0 {
			bonds = append(bonds, fmt.Sprintf("[%d, %d]", i, i+1))
		}
	}
	return fmt.Sprintf("elastrain: 1\nnetwork: {nodes: [%s], bonds: [%s]}\nelements: [{kind: beam, law: section, EA: 1e6 N, EI: 1 N m2}]\nsupports: {clamped: [1]}\n"+
		"task: {kind: behaviour, cases: [{push: [{node: 17, along: y, force: %g N}], want: [{node: 17, along: y, move: 1 m}]}]}\n", strings.Join(nodes, ", "), strings.Join(bonds, ", "), p)
}

// The end of a cantilever goes PL3/3EI in linear theory and what Bisshopp and Drucker's elastica says truly: 0.3017 L under EI/L2,
// 0.4935 L under twice that. Its pieces are short, so that they say nothing by their lengths.
func TestLargeDisplacementsOfFrames(t *testing.T) {
	for p, want := range map[float64]float64{1: 0.30172, 2: 0.49346} {
		x := build(t, cantilever(p))
		w := far(t, x)
		if w == nil || w.Linear == nil || math.Abs(*w.Linear-p/3) > 1e-6 || math.Abs(*w.Finite-want) > 1e-3 || w.Node != 17 || w.Share != 0 {
			t.Errorf("under %g: %+v, want %g and %g", p, w, p/3, want)
			continue
		}
		if turn := p / 2; math.Abs(w.Turn-turn) > 1e-6 || !strings.Contains(w.Text, "beam 16") || strings.Contains(w.Text, "shortest") {
			t.Errorf("%+v: the end turns by %g rad", w, turn)
		}
	}
	if w := far(t, build(t, cantilever(0.01))); w != nil {
		t.Errorf("a hundredth: %+v", w)
	}
}

// Of bonds that follow inputs in the plane the sample that moves most is named, with the stiffness that it sets; sliders on rails have no
// plane, those of hubs and those of a line.
func TestLargeDisplacementsOfInputsThatSetStiffnesses(t *testing.T) {
	text := `elastrain: 1
network: {nodes: [[0 m, 0 m], [4 m, 3 m], [8 m, 0 m]], bonds: [[2, 3], [2, 1]]}
bonds: {stiffness: 1..100 N/m, start: 9 N/m}
supports: {pinned: [1, 3], rollers: [{node: 2, held: x}]}
task:
  kind: classification
  data: xor.csv
  label: answer
  split: 100 %
  inputs:
    - {elements: [1, 2], feature: a, stiffness: 9..90 N/m}
    - {node: 2, along: -y, force: 1 N, feature: b}
    - {node: 2, along: -y, force: 2 N}
  outputs:
    - {node: 2, along: y, class: "no"}
    - {nodes: [2, 3], class: "yes"}
`
	x := buildBesideXor(t, text)
	w := far(t, x)
	if w == nil || w.Linear == nil {
		t.Fatalf("%+v", w)
	}
	force, stiffness := 3., 2*9*0.36 // where a is 0 and b 1
	if math.Abs(math.Abs(*w.Linear)-force/stiffness) > 1e-9 || w.Node != 2 || math.Abs(w.Move-force/stiffness) > 1e-9 {
		t.Errorf("%+v, want %g", w, force/stiffness)
	}
	down := func(v float64) float64 { l := math.Hypot(4, 3-v); return 2 * 9 * (5 - l) * (3 - v) / l }
	if v := math.Abs(*w.Finite); math.Abs(down(v)-force) > 1e-6 {
		t.Errorf("finite %g bears %g N", v, down(v))
	}
	if w := far(t, buildBesideXor(t, strings.ReplaceAll(strings.ReplaceAll(text, "force: 2 N", "force: 1 mN"), "force: 1 N", "force: 1 mN"))); w != nil {
		t.Errorf("little: %+v", w)
	}
	rails, err := os.ReadFile("../examples/xor.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if w := far(t, buildBesideXor(t, string(rails))); w != nil {
		t.Errorf("rails: %+v", w)
	}
	if w := far(t, build(t, hubsFile)); w != nil {
		t.Errorf("hubs: %+v", w)
	}
}

func buildBesideXor(t *testing.T, text string) *Experiment {
	t.Helper()
	file, err := spec.Parse("xor.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	x, err := Build(file, func(string) ([]byte, error) { return os.ReadFile("../examples/xor.csv") }, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// A cell that is pulled by a fifth is far from small.
func TestLargeDisplacementsOfCells(t *testing.T) {
	text := `elastrain: 1
network: {nodes: [[0 mm, 0 mm]], vectors: [[10 mm, 0 mm], [5 mm, 8.66 mm]], bonds: [[1, 1, 1, 0], [1, 1, 0, 1], [1, 1, -1, 1]]}
elements: [{kind: bar, stiffness: 100 N/m}]
task: {kind: behaviour, cases: [{push: [{exx: EXX}], want: [{eyy: -0.1 %}]}]}
`
	w := far(t, build(t, strings.Replace(text, "EXX", "20 %", 1)))
	if w == nil || math.Abs(w.Stretch-0.2) > 1e-9 || w.Linear == nil || w.Output == "" {
		t.Errorf("%+v", w)
	}
	if w := far(t, build(t, strings.Replace(text, "EXX", "0.2 %", 1))); w != nil {
		t.Errorf("little: %+v", w)
	}
}

// A test part that is closed is not looked at; the part that validates is.
func TestLargeDisplacementsOfClosedParts(t *testing.T) {
	x := build(t, readIris, "task.validation.share=20 %", "task.inputs[1].force=200 mN")
	for _, part := range x.parts() {
		if part.Name == "test" {
			t.Error("the test part is looked at")
		}
	}
	if n := len(x.parts()); n != 2 {
		t.Errorf("%d parts", n)
	}
}

// A beam in space bends as far as one in the plane does; of a comb, whose leaves stand on arms, a leaf is named once its pull leads too far.
func TestLargeDisplacementsInSpaceAndOnArms(t *testing.T) {
	text := strings.NewReplacer(" m, 0 m]", " m, 0 m, 0 m]", "kind: beam, law: section, EA: 1e6 N, EI: 1 N m2", "kind: beam3d, law: section, EA: 1e6 N, EIy: 1 N m2, EIz: 1 N m2, GJ: 1 N m2").Replace(cantilever(1))
	w := far(t, build(t, text))
	if w == nil || w.Linear == nil || math.Abs(*w.Linear-1./3) > 1e-6 || math.Abs(*w.Finite-0.30172) > 1e-3 || math.Abs(w.Turn-0.5) > 1e-6 {
		t.Errorf("in space: %+v", w)
	}
	if w := far(t, someComb(t, ", load: 1 N")); w != nil {
		t.Errorf("a comb that is hardly pulled: %+v", w)
	}
	w = far(t, someComb(t, ", load: 50 N"))
	if w == nil || !(w.Turn > 0.05) || w.Linear == nil || !(*w.Finite < *w.Linear) || !strings.Contains(w.Text, "(beam ") {
		t.Errorf("a comb: %+v", w)
	}
}
