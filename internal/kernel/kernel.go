// Package kernel holds the innermost loops of small networks, over eight
// columns at a time: the width to which the ports of a task are padded.
//
// Each loop stands here in plain Go, which is its definition, and on amd64 also
// in assembly. Both multiply and then add, rounding twice, in the same order,
// so they give the same bits; which one runs changes the time and nothing else.
// The build tag purego leaves the assembly out.
package kernel

// Width is the number of columns of a row of b, u and e.
const Width = 8

// Forward8 solves L y = b in place for the n rows of b (n x 8). Column j of L is
// l[start[j]:start[j+1]], from the diagonal downwards without gaps, and inv[j]
// is 1 / L[j][j].
func Forward8(b, l []float64, start []int32, inv []float64) {
	check(b, l, start, inv)
	if assembly && len(inv) > 0 {
		forward8(&b[0], &l[0], &start[0], &inv[0], len(inv))
		return
	}
	forward8Go(b, l, start, inv)
}

// Backward8 solves L^T x = b in place; see Forward8.
func Backward8(b, l []float64, start []int32, inv []float64) {
	check(b, l, start, inv)
	if assembly && len(inv) > 0 {
		backward8(&b[0], &l[0], &start[0], &inv[0], len(inv))
		return
	}
	backward8Go(b, l, start, inv)
}

// check panics where a slice is too short for the assembly, which checks nothing.
// Rows below a column must exist: column j has at most n - j entries.
func check(b, l []float64, start []int32, inv []float64) {
	n := len(inv)
	if len(b) < Width*n || len(start) != n+1 || len(l) < int(start[n]) {
		panic("kernel: slices do not fit together")
	}
}

// Gather8 computes the rows e[i] = sum of val[a] u[col[a]] over a from ptr[i] to
// ptr[i+1]: a sparse matrix in compressed rows times u. e has len(ptr)-1 rows.
func Gather8(e, u []float64, ptr, col []int32, val []float64) {
	rows := len(ptr) - 1
	if len(e) < Width*rows || len(col) != len(val) || len(val) < int(ptr[rows]) {
		panic("kernel: slices do not fit together")
	}
	if assembly && rows > 0 && len(val) > 0 && len(u) > 0 {
		gather8(&e[0], &u[0], &ptr[0], &col[0], &val[0], rows)
		return
	}
	gather8Go(e, u, ptr, col, val)
}

func forward8Go(b, l []float64, start []int32, inv []float64) {
	for j, p := range inv {
		x := (*[8]float64)(b[j*8:])
		x0, x1, x2, x3, x4, x5, x6, x7 := x[0]*p, x[1]*p, x[2]*p, x[3]*p, x[4]*p, x[5]*p, x[6]*p, x[7]*p
		*x = [8]float64{x0, x1, x2, x3, x4, x5, x6, x7}
		below := b[(j+1)*8:]
		for _, v := range l[start[j]+1 : start[j+1]] {
			y := (*[8]float64)(below)
			y[0] -= float64(v * x0)
			y[1] -= float64(v * x1)
			y[2] -= float64(v * x2)
			y[3] -= float64(v * x3)
			y[4] -= float64(v * x4)
			y[5] -= float64(v * x5)
			y[6] -= float64(v * x6)
			y[7] -= float64(v * x7)
			below = below[8:]
		}
	}
}

func backward8Go(b, l []float64, start []int32, inv []float64) {
	for j := len(inv) - 1; j >= 0; j-- {
		x := (*[8]float64)(b[j*8:])
		x0, x1, x2, x3, x4, x5, x6, x7 := x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]
		below := b[(j+1)*8:]
		for _, v := range l[start[j]+1 : start[j+1]] {
			y := (*[8]float64)(below)
			x0 -= float64(v * y[0])
			x1 -= float64(v * y[1])
			x2 -= float64(v * y[2])
			x3 -= float64(v * y[3])
			x4 -= float64(v * y[4])
			x5 -= float64(v * y[5])
			x6 -= float64(v * y[6])
			x7 -= float64(v * y[7])
			below = below[8:]
		}
		p := inv[j]
		*x = [8]float64{x0 * p, x1 * p, x2 * p, x3 * p, x4 * p, x5 * p, x6 * p, x7 * p}
	}
}

func gather8Go(e, u []float64, ptr, col []int32, val []float64) {
	for i := range len(ptr) - 1 {
		var s [8]float64
		for a := ptr[i]; a < ptr[i+1]; a++ {
			v, x := val[a], (*[8]float64)(u[int(col[a])*8:])
			for r := range s {
				s[r] += float64(v * x[r])
			}
		}
		*(*[8]float64)(e[i*8:]) = s
	}
}
