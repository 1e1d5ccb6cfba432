package statics

import (
	"errors"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/sparse"
)

const (
	// tolerance is the force left over, as a share of the largest force at any unknown.
	tolerance      = 1e-13
	mostIterations = 80
	mostHalvings   = 24
)

// stand sets deformations, forces and energy of a state.
func (q *Equilibrium) stand(s *body.State) {
	q.Body.Stand(q.work, s, q.Finite)
	q.Body.Resist(q.work, q.theta, s)
}

// judge stands at a state and sets the residual; it returns the potential energy, the largest force left over, and
// the force that rounding may leave.
func (q *Equilibrium) judge(s *body.State) (energy, left, rounding float64) {
	q.stand(s)
	copy(q.residual, q.load)
	q.Body.Forces(q.work, s.T, -1, q.residual, nil)
	energy = s.Energy
	for i, f := range q.load {
		energy -= f * s.U[i]
	}
	left, _ = largest(q.residual)
	return energy, left, tolerance * q.Body.Largest(q.work, s.T, q.load)
}

// newton goes from q.now to the equilibrium under a share of the load. Along a path (anywhere false) every tangent must
// be positive definite, so that the state found is the stable one that the path leads to; with anywhere any equilibrium
// near the start will do.
func (q *Equilibrium) newton(l *Load, share float64, effort *Effort, anywhere bool) error {
	for i, v := range l.F {
		q.load[i] = share * v
	}
	for i := range q.now.G {
		q.now.G[i] = 0
		if l.G != nil {
			q.now.G[i] = share * l.G[i]
		}
	}
	copy(q.try.G, q.now.G)
	energy, left, rounding := q.judge(q.now)
	for range mostIterations {
		if err := q.factorise(anywhere); err != nil {
			return err
		}
		effort.Iterations++
		copy(q.step, q.residual)
		q.solve(q.step)
		if left <= rounding {
			// One more step costs nothing and takes the last digits, unless rounding is all there is.
			q.take(1)
			if _, l, _ := q.judge(q.try); l <= left {
				q.now, q.try = q.try, q.now
				left = l
			} else {
				q.judge(q.now)
			}
			effort.Residual, effort.Unstable = left, 0
			if !q.stable {
				effort.Unstable = q.signed.Negative()
			}
			q.held = true
			return nil
		}
		fall := 0.0 // of the energy for each unit of the step
		for i, v := range q.step {
			fall += v * q.residual[i]
		}
		for length, halvings := 1.0, 0; ; halvings++ {
			if halvings > mostHalvings {
				q.judge(q.now)
				return q.stuck(left)
			}
			q.take(length)
			e, l, r := q.judge(q.try)
			// Near the end the energy shows only rounding, and the force left over tells more. Where the state need not
			// be stable energy has no say.
			if l <= left/2 || q.stable && e <= energy-1e-4*length*fall || !q.stable && l < left {
				energy, left, rounding = e, l, r
				break
			}
			length /= 2
		}
		q.now, q.try = q.try, q.now
	}
	return q.stuck(left)
}

// take sets try to now and a share of the step.
func (q *Equilibrium) take(length float64) {
	for i, v := range q.now.U {
		q.try.U[i] = v + length*q.step[i]
	}
}

func (q *Equilibrium) stuck(left float64) error {
	_, at := largest(q.residual)
	node, part := q.Body.Space.Place(at)
	return &ConvergenceError{Residual: left, Node: node, Part: part}
}

// factorise takes the tangent where q.now stands. A tangent that is not positive definite is an error, unless any
// state will do: then it is taken with its signs.
func (q *Equilibrium) factorise(anywhere bool) error {
	q.tangent.Assemble(q.work, q.now, q.Finite)
	q.held = false
	err := q.factor.Refactor(q.tangent.Values)
	if q.stable = err == nil; q.stable {
		return nil
	}
	unknown := -1
	var notPositive *sparse.NotPositiveError
	var notFinite *sparse.NotFiniteError
	switch {
	case errors.As(err, &notPositive):
		if q.Floppy && q.linear() {
			if _, err := q.factor.RefactorSemidefinite(q.tangent.Values, sparse.PivotTolerance); err == nil {
				q.stable = true
				return nil // a load that drives a free motion leaves a residual
			}
		}
		if anywhere {
			if q.signed == nil {
				q.signed = sparse.NewSigned(q.tangent.Pattern, q.order)
			}
			if err = q.signed.Refactor(q.tangent.Values); err == nil {
				return nil
			}
			if !errors.As(err, &notPositive) {
				return err
			}
		}
		unknown = notPositive.Column
	case errors.As(err, &notFinite):
		unknown = notFinite.Column
	default:
		return err
	}
	node, part := q.Body.Space.Place(unknown)
	return &UnstableError{Node: node, Part: part}
}

// solve answers a load in place at the tangent taken last.
func (q *Equilibrium) solve(f []float64) {
	if q.stable {
		q.factor.Solve(f, 1)
		return
	}
	q.signed.Solve(f)
}
