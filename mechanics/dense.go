package mechanics

import (
	"math"

	"github.com/elastrain/elastrain/internal/kernel"
)

// Dense is Cholesky factorisation D = L L^T for networks so small that
// bookkeeping would cost more than arithmetic. Column j of L is stored from the
// diagonal to the last row that it, or a column before it, can reach: the
// envelope of D, which fill-in never leaves. Columns are eliminated one after
// the other, so that the updates of a step do not wait for one another.
type Dense struct {
	c     *Compatibility
	n     int
	start []int32   // column j is l[start[j]:start[j+1]]; len n+1
	l     []float64 // the envelope of L
	inv   []float64 // 1 / L[j][j]; len n
	entry []addend  // D as a sum over modes: l[at] += k[mode] * coef
}

// addend is k[mode] * coef, one term of the entry of D at a place.
type addend struct {
	at, mode int32
	coef     float64
}

// NewDense prepares a dense solver for C.
func NewDense(c *Compatibility) *Dense {
	d := &Dense{c: c, n: c.N, start: make([]int32, c.N+1), inv: make([]float64, c.N)}
	last := make([]int32, c.N) // row to which each column reaches
	for row, col := range c.couplings {
		last[col] = max(last[col], row)
	}
	for j := range c.N {
		last[j] = max(last[j], int32(j))
		if j > 0 {
			last[j] = max(last[j], last[j-1])
		}
		d.start[j+1] = d.start[j] + last[j] - int32(j) + 1
	}
	d.l = make([]float64, d.start[c.N])
	d.entry = c.addends(func(row, col int32) int32 { return d.start[col] + row - col })
	return d
}

// Name implements Solver.
func (d *Dense) Name() string { return "dense Cholesky" }

// Bytes implements Solver.
func (d *Dense) Bytes() int64 { return int64(8*len(d.l) + 16*len(d.entry) + 12*d.n) }

// Factor implements Solver.
func (d *Dense) Factor(k []float64) error {
	clear(d.l)
	for i := range d.entry {
		e := &d.entry[i]
		d.l[e.at] += k[e.mode] * e.coef
	}
	for j := range d.n {
		d.inv[j] = d.l[d.start[j]] // the diagonal of D, until its turn comes
	}
	for j := range d.n {
		col := d.l[d.start[j]:d.start[j+1]]
		pivot := col[0]
		if !(pivot > pivotTolerance*d.inv[j]) || math.IsInf(pivot, 0) {
			node, axis := d.c.Place(j)
			return &SingularError{Node: node, Axis: axis, Pivot: pivot}
		}
		inv := 1 / math.Sqrt(pivot)
		d.inv[j] = inv
		for r := range col {
			col[r] *= inv
		}
		// D[i][c] -= L[i][j] L[c][j] for the rows i >= c > j that column j reaches
		for c, to := range d.start[j+1 : j+len(col)] {
			below := col[c+1:]
			target := d.l[to:]
			target = target[:len(below)]
			for r, v := range below {
				target[r] -= below[0] * v
			}
		}
	}
	return nil
}

// Solve implements Solver: forward L y = b, then backward L^T u = y.
func (d *Dense) Solve(b []float64, nrhs int) {
	if nrhs == kernel.Width {
		kernel.Forward8(b, d.l, d.start, d.inv)
		kernel.Backward8(b, d.l, d.start, d.inv)
		return
	}
	for j := range d.n {
		x := b[j*nrhs : (j+1)*nrhs]
		scale(x, d.inv[j])
		for r, v := range d.l[d.start[j]+1 : d.start[j+1]] {
			axpy(b[(j+1+r)*nrhs:(j+2+r)*nrhs], -v, x)
		}
	}
	for j := d.n - 1; j >= 0; j-- {
		x := b[j*nrhs : (j+1)*nrhs]
		for r, v := range d.l[d.start[j]+1 : d.start[j+1]] {
			axpy(x, -v, b[(j+1+r)*nrhs:(j+2+r)*nrhs])
		}
		scale(x, d.inv[j])
	}
}

func axpy(y []float64, a float64, x []float64) {
	x = x[:len(y)]
	for r := range y {
		y[r] += a * x[r]
	}
}

func scale(x []float64, a float64) {
	for r := range x {
		x[r] *= a
	}
}
