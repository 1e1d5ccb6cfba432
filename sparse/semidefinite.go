package sparse

import (
	"fmt"
	"math"
	"slices"
)

// RefactorSemidefinite factors a positive semidefinite A and finds its null space.
// A pivot not larger than tol times the original diagonal counts as zero: that
// unknown is held, x = 0 in every Solve, and reported in null, ascending, in the
// caller's numbering. null belongs to the factor and lives until the next
// factorisation. For a matrix of full rank it is empty and the factor is the one
// of Refactor, except that tol takes the place of PivotTolerance.
//
// Why this works. After the unknowns before j are eliminated, what is left of A
// is its Schur complement S, again positive semidefinite, hence
// S_ij^2 <= S_ii S_jj. A zero pivot S_jj therefore has a zero column, nothing is
// left to eliminate, and with a zero column in its place the factor is still
// exact: A = L L^T. So the rank of A is the number of pivots that are not zero,
// and there is one null vector for each that is (see NullVector). In Solve,
// holding x_j = 0 picks one of the solutions when b is consistent, that is, has no
// component in the null space; else the equations of the held unknowns are the
// ones violated.
//
// In floating point a pivot that should be zero is about x^T E x, where x is the
// null vector scaled to x_j = 1 and E the rounding errors of A, 1e-16 |A|: tiny,
// but larger the less unknown j takes part in the motion. tol must lie above that
// and below the smallest true pivot. 1e-10 suits networks of up to 10^5 unknowns
// with comparable stiffnesses. A pivot that is small but not zero, as of a long
// slender network, is a soft motion rather than a null vector: Pattern.Multiply
// tells them apart.
//
// The error is a *NotFiniteError, or a *NotPositiveError when A is indefinite: a
// pivot below -tol times the diagonal, or a zero pivot whose column exceeds
// S_ij^2 <= tol A_ii A_jj, the most a semidefinite matrix can have there. It panics
// when tol is not between 0 and 1.
func (f *Factor) RefactorSemidefinite(values []float64, tol float64) (null []int32, err error) {
	if !(tol >= 0 && tol < 1) {
		panic(fmt.Sprintf("sparse: RefactorSemidefinite got tolerance %g; it takes 0 <= tol < 1", tol))
	}
	if err := f.eliminate(values, tol, true); err != nil {
		return nil, err
	}
	slices.Sort(f.null)
	return f.null, nil
}

// negligible says whether the remainder of column j, whose pivot is at most tol
// times its diagonal, is that of a semidefinite matrix with a zero pivot there.
func (f *Factor) negligible(j int, pivot, tol float64) bool {
	s := f.symbolic
	if !(math.Abs(pivot) <= tol*f.diagonal[j]) {
		return false
	}
	for _, i := range s.row[s.ptr[j]:s.ptr[j+1]] {
		// Not >= : a NaN is not negligible.
		if !(math.Abs(f.work[i]) <= math.Sqrt(tol*f.diagonal[i])*math.Sqrt(f.diagonal[j])) {
			return false
		}
	}
	return true
}

// hold makes column j of L zero. It is not filed, so it contributes to no other.
func (f *Factor) hold(j int) {
	s := f.symbolic
	f.pivot[j] = 0
	f.held[j] = true
	f.null = append(f.null, s.perm[j])
	clear(f.lower[s.ptr[j]:s.ptr[j+1]])
	for _, i := range s.row[s.ptr[j]:s.ptr[j+1]] {
		f.work[i] = 0
	}
}

// NullVector sets x, len N, to the null vector of A that belongs to one of the
// unknowns reported by RefactorSemidefinite: A x = 0, x = 1 at column and x = 0 at
// every other reported unknown. The vectors of all reported unknowns are thus
// independent and span the null space.
//
// With A = L L^T it is enough to solve L^T x = 0. Its equation for a held unknown
// is 0 = 0, which leaves x free there: 1 at column, 0 at the others. Its equation
// for any other unknown j gives x_j from those eliminated after it, so going
// backwards fills in the rest; all that come after column are zero.
func (f *Factor) NullVector(column int32, x []float64) {
	f.mustBeReady("NullVector")
	s := f.symbolic
	if len(x) != s.N() {
		panic(fmt.Sprintf("sparse: NullVector got len %d for %d unknowns", len(x), s.N()))
	}
	if !slices.Contains(f.null, column) {
		panic(fmt.Sprintf("sparse: NullVector got unknown %d, which RefactorSemidefinite did not report", column))
	}
	clear(x)
	x[column] = 1
	for j := int(s.place[column]) - 1; j >= 0; j-- {
		if f.held[j] {
			continue
		}
		sum := 0.0
		for q := s.ptr[j]; q < s.ptr[j+1]; q++ {
			sum -= f.lower[q] * x[s.perm[s.row[q]]]
		}
		x[s.perm[j]] = sum / f.pivot[j]
	}
}
