// Package sparse solves A x = b for a symmetric sparse matrix A that keeps its
// pattern while its values change, which is what a network does while it learns.
//
// Its one idea is to pay once for what depends on the pattern alone:
//
//	p := sparse.NewPattern(n, pairs)           // which entries of A may be nonzero
//	s := sparse.Analyze(p, sparse.Order(p))    // order of elimination, pattern of L
//	f := s.NewFactor()                         // memory for the numbers
//	for ... {
//		err := f.Refactor(values)          // A = L L^T, no allocation
//		f.Solve(b, nrhs)                   // many right-hand sides, no allocation
//	}
//
// The package knows no physics. An unknown is a number from 0 to N-1, and every
// matrix entry is addressed by its position in the Pattern.
//
// Needed by everybody: Pattern, Order, Symbolic, Factor. For judging an answer:
// Pattern.Multiply, Pattern.BackwardError, Factor.ConditionEstimate. For a
// matrix that is singular on purpose: Factor.RefactorSemidefinite and
// Factor.NullVector, which find the null space of a positive semidefinite A at
// the price of one factorisation.
//
// Everything runs on the calling goroutine and in a fixed order, so the same
// values give the same bits every time on one machine. A right-hand side gets the
// same bits whichever others are solved beside it. A Symbolic may be shared by
// any number of goroutines; a Factor holds workspace and belongs to one at a time.
//
// The algorithms are the classical ones: A. George and J. W. H. Liu, Computer
// Solution of Large Sparse Positive Definite Systems (1981); P. R. Amestoy,
// T. A. Davis and I. S. Duff, An approximate minimum degree ordering algorithm,
// SIAM J. Matrix Anal. Appl. 17 (1996) 886; T. A. Davis, Direct Methods for
// Sparse Linear Systems (2006).
package sparse
