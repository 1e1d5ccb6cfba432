package mechanics

import (
	"errors"
	"fmt"

	"github.com/elastrain/elastrain/mechanics/multigrid"
	"github.com/elastrain/elastrain/network"
)

// Multigrid is conjugate gradients with smoothed aggregation, for lattices whose factor would take more memory or time than there
// is. Displacements are right to a tolerance, not to the last digit.
type Multigrid struct {
	c *Compatibility
	s *multigrid.Solver
}

// NewMultigrid prepares such a solver for C. It fails for what is no lattice of bars and springs to ground.
func NewMultigrid(c *Compatibility, options multigrid.Options) (*Multigrid, error) {
	if c.Strain != nil {
		return nil, fmt.Errorf("multigrid is not for periodic cells: choose sparse")
	}
	s, err := multigrid.New(&multigrid.Network{Dim: c.Dim, X: c.Pos, Unknown: c.Unknown, N: c.N, Ptr: c.Ptr, Col: c.Col, Val: c.Val}, options)
	if err != nil {
		return nil, err
	}
	return &Multigrid{c, s}, nil
}

// Name implements Solver.
func (m *Multigrid) Name() string { return "multigrid" }

// Describe implements Solver.
func (m *Multigrid) Describe() string { return "multigrid" }

// Bytes implements Solver.
func (m *Multigrid) Bytes() int64 { return 1 }

// SetThreads lets Factor and Solve use so many threads, 1 or more. Results have the same bits for any number.
func (m *Multigrid) SetThreads(n int) { m.s.SetThreads(n) }

// tolerance makes it an approximate.
func (m *Multigrid) tolerance() float64 { return m.s.Tolerance() }

// Seen is what the solutions so far took.
func (m *Multigrid) Seen() multigrid.Seen { return m.s.Seen }

// Factor implements Solver.
func (m *Multigrid) Factor(k []float64) error {
	err := m.s.Factor(k)
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

// Solve implements Solver.
func (m *Multigrid) Solve(b []float64, nrhs int) error { return m.s.Solve(b, nrhs) }
