// Package multigrid solves D u = f for large lattices, above all in space, where the factor of D would take more memory or time than
// there is: by conjugate gradients with smoothed aggregation as preconditioner.
//
// Its one idea: what a smoother cannot take out of an error are motions in which whole groups of nodes move like rigid bodies. So groups
// of neighbours become nodes of a coarser lattice, with the rigid motions as unknowns, and so on until a direct solver takes over.
//
//	s, err := multigrid.New(net, multigrid.Options{}) // groups, patterns; from the graph and the coordinates alone
//	for ... {
//		err := s.Factor(k)      // the matrices of all levels for these stiffnesses; no allocation
//		err = s.Solve(b, nrhs)  // eight loads at a time; no allocation
//	}
//
// Nothing is kept from one stiffness to the next, neither displacements nor smoothed motions, so that what comes out depends on
// stiffness and loads alone: a training that is resumed has the same bits. Sums go in an order that does not depend on the number of threads.
//
// Read in this order: network.go (the finest matrix, spring by spring), aggregate.go and tentative.go (groups and their motions), level.go
// (patterns), refresh.go (matrices for new stiffnesses), smooth.go (the cycle), gradients.go (the iteration), solver.go.
//
// P. Vanek, J. Mandel and M. Brezina, Algebraic multigrid by smoothed aggregation for second and fourth order elliptic problems, Computing 56
// (1996) 179; M. Adams, M. Brezina, J. Hu and R. Tuminaro, Parallel multigrid smoothing: polynomial versus Gauss-Seidel, J. Comput. Phys.
// 188 (2003) 593.
package multigrid
