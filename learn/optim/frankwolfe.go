package optim

import (
	"errors"
	"math"
)

// FrankWolfe goes to the corner of the box that the signs of the slopes point
// at. Where outputs are ratios that a stiffness changes one way only
// (linear-fractional behaviours), the best network is such a corner and a few
// full steps find it; elsewhere the step is shortened until the loss falls.
//
// At any x the gap, sum of slope times distance to that corner, says how much
// any point of the box could gain to first order; a gap of zero is the
// certificate of a local optimum.
type FrankWolfe struct {
	g, corner, trial, unused []float64
	last                     []float64 // gap of the last step
}

// NewFrankWolfe makes the method for n variables.
func NewFrankWolfe(n int) *FrankWolfe {
	v := func() []float64 { return make([]float64, n) }
	return &FrankWolfe{g: v(), corner: v(), trial: v(), unused: v(), last: make([]float64, 1)}
}

// ErrNoCorners says that the problem is not a bounded box.
var ErrNoCorners = errors.New("frank-wolfe needs bounds: projection, and both ends of every range")

// Name implements Method.
func (f *FrankWolfe) Name() string { return "frank-wolfe" }

// Searches implements Searching.
func (*FrankWolfe) Searches() {}

// EndsItself implements SelfEnding.
func (*FrankWolfe) EndsItself() {}

// FullBatch implements Method.
func (f *FrankWolfe) FullBatch() bool { return true }

// State implements Method.
func (f *FrankWolfe) State() []Field { return []Field{{"gap", f.last}} }

// Restore implements Method.
func (f *FrankWolfe) Restore(saved []Field) error { return restore(f.State(), saved) }

// Step implements Method.
func (f *FrankWolfe) Step(p Problem, x []float64) (Report, error) {
	lo, hi := p.Box()
	if lo == nil {
		return Report{}, ErrNoCorners
	}
	value, err := p.Eval(x, f.g)
	if err != nil {
		return Report{}, err
	}
	report := Report{Value: value}
	gap := 0.0
	for i, g := range f.g {
		f.corner[i] = x[i]
		switch {
		case g > 0:
			f.corner[i] = lo[i]
		case g < 0:
			f.corner[i] = hi[i]
		}
		if math.IsInf(f.corner[i], 0) {
			return Report{}, ErrNoCorners
		}
		gap += g * (x[i] - f.corner[i])
	}
	f.last[0] = gap
	if gap == 0 {
		report.Done, report.Why = true, "every bond stands at the bound that its slope points to: no point of the box is better to first order"
		return report, nil
	}
	for step := 1.0; step > 1e-9; step /= 2 {
		for i := range x {
			f.trial[i] = x[i]*(1-step) + f.corner[i]*step
		}
		found, err := orWorst(p.Eval(f.trial, f.unused))
		if err != nil {
			return report, err
		}
		if found < value {
			copy(x, f.trial)
			return report, nil
		}
	}
	report.Done, report.Why = true, "no step towards a corner of the box improves the loss"
	return report, nil
}
