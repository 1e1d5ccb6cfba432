package body

import (
	"math"

	"github.com/elastrain/elastrain/mechanics/element"
)

// Spread is the standard deviation of every deformation (len M) where positions are seen with sigma (m) a coordinate, and
// rotations follow from them: one of a node is then about as uncertain as that of a chord, sqrt 2 sigma / L.
func (b *Body) Spread(sigma float64) []float64 {
	sd := make([]float64, b.M)
	for at := range b.Runs {
		r := &b.Runs[at]
		parts := r.Kind.Parts(b.Space.Dim)
		c := make([]float64, r.Modes*r.Local)
		for k, i := range r.Elements {
			r.Kind.Rows(&b.Built[i], c)
			for m := range r.Modes {
				sum := 0.0
				for p, v := range c[m*r.Local : (m+1)*r.Local] {
					s := sigma
					if parts[p%len(parts)] > element.Z {
						s = math.Sqrt2 * sigma / b.Sizes[r.Size+k]
					}
					sum += v * v * s * s
				}
				sd[r.Mode+k*r.Modes+m] = math.Sqrt(sum)
			}
		}
	}
	return sd
}
