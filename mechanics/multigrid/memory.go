package multigrid

import "slices"

// Allocate takes the memory for all numbers.
func (s *Solver) Allocate() {
	for _, l := range s.levels {
		l.allocate()
		s.failed = make([]failure, max(len(s.failed), parts(l.nodes)))
	}
	s.partial = make([][2][8]float64, len(s.failed))
	finest := s.levels[0]
	s.p, s.u = make([]float64, len(finest.x)), make([]float64, len(finest.x))
	s.values = make([]float64, s.pattern.Entries())
	s.factor = s.symbolic.NewFactor()
	s.SetThreads(s.threads)
}

// allocate takes the memory for the numbers of a level.
func (l *level) allocate() {
	l.count = make([]int32, max(l.nodes, l.mostInRow(), 1))
	for i := range l.count {
		l.count[i] = int32(i)
	}
	n := l.nodes * l.size
	l.b, l.x = make([]float64, 8*n), make([]float64, 8*(n+l.size))
	if l.springs != nil {
		l.springs.w = make([]float64, len(l.springs.other)*l.size)
	} else {
		l.val = make([]float64, len(l.col)*l.size*l.size)
	}
	if l.down != nil {
		l.y, l.d = make([]float64, 8*(n+l.size)), make([]float64, 8*n)
		l.inverse = make([]float64, n*l.size)
		l.down.val = make([]float64, len(l.down.col)*l.size*8)
	}
}

// Bytes is the memory that all levels take, groups and patterns included.
func (s *Solver) Bytes() int64 {
	total := s.symbolic.FactorBytes(s.threads) + int64(24*s.pattern.Entries())
	for at, l := range s.levels {
		n := int64(l.nodes * l.size)
		total += 16*8*n + 4*int64(l.nodes)
		if g := l.springs; g != nil {
			total += 2*8*8*n + 8*int64(len(g.dir)) + int64(8+8*l.size)*int64(len(g.other)) // two vectors more
		} else {
			total += int64(4+8*l.size*l.size) * int64(len(l.col))
		}
		if d := l.down; d != nil {
			total += 2*8*8*n + 8*n*int64(l.size) + 8*8*n // inverse, and motions before they are smoothed
			total += int64(12+64*l.size)*int64(len(d.col)) + 4*int64(len(d.reached)+len(d.member)) + 4*int64(len(l.joined.list))
			total += int64(s.threads) * int64(l.room(s.levels[at+1]).bytes(l))
		}
	}
	return total
}

// newHand has room for the largest row and chunk of all levels.
func (s *Solver) newHand() *hand {
	h := &hand{}
	for i, l := range s.levels {
		d := l.down
		if d == nil {
			break
		}
		h.slot = make([]int32, max(len(h.slot), d.groups))
		h.local = make([]int32, max(len(h.local), l.nodes))
		h.reserve(l.room(s.levels[i+1]))
	}
	return h
}

// sizes are those of what a thread works with on a level.
type sizes struct{ pairs, slots, own, product int }

// room is how much a thread needs on a level: for its largest row and its largest chunk.
func (l *level) room(next *level) (n sizes) {
	d := l.down
	for c := range len(d.chunk) - 1 {
		blocks := int32(0)
		for _, i := range d.member[d.chunk[c]:d.chunk[c+1]] {
			blocks += d.reach[i+1] - d.reach[i]
		}
		n.product = max(n.product, int(blocks)*l.size*8)
	}
	wide := 0
	n.own = l.mostInRow()
	for i := range l.nodes {
		wide = max(wide, int(d.ptr[i+1]-d.ptr[i]))
		n.slots = max(n.slots, int(d.reach[i+1]-d.reach[i]))
	}
	n.pairs = n.own * wide
	for g := range d.groups {
		sum := 0
		for _, i := range d.node[d.back[g]:d.back[g+1]] {
			sum += int(d.reach[i+1] - d.reach[i])
		}
		n.pairs = max(n.pairs, sum)
		n.slots = max(n.slots, int(next.ptr[g+1]-next.ptr[g]))
	}
	return n
}

func (n sizes) bytes(l *level) int {
	return 20*n.pairs + 4*n.slots + 76*n.own + 8*n.product + 4*(l.nodes+l.down.groups)
}

// reserve makes room for the pairs and products of a level.
func (h *hand) reserve(n sizes) {
	for _, list := range []*[]int32{&h.from, &h.which, &h.where, &h.col, &h.at} {
		*list = slices.Grow((*list)[:0], n.pairs)
	}
	h.col, h.at = h.col[:cap(h.col)], h.at[:cap(h.at)]
	h.begin = make([]int32, max(len(h.begin), n.slots+1))
	h.product = make([]float64, max(len(h.product), n.product))
	h.row.col, h.row.val = slices.Grow(h.row.col, n.own), slices.Grow(h.row.val, n.own*9)
}
