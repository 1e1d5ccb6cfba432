package mechanics

import "fmt"

// Solver solves D u = F for one network and changing stiffnesses. Symbolic work
// is done when it is made; Factor and Solve allocate nothing once warm.
// Implementations: dense Cholesky (dense.go) and sparse Cholesky (sparse.go).
// The conformance suite in solver_test.go runs over all of them.
type Solver interface {
	// Factor factorises D = C^T K C for the stiffness of each mode (len M,
	// N/m). It fails with *SingularError when D is not positive definite.
	Factor(k []float64) error
	// Solve overwrites nrhs loads, stored row-major (N x nrhs), with the
	// displacements they cause. It panics unless the last Factor succeeded.
	Solve(b []float64, nrhs int)
	// Name says what it is in the words of `check`.
	Name() string
	// Bytes is the memory that its factor takes.
	Bytes() int64
}

// SingularError says that an unknown offers no resistance: the network has a
// mechanism, or stiffnesses differ by more than the arithmetic can carry.
type SingularError struct {
	Node, Axis int     // from 0
	Pivot      float64 // what was left of the stiffness of that unknown, N/m
}

func (e *SingularError) Error() string {
	return fmt.Sprintf("node %d is free to move along %s (remaining stiffness %.3g N/m)", e.Node+1, AxisName(e.Axis), e.Pivot)
}

// AxisName is x, y or z.
func AxisName(axis int) string { return "xyz"[axis : axis+1] }

// DenseLimit is the number of unknowns up to which the dense solver is chosen.
const DenseLimit = 120

// NewSolver picks a solver by the size of the network.
func NewSolver(c *Compatibility) Solver {
	if c.N <= DenseLimit {
		return NewDense(c)
	}
	return NewSparse(c)
}

// NewSolverNamed makes the solver of that name: "dense", "sparse", or "auto" (also
// "") for the choice of NewSolver. It fails for other names, and for "dense" where
// the network is too large.
func NewSolverNamed(c *Compatibility, name string) (Solver, error) {
	switch name {
	case "", "auto":
		return NewSolver(c), nil
	case "dense":
		if _, entries := envelope(c); entries > mostEnvelope {
			return nil, fmt.Errorf("the dense solver is for small networks, and a factor of this one takes %d GiB; choose sparse", entries>>27)
		}
		return NewDense(c), nil
	case "sparse":
		return NewSparse(c), nil
	}
	return nil, fmt.Errorf("no solver is called %q: choose auto, dense or sparse", name)
}
