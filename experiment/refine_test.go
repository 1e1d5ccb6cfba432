package experiment

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/learn"
)

// A long tower of many beams loses nine digits in a plain solve. Training is refined there as what check shows is, and not
// where nothing is lost.
func TestSlenderFramesAreRefinedInTraining(t *testing.T) {
	for _, c := range []struct {
		size, last string
		refined    bool
	}{{"2 x 3", "6", false}, {"2 x 150", "300", true}} {
		last := c.last
		x := build(t, `
elastrain: 1
network: {lattice: triangular, size: `+c.size+`, spacing: 10 mm}
material: {young: 2 GPa, thickness: 4 mm}
elements:
  - {kind: beam, width: 1..2 mm}
supports: {clamped: [1, 2]}
task:
  kind: behaviour
  cases:
    - push: [{node: `+last+`, along: x, force: 0.01 N}]
      want: [{node: `+last+`, along: x, move: 1 mm}]
    - push: [{node: 3, along: x, force: 0.01 N}]
      want: [{node: `+last+`, along: x, move: 1 mm}]
`)
		rig, out := x.Solid.Rig, make([]float64, x.Train.N*x.Train.Q)
		if err := rig.Forward(learn.Batch{Set: x.Train}, out); err != nil {
			t.Fatal(err)
		}
		m := learn.Measurement{Out: make([]float64, x.Train.Q)}
		for i := range x.Train.N {
			if err := rig.Apply(x.Train.Force(i), make([]float64, x.Train.Q), &m); err != nil { // refined, as ever
				t.Fatal(err)
			}
			if off := math.Abs(out[i]/m.Out[0] - 1); off > 1e-12 {
				t.Errorf("size %s, sample %d: training reads %.15g, with a share of %.1e lost", c.size, i+1, out[i], off)
			}
		}
		if got := x.Solid.Eq.Careful(); got != c.refined {
			t.Errorf("size %s: answers are refined: %v, want %v", c.size, got, c.refined)
		}
	}
}
