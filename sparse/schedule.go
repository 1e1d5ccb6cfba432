package sparse

import (
	"cmp"
	"slices"

	"github.com/elastrain/elastrain/internal/kernel"
)

// schedule shares the fronts out in a way that depends on the pattern alone, so that
// results do not depend on the number of threads. Subtrees are independent
// of one another and each is done by one thread from its leaves to its root. The fronts above them, the top, are done one after the
// other, each by all threads.
//
// Update matrices live from their front to its parent. Within a subtree they lie in
// the arena of the thread that does it; those of its root and of the top lie in one common arena.
type schedule struct {
	subtrees []subtree
	longest  []int32 // subtrees, those of most effort first
	top      []int32 // fronts above the subtrees, ascending
	arena    int     // numbers in the arena of a thread
	common   int     // numbers in the common arena
	boundary int     // rows that stand for others: update rows of all roots of subtrees, and padding
	mostRuns int     // of any front
}

// subtree is fronts first to root of the tree.
type subtree struct {
	first, root int32
	boundary    int32 // first of the rows that stand for the update rows of the root in a solve
}

const (
	// A subtree of less effort is not worth handing to another thread.
	leastShare = 1.5e5
	// There are subtrees enough when none has more than this part of all effort.
	shares = 24
)

// makeSchedule chooses the subtrees and where each update matrix is stored.
func (s *Symbolic) makeSchedule() {
	n := len(s.fronts)
	total := make([]float64, n) // effort of the subtree of each front
	size := make([]int32, n)
	all := 0.0
	for i := range s.fronts {
		f := &s.fronts[i]
		own := effort(int(f.width), int(f.update))
		all += own
		total[i] += own
		size[i]++
		if f.parent >= 0 {
			total[f.parent] += total[i]
			size[f.parent] += size[i]
		}
	}
	limit := max(all/shares, leastShare)
	for i := n - 1; i >= 0; {
		f := &s.fronts[i]
		if total[i] > limit && f.childrenEnd > f.children {
			s.top = append(s.top, int32(i))
			i--
			continue
		}
		s.subtrees = append(s.subtrees, subtree{first: int32(i) - size[i] + 1, root: int32(i)})
		i -= int(size[i])
	}
	slices.Reverse(s.top)
	slices.Reverse(s.subtrees)
	s.longest = make([]int32, len(s.subtrees))
	for i := range s.subtrees {
		s.longest[i] = int32(i)
	}
	slices.SortStableFunc(s.longest, func(a, b int32) int {
		return cmp.Compare(total[s.subtrees[b].root], total[s.subtrees[a].root])
	})
	s.placeUpdates()
}

// placeUpdates gives each update matrix a place that is free from its front to its
// parent. Going through a postorder with two stacks, one for fronts at an even depth and one for odd
// ones, the matrices of the children of a front are on top of one stack while its own goes on top
// of the other, so nothing ever moves.
func (s *Symbolic) placeUpdates() {
	depth := make([]int32, len(s.fronts))
	for i := len(s.fronts) - 1; i >= 0; i-- {
		if up := s.fronts[i].parent; up >= 0 {
			depth[i] = depth[up] + 1
		}
	}
	var stacks twoStacks
	for t := range s.subtrees {
		tree := &s.subtrees[t]
		stacks = twoStacks{}
		for i := tree.first; i < tree.root; i++ {
			s.fronts[i].store = stacks.push(depth[i]&1, s.fronts[i].updateShape().size())
			s.popChildren(&stacks, i, depth)
		}
		s.arena = max(s.arena, stacks.most)
	}
	for t := range s.subtrees {
		s.turnSecond(s.subtrees[t].first, s.subtrees[t].root, depth, s.arena)
	}
	for t := range s.subtrees {
		root := &s.fronts[s.subtrees[t].root]
		root.store, root.shared = s.common, true
		s.common += root.updateShape().size()
	}
	roots := s.common
	stacks = twoStacks{}
	inTop := make([]bool, len(s.fronts))
	for _, i := range s.top {
		inTop[i] = true
		f := &s.fronts[i]
		f.shared = true
		f.store = stacks.push(depth[i]&1, f.updateShape().size())
		for _, c := range s.childrenOf(int(i)) {
			if inTop[c] {
				stacks.pop(depth[c]&1, s.fronts[c].updateShape().size())
			}
		}
	}
	s.common += stacks.most
	for _, i := range s.top {
		f := &s.fronts[i]
		if depth[i]&1 == 0 {
			f.store += roots
		} else {
			f.store = s.common - f.store - f.updateShape().size()
		}
	}
}

func (s *Symbolic) popChildren(stacks *twoStacks, i int32, depth []int32) {
	for _, c := range s.childrenOf(int(i)) {
		stacks.pop(depth[c]&1, s.fronts[c].updateShape().size())
	}
}

// turnSecond makes the second stack grow down from the end of the arena.
func (s *Symbolic) turnSecond(first, end int32, depth []int32, arena int) {
	for i := first; i < end; i++ {
		if f := &s.fronts[i]; depth[i]&1 == 1 {
			f.store = arena - f.store - f.updateShape().size()
		}
	}
}

// twoStacks share an arena, growing towards each other.
type twoStacks struct {
	height [2]int
	most   int // of both together
}

func (t *twoStacks) push(which int32, size int) (at int) {
	at = t.height[which]
	t.height[which] += size
	t.most = max(t.most, t.height[0]+t.height[1])
	return at
}

func (t *twoStacks) pop(which int32, size int) { t.height[which] -= size }

// makeIndex numbers the rows of right-hand sides that each front works on: the places of its
// positions. Subtrees write to disjoint rows: rows above a subtree are stood for by rows of
// its own, added up afterwards, and one more stands for its padding. So does the last row of all for the top.
func (s *Symbolic) makeIndex() {
	stand := make([]int32, s.n) // row that stands for each place
	for i := range stand {
		stand[i] = int32(i)
	}
	total := 0
	for i := range s.fronts {
		s.fronts[i].index = total
		total += int(s.fronts[i].height)
	}
	s.index = make([]int32, total)
	for t := range s.subtrees {
		s.boundary += int(s.fronts[s.subtrees[t].root].update) + 1
	}
	for i := range s.fronts {
		s.mostRuns = max(s.mostRuns, int(s.fronts[i].runsEnd-s.fronts[i].runs))
	}
	next := int32(s.n)
	for t := range s.subtrees {
		tree := &s.subtrees[t]
		tree.boundary = next
		above := s.rowsOf(&s.fronts[tree.root])
		for _, place := range above {
			stand[place] = next
			next++
		}
		for i := tree.first; i <= tree.root; i++ {
			s.indexFront(&s.fronts[i], stand, next)
		}
		next++
		for _, place := range above {
			stand[place] = place
		}
	}
	for _, i := range s.top {
		s.indexFront(&s.fronts[i], stand, next)
	}
}

func (s *Symbolic) indexFront(f *front, stand []int32, padding int32) {
	index := s.index[f.index : f.index+int(f.height)]
	for p := range index {
		index[p] = padding
	}
	for p := range f.width {
		index[p] = f.first + p
	}
	for p, place := range s.rowsOf(f) {
		index[int(f.below)+p] = stand[place]
	}
}

// packing is how many numbers the packed rows of a block take, for the largest of some fronts.
func (s *Symbolic) packing(fronts []int32) int {
	most := 0
	for _, i := range fronts {
		f := &s.fronts[i]
		if rows := int(f.height) - padded(min(blockPivots, int(f.width))); rows >= packFrom {
			most = max(most, (rows+kernel.TileRows)*min(blockPivots, int(f.width)))
		}
	}
	return most
}

// belowTop lists the fronts of all subtrees.
func (s *Symbolic) belowTop() []int32 {
	var list []int32
	for _, tree := range s.subtrees {
		for i := tree.first; i <= tree.root; i++ {
			list = append(list, i)
		}
	}
	return list
}
