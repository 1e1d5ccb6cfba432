package law

import "math"

// Pull is a force that does not depend on the deformation: t = p, and so an energy of p e. Its derivative by p is the deformation
// itself: a reading, which pulls along what it reads.
type Pull struct{}

// Name implements Law.
func (Pull) Name() string { return "pull" }

// Modes implements Law.
func (Pull) Modes() int { return 1 }

// Params implements Law.
func (Pull) Params() []Param { return []Param{{"pull", "N", math.Inf(-1)}} }

// Force implements Curved.
func (Pull) Force(s *Span, t, slope []float64) (energy float64) {
	for i, p := range s.Theta[:s.N] {
		t[i], slope[i] = p, 0
		energy += p * s.E[i]
	}
	return energy
}

// Rate implements Curved.
func (Pull) Rate(_ *Span, rate []float64) {
	for i := range rate {
		rate[i] = 1
	}
}

// SizeRate implements Curved.
func (Pull) SizeRate(_ *Span, rate []float64) { clear(rate) }

// EnergyRate implements Curved.
func (Pull) EnergyRate(s *Span, rate []float64) { copy(rate, s.E[:s.N]) }

// EnergySizeRate implements Curved.
func (Pull) EnergySizeRate(_ *Span, rate []float64) { clear(rate) }
