//go:build cholmod && cgo

package cholmod

// #cgo CFLAGS: -I/usr/include/suitesparse
// #cgo LDFLAGS: -lcholmod
// #include <cholmod.h>
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"unsafe"

	"github.com/elastrain/elastrain/bench/oracle/cases"
	"github.com/elastrain/elastrain/mechanics"
)

// Solver implements mechanics.Solver. One goroutine at a time may use it.
type Solver struct {
	c      *mechanics.Compatibility
	handle *handle
	ready  bool
}

// handle is what C allocated. A cleanup of the Solver frees it.
type handle struct {
	common C.cholmod_common
	matrix *C.cholmod_sparse
	factor *C.cholmod_factor
}

func (h *handle) free() {
	C.cholmod_free_sparse(&h.matrix, &h.common)
	C.cholmod_free_factor(&h.factor, &h.common)
	C.cholmod_finish(&h.common)
}

// New prepares CHOLMOD with its default settings for C.
func New(c *mechanics.Compatibility) *Solver {
	s := &Solver{c: c, handle: &handle{}}
	C.cholmod_start(&s.handle.common)
	s.handle.common.print = 0
	runtime.AddCleanup(s, (*handle).free, s.handle)
	return s
}

// Name implements mechanics.Solver.
func (s *Solver) Name() string { return "CHOLMOD" }

// Describe implements mechanics.Solver.
func (s *Solver) Describe() string { return fmt.Sprintf("CHOLMOD: %d unknowns", s.c.N) }

// Bytes implements mechanics.Solver: what CHOLMOD has allocated by now.
func (s *Solver) Bytes() int64 { return int64(s.handle.common.memory_inuse) }

// Factor implements mechanics.Solver, except that it allocates and that its
// error names no node.
func (s *Solver) Factor(k []float64) error {
	h := s.handle
	s.ready = false
	pattern, values := cases.StiffnessMatrix(s.c, k)
	if h.matrix == nil {
		n, entries := C.size_t(pattern.N), C.size_t(pattern.Entries())
		h.matrix = C.cholmod_allocate_sparse(n, n, entries, 1, 1, -1, C.CHOLMOD_REAL, &h.common)
		if h.matrix == nil {
			return errors.New("cholmod: no memory")
		}
		copy(unsafe.Slice((*int32)(h.matrix.p), pattern.N+1), pattern.Ptr)
		copy(unsafe.Slice((*int32)(h.matrix.i), len(pattern.Row)), pattern.Row)
	}
	copy(unsafe.Slice((*float64)(h.matrix.x), len(values)), values)
	if h.factor == nil {
		h.factor = C.cholmod_analyze(h.matrix, &h.common)
	}
	C.cholmod_factorize(h.matrix, h.factor, &h.common)
	if h.common.status != C.CHOLMOD_OK {
		return fmt.Errorf("cholmod: status %d at column %d of its order", h.common.status, h.factor.minor)
	}
	s.ready = true
	return nil
}

// Solve implements mechanics.Solver, except that it allocates.
func (s *Solver) Solve(b []float64, nrhs int) error {
	if !s.ready {
		panic("cholmod: Solve needs a Factor that succeeded")
	}
	h, n := s.handle, s.c.N
	load := C.cholmod_allocate_dense(C.size_t(n), C.size_t(nrhs), C.size_t(n), C.CHOLMOD_REAL, &h.common)
	columns := unsafe.Slice((*float64)(load.x), n*nrhs)
	for i := range n {
		for r := range nrhs {
			columns[r*n+i] = b[i*nrhs+r]
		}
	}
	answer := C.cholmod_solve(C.CHOLMOD_A, h.factor, load, &h.common)
	if answer == nil {
		C.cholmod_free_dense(&load, &h.common)
		return fmt.Errorf("cholmod: status %d of a solve", h.common.status)
	}
	columns = unsafe.Slice((*float64)(answer.x), n*nrhs)
	for i := range n {
		for r := range nrhs {
			b[i*nrhs+r] = columns[r*n+i]
		}
	}
	C.cholmod_free_dense(&load, &h.common)
	C.cholmod_free_dense(&answer, &h.common)
	return nil
}
