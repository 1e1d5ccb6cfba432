package mechanics

import (
	"fmt"
	"math"
	"strings"

	"github.com/elastrain/elastrain/internal/kernel"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/sparse"
)

// Dense is Cholesky factorisation D = L L^T for networks so small that
// bookkeeping would cost more than arithmetic. Column j of L is stored from the
// diagonal to the last row that it, or a column before it, can reach: the
// envelope of D, which fill-in never leaves. Columns are eliminated one after
// the other, so that the updates of a step do not wait for one another.
type Dense struct {
	c        *Compatibility
	n        int
	start    []int32   // column j is l[start[j]:start[j+1]]; len n+1
	l        []float64 // the envelope of L
	inv      []float64 // 1 / L[j][j]; len n
	diagonal []float64 // of D; len n
	motion   []float64 // len n: one motion, see softness
	entry    []addend  // D as a sum over modes: l[at] += k[mode] * coef
	ready    bool      // l belongs to the stiffness given last
}

// addend is k[mode] * coef, one term of the entry of D at a place.
type addend struct {
	at, mode int32
	coef     float64
}

// mostEnvelope is the largest number of entries of an envelope, 16 GiB of them.
const mostEnvelope = math.MaxInt32

// NewDense prepares a dense solver for C. It panics for networks beyond what it
// is for, those whose envelope has more than 2^31-1 entries; NewSolverNamed
// refuses them with an error.
func NewDense(c *Compatibility) *Dense {
	reach, entries := envelope(c)
	if entries > mostEnvelope {
		panic(fmt.Sprintf("mechanics: a dense factor of %d entries", entries))
	}
	v := func() []float64 { return make([]float64, c.N) }
	d := &Dense{c: c, n: c.N, start: make([]int32, c.N+1), inv: v(), diagonal: v(), motion: v()}
	for j := range c.N {
		d.start[j+1] = d.start[j] + reach[j] - int32(j) + 1
	}
	d.l = make([]float64, entries)
	d.entry = c.addends(func(row, col int32) int32 { return d.start[col] + row - col })
	return d
}

// envelope is the last row that each column of L can reach (len N), and the
// number of entries from the diagonals to there.
func envelope(c *Compatibility) (reach []int32, entries int64) {
	reach = make([]int32, c.N)
	for row, col := range c.couplings {
		reach[col] = max(reach[col], row)
	}
	for j := range reach {
		reach[j] = max(reach[j], int32(j), reach[max(j-1, 0)])
		entries += int64(reach[j]) - int64(j) + 1
	}
	return reach, entries
}

// Name implements Solver.
func (d *Dense) Name() string { return "dense Cholesky" }

// Describe implements Solver.
func (d *Dense) Describe() string {
	return fmt.Sprintf("dense Cholesky: %d unknowns, %s entries of L in its envelope", d.n, short(float64(len(d.l))))
}

// short is a count in two digits: 968, 2.6e4.
func short(count float64) string {
	if count < 1000 {
		return fmt.Sprintf("%.0f", count)
	}
	digits := fmt.Sprintf("%.1e", count)
	return strings.Replace(digits, "e+0", "e", 1)
}

// Bytes implements Solver.
func (d *Dense) Bytes() int64 { return int64(8*len(d.l) + 16*len(d.entry) + 28*d.n) }

// Factor implements Solver.
func (d *Dense) Factor(k []float64) error {
	d.ready = false
	clear(d.l)
	for i := range d.entry {
		e := &d.entry[i]
		d.l[e.at] += k[e.mode] * e.coef
	}
	for j := range d.n {
		d.diagonal[j] = d.l[d.start[j]]
	}
	for j := range d.n {
		col := d.l[d.start[j]:d.start[j+1]]
		pivot := col[0]
		least := questionable * d.diagonal[j]
		if !(pivot > least) {
			least = sparse.PivotTolerance * d.softness(j)
		}
		if math.IsInf(pivot, 0) || math.IsNaN(pivot) {
			return d.c.notFinite(j)
		}
		if !(pivot > least) {
			node, axis := d.c.Place(j)
			return &SingularError{Node: node, Number: network.Number(d.c.Numbers, node), Axis: axis, Pivot: pivot}
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
	d.ready = true
	return nil
}

// questionable is the share of its diagonal below which a pivot is tested. One
// that keeps more has lost three digits to cancellation at most.
const questionable = 1e-3

// softness is the scale of energy against which rounding of pivot j is measured:
// Sum_i D_ii x_i^2 of the easiest motion x of unknown j, with x_j = 1 and later
// unknowns at rest. The diagonal alone would not do: where a long lattice turns
// about a point next to j, rounding leaves more of it than a real stiffness may.
// The sparse solver decides by the same measure; see Factor in package sparse.
func (d *Dense) softness(j int) float64 {
	x := d.motion
	x[j] = 1
	sum := d.diagonal[j]
	for i := j - 1; i >= 0; i-- {
		below := d.l[d.start[i]+1 : d.start[i+1]]
		below = below[:min(len(below), j-i)]
		x[i] = 0
		for r, v := range below {
			x[i] -= v * x[i+1+r]
		}
		x[i] *= d.inv[i]
		sum += d.diagonal[i] * x[i] * x[i]
	}
	return sum
}

// Solve implements Solver: forward L y = b, then backward L^T u = y.
func (d *Dense) Solve(b []float64, nrhs int) error {
	if !d.ready {
		panic("mechanics: Solve needs a Factor that succeeded")
	}
	if nrhs == kernel.Width {
		kernel.Forward8(b, d.l, d.start, d.inv)
		kernel.Backward8(b, d.l, d.start, d.inv)
		return nil
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
	return nil
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
