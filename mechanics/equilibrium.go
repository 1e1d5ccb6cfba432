package mechanics

import (
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/sparse"
)

// Equilibrium answers D u = F for one network whose stiffnesses change.
type Equilibrium struct {
	C        *Compatibility
	Solver   Solver
	k        []float64 // stiffness of each mode now, N/m; len M
	ready    bool      // the factor belongs to k
	revision uint64    // grows whenever answers given before are no longer those of k

	apart    bool      // the stiffnesses differ so much that solutions are refined
	doubtful bool      // Judge has seen that solutions are to be refined
	rest     []float64 // scratch of polish

	health    Health
	solutions int       // so far
	turn      int       // column that was looked at last
	left      []float64 // len N: load that a solution leaves unbalanced
	load      []float64 // len N: load of a solution that is looked at
}

// NewEquilibrium prepares the equilibrium of a valid network. A nil solver
// means the one that NewSolver picks.
func NewEquilibrium(net *network.Network, solver func(*Compatibility) Solver) *Equilibrium {
	c := NewCompatibility(net)
	if solver == nil {
		solver = NewSolver
	}
	return NewEquilibriumOf(c, solver(c))
}

// NewEquilibriumOf is the equilibrium of a compatibility that is there already,
// with a solver that was made for it.
func NewEquilibriumOf(c *Compatibility, solver Solver) *Equilibrium {
	return &Equilibrium{C: c, Solver: solver, k: make([]float64, c.M), left: make([]float64, c.N), load: make([]float64, c.N)}
}

// StiffnessError says that a mode was given a stiffness no spring has.
type StiffnessError struct {
	Mode  int // from 0
	Value float64
}

func (e *StiffnessError) Error() string {
	switch {
	case e.Value == 0:
		return fmt.Sprintf("element %d has a stiffness of zero, or too small for a computer to hold", e.Mode+1)
	case math.IsNaN(e.Value) || math.IsInf(e.Value, 0):
		return fmt.Sprintf("element %d has a stiffness that is no number, or too large for a computer to hold", e.Mode+1)
	}
	return fmt.Sprintf("element %d has stiffness %v N/m: a stiffness is positive and finite", e.Mode+1, e.Value)
}

// SetStiffness gives every mode its stiffness (len M, N/m, copied) and
// factorises D. It fails with *StiffnessError, *SingularError or *NotFiniteError.
func (q *Equilibrium) SetStiffness(k []float64) error {
	if len(k) != q.C.M {
		panic(fmt.Sprintf("mechanics: %d stiffnesses for %d modes", len(k), q.C.M))
	}
	softest, stiffest, ok := span(k)
	if !ok {
		for i, v := range k {
			if !(v > 0) || v > math.MaxFloat64 {
				return &StiffnessError{Mode: i, Value: v}
			}
		}
	}
	if q.ready && slices.Equal(q.k, k) {
		return nil // scoring a point and stepping from it need one factor
	}
	copy(q.k, k)
	q.revision++
	q.apart = stiffest > apart*softest
	err := q.Solver.Factor(q.k)
	q.ready = err == nil
	return err
}

// span is the least and the largest of k, and whether all are positive and finite. Positive numbers have the order of
// their bits, above which come infinity, NaN and all that are negative; so it takes no branches.
func span(k []float64) (least, most float64, ok bool) {
	lo, hi := uint64(math.MaxUint64), uint64(0)
	for _, v := range k {
		bits := math.Float64bits(v)
		lo, hi = min(lo, bits), max(hi, bits)
	}
	ok = lo > 0 && hi <= math.Float64bits(math.MaxFloat64)
	return math.Float64frombits(lo), math.Float64frombits(hi), ok
}

// Stiffness is the stiffness of each mode now (len M); do not modify.
func (q *Equilibrium) Stiffness() []float64 { return q.k }

// Revision is a number that changes whenever the stiffness does: who keeps answers of this
// equilibrium compares it to know whether they still hold.
func (q *Equilibrium) Revision() uint64 { return q.revision }

// mustBeReady panics where there is no factor for the stiffness: SetStiffness failed or was never
// called, or SoftMotion took the factor.
func (q *Equilibrium) mustBeReady(who string) {
	if !q.ready {
		panic("mechanics: " + who + " needs a SetStiffness that succeeded")
	}
}

// Displace solves D u = F: u holds the loads F (len N) on entry and the
// displacements on return. It fails with *InaccurateError, and panics unless the last
// SetStiffness succeeded.
func (q *Equilibrium) Displace(u []float64) error {
	q.mustBeReady("Displace")
	due := q.due()
	if due || q.careful() {
		copy(q.load, u)
	}
	if err := q.Solver.Solve(u, 1); err != nil {
		return err
	}
	if q.careful() {
		if err := q.polish(u, 1, 1, func(f []float64) { copy(f, q.load) }); err != nil {
			return err
		}
	}
	if !due || q.see(q.backward(u, 1, 0, q.subtractLoad, q.norm())) {
		return nil
	}
	return q.refine(u, 1, 1, func(int) func([]float64) float64 { return q.subtractLoad })
}

// subtractLoad takes the load of Displace from left, and returns its size.
func (q *Equilibrium) subtractLoad(left []float64) (size float64) {
	for i, f := range q.load {
		left[i] -= f
		size = max(size, math.Abs(f))
	}
	return size
}

// Residual is the normwise backward error of D u = F: how far the loads, or the
// stiffnesses, would have to change for u to be exact, as a share of themselves.
func (q *Equilibrium) Residual(u, f []float64) float64 {
	return q.backward(u, 1, 0, func(left []float64) (size float64) {
		for i := range left {
			left[i] -= f[i]
			size = max(size, math.Abs(f[i]))
		}
		return size
	}, q.norm())
}

// norm bounds the infinity norm of D by |C|^T K |C| 1, without assembling D.
func (q *Equilibrium) norm() float64 {
	c := q.C
	sum := q.left
	clear(sum)
	for i := range c.M {
		row := 0.0
		for a := c.Ptr[i]; a < c.Ptr[i+1]; a++ {
			row += math.Abs(c.Val[a])
		}
		for a := c.Ptr[i]; a < c.Ptr[i+1]; a++ {
			sum[c.Col[a]] += math.Abs(c.Val[a]) * q.k[i] * row
		}
	}
	return maxAbs(sum)
}

func maxAbs(x []float64) float64 {
	m := 0.0
	for _, v := range x {
		m = max(m, math.Abs(v))
	}
	return m
}

// Condition estimates the condition number |D| |D^-1| of D in the 1-norm, with about five
// solves; see sparse.InverseNorm1. It is NaN where one fails, and needs a SetStiffness that succeeded.
func (q *Equilibrium) Condition() float64 {
	q.mustBeReady("Condition")
	if q.C.N == 0 {
		return 1
	}
	var failed error
	inverse := sparse.InverseNorm1(q.C.N, func(x []float64) {
		if err := q.Solver.Solve(x, 1); err != nil {
			failed = err
			clear(x)
		}
	})
	if failed != nil {
		return math.NaN()
	}
	return q.norm() * inverse
}

func norm2(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s = math.Hypot(s, v)
	}
	return s
}
