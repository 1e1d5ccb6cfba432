package sparse

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"unsafe"

	"github.com/elastrain/elastrain/internal/team"
)

// PivotTolerance is how soft a motion Refactor accepts. Write the matrix in units
// in which its diagonal is one: the smallest eigenvalue must then exceed this, or
// rounding could not tell A from a singular matrix.
const PivotTolerance = 1e-14

// questionable is the fraction of its diagonal below which a pivot calls for a look at
// the whole. A pivot that keeps more than that has lost three digits to cancellation at most.
const questionable = 1e-3

// Factor holds the numbers of A = L L^T in the order of elimination, and the
// workspace to compute and to use them.
type Factor struct {
	symbolic *Symbolic
	lower    []float64 // panels of L; its diagonal is stored inverted, 0 where an unknown is held
	numbers  []float64 // lower, and after it room for update matrices
	diagonal []float64 // len N: diagonal of A, by place
	values   []float64 // given last
	ready    bool      // the numbers above belong to one matrix
	null     []int32   // unknowns that RefactorSemidefinite holds, ascending
	least    float64   // smallest scaled eigenvalue, where it was estimated; else 0

	threads int
	team    *team.Team[*Factor]
	workers []*worker      // one for each thread
	step    topStep        // of the front of the top that is being done
	failed  []int32        // place of the pivot that failed in each subtree, and then in each early front of the top; -1 for none
	waits   []atomic.Int32 // children of each front of the top that are not done
	whose   []atomic.Int32 // the fronts below each of them are, see factorSubtree
	tried   []bool         // early fronts of the top that are done or have failed

	x        []float64      // rows of slabWidth right-hand sides
	unsolved []atomic.Int32 // state of each front of the top, see backwardTop
	block    rhs            // that Solve is working on
	reached  []bool         // fronts that are reached by the loads of SolveLoads
	motion   []float64      // len N: one motion, see easiestMotion
	estimate [2][]float64   // each len N once ConditionEstimate was called
	inverse  *inverse       // nil until SelfCompliance is called
}

// worker is what one thread needs for itself.
type worker struct {
	f        *Factor
	arena    []float64 // update matrices within a subtree
	packed   []float64 // rows of a block of pivots
	doubtful bool      // whether a pivot of the fronts done so far is questionable
}

// NotPositiveError says that A is not safely positive definite.
type NotPositiveError struct {
	Column   int     // unknown whose pivot failed, in the caller's numbering
	Pivot    float64 // what elimination left of the diagonal; NaN or Inf after an overflow
	Diagonal float64 // the diagonal of A at that unknown
}

func (e *NotPositiveError) Error() string {
	return fmt.Sprintf("sparse: matrix is not positive definite: elimination leaves %g of the diagonal %g of unknown %d; "+
		"hold or support it, unless the matrix is indefinite", e.Pivot, e.Diagonal, e.Column)
}

// NotFiniteError says that a value given to Refactor is NaN or infinite.
type NotFiniteError struct {
	Row, Column int // entry, in the caller's numbering; of a Product the row of C, and -1
	Value       float64
}

func (e *NotFiniteError) Error() string {
	if e.Column < 0 {
		return fmt.Sprintf("sparse: the weight of row %d is %g; every value must be finite", e.Row, e.Value)
	}
	return fmt.Sprintf("sparse: entry (%d, %d) of the matrix is %g; every value must be finite", e.Row, e.Column, e.Value)
}

// NewFactor makes a factor for as many threads as the program may use. Memory for the numbers is taken
// at the first Refactor.
func (s *Symbolic) NewFactor() *Factor {
	f := &Factor{symbolic: s}
	f.SetThreads(runtime.GOMAXPROCS(0))
	return f
}

// SetThreads sets how many threads Refactor and Solve use, 1 or more. Results have the same bits
// for any number.
func (f *Factor) SetThreads(n int) {
	if n < 1 {
		panic(fmt.Sprintf("sparse: SetThreads got %d; it takes 1 or more", n))
	}
	f.threads = n
	f.inverse = nil // made for as many threads
	f.team = team.New[*Factor](n)
	f.workers = f.workers[:min(n, len(f.workers))]
	if f.numbers != nil {
		f.takeMemory()
	}
}

// takeMemory allocates what is not there yet of everything that Refactor and Solve need.
func (f *Factor) takeMemory() {
	s := f.symbolic
	if f.numbers == nil {
		f.numbers = alignedFloats(s.stored + s.common)
		f.lower = f.numbers[:s.stored]
		f.diagonal = make([]float64, s.n)
		if !s.borrows() {
			f.values = make([]float64, s.Values())
		}
		f.failed = make([]int32, len(s.subtrees)+len(s.top))
		f.waits = make([]atomic.Int32, len(s.top))
		f.whose = make([]atomic.Int32, len(s.top))
		f.tried = make([]bool, len(s.top))
		f.unsolved = make([]atomic.Int32, len(s.top))
		f.reached = make([]bool, len(s.fronts))
		f.x = alignedFloats((s.n + s.boundary + 1) * slabWidth)
	}
	for len(f.workers) < f.threads {
		f.workers = append(f.workers, &worker{
			f: f, arena: alignedFloats(s.arena), packed: alignedFloats(s.packing(len(f.workers) == 0)),
		})
	}
}

// alignedFloats returns n zeros that begin at a cache line.
func alignedFloats(n int) []float64 {
	const line = 8
	raw := make([]float64, n+line)
	past := int(uintptr(unsafe.Pointer(&raw[0]))/8) % line
	skip := (line - past) % line
	return raw[skip : skip+n : skip+n]
}

// Bytes is the memory that the factor takes; see Symbolic.FactorBytes.
func (f *Factor) Bytes() int64 { return f.symbolic.FactorBytes(f.threads) }

// Symbolic is the analysis that the factor was made from.
func (f *Factor) Symbolic() *Symbolic { return f.symbolic }

// Refactor computes L for the given values of A: its entries in the order of Pattern.Row, or the weights of
// the rows of C of a Product. It does not allocate, but for the first time. The error is a *NotFiniteError, or a
// *NotPositiveError when A is indefinite or singular to within PivotTolerance; after
// an error the factor is unusable until the next Refactor.
func (f *Factor) Refactor(values []float64) error {
	if err := f.begin(values); err != nil {
		return err
	}
	s := f.symbolic
	for _, w := range f.workers {
		w.doubtful = false
	}
	for i := range f.failed {
		f.failed[i] = -1
	}
	for rank, i := range s.top {
		f.waits[rank].Store(int32(len(s.childrenOf(int(i)))))
		f.whose[rank].Store(0)
		f.tried[rank] = false
	}
	f.team.Start(s.effort)
	failed := f.factorAll()
	f.team.Pause() // a solution follows
	if failed >= 0 {
		return f.notPositive(failed)
	}
	f.ready = true
	for _, w := range f.workers {
		if w.doubtful {
			return f.refuseSoft()
		}
	}
	return nil
}

// factorAll does all fronts. It returns the place of a pivot that failed, -1 for none: the same one however many threads there are, for
// who fails keeps nobody from trying but the fronts above.
func (f *Factor) factorAll() int32 {
	s := f.symbolic
	f.team.Each(len(s.subtrees), f, factorSubtree)
	inSubtrees, inTop := f.failed[:len(s.subtrees)], f.failed[len(s.subtrees):]
	for _, place := range inSubtrees {
		if place >= 0 {
			return place
		}
	}
	for rank, i := range s.top { // those that were left, before late ones take the room of what they add up
		if s.fronts[i].stage == early && !f.tried[rank] {
			inTop[rank] = f.workers[0].factorFront(int(i))
		}
		if inTop[rank] >= 0 {
			break
		}
	}
	for rank, i := range s.top {
		place := inTop[rank]
		if s.fronts[i].stage == late {
			place = f.factorTop(int(i))
		}
		if place >= 0 {
			return place
		}
	}
	return -1
}

// begin checks the values and resets the factor.
func (f *Factor) begin(values []float64) error {
	if len(values) != f.symbolic.Values() {
		panic(fmt.Sprintf("sparse: Refactor got %d values; it takes %d", len(values), f.symbolic.Values()))
	}
	if f.numbers == nil {
		f.takeMemory()
	}
	f.ready = false
	f.null = f.null[:0]
	f.least = 0
	if err := f.symbolic.source.check(values); err != nil {
		return err
	}
	if f.symbolic.borrows() {
		f.values = values
	} else {
		copy(f.values, values)
	}
	return nil
}

// notPositive is the error for the pivot at a place, whose column still holds it.
func (f *Factor) notPositive(place int32) error {
	s := f.symbolic
	i := s.frontOf(place)
	fr := &s.fronts[i]
	c := int(place - fr.first)
	return &NotPositiveError{Column: int(s.perm[place]), Pivot: f.lower[fr.panel+fr.panelShape().column(c)+c], Diagonal: f.diagonal[place]}
}

// panel is the panel of a front.
func (f *Factor) panel(fr *front) []float64 {
	return f.lower[fr.panel : fr.panel+fr.panelShape().size()]
}

// mustBeReady panics when there is no factor to use.
func (f *Factor) mustBeReady(method string) {
	if !f.ready {
		panic("sparse: " + method + " needs a Refactor that succeeded")
	}
}
