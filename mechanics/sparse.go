package mechanics

import (
	"errors"
	"fmt"
	"math"
	"runtime"

	"github.com/elastrain/elastrain/internal/kernel"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/sparse"
)

// Sparse is multifrontal Cholesky factorisation of D, for networks of
// more than a few dozen nodes. The fill-reducing order and the
// places where each stiffness enters the fronts are found once.
type Sparse struct {
	c       *Compatibility
	factor  *sparse.Factor
	threads int
	ready   bool // the factor is that of the last call of Factor
}

// NewSparse prepares a sparse solver for C.
func NewSparse(c *Compatibility) *Sparse { return analyse(c, 0).solver() }

// sparsePlan is a sparse solver before its factor is allocated.
type sparsePlan struct {
	c        *Compatibility
	symbolic *sparse.Symbolic
	threads  int
}

// analyse does the symbolic work; 0 threads are as many as the program may use.
func analyse(c *Compatibility, threads int) sparsePlan {
	if threads == 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	return sparsePlan{c, sparse.AnalyzeProduct(c.product()), threads}
}

func (p sparsePlan) bytes() int64 { return p.symbolic.FactorBytes(p.threads) }

func (p sparsePlan) solver() *Sparse {
	s := &Sparse{c: p.c, factor: p.symbolic.NewFactor(), threads: p.threads}
	if p.threads != runtime.GOMAXPROCS(0) {
		s.SetThreads(p.threads)
	}
	return s
}

// SetThreads lets Factor and Solve use so many threads, 1 or more. Results have
// the same bits for any number.
func (s *Sparse) SetThreads(n int) {
	s.threads = n
	s.factor.SetThreads(n)
}

// Describe implements Solver.
func (s *Sparse) Describe() string {
	threads := "1 thread"
	if s.threads > 1 {
		threads = fmt.Sprintf("%d threads", s.threads)
	}
	a := s.Symbolic()
	return fmt.Sprintf("sparse Cholesky: %d unknowns, %d fronts, %s entries of L, %s flops a step, %s, %s kernels, order: %s",
		s.c.N, a.Fronts(), short(float64(a.Entries())), short(float64(a.Flops())), threads, kernel.Instructions(), a.Ordering())
}

// product is D = C^T K C as package sparse takes it: unknowns grouped by their nodes.
func (c *Compatibility) product() *sparse.Product {
	p := &sparse.Product{N: c.N, Ptr: c.Ptr, Col: c.Col, Val: c.Val, Dim: c.Dim, Group: make([]int32, c.N), X: make([]float64, 0, len(c.Pos))}
	for node := range len(c.Unknown) / c.Dim {
		group, free := int32(len(p.X)/c.Dim), false
		for _, unknown := range c.Unknown[node*c.Dim : (node+1)*c.Dim] {
			if unknown >= 0 {
				p.Group[unknown], free = group, true
			}
		}
		if free {
			p.X = append(p.X, c.Pos[node*c.Dim:(node+1)*c.Dim]...)
		}
	}
	return p
}

// lender is a Solver whose factor others in this package work with.
type lender interface {
	// lend hands the factor out, and says whether it belongs to the stiffness given last.
	lend() (factor *sparse.Factor, ready bool)
	// forget says that the factor was used for another.
	forget()
}

func (s *Sparse) lend() (*sparse.Factor, bool) { return s.factor, s.ready }

func (s *Sparse) forget() { s.ready = false }

// Symbolic is the analysis of the pattern of D: fronts, entries of L, arithmetic.
func (s *Sparse) Symbolic() *sparse.Symbolic { return s.factor.Symbolic() }

// Name implements Solver.
func (s *Sparse) Name() string { return "sparse Cholesky" }

// Bytes implements Solver.
func (s *Sparse) Bytes() int64 {
	return s.factor.Bytes()
}

// Factor implements Solver.
func (s *Sparse) Factor(k []float64) error {
	err := s.factor.Refactor(k)
	s.ready = err == nil
	if s.ready {
		return nil
	}
	var notPositive *sparse.NotPositiveError
	if errors.As(err, &notPositive) {
		if !(math.Abs(notPositive.Pivot) <= math.MaxFloat64) {
			return s.c.notFinite(notPositive.Column)
		}
		node, axis := s.c.Place(notPositive.Column)
		return &SingularError{Node: node, Number: network.Number(s.c.Numbers, node), Axis: axis, Pivot: notPositive.Pivot}
	}
	var notFinite *sparse.NotFiniteError
	if errors.As(err, &notFinite) {
		return s.c.notFinite(int(s.c.Col[s.c.Ptr[notFinite.Row]]))
	}
	return err
}

// Solve implements Solver.
func (s *Sparse) Solve(b []float64, nrhs int) error {
	s.mustBeReady()
	s.factor.Solve(b, nrhs)
	return nil
}

// solveLoads is Solve of loads on few unknowns.
func (s *Sparse) solveLoads(u []float64, nrhs int, loads []sparse.Load) {
	s.mustBeReady()
	s.factor.SolveLoads(u, nrhs, loads)
}

func (s *Sparse) mustBeReady() {
	if !s.ready {
		panic("mechanics: Solve needs a Factor that succeeded")
	}
}
