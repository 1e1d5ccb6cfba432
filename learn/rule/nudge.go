package rule

import (
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Nudge is equilibrium propagation (Scellier & Bengio 2017; centred: Laborieux et al. 2021): every sample rests under its
// input with its outputs nudged a little towards less loss, and then away; the change of the stored energy's derivative
// by a parameter, for each unit of the nudge b, is the derivative of the loss:
//
//	dL/dtheta = (dW/dtheta(+b) - dW/dtheta(-b)) / 2b,   nudged by the load -b dL/du
//
// It is exact as b goes to zero, with an error that falls as b^2. One-sided, the state without a nudge stands in place of one of
// the two: a load less, and an error that falls as b. Each bond needs only its own two elongations.
type Nudge struct {
	Load float64 // of the largest nudge at an output, N; 0: by Most
	Most float64 // the same as a share of the largest load at an input; 0: a thousandth
	Side int     // 0: to both sides; 1: towards less loss; -1: away

	u, slope, seen, load, free []float64
}

// Name implements learn.Rule.
func (r *Nudge) Name() string {
	return [3]string{"equilibrium propagation, negative", "equilibrium propagation", "equilibrium propagation, positive"}[r.Side+1]
}

// Nudges implements learn.Nudging.
func (r *Nudge) Nudges() int {
	if r.Side != 0 {
		return 1
	}
	return 2
}

// Gradient implements learn.Rule.
func (r *Nudge) Gradient(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	energetic, single, err := contrasts(r, rig, loss)
	if err != nil {
		return 0, err
	}
	_, q := rig.Ports()
	if len(r.u) != q || len(r.free) != len(g) {
		r.u, r.slope, r.seen, r.load = make([]float64, q), make([]float64, q), make([]float64, q), make([]float64, q)
		r.free = make([]float64, len(g))
	}
	clear(g)
	mean, value := batch.Mean(), 0.0
	for i := range batch.Len() {
		row := batch.Row(i)
		in := batch.Set.Force(row)
		if r.Side == 0 {
			err = rig.Apply(in, nil, &learn.Measurement{Out: r.u})
		} else {
			clear(r.free)
			err = energetic.EnergyRate(in, nil, float64(-r.Side), r.u, r.free)
		}
		if err != nil {
			return 0, err
		}
		value += single.Eval(r.u, batch.Set.Goal(row), r.slope)
		steepest := most(r.slope)
		if steepest == 0 {
			if r.Side != 0 {
				learn.Weigh(rig, 0)
			}
			continue
		}
		hung, err := nudgeBy(rig, in, r.Load, or(r.Most, 1e-3))
		if err != nil {
			return 0, err
		}
		b := hung / steepest
		if r.Side != 0 {
			learn.Weigh(rig, mean/b)
		}
		for _, sign := range [2]float64{1, -1} {
			if r.Side != 0 && sign != float64(r.Side) {
				continue
			}
			for o, v := range r.slope {
				r.load[o] = -sign * b * v
			}
			apart := 2.0
			if r.Side != 0 {
				apart = 1
			}
			if err := energetic.EnergyRate(in, r.load, sign*mean/(apart*b), r.seen, g); err != nil {
				return 0, err
			}
		}
		if r.Side != 0 {
			for m, v := range r.free {
				g[m] += mean / b * v
			}
		}
	}
	return value * mean, nil
}
