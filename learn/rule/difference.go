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
	Step    float64 // change of a stiffness as a share of itself; 0 means 1e-5
	Forward bool    // one-sided differences, as in Fig. 1 of Li & Mao

	k      []float64
	m      learn.Measurement
	unused []float64
}

// Name implements learn.Rule.
func (*Difference) Name() string { return "finite differences" }

// Gradient implements learn.Rule.
func (d *Difference) Gradient(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	_, q := rig.Ports()
	d.k = append(d.k[:0], rig.Stiffness()...)
	d.m = learn.Measurement{Out: make([]float64, q), Elongation: make([]float64, rig.Modes())}
	d.unused = make([]float64, q)
	share := d.Step
	if share == 0 {
		share = 1e-5
	}
	middle, err := d.value(rig, loss, batch)
	if err != nil {
		return 0, err
	}
	for i, k := range d.k {
		step := share * k
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
	return d.value(rig, loss, batch)
}

// value is the mean loss at the stiffness set last.
func (d *Difference) value(rig learn.Rig, loss task.Loss, batch learn.Batch) (float64, error) {
	sum := 0.0
	for i := range batch.Len() {
		row := batch.Row(i)
		if err := rig.Apply(batch.Set.Force(row), nil, &d.m); err != nil {
			return 0, err
		}
		sum += loss.Eval(d.m.Out, batch.Set.Goal(row), d.unused)
	}
	return sum * batch.Mean(), nil
}
