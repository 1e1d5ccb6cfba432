package mechanics

import (
	"fmt"
	"math"
)

// Health is what an equilibrium knows of its own accuracy.
type Health struct {
	Backward float64 // backward error of the solution looked at last; see Residual
	Worst    float64 // the largest so far
	Checked  int     // solutions looked at
	Refined  int     // of these, mended by iterative refinement
}

// InaccurateError says that displacements do not balance their loads, even after
// iterative refinement: stiffnesses differ by more than the arithmetic can carry.
type InaccurateError struct {
	Backward float64 // what refinement left
	Lost     float64 // instead: the share of the displacements that is lost to rounding

	// Instead, of a solver that iterates:
	Iterations int     // that it took
	Left       float64 // share of the loads that they leave unbalanced
	Accepted   float64 // and that is accepted
	Motion     Motion  // that does not settle

	Cause string // instead: why a solver that knows no single unknown found none
}

func (e *InaccurateError) Error() string {
	if e.Cause != "" {
		return e.Cause
	}
	if e.Iterations > 0 {
		text := fmt.Sprintf("the displacements do not balance the loads (after %d iterations a share of %.1e of them is left over, and at most %.0e is accepted)", e.Iterations, e.Left, e.Accepted)
		if len(e.Motion.Nodes) > 0 {
			text += "; what does not settle: " + e.Motion.String()
		}
		return text
	}
	if e.Lost > 0 {
		return fmt.Sprintf("the displacements are lost to rounding (a share of %.1e of them changes in every refinement, and at most %.0e is accepted)", e.Lost, mostLost)
	}
	return fmt.Sprintf("the displacements do not balance the loads (backward error %.1e, and at most %.0e is accepted)", e.Backward, mostBackward)
}

const (
	// mostBackward is the backward error above which solutions are refined, and
	// refused where that does not mend them. A sound factor leaves 1e-15.
	mostBackward = 1e-12
	// mostRounds of refinement; each gains many digits or none.
	mostRounds = 4
	// A look costs a fifth to a tenth of a step, and half of one in networks of at most
	// DenseLimit unknowns (BenchmarkLook): one solution of so many is looked at.
	often  = 4
	seldom = 16
)

// Health is what the solutions so far have shown.
func (q *Equilibrium) Health() Health { return q.health }

// due says whether the next solution is to be looked at: the first, and then every so many.
func (q *Equilibrium) due() bool {
	every := often
	if q.C.N <= DenseLimit {
		every = seldom
	}
	q.solutions++
	return q.solutions%every == 1
}

// balance sets q.left to C^T K C u for a column of u (N x stride).
func (q *Equilibrium) balance(u []float64, stride, column int) {
	c := q.C
	left := q.left
	clear(left)
	for i := range c.M {
		e := 0.0
		for a := c.Ptr[i]; a < c.Ptr[i+1]; a++ {
			e += c.Val[a] * u[int(c.Col[a])*stride+column]
		}
		t := q.k[i] * e
		for a := c.Ptr[i]; a < c.Ptr[i+1]; a++ {
			left[c.Col[a]] += c.Val[a] * t
		}
	}
}

// backward is the backward error of a column of u under a load; q.left becomes the load that
// it leaves unbalanced. norm bounds the norm of D.
func (q *Equilibrium) backward(u []float64, stride, column int, load func(left []float64) (size float64), norm float64) float64 {
	q.balance(u, stride, column)
	size := load(q.left)
	worst, largest := 0.0, 0.0
	for i, v := range q.left {
		q.left[i] = -v
		worst = max(worst, math.Abs(v)) // a NaN stays one
		largest = max(largest, math.Abs(u[i*stride+column]))
	}
	if worst == 0 {
		return 0
	}
	return worst / (norm*largest + size)
}

// see notes a backward error.
func (q *Equilibrium) see(backward float64) (sound bool) {
	q.health.Backward = backward
	q.health.Worst = max(q.health.Worst, backward)
	q.health.Checked++
	return backward <= q.accepted()
}

// approximate is a Solver whose displacements are right to a tolerance, not to the last digit.
type approximate interface {
	// tolerance is the share of the loads, in their mean square, that it leaves unbalanced at most.
	tolerance() float64
}

// lossy is the share of a solution that Judge may see lost before every solution is refined.
func (q *Equilibrium) lossy() float64 {
	if s, ok := q.Solver.(approximate); ok {
		return max(drifted, 1e4*s.tolerance())
	}
	return drifted
}

// accepted is the backward error up to which a solution is as good as its solver promises.
func (q *Equilibrium) accepted() float64 {
	if s, ok := q.Solver.(approximate); ok {
		return max(mostBackward, 10*s.tolerance())
	}
	return mostBackward
}

// refine mends the solutions u (N x stride) of the loads of the given number of columns by iterative
// refinement. The residual is that of the elements, f - C^T (k o (C u)): its rounding
// errors reach u through (C^T K C)^-1 C^T K, which is bounded however much the
// stiffnesses differ (G. W. Stewart, Linear Algebra Appl. 112 (1989) 189). One by the assembled
// D would not help, for D has been rounded.
func (q *Equilibrium) refine(u []float64, stride, columns int, load func(column int) func([]float64) float64) error {
	norm := q.norm()
	correction := make([]float64, len(u))
	last := math.Inf(1)
	for round := range mostRounds + 1 {
		worst := 0.0
		for column := range columns {
			worst = max(worst, q.backward(u, stride, column, load(column), norm))
			for i, v := range q.left {
				correction[i*stride+column] = v
			}
		}
		q.health.Backward = worst
		if worst <= q.accepted() {
			q.health.Refined++
			return nil
		}
		if round == mostRounds || !(worst < last/2) {
			return &InaccurateError{Backward: worst}
		}
		last = worst
		if err := q.Solver.Solve(correction, stride); err != nil {
			return err
		}
		for i, v := range correction {
			u[i] += v
		}
	}
	panic("mechanics: refinement has an end")
}

// subtract takes the load of a port from left, and returns its size.
func (l *portLoad) subtract(left []float64) (size float64) {
	for a, unknown := range l.unknown {
		left[unknown] -= l.value[a]
		size = max(size, math.Abs(l.value[a]))
	}
	return size
}

// confirm looks at one column of the answers to unit loads, in turn, and refines all
// where that one is not accurate.
func (q *Equilibrium) confirm(r *Responses) error {
	if len(r.load) == 0 || !q.due() {
		return nil
	}
	q.turn = (q.turn + 1) % len(r.load)
	l := &r.load[q.turn]
	if q.see(q.backward(r.U, r.Stride, q.turn, l.subtract, q.norm())) {
		return nil
	}
	return q.refine(r.U, r.Stride, len(r.load), func(column int) func([]float64) float64 { return r.load[column].subtract })
}
