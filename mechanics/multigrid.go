package mechanics

import (
	"errors"
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/internal/kernel"
	"github.com/elastrain/elastrain/mechanics/multigrid"
	"github.com/elastrain/elastrain/network"
)

// Multigrid is conjugate gradients with smoothed aggregation (package multigrid), for lattices whose factor would take more memory or
// time than there is. Displacements are right to a tolerance, not to the last digit. Networks so small that their coarsest level
// would be the whole go to the direct solver.
type Multigrid struct {
	c      *Compatibility
	s      *multigrid.Solver
	direct *Sparse // instead of s
}

// NewMultigrid prepares such a solver for C. It fails for what is no lattice of bars and springs to ground.
func NewMultigrid(c *Compatibility, options multigrid.Options) (*Multigrid, error) {
	m, err := analyseMultigrid(c, options)
	if err != nil {
		return nil, err
	}
	m.allocate()
	return m, nil
}

// analyseMultigrid does what takes no numbers; allocate must follow.
func analyseMultigrid(c *Compatibility, options multigrid.Options) (*Multigrid, error) {
	if c.Strain != nil {
		return nil, errors.New("multigrid is for lattices of bars and springs to ground, and not for periodic cells: choose sparse")
	}
	if options.Coarsest == 0 {
		options.Coarsest = multigrid.Coarsest
	}
	if c.N <= options.Coarsest {
		return &Multigrid{c: c, direct: analyse(c, options.Threads).solver()}, nil
	}
	s, err := multigrid.Analyze(&multigrid.Network{Dim: c.Dim, X: c.Pos, Unknown: c.Unknown, N: c.N, Ptr: c.Ptr, Col: c.Col, Val: c.Val}, options)
	if err != nil {
		return nil, fmt.Errorf("%w: choose sparse", err)
	}
	return &Multigrid{c: c, s: s}, nil
}

func (m *Multigrid) allocate() {
	if m.direct == nil {
		m.s.Allocate()
	}
}

// Name implements Solver.
func (m *Multigrid) Name() string { return "multigrid" }

// Describe implements Solver.
func (m *Multigrid) Describe() string {
	if m.direct != nil {
		return "multigrid of one level, " + m.direct.Describe()
	}
	var sizes []string
	for _, n := range m.s.Unknowns() {
		sizes = append(sizes, fmt.Sprint(n))
	}
	threads := "1 thread"
	if n := m.s.Threads(); n > 1 {
		threads = fmt.Sprintf("%d threads", n)
	}
	text := fmt.Sprintf("multigrid: levels of %s and %s unknowns, %s, %s kernels, loads balanced to %.0e", strings.Join(sizes[:len(sizes)-1], ", "), sizes[len(sizes)-1],
		threads, kernel.Instructions(), m.s.Tolerance())
	if seen := m.s.Seen; seen.Solved > 0 {
		text += fmt.Sprintf(", at most %d iterations so far, to %.0e", seen.Most, seen.Worst)
	}
	return text
}

// Bytes implements Solver.
func (m *Multigrid) Bytes() int64 {
	if m.direct != nil {
		return m.direct.Bytes()
	}
	return m.s.Bytes()
}

// SetThreads lets Factor and Solve use so many threads, 1 or more. Results have the same bits for any number.
func (m *Multigrid) SetThreads(n int) {
	if m.direct != nil {
		m.direct.SetThreads(n)
		return
	}
	m.s.SetThreads(n)
}

// Levels is how many unknowns each level has, the finest first.
func (m *Multigrid) Levels() []int {
	if m.direct != nil {
		return []int{m.c.N}
	}
	return m.s.Unknowns()
}

// Seen is what the solutions so far took; nothing where the direct solver does it all.
func (m *Multigrid) Seen() multigrid.Seen {
	if m.direct != nil {
		return multigrid.Seen{}
	}
	return m.s.Seen
}

// Iterated is how many iterations a solution took at most, and the largest share of the loads that was left unbalanced; zeros for solvers
// that do not iterate.
func (q *Equilibrium) Iterated() (iterations int, residual float64) {
	if m, ok := q.Solver.(*Multigrid); ok {
		return m.Seen().Most, m.Seen().Worst
	}
	return 0, 0
}

// FactorError says that something needs a factor of D, where displacements are iterated because a factor is too large.
type FactorError struct{ Bytes int64 }

func (e *FactorError) Error() string {
	return fmt.Sprintf("cutting many bonds at once needs a factor of the stiffness matrix, and one of this network takes %.1f GiB beside what multigrid takes; where there is room, ask for --solver sparse", float64(e.Bytes)/(1<<30))
}

// tolerance makes it an approximate.
func (m *Multigrid) tolerance() float64 {
	if m.direct != nil {
		return 0
	}
	return m.s.Tolerance()
}

// Factor implements Solver. A mechanism of more than a node is found here only where the coarsest level has it too; others are when
// Solve does not settle.
func (m *Multigrid) Factor(k []float64) error {
	if m.direct != nil {
		return m.direct.Factor(k)
	}
	err := m.s.Factor(k)
	if err == nil {
		return nil
	}
	var singular *multigrid.SingularError
	if errors.As(err, &singular) {
		node, axis := m.c.Place(singular.Unknown)
		return &SingularError{Node: node, Number: network.Number(m.c.Numbers, node), Axis: axis, Pivot: singular.Pivot}
	}
	var notFinite *multigrid.NotFiniteError
	if errors.As(err, &notFinite) {
		return m.c.notFinite(notFinite.Unknown)
	}
	return err
}

// Solve implements Solver. It fails with *InaccurateError.
func (m *Multigrid) Solve(b []float64, nrhs int) error {
	if m.direct != nil {
		return m.direct.Solve(b, nrhs)
	}
	err := m.s.Solve(b, nrhs)
	if err == nil {
		return nil
	}
	var slow *multigrid.SlowError
	if errors.As(err, &slow) {
		e := &InaccurateError{Left: slow.Residual, Accepted: slow.Tolerance, Iterations: slow.Iterations}
		if slow.Unknown >= 0 {
			x := make([]float64, m.c.N)
			m.s.Restless(x)
			e.Motion = newMotion(m.c, x, almost)
			e.Motion.Soft = true
		}
		return e
	}
	return err
}
