package rule

import (
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Coupled is coupled learning (Stern, Hexner, Rocks & Liu 2021): every sample rests free under its input, and then with its
// outputs held a share Eta of the way to where they are wanted. A parameter goes down the difference of the stored
// energy's derivatives, which each bond sees by itself: stiffnesses, rest lengths, whatever the body has.
//
// As Eta goes to zero, with an error that falls as Eta, it is the gradient of the same errors, but those of several outputs
// are weighed by the stiffness that the outputs feel, (u-w) S^-1 (u-w), with S held: for one output it is that of the loss. It
// is scaled so that for one output it is dL/dtheta as well. Losses that want no displacement, as those of classes, hold the outputs
// down their slope by Eta times the largest displacement.
type Coupled struct {
	Eta float64 // 0: 0.1
	// Reach is a least distance, as a share of the largest displacement of an output, by which outputs are held away from
	// where they rest, past the target if need be. Biased gauges and noise then disturb the difference of two states the less the smaller the
	// error is: the motion for each unit of the error grows. 0: none.
	Reach float64

	u, slope, want, pull, free []float64
}

// Name implements learn.Rule.
func (*Coupled) Name() string { return "coupled learning" }

// Nudges implements learn.Nudging.
func (*Coupled) Nudges() int { return 1 }

// Holds implements learn.Holding.
func (*Coupled) Holds() {}

// Gradient implements learn.Rule.
func (r *Coupled) Gradient(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	energetic, single, err := contrasts(r, rig, loss)
	if err != nil {
		return 0, err
	}
	_, q := rig.Ports()
	if len(r.u) != q || len(r.free) != len(g) {
		r.u, r.slope, r.want, r.pull = make([]float64, q), make([]float64, q), make([]float64, q), make([]float64, q)
		r.free = make([]float64, len(g))
	}
	eta := r.Eta
	if eta == 0 {
		eta = 0.1
	}
	clear(g)
	mean, value := batch.Mean(), 0.0
	square, work := 0.0, 0.0 // of the motions of the outputs, and of the forces along them
	for i := range batch.Len() {
		row := batch.Row(i)
		in := batch.Set.Force(row)
		clear(r.free)
		if err := energetic.EnergyRate(in, nil, -1, r.u, r.free); err != nil {
			return 0, err
		}
		value += single.Eval(r.u, batch.Set.Goal(row), r.slope)
		c := clampTo(single, batch.Set.Goal(row), r.u, r.slope, eta, r.Reach, r.want)
		if c == 0 {
			learn.Weigh(rig, 0)
			continue
		}
		learn.Weigh(rig, mean/c)
		if err := learn.Clamp(energetic, in, r.want, mean/c, r.pull, g); err != nil {
			return 0, err
		}
		for m, v := range r.free {
			g[m] += mean / c * v
		}
		for o, v := range r.want {
			if d := v - r.u[o]; !math.IsNaN(d) {
				square += d * d / (c * c)
				work += r.pull[o] * d / (c * c)
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

// clampTo sets want to where outputs are held, NaN for those that are left free, and returns c: they are moved by -c dL/du.
// 0: nothing is left to move.
func clampTo(loss task.SampleLoss, goal task.Goal, u, slope []float64, eta, reach float64, want []float64) float64 {
	steepest := most(slope)
	if steepest == 0 {
		return 0
	}
	if square, ok := loss.(task.MeanSquare); ok {
		far := 0.0
		for o, w := range goal.Want {
			if !math.IsNaN(w) {
				far = math.Max(far, math.Abs(w-u[o]))
			}
		}
		if least := reach * most(u); eta*far < least {
			eta = least / far
		}
		for o, w := range goal.Want {
			want[o] = u[o] + eta*(w-u[o])
		}
		return eta * square.Of(0) * square.Of(0)
	}
	c := math.Max(eta, reach) * most(u) / steepest
	for o, v := range slope {
		want[o] = u[o] - c*v
	}
	return c
}
