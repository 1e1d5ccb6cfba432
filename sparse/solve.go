package sparse

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/internal/kernel"
	"github.com/elastrain/elastrain/internal/team"
)

// Solve overwrites b with the solution of A x = b for nrhs right-hand sides. b has
// len N*nrhs and holds component i of side r at b[i*nrhs+r]. It does not allocate. Eight sides take hardly
// longer than one, and zeros in b save time.
// Unknowns held by RefactorSemidefinite come out as zero. It panics when there is
// no factor or b has the wrong length.
func (f *Factor) Solve(b []float64, nrhs int) {
	f.mustBeReady("Solve")
	f.symbolic.mustMatchBlock("Solve", nrhs, b)
	f.solve(rhs{b: b, nrhs: nrhs})
}

// Load is an entry of a right-hand side.
type Load struct {
	Unknown, Side int32
	Value         float64
}

// SolveLoads is Solve of right-hand sides that are zero but for some loads, of which the last counts where one is named twice; what x holds before
// does not matter. It is for loads that are few: nobody has to write and read the zeros. It panics where a load is on no unknown or side.
func (f *Factor) SolveLoads(x []float64, nrhs int, loads []Load) {
	f.mustBeReady("SolveLoads")
	f.symbolic.mustMatchBlock("SolveLoads", nrhs, x)
	for i := range loads {
		if l := &loads[i]; l.Unknown < 0 || int(l.Unknown) >= f.symbolic.n || l.Side < 0 || int(l.Side) >= nrhs {
			panic(fmt.Sprintf("sparse: SolveLoads got a load on unknown %d of side %d, of %d unknowns and %d sides", l.Unknown, l.Side, f.symbolic.n, nrhs))
		}
	}
	s := f.symbolic
	clear(f.reached)
	for i := range loads {
		for front := int32(s.frontOf(s.place[loads[i].Unknown])); front >= 0 && !f.reached[front]; front = s.fronts[front].parent {
			f.reached[front] = true
		}
	}
	f.solve(rhs{b: x, nrhs: nrhs, apart: true, loads: loads})
}

// solve does all right-hand sides.
func (f *Factor) solve(block rhs) {
	f.team.Start(f.symbolic.solveEffort())
	for r := 0; r < block.nrhs; r += slabWidth {
		block.first, block.width = r, min(slabWidth, block.nrhs-r)
		f.block = block
		f.sweep()
	}
	f.team.Pause() // a step follows
	f.block = rhs{}
}

// rhs is up to slabWidth of the right-hand sides given to Solve or SolveLoads.
type rhs struct {
	b            []float64
	nrhs         int
	first, width int
	apart        bool // they are loads, and not in b
	loads        []Load
}

// sweep solves L y = b and then L^T x = y, for slabWidth right-hand sides: up the tree and down again. Each subtree takes its own right-hand
// sides from f.block and gives its own solutions; where there is none, they are in f.x.
func (f *Factor) sweep() {
	s := f.symbolic
	clear(f.x[len(f.x)-slabWidth:]) // the padding of the top
	f.team.Each(len(s.subtrees), f, forwardSubtree)
	for _, i := range s.top {
		f.take(&s.fronts[i], &s.fronts[i])
	}
	for t := range s.subtrees {
		f.addBoundary(&s.subtrees[t])
	}
	for k, i := range s.top {
		f.forward(i)
		f.unsolved[k].Store(waiting)
	}
	f.team.Each(len(s.subtrees), f, backwardSubtree)
}

// take copies right-hand sides of the fronts from one to another into the order of elimination; unused lanes carry zeros.
func (f *Factor) take(first, last *front) {
	b := &f.block
	if b.nrhs == 0 {
		return
	}
	from, to := int(first.first), int(last.first+last.width)
	x, perm := f.x[from*slabWidth:to*slabWidth], f.symbolic.perm[from:to]
	if b.apart {
		clear(x)
		for i := range b.loads {
			l := &b.loads[i]
			place, side := int(f.symbolic.place[l.Unknown]), int(l.Side)-b.first
			if place >= from && place < to && side >= 0 && side < b.width {
				x[(place-from)*slabWidth+side] = l.Value
			}
		}
		return
	}
	if b.nrhs == slabWidth { // rows are as wide here as there
		kernel.TakeRows(x, b.b, perm)
		return
	}
	if b.width < slabWidth {
		clear(x)
	}
	for k, i := range perm {
		copy(x[k*slabWidth:][:b.width], b.b[int(i)*b.nrhs+b.first:])
	}
}

// give copies solutions back.
func (f *Factor) give(first, last *front) {
	b := &f.block
	if b.nrhs == 0 {
		return
	}
	from, to := int(first.first), int(last.first+last.width)
	x, perm := f.x[from*slabWidth:to*slabWidth], f.symbolic.perm[from:to]
	if b.nrhs == slabWidth {
		kernel.GiveRows(b.b, x, perm)
		return
	}
	for k, i := range perm {
		copy(b.b[int(i)*b.nrhs+b.first:][:b.width], x[k*slabWidth:])
	}
}

// forwardSubtree solves L y = b in a subtree. What it subtracts from the rows above it gathers in
// rows of its own.
func forwardSubtree(f *Factor, _, part int) {
	s := f.symbolic
	tree := &s.subtrees[part]
	f.take(&s.fronts[tree.first], &s.fronts[tree.root])
	boundary := int(tree.boundary) * slabWidth
	clear(f.x[boundary:][:(int(s.fronts[tree.root].update)+1)*slabWidth])
	for i := tree.first; i <= tree.root; i++ {
		f.forward(i)
	}
}

// addBoundary adds what a subtree has gathered to the rows it stands for.
func (f *Factor) addBoundary(tree *subtree) {
	s := f.symbolic
	from := f.x[int(tree.boundary)*slabWidth:]
	for p, place := range s.rowsOf(&s.fronts[tree.root]) {
		to := (*[slabWidth]float64)(f.x[int(place)*slabWidth:])
		for r, v := range from[p*slabWidth:][:slabWidth] {
			to[r] += v
		}
	}
}

// forward eliminates the pivots of front i from the right-hand sides. Where these are zero there is nothing
// to do: a load on a few unknowns reaches only the fronts above them.
func (f *Factor) forward(i int32) {
	if f.block.apart && !f.reached[i] {
		return
	}
	fr := &f.symbolic.fronts[i]
	shape := fr.panelShape()
	panel := f.panel(fr)
	index := f.symbolic.index[fr.index:][:shape.rows]
	for slab := range shape.slabs() {
		c, n := slab*slabWidth, shape.width(slab)
		y := f.x[(int(fr.first)+c)*slabWidth:][:n*slabWidth]
		if allZero(y) {
			continue
		}
		l, ld := panel[shape.slab(slab):], shape.rows-c
		kernel.TriangleForward(y, l, ld, n)
		if below := index[c+slabWidth:]; len(below) > 0 {
			kernel.SlabTimes(f.x, below, l[slabWidth:], ld, n, y)
		}
	}
}

// allZero looks at rows of slabWidth, at the bits but that of the sign.
func allZero(y []float64) bool {
	for ; len(y) >= slabWidth; y = y[slabWidth:] {
		v := (*[slabWidth]float64)(y)
		some := math.Float64bits(v[0]) | math.Float64bits(v[1]) | math.Float64bits(v[2]) | math.Float64bits(v[3]) |
			math.Float64bits(v[4]) | math.Float64bits(v[5]) | math.Float64bits(v[6]) | math.Float64bits(v[7])
		if some<<1 != 0 {
			return false
		}
	}
	return true
}

// backwardSubtree solves L^T x = y in a subtree, and before that in the fronts above it that nobody has begun.
func backwardSubtree(f *Factor, _, part int) {
	s := f.symbolic
	tree := &s.subtrees[part]
	root := &s.fronts[tree.root]
	f.backwardTop(root.parent)
	to := f.x[int(tree.boundary)*slabWidth:]
	for p, place := range s.rowsOf(root) {
		copy(to[p*slabWidth:][:slabWidth], f.x[int(place)*slabWidth:])
	}
	for i := tree.root; i >= tree.first; i-- {
		f.backward(&s.fronts[i])
	}
	f.give(&s.fronts[tree.first], root)
}

// States of a front of the top on the way down.
const (
	solved = iota
	begun
	waiting
)

// backwardTop sees to it that front i of the top is solved, and all above it.
func (f *Factor) backwardTop(i int32) {
	if i < 0 {
		return
	}
	fr := &f.symbolic.fronts[i]
	state := &f.unsolved[fr.rank]
	if state.Load() == waiting {
		f.backwardTop(fr.parent)
		if state.CompareAndSwap(waiting, begun) {
			f.backward(fr)
			f.give(fr, fr)
			state.Store(solved)
			return
		}
	}
	team.Wait(state)
}

// backward finds x of the pivots of a front from x of its update rows.
func (f *Factor) backward(fr *front) {
	shape := fr.panelShape()
	panel := f.panel(fr)
	index := f.symbolic.index[fr.index:][:shape.rows]
	for slab := shape.slabs() - 1; slab >= 0; slab-- {
		c, n := slab*slabWidth, shape.width(slab)
		y := f.x[(int(fr.first)+c)*slabWidth:][:n*slabWidth]
		l, ld := panel[shape.slab(slab):], shape.rows-c
		if below := index[c+slabWidth:]; len(below) > 0 {
			kernel.SlabTransposed(y, l[slabWidth:], ld, n, f.x, below)
		}
		kernel.TriangleBackward(y, l, ld, n)
	}
}
