package finite

import (
	"errors"
	"math"

	"github.com/elastrain/elastrain/sparse"
)

const (
	// tolerance is the force left over, as a share of the largest load or force in a bond.
	tolerance = 1e-12
	// mostIterations is far beyond what Newton's method needs near a solution.
	mostIterations = 60
	// mostHalvings of a Newton step: a shorter one goes nowhere.
	mostHalvings = 20
)

// newton goes from q.u to the equilibrium under a share of the loads. When it
// succeeds the factor is that of the tangent there, so the equilibrium is stable.
func (q *Equilibrium) newton(f []float64, share float64, effort *Effort) error {
	for i, v := range f {
		q.load[i] = share * v
	}
	q.factored = false
	energy, left := q.judge(q.u)
	for range mostIterations {
		if err := q.factorise(); err != nil {
			return err
		}
		if left <= q.rounding() && left <= math.MaxFloat64 {
			effort.Residual = left
			return nil
		}
		effort.Iterations++
		copy(q.step, q.residual)
		q.factor.Solve(q.step, 1)
		fall := dot(q.residual, q.step) // of the energy for each unit of the step
		length := 1.0
		for halvings := 0; ; halvings++ {
			if halvings > mostHalvings {
				q.judge(q.u)
				return q.leftOver(left)
			}
			for i, v := range q.u {
				q.trial[i] = v + length*q.step[i]
			}
			e, l := q.judge(q.trial)
			// Near the end the energy shows only rounding, and the force that is
			// left over tells more.
			if e <= energy-1e-4*length*fall || l <= left/2 {
				energy, left = e, l
				break
			}
			length /= 2
		}
		q.u, q.trial = q.trial, q.u
		q.factored = false
	}
	return q.leftOver(left)
}

// judge sets the bars and the residual for the displacements u, and returns the
// energy and the largest force that is left over.
func (q *Equilibrium) judge(u []float64) (energy, left float64) {
	q.bars.stand(u)
	copy(q.residual, q.load)
	q.bars.pull(q.residual, q.k, -1)
	return q.stored() - dot(q.load, u), largest(q.residual)
}

// stored is the energy in the bars as they stand.
func (q *Equilibrium) stored() float64 {
	sum := 0.0
	for i, e := range q.bars.e {
		sum += q.k[i] * e * e
	}
	return sum / 2
}

// rounding is the force that may be left over for the bars as they stand.
func (q *Equilibrium) rounding() float64 {
	size, stiffest := largest(q.load), 0.0
	for i, e := range q.bars.e {
		size = max(size, math.Abs(q.k[i]*e))
		stiffest = max(stiffest, q.k[i]*q.bars.l0[i])
	}
	return tolerance*size + 1e-17*stiffest // the second where there is no load at all
}

// factorise factorises the tangent for the bars as they stand, at q.u.
func (q *Equilibrium) factorise() error {
	q.tangent.assemble(q.bars, q.k)
	err := q.factor.Refactor(q.tangent.values)
	q.factored = err == nil
	if err == nil {
		return nil
	}
	unknown := 0
	var notPositive *sparse.NotPositiveError
	var notFinite *sparse.NotFiniteError
	switch {
	case errors.As(err, &notPositive):
		unknown = notPositive.Column
	case errors.As(err, &notFinite):
		unknown = notFinite.Column // both ends of a bar are in one place
	default:
		return err
	}
	node, axis := q.C.Place(unknown)
	return &BucklingError{Node: node, Axis: axis}
}

// leftOver is the error for a residual that stays.
func (q *Equilibrium) leftOver(left float64) error {
	worst := 0
	for i, r := range q.residual {
		if math.Abs(r) > math.Abs(q.residual[worst]) {
			worst = i
		}
	}
	node, axis := q.C.Place(worst)
	return &ConvergenceError{Residual: left, Node: node, Axis: axis}
}
