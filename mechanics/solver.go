package mechanics

import (
	"fmt"

	"github.com/elastrain/elastrain/network"
)

// Solver solves D u = F for one network and changing stiffnesses. Symbolic work
// is done when it is made; Factor and Solve allocate nothing once warm.
// Implementations: dense Cholesky (dense.go) and sparse Cholesky (sparse.go).
// The conformance suite in solver_test.go runs over all of them.
type Solver interface {
	// Factor factorises D = C^T K C for the stiffness of each mode (len M,
	// N/m). It fails with *SingularError when D is not positive definite, and with *NotFiniteError when
	// it overflows.
	Factor(k []float64) error
	// Solve overwrites nrhs loads, stored row-major (N x nrhs), with the
	// displacements they cause. It panics unless the last Factor succeeded, and fails where it cannot find them: direct
	// solvers never do, but one that iterates, or works on other machines, may. What b holds then means nothing.
	Solve(b []float64, nrhs int) error
	// Name says what it is; it stays the same for equal results.
	Name() string
	// Describe says how large the work is, in the words of `check`.
	Describe() string
	// Bytes is the memory that its factor takes.
	Bytes() int64
}

// SingularError says that an unknown offers no resistance: the network has a
// mechanism, or stiffnesses differ by more than the arithmetic can carry.
type SingularError struct {
	Node, Axis int     // from 0
	Number     int     // what people call the node, where they do not count from 1
	Pivot      float64 // what was left of the stiffness of that unknown, N/m
}

func (e *SingularError) Error() string {
	number := e.Number
	if number == 0 {
		number = e.Node + 1
	}
	return fmt.Sprintf("node %d is free to move along %s (remaining stiffness %.3g N/m)", number, AxisName(e.Axis), e.Pivot)
}

// NotFiniteError says that the stiffness of an unknown, the sum of those of its bonds, is no number that
// a computer holds.
type NotFiniteError struct {
	Node, Axis int // from 0
	Number     int // what people call the node
}

func (e *NotFiniteError) Error() string {
	return fmt.Sprintf("the stiffness of node %d along %s is beyond what a computer holds", e.Number, AxisName(e.Axis))
}

// notFinite is the error for an unknown.
func (c *Compatibility) notFinite(unknown int) error {
	node, axis := c.Place(unknown)
	return &NotFiniteError{Node: node, Number: network.Number(c.Numbers, node), Axis: axis}
}

// AxisName is x, y or z.
func AxisName(axis int) string { return "xyz"[axis : axis+1] }

// DenseLimit is the number of unknowns up to which the dense solver is chosen.
const DenseLimit = 120

// NewSolver picks a solver by the size of the network.
func NewSolver(c *Compatibility) Solver {
	solver, _, err := Choose(c, Choice{})
	if err != nil {
		panic("mechanics: " + err.Error()) // nothing was asked for that could be refused
	}
	return solver
}

// NewSolverNamed makes the solver of that name; see Choice.
func NewSolverNamed(c *Compatibility, name string) (Solver, error) {
	solver, _, err := Choose(c, Choice{Name: name})
	return solver, err
}

// Choice is what a caller asks of a solver. The zero value leaves all to the program.
type Choice struct {
	Name    string // "dense", "sparse", or "auto" (also ""): by the number of unknowns
	Threads int    // of the sparse solver; 0: as many as the program may use
	// Admit is asked before a factor of so many bytes is allocated; nil admits any.
	Admit func(bytes int64) error
}

// Choose makes a solver and says why it is this one. It fails for names that no solver
// has, for "dense" where the network is too large, and where Admit does.
func Choose(c *Compatibility, choice Choice) (solver Solver, why string, err error) {
	dense := c.N <= DenseLimit
	switch choice.Name {
	case "", "auto":
		why = fmt.Sprintf("chosen for more than %d unknowns", DenseLimit)
		if dense {
			why = fmt.Sprintf("chosen for at most %d unknowns", DenseLimit)
		}
	case "dense", "sparse":
		dense, why = choice.Name == "dense", "asked for"
	default:
		return nil, "", fmt.Errorf("no solver is called %q: choose auto, dense or sparse", choice.Name)
	}
	admit := choice.Admit
	if admit == nil {
		admit = func(int64) error { return nil }
	}
	if !dense {
		plan := analyse(c, choice.Threads)
		if err := admit(plan.bytes()); err != nil {
			return nil, "", err
		}
		return plan.solver(), why, nil
	}
	_, entries := envelope(c)
	if entries > mostEnvelope {
		return nil, "", fmt.Errorf("the dense solver is for small networks, and a factor of this one takes %d GiB; choose sparse", entries>>27)
	}
	terms := int64(0) // of D, see addends
	for i := range c.M {
		n := int64(c.Ptr[i+1] - c.Ptr[i])
		terms += n * (n + 1) / 2
	}
	if err := admit(8*entries + 16*terms); err != nil {
		return nil, "", err
	}
	return NewDense(c), why, nil
}
