// Package petsc computes lattices that are shared out over the processes of MPI, the ranks: each has a part of the nodes and
// bonds, and none the whole matrix. PETSc assembles D = C^T K C from what the ranks have, and solves.
//
// Its one idea: a rank that knows the displacements of the nodes that its bonds touch can do everything else for these bonds
// by itself: elongations, their product with those of the adjoint state, the step of the optimiser. So a step sends nothing
// but what the solves need, and the readings of the outputs.
//
// How nodes and bonds are shared out (partition.go, part.go) is plain Go. The rest is behind the build tag petsc: shim.c is
// all of PETSc that is used, world.go the messages between ranks, system.go the matrix and its solver, solver.go a
// mechanics.Solver at rank 0 that the others serve, and rig.go a learn.Linear of the bonds of one rank.
package petsc
