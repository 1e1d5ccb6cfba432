package cases

import (
	"math"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/sparse"
)

// double2 is a number of about 106 bits, the sum of hi and a lo below half an
// ulp of hi (T. J. Dekker, Numer. Math. 18 (1971) 224).
type double2 struct{ hi, lo float64 }

// plus adds a number without error, and then rounds to 106 bits.
func (a double2) plus(b double2) double2 {
	s := a.hi + b.hi
	v := s - a.hi
	e := (a.hi - (s - v)) + (b.hi - v) + a.lo + b.lo
	hi := s + e
	return double2{hi, e - (hi - s)}
}

func (a double2) times(x float64) double2 {
	p := a.hi * x
	e := math.FMA(a.hi, x, -p) + a.lo*x
	hi := p + e
	return double2{hi, e - (hi - p)}
}

// NetworkResidual sets r = F - C^T K C u for columns right-hand sides, row-major
// (r, u, f: N x columns; k: M), element by element: extensions e = C u, forces
// K e, and what they leave of the loads, all with 106 bits, so that r is F less
// the forces of the stored C, k and u, rounded once.
func NetworkResidual(r []float64, c *mechanics.Compatibility, k, u, f []float64, columns int) {
	left := make([]double2, c.N)
	for side := range columns {
		for i := range left {
			left[i] = double2{hi: f[i*columns+side]}
		}
		for m := range c.M {
			var e double2
			for a := c.Ptr[m]; a < c.Ptr[m+1]; a++ {
				e = e.plus(double2{hi: u[int(c.Col[a])*columns+side]}.times(c.Val[a]))
			}
			t := e.times(-k[m])
			for a := c.Ptr[m]; a < c.Ptr[m+1]; a++ {
				left[c.Col[a]] = left[c.Col[a]].plus(t.times(c.Val[a]))
			}
		}
		for i := range left {
			r[i*columns+side] = left[i].hi
		}
	}
}

// MatrixResidual sets r = f - A x likewise for a matrix by its lower triangle.
func MatrixResidual(r []float64, p *sparse.Pattern, values, x, f []float64, columns int) {
	left := make([]double2, p.N)
	for side := range columns {
		for i := range left {
			left[i] = double2{hi: f[i*columns+side]}
		}
		for j := range p.N {
			xj := double2{hi: x[j*columns+side]}
			for q := p.Ptr[j]; q < p.Ptr[j+1]; q++ {
				i := int(p.Row[q])
				left[i] = left[i].plus(xj.times(-values[q]))
				if i != j {
					left[j] = left[j].plus(double2{hi: x[i*columns+side]}.times(-values[q]))
				}
			}
		}
		for i := range left {
			r[i*columns+side] = left[i].hi
		}
	}
}

// StiffnessMatrix assembles D = C^T K C: its pattern and lower triangle.
func StiffnessMatrix(c *mechanics.Compatibility, k []float64) (*sparse.Pattern, []float64) {
	entries := func(yield func(i, j, mode int, coef float64) bool) {
		for m := range c.M {
			for a := c.Ptr[m]; a < c.Ptr[m+1]; a++ {
				for b := c.Ptr[m]; b < c.Ptr[m+1]; b++ {
					if c.Col[a] >= c.Col[b] && !yield(int(c.Col[a]), int(c.Col[b]), m, c.Val[a]*c.Val[b]) {
						return
					}
				}
			}
		}
	}
	p := sparse.NewPattern(c.N, func(yield func(int, int) bool) {
		entries(func(i, j, _ int, _ float64) bool { return yield(i, j) })
	})
	values := make([]float64, p.Entries())
	entries(func(i, j, mode int, coef float64) bool {
		values[p.Index(i, j)] += k[mode] * coef
		return true
	})
	return p, values
}
