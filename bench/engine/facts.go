package main

import "github.com/elastrain/elastrain/mechanics"

// A mechanics.Solver need not say what its factor is made of, nor run on several
// threads. These are asked for where they exist.

// setThreads lets a solver use so many threads, if it can.
func setThreads(s mechanics.Solver, threads int) {
	if s, ok := s.(interface{ SetThreads(int) }); ok {
		s.SetThreads(threads)
	}
}

// describe puts into the report what a solver says of its factor.
func describe(s mechanics.Solver, r *report) {
	if s, ok := s.(interface{ Fronts() int }); ok {
		r.Fronts = s.Fronts()
	}
	if s, ok := s.(interface{ Entries() int64 }); ok {
		r.Entries = float64(s.Entries())
	}
	if s, ok := s.(interface{ Stored() int64 }); ok {
		r.Stored = float64(s.Stored())
	}
	if s, ok := s.(interface{ Flops() int64 }); ok {
		r.Flops = float64(s.Flops())
	}
}
