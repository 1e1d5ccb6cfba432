package sparse

import (
	"cmp"
	"slices"
)

// placeUpdates gives each update matrix a place that is free from its front to its
// parent, so nothing ever moves.
func (s *Symbolic) placeUpdates() {
	s.placeInArenas()
	s.placeShared()
}

// placeInArenas goes through the postorder of each subtree with two stacks, one for fronts at an even depth and
// one for odd ones: the matrices of the children of a front are on top of one stack while its own goes on top
// of the other.
func (s *Symbolic) placeInArenas() {
	odd := make([]bool, len(s.fronts)) // depth
	for i := len(s.fronts) - 1; i >= 0; i-- {
		if up := s.fronts[i].parent; up >= 0 {
			odd[i] = !odd[up]
		}
	}
	for _, tree := range s.subtrees {
		even, uneven := 0, 0 // heights of the stacks
		for i := tree.first; i < tree.root; i++ {
			f := &s.fronts[i]
			own, children := &even, &uneven
			if odd[i] {
				own, children = children, own
			}
			f.store = *own
			*own += f.updateShape().size()
			s.arena = max(s.arena, even+uneven)
			for _, c := range s.childrenOf(int(i)) {
				*children -= s.fronts[c].updateShape().size()
			}
		}
	}
	for _, tree := range s.subtrees {
		for i := tree.first; i < tree.root; i++ {
			if f := &s.fronts[i]; odd[i] { // the second stack grows down from the end
				f.store = s.arena - f.store - f.updateShape().size()
			}
		}
	}
}

// tenant is an update matrix in Factor.numbers, and when it is there.
type tenant struct {
	front      int32
	from, till int32 // late fronts; -1 is before them
	at, size   int
}

// placeShared places the update matrices of the roots of subtrees and of early fronts, which may all exist at once before the first late front
// begins, and of late fronts: where the panels of fronts that come later will be, or after all panels. The largest
// ones are placed first.
func (s *Symbolic) placeShared() {
	var updates, placed []tenant
	add := func(i, from int32) {
		f := &s.fronts[i]
		f.shared = true
		till := f.parent
		if till >= 0 && s.fronts[till].stage != late {
			till = -1
		}
		updates = append(updates, tenant{front: i, from: from, till: till, size: f.updateShape().size()})
	}
	for _, tree := range s.subtrees {
		add(tree.root, -1)
	}
	for _, i := range s.top {
		if s.fronts[i].stage == early {
			add(i, -1)
		} else {
			add(i, i)
		}
	}
	slices.SortStableFunc(updates, func(a, b tenant) int { return cmp.Compare(b.size, a.size) })
	for _, u := range updates {
		if u.size == 0 {
			continue // the root of a tree leaves nothing to add
		}
		u.at = -1
		for k := len(s.late) - 1; k >= 0 && s.late[k] > u.till; k-- {
			panel := &s.fronts[s.late[k]]
			if at := gap(placed, u, panel.panel); at+u.size <= panel.panel+panel.panelShape().size() {
				u.at = at
				break
			}
		}
		if u.at < 0 {
			u.at = gap(placed, u, s.stored)
			s.common = max(s.common, u.at+u.size-s.stored)
		}
		s.fronts[u.front].store = u.at
		at, _ := slices.BinarySearchFunc(placed, u, func(a, b tenant) int { return cmp.Compare(a.at, b.at) })
		placed = slices.Insert(placed, at, u)
	}
}

// gap is the first place from a start on that is free as long as u exists. placed is in the order of places.
func gap(placed []tenant, u tenant, start int) int {
	at := start
	for _, p := range placed {
		if p.from <= u.till && u.from <= p.till && p.at < at+u.size && at < p.at+p.size {
			at = p.at + p.size
		}
	}
	return at
}
