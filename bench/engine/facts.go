package main

import (
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/multigrid"
)

// setThreads lets a solver use so many threads, if it can.
func setThreads(s mechanics.Solver, threads int) {
	if s, ok := s.(interface{ SetThreads(int) }); ok {
		s.SetThreads(threads)
	}
}

// describe puts into the report what the factor of a solver is made of.
func describe(s mechanics.Solver, r *report) {
	if s, ok := s.(*mechanics.Multigrid); ok {
		r.Iterations, r.Reached = s.Seen().Most, s.Seen().Worst
	}
	if s, ok := s.(*mechanics.Sparse); ok {
		a := s.Symbolic()
		r.Fronts, r.Entries, r.Stored, r.Flops = a.Fronts(), float64(a.Entries()), float64(a.Stored()), float64(a.Flops())
	}
}

// iterative is set by -solver multigrid.
var iterative bool

// newSolver is the solver that steps are measured with.
func newSolver(c *mechanics.Compatibility) (mechanics.Solver, error) {
	if iterative {
		return mechanics.NewMultigrid(c, multigrid.Options{})
	}
	return mechanics.NewSparse(c), nil
}
