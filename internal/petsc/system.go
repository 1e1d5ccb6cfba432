//go:build petsc

package petsc

// #include "shim.h"
import "C"

import (
	"fmt"
	"runtime/debug"

	"github.com/elastrain/elastrain/mechanics"
)

// Ways to solve.
const (
	MUMPS = "mumps" // a factor by MUMPS
	GAMG  = "gamg"  // conjugate gradients with multigrid over rigid motions
)

// multigridFrom is the number of unknowns in space from which multigrid is taken: below, a factor is quicker.
const multigridFrom = 200_000

// system is D shared out over the ranks.
type system struct {
	world  *World
	part   *Part
	handle *C.ep_system
	way    string
	modes  float64 // of all ranks
	work   Work
	sound  bool
}

// Work is what the solver has done.
type Work struct {
	Factors, Solves, Iterations int
	Worst                       float64 // the largest share of a load that a solution left unbalanced
}

func newSystem(w *World, p *Part, way string) (*system, error) {
	s := &system{world: w, part: p, way: way}
	pointer := func(v []int32) *C.int32_t { q, _ := raw(v); return (*C.int32_t)(q) }
	number := func(v []float64) *C.double { q, _ := raw(v); return (*C.double)(q) }
	held, _ := raw(p.Held)
	multigrid := C.int(0)
	if way == GAMG {
		multigrid = 1
	}
	code := C.ep_system_new(C.int(p.Dim), C.int(p.Owned), C.int(len(p.Modes)), C.int(len(p.Touch)), number(p.Pos), (*C.uint8_t)(held), pointer(p.Ptr), pointer(p.Col), number(p.Val),
		pointer(p.Touch), pointer(p.Inside), pointer(p.Outside), multigrid, &s.handle)
	if err := failed("making the matrix", code); err != nil {
		return nil, err
	}
	*p = Part{Dim: p.Dim, Owned: p.Owned, First: p.First, Modes: p.Modes} // the rest is in the system
	debug.FreeOSMemory()                                                  // what was made to share out is as much as what is solved with
	count := []float64{float64(len(p.Modes))}
	if err := w.Sum(count); err != nil {
		return nil, err
	}
	s.modes = count[0]
	return s, nil
}

// set gives the own bonds their stiffness and prepares solving.
func (s *system) set(k []float64) error {
	sum := []float64{0}
	for _, v := range k {
		sum[0] += v
	}
	s.sound = false
	if err := s.world.Sum(sum); err != nil {
		return err
	}
	var verdict C.int
	p, _ := raw(k)
	if err := failed("factorising", C.ep_factor(s.handle, (*C.double)(p), C.double(sum[0]/s.modes), &verdict)); err != nil {
		return err
	}
	s.work.Factors++
	if verdict != C.EP_SOUND {
		return &mechanics.InaccurateError{Cause: "the stiffness matrix cannot be factorised: some motion meets no resistance, or stiffnesses differ by more than the arithmetic can carry"}
	}
	s.sound = true
	return nil
}

// mostLeft is the share of a load that a solution may leave unbalanced. Solutions are refined to far below it.
const mostLeft = 1e-9

// solve finds the displacements u of the own rows under loads f.
func (s *system) solve(f, u []float64) error {
	if !s.sound {
		panic("petsc: Solve needs a Factor that succeeded")
	}
	var verdict, iterations C.int
	var left C.double
	p, _ := raw(f)
	q, _ := raw(u)
	if err := failed("solving", C.ep_solve(s.handle, (*C.double)(p), (*C.double)(q), &verdict, &left, &iterations)); err != nil {
		return err
	}
	s.work.Solves++
	s.work.Iterations += int(iterations)
	s.work.Worst = max(s.work.Worst, float64(left))
	if verdict == C.EP_LOOSE {
		return &mechanics.InaccurateError{Cause: "the network has no equilibrium under its load: some motion meets no resistance, or stiffnesses differ by more than the arithmetic can carry"}
	}
	if verdict != C.EP_SOUND || !(float64(left) <= mostLeft) {
		return &mechanics.InaccurateError{Cause: fmt.Sprintf("the displacements do not balance the loads: a share of %.1e of these is left, and at most %.0e is accepted", float64(left), mostLeft)}
	}
	return nil
}

// elongate writes the elongations of the own bonds under the last solution to e[0], e[stride], and so on.
func (s *system) elongate(e []float64, stride int) error {
	p, _ := raw(e)
	return failed("elongations", C.ep_elongate(s.handle, (*C.double)(p), C.int(stride)))
}

func (s *system) free() error {
	if s == nil {
		return nil
	}
	handle := s.handle
	s.handle = nil
	return failed("freeing the matrix", C.ep_system_free(handle))
}
