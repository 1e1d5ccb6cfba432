package sparse

import "sync"

// Tuning of the geometric dissection, measured on triangular and face-centred
// cubic lattices, whole, damaged and disordered.
const (
	leafGroups     = 16   // a piece of so few groups is not cut any more
	longEnough     = 0.6  // axes along which a cut is tried: extent relative to the longest
	cutBands       = 5    // positions of which the best cut of each is kept
	cutsTried      = 3    // of these, where improving the first has paid
	improvedGroups = 20   // a piece of so many groups has its separator improved
	forkGroups     = 4096 // a piece of so many groups is worth a goroutine
	forkLevels     = 4    // levels of the recursion that start goroutines
)

// dissectGeometric finds an order of elimination by nested dissection: a
// separator, whose removal takes the graph apart, is eliminated last, and the
// parts are dealt with in the same way (George 1973). Separators follow straight
// cuts across the coordinates x of the groups, dim to a group, such as the
// positions of nodes. order[k] is the group eliminated at place k.
//
// Every position of a cut along an axis is judged, in one pass over the edges. first is the number of
// groups in the separator of the whole graph.
func (g *graph) dissectGeometric(x []float64, dim int) (order []int32, first int) {
	n := g.groups()
	if n == 0 {
		return nil, 0
	}
	along := sortAlongAxes(x, n, dim)
	d := &dissection{graph: g, x: x, dim: dim, leaf: leafGroups, natural: natural(n), order: make([]int32, n), leafEnd: make([]int32, n)}
	store := newArena(n, len(g.adj), dim)
	d.cut(store, d.wholePiece(store, along), 0, 0)
	d.running.Wait()
	d.orderLeaves()
	return d.order, d.separator
}

// dissection is one under way.
type dissection struct {
	graph   *graph
	x       []float64 // len groups*dim
	dim     int
	leaf    int     // a piece of so few groups is not cut any more
	natural []int32 // 0 to groups-1
	order   []int32 // the result
	leafEnd []int32 // a leaf that begins at place k ends before leafEnd[k]; 0 elsewhere
	running sync.WaitGroup

	separator int // groups in the separator of the whole graph
}

// piece is a part of the graph, cut off from the rest by separators. Its groups
// are numbered by their rank along the first axis; name is their number in the
// whole graph.
type piece struct {
	graph
	name  []int32
	along [][]int32 // len dim: its groups sorted along each axis
}

// arena hands out memory that is given back in the opposite order.
type arena struct{ free []int32 }

// newArena has room for a piece with the given groups and edges, and for the
// pieces inside it that exist at the same time, each at most 1-smallestPart as
// large as the one around it.
func newArena(groups, edges, dim int) *arena {
	once := float64(edges + groups*(dim+6))
	return &arena{make([]int32, 1024+int(once/smallestPart))}
}

// take returns room for n numbers, not cleared.
func (a *arena) take(n int) []int32 {
	if n > len(a.free) {
		return make([]int32, n) // an unusually lopsided dissection
	}
	room := a.free[:n:n]
	a.free = a.free[n:]
	return room
}

// wholePiece is the whole graph, renumbered by rank along the first axis.
func (d *dissection) wholePiece(store *arena, along [][]int32) *piece {
	n := d.graph.groups()
	rank := make([]int32, n)
	for r, i := range along[0] {
		rank[i] = int32(r)
	}
	p := &piece{name: along[0], along: along}
	p.ptr, p.weight, p.adj = store.take(n+1), store.take(n), store.take(len(d.graph.adj))
	p.ptr[0] = 0
	end := int32(0)
	for r, i := range along[0] {
		p.weight[r] = d.graph.weight[i]
		for _, j := range d.graph.of(i) {
			p.adj[end] = rank[j]
			end++
		}
		p.ptr[r+1] = end
	}
	for _, list := range p.along[1:] {
		for k, i := range list {
			list[k] = rank[i]
		}
	}
	p.along[0] = d.natural
	return p
}

// cut dissects the piece p, which fills the order from place first on.
func (d *dissection) cut(store *arena, p *piece, first, level int) {
	n := p.groups()
	if n <= d.leaf {
		copy(d.order[first:], p.name)
		d.leafEnd[first] = int32(first + n)
		return
	}
	mark := store.free
	side := store.take(n)
	if d.dim > 0 {
		d.chooseCut(store, p, side)
	} else {
		p.bisect(store, side)
	}
	var sizes [3]int32
	for _, s := range side {
		sizes[s]++
	}
	if sizes[left] == 0 || sizes[right] == 0 {
		// So densely connected that a cut takes nothing apart.
		for k, i := range p.graph.minimumDegree() {
			d.order[first+k] = p.name[i]
		}
		store.free = mark
		return
	}
	if level == 0 {
		d.separator = int(sizes[separator])
	}
	d.placeSeparator(p, side, d.order[first+int(sizes[left]+sizes[right]):first+n])

	inner := store.free
	if level < forkLevels && n >= forkGroups {
		own := newArena(int(sizes[left]), len(p.adj)/2, d.dim)
		half := d.extract(own, p, side, left, int(sizes[left]))
		d.running.Go(func() { d.cut(own, half, first, level+1) })
	} else {
		d.cut(store, d.extract(store, p, side, left, int(sizes[left])), first, level+1)
		store.free = inner
	}
	half := d.extract(store, p, side, right, int(sizes[right]))
	d.cut(store, half, first+int(sizes[left]), level+1)
	store.free = mark
}

// extract makes a piece of the groups of p on one side.
func (d *dissection) extract(store *arena, p *piece, side []int32, which int32, size int) *piece {
	half := &piece{name: store.take(size), along: make([][]int32, len(p.along))}
	half.ptr, half.weight = store.take(size+1), store.take(size)
	for a := range half.along {
		if a == 0 {
			half.along[0] = d.natural[:size]
			continue
		}
		half.along[a] = store.take(size)
	}
	number := store.take(p.groups())
	half.ptr[0] = 0
	h, edges := int32(0), int32(0)
	for i, s := range side {
		if s == which {
			number[i] = h
			half.name[h], half.weight[h] = p.name[i], p.weight[i]
			h++
			edges += p.ptr[i+1] - p.ptr[i]
		} else {
			number[i] = -1
		}
	}
	for a := 1; a < d.dim; a++ {
		k := 0
		for _, i := range p.along[a] {
			if number[i] >= 0 {
				half.along[a][k] = number[i]
				k++
			}
		}
	}
	half.adj = store.take(int(edges))
	h, edges = 0, 0
	for i, s := range side {
		if s != which {
			continue
		}
		for _, j := range p.of(int32(i)) {
			if number[j] >= 0 {
				half.adj[edges] = number[j]
				edges++
			}
		}
		h++
		half.ptr[h] = edges
	}
	half.adj = half.adj[:edges]
	return half
}
