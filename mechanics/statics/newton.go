package statics

import (
	"errors"
	"math"
	"slices"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/sparse"
)

const (
	// tolerance is the force left over, as a share of the largest force at any unknown.
	tolerance      = 1e-13
	mostIterations = 80
	mostHalvings   = 24
	together       = 64 // by which rounding at all elements of a node may exceed that at one
)

// stand sets deformations, forces and energy of a state.
func (q *Equilibrium) stand(s *body.State) {
	q.Body.Stand(q.work, s, q.Finite)
	q.Body.Resist(q.work, q.shared.theta, s)
}

// unbalance takes what the elements put up against a state off the residual.
func (q *Equilibrium) unbalance(s *body.State) {
	q.Body.Forces(q.work, s.T, -1, q.residual, nil)
	if t := q.shared.stress; t != nil {
		s.Energy += t.Forces(q.Body, q.work, s, -1, q.residual, nil)
	}
}

// assemble sets the tangent of q as any body, where stand left s.
func (q *Equilibrium) assemble(s *body.State) *far {
	f := q.general()
	f.tangent.Assemble(q.work, s, q.Finite)
	if t := q.shared.stress; t != nil {
		t.Add(f.tangent, q.work)
	}
	return f
}

// stressed says in an error that what elements pull as built is the cause.
func stressed(err error) error {
	var unstable *UnstableError
	if errors.As(err, &unstable) {
		unstable.Stressed = true
	}
	return err
}

// judge stands at a state and sets the residual; it returns the potential energy, the largest force left over, and
// the force that rounding may leave.
func (q *Equilibrium) judge(s *body.State) (energy, left, rounding float64) {
	most, noise := q.Body.Balance(q.work, q.shared.theta, s, q.Finite, q.load, q.residual)
	if t := q.shared.stress; t != nil {
		s.Energy += t.Forces(q.Body, q.work, s, -1, q.residual, nil)
	}
	energy = s.Energy
	for i, f := range q.load {
		energy -= f * s.U[i]
	}
	left, _ = largest(q.residual)
	q.most, q.noise = most, noise
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
	// curved is how large the bend of a part may be beside the part itself, and contracting how much smaller each
	// further correction must be: else the part is shortened. What converges like that is the path, not another branch.
	curved      = 0.3
	contracting = 0.5
	aimed       = 0.2 // share of bend that the next part is made for
	// A correction of such a share of the part, where so little of the largest force was left over, leaves a tangent that
	// serves the next correction as well, and a state from which the path goes on. Forces count beside moves because
	// a slender body that is bent wrongly by nothing is pulled by a lot.
	tangentServes = 1e-6
	pathServes    = 1e-4
	forceServes   = 1e-6
	onceServes    = 0.1
	// shortest part of a load, as a share of what has been put on: a body that is all but flat stiffens a lot on the first of it,
	// of which earliest is the shortest part.
	shortest = 1e-6
	earliest = 1e-15
)

// track follows the path of stable states from rest to the whole load.
func (q *Equilibrium) track(l *Load, effort *Effort) error {
	clear(q.now.U)
	q.held = false
	if q.linear() {
		return q.carry(l, effort)
	}
	q.bear(l, 0)
	_, left, rounding := q.judge(q.now)
	done, part := 0.0, 1/float64(max(q.Steps, 1))
	if left > rounding { // bonds that are not at rest as built: first let go
		if err := q.settle(&q.none, effort); err != nil {
			return stressed(err)
		}
		if !q.stable {
			return stressed(q.unstable(q.unknown(), 0))
		}
	}
	if err := q.factorise(false, effort); err != nil {
		return err // share 0: a mechanism
	}
	for done < 1 {
		share := done + part
		if share > 1-1e-9 {
			share = 1
		}
		q.before.Copy(q.now)
		next, moved, err := q.part(l, done, share, effort)
		if next > 0 {
			effort.Steps++
			done, part = share, next
			if q.Steps > 0 {
				part = min(part, 1/float64(q.Steps))
			}
			continue
		}
		if next <= 0 && err == nil && l.nothing() { // there is no path: it rests where it was let go
			q.now.Copy(q.before)
			q.judge(q.now)
			return q.factorise(false, effort)
		}
		if part = -next; !(part >= max(shortest*done, earliest)) {
			if err == nil {
				err = q.stuck()
			}
			return q.drown(l, effort, moved, at(err, done))
		}
		if moved {
			q.now.Copy(q.before)
			q.bear(l, done)
			q.judge(q.now)
			if err := q.factorise(false, effort); err != nil {
				return at(err, done)
			}
		}
	}
	return nil
}

// nothing reports whether a load is none.
func (l *Load) nothing() bool {
	any := func(v float64) bool { return v != 0 }
	return !slices.ContainsFunc(l.F, any) && !slices.ContainsFunc(l.G, any)
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

// part goes from q.now, whose tangent is taken, to the equilibrium under a share of the load: by the tangent, by the
// bends that the forces left over there tell, which cost no tangent, and then by Newton's method. It returns how long the
// next part may be; where it fails, the negative of how long this one should have been, whether q.now and the tangent
// have changed, and an error if there is one to tell.
func (q *Equilibrium) part(l *Load, from, share float64, effort *Effort) (next float64, moved bool, err error) {
	part := share - from
	q.bear(l, share)
	q.judge(q.now)
	effort.Iterations++
	given := q.shift(l, from, part)
	copy(q.step, q.residual)
	q.solve(q.step)
	copy(q.begin, q.step)
	first := q.size(q.step) + given
	q.take(1)
	_, left, rounding := q.judge(q.try)
	ease, last := 0.0, first
	if left > rounding {
		if bend, rest := q.bends(first); bend > 0 {
			ease, last = bend/first, rest
		} else {
			q.take(1)
		}
		_, left, rounding = q.judge(q.try)
	}
	q.now, q.try = q.try, q.now
	q.held = false
	serves := false
	for i := range mostIterations {
		settled := left <= rounding
		// The first tangent is taken in any case: what looks as if it were there may be on another branch.
		if i == 0 || !serves && !settled {
			if err := q.factorise(false, effort); err != nil {
				return -part / 2, true, err
			}
		}
		effort.Iterations++
		copy(q.step, q.residual)
		q.solve(q.step)
		size := q.size(q.step)
		if i == 0 {
			if first > 0 { // else there is no load, and nothing moves
				ease = max(ease, size/first)
			}
			if !(ease <= curved) && left > rounding {
				if math.IsNaN(ease) {
					return -part / 2, true, nil
				}
				return -part * min(max(aimed/ease, 0.25), 0.5), true, nil
			}
			next = part * min(max(aimed/ease, 0.5), 4)
			last = curved / contracting * first
		}
		if math.IsNaN(size) || size > contracting*last && left > 1e3*rounding {
			if serves { // that tangent no longer does
				serves = false
				continue
			}
			return -part / 2, true, nil
		}
		q.take(1)
		_, ahead, r := q.judge(q.try)
		if settled {
			if ahead < left { // else rounding is all there is
				q.now, q.try = q.try, q.now
				q.held, left = false, ahead
			} else {
				q.judge(q.now)
			}
			effort.Residual = left
			return q.follows(l, share, part, next, effort), true, nil
		}
		q.now, q.try = q.try, q.now
		q.held = false
		small, fell := left <= forceServes*q.most, ahead/left
		left, rounding, last = ahead, r, size
		if left <= rounding && size*fell <= 0x1p-53*first { // the next one would be rounding
			effort.Residual = left
			return q.follows(l, share, part, next, effort), true, nil
		}
		// What the force left over fell to is how much the tangent changes over such a step: that of before the step will do
		// where two corrections at it end at rounding, and for one correction after each step at a fresh one.
		soon := left <= forceServes*q.most && 4*fell*fell*left <= rounding && size <= tangentServes*first
		once := !serves && fell <= onceServes && size <= onceServes*first
		if serves = small && size <= tangentServes*first || soon || once; share < 1 && small && size <= pathServes*first {
			return q.follows(l, share, part, next, effort), true, nil
		}
	}
	return -part / 2, true, nil
}

// bends adds to try, where the tangent of now has led, what the forces left over there ask for, twice. The second bend is taken
// as long as it goes on to be if each is the same share of the one before (Aitken): where bends swing to and fro that is
// less of it. All that is no help where the second bend is not much smaller than the first, as in slender bodies, which
// stretch before they have turned; then bend is 0.
func (q *Equilibrium) bends(first float64) (bend, rest float64) {
	bend, ok := q.bendOnce(first, aimed)
	if !ok {
		return 0, 0
	}
	for i, v := range q.bend {
		q.try.U[i] += v
	}
	copy(q.swing, q.bend)
	q.judge(q.try)
	if rest, ok = q.bendOnce(bend, contracting); !ok {
		return 0, 0
	}
	up, down := 0.0, 0.0
	for i, v := range q.bend {
		change := v - q.swing[i]
		up += q.weight[i] * v * change
		down += q.weight[i] * change * change
	}
	by := 1.0
	if down > 0 {
		by -= up / down
	}
	for i, v := range q.bend {
		q.try.U[i] += by * v
	}
	return bend, rest
}

// bendOnce takes what the forces left over ask for at the tangent of now; ok says whether it is small beside what went before.
func (q *Equilibrium) bendOnce(before, share float64) (size float64, ok bool) {
	copy(q.bend, q.residual)
	q.solve(q.bend)
	size = q.size(q.bend)
	return size, size <= share*before
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
		if err := q.factorise(true, effort); err != nil {
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
				q.held, left = false, l
			} else {
				q.judge(q.now)
			}
			effort.Residual, effort.Unstable = left, 0
			if !q.stable {
				effort.Unstable = q.negative()
			}
			return nil
		}
		fall := 0.0 // of the energy for each unit of the step
		for i, v := range q.step {
			fall += v * q.residual[i]
		}
		for length, halvings := 1.0, 0; ; halvings++ {
			if halvings > mostHalvings {
				return q.leave(effort)
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
		q.held = false
	}
	return q.leave(effort)
}

// leave ends where no step helps any more. That is at rest where no more is left over than rounding at all the elements of a node together
// may make, of lengths beside rest lengths that they are all but equal to: as a share of the force that it would take to stretch
// an element by itself, not of the little that they bear.
func (q *Equilibrium) leave(effort *Effort) error {
	_, left, rounding := q.judge(q.now)
	if !(left <= max(rounding, together*q.noise)) {
		return q.stuck()
	}
	if err := q.factorise(true, effort); err != nil {
		return err
	}
	effort.Residual, effort.Unstable = left, 0
	if !q.stable {
		effort.Unstable = q.negative()
	}
	return nil
}

// drown ends a path that goes no further, for the cause given: where all that is left of the load is no more than rounding leaves over, it ends at rest under it.
func (q *Equilibrium) drown(l *Load, effort *Effort, moved bool, cause error) error {
	if moved {
		q.now.Copy(q.before)
	}
	q.bear(l, 1)
	if _, left, _ := q.judge(q.now); !(left <= together*q.noise) {
		return cause
	}
	if err := q.settle(l, effort); err != nil || !q.stable {
		return cause
	}
	return q.factorise(false, effort)
}

// take sets try to now and a share of the step.
func (q *Equilibrium) take(length float64) {
	for i, v := range q.now.U {
		q.try.U[i] = v + length*q.step[i]
	}
}

func (q *Equilibrium) stuck() error {
	left, at := largest(q.residual)
	node, part := q.Body.Space.Place(at)
	return &ConvergenceError{Residual: left, Node: node, Part: part}
}

// negative is the number of directions in which the tangent taken last is not stable.
func (q *Equilibrium) negative() int {
	if q.stable {
		return 0
	}
	return q.far.signed.Negative()
}

func (q *Equilibrium) unstable(unknown int, share float64) error {
	node, part := q.Body.Space.Place(unknown)
	return &UnstableError{Node: node, Part: part, Share: share}
}

// unknown is the one that moves most in the softest direction of a tangent that is not stable.
func (q *Equilibrium) unknown() int {
	var notPositive *sparse.NotPositiveError
	if err := q.far.factor.Refactor(q.far.tangent.Values); errors.As(err, &notPositive) {
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
	for i := range q.given { // readings of places, unless a column says otherwise
		q.given[i] = unit * unit
	}
	weigh := func(c body.Column, by float64) {
		if number, given := c.IsGiven(); given {
			q.given[number] = by
		} else if c.Free() {
			q.weight[c] = by
		}
	}
	parts := len(b.Space.Parts)
	for i, c := range b.Space.At {
		by := 1.0
		if b.Space.Parts[i%parts] <= element.Z {
			by = unit * unit
		}
		weigh(c, by)
	}
	for _, c := range b.Space.Strain {
		weigh(c, 1)
	}
}
