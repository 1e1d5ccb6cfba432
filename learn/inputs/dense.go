package inputs

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/internal/kernel"
)

// dense is room for the factorisation of A = L L^T and of right-hand sides, in the slabs of kernel.Update: eight columns side by side from
// their diagonal block downwards, and under the rows of A those of the right-hand sides.
type dense struct {
	n, rows int       // unknowns; padded, and with the rows of right-hand sides
	slabs   []float64 // those of the largest A
	x       []float64 // eight right-hand sides, one in a column
	index   []int32   // 0, 1, 2, ...
	zeros   []float64 // pivots exceed these
	most    int       // unknowns of the largest A
	right   int       // right-hand sides
}

const slab = kernel.Width

func padded(n int) int { return (n + slab - 1) / slab * slab }

// newDense prepares for up to most unknowns and right right-hand sides.
func newDense(most, right int) *dense { return &dense{most: most, right: right} }

// size is how many numbers it holds.
func (d *dense) size() int {
	all := padded(d.most) + padded(d.right)
	sum := 0
	for c := 0; c < d.most; c += slab {
		sum += slab * (all - c)
	}
	return sum + slab*padded(d.most)
}

// begin makes room for n unknowns.
func (d *dense) begin(n int) {
	if d.slabs == nil {
		whole := padded(d.most)
		d.slabs, d.x = make([]float64, d.size()-slab*whole), make([]float64, slab*whole)
		d.zeros = make([]float64, d.most)
		for i := range whole {
			d.index = append(d.index, int32(i))
		}
	}
	d.n, d.rows = n, padded(n)+padded(d.right)
}

// column is column j from row j / 8 * 8 downwards.
func (d *dense) column(j int) []float64 {
	s := j / slab
	at := slab*(s*d.rows-slab*s*(s-1)/2) + (j%slab)*(d.rows-slab*s)
	return d.slabs[at : at+d.rows-slab*s]
}

// factor turns A into L, and right-hand sides into L^-1 of them.
func (d *dense) factor() error {
	if done, _ := kernel.FactorStack(d.slabs, d.rows, d.n, d.rows, d.zeros, 1, math.Inf(1)); done < d.n {
		return fmt.Errorf("input springs make the network too stiff for a computer to hold")
	}
	return nil
}

// backward writes A^-1 of up to eight right-hand sides, from the first on, into x: row j, column by column.
func (d *dense) backward(first int) {
	whole := padded(d.n)
	clear(d.x[:slab*whole])
	for j := range d.n {
		column := d.column(j)[whole-j/slab*slab:]
		for i := first; i < min(first+slab, d.right); i++ {
			d.x[slab*j+i-first] = column[i]
		}
	}
	for c := whole - slab; c >= 0; c -= slab {
		n := min(slab, d.n-c)
		ld := d.rows - c
		panel := d.slabs[slab*(c/slab*d.rows-c*(c/slab-1)/2):]
		kernel.SlabTransposed(d.x[slab*c:], panel[slab:], ld, n, d.x, d.index[c+slab:whole])
		kernel.TriangleBackward(d.x[slab*c:], panel, ld, n)
	}
}
