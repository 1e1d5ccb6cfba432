package sparse

import "github.com/elastrain/elastrain/internal/kernel"

const (
	// blockPivots is how many pivots are eliminated before the columns after them
	// are brought up to date: enough to do arithmetic rather than move numbers, few enough to stay in cache.
	blockPivots = 96
	// packFrom is the number of rows from which they are copied side by side first.
	packFrom = 480
	// chunkRows is the number of rows, TileRows multiples, that stay in cache while an update goes over the columns.
	chunkRows = 240
)

// factorSubtree does the fronts of one subtree from its leaves to its root, and then each early front above whose last child it has done. One
// that stands on fronts of the calling thread and of others is left to the former, which has had its numbers before and will solve with them.
func factorSubtree(f *Factor, id, part int) {
	s, w := f.symbolic, f.workers[id]
	tree := &s.subtrees[part]
	for i := tree.first; i <= tree.root; i++ {
		if place := w.factorFront(int(i)); place >= 0 {
			f.failed[part] = place
			return
		}
	}
	who := int32(callers)
	if id > 0 {
		who = others
	}
	for i := s.fronts[tree.root].parent; i >= 0; i = s.fronts[i].parent {
		fr := &s.fronts[i]
		if fr.stage != early {
			return
		}
		f.whose[fr.rank].Or(who)
		if f.waits[fr.rank].Add(-1) > 0 {
			return
		}
		if who = f.whose[fr.rank].Load(); id > 0 && who == callers|others {
			return
		}
		f.tried[fr.rank] = true
		if place := w.factorFront(int(i)); place >= 0 {
			f.failed[len(s.subtrees)+int(fr.rank)] = place
			return
		}
	}
}

// Whose the fronts below one of the top are: of the calling thread, or of others.
const (
	callers = 1 << iota
	others
)

// store is where the update matrix of a front is kept.
func (w *worker) store(fr *front) []float64 {
	if fr.shared {
		return w.f.numbers[fr.store:]
	}
	return w.arena[fr.store:]
}

// factorFront eliminates the pivots of front i, on one thread. It returns the
// place of a pivot that failed, -1 for none.
func (w *worker) factorFront(i int) int32 {
	fr := &w.f.symbolic.fronts[i]
	e := w.begin(i)
	for ; e.begin < int(fr.width); e.begin = e.end {
		e.end = min(e.begin+blockPivots, int(fr.width))
		if failed := w.factorBlock(&e, int(fr.height)); failed >= 0 {
			return failed
		}
		e.updateAll(w.packed)
	}
	w.finish(i, &e)
	return -1
}

// begin sets up front i: numbers of A and columns of its children go into the panel.
func (w *worker) begin(i int) partialFactor {
	f := w.f
	s := f.symbolic
	fr := &s.fronts[i]
	e := partialFactor{front: fr, panel: f.panel(fr), update: w.store(fr)}
	clear(e.panel)
	w.assemble(i, e.panel)
	for _, c := range s.childrenOf(i) {
		child := &s.fronts[c]
		w.addColumns(child, 0, int(child.pivots), w.store(child), e.panel, fr.panelShape(), 0)
	}
	return e
}

// finish adds the rest of the children to the update matrix. They come after the product of
// the pivots so that it need not be cleared before.
func (w *worker) finish(i int, e *partialFactor) {
	s := w.f.symbolic
	for _, c := range s.childrenOf(i) {
		child := &s.fronts[c]
		w.addColumns(child, int(child.pivots), int(child.update), w.store(child), e.update, e.front.updateShape(), e.front.below)
	}
}

// assemble adds the numbers of A to the panel of front i and notes its diagonal.
func (w *worker) assemble(i int, panel []float64) {
	f := w.f
	fr := &f.symbolic.fronts[i]
	f.symbolic.source.scatter(i, f.values, panel)
	shape := fr.panelShape()
	diagonal := f.diagonal[fr.first:][:fr.width]
	for slab := 0; len(diagonal) > 0; slab++ {
		from, down := panel[shape.slab(slab):], shape.rows-slabWidth*slab+1
		n := min(slabWidth, len(diagonal))
		for c := range n {
			diagonal[c] = from[c*down]
		}
		diagonal = diagonal[n:]
	}
}

// partialFactor is the work on one front: pivots begin to end are being eliminated.
type partialFactor struct {
	front         *front
	panel, update []float64
	begin, end    int
	packed        []float64 // rows of the block from padded(end) on, when there are many; else nil
}

// operand is the block of pivots as kernel.Update reads it, from a position on.
func (e *partialFactor) operand(position int) ([]float64, kernel.Operand) {
	shape := e.front.panelShape()
	return e.panel[shape.column(e.begin)+position:], kernel.Operand{Ld: shape.rows - e.begin, Taper: slabWidth, Step: kernel.TileRows}
}

// factorBlock computes the columns of the block down to position rows: those of the diagonal block, or all.
func (w *worker) factorBlock(e *partialFactor, rows int) int32 {
	shape := e.front.panelShape()
	first, n := int(e.front.first)+e.begin, e.end-e.begin
	done, doubtful := kernel.FactorStack(e.panel[shape.slab(e.begin/slabWidth):], shape.rows-e.begin, n, rows-e.begin, w.f.diagonal[first:first+n], PivotTolerance, 1/questionable)
	if done < n {
		return int32(first + done)
	}
	w.doubtful = w.doubtful || doubtful
	return -1
}

// solveBlock computes the columns of the block in the positions from to to, below the diagonal block.
func (e *partialFactor) solveBlock(from, to int) {
	shape := e.front.panelShape()
	for c := e.begin; c < e.end; c += slabWidth {
		n := min(slabWidth, e.end-c)
		slab, ld := e.panel[shape.slab(c/slabWidth):], shape.rows-c
		before, o := e.operand(0)
		kernel.UpdateSolve(slab[from-c:], ld, before[from:], before[c:], o, c-e.begin, to-from, n, slab, ld)
	}
}

// trailing is the number of slabs after the block: of the panel, and then of the update matrix.
func (e *partialFactor) trailing() (inPanel, all int) {
	inPanel = max(0, e.front.panelShape().slabs()-padded(e.end)/slabWidth)
	return inPanel, inPanel + e.front.updateShape().slabs()
}

// updateSlabs subtracts what the block contributes to the slabs q0 to q1 of the trailing matrix, in the
// positions r0 to r1, of which r0 is TileRows multiples from padded(end).
func (e *partialFactor) updateSlabs(q0, q1, r0, r1 int) {
	fr := e.front
	panelShape, updateShape := fr.panelShape(), fr.updateShape()
	inPanel, _ := e.trailing()
	k := e.end - e.begin
	for q := q0; q < q1; q++ {
		shape, c, slab, start, set := panelShape, e.panel, padded(e.end)/slabWidth+q, 0, false
		if q >= inPanel {
			shape, c, slab, start, set = updateShape, e.update, q-inPanel, int(fr.below), e.begin == 0
		}
		start += slabWidth * slab // position of its first row
		from := max(start, r0)
		if from >= r1 {
			break
		}
		ld, n := shape.rows-slabWidth*slab, shape.width(slab)
		c = c[shape.slab(slab):]
		if e.packed == nil {
			a, o := e.operand(from)
			b, _ := e.operand(start)
			kernel.Update(c[from-start:], ld, a, b, o, k, r1-from, n, set)
			continue
		}
		o := kernel.Operand{Ld: kernel.TileRows, Step: kernel.TileRows * k}
		b := e.packedRow(start, k)
		if ahead := (from - padded(e.end)) % kernel.TileRows; ahead > 0 {
			rows := min(kernel.TileRows-ahead, r1-from)
			kernel.Update(c[from-start:], ld, e.packedRow(from, k), b, o, k, rows, n, set)
			from += rows
		}
		if from < r1 {
			kernel.Update(c[from-start:], ld, e.packedRow(from, k), b, o, k, r1-from, n, set)
		}
	}
}

// packedRow is where a position is in the packed rows.
func (e *partialFactor) packedRow(position, k int) []float64 {
	row := position - padded(e.end)
	return e.packed[row/kernel.TileRows*kernel.TileRows*k+row%kernel.TileRows:]
}

// updateAll brings everything after the block up to date, on one thread.
func (e *partialFactor) updateAll(packed []float64) {
	_, slabs := e.trailing()
	from, to := padded(e.end), int(e.front.height)
	e.packed = nil
	if to-from <= chunkRows {
		e.updateWhole()
		return
	}
	if to-from >= packFrom {
		e.packed = packed
		e.pack(from, to)
	}
	for r := from; r < to; r += chunkRows {
		e.updateSlabs(0, slabs, r, min(r+chunkRows, to))
	}
}

// updateWhole is updateAll of few rows, which are in cache.
func (e *partialFactor) updateWhole() {
	fr := e.front
	shape, k := fr.panelShape(), e.end-e.begin
	from := padded(e.end)
	if n := int(fr.width) - from; n > 0 {
		a, o := e.operand(from)
		kernel.UpdateStack(e.panel[shape.slab(from/slabWidth):], n, shape.rows-from, a, o.Ld, k, false)
	}
	a, o := e.operand(int(fr.below))
	kernel.UpdateStack(e.update, int(fr.update), int(fr.height-fr.below), a, o.Ld, k, e.begin == 0)
}

// pack copies the rows of the block in the positions from to to, from being TileRows multiples from padded(end).
func (e *partialFactor) pack(from, to int) {
	a, o := e.operand(from)
	kernel.Pack(e.packed[(from-padded(e.end))*(e.end-e.begin):], a, o, e.end-e.begin, to-from)
}

// addColumns adds columns from to to of the update matrix of a child to a matrix of its parent, the panel or, shifted by
// the positions above it, the update matrix.
func (w *worker) addColumns(child *front, from, to int, update, target []float64, shape trapezoid, shift int32) {
	runs := w.f.symbolic.runs[child.runs:child.runsEnd]
	kernel.AddStack(target, shape.rows, update, int(child.height-child.below), runs, from, to, int(shift))
}
