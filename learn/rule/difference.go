package rule

import (
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Difference measures dL/dk by changing one stiffness at a time: 2 M loadings
// of the whole batch where backpropagation needs 2. It is the check of other
// rules, and what a bench without adjoint loads would have to do.
type Difference struct {
	Step    float64 // change of a stiffness as a share of itself, or of what the rig measures it by; 0 means 1e-5
	Forward bool    // one-sided differences, as in Fig. 1 of Li & Mao

	k []float64
}

// Name implements learn.Rule.
func (*Difference) Name() string { return "finite differences" }

// Gradient implements learn.Rule.
func (d *Difference) Gradient(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	d.k = append(d.k[:0], rig.Stiffness()...)
	share := d.Step
	if share == 0 {
		share = 1e-5
	}
	middle, err := learn.MeanLoss(rig, loss, batch)
	if err != nil {
		return 0, err
	}
	units := learn.Units(rig)
	for i, k := range d.k {
		step := share * units[i]
		up, err := d.at(rig, loss, batch, i, k+step)
		if err != nil {
			return 0, err
		}
		if d.Forward {
			g[i] = (up - middle) / step
		} else {
			down, err := d.at(rig, loss, batch, i, k-step)
			if err != nil {
				return 0, err
			}
			g[i] = (up - down) / (2 * step)
		}
		d.k[i] = k
	}
	if err := rig.SetStiffness(d.k); err != nil {
		return 0, err
	}
	if math.IsNaN(middle) {
		return middle, task.ErrStill
	}
	return middle, nil
}

func (d *Difference) at(rig learn.Rig, loss task.Loss, batch learn.Batch, i int, k float64) (float64, error) {
	d.k[i] = k
	if err := rig.SetStiffness(d.k); err != nil {
		return 0, err
	}
	return learn.MeanLoss(rig, loss, batch)
}
