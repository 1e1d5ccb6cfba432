package statics

import (
	"errors"
	"math"
	"runtime"

	"github.com/elastrain/elastrain/internal/team"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/sparse"
)

// near is the algebra of a body that answers in proportion: K = C^T w C. Its pattern is analysed once, also where places of
// nodes learn.
type near struct {
	rows    *body.Rows
	work    *body.Work // that keeps the derivatives as built
	tangent *body.Tangent
	factor  *sparse.Factor
	of      uint64  // revision of the parameters that are factorised; 0 for none
	placed  uint64  // revision whose places the rows are of, where places learn
	null    int     // motions that cost nothing
	given   []int32 // modes that a given value deforms
	weights []float64
	alike   [][]stretch // modes of one unit; see differ
	apart   bool        // their weights differ so much that answers are refined
	team    *team.Team[*over]
	over    over
}

// straight is the algebra of q as a linear body, for the places now.
func (q *Equilibrium) straight() *near {
	b := q.Body
	n := q.near
	if n == nil {
		n = &near{placed: q.shared.revision, rows: b.Rows(), work: q.work, tangent: b.NewTangent()}
		b.Build(n.work)
		n.factor = sparse.AnalyzeSum(n.tangent.Sum).NewFactor()
		for m := range b.M {
			if last := n.rows.Ptr[m+1]; last > n.rows.Ptr[m] && int(n.rows.Col[last-1]) >= b.Space.N {
				n.given = append(n.given, int32(m))
			}
		}
		n.alike = alike(b)
		q.near = n
		n.setThreads(max(q.threads, 0))
	}
	if len(b.Moves) > 0 && n.placed != q.shared.revision {
		n.placed = q.shared.revision
		b.Refill(n.rows)
		b.Build(n.work)
	}
	return n
}

// setThreads is for as many as the program may use where threads is 0.
func (n *near) setThreads(threads int) {
	if threads == 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	n.factor.SetThreads(threads)
	n.team = team.New[*over](threads)
}

// far is the algebra of any body: its tangent, element by element.
type far struct {
	tangent *body.Tangent
	factor  *sparse.Factor
	signed  *sparse.Signed // nil until a tangent is not positive definite
}

// indefinite prepares a factorisation with signs.
func (f *far) indefinite() *sparse.Signed {
	pattern, _ := f.tangent.Matrix()
	return sparse.NewSigned(pattern, f.factor.Symbolic().Permutation())
}

// general is the algebra of q as any body.
func (q *Equilibrium) general() *far {
	if q.far == nil {
		f := &far{tangent: q.Body.NewTangent()}
		f.factor = sparse.AnalyzeSum(f.tangent.Sum).NewFactor()
		if q.threads > 0 {
			f.factor.SetThreads(q.threads)
		}
		q.far = f
	}
	return q.far
}

// fork is the same for another goroutine.
func (f *far) fork() *far {
	c := &far{tangent: f.tangent.Fork(), factor: f.factor.Symbolic().NewFactor()}
	c.factor.SetThreads(1)
	return c
}

// factorise takes the tangent where q.now stands. A tangent that is not positive definite is an error, unless any
// state will do: then it is taken with its signs. effort, if not nil, counts it.
func (q *Equilibrium) factorise(anywhere bool, effort *Effort) error {
	var err error
	var f *far
	linear := q.linear()
	if linear {
		n := q.straight()
		if n.of == q.shared.revision {
			q.stable, q.null = true, n.null
			return nil
		}
		n.weights = q.Body.Weigh(n.work, q.shared.theta)
		n.apart = differ(n.alike, n.weights)
		n.tangent.Weigh(n.work)
		if err = n.factor.Refactor(n.tangent.Values); err == nil {
			n.of, n.null = q.shared.revision, 0
		}
	} else {
		f = q.assemble(q.now)
		err = f.factor.Refactor(f.tangent.Values)
	}
	if effort != nil {
		effort.Factorisations++
	}
	if q.stable = err == nil; q.stable {
		q.held, q.of, q.null = true, q.shared.revision, 0
		return nil
	}
	q.held, q.null = false, 0
	unknown := -1
	var notPositive *sparse.NotPositiveError
	var notFinite *sparse.NotFiniteError
	overflow := func(column int) error {
		node, part := q.Body.Space.Place(max(column, 0))
		return &UnstableError{Node: node, Part: part, Overflow: true}
	}
	switch {
	case errors.As(err, &notPositive) && (math.IsNaN(notPositive.Pivot) || math.IsInf(notPositive.Pivot, 0)):
		return overflow(notPositive.Column)
	case errors.As(err, &notPositive):
		if q.Floppy && linear {
			if null, err := q.near.factor.RefactorSemidefinite(q.near.tangent.Values, sparse.PivotTolerance); err == nil {
				q.stable, q.near.of, q.null, q.near.null = true, q.shared.revision, len(null), len(null)
				return nil // a load that drives a free motion leaves a residual
			}
		}
		if anywhere {
			if f == nil {
				q.stand(q.now)
				f = q.assemble(q.now)
			}
			if f.signed == nil {
				f.signed = f.indefinite()
			}
			_, values := f.tangent.Matrix()
			if err = f.signed.Refactor(values); err == nil {
				q.held, q.of = true, q.shared.revision
				return nil
			}
			if !errors.As(err, &notPositive) {
				return err
			}
		}
		unknown = notPositive.Column
	case errors.As(err, &notFinite):
		return overflow(notFinite.Column)
	default:
		return err
	}
	return q.unstable(unknown, 0)
}

// solve answers a load in place at the tangent taken last.
func (q *Equilibrium) solve(f []float64) {
	switch {
	case !q.stable:
		q.far.signed.Solve(f)
	case q.linear():
		q.near.factor.Solve(f, 1)
	default:
		q.far.factor.Solve(f, 1)
	}
}

// Solver says with what equations are solved, in numbers for people: entries of the factor and arithmetic of one.
func (q *Equilibrium) Solver() *sparse.Symbolic {
	if q.linear() {
		return q.straight().factor.Symbolic()
	}
	return q.general().factor.Symbolic()
}
