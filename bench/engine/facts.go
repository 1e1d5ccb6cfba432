package main

import "github.com/elastrain/elastrain/mechanics"

// setThreads lets a solver use so many threads, if it can.
func setThreads(s mechanics.Solver, threads int) {
	if s, ok := s.(*mechanics.Sparse); ok {
		s.SetThreads(threads)
	}
}

// describe puts into the report what the factor of a solver is made of.
func describe(s mechanics.Solver, r *report) {
	if s, ok := s.(*mechanics.Sparse); ok {
		a := s.Symbolic()
		r.Fronts, r.Entries, r.Stored, r.Flops = a.Fronts(), float64(a.Entries()), float64(a.Stored()), float64(a.Flops())
	}
}
