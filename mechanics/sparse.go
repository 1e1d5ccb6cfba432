package mechanics

import (
	"errors"
	"math"

	"github.com/elastrain/elastrain/sparse"
)

// Sparse is Cholesky factorisation of D stored by its pattern, for networks of
// more than a few dozen nodes. The pattern, its fill-reducing order and the
// places where each stiffness enters D are found once.
type Sparse struct {
	c       *Compatibility
	pattern *sparse.Pattern
	factor  *sparse.Factor
	entry   []addend  // D as a sum over modes: values[at] += k[mode] * coef
	values  []float64 // lower triangle of D; len pattern.Entries()
}

// NewSparse prepares a sparse solver for C.
func NewSparse(c *Compatibility) *Sparse {
	p := stiffnessPattern(c)
	s := &Sparse{c: c, pattern: p, values: make([]float64, p.Entries())}
	s.factor = sparse.Analyze(p, sparse.Order(p)).NewFactor()
	s.entry = c.addends(func(row, col int32) int32 { return int32(p.Index(int(row), int(col))) })
	return s
}

// stiffnessPattern is the pattern of D: a mode couples all its unknowns.
func stiffnessPattern(c *Compatibility) *sparse.Pattern {
	return sparse.NewPattern(c.N, func(yield func(int, int) bool) {
		for row, col := range c.couplings {
			if !yield(int(row), int(col)) {
				return
			}
		}
	})
}

// Name implements Solver.
func (s *Sparse) Name() string { return "sparse Cholesky" }

// Bytes implements Solver.
func (s *Sparse) Bytes() int64 {
	return s.factor.Symbolic().FactorBytes() + int64(16*len(s.entry)+8*len(s.values))
}

// Factor implements Solver.
func (s *Sparse) Factor(k []float64) error {
	clear(s.values)
	for i := range s.entry {
		e := &s.entry[i]
		s.values[e.at] += k[e.mode] * e.coef
	}
	err := s.factor.Refactor(s.values)
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
		node, axis := s.c.Place(notFinite.Row)
		return &SingularError{Node: node, Axis: axis, Pivot: math.NaN()}
	}
	return err
}

// Solve implements Solver.
func (s *Sparse) Solve(b []float64, nrhs int) { s.factor.Solve(b, nrhs) }
