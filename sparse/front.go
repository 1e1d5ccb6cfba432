package sparse

import (
	"slices"

	"github.com/elastrain/elastrain/internal/kernel"
)

// slabWidth is the number of columns that are stored and computed together.
const slabWidth = kernel.Width

// trapezoid says how a lower trapezoid of dense numbers is stored: columns in
// slabs of slabWidth, each from the row of its first column downwards, as package kernel
// wants them. rows is a multiple of slabWidth, cols need not be.
type trapezoid struct{ cols, rows int }

// slab is the offset of slab s.
func (t trapezoid) slab(s int) int { return slabWidth*s*t.rows - slabWidth*slabWidth/2*s*(s-1) }

// column is the offset that entry (0, c) would have, so that entry (r, c), r >= slabWidth*(c/slabWidth),
// is at column(c)+r.
func (t trapezoid) column(c int) int {
	s := c / slabWidth
	return t.slab(s) + (c-slabWidth*s)*(t.rows-slabWidth*s) - slabWidth*s
}

// slabs is the number of slabs.
func (t trapezoid) slabs() int { return (t.cols + slabWidth - 1) / slabWidth }

// width is the number of columns of slab s.
func (t trapezoid) width(s int) int { return min(slabWidth, t.cols-slabWidth*s) }

// size is the number of numbers stored.
func (t trapezoid) size() int {
	if t.cols == 0 {
		return 0
	}
	last := t.slabs() - 1
	return t.slab(last) + t.width(last)*(t.rows-slabWidth*last)
}

// padded is the next multiple of slabWidth.
func padded(n int) int { return (n + slabWidth - 1) &^ (slabWidth - 1) }

// front is one dense step of the factorisation: width pivots, and below them the
// update rows that their columns of L reach. Its positions are the pivots, padded to a
// multiple of slabWidth, and then the update rows, padded likewise:
//
//	position 0        L11           the panel: width columns, height rows,
//	         width    ----          stored for good as part of L
//	         below    L21  | U      the update matrix: what the pivots subtract
//	         height        |        from the parent; kept until it is added there
type front struct {
	first  int32 // place of the first pivot
	width  int32 // pivots
	update int32 // rows below them
	parent int32 // front that its update matrix is added to; -1 for none
	shared bool  // its update matrix lies in Factor.numbers, else in the arena of a thread
	pivots int32 // update rows that are pivots of the parent; the first ones

	stage stage // of the factorisation at which it is done
	rank  int32 // of a front of the top among them

	below  int32 // position of the first update row
	height int32 // positions

	panel int   // offset of the panel in Factor.lower
	store int   // offset of the update matrix there
	index int   // offset in Symbolic.index: row of the right-hand sides of each position
	rows  int   // offset in Symbolic.rows: place of each update row
	runs  int32 // Symbolic.runs[runs:runsEnd]: where the update rows lie in the parent
	runsEnd,
	children, childrenEnd int32 // Symbolic.children[children:childrenEnd], ascending
}

// stage says when a front is factorised; see schedule.
type stage uint8

const (
	inSubtree stage = iota
	early
	late
)

// panelShape and updateShape say how the two matrices are stored.
func (f *front) panelShape() trapezoid {
	return trapezoid{cols: int(f.width), rows: int(f.height)}
}

func (f *front) updateShape() trapezoid {
	return trapezoid{cols: int(f.update), rows: int(f.height - f.below)}
}

// flops is the sum of the squared column counts.
func (f *front) flops() int64 {
	var sum int64
	for count := int64(f.width + f.update); count > int64(f.update); count-- {
		sum += count * count
	}
	return sum
}

// makeFronts lays out a front for each supernode: its update rows, and where they
// lie in the front of its parent. rank is the place of each group among the groups, start
// the place of the first unknown of the group of each rank.
func (s *Symbolic) makeFronts(g *graph, nodes []supernode, rank, start []int32) {
	s.fronts = make([]front, len(nodes))
	s.linkChildren(nodes)
	seen := make([]int32, len(rank))    // front, plus one, that listed the rank
	rows := make([][]int32, len(nodes)) // ranks of the groups of the update rows, ascending
	total := 0
	for i := range nodes {
		total += nodes[i].update
	}
	s.rows = make([]int32, 0, total)
	room := make([]int32, 0, total)    // of rows: no more groups than unknowns
	first, begin := int32(0), int32(0) // place and rank of the first pivot
	for i := range nodes {
		node, f := &nodes[i], &s.fronts[i]
		f.first, f.width, f.update, f.parent = first, int32(node.width), int32(node.update), node.parent
		f.below = int32(padded(node.width))
		f.height = f.below + int32(padded(node.update))
		first += f.width
		begin += int32(len(node.groups))

		mark := int32(i + 1)
		list := room[len(room):]
		for _, group := range node.groups {
			for _, neighbour := range g.of(group) {
				if j := rank[neighbour]; j >= begin && seen[j] != mark {
					seen[j] = mark
					list = append(list, j)
				}
			}
		}
		for _, c := range s.childrenOf(i) {
			for _, j := range rows[c] {
				if j >= begin && seen[j] != mark {
					seen[j] = mark
					list = append(list, j)
				}
			}
		}
		slices.Sort(list)
		rows[i], room = list, room[:len(room)+len(list)]
		f.rows = len(s.rows)
		for _, j := range list {
			for place := start[j]; place < start[j+1]; place++ {
				s.rows = append(s.rows, place)
			}
		}
		for _, c := range s.childrenOf(i) {
			s.findRuns(int(c), i)
		}
		f.panel = s.stored
		s.stored += f.panelShape().size()
	}
}

// linkChildren lists the children of each front.
func (s *Symbolic) linkChildren(nodes []supernode) {
	count := make([]int32, len(nodes)+1)
	for i := range nodes {
		if up := nodes[i].parent; up >= 0 {
			count[up+1]++
		}
	}
	for i := range nodes {
		count[i+1] += count[i]
		s.fronts[i].children, s.fronts[i].childrenEnd = count[i], count[i]
	}
	s.children = make([]int32, count[len(nodes)])
	for i := range nodes {
		if up := nodes[i].parent; up >= 0 {
			parent := &s.fronts[up]
			s.children[parent.childrenEnd] = int32(i)
			parent.childrenEnd++
		}
	}
}

func (s *Symbolic) childrenOf(i int) []int32 {
	f := &s.fronts[i]
	return s.children[f.children:f.childrenEnd]
}

// rowsOf are the places of the update rows of front f.
func (s *Symbolic) rowsOf(f *front) []int32 { return s.rows[f.rows : f.rows+int(f.update)] }

// findRuns lists the stretches of update rows of front c that are also consecutive in its
// parent p.
func (s *Symbolic) findRuns(c, p int) {
	child, parent := &s.fronts[c], &s.fronts[p]
	child.runs = int32(len(s.runs))
	below := s.rowsOf(parent)
	at := 0
	for i, place := range s.rowsOf(child) {
		position := place - parent.first
		if position < parent.width {
			child.pivots++
		} else {
			for below[at] != place {
				at++
			}
			position = parent.below + int32(at)
		}
		if i > 0 {
			last := &s.runs[len(s.runs)-1]
			if position == last.Dst+last.Len {
				last.Len++
				continue
			}
		}
		s.runs = append(s.runs, kernel.Run{Src: int32(i), Dst: position, Len: 1})
	}
	child.runsEnd = int32(len(s.runs))
}
