package finite

import "math"

const (
	// longestShare of the load is put on at once along a path.
	longestShare = 1.0 / 4
	// jump is how many times farther than its tangent says a lattice may go in a part of the load.
	// Up to a limit point it goes at most twice as far, beyond it to another branch.
	jump = 2
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
	step := longestShare
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
	gone, worst := 0.0, 0
	for i, v := range q.u {
		if d := math.Abs(v - q.reached[i]); !(d <= gone) {
			gone, worst = d, i
		}
	}
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
