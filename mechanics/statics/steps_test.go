package statics_test

import (
	"testing"

	"github.com/elastrain/elastrain/internal/reference"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// However finely a load is put on, the state is the same one: coarse steps do not land on another branch.
func TestLoadStepsAgree(t *testing.T) {
	for _, name := range []string{"angular_chain_finite", "angular_kagome_finite", "large_stretch_linear", "large_stretch_green",
		"large_stretch_log", "large_stretch_log_force", "large_stretch_3d_linear"} {
		t.Run(name, func(t *testing.T) {
			c := reference.Load(t, name)
			r := solve(t, c, barPlan(t, c, true), element.Along(len(c.Nodes[0])))
			load := &statics.Load{F: make([]float64, r.b.Space.N)}
			for _, l := range c.Loads {
				statics.Port{{Node: int(l[0]), Part: r.parts[int(l[1])], Weight: 1}}.Put(&r.b.Space, l[2], load.F)
			}
			var first *body.State
			for _, steps := range []int{1, 3, 30, 300} {
				q := statics.New(r.b, true)
				q.Steps = steps
				if err := q.Set(r.b.Theta()); err != nil {
					t.Fatal(err)
				}
				s := r.b.NewState()
				if _, err := q.Rest(load, s); err != nil {
					t.Fatalf("%d steps: %v", steps, err)
				}
				if first == nil {
					first = s
				}
				r.close("displacements", s.U, first.U, 1e-8)
			}
		})
	}
}
