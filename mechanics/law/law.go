// Package law says how force follows deformation: springs, hardening bonds,
// sections of beams, conductances.
//
// Its one idea: a law maps the deformations e of an element and its parameters
// theta to forces t, and says how t changes with each. The derivative of a loss
// by a parameter is then the sum over modes of a dt/dtheta, with a the adjoint
// deformation (a o e of Li & Mao where t = k e), and that sum is taken in one
// place (package body). A law knows no network and no unknown, and has no state,
// so any number of goroutines may share it. A law is either Linear or Curved;
// a new one is one file here and one line in names.go.
package law

import "fmt"

// Span is what a law is handed: a number of elements of one kind, one after the other.
type Span struct {
	N     int       // elements
	Theta []float64 // parameters; N x len(Params)
	Size  []float64 // length as built, m, or angle, rad; N
	E     []float64 // deformations; N x Modes
}

// Param is a parameter of a law.
type Param struct {
	Name, Unit string
	Least      float64 // what it must exceed; -Inf for none
}

// Law is what all laws say of themselves.
type Law interface {
	// Name is the word in experiment files.
	Name() string
	// Params are the parameters of one element.
	Params() []Param
	// Modes is the number of deformations of one element that it serves; 0 for any.
	Modes() int
}

// Linear is a Law with t = w e, where the weights w depend on parameters and size alone.
type Linear interface {
	Law
	// Weigh sets w: N x Modes.
	Weigh(s *Span, w []float64)
	// WeighRate sets dw/dtheta: N x Modes x len(Params).
	WeighRate(s *Span, rate []float64)
	// WeighSizeRate sets dw/dsize: N x Modes.
	WeighSizeRate(s *Span, rate []float64)
}

// Curved is a Law with any t(e).
type Curved interface {
	Law
	// Force sets the force t of every mode and its derivative slope by its own deformation (N x Modes each), and
	// returns the energy of all.
	Force(s *Span, t, slope []float64) (energy float64)
	// Rate sets dt/dtheta: N x Modes x len(Params).
	Rate(s *Span, rate []float64)
	// SizeRate sets dt/dsize at fixed e: N x Modes.
	SizeRate(s *Span, rate []float64)
	// EnergyRate sets dW/dtheta: N x len(Params).
	EnergyRate(s *Span, rate []float64)
	// EnergySizeRate sets dW/dsize at fixed e: N.
	EnergySizeRate(s *Span, rate []float64)
}

// Bounded is a Law that is known for some deformations only, and goes on beyond them by a rule of its own.
type Bounded interface {
	// Reach is the ends between which it is known of element i.
	Reach(s *Span, i int) (lo, hi float64)
}

// PointError says which of the points that a law is given is wrong, from 0, and why; after a semicolon the way out.
type PointError struct {
	Point int // -1: all of them
	Cause string
}

// Error implements error.
func (e *PointError) Error() string { return e.Cause }

// Force sets t and slope for any law and returns the energy.
func Force(l Law, s *Span, t, slope []float64) (energy float64) {
	switch l := l.(type) {
	case Curved:
		return l.Force(s, t, slope)
	case Linear:
		l.Weigh(s, slope)
		for m, e := range s.E {
			t[m] = slope[m] * e
			energy += t[m] * e / 2
		}
		return energy
	}
	panic(neither(l))
}

// Rate sets dt/dtheta for any law.
func Rate(l Law, s *Span, rate []float64) {
	switch l := l.(type) {
	case Curved:
		l.Rate(s, rate)
	case Linear:
		l.WeighRate(s, rate)
		params := len(rate) / max(len(s.E), 1)
		for m, e := range s.E {
			for p := range params {
				rate[m*params+p] *= e
			}
		}
	default:
		panic(neither(l))
	}
}

// SizeRate sets dt/dsize at fixed e for any law.
func SizeRate(l Law, s *Span, rate []float64) {
	switch l := l.(type) {
	case Curved:
		l.SizeRate(s, rate)
	case Linear:
		l.WeighSizeRate(s, rate)
		for m, e := range s.E {
			rate[m] *= e
		}
	default:
		panic(neither(l))
	}
}

// EnergyRate adds scale dW/dtheta to g (N x len(Params)) for any law. work is scratch, N x Modes x len(Params).
func EnergyRate(l Law, s *Span, scale float64, g, work []float64) {
	switch l := l.(type) {
	case Curved:
		l.EnergyRate(s, work[:len(g)])
		for i, v := range work[:len(g)] {
			g[i] += scale * v
		}
	case Linear:
		l.WeighRate(s, work)
		params, modes := len(l.Params()), len(s.E)/max(s.N, 1)
		for m, e := range s.E {
			for p := range params {
				g[m/modes*params+p] += scale * work[m*params+p] * e * e / 2
			}
		}
	default:
		panic(neither(l))
	}
}

// EnergySizeRate sets dW/dsize at fixed e for any law (N). work is scratch, N x Modes.
func EnergySizeRate(l Law, s *Span, rate, work []float64) {
	switch l := l.(type) {
	case Curved:
		l.EnergySizeRate(s, rate)
	case Linear:
		l.WeighSizeRate(s, work)
		clear(rate)
		modes := len(s.E) / max(s.N, 1)
		for m, e := range s.E {
			rate[m/modes] += work[m] * e * e / 2
		}
	default:
		panic(neither(l))
	}
}

func neither(l Law) string {
	return fmt.Sprintf("law: %s is neither Linear nor Curved", l.Name())
}
