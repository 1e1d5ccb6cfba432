package kernel

import (
	"math"
	"unsafe"
)

// Many networks of one pattern go through these loops side by side, a network in each place of a Row. For every one of them the operations are those of a
// network alone (mechanics.Dense, rule.Backprop, optim.Adam ...), in the same order and each rounded by itself, so that its bits are those it has alone.
// A loop stands here, in many_task.go and in many_optim.go in plain Go, which is its definition, and on amd64 also in assembly.
//
// A table of rows (n x stride) has stride rows for each of n.

// Halves are what assembly with short registers takes one after the other.
func half(rows []Row, h int) *float64 { return &unsafe.SliceData(rows)[4*h] }

// wide says whether a register holds a Row.
func wide() bool { return level == avx512 }

func want(ok bool) {
	if !ok {
		misuse()
	}
}

// SumRows sets the rows of to (len(ptr)-1 x stride) to sums of rows of x: to[i] = sum of val[a] x[col[a]] over a from ptr[i] to ptr[i+1]. ptr begins with 0.
func SumRows(to, x []Row, stride int, ptr, col []int32, val []float64) {
	rows := len(ptr) - 1
	want(rows >= 0 && stride > 0 && len(to) >= rows*stride && ptr[0] == 0 && len(col) == len(val) && len(val) >= int(ptr[rows]))
	if level == pureGo || rows == 0 || len(val) == 0 || len(x) == 0 {
		sumRowsGo(to, x, stride, ptr, col, val)
		return
	}
	for from := 0; from < stride; from += Width {
		n := min(Width, stride-from)
		if wide() {
			sumRows512(half(to[from:], 0), half(x[from:], 0), &ptr[0], &col[0], &val[0], rows, stride*rowSize, n)
			continue
		}
		for h := range 2 {
			sumRows256(half(to[from:], h), half(x[from:], h), &ptr[0], &col[0], &val[0], rows, stride*rowSize, n)
		}
	}
}

// rowSize is the bytes of a Row.
const rowSize = 8 * Lanes

func sumRowsGo(to, x []Row, stride int, ptr, col []int32, val []float64) {
	for i := range len(ptr) - 1 {
		for c := range stride {
			var sum Row
			for a := ptr[i]; a < ptr[i+1]; a++ {
				v, from := val[a], &x[int(col[a])*stride+c]
				for lane := range sum {
					sum[lane] += float64(v * from[lane])
				}
			}
			to[i*stride+c] = sum
		}
	}
}

// Profile is the lower triangle of a matrix by rows, each from its first column that is not zero for good. Row i of the entries begins at
// Diag[i] - (i - First[i]); First does not fall.
type Profile struct {
	First []int32 // first column of a row; len n
	Diag  []int32 // entry of its diagonal; len n
	// Column by column from the last to the first: entries below the diagonal, from the top, and their number.
	Down, Tall []int32
}

// NewProfile lays rows out that begin at the given columns.
func NewProfile(first []int32) *Profile {
	n := len(first)
	p := &Profile{First: first, Diag: make([]int32, n)}
	at := int32(0)
	for i, f := range first {
		want(f >= 0 && int(f) <= i && (i == 0 || f >= first[i-1]))
		at += int32(i) - f
		p.Diag[i] = at
		at++
	}
	for j := n - 1; j >= 0; j-- {
		tall := int32(0)
		for i := j + 1; i < n && int(first[i]) <= j; i++ {
			p.Down = append(p.Down, p.Diag[i]-int32(i-j))
			tall++
		}
		p.Tall = append(p.Tall, tall)
	}
	return p
}

// Entries is their number.
func (p *Profile) Entries() int {
	if len(p.Diag) == 0 {
		return 0
	}
	return int(p.Diag[len(p.Diag)-1]) + 1
}

// At is the entry of a row and a column, row >= col.
func (p *Profile) At(row, col int32) int32 { return p.Diag[row] - (row - col) }

// FactorRows goes on with a factorisation D = L L^T at row at[h] of half h of the networks. l holds D and becomes L but for its diagonal, of which inv
// becomes the inverse and diagonal a copy of that of D. A half stops at the first row where one of its networks has a pivot that is not greater than share
// of its diagonal, and leaves the pivots of all its networks in inv; at[h] is then that row, and len(p.Diag) when all is done.
func FactorRows(l []Row, p *Profile, inv, diagonal []Row, share float64, at *[2]int) {
	n := len(p.Diag)
	want(len(l) >= p.Entries() && len(inv) >= n && len(diagonal) >= n && at[0] >= 0 && at[1] >= 0)
	if n == 0 {
		return
	}
	switch {
	case level == pureGo:
		for h := range at {
			at[h] = factorRowsGo(l, p, inv, diagonal, share, at[h], 4*h)
		}
	case wide() && at[0] == at[1]:
		at[0] = factorRows512(half(l, 0), &p.First[0], &p.Diag[0], half(inv, 0), half(diagonal, 0), share, at[0], n)
		at[1] = at[0]
	default:
		for h := range at {
			at[h] = factorRows256(half(l, h), &p.First[0], &p.Diag[0], half(inv, h), half(diagonal, h), share, at[h], n)
		}
	}
}

// factorRowsGo is for the four networks from begin on.
func factorRowsGo(l []Row, p *Profile, inv, diagonal []Row, share float64, from, begin int) int {
	for i := from; i < len(p.Diag); i++ {
		first, own := int(p.First[i]), int(p.Diag[i])
		row := l[own-(i-first) : own]
		stop := false
		for lane := begin; lane < begin+4; lane++ {
			for at := range row {
				j := first + at
				other := l[int(p.Diag[j])-at:]
				v := row[at][lane]
				for t := range at {
					v -= float64(row[t][lane] * other[t][lane])
				}
				row[at][lane] = v * inv[j][lane]
			}
			pivot := l[own][lane]
			diagonal[i][lane] = pivot
			least := share * pivot
			for t := range row {
				pivot -= float64(row[t][lane] * row[t][lane])
			}
			inv[i][lane] = pivot
			stop = stop || !(pivot > least)
		}
		if stop {
			return i
		}
		for lane := begin; lane < begin+4; lane++ {
			inv[i][lane] = 1 / math.Sqrt(inv[i][lane])
		}
	}
	return len(p.Diag)
}

// ForwardRows solves L y = b in place for the n x stride rows of b.
func ForwardRows(b []Row, stride int, l []Row, p *Profile, inv []Row) {
	n := len(p.Diag)
	want(stride > 0 && len(b) >= n*stride && len(l) >= p.Entries() && len(inv) >= n)
	if level == pureGo || n == 0 {
		forwardRowsGo(b, stride, l, p, inv)
		return
	}
	for from := 0; from < stride; from += Width {
		columns := min(Width, stride-from)
		if wide() {
			forwardRows512(half(b[from:], 0), half(l, 0), &p.First[0], half(inv, 0), n, stride*rowSize, columns)
			continue
		}
		for h := range 2 {
			forwardRows256(half(b[from:], h), half(l, h), &p.First[0], half(inv, h), n, stride*rowSize, columns)
		}
	}
}

func forwardRowsGo(b []Row, stride int, l []Row, p *Profile, inv []Row) {
	for i, first := range p.First {
		own := l[int(p.Diag[i])-(i-int(first)):]
		for c := range stride {
			y := b[i*stride+c]
			for t := range i - int(first) {
				v, x := &own[t], &b[(int(first)+t)*stride+c]
				for lane := range y {
					y[lane] -= float64(v[lane] * x[lane])
				}
			}
			for lane := range y {
				y[lane] *= inv[i][lane]
			}
			b[i*stride+c] = y
		}
	}
}

// BackwardRows solves L^T x = b in place for the n x stride rows of b.
func BackwardRows(b []Row, stride int, l []Row, p *Profile, inv []Row) {
	n := len(p.Diag)
	want(stride > 0 && len(b) >= n*stride && len(l) >= p.Entries() && len(inv) >= n && len(p.Tall) == n)
	if level == pureGo || len(p.Down) == 0 {
		backwardRowsGo(b, stride, l, p, inv)
		return
	}
	for from := 0; from < stride; from += Width {
		columns := min(Width, stride-from)
		if wide() {
			backwardRows512(half(b[from:], 0), half(l, 0), &p.Down[0], &p.Tall[0], half(inv, 0), n, stride*rowSize, columns)
			continue
		}
		for h := range 2 {
			backwardRows256(half(b[from:], h), half(l, h), &p.Down[0], &p.Tall[0], half(inv, h), n, stride*rowSize, columns)
		}
	}
}

func backwardRowsGo(b []Row, stride int, l []Row, p *Profile, inv []Row) {
	down := p.Down
	for at, tall := range p.Tall {
		j := len(p.Tall) - 1 - at
		for c := range stride {
			x := b[j*stride+c]
			for t, entry := range down[:tall] {
				v, y := &l[entry], &b[(j+1+t)*stride+c]
				for lane := range x {
					x[lane] -= float64(v[lane] * y[lane])
				}
			}
			for lane := range x {
				x[lane] *= inv[j][lane]
			}
			b[j*stride+c] = x
		}
		down = down[tall:]
	}
}
