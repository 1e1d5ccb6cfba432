// Package sparse solves A x = b for a symmetric sparse matrix A that keeps its
// pattern while its values change, which is what a network does while it learns.
//
// Its one idea is to pay once for what depends on the pattern alone:
//
//	s := sparse.AnalyzeProduct(c)      // A = C^T K C: order of elimination, fronts, where each weight goes
//	f := s.NewFactor()
//	for ... {
//		err := f.Refactor(k)       // A = L L^T for the weights k; no allocation
//		f.Solve(b, nrhs)           // many right-hand sides; no allocation
//	}
//
// or, for a matrix that is no product, from a Pattern and its entries:
//
//	p := sparse.NewPattern(n, pairs)
//	s := sparse.Analyze(p, sparse.Order(p))
//
// The package knows no physics. An unknown is a number from 0 to N-1.
//
// The order of elimination is nested dissection, by coordinates where these are useful, or minimum
// degree. Elimination is multifrontal: unknowns whose columns of L look alike are
// eliminated together in a dense front, and what a front subtracts from the rest
// is handed to its parent in the tree of fronts. Reading order: structure.go (the graph and its
// order), tree.go and supernode.go (which unknowns share a front), front.go (a front), schedule.go and
// storage.go (who does it, and where), eliminate.go and top.go (the elimination), solve.go.
//
// Needed by everybody: Product or Pattern, Symbolic, Factor. For judging an answer:
// Pattern.Multiply, Pattern.BackwardError, Factor.ConditionEstimate. For a
// matrix that is singular on purpose: Factor.RefactorSemidefinite and
// Factor.NullVector, which find the null space of a positive semidefinite A at
// the price of one factorisation.
//
// The same values give the same bits on one machine, for any number of threads.
// A right-hand side gets the same bits whichever others are solved beside it. A
// Symbolic may be shared by any number of goroutines; a Factor holds workspace
// and belongs to one at a time.
//
// The algorithms are the classical ones: A. George and J. W. H. Liu, Computer
// Solution of Large Sparse Positive Definite Systems (1981); I. S. Duff and J. K. Reid,
// The multifrontal solution of indefinite sparse symmetric linear equations, ACM Trans. Math. Softw. 9 (1983)
// 302; P. R. Amestoy, T. A. Davis and I. S. Duff, An approximate minimum degree
// ordering algorithm, SIAM J. Matrix Anal. Appl. 17 (1996) 886; T. A. Davis,
// Direct Methods for Sparse Linear Systems (2006).
package sparse
