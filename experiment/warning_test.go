package experiment

import (
	"math"
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

func TestWantedDisplacementsThatAreLarge(t *testing.T) {
	w := warned(t, bars("1 mN", "-1 m"))
	if len(w) != 1 || w[0].Code != "E0706" || w[0].Share != 0.2 || w[0].Move != 1 || w[0].Output != "node 2" || w[0].Linear != nil {
		t.Errorf("%+v", w)
	}
	if w := warned(t, bars("1 mN", "-1 mm")); len(w) != 0 {
		t.Errorf("a small one: %+v", w)
	}
}
