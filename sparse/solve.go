package sparse

import "github.com/elastrain/elastrain/internal/kernel"

// Solve overwrites b with the solution of A x = b for nrhs right-hand sides. b has
// len N*nrhs and holds component i of side r at b[i*nrhs+r]. It does not allocate. Eight sides take hardly
// longer than one, and zeros in b save time.
// Unknowns held by RefactorSemidefinite come out as zero. It panics when there is
// no factor or b has the wrong length.
func (f *Factor) Solve(b []float64, nrhs int) {
	f.mustBeReady("Solve")
	f.symbolic.mustMatchBlock("Solve", nrhs, b)
	f.team.Start(f.symbolic.solveEffort())
	for r := 0; r < nrhs; r += slabWidth {
		f.block = rhs{b: b, nrhs: nrhs, first: r, width: min(slabWidth, nrhs-r)}
		f.solveBlock()
	}
	f.team.Stop()
	f.block = rhs{}
}

// rhs is up to slabWidth of the right-hand sides given to Solve.
type rhs struct {
	b            []float64
	nrhs         int
	first, width int
}

// partMove is how many unknowns one thread renumbers at a time.
const partMove = 4096

// solveBlock solves L y = b and then L^T x = y, for slabWidth right-hand sides: up the tree and down again.
func (f *Factor) solveBlock() {
	s := f.symbolic
	moves := (s.n + partMove - 1) / partMove
	f.team.Each(moves, f, takePart)
	f.sweep()
	f.team.Each(moves, f, givePart)
}

// sweep solves for the right-hand sides in f.x.
func (f *Factor) sweep() {
	s := f.symbolic
	clear(f.x[len(f.x)-slabWidth:]) // the padding of the top
	f.team.Each(len(s.subtrees), f, forwardSubtree)
	for t := range s.subtrees {
		f.addBoundary(&s.subtrees[t])
	}
	for _, i := range s.top {
		f.forward(&s.fronts[i])
	}
	for k := len(s.top) - 1; k >= 0; k-- {
		f.backward(&s.fronts[s.top[k]])
	}
	f.team.Each(len(s.subtrees), f, backwardSubtree)
}

// takePart copies right-hand sides into the order of elimination; unused lanes carry zeros.
func takePart(f *Factor, _, part int) {
	b := &f.block
	perm := f.symbolic.perm
	from, to := part*partMove, min((part+1)*partMove, len(perm))
	x := f.x[from*slabWidth : to*slabWidth]
	if b.nrhs == slabWidth { // rows are as wide here as there
		kernel.TakeRows(x, b.b, perm[from:to])
		return
	}
	if b.width < slabWidth {
		clear(x)
	}
	for k, i := range perm[from:to] {
		copy(x[k*slabWidth:][:b.width], b.b[int(i)*b.nrhs+b.first:])
	}
}

// givePart copies solutions back.
func givePart(f *Factor, _, part int) {
	b := &f.block
	perm := f.symbolic.perm
	from, to := part*partMove, min((part+1)*partMove, len(perm))
	x := f.x[from*slabWidth : to*slabWidth]
	if b.nrhs == slabWidth {
		kernel.GiveRows(b.b, x, perm[from:to])
		return
	}
	for k, i := range perm[from:to] {
		copy(b.b[int(i)*b.nrhs+b.first:][:b.width], x[k*slabWidth:])
	}
}

// forwardSubtree solves L y = b in a subtree. What it subtracts from the rows above it gathers in
// rows of its own.
func forwardSubtree(f *Factor, _, part int) {
	s := f.symbolic
	tree := &s.subtrees[part]
	boundary := int(tree.boundary) * slabWidth
	clear(f.x[boundary:][:(int(s.fronts[tree.root].update)+1)*slabWidth])
	for i := tree.first; i <= tree.root; i++ {
		f.forward(&s.fronts[i])
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

// forward eliminates the pivots of a front from the right-hand sides. Where these are zero there is nothing
// to do: a load on a few unknowns reaches only the fronts above them.
func (f *Factor) forward(fr *front) {
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

func allZero(y []float64) bool {
	for _, v := range y {
		if v != 0 {
			return false
		}
	}
	return true
}

// backwardSubtree solves L^T x = y in a subtree, given x above it.
func backwardSubtree(f *Factor, _, part int) {
	s := f.symbolic
	tree := &s.subtrees[part]
	to := f.x[int(tree.boundary)*slabWidth:]
	for p, place := range s.rowsOf(&s.fronts[tree.root]) {
		copy(to[p*slabWidth:][:slabWidth], f.x[int(place)*slabWidth:])
	}
	for i := tree.root; i >= tree.first; i-- {
		f.backward(&s.fronts[i])
	}
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
