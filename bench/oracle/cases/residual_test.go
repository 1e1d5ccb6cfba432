package cases

import (
	"math"
	"math/big"
	"testing"

	"github.com/elastrain/elastrain/mechanics"
)

// wide is a number of 600 bits, which rounds nothing here.
func wide(x float64) *big.Float { return new(big.Float).SetPrec(600).SetFloat64(x) }

func product(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(600).Mul(a, b) }

// A residual is what cancellation leaves: 106 bits must keep nearly all of the 53
// that a number shows when half of them cancel.
func TestResidualsAreExact(t *testing.T) {
	for _, r := range Networks() {
		if r.Unknowns > 60 {
			continue
		}
		n := r.Make()
		c := mechanics.NewCompatibility(n.Net)
		p, values := StiffnessMatrix(c, n.Stiffness)
		q := mechanics.NewEquilibrium(n.Net, nil)
		if err := q.SetStiffness(n.Stiffness); err != nil {
			t.Fatal(err)
		}
		f := n.Loads(c.N)
		u := append([]float64(nil), f...)
		q.Solver.Solve(u, n.Columns)
		got := make([]float64, len(u))
		check := func(what string, want []*big.Float, size []float64) {
			for i, w := range want {
				if v, _ := w.Float64(); !(math.Abs(got[i]-v) <= 0x1p-52*math.Abs(v)+0x1p-98*size[i]) {
					t.Errorf("%s, %s, entry %d: %g, not %g", n.Name, what, i, got[i], v)
				}
			}
		}
		start := func() (want []*big.Float, size []float64) {
			for _, v := range f {
				want, size = append(want, wide(v)), append(size, math.Abs(v))
			}
			return want, size
		}

		NetworkResidual(got, c, n.Stiffness, u, f, n.Columns)
		want, size := start()
		for side := range n.Columns {
			for m := range c.M {
				e, largest := wide(0), 0.0
				for a := c.Ptr[m]; a < c.Ptr[m+1]; a++ {
					x := u[int(c.Col[a])*n.Columns+side]
					e.Add(e, product(wide(c.Val[a]), wide(x)))
					largest += math.Abs(c.Val[a] * x)
				}
				tension := product(e, wide(n.Stiffness[m]))
				for a := c.Ptr[m]; a < c.Ptr[m+1]; a++ {
					at := int(c.Col[a])*n.Columns + side
					want[at].Sub(want[at], product(tension, wide(c.Val[a])))
					size[at] += largest * n.Stiffness[m]
				}
			}
		}
		check("by elements", want, size)

		MatrixResidual(got, p, values, u, f, n.Columns)
		want, size = start()
		for j := range p.N {
			for q := p.Ptr[j]; q < p.Ptr[j+1]; q++ {
				i := int(p.Row[q])
				for side := range n.Columns {
					subtract := func(row, column int) {
						at, x := row*n.Columns+side, u[column*n.Columns+side]
						want[at].Sub(want[at], product(wide(values[q]), wide(x)))
						size[at] += math.Abs(values[q] * x)
					}
					subtract(i, j)
					if i != j {
						subtract(j, i)
					}
				}
			}
		}
		check("by the matrix", want, size)
	}
}

// D = C^T K C, entry by entry.
func TestStiffnessMatrix(t *testing.T) {
	n := Networks()[3].Make()
	c := mechanics.NewCompatibility(n.Net)
	p, values := StiffnessMatrix(c, n.Stiffness)
	x, want, got := make([]float64, c.N), make([]float64, c.N), make([]float64, c.N)
	e := make([]float64, c.M)
	for j := range c.N {
		clear(x)
		x[j] = 1
		c.Elongations(e, x, 1)
		for m := range e {
			e[m] *= n.Stiffness[m]
		}
		c.InternalForces(want, e)
		p.Multiply(values, x, got, 1)
		for i := range got {
			near(t, "entry", got[i], want[i], 1e-14*math.Abs(want[i]))
		}
	}
}
