package statics

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/internal/kernel"
	"github.com/elastrain/elastrain/mechanics/body"
)

// Answers are the states of a linear body under unit amplitudes, side by side: one factorisation and one solve for all of
// them. Rows are Stride wide, of which the first Columns count.
type Answers struct {
	Columns, Stride int
	U               []float64 // unknowns, then given values; (N + G) x Stride
	E               []float64 // deformations; M x Stride

	n     int
	loads []unitLoad
	rest  []float64 // what refinement works on; nil until then
	since int       // times that they were answered
}

// unitLoad is a force on an unknown, or from n on a given value.
type unitLoad struct {
	row, column int
	value       float64
}

// NewAnswers makes room for so many columns. Load and Give say what each bears.
func (q *Equilibrium) NewAnswers(columns int) *Answers {
	s := &q.Body.Space
	a := &Answers{Columns: columns, Stride: columns, n: s.N}
	if columns > 4 && columns < kernel.Width {
		a.Stride = kernel.Width // which kernels keep in registers
	}
	a.U = make([]float64, (s.N+s.G)*a.Stride)
	a.E = make([]float64, q.Body.M*a.Stride)
	return a
}

// Load hangs one at a port. What falls on a support it takes.
func (a *Answers) Load(column int, p Port, s *body.Space) {
	for _, t := range p {
		for c, by := range s.Shares(Column(s, t)) {
			if c.Free() {
				a.loads = append(a.loads, unitLoad{int(c), column, t.Weight * by})
			}
		}
	}
}

// Give sets a given value.
func (a *Answers) Give(column, given int, value float64) {
	a.loads = append(a.loads, unitLoad{a.n + given, column, value})
}

// Read is what a port shows of a column.
func (a *Answers) Read(column int, p Port, s *body.Space) float64 {
	sum := 0.0
	for _, t := range p {
		for c, by := range s.Shares(Column(s, t)) {
			sum += t.Weight * by * a.U[s.Row(c)*a.Stride+column]
		}
	}
	return sum
}

// InaccurateError says that displacements do not balance their loads, even after refinement.
type InaccurateError struct{ Backward float64 }

func (e *InaccurateError) Error() string {
	return fmt.Sprintf("the displacements do not balance the loads (backward error %.1e, and at most %.0e is accepted): stiffnesses differ by more than the arithmetic can carry", e.Backward, mostBackward)
}

const (
	// mostBackward is the backward error of an unknown above which answers are refined, and refused where that does not
	// mend them. A sound factor leaves 1e-15 or so.
	mostBackward = 1e-12
	// often: the first answers are looked at, and then one of so many; a look costs a twentieth of a step or more.
	often = 4
	// drifted is the share of a solution that Judge may see lost before every answer is refined.
	drifted = 1e-10
)

// Factorise takes the stiffness at the parameters set last, which Respond does if nobody did. For linear bodies.
func (q *Equilibrium) Factorise() error { return q.factorise(false, nil) }

// Respond fills a for the parameters set last. It allocates nothing, but for the first time, and fails with *UnstableError
// and *InaccurateError. For linear bodies.
func (q *Equilibrium) Respond(a *Answers) error {
	if err := q.factorise(false, nil); err != nil {
		return err
	}
	near, n := q.near, a.n*a.Stride
	clear(a.U)
	for _, l := range a.loads {
		a.U[l.row*a.Stride+l.column] += l.value
	}
	near.pull(a.U, a.Stride, a.n)
	near.factor.Solve(a.U[:n], a.Stride)
	near.elongate(a)
	if !q.Careful() {
		a.since++
		if a.Columns == 0 || a.since%often != 1 || near.backward(a) <= mostBackward {
			return nil
		}
	}
	return q.polish(a)
}

// Careful says whether all Answers are refined at the parameters factorised last: Judge saw that digits are lost, or stiffnesses
// differ by many powers of ten.
func (q *Equilibrium) Careful() bool { return q.careful || q.near != nil && q.near.apart }

// pull takes from the forces what the given values pull, C^T w C_g.
func (n *near) pull(u []float64, stride, unknowns int) {
	r := n.rows
	for _, m := range n.given {
		first, last := r.Ptr[m], r.Ptr[m+1]
		free := last
		for free > first && int(r.Col[free-1]) >= unknowns {
			free--
		}
		for g := free; g < last; g++ {
			for f := first; f < free; f++ {
				by := n.weights[m] * r.Val[g] * r.Val[f]
				from, to := u[int(r.Col[g])*stride:][:stride], u[int(r.Col[f])*stride:][:stride]
				for i, v := range from {
					to[i] -= by * v
				}
			}
		}
	}
}

// polish refines all columns by what the elements leave over, f - C^T (w o e), until corrections no longer shrink. Its
// rounding errors are those of the elements, not of K, in which soft ones are lost beside stiff ones.
func (q *Equilibrium) polish(a *Answers) error {
	near, r, stride := q.near, q.near.rows, a.Stride
	if a.rest == nil {
		a.rest = make([]float64, a.n*stride)
	}
	last := math.Inf(1)
	for range mostRounds {
		clear(a.rest)
		for _, l := range a.loads {
			if l.row < a.n {
				a.rest[l.row*stride+l.column] += l.value
			}
		}
		for m, w := range near.weights {
			e := a.E[m*stride:][:stride]
			for at := r.Ptr[m]; at < r.Ptr[m+1] && int(r.Col[at]) < a.n; at++ {
				by, to := w*r.Val[at], a.rest[int(r.Col[at])*stride:][:stride]
				for i, v := range e {
					to[i] -= by * v
				}
			}
		}
		near.factor.Solve(a.rest, stride)
		worst := 0.0
		for column := range a.Columns {
			size, change := 0.0, 0.0
			for at := column; at < len(a.rest); at += stride {
				size, change = max(size, math.Abs(a.U[at])), max(change, math.Abs(a.rest[at]))
			}
			if change > 0 || math.IsNaN(change) {
				worst = max(worst, change/size)
			}
		}
		if !(worst < last/2) {
			break
		}
		for i, v := range a.rest {
			a.U[i] += v
		}
		near.elongate(a)
		if last = worst; worst < 0x1p-52 {
			break
		}
	}
	if b := near.backward(a); !(b <= mostBackward) {
		return &InaccurateError{b}
	}
	return nil
}

// Judge looks, at the parameters set last and under a load, how much a solution loses to rounding: the largest correction
// that one more step of refinement makes, as a share of the largest move. Where a linear body loses more than 1e-10, all its
// Answers are refined from now on, whatever the parameters; who needs equal bits calls it where it is always called.
func (q *Equilibrium) Judge(l *Load) (lost, backward float64, err error) {
	s := q.Body.NewState()
	if _, err := q.Rest(l, s); err != nil {
		return 1, 1, err
	}
	backward = q.Backward()
	if q.linear() {
		q.move(s)
		// What the factor alone makes of the load, beside the refined state.
		clear(q.now.U)
		q.bear(l, 1)
		q.judge(q.now)
		copy(q.step, q.residual)
		q.solve(q.step)
		size := q.size(s.U)
		for i, v := range s.U {
			q.step[i] -= v
		}
		if size > 0 {
			lost = q.size(q.step) / size
		}
		q.careful = lost > drifted
		return lost, backward, nil
	}
	q.move(s)
	q.bear(l, 1)
	q.judge(q.now)
	if err := q.factorise(true, nil); err != nil {
		return 1, 1, err
	}
	copy(q.step, q.residual)
	q.solve(q.step)
	if size := q.size(s.U); size > 0 {
		lost = q.size(q.step) / size
	}
	return lost, backward, nil
}
