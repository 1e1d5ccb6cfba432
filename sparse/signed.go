package sparse

import (
	"fmt"
	"math"
)

// Signed is A = L D L^T for a symmetric A that need not be positive definite:
// the tangent stiffness beyond a limit point, a dynamic stiffness. D is diagonal
// and its signs are those of the eigenvalues of A (Sylvester's law of inertia),
// so Negative counts the unstable directions.
//
// Pivots are taken in the given order and none are exchanged. That is stable
// enough where A is far from having a singular leading part, which is what the
// growth of L tells; Solve corrects its answer once, and Residual tells what is
// left. Rows of L are computed one after the other (T. A. Davis, Algorithm 849:
// LDL, ACM Trans. Math. Softw. 31 (2005) 587): plain loops, a few times slower
// than Factor, for the few matrices that Factor refuses.
type Signed struct {
	p       *Pattern
	perm    []int32 // unknown eliminated at each place; len N
	inverse []int32 // its place; len N
	parent  []int32 // of the elimination tree; len N
	start   []int32 // column j of L is entries start[j] to next[j]; len N+1
	next    []int32 // len N
	row     []int32
	l, d    []float64
	up      []int32 // start of the entries above the diagonal of each row of the permuted A; len N+1
	upCol   []int32
	upAt    []int32 // their positions among the values
	diag    []int32
	y, r, x []float64
	mark    []int32
	stack   []int32
	values  []float64
	size    float64 // largest entry
	neg     int
}

// NewSigned analyses a pattern for an order of elimination such as Order(p).
func NewSigned(p *Pattern, perm []int32) *Signed {
	n := p.N
	s := &Signed{p: p, perm: perm, inverse: make([]int32, n), parent: make([]int32, n), start: make([]int32, n+1), next: make([]int32, n),
		up: make([]int32, n+1), diag: make([]int32, n), mark: make([]int32, n), stack: make([]int32, n),
		d: make([]float64, n), y: make([]float64, n), r: make([]float64, n), x: make([]float64, n)}
	for k, i := range perm {
		s.inverse[i] = int32(k)
	}
	count := make([]int32, n)
	each := func(visit func(row, col int32, at int)) {
		for j := range n {
			for a := p.Ptr[j]; a < p.Ptr[j+1]; a++ {
				row, col := s.inverse[p.Row[a]], s.inverse[j]
				visit(max(row, col), min(row, col), int(a))
			}
		}
	}
	each(func(row, col int32, _ int) {
		if row != col {
			count[row]++
		}
	})
	for i, c := range count {
		s.up[i+1] = s.up[i] + c
	}
	s.upCol, s.upAt = make([]int32, s.up[n]), make([]int32, s.up[n])
	clear(count)
	each(func(row, col int32, at int) {
		if row == col {
			s.diag[row] = int32(at)
			return
		}
		slot := s.up[row] + count[row]
		s.upCol[slot], s.upAt[slot] = col, int32(at)
		count[row]++
	})
	// The elimination tree, and how many entries each column of L has.
	clear(count)
	for k := range int32(n) {
		s.parent[k], s.mark[k] = -1, k
		for a := s.up[k]; a < s.up[k+1]; a++ {
			for i := s.upCol[a]; s.mark[i] != k; i = s.parent[i] {
				if s.parent[i] < 0 {
					s.parent[i] = k
				}
				count[i]++
				s.mark[i] = k
			}
		}
	}
	for j, c := range count {
		s.start[j+1] = s.start[j] + c
	}
	s.row, s.l = make([]int32, s.start[n]), make([]float64, s.start[n])
	return s
}

// Refactor computes L and D for the values of A, in the order of Pattern.Row. It does not allocate. It fails with
// *NotFiniteError, or with *NotPositiveError where a pivot vanishes: A, or a leading part of it, is singular.
func (s *Signed) Refactor(values []float64) error {
	n := s.p.N
	s.values, s.neg, s.size = values, 0, 0
	for a, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return s.notFinite(a, v)
		}
		s.size = max(s.size, math.Abs(v))
	}
	for k := range int32(n) {
		s.mark[k], s.next[k] = -1, s.start[k]
		s.y[k] = 0
	}
	for k := range int32(n) {
		top := n
		s.mark[k] = k
		for a := s.up[k]; a < s.up[k+1]; a++ {
			i := s.upCol[a]
			s.y[i] += values[s.upAt[a]]
			depth := 0
			for ; s.mark[i] != k; i = s.parent[i] {
				s.stack[depth] = i
				depth++
				s.mark[i] = k
			}
			for depth > 0 {
				top--
				depth--
				s.stack[top] = s.stack[depth]
			}
		}
		pivot := values[s.diag[k]]
		for ; top < n; top++ {
			i := s.stack[top]
			y := s.y[i]
			s.y[i] = 0
			for a := s.start[i]; a < s.next[i]; a++ {
				s.y[s.row[a]] -= s.l[a] * y
			}
			l := y / s.d[i]
			pivot -= l * y
			s.row[s.next[i]], s.l[s.next[i]] = k, l
			s.next[i]++
		}
		if !(math.Abs(pivot) > 1e-300) || math.IsInf(pivot, 0) {
			return &NotPositiveError{Column: int(s.perm[k]), Pivot: pivot, Diagonal: values[s.diag[k]]}
		}
		s.d[k] = pivot
		if pivot < 0 {
			s.neg++
		}
	}
	return nil
}

func (s *Signed) notFinite(at int, v float64) error {
	col := 0
	for int(s.p.Ptr[col+1]) <= at {
		col++
	}
	return &NotFiniteError{Row: int(s.p.Row[at]), Column: col, Value: v}
}

// Negative is the number of negative eigenvalues of A.
func (s *Signed) Negative() int { return s.neg }

// Solve overwrites b with the solution of A x = b, corrected once, and returns how far it is off: |b - A x| as a share of
// |A| |x| + |b|, in the infinity norm with the largest entry for |A|.
func (s *Signed) Solve(b []float64) (residual float64) {
	if len(b) != s.p.N {
		panic(fmt.Sprintf("sparse: a right-hand side of %d for %d unknowns", len(b), s.p.N))
	}
	copy(s.r, b)
	s.once(b)
	size := 0.0
	for _, v := range s.r {
		size = max(size, math.Abs(v))
	}
	for range 2 {
		s.p.Multiply(s.values, b, s.x, 1)
		left, most := 0.0, 0.0
		for i, v := range s.x {
			s.x[i] = s.r[i] - v
			left, most = max(left, math.Abs(s.x[i])), max(most, math.Abs(b[i]))
		}
		if residual = left / (s.size*most + size); left == 0 || residual < 1e-17 {
			return residual
		}
		s.once(s.x)
		for i, v := range s.x {
			b[i] += v
		}
	}
	return residual
}

func (s *Signed) once(b []float64) {
	y := s.y
	for k, i := range s.perm {
		y[k] = b[i]
	}
	for j, v := range y {
		if v != 0 {
			for a := s.start[j]; a < s.next[j]; a++ {
				y[s.row[a]] -= s.l[a] * v
			}
		}
	}
	for j := len(y) - 1; j >= 0; j-- {
		v := y[j] / s.d[j]
		for a := s.start[j]; a < s.next[j]; a++ {
			v -= s.l[a] * y[s.row[a]]
		}
		y[j] = v
	}
	for k, i := range s.perm {
		b[i] = y[k]
	}
	clear(y)
}
