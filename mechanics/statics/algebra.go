package statics

import (
	"errors"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/sparse"
)

// near is the algebra of a body that answers in proportion: K = C^T w C, whose weights go straight into the factor.
type near struct {
	rows     *body.Rows
	factor   *sparse.Factor
	of       uint64  // revision of the parameters that are factorised; 0 for none
	placed   uint64  // revision whose places the rows are of, where places learn
	null     int     // motions that cost nothing
	given    []int32 // modes that a given value deforms
	most     []float64
	weights  []float64
	residual []float64
}

// straight is the algebra of q as a linear body.
func (q *Equilibrium) straight() *near {
	b := q.Body
	if q.near == nil || len(b.Moves) > 0 && q.near.placed != q.shared.revision {
		n := &near{placed: q.shared.revision, rows: b.Rows(), most: make([]float64, b.Space.N), residual: make([]float64, b.Space.N)}
		n.factor = sparse.AnalyzeProduct(b.Stiffness(n.rows)).NewFactor()
		for m := range b.M {
			if last := n.rows.Ptr[m+1]; last > n.rows.Ptr[m] && int(n.rows.Col[last-1]) >= b.Space.N {
				n.given = append(n.given, int32(m))
			}
		}
		if q.threads > 0 {
			n.factor.SetThreads(q.threads)
		}
		q.near = n
	}
	return q.near
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
		n.weights = q.Body.Weigh(q.work, q.shared.theta)
		if err = n.factor.Refactor(n.weights); err == nil {
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
	switch {
	case errors.As(err, &notPositive):
		if q.Floppy && linear {
			if null, err := q.near.factor.RefactorSemidefinite(q.near.weights, sparse.PivotTolerance); err == nil {
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
		if unknown = notFinite.Column; unknown < 0 { // a row of C
			if a := q.near.rows.Ptr[notFinite.Row]; a < q.near.rows.Ptr[notFinite.Row+1] && int(q.near.rows.Col[a]) < q.Body.Space.N {
				unknown = int(q.near.rows.Col[a])
			} else {
				return err
			}
		}
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
