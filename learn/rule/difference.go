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

// Looks implements learn.Changing; one-sided differences have one setting of each pair.
func (d *Difference) Looks(modes int) (loads, settings int) {
	if d.Forward {
		return modes + 1, modes
	}
	return 2*modes + 1, 2 * modes
}

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
		high, low := learn.Within(rig, i, k+step), learn.Within(rig, i, k-step)
		apart := 2 * step
		if _, ranged := rig.(learn.Ranged); ranged {
			apart = high - low
		}
		if d.Forward {
			low, apart = k, step
		}
		if g[i] = 0; apart == 0 { // it cannot change
			continue
		}
		up, err := d.at(rig, loss, batch, i, high)
		down := middle
		if err == nil && !d.Forward {
			down, err = d.at(rig, loss, batch, i, low)
		}
		if err != nil {
			return 0, err
		}
		g[i] = (up - down) / apart
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
