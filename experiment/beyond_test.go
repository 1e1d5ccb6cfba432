package experiment

import (
	"slices"
	"strings"
	"testing"
)

// A bond that goes beyond the points of its law is named, with the load case and how far it goes, in warnings and in answers;
// within the points, and with a rest length that brings it back among them, nothing is said.
func TestBeyondTheTable(t *testing.T) {
	chain := func(first, second, rest string) *Experiment {
		return build(t, `elastrain: 1
network: {nodes: [[0 mm, 0 mm], [20 mm, 0 mm], [40 mm, 0 mm]], bonds: [[1, 2], [2, 3]]}
elements:
  - {kind: bar, bonds: [1], law: table, points: [[-1 mm, -0.1 N], [0 mm, 0 N], [2 mm, 0.3 N]], factor: 0.5..2 at 1`+rest+`}
  - {kind: bar, bonds: [2], stiffness: 300 N/m}
statics: {deformation: finite}
supports: {pinned: [1], rollers: [{node: 2, held: y}, {node: 3, held: y}]}
task:
  kind: behaviour
  cases:
    - push: [{node: 3, along: x, force: `+first+`}]
      want: [{node: 3, along: x, move: 1 mm}]
    - push: [{node: 3, along: x, force: `+second+`}]
      want: [{node: 3, along: x, move: 2 mm}]
`)
	}
	for _, c := range []struct {
		first, second, rest string
		sample              int // 0: none
	}{
		{"0.1 N", "0.29 N", "", 0}, {"0.1 N", "0.31 N", "", 2}, {"-0.11 N", "0.1 N", "", 1},
		{"0.1 N", "0.31 N", ", rest: 20.5 mm", 2}, // the force at the end is what counts, wherever the bond is at rest
		{"0.1 N", "0.29 N", ", rest: 22 mm", 0},
	} {
		x := chain(c.first, c.second, c.rest)
		list, err := x.Warnings()
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(list, func(w Warning) bool { return w.Code == "E0711" })
		if (at >= 0) != (c.sample > 0) {
			t.Errorf("%+v: %v", c, list)
			continue
		}
		for i := range 2 {
			a, err := x.Answer(x.Solid, x.Train.Force(i))
			if err != nil {
				t.Fatal(err)
			}
			if beyond := slices.Equal(a.Beyond, []string{"bar 1"}); beyond != (i+1 == c.sample) {
				t.Errorf("%+v: case %d answers that %v are beyond their laws", c, i+1, a.Beyond)
			}
		}
		if at >= 0 && (list[at].Sample != c.sample || list[at].Bond != 1 || !strings.Contains(list[at].Text, "1 of 2 elements lie beyond")) {
			t.Errorf("%+v: %+v", c, list[at])
		}
	}
}
