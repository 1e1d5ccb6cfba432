package sparse

import (
	"slices"

	"github.com/elastrain/elastrain/internal/kernel"
)

// schedule shares the fronts out in a way that depends on the pattern alone, so that
// results do not depend on the number of threads. Subtrees are independent
// of one another and each is done by one thread from its leaves to its root. The fronts above them, the top, come after them.
//
// In a solution the top goes up front by front, and what a subtree subtracts from rows above it is gathered apart. Of the factorisation, small
// fronts of the top, early ones, are each done by the thread that finished their last child, or by the calling thread if some of the fronts below are its own
// and some are not, for every front adds up what its children left in their order, whoever did it and when; the others, late ones, follow one after the other, each by all threads.
//
// Update matrices live from their front to its parent. Within a subtree they lie in
// the arena of the thread that does it. Those of its root and of all above lie where the panel of a later
// front will be, or after all panels.
type schedule struct {
	subtrees []subtree
	top      []int32 // fronts above the subtrees, ascending
	late     []int32 // those of them that are late, ascending
	effort   float64 // of all fronts
	arena    int     // numbers in the arena of a thread
	common   int     // numbers after the panels
	boundary int     // rows that stand for others: update rows of all roots of subtrees, and padding
}

// subtree is fronts first to root of the tree.
type subtree struct {
	first, root int32
	boundary    int32 // first of the rows that stand for the update rows of the root in a solve
}

const (
	// A subtree of less effort is not worth handing to another thread.
	leastShare = 4e5
	// There are subtrees enough when none has more than this part of all effort.
	shares = 12
)

// makeSchedule chooses the subtrees and where each update matrix is stored.
func (s *Symbolic) makeSchedule() {
	n := len(s.fronts)
	total := make([]float64, n) // effort of the subtree of each front
	size := make([]int32, n)
	for i := range s.fronts {
		f := &s.fronts[i]
		own := effort(int(f.width), int(f.update))
		s.effort += own
		total[i] += own
		size[i]++
		if f.parent >= 0 {
			total[f.parent] += total[i]
			size[f.parent] += size[i]
		}
	}
	limit := max(s.effort/shares, leastShare)
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
	for rank, i := range s.top {
		f := &s.fronts[i]
		f.rank, f.stage = int32(rank), early
		if effort(int(f.width), int(f.update)) >= worthSharing {
			f.stage = late
		}
		for _, c := range s.childrenOf(int(i)) {
			f.stage = max(f.stage, s.fronts[c].stage) // who waits for a late one is late
		}
		if f.stage == late {
			s.late = append(s.late, i)
		}
	}
	s.placeUpdates()
}

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

// packing is how many numbers the packed rows of a block take, for the largest front of all or of those
// that are not late.
func (s *Symbolic) packing(all bool) int {
	most := 0
	for i := range s.fronts {
		f := &s.fronts[i]
		if f.stage == late && !all {
			continue
		}
		if rows := int(f.height) - padded(min(blockPivots, int(f.width))); rows >= packFrom {
			most = max(most, (rows+kernel.TileRows)*min(blockPivots, int(f.width)))
		}
	}
	return most
}

// solveEffort estimates the time of Solve for slabWidth right-hand sides, like effort.
func (s *Symbolic) solveEffort() float64 { return 4 * float64(s.stored) }
