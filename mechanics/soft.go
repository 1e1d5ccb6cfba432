package mechanics

import "github.com/elastrain/elastrain/sparse"

// SoftMotion is the motion that resists least at the stiffness given last, for
// people who were told that D cannot be factorised: which nodes move together.
// It takes a factorisation or two of its own and forgets the present factor: SetStiffness must
// succeed before the equilibrium answers again.
func (q *Equilibrium) SoftMotion() Motion {
	q.ready = false
	q.revision++
	c := q.C
	var factor *sparse.Factor
	if s, ok := q.Solver.(lender); ok {
		factor, _ = s.lend()
		s.forget()
	} else {
		symbolic := sparse.AnalyzeProduct(c.product())
		if m, ok := q.Solver.(*Multigrid); ok && symbolic.FactorBytes(1) > 2*m.Bytes()+affordable {
			return Motion{Dim: c.Dim, U: make([]float64, len(c.Unknown)), Soft: true} // the error has named a node, and has to do
		}
		factor = symbolic.NewFactor()
	}
	x := make([]float64, c.N)
	// Rounding can leave the pivot of a mechanism larger, or more negative, than the first tolerance.
	for tolerance := sparse.PivotTolerance; tolerance < 1e-6; tolerance *= 10 {
		null, err := factor.RefactorSemidefinite(q.k, tolerance)
		if err != nil || len(null) == 0 {
			continue
		}
		factor.NullVector(null[0], x)
		m := newMotion(c, x, almost)
		m.Soft = true
		return m
	}
	return Motion{Dim: c.Dim, U: make([]float64, len(c.Unknown)), Soft: true}
}

// affordable is how many bytes a factor may take to name a motion, where there is none of the solver's own.
const affordable = 256 << 20

// almost is the share of the fastest node below which a node does not count as moving in a
// soft motion, in which the others give a little.
const almost = 1e-2
