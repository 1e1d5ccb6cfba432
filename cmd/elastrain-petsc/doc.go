// Command elastrain-petsc trains lattices that are larger than one machine: mpirun -n 4 elastrain-petsc train big.yaml. Each rank
// has a part of the nodes and bonds; rank 0 reads the file, speaks, and writes the directory. It needs PETSc and MPI, and is built
// with the tag petsc; without it, it says so.
package main
