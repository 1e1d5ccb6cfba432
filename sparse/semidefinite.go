package sparse

import (
	"fmt"
	"math"
	"slices"
)

// RefactorSemidefinite factors a positive semidefinite A and finds its null space.
// Where a pivot is zero the unknown is held, x = 0 in every Solve, and reported in
// null, ascending, in the caller's numbering. null belongs to the factor and lives
// until the next factorisation. For a matrix of full rank it is empty and the
// factor is the one of Refactor. Which unknowns are reported depends on the order
// of elimination; how many does not.
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
// In floating point a pivot counts as zero when it is at most tol times the scale
// Sum_i A_ii x_i^2 of the motion x that it measures (see eliminate). tol must lie
// above the rounding errors, about 1e-16, and well below the smallest eigenvalue
// that is not zero, of A with its diagonal scaled to one; that eigenvalue falls
// like the fourth power of length over width for a slender network. Well below,
// because holding an unknown that hardly takes part in a null motion leaves the
// rest softer than A was. PivotTolerance is a good choice.
//
// The error is a *NotFiniteError, or a *NotPositiveError when A is indefinite: a
// pivot that is as negative as a positive one may not be, or a zero pivot whose
// column is too large for the inequality above. It panics unless 0 <= tol < 1.
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

// negligible says whether the remainder of column j, whose pivot failed to exceed
// least, is that of a semidefinite matrix with a zero pivot there.
func (f *Factor) negligible(j int, pivot, least float64) bool {
	// Written so that neither a NaN nor an overflow is negligible.
	if !(math.Abs(pivot) <= least && least <= math.MaxFloat64) {
		return false
	}
	s := f.symbolic
	for _, i := range s.row[s.ptr[j]:s.ptr[j+1]] {
		if !(math.Abs(f.work[i]) <= math.Sqrt(f.diagonal[i])*math.Sqrt(least)) {
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
// for any other unknown gives it from those eliminated later, so going backwards
// from column, after which all are zero, fills in the rest.
func (f *Factor) NullVector(column int32, x []float64) {
	f.mustBeReady("NullVector")
	s := f.symbolic
	s.pattern.mustMatchBlock("NullVector", 1, x)
	if !slices.Contains(f.null, column) {
		panic(fmt.Sprintf("sparse: NullVector got unknown %d, which RefactorSemidefinite did not report", column))
	}
	clear(x)
	j := int(s.place[column])
	f.easiestMotion(j)
	for k := int(s.first[j]); k <= j; k++ {
		x[s.perm[k]] = f.motion[k]
	}
}

// easiestMotion finds the x with x_j = 1, and zero for the unknowns after j, that
// makes x^T A x least: L^T x = 0 in every row before j. Only the subtree of j takes
// part, and only that part of f.motion is written.
func (f *Factor) easiestMotion(j int) {
	x := f.motion
	x[j] = 1
	for k := j - 1; k >= int(f.symbolic.first[j]); k-- {
		x[k] = 0
		if f.held[k] {
			continue
		}
		sum := 0.0
		rows, column := f.column(k)
		for t, i := range rows {
			if int(i) > j {
				break
			}
			sum -= column[t] * x[i]
		}
		x[k] = sum / f.pivot[k]
	}
}

// motionScale is Sum_i A_ii x_i^2 of the easiest motion of j.
func (f *Factor) motionScale(j int) float64 {
	sum := 0.0
	for k := int(f.symbolic.first[j]); k <= j; k++ {
		sum += f.diagonal[k] * f.motion[k] * f.motion[k]
	}
	return sum
}
