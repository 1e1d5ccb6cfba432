package body

import (
	"math"

	"github.com/elastrain/elastrain/mechanics/law"
)

// Forces adds by times the forces that the elements put up against the state where Stand left w: to f on the free
// unknowns, and to r, if not nil, at the given values.
func (b *Body) Forces(w *Work, t []float64, by float64, f, r []float64) {
	for i := range b.Elements {
		run := &b.Runs[b.run[i]]
		force := t[run.Mode+int(b.place[i])*run.Modes:][:run.Modes]
		c := w.rows(i)
		local := w.f[:run.Local]
		for p := range local {
			local[p] = 0
			for m, v := range force {
				local[p] += c[m*run.Local+p] * v
			}
		}
		b.scatter(i, local, by, f, r)
	}
}

// scatter adds by times a local vector of element i.
func (b *Body) scatter(i int, local []float64, by float64, f, r []float64) {
	first := int(b.local[i])
	for p, v := range local {
		for _, t := range b.term[b.ptr[first+p]:b.ptr[first+p+1]] {
			if t.col.Free() {
				f[t.col] += by * t.by * v
			} else if g, ok := t.col.IsGiven(); ok && r != nil {
				r[g] += by * t.by * v
			}
		}
	}
}

// Bound adds to most (len N) the sizes of all forces that meet at each unknown, as they may be rounded: |C|^T |w| |C| |u| for
// linear laws. What a residual is there, as a share of this, is the backward error unknown by unknown, which does not
// add moments to forces.
func (b *Body) Bound(w *Work, s *State, most []float64) {
	for at := range b.Runs {
		r := &b.Runs[at]
		_, subtracts := r.Law.(law.Curved)
		for k, i := range r.Elements {
			c, u, local := w.rows(int(i)), b.read(int(i), s.U, s.G, w.u), w.du[:r.Local]
			clear(local)
			for m := range r.Modes {
				row, sum := c[m*r.Local:(m+1)*r.Local], 0.0
				for p, x := range row {
					sum += math.Abs(x * u[p])
				}
				if subtracts {
					sum += math.Abs(b.Sizes[r.Size+k])
				}
				mode := r.Mode + k*r.Modes + m
				sum = max(sum*math.Abs(w.slope[mode]), math.Abs(s.T[mode]))
				for p, x := range row {
					local[p] += math.Abs(x) * sum
				}
			}
			b.scatter(int(i), local, 1, most, nil)
		}
	}
}
