package mechanics

import "math"

// Dense is Cholesky factorisation D = L L^T of a full matrix, for networks so
// small that bookkeeping would cost more than arithmetic. Rows of L begin at
// the first unknown they can reach (the envelope), which no fill-in passes.
type Dense struct {
	c     *Compatibility
	n     int
	entry []denseEntry // D as a sum over modes: D[At] += k[Mode] * Coef
	first []int32      // first column of each row of L; len n
	l     []float64    // L, row-major; len n*n; diagonal holds 1/L[i][i]
	diag  []float64    // diagonal of D, to judge pivots; len n
}

type denseEntry struct {
	at, mode int32
	coef     float64
}

// NewDense prepares a dense solver for C.
func NewDense(c *Compatibility) *Dense {
	d := &Dense{c: c, n: c.N, first: make([]int32, c.N), l: make([]float64, c.N*c.N), diag: make([]float64, c.N)}
	for i := range d.first {
		d.first[i] = int32(i)
	}
	for m := range c.M {
		for a := c.Ptr[m]; a < c.Ptr[m+1]; a++ {
			for b := c.Ptr[m]; b < c.Ptr[m+1]; b++ {
				row, col := c.Col[a], c.Col[b]
				if col > row || (col == row && b > a) {
					continue
				}
				coef := c.Val[a] * c.Val[b]
				if col == row && a != b {
					coef *= 2
				}
				d.first[row] = min(d.first[row], col)
				d.entry = append(d.entry, denseEntry{at: row*int32(c.N) + col, mode: int32(m), coef: coef})
			}
		}
	}
	return d
}

// Name implements Solver.
func (d *Dense) Name() string { return "dense Cholesky" }

// Bytes implements Solver.
func (d *Dense) Bytes() int64 { return int64(8*len(d.l) + 16*len(d.entry)) }

// Factor implements Solver.
func (d *Dense) Factor(k []float64) error {
	n := d.n
	clear(d.l)
	for i := range d.entry {
		e := &d.entry[i]
		d.l[e.at] += k[e.mode] * e.coef
	}
	for i := range n {
		fi := int(d.first[i])
		row := d.l[i*n : i*n+i+1]
		d.diag[i] = row[i]
		for j := fi; j < i; j++ {
			// L[i][j] = (D[i][j] - sum_c L[i][c] L[j][c]) / L[j][j]
			from := max(fi, int(d.first[j]))
			other := d.l[j*n : j*n+j+1]
			row[j] = (row[j] - dot(row[from:j], other[from:j])) * other[j]
		}
		pivot := row[i] - dot(row[fi:i], row[fi:i])
		if !(pivot > pivotTolerance*d.diag[i]) || math.IsInf(pivot, 0) {
			node, axis := d.c.Place(i)
			return &SingularError{Node: node, Axis: axis, Pivot: pivot}
		}
		row[i] = 1 / math.Sqrt(pivot)
	}
	return nil
}

// dot is the inner product of two rows of equal length, summed in four lanes.
func dot(a, b []float64) float64 {
	var s0, s1, s2, s3 float64
	b = b[:len(a)]
	for len(a) >= 4 && len(b) >= 4 {
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	for i := range a {
		if i < len(b) {
			s0 += a[i] * b[i]
		}
	}
	return (s0 + s1) + (s2 + s3)
}

// Solve implements Solver: forward L y = b, then backward L^T u = y.
func (d *Dense) Solve(b []float64, nrhs int) {
	if nrhs == 8 {
		d.solve8(b)
		return
	}
	n := d.n
	for i := range n {
		x := b[i*nrhs : (i+1)*nrhs]
		row := d.l[i*n : i*n+i+1]
		for j := int(d.first[i]); j < i; j++ {
			axpy(x, -row[j], b[j*nrhs:(j+1)*nrhs])
		}
		scale(x, row[i])
	}
	for i := n - 1; i >= 0; i-- {
		x := b[i*nrhs : (i+1)*nrhs]
		row := d.l[i*n : i*n+i+1]
		scale(x, row[i])
		for j := int(d.first[i]); j < i; j++ {
			axpy(b[j*nrhs:(j+1)*nrhs], -row[j], x)
		}
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

// solve8 is Solve for eight columns held in registers.
func (d *Dense) solve8(b []float64) {
	n := d.n
	for i := range n {
		x := (*[8]float64)(b[i*8:])
		row := d.l[i*n : i*n+i+1]
		s0, s1, s2, s3, s4, s5, s6, s7 := x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]
		fi := int(d.first[i])
		y := b[fi*8 : i*8]
		for _, a := range row[fi:i] {
			if len(y) < 8 {
				break
			}
			s0 -= a * y[0]
			s1 -= a * y[1]
			s2 -= a * y[2]
			s3 -= a * y[3]
			s4 -= a * y[4]
			s5 -= a * y[5]
			s6 -= a * y[6]
			s7 -= a * y[7]
			y = y[8:]
		}
		p := row[i]
		x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7] = s0*p, s1*p, s2*p, s3*p, s4*p, s5*p, s6*p, s7*p
	}
	for i := n - 1; i >= 0; i-- {
		x := (*[8]float64)(b[i*8:])
		row := d.l[i*n : i*n+i+1]
		p := row[i]
		s0, s1, s2, s3, s4, s5, s6, s7 := x[0]*p, x[1]*p, x[2]*p, x[3]*p, x[4]*p, x[5]*p, x[6]*p, x[7]*p
		x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7] = s0, s1, s2, s3, s4, s5, s6, s7
		fi := int(d.first[i])
		y := b[fi*8 : i*8]
		for _, a := range row[fi:i] {
			if len(y) < 8 {
				break
			}
			y[0] -= a * s0
			y[1] -= a * s1
			y[2] -= a * s2
			y[3] -= a * s3
			y[4] -= a * s4
			y[5] -= a * s5
			y[6] -= a * s6
			y[7] -= a * s7
			y = y[8:]
		}
	}
}
