// Package mechanics turns a network into the algebra it obeys and solves it.
//
// Every element lowers to rows of the compatibility matrix C (deformations from
// displacements, e = C u) and to one stiffness for each row. The stiffness
// matrix is D = C^T K C with K = diag(k); equilibrium under loads F is D u = F.
// There are two kinds of elements so far, bars and springs to ground, with one row
// each. Solvers, learning rules and optimisers see rows only; an element of several
// rows would also have to be told apart from its rows in what counts, names or draws
// elements.
//
// Read in this order: compatibility.go (C), solver.go (the seam D u = F; sparse.go, and multigrid.go for what is too large for it),
// equilibrium.go (loads in, displacements and elongations out), responses.go
// (answers to unit loads at the ports, which is all a linear task needs),
// mechanism.go (motions that cost no energy), modified.go (a bond cut, or a few
// changed, without factorising anew).
package mechanics
