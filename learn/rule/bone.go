package rule

import (
	"errors"
	"fmt"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Bone lets what is strained grow and what is not waste (Frost's mechanostat; Huiskes et al. 1987): a parameter stays where the energy stored for each
// unit of it, dW/dtheta, is SetPoint in the mean over the loads, and changes by (dW/dtheta - SetPoint)/SetPoint of itself in a unit of time. It
// knows no target. Under given forces this is the steepest way down of half the compliance f.u and a price of SetPoint for each unit of
// material, so at rest the energy is the same everywhere, but at ends of ranges.
type Bone struct {
	SetPoint float64 // dW/dtheta: of a stiffness half the square of the elongation at which it stays

	u, g []float64
}

// Name implements learn.Rule.
func (*Bone) Name() string { return "bone" }

// Untaught implements learn.Untaught.
func (*Bone) Untaught() {}

// Gradient implements learn.Rule: minus the growth that is asked for, as a share of the parameter, divided by it, so that gradient-descent on
// a logarithmic scale grows by it. The loss is that of the task, which nothing follows.
func (r *Bone) Gradient(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	if !(r.SetPoint > 0) {
		return 0, fmt.Errorf("a set point of %g for bone; it is above zero", r.SetPoint)
	}
	var value float64
	var err error
	if r.u, r.g, value, err = energies(r, rig, loss, batch, r.u, r.g, g); err != nil {
		return 0, err
	}
	for i, theta := range rig.Stiffness() {
		g[i] = (1 - g[i]/r.SetPoint) / theta
	}
	return value, nil
}

// energies sets g to the mean of dW/dtheta over a batch under its inputs alone, and returns the loss; u and slope are scratch.
func energies(r learn.Rule, rig learn.Rig, loss task.Loss, batch learn.Batch, u, slope, g []float64) (_, _ []float64, value float64, err error) {
	energetic, ok := rig.(learn.Energetic)
	if !ok {
		return u, slope, 0, errors.New(r.Name() + " needs a rig that tells its energy")
	}
	if err := task.Check(loss); err != nil {
		return u, slope, 0, err
	}
	_, q := rig.Ports()
	if n := batch.Len() * q; cap(u) < n || cap(slope) < n {
		u, slope = make([]float64, n), make([]float64, n)
	}
	u, slope = u[:batch.Len()*q], slope[:batch.Len()*q]
	clear(g)
	mean := batch.Mean()
	for i := range batch.Len() {
		if err := energetic.EnergyRate(batch.Set.Force(batch.Row(i)), nil, mean, u[i*q:(i+1)*q], g); err != nil {
			return u, slope, 0, err
		}
	}
	return u, slope, mean * task.Total(loss, batch.Set, batch.Rows, u, slope), nil
}
