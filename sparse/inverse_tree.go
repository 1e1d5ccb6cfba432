package sparse

// invertSubtree computes the inverse in a subtree from its root to its leaves, on one thread.
func invertSubtree(f *Factor, id, part int) {
	s, v, w := f.symbolic, f.inverse, f.workers[id]
	e, scratch := &v.below[id], &v.scratch[id]
	tree := &s.subtrees[part]
	for i := tree.root; i >= tree.first; i-- {
		e.begin(f, int(i), v.store(w, i))
		for group := range e.groups() {
			e.solveRows(scratch, v.places, group)
		}
		for tile := range e.tiles() {
			e.multiplyTile(scratch, tile)
		}
		for slab := range e.slabs() {
			e.multiplySlab(scratch, v.places, slab)
		}
		e.addCompliances(f)
		for _, c := range s.childrenOf(int(i)) {
			child := &s.fronts[c]
			e.hand(s, child, v.store(w, c), 0, int(child.update))
		}
	}
}

// invertTop computes the inverse in front i of the top, on all threads.
func (f *Factor) invertTop(i int) {
	s, v := f.symbolic, f.inverse
	e := &v.top
	e.begin(f, i, v.store(f.workers[0], int32(i)))
	f.team.Each(e.groups(), f, solveRowsPart)
	f.team.Each(e.tiles(), f, multiplyTilePart)
	f.team.Each(e.slabs(), f, multiplySlabPart)
	e.addCompliances(f)
	for _, c := range s.childrenOf(i) {
		v.child, v.given = &s.fronts[c], v.store(f.workers[0], c)
		f.team.Each((int(v.child.update)+partHand-1)/partHand, f, handPart)
	}
}

func solveRowsPart(f *Factor, id, part int) {
	v := f.inverse
	v.top.solveRows(&v.scratch[id], v.places, part)
}

func multiplyTilePart(f *Factor, id, part int) {
	v := f.inverse
	v.top.multiplyTile(&v.scratch[id], part)
}

func multiplySlabPart(f *Factor, id, part int) {
	v := f.inverse
	v.top.multiplySlab(&v.scratch[id], v.places, part)
}

func handPart(f *Factor, _, part int) {
	v := f.inverse
	from := part * partHand
	v.top.hand(f.symbolic, v.child, v.given, from, min(from+partHand, int(v.child.update)))
}
