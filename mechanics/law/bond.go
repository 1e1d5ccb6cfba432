package law

import "math"

// Curve is the force of one bond as a function of its elongation: t(e) with e measured from the rest length l0.
type Curve interface {
	Name() string
	// Scale says whether the curve has a second parameter s, and its unit is that of e.
	Scale() bool
	// At is the force and what it depends on, for stiffness k, scale s, elongation e and rest length l0.
	At(k, s, e, l0 float64) Point
}

// Measured is a Curve whose first parameter is not a stiffness.
type Measured interface{ First() Param }

// Known is a Curve that is known between two elongations only.
type Known interface{ Between() (lo, hi float64) }

// Point is a curve at one elongation.
type Point struct {
	T, Slope, Energy float64 // t, dt/de, integral of t de
	DK, DS           float64 // dt/dk, dt/ds
	DL0              float64 // dt/dl0 at fixed e
	WK, WS, WL0      float64 // the same of the energy
}

// Bond is the law of a single deformation: a bar, a spring to ground, an angular spring. Parameters are k, s where the
// curve has a scale, and the rest length (or rest angle) where Rest is set; without it an element is at rest as built.
type Bond struct {
	Curve Curve
	Rest  bool
	Angle bool // units are those of an angle
}

// Name implements Law.
func (b Bond) Name() string { return b.Curve.Name() }

// Modes implements Law.
func (Bond) Modes() int { return 1 }

// Params implements Law.
func (b Bond) Params() []Param {
	length, stiffness := "m", "N/m"
	if b.Angle {
		length, stiffness = "rad", "N m/rad"
	}
	list := []Param{{"stiffness", stiffness, 0}}
	if m, ok := b.Curve.(Measured); ok {
		list[0] = m.First()
	}
	if b.Curve.Scale() {
		list = append(list, Param{"scale", length, 0})
	}
	if b.Rest {
		least := 0.0
		if b.Angle {
			least = math.Inf(-1)
		}
		list = append(list, Param{"rest", length, least})
	}
	return list
}

// at is the curve at element i, with the places of scale and rest among its parameters, -1 where it has none.
func (b Bond) at(s *Span, i int) (p Point, scale, rest int) {
	scale, rest = -1, -1
	n := 1
	if b.Curve.Scale() {
		scale, n = n, n+1
	}
	if b.Rest {
		rest, n = n, n+1
	}
	theta := s.Theta[i*n : i*n+n]
	e, l0, by := s.E[i], s.Size[i], 0.0
	if rest >= 0 {
		e, l0 = e+l0-theta[rest], theta[rest]
	}
	if scale >= 0 {
		by = theta[scale]
	}
	return b.Curve.At(theta[0], by, e, l0), scale, rest
}

// Reach implements Bounded.
func (b Bond) Reach(s *Span, i int) (lo, hi float64) {
	k, ok := b.Curve.(Known)
	if !ok {
		return math.Inf(-1), math.Inf(1)
	}
	lo, hi = k.Between()
	if n := len(b.Params()); b.Rest {
		shorter := s.Theta[(i+1)*n-1] - s.Size[i] // a longer rest length is so much less elongation
		lo, hi = lo+shorter, hi+shorter
	}
	return lo, hi
}

// Force implements Curved.
func (b Bond) Force(s *Span, t, slope []float64) (energy float64) {
	for i := range s.N {
		p, _, _ := b.at(s, i)
		t[i], slope[i] = p.T, p.Slope
		energy += p.Energy
	}
	return energy
}

// Rate implements Curved. A longer rest length is so much less elongation.
func (b Bond) Rate(s *Span, rate []float64) {
	n := len(rate) / max(s.N, 1)
	for i := range s.N {
		p, scale, rest := b.at(s, i)
		r := rate[i*n : i*n+n]
		r[0] = p.DK
		if scale >= 0 {
			r[scale] = p.DS
		}
		if rest >= 0 {
			r[rest] = p.DL0 - p.Slope
		}
	}
}

// SizeRate implements Curved: with a rest length of its own a longer bond is so much elongated, without it the rest length
// is the length as built.
func (b Bond) SizeRate(s *Span, rate []float64) {
	for i := range s.N {
		p, _, rest := b.at(s, i)
		rate[i] = p.DL0
		if rest >= 0 {
			rate[i] = p.Slope
		}
	}
}

// EnergyRate implements Curved.
func (b Bond) EnergyRate(s *Span, rate []float64) {
	n := len(rate) / max(s.N, 1)
	for i := range s.N {
		p, scale, rest := b.at(s, i)
		r := rate[i*n : i*n+n]
		r[0] = p.WK
		if scale >= 0 {
			r[scale] = p.WS
		}
		if rest >= 0 {
			r[rest] = p.WL0 - p.T
		}
	}
}

// EnergySizeRate implements Curved.
func (b Bond) EnergySizeRate(s *Span, rate []float64) {
	for i := range s.N {
		p, _, rest := b.at(s, i)
		rate[i] = p.WL0
		if rest >= 0 {
			rate[i] = p.T
		}
	}
}
