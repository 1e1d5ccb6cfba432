package sparse

import (
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/internal/kernel"
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
// Sum_i A_ii x_i^2 of the motion x that it measures (see motionScale). tol must lie
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
	if err := f.begin(values); err != nil {
		return nil, err
	}
	f.symbolic.source.diagonal(values, f.symbolic.place, f.diagonal) // of all unknowns, for negligible
	w := f.workers[0]
	for i := range f.symbolic.fronts {
		e := w.begin(i)
		for ; e.begin < int(e.front.width); e.begin = e.end {
			e.end = min(e.begin+blockPivots, int(e.front.width))
			if err := f.factorOrHold(i, &e, tol); err != nil {
				return nil, err
			}
			e.updateAll(w.packed)
		}
		w.finish(i, &e)
	}
	f.ready = true
	slices.Sort(f.null)
	return f.null, nil
}

// factorOrHold computes the columns of a block, one after the other in plain Go since each may be held.
func (f *Factor) factorOrHold(i int, e *partialFactor, tol float64) error {
	shape := e.front.panelShape()
	for c := e.begin; c < e.end; c += slabWidth {
		n := min(slabWidth, e.end-c)
		slab, ld := e.panel[shape.slab(c/slabWidth):], shape.rows-c
		if before, o := e.operand(c); c > e.begin {
			kernel.Update(slab, ld, before, before, o, c-e.begin, shape.rows-c, n, false)
		}
		for j := range n {
			column := slab[j*ld : (j+1)*ld]
			place := e.front.first + int32(c+j)
			pivot, least := column[j], questionable*f.diagonal[place]
			if !(pivot > least) {
				f.easiestMotion(i, place)
				least = tol * f.motionScale(i, place)
			}
			switch {
			case pivot > least && !math.IsInf(pivot, 1):
				column[j] = 1 / math.Sqrt(pivot)
			case f.negligible(i, column[j:], pivot, least):
				column[j] = 0
				f.null = append(f.null, f.symbolic.perm[place])
			default:
				return &NotPositiveError{Column: int(f.symbolic.perm[place]), Pivot: pivot, Diagonal: f.diagonal[place]}
			}
			for r := j + 1; r < ld; r++ {
				column[r] *= column[j]
			}
			for later := j + 1; later < n; later++ {
				v, target := column[later], slab[later*ld:(later+1)*ld]
				for r := later; r < ld; r++ {
					target[r] -= v * column[r]
				}
			}
		}
	}
	return nil
}

// negligible says whether the remainder of a column of front i, whose pivot failed to exceed
// least, is that of a semidefinite matrix with a zero pivot there. The column begins with its pivot
// at the position that its length tells.
func (f *Factor) negligible(i int, column []float64, pivot, least float64) bool {
	// Written so that neither a NaN nor an overflow is negligible.
	if !(math.Abs(pivot) <= least && least <= math.MaxFloat64) {
		return false
	}
	s := f.symbolic
	fr := &s.fronts[i]
	top := int(fr.height) - len(column)
	for p := top + 1; p < int(fr.height); p++ {
		place := fr.first + int32(p)
		if p >= int(fr.width) {
			if p < int(fr.below) || p >= int(fr.below+fr.update) {
				continue
			}
			place = s.rowsOf(fr)[p-int(fr.below)]
		}
		if !(math.Abs(column[p-top]) <= math.Sqrt(f.diagonal[place])*math.Sqrt(least)) {
			return false
		}
	}
	return true
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
	s.mustMatchBlock("NullVector", 1, x)
	if !slices.Contains(f.null, column) {
		panic(fmt.Sprintf("sparse: NullVector got unknown %d, which RefactorSemidefinite did not report", column))
	}
	clear(x)
	place := s.place[column]
	i := s.frontOf(place)
	f.easiestMotion(i, place)
	for k := s.fronts[s.firstBelow(i)].first; k <= place; k++ {
		x[s.perm[k]] = f.motion[k]
	}
}

// frontOf is the front that eliminates a place.
func (s *Symbolic) frontOf(place int32) int {
	i, found := slices.BinarySearchFunc(s.fronts, place, func(f front, place int32) int { return int(f.first) - int(place) })
	if !found {
		i--
	}
	return i
}

// firstBelow is the first front of the subtree of front i.
func (s *Symbolic) firstBelow(i int) int {
	for len(s.childrenOf(i)) > 0 {
		i = int(s.childrenOf(i)[0])
	}
	return i
}

// easiestMotion finds the x with x = 1 at a place of front i, and zero for the unknowns after it, that
// makes x^T A x least: L^T x = 0 in every row before. Only the subtree of i takes
// part, and only that part of f.motion is written.
func (f *Factor) easiestMotion(i int, place int32) {
	s := f.symbolic
	if f.motion == nil {
		f.motion = make([]float64, s.n)
	}
	x := f.motion
	x[place] = 1
	for t := i; t >= s.firstBelow(i); t-- {
		fr := &s.fronts[t]
		panel, shape, rows := f.panel(fr), fr.panelShape(), s.rowsOf(fr)
		for c := min(fr.width, place-fr.first) - 1; c >= 0; c-- {
			at := shape.column(int(c))
			sum := 0.0
			for r := c + 1; r < fr.width && fr.first+r <= place; r++ {
				sum -= panel[at+int(r)] * x[fr.first+r]
			}
			for r, row := range rows {
				if row > place {
					break
				}
				sum -= panel[at+int(fr.below)+r] * x[row]
			}
			x[fr.first+c] = sum * panel[at+int(c)] // zero where it is held
		}
	}
}

// motionScale is Sum_i A_ii x_i^2 of the easiest motion of a place of front i.
func (f *Factor) motionScale(i int, place int32) float64 {
	sum := 0.0
	for k := f.symbolic.fronts[f.symbolic.firstBelow(i)].first; k <= place; k++ {
		sum += f.diagonal[k] * f.motion[k] * f.motion[k]
	}
	return sum
}
