package sparse

// The fronts at the top of the tree are few and large: all threads work on one at a time. Each
// step below is cut into parts that write different numbers; what is added to one
// number is added in the same order as on one thread.

const (
	// partPanel, partRows, partSlabs and partColumns are what one thread does at a time.
	partPanel   = 1 << 15 // numbers cleared
	partColumns = 32      // of a child added
	partRows    = 96      // of a panel, and of an update; TileRows multiples
	partSlabs   = 12      // of an update
)

// worthSharing is the effort below which a front is done by one thread, since handing its parts out
// would take longer. Tests change it.
var worthSharing = 6e5

// topStep is what the threads of the team are doing.
type topStep struct {
	partialFactor
	child  *front
	source []float64 // update matrix of the child
}

// factorTop eliminates the pivots of front i of the top, on all threads. It returns the place of
// a pivot that failed, -1 for none.
func (f *Factor) factorTop(i int) int32 {
	s, w, t := f.symbolic, f.workers[0], &f.step
	fr := &s.fronts[i]
	if !f.team.Called() || effort(int(fr.width), int(fr.update)) < worthSharing {
		return w.factorFront(i)
	}
	t.partialFactor = partialFactor{front: fr, panel: f.panel(fr), update: f.numbers[fr.store:]}
	f.team.Each((len(t.panel)+partPanel-1)/partPanel, f, clearPart)
	w.assemble(i, t.panel)
	for _, c := range s.childrenOf(i) {
		f.eachChild(c, addPanelPart, 0, int(s.fronts[c].pivots))
	}
	height := int(fr.height)
	for ; t.begin < int(fr.width); t.begin = t.end {
		t.end = min(t.begin+blockPivots, int(fr.width))
		first := padded(t.end)
		if failed := w.factorBlock(&t.partialFactor, first); failed >= 0 {
			return failed
		}
		rows := (height - first + partRows - 1) / partRows
		if rows == 0 {
			continue
		}
		f.team.Each(rows, f, solvePart)
		t.packed = nil
		if height-first >= packFrom {
			t.packed = w.packed
			f.team.Each(rows, f, packPart)
		}
		_, slabs := t.trailing()
		f.team.Each(rows*((slabs+partSlabs-1)/partSlabs), f, updatePart)
	}
	for _, c := range s.childrenOf(i) {
		f.eachChild(c, addUpdatePart, int(s.fronts[c].pivots), int(s.fronts[c].update))
	}
	return -1
}

// eachChild adds columns from to to of a child.
func (f *Factor) eachChild(c int32, work func(f *Factor, id, part int), from, to int) {
	child := &f.symbolic.fronts[c]
	f.step.child, f.step.source = child, f.workers[0].store(child)
	f.team.Each((to-from+partColumns-1)/partColumns, f, work)
}

func clearPart(f *Factor, _, part int) {
	panel := f.step.panel
	clear(panel[part*partPanel : min((part+1)*partPanel, len(panel))])
}

func addPanelPart(f *Factor, id, part int) {
	t := &f.step
	from := part * partColumns
	f.workers[id].addColumns(t.child, from, min(from+partColumns, int(t.child.pivots)), t.source, t.panel, t.front.panelShape(), 0)
}

func addUpdatePart(f *Factor, id, part int) {
	t := &f.step
	from := int(t.child.pivots) + part*partColumns
	f.workers[id].addColumns(t.child, from, min(from+partColumns, int(t.child.update)), t.source, t.update, t.front.updateShape(), t.front.below)
}

func solvePart(f *Factor, _, part int) {
	from, to := f.step.rows(part)
	f.step.solveBlock(from, to)
}

func packPart(f *Factor, _, part int) {
	from, to := f.step.rows(part)
	f.step.pack(from, to)
}

func updatePart(f *Factor, _, part int) {
	t := &f.step
	_, slabs := t.trailing()
	groups := (slabs + partSlabs - 1) / partSlabs
	from, to := t.rows(part / groups)
	q := part % groups * partSlabs
	t.updateSlabs(q, min(q+partSlabs, slabs), from, to)
}

// rows are the positions after the block that a part covers.
func (t *topStep) rows(part int) (from, to int) {
	from = padded(t.end) + part*partRows
	return from, min(from+partRows, int(t.front.height))
}
