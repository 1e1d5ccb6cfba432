package sparse

import (
	"fmt"
	"math"
)

// PivotTolerance is how soft a motion Refactor accepts. Write the matrix in units
// in which its diagonal is one: the smallest eigenvalue must then exceed this, or
// rounding could not tell A from a singular matrix. See eliminate for the test.
const PivotTolerance = 1e-14

// questionable is the fraction of its diagonal below which a pivot is tested. A
// pivot that keeps more than that has lost three digits to cancellation at most.
const questionable = 1e-3

// Factor holds the numbers of A = L L^T in the order of elimination, and the
// workspace to compute and to use them.
type Factor struct {
	symbolic *Symbolic
	lower    []float64 // len symbolic.ptr[N]: L below its diagonal, by columns
	pivot    []float64 // len N: diagonal of L; 0 where the unknown is held
	diagonal []float64 // len N: diagonal of A
	held     []bool    // len N: zero pivots of RefactorSemidefinite
	null     []int32   // unknowns that are held, ascending
	norm     float64   // largest absolute row sum of A
	ready    bool      // the numbers above belong to one matrix

	head, link []int32      // len N: lists, for each row, of the columns of L whose next entry is there
	next       []int        // len N: that next entry
	work       []float64    // len N: one column of Refactor, one right-hand side of Solve
	motion     []float64    // len N: one motion, see easiestMotion
	panel      []panel      // len N: several right-hand sides of Solve
	estimate   [2][]float64 // each len N once ConditionEstimate was called
}

// NotPositiveError says that A is not safely positive definite.
type NotPositiveError struct {
	Column   int     // unknown whose pivot failed, in the caller's numbering
	Pivot    float64 // what elimination left of the diagonal; NaN or Inf after an overflow
	Diagonal float64 // the diagonal of A at that unknown
}

func (e *NotPositiveError) Error() string {
	return fmt.Sprintf("sparse: matrix is not positive definite: elimination leaves %g of the diagonal %g of unknown %d; "+
		"hold or support it, unless the matrix is indefinite", e.Pivot, e.Diagonal, e.Column)
}

// NotFiniteError says that a value of A is NaN or infinite.
type NotFiniteError struct {
	Row, Column int // entry, in the caller's numbering
	Value       float64
}

func (e *NotFiniteError) Error() string {
	return fmt.Sprintf("sparse: entry (%d, %d) of the matrix is %g; every value must be finite", e.Row, e.Column, e.Value)
}

// NewFactor allocates everything that Refactor and Solve need.
func (s *Symbolic) NewFactor() *Factor {
	n := s.N()
	return &Factor{
		symbolic: s,
		lower:    make([]float64, s.ptr[n]),
		pivot:    make([]float64, n), diagonal: make([]float64, n), held: make([]bool, n),
		head: make([]int32, n), link: make([]int32, n), next: make([]int, n),
		panel: make([]panel, n), work: make([]float64, n), motion: make([]float64, n),
	}
}

// Symbolic is the analysis that the factor was made from.
func (f *Factor) Symbolic() *Symbolic { return f.symbolic }

// Refactor computes L for the given values of A, in the order of Pattern.Row. It
// does not allocate. The error is a *NotFiniteError, or a *NotPositiveError when A is
// indefinite or singular to within PivotTolerance; after an error the factor is
// unusable until the next Refactor.
func (f *Factor) Refactor(values []float64) error {
	return f.eliminate(values, PivotTolerance, false)
}

// eliminate computes L one column after the other from the left (George and Liu,
// section 5.5). Column j of L is column j of A, less what earlier columns
// contribute, divided by the square root of its pivot. An earlier column k
// contributes exactly when L has an entry (j, k); the lists head and link keep
// each column filed under the row of its next unused entry, so they are found
// without a search.
//
// What is left of the diagonal, the pivot S_jj, is the least x^T A x of all x with
// x_j = 1 that are zero for later unknowns: twice the energy of the easiest motion
// of j. Rounding changes it by about 1e-16 times the scale Sum_i A_ii x_i^2 of that
// motion. The scale can be far larger than A_jj, as when a long lattice turns about
// a point next to j, so comparing the pivot with A_jj alone would take rounding for
// stiffness. A small pivot is therefore compared with tol times the scale. The
// ratio of the two is a Rayleigh quotient of A with its diagonal scaled to one, so
// a matrix whose smallest eigenvalue, so scaled, exceeds tol always passes.
//
// With hold, a pivot that fails may be accepted as zero: see RefactorSemidefinite.
func (f *Factor) eliminate(values []float64, tol float64, hold bool) error {
	if err := f.begin(values); err != nil {
		return err
	}
	s, work := f.symbolic, f.work
	for j := range s.N() {
		for q := s.aPtr[j]; q < s.aPtr[j+1]; q++ {
			work[s.aRow[q]] = values[s.aFrom[q]]
		}
		f.subtractEarlier(j)

		pivot, least := work[j], questionable*f.diagonal[j]
		if !(pivot > least) {
			f.easiestMotion(j)
			least = tol * f.motionScale(j)
		}
		work[j] = 0
		rows, column := s.row[s.ptr[j]:s.ptr[j+1]], f.lower[s.ptr[j]:s.ptr[j+1]]
		switch {
		case pivot > least && !math.IsInf(pivot, 1):
			f.pivot[j] = math.Sqrt(pivot)
			for t, i := range rows {
				column[t] = work[i] / f.pivot[j]
				work[i] = 0
			}
			f.file(j, s.ptr[j])
		case hold && f.negligible(j, pivot, least):
			f.hold(j)
		default:
			return &NotPositiveError{Column: int(s.perm[j]), Pivot: pivot, Diagonal: f.diagonal[j]}
		}
	}
	f.ready = true
	return nil
}

// begin checks the values, measures the matrix and resets the factor.
func (f *Factor) begin(values []float64) error {
	p := f.symbolic.pattern
	p.mustMatch("Refactor", values, 0)
	f.ready = false
	f.null = f.null[:0]
	clear(f.held)
	for i := range f.head {
		f.head[i] = -1
	}
	for j := range p.N {
		for q := p.Ptr[j]; q < p.Ptr[j+1]; q++ {
			if v := values[q]; math.IsNaN(v) || math.IsInf(v, 0) {
				return &NotFiniteError{Row: int(p.Row[q]), Column: j, Value: v}
			}
		}
	}
	clear(f.work)
	p.addRowSums(values, f.work)
	f.norm = largest(f.work)
	clear(f.work)
	for k, i := range f.symbolic.perm {
		f.diagonal[k] = values[p.Ptr[i]]
	}
	return nil
}

// subtractEarlier subtracts from work, which holds column j of A, what the
// columns filed under row j contribute, and files them under their next row.
func (f *Factor) subtractEarlier(j int) {
	row, work := f.symbolic.row, f.work
	for k := f.head[j]; k >= 0; {
		following := f.link[k]
		begin, end := f.next[k], f.symbolic.ptr[k+1]
		rows, column := row[begin:end], f.lower[begin:end]
		column = column[:len(rows)]
		factor := column[0]
		for t, i := range rows {
			work[i] -= factor * column[t]
		}
		f.file(int(k), begin+1)
		k = following
	}
}

// file puts column k under the row of its entry at; a finished column is dropped.
func (f *Factor) file(k, at int) {
	if at == f.symbolic.ptr[k+1] {
		return
	}
	i := f.symbolic.row[at]
	f.next[k], f.link[k] = at, f.head[i]
	f.head[i] = int32(k)
}

// mustBeReady panics when there is no factor to use.
func (f *Factor) mustBeReady(method string) {
	if !f.ready {
		panic("sparse: " + method + " needs a Refactor that succeeded")
	}
}
