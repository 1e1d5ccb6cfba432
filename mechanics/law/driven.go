package law

import "math"

// Driven is the law of a bar whose axial stiffness a drive sets, as a voice coil does: t = k e, with a k that may be below
// zero. What stands beside it has to hold it.
type Driven struct{ Spring }

// Name implements Law.
func (Driven) Name() string { return "driven" }

// Params implements Law.
func (Driven) Params() []Param { return []Param{{"drive", "N/m", math.Inf(-1)}} }

// DrivenBeam is the law of a beam in the plane whose axial stiffness a drive sets, below zero too, and which bends with
// EI like any other.
type DrivenBeam struct{}

// Name implements Law.
func (DrivenBeam) Name() string { return "driven" }

// Modes implements Law.
func (DrivenBeam) Modes() int { return 3 }

// Params implements Law.
func (DrivenBeam) Params() []Param {
	return []Param{{"drive", "N/m", math.Inf(-1)}, {"EI", "N m2", 0}}
}

// Weigh implements Linear.
func (DrivenBeam) Weigh(s *Span, w []float64) {
	for i := range s.N {
		k, ei, l := s.Theta[2*i], s.Theta[2*i+1], s.Size[i]
		w[3*i], w[3*i+1], w[3*i+2] = k, ei/l, 3*ei/l
	}
}

// WeighRate implements Linear.
func (DrivenBeam) WeighRate(s *Span, dw []float64) {
	clear(dw)
	for i := range s.N {
		l, d := s.Size[i], dw[6*i:]
		d[0], d[3], d[5] = 1, 1/l, 3/l
	}
}

// WeighSizeRate implements Linear: the drive keeps its stiffness while nodes move.
func (DrivenBeam) WeighSizeRate(s *Span, rate []float64) {
	for i := range s.N {
		ei, l := s.Theta[2*i+1], s.Size[i]
		rate[3*i], rate[3*i+1], rate[3*i+2] = 0, -ei/(l*l), -3*ei/(l*l)
	}
}
