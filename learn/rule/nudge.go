package rule

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Nudge is equilibrium propagation, centred (Scellier & Bengio 2017; Laborieux et al. 2021): every sample rests under its
// input with its outputs nudged a little towards less loss, and then away; the change of the stored energy's derivative
// by a parameter, for each unit of the nudge b, is the derivative of the loss:
//
//	dL/dtheta = (dW/dtheta(+b) - dW/dtheta(-b)) / 2b,   nudged by the load -b dL/du
//
// It is exact as b goes to zero, with an error that falls as b^2. Each bond needs only its own two elongations.
type Nudge struct {
	Load float64 // of the largest nudge at an output, N; 0: a thousandth of the largest load at an input

	u, slope, seen, load []float64
}

// Name implements learn.Rule.
func (*Nudge) Name() string { return "equilibrium propagation" }

// Nudges implements learn.Nudging.
func (*Nudge) Nudges() int { return 2 }

// Gradient implements learn.Rule.
func (r *Nudge) Gradient(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	energetic, ok := rig.(learn.Energetic)
	single, each := loss.(task.SampleLoss)
	if !ok || !each {
		return 0, fmt.Errorf("%s needs a rig that tells its energy, and a loss of single samples", r.Name())
	}
	if err := task.Check(loss); err != nil {
		return 0, err
	}
	_, q := rig.Ports()
	if len(r.u) != q {
		r.u, r.slope, r.seen, r.load = make([]float64, q), make([]float64, q), make([]float64, q), make([]float64, q)
	}
	clear(g)
	mean, value := batch.Mean(), 0.0
	for i := range batch.Len() {
		row := batch.Row(i)
		in := batch.Set.Force(row)
		m := learn.Measurement{Out: r.u}
		if err := rig.Apply(in, nil, &m); err != nil {
			return 0, err
		}
		value += single.Eval(r.u, batch.Set.Goal(row), r.slope)
		steepest, pushed := 0.0, 0.0
		for _, v := range r.slope {
			steepest = math.Max(steepest, math.Abs(v))
		}
		for _, v := range in {
			pushed = math.Max(pushed, math.Abs(v))
		}
		if steepest == 0 {
			continue
		}
		most := r.Load
		if most == 0 {
			most = 1e-3 * pushed
		}
		b := most / steepest
		for _, sign := range [2]float64{1, -1} {
			for o, v := range r.slope {
				r.load[o] = -sign * b * v
			}
			if err := energetic.EnergyRate(in, r.load, sign*mean/(2*b), r.seen, g); err != nil {
				return 0, err
			}
		}
	}
	return value * mean, nil
}
