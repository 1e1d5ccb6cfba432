package rule

import (
	"errors"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Frequency is frequency propagation (Anisetti, Kandala, Scellier & Schwarz 2024) far below the first resonance: the input swings at
// one frequency and the error of the outputs at twice that, both at once, and a bond multiplies the two amplitudes that it locks in to:
//
//	e(t) = E cos(wt) + A cos(2wt),   dL/dk = E A / b,   hung: f cos(wt) - b dL/du cos(2wt)
//
// Seen at four instants of the period this is the input and the error with all four pairs of signs. A bond needs no memory of another state and is
// told no phase: it averages the derivative of its own energy against the product of the two swings. It is exact on a lattice that answers in
// proportion, for errors of any size. Masses add an error: with r the share of w in the first frequency of the lattice, the errors of E A, each by the
// stiffness of its bond, add up to no more than 1/((1-r²)(1-4r²)) - 1, or 5 r² where r is small, of |E||A|, with |E|² the sum of k E².
type Frequency struct {
	Load float64 // largest load that the error swings as, N; 0: by Most
	Most float64 // the same as a share of the largest load at an input; 0: as large

	u, slope, seen, in, load, signal, before []float64
}

// ErrSwing refuses a rig that answers one side of a swing otherwise than the other.
var ErrSwing = errors.New("frequency propagation swings inputs and error to both sides, and this rig does not answer in proportion to them: use equilibrium propagation")

// Name implements learn.Rule.
func (*Frequency) Name() string { return "frequency propagation" }

// Nudges implements learn.Nudging: four instants.
func (*Frequency) Nudges() int { return 4 }

// Gradient implements learn.Rule.
func (r *Frequency) Gradient(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	energetic, single, err := contrasts(r, rig, loss)
	if err != nil {
		return 0, err
	}
	if !learn.InProportion(rig) {
		return 0, ErrSwing
	}
	p, q := rig.Ports()
	if len(r.u) != q || len(r.signal) != len(g) || len(r.in) != p {
		r.u, r.slope, r.seen, r.load, r.in, r.signal = make([]float64, q), make([]float64, q), make([]float64, q), make([]float64, q), make([]float64, p), make([]float64, len(g))
	}
	clear(g)
	mean, value := batch.Mean(), 0.0
	for i := range batch.Len() {
		row := batch.Row(i)
		in := batch.Set.Force(row)
		if err := rig.Apply(in, nil, &learn.Measurement{Out: r.u}); err != nil {
			return 0, err
		}
		value += single.Eval(r.u, batch.Set.Goal(row), r.slope)
		steepest := most(r.slope)
		if steepest == 0 {
			continue
		}
		hung, err := nudgeBy(rig, in, r.Load, or(r.Most, 1))
		if err != nil {
			return 0, err
		}
		b := hung / steepest
		doubting, doubts := rig.(learn.Doubting)
		if doubts {
			r.before = append(r.before[:0], g...)
		}
		for _, sign := range [4][2]float64{{1, 1}, {1, -1}, {-1, -1}, {-1, 1}} {
			for a, f := range in {
				r.in[a] = sign[0] * f
			}
			for o, v := range r.slope {
				r.load[o] = -sign[1] * b * v
			}
			clear(r.signal) // one gauge a bond sees all instants
			if err := energetic.EnergyRate(r.in, r.load, 1, r.seen, r.signal); err != nil {
				return 0, err
			}
			learn.Weigh(rig, sign[0]*sign[1]*mean/(4*b))
			for m, s := range r.signal {
				g[m] += sign[0] * sign[1] * mean / (4 * b) * s
			}
		}
		if doubts {
			for m, v := range g {
				r.before[m] = v - r.before[m]
			}
			doubting.Doubt(row, r.before)
		}
	}
	return value * mean, nil
}
