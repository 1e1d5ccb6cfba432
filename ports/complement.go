package ports

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/task"
)

// A linear network without prestress answers with u = S f: no constant term, so
// the boundary between two classes is a plane through the origin of the forces.
// Hanging 1 - value instead of value for some of the features moves the origin
// and can lend such a plane the constant it lacks. Which features to complement
// is decided before any port is tried, from the training samples alone: for
// every choice, how well could the best linear readout through the origin tell
// the two classes apart that it tells worst?

// mostMasks is the number of choices up to which all are compared; with more
// features, complements are tried one at a time.
const mostMasks = 1 << 12

// chooseComplement sets complement and the training samples that go with it.
func (s *search) chooseComplement() {
	p := s.x.Train.P
	own := make([]bool, p)
	for i, in := range s.x.Spec.Task.Inputs {
		own[i] = in.Complement
	}
	best, worth := own, s.separation(own)
	if !s.options.FixComplement {
		if p < 62 && 1<<p <= mostMasks {
			for mask := range 1 << p {
				choice := make([]bool, p)
				for i := range choice {
					choice[i] = mask>>i&1 == 1
				}
				if w := s.separation(choice); w > worth+1e-12 {
					best, worth = choice, w
				}
			}
		} else {
			for i := range p {
				choice := append([]bool(nil), best...)
				choice[i] = !choice[i]
				if w := s.separation(choice); w > worth+1e-12 {
					best, worth = choice, w
				}
			}
		}
	}
	s.complement, s.set = best, s.complemented(best)
	s.result.Complement, s.result.Separation = best, worth
}

// complemented is the training samples with these complements.
func (s *search) complemented(choice []bool) *task.Set {
	train := s.x.Train
	set := *train
	set.F = append([]float64(nil), train.F...)
	for i := range set.F {
		in := &s.x.Spec.Task.Inputs[i%train.P]
		if choice[i%train.P] != in.Complement {
			size, _, _ := s.x.InputSize(i % train.P)
			set.F[i] = size - set.F[i]
		}
	}
	return &set
}

// separation is the smallest, over pairs of classes, of J = g / (1 + g) with
// g = h^T Q^-1 h, where h is half the difference of the class means, m their
// middle and Q the scatter within classes plus m m^T: Fisher's criterion for a
// readout that must be zero at zero force. 1 is perfect, 0 is none.
func (s *search) separation(choice []bool) float64 {
	set := s.complemented(choice)
	p, q := set.P, set.Q
	means, counts := make([][]float64, q), make([]float64, q)
	for c := range means {
		means[c] = make([]float64, p)
	}
	sizes := make([]float64, p)
	for a := range sizes {
		sizes[a], _, _ = s.x.InputSize(a)
	}
	unit := func(i, a int) float64 { return set.F[i*p+a] / sizes[a] }
	for i := range set.N {
		c := set.Class[i]
		counts[c]++
		for a := range p {
			means[c][a] += unit(i, a)
		}
	}
	for c := range means {
		for a := range p {
			means[c][a] /= math.Max(counts[c], 1)
		}
	}
	within := mat.NewSymDense(p, nil)
	for i := range set.N {
		c := set.Class[i]
		for a := range p {
			for b := range a + 1 {
				d := (unit(i, a) - means[c][a]) * (unit(i, b) - means[c][b]) / (counts[c] * float64(q))
				within.SetSym(a, b, within.At(a, b)+d)
			}
		}
	}
	worst := 1.0
	for c := range q {
		for d := range c {
			worst = min(worst, pairSeparation(within, means[c], means[d]))
		}
	}
	return worst
}

func pairSeparation(within *mat.SymDense, one, other []float64) float64 {
	p := len(one)
	h := mat.NewVecDense(p, nil)
	scatter := mat.NewSymDense(p, nil)
	trace := mat.Trace(within)
	for a := range p {
		h.SetVec(a, (one[a]-other[a])/2)
		for b := range a + 1 {
			scatter.SetSym(a, b, within.At(a, b)+(one[a]+other[a])*(one[b]+other[b])/4)
		}
		scatter.SetSym(a, a, scatter.At(a, a)+1e-9*trace)
	}
	var factor mat.Cholesky
	if !factor.Factorize(scatter) {
		return 0
	}
	var x mat.VecDense
	if err := factor.SolveVecTo(&x, h); err != nil {
		return 0
	}
	g := mat.Dot(h, &x)
	return g / (1 + g)
}
