package mechanics

import (
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/network"
)

// Equilibrium answers D u = F for one network whose stiffnesses change.
type Equilibrium struct {
	C      *Compatibility
	Solver Solver
	k      []float64 // stiffness of each mode now, N/m; len M
	ready  bool      // the factor belongs to k
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
	return &Equilibrium{C: c, Solver: solver, k: make([]float64, c.M)}
}

// StiffnessError says that a mode was given a stiffness no spring has.
type StiffnessError struct {
	Mode  int // from 0
	Value float64
}

func (e *StiffnessError) Error() string {
	return fmt.Sprintf("element %d has stiffness %v N/m: a stiffness is positive and finite", e.Mode+1, e.Value)
}

// SetStiffness gives every mode its stiffness (len M, N/m, copied) and
// factorises D. It fails with *StiffnessError or *SingularError.
func (q *Equilibrium) SetStiffness(k []float64) error {
	if len(k) != q.C.M {
		panic(fmt.Sprintf("mechanics: %d stiffnesses for %d modes", len(k), q.C.M))
	}
	for i, v := range k {
		if !(v > 0) || v > math.MaxFloat64 {
			return &StiffnessError{Mode: i, Value: v}
		}
	}
	if q.ready && slices.Equal(q.k, k) {
		return nil // scoring a point and stepping from it need one factor
	}
	copy(q.k, k)
	err := q.Solver.Factor(q.k)
	q.ready = err == nil
	return err
}

// Stiffness is the stiffness of each mode now (len M); do not modify.
func (q *Equilibrium) Stiffness() []float64 { return q.k }

// Displace solves D u = F: u holds the loads F (len N) on entry and the
// displacements on return.
func (q *Equilibrium) Displace(u []float64) { q.Solver.Solve(u, 1) }

// Residual is the normwise backward error of D u = F: how far the loads, or the
// stiffnesses, would have to change for u to be exact, as a share of themselves.
func (q *Equilibrium) Residual(u, f []float64) float64 {
	c := q.C
	t := make([]float64, c.M)
	c.Elongations(t, u, 1)
	for i := range t {
		t[i] *= q.k[i]
	}
	r := make([]float64, c.N)
	c.InternalForces(r, t)
	worst, size := 0.0, 0.0
	for i := range r {
		worst = max(worst, math.Abs(r[i]-f[i]))
		size = max(size, math.Abs(f[i]))
	}
	if denominator := q.norm()*maxAbs(u) + size; denominator > 0 {
		return worst / denominator
	}
	return 0
}

// norm bounds the infinity norm of D by |C|^T K |C| 1, without assembling D.
func (q *Equilibrium) norm() float64 {
	c := q.C
	sum := make([]float64, c.N)
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

// Condition estimates the 2-norm condition number of D from below, by power
// iteration for its largest and inverse iteration for its smallest eigenvalue.
func (q *Equilibrium) Condition() float64 {
	c := q.C
	if c.N == 0 {
		return 1
	}
	t := make([]float64, c.M)
	u, v := make([]float64, c.N), make([]float64, c.N)
	const steps = 30
	start := func() {
		for i := range u {
			u[i] = 1 + math.Mod(float64(i)*0.6180339887, 1) // no symmetry to hide behind
		}
	}
	start()
	largest := 0.0
	for range steps {
		largest = normalise(u)
		c.Elongations(t, u, 1)
		for i := range t {
			t[i] *= q.k[i]
		}
		c.InternalForces(v, t)
		u, v = v, u
	}
	largest = max(largest, normalise(u))
	start()
	inverse := 0.0
	for range steps {
		normalise(u)
		q.Solver.Solve(u, 1)
		inverse = max(inverse, norm2(u))
	}
	return largest * inverse
}

func norm2(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s = math.Hypot(s, v)
	}
	return s
}

func normalise(x []float64) float64 {
	s := norm2(x)
	if s > 0 {
		scale(x, 1/s)
	}
	return s
}
