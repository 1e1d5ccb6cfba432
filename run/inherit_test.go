package run

import (
	"context"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
)

// A square of beams with angular springs, whose bond 6 is a second diagonal.
const framed = `elastrain: 1
network:
  nodes: [[0 mm, 0 mm], [20 mm, 0 mm], [20 mm, 20 mm], [0 mm, 20 mm]]
  bonds: [[1, 2], [2, 3], [3, 4], [4, 1], [1, 3], [2, 4]]
material: {young: 2.5 GPa, thickness: 4 mm}
elements:
  - {kind: beam, width: 1..3 mm, bonds: [1, 3, 5, 6]}
  - {kind: bar, stiffness: 1..2 N/mm, start: random}
  - {kind: angle, at: corners, angular: 1..2 N mm}
supports: {clamped: [1]}
task:
  kind: behaviour
  cases:
    - push: [{node: 3, along: -y, force: 1 N}]
      want: [{node: 2, along: x, move: 0.02 mm}]
learn: {method: l-bfgs, epochs: 5}
`

// What is left of a trained frame when a bond is cut keeps its own parameters: bonds by their numbers, angles by their nodes.
func TestCutFrame(t *testing.T) {
	trained := load(t, framed)
	file, _, err := trained.Damaged([]int{5})
	check(t, err)
	x, err := experiment.Build(file, trained.Files(atomicfile.OS{}), experiment.Options{})
	check(t, err)
	start := x.Inherit(trained.Experiment, trained.Stiffness)
	old, now := trained.Experiment.Solid.Body, x.Solid.Body
	if len(start) >= len(trained.Stiffness) {
		t.Fatalf("%d parameters after the cut, %d before", len(start), len(trained.Stiffness))
	}
	kept := 0
	for i := range now.Elements {
		for j := range old.Elements {
			a, b := &now.Elements[i], &old.Elements[j]
			same := a.Kind.Name() == b.Kind.Name() && len(a.Nodes) == len(b.Nodes)
			for n := range a.Nodes {
				same = same && a.Nodes[n] == b.Nodes[n]
			}
			if !same {
				continue
			}
			kept++
			if got, want := start[now.ThetaOf(i)], trained.Stiffness[old.ThetaOf(j)]; got != want {
				t.Errorf("%s at nodes %v: %g, and it had %g", a.Kind.Name(), a.Nodes, got, want)
			}
		}
	}
	if kept < 8 {
		t.Errorf("only %d elements of %d were there before", kept, len(now.Elements))
	}
	cuts, err := trained.CutEach(context.Background(), atomicfile.OS{}, Relearn, nil)
	check(t, err)
	if len(cuts) != 6 {
		t.Errorf("%d bonds were cut", len(cuts))
	}
	for _, cut := range cuts {
		if cut.Mechanism == "" && (cut.Loss == nil || cut.LossRetrained == nil || *cut.LossRetrained > *cut.Loss*(1+1e-9)) {
			t.Errorf("bond %d: loss %v after the cut, %v after retraining", cut.Bond, cut.Loss, cut.LossRetrained)
		}
	}
}
