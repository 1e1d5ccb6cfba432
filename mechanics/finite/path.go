package finite

import (
	"errors"
	"math"
)

const (
	// longestShare of the load is put on at once along a path.
	longestShare = 1.0 / 4
	// jump is how many times farther than its tangent says a lattice may go in a part of the load.
	// Up to a limit point it goes at most twice as far, beyond it to another branch.
	jump = 2
	// unlike is how much of the longer of them what the tangents at both ends of a part foretell may differ.
	unlike = 0.5
	// unpaid is the share of the work of a part of the load by which the energy stored may differ from it.
	unpaid = 0.25
	// mostOnPath is the number of iterations of Newton's method after which a path is given up.
	mostOnPath = 400
)

// Follow finds the equilibrium under the loads f (len N, N) on the path of stable states that
// begins at rest, in parts of the load so small that each goes about as far as the tangent before
// it says. Where Displace would snap through to a state far away, Follow stops. u (len N, m) becomes the
// last state of the path, under the share Effort.Share of the loads. It fails with *BucklingError or
// *ConvergenceError where that is not the whole.
func (q *Equilibrium) Follow(u, f []float64) (Effort, error) {
	var effort Effort
	clear(q.u)
	err := q.follow(f, &effort)
	if err != nil {
		copy(q.u, q.reached)
		q.factored = false
	}
	copy(u, q.u)
	return effort, err
}

func (q *Equilibrium) follow(f []float64, effort *Effort) error {
	clear(q.reached)
	q.bars.stand(q.u)
	if err := q.factorise(); err != nil {
		return err
	}
	predicted := make([]float64, q.C.N)
	step, energy := longestShare, q.stored()
	for effort.Share < 1 {
		next := effort.Share + step
		if next > 1-1e-9 {
			next = 1
		}
		for i, v := range f {
			predicted[i] = (next - effort.Share) * v
		}
		q.factor.Solve(predicted, 1)
		err := q.newton(f, next, effort)
		if err == nil {
			var far float64
			if far, err = q.strayed(predicted); err == nil {
				err = q.jumped(f, effort.Share, next, energy, predicted)
			}
			if err == nil {
				energy = q.stored()
				effort.Share = next
				effort.Steps++
				copy(q.reached, q.u)
				if far < 1.2 {
					step = min(2*step, longestShare)
				}
				continue
			}
		}
		if step /= 2; step < smallestStep || effort.Iterations > mostOnPath {
			return carried(err, effort.Share)
		}
		copy(q.u, q.reached)
		q.bars.stand(q.u)
		if err := q.factorise(); err != nil { // it was stable before
			return carried(err, effort.Share)
		}
	}
	return nil
}

// strayed is how many times farther than predicted the lattice has gone since q.reached. It fails
// where that is a jump.
func (q *Equilibrium) strayed(predicted []float64) (far float64, err error) {
	gone, worst := q.gone()
	expected := largest(predicted)
	if gone <= jump*expected {
		if expected == 0 {
			return 0, nil
		}
		return gone / expected, nil
	}
	node, axis := q.C.Place(worst)
	return 0, &BucklingError{Node: node, Axis: axis}
}

// gone is how far the unknown that went furthest has gone since q.reached.
func (q *Equilibrium) gone() (far float64, unknown int) {
	for i, v := range q.u {
		if d := math.Abs(v - q.reached[i]); !(d <= far) {
			far, unknown = d, i
		}
	}
	return far, unknown
}

// jumped sees that the path leads from q.reached, where the bars stored energy, to where they stand. Newton's method that begins
// near a state of another branch finds it too, in the middle of a load as at its end. Where the bars store what the load has
// done, about the mean of the forces f at both shares of it times the move, and the tangents at both ends foretell much the
// same, they have come by the path. Elsewhere, as where they stiffen a lot, they have if they would be stable all along the
// straight line between, closely looked at near its beginning: a branch that ends has a state on the way that is not.
func (q *Equilibrium) jumped(f []float64, from, to, energy float64, predicted []float64) error {
	first, work, size := 0.0, 0.0, math.Abs(energy)
	end := make([]float64, len(f))
	for i, v := range f {
		move := q.u[i] - q.reached[i]
		first += from * v * move
		size += math.Abs(from * v * move)
		work += (to - from) * v * move / 2
		end[i] = (to - from) * v
	}
	q.factor.Solve(end, 1)
	apart, longer, begin := 0.0, 0.0, 0.0
	for i, v := range end {
		d := v - predicted[i]
		apart, longer, begin = apart+d*d, longer+v*v, begin+predicted[i]*predicted[i]
	}
	stored := q.stored()
	const rounding = 1e-12
	if apart <= unlike*unlike*max(longer, begin) && math.Abs(stored-energy-first-work) <= unpaid*math.Abs(work)+rounding*(size+stored) {
		return nil
	}
	_, worst := q.gone()
	var err error
	for _, at := range [...]float64{3. / 4, 1. / 2, 1. / 4, 1. / 8, 1. / 16, 1. / 32, 1. / 64, 1. / 128} {
		for i, v := range q.u {
			q.trial[i] = q.reached[i] + at*(v-q.reached[i])
		}
		q.bars.stand(q.trial)
		if err = q.factorise(); err != nil {
			node, axis := q.C.Place(worst)
			err = &BucklingError{Node: node, Axis: axis}
			break
		}
	}
	q.factored = false
	q.bars.stand(q.u)
	return errors.Join(err, q.factorise())
}
