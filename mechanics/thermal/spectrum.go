package thermal

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/mechanics"
)

// Spectrum is the stiffnesses and shapes of the modes of a lattice of linear springs.
type Spectrum struct {
	Stiffness []float64 // of each mode, N/m, from the softest; len N
	shape     []float64 // of mode j at unknown i: shape[i*N+j]
}

// ErrFloppy says that a motion costs no energy, so that heat carries it away without end.
var ErrFloppy = errors.New("a motion of the lattice costs no energy; warm, it would go away without end")

// Of is the spectrum of a lattice with stiffnesses k (len M, N/m).
func Of(c *mechanics.Compatibility, k []float64) (*Spectrum, error) {
	n := c.N
	d := mat.NewSymDense(n, nil)
	for i := range c.M {
		for a := c.Ptr[i]; a < c.Ptr[i+1]; a++ {
			for b := a; b < c.Ptr[i+1]; b++ {
				p, q := int(c.Col[a]), int(c.Col[b])
				v := k[i] * c.Val[a] * c.Val[b]
				if p == q && a != b {
					v *= 2
				}
				d.SetSym(p, q, d.At(p, q)+v)
			}
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(d, true) {
		return nil, errors.New("the modes of the lattice cannot be computed")
	}
	var v mat.Dense
	eigen.VectorsTo(&v)
	s := &Spectrum{Stiffness: eigen.Values(nil), shape: v.RawMatrix().Data}
	if n > 0 && !(s.Stiffness[0] > 1e-12*s.Stiffness[n-1]) {
		return nil, ErrFloppy
	}
	return s, nil
}

// Softest is the least stiffness of a mode, N/m.
func (s *Spectrum) Softest() float64 { return s.Stiffness[0] }

// Amplitude of mode j in displacements u.
func (s *Spectrum) Amplitude(j int, u []float64) float64 {
	n, sum := len(s.Stiffness), 0.0
	for i, v := range u {
		sum += s.shape[i*n+j] * v
	}
	return sum
}

// Variance of c^T u at a moment: kT c^T D^-1 c.
func (s *Spectrum) Variance(c []float64, kT float64) float64 {
	sum := 0.0
	for j, k := range s.Stiffness {
		a := s.Amplitude(j, c)
		sum += kT * a * a / k
	}
	return sum
}

// MeanVariance is the variance of the mean of c^T u over a time t, where the drag of every unknown is given in N s/m. A mode of stiffness k forgets
// in drag/k, and its mean has the share 2/x (1 - (1 - exp(-x))/x) of its variance, x = t k/drag.
func (s *Spectrum) MeanVariance(c []float64, kT, drag, t float64) float64 {
	sum := 0.0
	for j, k := range s.Stiffness {
		a, x := s.Amplitude(j, c), t*k/drag
		share := 1 - x/3 // where x is small
		if x > 1e-4 {
			share = 2 / x * (1 + math.Expm1(-x)/x)
		}
		sum += kT * a * a / k * share
	}
	return sum
}

// FreeEnergy is -kT ln Z of the motion about rest, Z the integral of exp(-u^T D u/(2 kT)) over the displacements in metres.
func (s *Spectrum) FreeEnergy(kT float64) float64 {
	sum := 0.0
	for _, k := range s.Stiffness {
		sum += math.Log(k / (2 * math.Pi * kT))
	}
	return kT / 2 * sum
}
