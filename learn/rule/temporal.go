package rule

import (
	"math"

	"github.com/elastrain/elastrain/internal/elementary"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Temporal is temporal contrastive learning with integral feedback (Falk, Strupp, Scellier & Murugan 2025): the outputs are nudged towards
// less loss at once, and let go slowly, in Return steps. A bond stores no state. It feels s, the derivative of its own energy by its
// parameter, keeps a leaky integral m of it with a memory of Memory loads, and changes by what is left, where that is more than a
// threshold:
//
//	dm/dt = (s - m)/Memory,   dtheta/dt = -g(s - m),   g(x) = x where |x| > threshold, else 0
//
// So its kernel is a peak less an exponential of the same area: it forgets what is constant, sees the quick rise, and takes no notice of the slow
// return. What a bond sees of the rise is the slope of the loss along its parameter, less the threshold, which must lie above what it sees of a step of the
// return; bonds that the nudge changes less than that are left out. It tends to the gradient as 1/Return and as the nudge go to zero.
//
// The threshold is one for all bonds, set by who trains from the largest signal that any bond has. The energy bound of the paper is that of a memory of molecules,
// and is not claimed here.
type Temporal struct {
	Load   float64 // largest nudge at an output, N; 0: by Most
	Most   float64 // the same as a share of the largest load at an input; 0: a hundredth
	Return int     // loads of the return; 0: 8
	Memory float64 // in loads; 0: 0.5

	u, slope, seen, load, signal, kept []float64
}

// Name implements learn.Rule.
func (*Temporal) Name() string { return "temporal contrastive learning" }

// Nudges implements learn.Nudging.
func (r *Temporal) Nudges() int { return 1 + r.returns() }

func (r *Temporal) returns() int {
	if r.Return == 0 {
		return 8
	}
	return r.Return
}

// Gradient implements learn.Rule: each sample rests free until the bonds are used to it, is nudged, and let go.
func (r *Temporal) Gradient(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	energetic, single, err := contrasts(r, rig, loss)
	if err != nil {
		return 0, err
	}
	_, q := rig.Ports()
	if len(r.u) != q || len(r.kept) != len(g) {
		r.u, r.slope, r.seen, r.load = make([]float64, q), make([]float64, q), make([]float64, q), make([]float64, q)
		r.signal, r.kept = make([]float64, len(g)), make([]float64, len(g))
	}
	clear(g)
	mean, value, n := batch.Mean(), 0.0, r.returns()
	left := elementary.Exp(-1 / or(r.Memory, 0.5)) // of what is new, after a load
	units := learn.Units(rig)
	for i := range batch.Len() {
		row := batch.Row(i)
		in := batch.Set.Force(row)
		clear(r.kept)
		if err := energetic.EnergyRate(in, nil, 1, r.u, r.kept); err != nil {
			return 0, err
		}
		value += single.Eval(r.u, batch.Set.Goal(row), r.slope)
		steepest := most(r.slope)
		if steepest == 0 {
			learn.Weigh(rig, 0)
			continue
		}
		hung, err := nudgeBy(rig, in, r.Load, or(r.Most, 1e-2))
		if err != nil {
			return 0, err
		}
		b, threshold := hung/steepest, 0.0
		learn.Weigh(rig, mean/b)  // what counts is the rise, from here to the nudge
		for step := range 1 + n { // nudged, and less so by each step, until it rests free again
			for o, v := range r.slope {
				r.load[o] = -b * v * float64(n-step) / float64(n)
			}
			clear(r.signal)
			if err := energetic.EnergyRate(in, r.load, 1, r.seen, r.signal); err != nil {
				return 0, err
			}
			if step > 0 {
				learn.Weigh(rig, 0)
			} else {
				learn.Weigh(rig, mean/b)
				for m, s := range r.signal {
					threshold = max(threshold, math.Abs(s-r.kept[m])*units[m])
				}
				threshold *= 1.5 / (float64(n) * (1 - left))
			}
			for m, s := range r.signal {
				x := s - r.kept[m]
				r.kept[m] = s - left*x
				// What is new decays during the load, and counts while it is above the threshold.
				if least := threshold / units[m]; math.Abs(x) > least {
					g[m] += mean / b * (x - math.Copysign(max(least, left*math.Abs(x)), x))
				}
			}
		}
	}
	return value * mean, nil
}
