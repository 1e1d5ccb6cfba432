package body

import "github.com/elastrain/elastrain/mechanics/element"

// Pull adds by times what given values g (len G) pull at the free unknowns, K_ug g, at the tangent of the state where Stand and
// Resist left w and s. curved is that of Tangent.Assemble.
func (b *Body) Pull(w *Work, s *State, curved bool, g []float64, by float64, f []float64) {
	still := make([]float64, b.Space.N)
	for at := range b.Runs {
		r := &b.Runs[at]
		moving, _ := r.Kind.(element.Finite)
		n := r.Local
		for k, i := range r.Elements {
			du := b.read(int(i), still, g, w.a)
			moves := false
			for _, v := range du {
				moves = moves || v != 0
			}
			if !moves {
				continue
			}
			first, c, local := r.Mode+k*r.Modes, w.rows(int(i)), w.f[:n]
			clear(local)
			for m, slope := range w.slope[first : first+r.Modes] {
				row, sum := c[m*n:(m+1)*n], 0.0
				for p, x := range row {
					sum += x * du[p]
				}
				for p, x := range row {
					local[p] += slope * sum * x
				}
			}
			if curved && moving != nil {
				h := w.h[:n*n]
				clear(h)
				moving.Curve(&b.Built[i], b.read(int(i), s.U, s.G, w.u), s.T[first:first+r.Modes], h)
				addProduct(h, du, local)
			}
			b.scatter(int(i), local, by, f, nil)
		}
	}
}
