package multigrid

import (
	"slices"

	"github.com/elastrain/elastrain/internal/kernel"
)

// level is one of the matrices, from the finest to the coarsest, in blocks of size x size; and how the next coarser one follows.
type level struct {
	size, nodes int
	springs     *springs // the finest: its matrix spring by spring

	// The others: row i is the blocks ptr[i]..ptr[i+1] of val, columns ascending.
	ptr, col []int32
	val      []float64
	dropped  []int32 // unknowns that are no motion of their group: row and column are those of the identity
	count    []int32 // 0, 1, 2 ... as many as a row has blocks

	inverse []float64     // of the diagonal block of each node
	top     float64       // no eigenvalue of inverse D is larger
	plain   kernel.Blocks // shape of blocks

	joined *graph    // who is next to whom, from which groups are made: fewer than the matrix joins
	down   *transfer // to the next level; nil for the coarsest

	b, x, y, d []float64 // rows of eight: what is to be balanced, the correction, and scratch; x and y have a node more, of zeros
}

// row is the blocks of a row: whose they are, and where they stand in val. own is scratch for blocks that are not stored.
func (l *level) row(i int, own *rowBlocks) (col, at []int32, val []float64) {
	if l.springs == nil {
		from, to := l.ptr[i], l.ptr[i+1]
		return l.col[from:to], l.count[:to-from], l.val[int(from)*l.size*l.size:]
	}
	s, square := l.springs, l.size*l.size
	own.col, own.val = append(own.col[:0], int32(i)), append(own.val[:0], make9[:square]...)
	for a := s.ptr[i]; a < s.ptr[i+1]; a++ {
		s.block(own.val[:square], int(a), 1)
		if int(s.other[a]) < s.nodes {
			own.col, own.val = append(own.col, s.other[a]), append(own.val, make9[:square]...)
			s.block(own.val[len(own.val)-square:], int(a), -1)
		}
	}
	s.hold(i, own)
	return own.col, l.count[:len(own.col)], own.val
}

var make9 [9]float64

// rowBlocks is a row of blocks made when it is asked for.
type rowBlocks struct {
	col []int32
	val []float64
}

// hold makes nothing of what springs do to node i along axes that are held.
func (s *springs) hold(i int, own *rowBlocks) {
	for k, unknown := range s.row[i*s.dim : (i+1)*s.dim] {
		if unknown >= 0 {
			continue
		}
		for at := k * s.dim; at < len(own.val); at += s.dim * s.dim {
			clear(own.val[at : at+s.dim])
		}
	}
}

// times sets y to the rows of D x of node i.
func (l *level) times(i int, y, x []float64) {
	if s := l.springs; s != nil {
		from, to := s.ptr[i], s.ptr[i+1]
		kernel.Pull(s.dim, y, x[i*8*s.dim:], x, s.other[from:to], s.w[int(from)*s.dim:])
		s.still(i, y)
		return
	}
	from, to := l.ptr[i], l.ptr[i+1]
	kernel.BlockRow(l.plain, y, x, l.col[from:to], l.count, l.val[int(from)*l.size*l.size:])
}

// graph is whom the matrix joins on this level.
func (l *level) graph() *graph {
	if l.springs != nil {
		return &graph{l.springs.ptr, l.springs.other}
	}
	return &graph{l.ptr, l.col}
}

// mostInRow is how many blocks a row has at most.
func (l *level) mostInRow() int {
	ptr, own := l.ptr, 0
	if l.springs != nil {
		ptr, own = l.springs.ptr, 1
	}
	most := 0
	for i := range l.nodes {
		most = max(most, int(ptr[i+1]-ptr[i])+own)
	}
	return most
}

// transfer is how a level and the next coarser one belong together: the smoothed motions P of groups of nodes, and the pattern of
// the coarser matrix P^T D P.
type transfer struct {
	columns, groups int
	group           []int32
	t               []float64     // motions of groups before they are smoothed; size rows of eight for each node
	wide, turned    kernel.Blocks // shapes of P and P^T

	ptr, col []int32 // row i of P is the blocks ptr[i]..ptr[i+1], groups ascending
	val      []float64

	back, node, at []int32 // row g of P^T: nodes, and where their blocks of P stand

	reach, reached []int32 // row i of D P: groups ascending
	chunk, member  []int32 // the nodes that chunk c of groups needs rows of D P of; see refresh
}

// Groups that are made anew together share the rows of D P that they need: the more the better, but there are threads to be kept busy.
const (
	mostPerChunk  = 512
	leastPerChunk = 8
	chunks        = 16
)

// perChunk is how many groups are made anew together.
func (d *transfer) perChunk() int {
	return min(max(d.groups/chunks, leastPerChunk), mostPerChunk)
}

// coarsen makes the next level's pattern from motions b of the nodes of this one, and returns its motions.
func (l *level) coarsen(b []float64, columns int) (next *level, coarse []float64) {
	g := l.graph()
	d := &transfer{columns: columns}
	d.group, d.groups = aggregate(l.joined, l.nodes)
	d.t, coarse = tentative(d.group, d.groups, l.size, columns, b)
	d.wide, d.turned = kernel.BlocksOf(l.size, columns, 1), kernel.BlocksOf(columns, l.size, 2)
	u := &union{mark: make([]int32, d.groups)}

	d.ptr = make([]int32, 1, l.nodes+1)
	for i := range l.nodes {
		u.begin()
		u.add(d.group[i])
		for _, j := range g.of(i) {
			if int(j) < l.nodes {
				u.add(d.group[j])
			}
		}
		d.ptr, d.col = u.end(d.ptr, d.col)
	}
	d.turn(l.nodes)

	d.reach = make([]int32, 1, l.nodes+1)
	for i := range l.nodes {
		u.begin()
		u.addAll(d.col[d.ptr[i]:d.ptr[i+1]])
		for _, j := range g.of(i) {
			if int(j) < l.nodes {
				u.addAll(d.col[d.ptr[j]:d.ptr[j+1]])
			}
		}
		d.reach, d.reached = u.end(d.reach, d.reached)
	}

	next = &level{size: columns, nodes: d.groups, ptr: make([]int32, 1, d.groups+1), plain: kernel.BlocksOf(columns, columns, 0)}
	for c := range d.groups {
		u.begin()
		for _, i := range d.node[d.back[c]:d.back[c+1]] {
			u.addAll(d.reached[d.reach[i]:d.reach[i+1]])
		}
		next.ptr, next.col = u.end(next.ptr, next.col)
	}
	next.joined = l.joined.quotient(d.group, d.groups)
	for c := range d.groups * columns {
		if j := c % columns; coarse[c*8+j] == 0 {
			next.dropped = append(next.dropped, int32(c))
		}
	}
	d.split(l.nodes)
	l.down = d
	return next, coarse
}

// turn lists P by groups.
func (d *transfer) turn(nodes int) {
	d.back = make([]int32, d.groups+1)
	for _, g := range d.col {
		d.back[g+1]++
	}
	for g := range d.groups {
		d.back[g+1] += d.back[g]
	}
	d.node, d.at = make([]int32, len(d.col)), make([]int32, len(d.col))
	next := append([]int32(nil), d.back[:d.groups]...)
	for i := range nodes {
		for a := d.ptr[i]; a < d.ptr[i+1]; a++ {
			g := d.col[a]
			d.node[next[g]], d.at[next[g]] = int32(i), a
			next[g]++
		}
	}
}

// split lists the nodes that each chunk of groups needs.
func (d *transfer) split(nodes int) {
	u := &union{mark: make([]int32, nodes)}
	d.chunk = []int32{0}
	for g := 0; g < d.groups; g += d.perChunk() {
		u.begin()
		u.addAll(d.node[d.back[g]:d.back[min(g+d.perChunk(), d.groups)]])
		d.chunk, d.member = u.end(d.chunk, d.member)
	}
}

// union collects numbers, each once.
type union struct {
	mark []int32
	turn int32
	list []int32
}

func (u *union) begin() { u.turn, u.list = u.turn+1, u.list[:0] }

func (u *union) add(i int32) {
	if u.mark[i] != u.turn {
		u.mark[i] = u.turn
		u.list = append(u.list, i)
	}
}

func (u *union) addAll(list []int32) {
	for _, i := range list {
		u.add(i)
	}
}

// end appends what was collected, ascending, as the next row of a pattern.
func (u *union) end(ptr, list []int32) ([]int32, []int32) {
	slices.Sort(u.list)
	list = append(list, u.list...)
	return append(ptr, int32(len(list))), list
}
