package statics

import (
	"errors"
	"math"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
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
	most, noise := q.Body.Largest(q.work, s, q.load)
	return energy, left, max(tolerance*most, 4*noise)
}

// bear sets the load and the given values to a share of l.
func (q *Equilibrium) bear(l *Load, share float64) {
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
}

const (
	// curved is how large the first correction of a part may be beside the part itself, and contracting how much smaller
	// each further one must be: else the part is halved. What converges like that is the path, not another branch.
	curved      = 0.3
	contracting = 0.5
	// shortest part of a load.
	shortest = 1e-6
)

// track follows the path of stable states from rest to the whole load.
func (q *Equilibrium) track(l *Load, effort *Effort) error {
	clear(q.now.U)
	q.bear(l, 0)
	_, left, rounding := q.judge(q.now)
	done, part := 0.0, 1/float64(max(q.Steps, 1))
	if left > rounding && !q.linear() { // bonds that are not at rest as built: first let go
		if err := q.settle(&Load{F: make([]float64, len(l.F))}, effort); err != nil {
			return err
		}
		if !q.stable {
			return q.unstable(q.unknown(), 0)
		}
	}
	if err := q.factorise(false); err != nil {
		return err // share 0: a mechanism
	}
	for done < 1 {
		share := done + part
		if share > 1-1e-9 {
			share = 1
		}
		q.before.Copy(q.now)
		ease, err := q.part(l, share, effort)
		if err == nil {
			effort.Steps++
			done = share
			part *= min(max(curved/(2*ease), 0.5), 4)
			if q.Steps > 0 {
				part = min(part, 1/float64(q.Steps))
			}
			continue
		}
		if part /= 2; part < shortest || q.linear() {
			return at(err, done)
		}
		q.now.Copy(q.before)
		q.bear(l, done)
		q.judge(q.now)
		if err := q.factorise(false); err != nil {
			return at(err, done)
		}
	}
	q.held = true
	return nil
}

// at says in an error how much of the load had been borne.
func at(err error, share float64) error {
	var unstable *UnstableError
	var stuck *ConvergenceError
	switch {
	case errors.As(err, &unstable):
		unstable.Share = share
	case errors.As(err, &stuck):
		stuck.Share = share
	}
	return err
}

// part goes from q.now, whose tangent is taken, to the equilibrium under a share of the load, and leaves the tangent
// there. ease is the first correction as a share of the move.
func (q *Equilibrium) part(l *Load, share float64, effort *Effort) (ease float64, err error) {
	q.bear(l, share)
	_, left, rounding := q.judge(q.now)
	first, last := 0.0, 0.0
	for i := range mostIterations {
		effort.Iterations++
		copy(q.step, q.residual)
		q.solve(q.step)
		size := q.size(q.step)
		settled := left <= rounding
		switch {
		case math.IsNaN(size):
			return 0, q.stuck(left)
		case i == 0:
			first = size
		case i == 1 && !settled:
			if ease = size / first; ease > curved {
				return ease, q.stuck(left)
			}
		case i > 1 && size > contracting*last && left > 1e3*rounding:
			return ease, q.stuck(left)
		}
		last = size
		q.take(1)
		_, l, r := q.judge(q.try)
		if settled && !(l < left) { // rounding is all there is
			q.judge(q.now)
			effort.Residual = left
			return ease, nil
		}
		q.now, q.try = q.try, q.now
		left, rounding = l, r
		if err := q.factorise(false); err != nil {
			return ease, err
		}
		if settled {
			effort.Residual = left
			return ease, nil
		}
	}
	return ease, q.stuck(left)
}

// size is the length of a move.
func (q *Equilibrium) size(step []float64) float64 {
	sum := 0.0
	for i, v := range step {
		sum += q.weight[i] * v * v
	}
	return math.Sqrt(sum)
}

// settle goes from q.now to an equilibrium near it, stable or not: Newton's method, whose steps are shortened until the
// energy falls, or where the state is not stable the force left over.
func (q *Equilibrium) settle(l *Load, effort *Effort) error {
	q.bear(l, 1)
	energy, left, rounding := q.judge(q.now)
	for range mostIterations {
		if err := q.factorise(true); err != nil {
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
	q.held, q.null = false, 0
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
			if null, err := q.factor.RefactorSemidefinite(q.tangent.Values, sparse.PivotTolerance); err == nil {
				q.stable, q.null = true, len(null)
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
	return q.unstable(unknown, 0)
}

func (q *Equilibrium) unstable(unknown int, share float64) error {
	node, part := q.Body.Space.Place(unknown)
	return &UnstableError{Node: node, Part: part, Share: share}
}

// unknown is the one that moves most in the softest direction of a tangent that is not stable.
func (q *Equilibrium) unknown() int {
	var notPositive *sparse.NotPositiveError
	if err := q.factor.Refactor(q.tangent.Values); errors.As(err, &notPositive) {
		return notPositive.Column
	}
	return 0
}

// weigh measures displacements in lengths of elements, so that they add up with rotations.
func (q *Equilibrium) weigh() {
	b := q.Body
	sum, n := 0.0, 0
	for i := range b.Elements {
		if len(b.Built[i].At) >= 2*b.Space.Dim {
			l := element.Bar{}.Size(&b.Built[i])
			sum, n = sum+l, n+1
		}
	}
	unit := 1.0
	if n > 0 && sum > 0 {
		unit = float64(n) / sum
	}
	parts := len(b.Space.Parts)
	for i, c := range b.Space.At {
		if c.Free() {
			q.weight[c] = 1
			if b.Space.Parts[i%parts] <= element.Z {
				q.weight[c] = unit * unit
			}
		}
	}
	for _, c := range b.Space.Strain {
		if c.Free() {
			q.weight[c] = 1
		}
	}
}

// solve answers a load in place at the tangent taken last.
func (q *Equilibrium) solve(f []float64) {
	if q.stable {
		q.factor.Solve(f, 1)
		return
	}
	q.signed.Solve(f)
}
