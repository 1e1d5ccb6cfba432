package mechanics

import (
	"errors"
	"math"

	"github.com/elastrain/elastrain/sparse"
)

// Sparse is multifrontal Cholesky factorisation of D, for networks of
// more than a few dozen nodes. The fill-reducing order and the
// places where each stiffness enters the fronts are found once.
type Sparse struct {
	c      *Compatibility
	factor *sparse.Factor
}

// NewSparse prepares a sparse solver for C.
func NewSparse(c *Compatibility) *Sparse {
	return &Sparse{c: c, factor: sparse.AnalyzeProduct(c.product()).NewFactor()}
}

// product is D = C^T K C as package sparse takes it: unknowns grouped by their nodes.
func (c *Compatibility) product() *sparse.Product {
	p := &sparse.Product{N: c.N, Ptr: c.Ptr, Col: c.Col, Val: c.Val, Dim: c.Dim, Group: make([]int32, c.N), X: make([]float64, 0, len(c.Pos))}
	for node := range len(c.Unknown) / c.Dim {
		group, free := int32(len(p.X)/c.Dim), false
		for _, unknown := range c.Unknown[node*c.Dim : (node+1)*c.Dim] {
			if unknown >= 0 {
				p.Group[unknown], free = group, true
			}
		}
		if free {
			p.X = append(p.X, c.Pos[node*c.Dim:(node+1)*c.Dim]...)
		}
	}
	return p
}

// Symbolic is the analysis of the pattern of D: fronts, entries of L, arithmetic.
func (s *Sparse) Symbolic() *sparse.Symbolic { return s.factor.Symbolic() }

// SetThreads sets how many threads factorise and solve, 1 or more; at first as many as
// the program may use. Results have the same bits for any number.
func (s *Sparse) SetThreads(n int) { s.factor.SetThreads(n) }

// Name implements Solver.
func (s *Sparse) Name() string { return "sparse Cholesky" }

// Bytes implements Solver.
func (s *Sparse) Bytes() int64 {
	return s.factor.Bytes()
}

// Factor implements Solver.
func (s *Sparse) Factor(k []float64) error {
	err := s.factor.Refactor(k)
	if err == nil {
		return nil
	}
	var notPositive *sparse.NotPositiveError
	if errors.As(err, &notPositive) {
		node, axis := s.c.Place(notPositive.Column)
		return &SingularError{Node: node, Axis: axis, Pivot: notPositive.Pivot}
	}
	var notFinite *sparse.NotFiniteError
	if errors.As(err, &notFinite) {
		node, axis := s.c.Place(int(s.c.Col[s.c.Ptr[notFinite.Row]]))
		return &SingularError{Node: node, Axis: axis, Pivot: math.NaN()}
	}
	return err
}

// Solve implements Solver.
func (s *Sparse) Solve(b []float64, nrhs int) { s.factor.Solve(b, nrhs) }
