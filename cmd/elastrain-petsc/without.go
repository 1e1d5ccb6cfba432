//go:build !petsc

package main

import (
	"fmt"
	"os"
)

// main of a program without PETSc says how to build the one with it.
func main() {
	fmt.Fprint(os.Stderr, "elastrain-petsc was built without PETSc, and trains nothing.\n"+
		"  = help: install PETSc and MPI (Debian: petsc-dev, libopenmpi-dev), then: go build -tags petsc ./cmd/elastrain-petsc\n")
	os.Exit(2)
}
