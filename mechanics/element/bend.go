package element

import (
	"errors"
	"math"
)

// Bend keeps two arms that were built straight in one line, in space as in the plane: e is the sum of the unit vectors from
// its second node to its first and to its third, one component for each axis. Its length is 2 sin(a/2) for a bend by
// a, so that a spring with stiffness kappa stores kappa a^2/2 for small bends; it is smooth at straight, where an
// angle in space has neither sign nor derivative. A semiflexible polymer is a chain of bars with such springs.
type Bend struct{}

var _ = register(Bend{})

func (Bend) Name() string         { return "bend" }
func (Bend) Ends() int            { return 3 }
func (Bend) Parts(dim int) []Part { return Along(dim) }
func (Bend) Modes(dim int) []Mode {
	return []Mode{{"bend along x", "rad", "N m"}, {"bend along y", "rad", "N m"}, {"bend along z", "rad", "N m"}}[:dim]
}
func (Bend) Size(*Built) float64 { return 1 }

func (Bend) Check(b *Built) error {
	if b.Dim == 1 {
		return errors.New("on a line nothing bends; leave it out")
	}
	sum := 0.0
	var bent [3]float64
	for _, end := range []int{0, 2} {
		d, l := between(b, 1, end)
		if !(l > 0) {
			return errors.New("an arm of it has no length; its three nodes must be at three places")
		}
		for axis, v := range d {
			bent[axis] += v / l
		}
	}
	if sum = dot(bent, bent); sum > 1e-12 {
		return errors.New("it is built with a bend, and keeps only straight angles straight; use kind: angle in the plane, or beams")
	}
	return nil
}

// Rows: a unit vector n of an arm of length l changes by (1 - n n^T)/l times the motion of its far end.
func (k Bend) Rows(b *Built, c []float64) {
	var e [3]float64
	k.Stretch(b, make([]float64, 3*b.Dim), e[:b.Dim], c)
}

func (Bend) Stretch(b *Built, u, e, c []float64) {
	dim := b.Dim
	clear(e)
	clear(c)
	for _, end := range []int{0, 2} {
		d, _ := moved(b, u, dim, 1, end)
		l := math.Sqrt(dot(d, d))
		for i := range dim {
			e[i] += d[i] / l
			for j := range dim {
				v := -d[i] * d[j] / (l * l * l)
				if i == j {
					v += 1 / l
				}
				c[i*3*dim+end*dim+j] += v
				c[i*3*dim+dim+j] -= v
			}
		}
	}
}

// Curve: the second derivative of t . n is ((3 (t.n) n n^T - t n^T - n t^T) - (t.n) 1)/l^2.
func (Bend) Curve(b *Built, u, t, h []float64) {
	dim := b.Dim
	var force [3]float64
	copy(force[:], t)
	for _, end := range []int{0, 2} {
		d, _ := moved(b, u, dim, 1, end)
		l := math.Sqrt(dot(d, d))
		n := scale(d, 1/l)
		along := dot(force, n)
		var block [9]float64
		for i := range dim {
			for j := range dim {
				block[3*i+j] = (3*along*n[i]*n[j] - force[i]*n[j] - n[i]*force[j]) / (l * l)
			}
			block[3*i+i] -= along / (l * l)
		}
		pairBlock(h, 3*dim, dim, end*dim, dim, &block)
	}
}

func (Bend) SizeSlope(_ *Built, d []float64) { clear(d) }
