package run

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/snapshot"
)

// built is an experiment without a run.
func built(t *testing.T, text string, overrides ...string) *experiment.Experiment {
	t.Helper()
	x, err := experiment.Build(parse(t, text, overrides...), nil, experiment.Options{})
	check(t, err)
	return x
}

// shown is what pictures show of an experiment.
func shown(t *testing.T, x *experiment.Experiment) *snapshot.Snapshot {
	t.Helper()
	v := x.Shown()
	v.Samples = true
	s, err := x.Snapshot(v)
	check(t, err)
	return s
}

// edge is a plate whose lower edge shall follow a wave, read at so many nodes.
func edge(outputs, cases int) string {
	text := `elastrain: 1
network: {lattice: triangular, size: 10 x 6, spacing: 10 mm}
bonds: {stiffness: 20..500 N/m, start: 100 N/m}
supports: {pinned: [1..10]}
task:
  kind: behaviour
  cases:
`
	for c := range cases {
		text += fmt.Sprintf("    - push: [{node: %d, along: -y, force: 100 mN}]\n      want:\n", 54+c)
		for o := range outputs {
			text += fmt.Sprintf("        - {node: %d, along: y, move: -0.%d mm}\n", 51+o, 1+o)
		}
	}
	return text
}

// Outputs along an edge are drawn against their place on it.
func TestProfile(t *testing.T) {
	if p := Profile(shown(t, built(t, edge(leastProfile-1, 1)))); p != nil {
		t.Errorf("a profile of %d outputs: %v", leastProfile-1, p)
	}
	if p := Profile(shown(t, built(t, example("iris")))); p != nil {
		t.Errorf("a profile of classes: %v", p)
	}
	x := built(t, edge(8, 2))
	p := Profile(shown(t, x))
	c := p.(figure.Grid).Panels[0].Picture.(figure.Curves)
	if len(c.Series) != 4 || c.Series[0].Name != "load case 1, wanted" || c.Series[3].Name != "load case 2, reached" {
		t.Fatalf("%+v", c.Series)
	}
	if c.XName != "distance along the outputs, from node 51 (mm)" || !strings.HasPrefix(c.YName, "displacement along y (") {
		t.Errorf("axes %q and %q", c.XName, c.YName)
	}
	u, err := experiment.Outputs(x.Rig, x.Train)
	check(t, err)
	want, reached := c.Series[2], c.Series[3]
	unit := -1e-4 / want.Y[0] // the first output shall move by -0.1 mm
	for o := range 8 {
		if math.Abs(want.X[o]-10*float64(o)) > 1e-9 {
			t.Errorf("output %d at %g mm", o+1, want.X[o])
		}
		if math.Abs(want.Y[o]*unit+1e-4*float64(1+o)) > 1e-12 || math.Abs(reached.Y[o]*unit-u[8+o]) > 1e-12 {
			t.Errorf("output %d: wanted %g, reached %g", o+1, want.Y[o], reached.Y[o])
		}
	}
	// Along a path that goes back on itself they are counted.
	back := built(t, strings.Replace(edge(8, 1), "node: 58, along: y", "node: 41, along: y", 1))
	p = Profile(shown(t, back))
	if c := p.(figure.Grid).Panels[0].Picture.(figure.Curves); c.XName != "output, in the order of the task" || c.Series[0].X[7] != 8 {
		t.Errorf("%q, %v", c.XName, c.Series[0].X)
	}
}

// Classes stand side by side under their own samples; a single case stands beside
// itself, coloured by displacement; what warnings say stands below.
func TestDeformation(t *testing.T) {
	iris := built(t, example("iris"))
	p := Deformation(shown(t, iris), "")
	s := p.(figure.Shapes)
	first := 0
	for iris.Train.Class[first] != 1 {
		first++
	}
	if len(s.States) != 3 || s.States[1].Title != fmt.Sprintf("versicolor (row %d)", iris.TrainRow[first]+1) || s.ValueTitle != "elongation (µm)" || !s.Signed {
		t.Errorf("%d states, %q, %q", len(s.States), s.States[1].Title, s.ValueTitle)
	}
	x := built(t, example("behaviour"))
	linear, finite := -2e-4, -1.5e-4
	p = Deformation(shown(t, x), Remark([]experiment.Warning{{Code: "E0706", Stretch: 0.041, Output: "node 13", Linear: &linear, Finite: &finite}}))
	g := p.(figure.Grid)
	if g.Note != "linear theory, strains up to 4.1 %: node 13 moves by −200 µm, and by −150 µm with finite deformation" {
		t.Errorf("note %q", g.Note)
	}
	left, right := g.Panels[0].Picture.(figure.Lattice), g.Panels[1].Picture.(figure.Lattice)
	u, e, err := x.Deform(x.Train.Force(0))
	check(t, err)
	if !left.Signed || right.Signed || !strings.HasPrefix(right.ValueTitle, "displacement (") {
		t.Errorf("%q and %q", left.ValueTitle, right.ValueTitle)
	}
	moved := func(i int) float64 {
		a, b := x.Network.Elements[i].Nodes[0], x.Network.Elements[i].Nodes[1]
		return (math.Hypot(u[2*a], u[2*a+1]) + math.Hypot(u[2*b], u[2*b+1])) / 2
	}
	for i := range x.Network.Elements { // in one unit each
		if math.Abs(left.Values[i]*e[0]-e[i]*left.Values[0]) > 1e-12*math.Abs(e[0]) || math.Abs(right.Values[i]*moved(5)-moved(i)*right.Values[5]) > 1e-12 {
			t.Errorf("bond %d: elongation %g, displacement %g", i+1, left.Values[i], right.Values[i])
		}
	}
	p = Deformation(shown(t, built(t, edge(2, 5))), "")
	if s := p.(figure.Shapes); len(s.States) != 3 || s.Note != "3 of 5 load cases" {
		t.Errorf("%d states of 5, %q", len(s.States), s.Note)
	}
}

// All ports go to the picture, however many there are: it draws what has room.
func TestManyPorts(t *testing.T) {
	many := shown(t, built(t, edge(10, 3)))
	in, out := arrows(many.Inputs), arrows(many.Outputs)
	if len(in) != 3 || len(out) != 10 {
		t.Errorf("%d inputs, %d outputs", len(in), len(out))
	}
	more := shown(t, built(t, strings.Replace(edge(10, 3), "want:", "want:"+manyMore(30), 1)))
	if out = arrows(more.Outputs); len(out) != 40 {
		t.Errorf("%d outputs", len(out))
	}
}

func manyMore(n int) string {
	text := ""
	for o := range n {
		text += fmt.Sprintf("\n        - {node: %d, along: x, move: 0 mm}", 11+o)
	}
	return text
}

func TestInUnit(t *testing.T) {
	v, w := []float64{0.0002, -0.003}, []float64{0.001}
	worth, name := InUnit("m", v, w)
	if worth != 1e-3 || name != "mm" || v[1] != -3 || w[0] != 1 {
		t.Errorf("%g %s: %v %v", worth, name, v, w)
	}
	if worth, name = InUnit("N", []float64{0}); worth != 1 || name != "N" {
		t.Errorf("nothing: %g %s", worth, name)
	}
}

func TestRemark(t *testing.T) {
	carried, digits := 0.51, 3.0
	for want, w := range map[string]experiment.Warning{
		"linear theory, which does not hold here: beyond 51 % of the load there is no equilibrium nearby": {Carried: &carried},
		"about 3 digits are right":          {Digits: &digits},
		"linear theory, strains up to 12 %": {Stretch: 0.12},
		"":                                  {Code: "E0999", Text: "something else"},
	} {
		if got := Remark([]experiment.Warning{w}); got != want {
			t.Errorf("%+v: %q", w, got)
		}
	}
}

// Accuracies end at 100 %, with a round start below the least.
func TestPercent(t *testing.T) {
	for least, want := range map[float64]float64{100: 90, 97: 90, 38.1: 30, 0: 0} {
		c := Percent(figure.Curves{Series: []figure.Series{{Y: []float64{100, math.NaN(), least}}}})
		if c.YMin != want || c.YMax != 100 {
			t.Errorf("%g: from %g to %g", least, c.YMin, c.YMax)
		}
	}
}

// An accuracy that never changes in a behaviour of a few cases is not drawn.
func TestLearning(t *testing.T) {
	flat := figure.Curves{Series: []figure.Series{{Y: []float64{100, 100}}}}
	better := figure.Curves{Series: []figure.Series{{Y: []float64{50, 100}}}}
	for _, c := range []struct {
		example string
		score   figure.Curves
		panels  int
	}{{"left-right", flat, 1}, {"left-right", better, 2}, {"iris", flat, 2}, {"behaviour", flat, 2}} {
		if got := Learning(shown(t, built(t, example(c.example))), flat, c.score); len(got.Panels) != c.panels {
			t.Errorf("%s: %d panels, want %d", c.example, len(got.Panels), c.panels)
		}
	}
}
