package mechanics

import (
	"cmp"
	"fmt"
	"runtime"

	"github.com/elastrain/elastrain/mechanics/multigrid"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/sparse"
)

// Solver solves D u = F for one network and changing stiffnesses. Symbolic work
// is done when it is made; Factor and Solve allocate nothing once warm.
// Implementations: dense Cholesky (dense.go), sparse Cholesky (sparse.go) and, to a tolerance, multigrid (multigrid.go).
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
	Name      string  // "dense", "sparse", "multigrid", or "auto" (also ""): by the size of the network
	Threads   int     // of the sparse solver and of multigrid; 0: as many as the program may use
	Tolerance float64 // of multigrid: the share of the loads that it may leave unbalanced; 0: multigrid.Tolerance
	// Symbolic is what a sparse solver of this C, or of one that equals it, found out; nil: it is found out now.
	Symbolic *sparse.Symbolic
	// Admit is asked before a solver of that name takes so many bytes for its numbers; nil admits any.
	Admit func(name string, bytes int64) error
}

// Multigrid takes some dear an unknown for every step, whatever the size, and a direct solver its arithmetic at some rate. Both were measured on
// one machine (docs/benchmarks.md), and others are faster or slower at both. What is chosen must not depend on the machine, so that
// results do not: these are constants.
const (
	dear = 6.5e-6 // seconds an unknown for a step of multigrid
	rate = 7.5e10 // flops a second of a factorisation
	// sooner is how many times as fast multigrid has to be, as the direct solver gives more digits.
	sooner = 2
)

// Choose makes a solver and says why it is this one. It fails for names that no solver
// has, for a solver that the network does not fit, and where Admit does.
func Choose(c *Compatibility, choice Choice) (solver Solver, why string, err error) {
	admit := choice.Admit
	if admit == nil {
		admit = func(string, int64) error { return nil }
	}
	switch choice.Name {
	case "", "auto":
		if c.N <= DenseLimit {
			solver, err = chooseDense(c, admit)
			return solver, fmt.Sprintf("chosen for at most %d unknowns", DenseLimit), err
		}
		return chooseLarge(c, choice, admit)
	case "dense":
		solver, err = chooseDense(c, admit)
	case "sparse":
		solver, err = choice.plan(c).admitted(admit)
	case "multigrid":
		solver, err = chooseMultigrid(c, choice, admit)
	default:
		err = fmt.Errorf("no solver is called %q: choose auto, dense, sparse or multigrid", choice.Name)
	}
	if err != nil {
		return nil, "", err
	}
	return solver, "asked for", nil
}

// chooseLarge takes the direct solver, except for lattices in space that it takes too much time or memory for.
func chooseLarge(c *Compatibility, choice Choice, admit func(string, int64) error) (solver Solver, why string, err error) {
	plan := choice.plan(c)
	space := c.Dim == 3
	size := fmt.Sprintf("%s flops a step and %.2g GiB", short(float64(plan.symbolic.Flops())), float64(plan.bytes())/(1<<30))
	if space && float64(plan.symbolic.Flops())/rate > sooner*dear*float64(c.N) {
		if solver, err = chooseMultigrid(c, choice, admit); err == nil {
			return solver, "chosen in space, where a factor would take " + size, nil
		}
	}
	if solver, err = plan.admitted(admit); err == nil {
		return solver, fmt.Sprintf("chosen for more than %d unknowns", DenseLimit), nil
	}
	if space {
		if solver, other := chooseMultigrid(c, choice, admit); other == nil {
			return solver, "chosen as a factor, of " + size + ", has no room", nil
		}
	}
	return nil, "", err
}

func chooseDense(c *Compatibility, admit func(string, int64) error) (Solver, error) {
	_, entries := envelope(c)
	if entries > mostEnvelope {
		return nil, fmt.Errorf("the dense solver is for small networks, and a factor of this one takes %d GiB; choose sparse", entries>>27)
	}
	terms := int64(0) // of D, see addends
	for i := range c.M {
		n := int64(c.Ptr[i+1] - c.Ptr[i])
		terms += n * (n + 1) / 2
	}
	if err := admit("dense", 8*entries+16*terms); err != nil {
		return nil, err
	}
	return NewDense(c), nil
}

// plan is analyse, but for what is known.
func (choice Choice) plan(c *Compatibility) sparsePlan {
	if choice.Symbolic == nil {
		return analyse(c, choice.Threads)
	}
	return sparsePlan{c, choice.Symbolic, cmp.Or(choice.Threads, runtime.GOMAXPROCS(0))}
}

func (p sparsePlan) admitted(admit func(string, int64) error) (Solver, error) {
	if err := admit("sparse", p.bytes()); err != nil {
		return nil, err
	}
	return p.solver(), nil
}

func chooseMultigrid(c *Compatibility, choice Choice, admit func(string, int64) error) (Solver, error) {
	m, err := analyseMultigrid(c, multigrid.Options{Threads: choice.Threads, Tolerance: choice.Tolerance})
	if err != nil {
		return nil, err
	}
	if err := admit("multigrid", m.Bytes()); err != nil {
		return nil, err
	}
	m.allocate()
	return m, nil
}
