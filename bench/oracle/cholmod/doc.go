// Package cholmod puts CHOLMOD behind mechanics.Solver, so that tests can hold
// our solvers against it. It needs cgo, a C compiler and libcholmod (Debian:
// libsuitesparse-dev), and is empty unless built with the tag cholmod:
//
//	CGO_ENABLED=1 go test -tags cholmod ./mechanics -run Cholmod
package cholmod
