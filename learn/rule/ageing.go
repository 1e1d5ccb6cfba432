package rule

import (
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Ageing is directed ageing (Pashine, Hexner, Liu & Nagel 2019): every sample is held in the state that is wanted, with its
// outputs where they shall go, and what stores energy there gives way. It is no gradient: there is no free state to
// compare with, so a bond can only soften, and nothing tells it when to end. The input alone is hung only to tell the loss.
type Ageing struct {
	u, slope, want, pull []float64
}

// Name implements learn.Rule.
func (*Ageing) Name() string { return "directed ageing" }

// Nudges implements learn.Nudging.
func (*Ageing) Nudges() int { return 1 }

// Holds implements learn.Holding.
func (*Ageing) Holds() {}

// Gradient implements learn.Rule: the mean of dW/dtheta, divided by the square of the error that counts as one and the stiffness
// of the outputs, so that it has the unit of dL/dtheta.
func (r *Ageing) Gradient(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	energetic, single, err := contrasts(r, rig, loss)
	if err != nil {
		return 0, err
	}
	_, q := rig.Ports()
	if len(r.u) != q {
		r.u, r.slope, r.want, r.pull = make([]float64, q), make([]float64, q), make([]float64, q), make([]float64, q)
	}
	clear(g)
	mean, value := batch.Mean(), 0.0
	square, work := 0.0, 0.0
	for i := range batch.Len() {
		row := batch.Row(i)
		in := batch.Set.Force(row)
		if err := rig.Apply(in, nil, &learn.Measurement{Out: r.u}); err != nil {
			return 0, err
		}
		value += single.Eval(r.u, batch.Set.Goal(row), r.slope)
		c := clampTo(single, batch.Set.Goal(row), r.u, r.slope, 1, 0, r.want)
		if c == 0 {
			continue
		}
		if err := learn.Clamp(energetic, in, r.want, mean/c, r.pull, g); err != nil {
			return 0, err
		}
		for o, v := range r.want {
			if d := v - r.u[o]; !math.IsNaN(d) {
				square += d * d
				work += r.pull[o] * d
			}
		}
	}
	if work > 0 {
		for m := range g {
			g[m] *= square / work
		}
		learn.WeighAll(rig, square/work)
	}
	return value * mean, nil
}
