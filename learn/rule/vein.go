package rule

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Vein lets what carries much grow, as veins and slime moulds do (Tero, Kobayashi & Nakagaki 2007; Hu & Cai 2013): dC/dt = C0 (|Q|/Q0)^Power - C, with
// |Q| the root mean square over the loads of what flows through an element of conductance C (of a spring: its force and its stiffness). Where it rests,
// dissipation is least for a cost of C^G, G = 2/Power - 1. Of two ways that carry the same current both live for Power < 1, and the wider one alone
// for Power > 1: then loops die, unless loads that change keep them.
type Vein struct {
	Power       float64
	Flow        float64 // Q0, at which C0 stays
	Conductance float64 // C0

	u, g []float64
}

// Name implements learn.Rule.
func (*Vein) Name() string { return "vein" }

// Untaught implements learn.Untaught.
func (*Vein) Untaught() {}

// Gradient implements learn.Rule: minus dC/dt/C^2, so that gradient-descent on a logarithmic scale takes a step of time of that equation. The loss
// is that of the task, which nothing follows.
func (r *Vein) Gradient(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	for _, v := range []float64{r.Power, r.Flow, r.Conductance} {
		if !(v > 0) || math.IsInf(v, 0) {
			return 0, fmt.Errorf("power %g, flow %g, conductance %g of vein; all are above zero", r.Power, r.Flow, r.Conductance)
		}
	}
	var value float64
	var err error
	if r.u, r.g, value, err = energies(r, rig, loss, batch, r.u, r.g, g); err != nil {
		return 0, err
	}
	for i, c := range rig.Stiffness() {
		flow := c * math.Sqrt(2*max(0, g[i]))
		g[i] = (1 - r.Conductance/c*math.Pow(flow/r.Flow, r.Power)) / c
	}
	return value, nil
}
