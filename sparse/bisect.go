package sparse

import "math/rand/v2"

// Tuning of the bisection without coordinates.
const (
	coarsestGroups = 120 // a graph of so few groups is not made coarser
	seedsTried     = 20  // starts of the bisection of the coarsest graph
)

// bisect finds a separator of the graph and writes the side of every group: make
// the graph coarser and coarser, cut the coarsest, and on the way back improve the
// separator at every level (Hendrickson and Leland 1995, Karypis and Kumar 1998).
func (g *graph) bisect(store *arena, side []int32) {
	free := store.free
	random := rand.NewPCG(1, 2)
	total := int32(0)
	for _, w := range g.weight {
		total += w
	}
	first := &level{graph: *g, edge: store.take(len(g.adj))}
	for q := range first.edge {
		first.edge[q] = 1
	}
	levels := []*level{first}
	heaviest := max(2, total*3/(2*coarsestGroups))
	for l := first; l.groups() > coarsestGroups; {
		next := l.coarsen(store, heaviest, random)
		if next.groups() > l.groups()*9/10 {
			break
		}
		levels = append(levels, next)
		l = next
	}

	last := len(levels) - 1
	now := side
	if last > 0 {
		now = store.take(levels[last].groups())
	}
	levels[last].bisectFromSeeds(store, now, random)
	for k := last - 1; k >= 0; k-- {
		coarser := now
		now = side
		if k > 0 {
			now = store.take(levels[k].groups())
		}
		for i, c := range levels[k].part {
			now[i] = coarser[c]
		}
		levels[k].improveSeparator(store, now)
	}
	store.free = free
}

// bisectFromSeeds keeps the best of several bisections, each begun with the half
// of the graph that is nearest to a group chosen at random. The weight of the
// edges in the cut judges them, since that is the same at all levels.
func (l *level) bisectFromSeeds(store *arena, side []int32, random *rand.PCG) {
	n := l.groups()
	try, reached := store.take(n), store.take(n)
	best := int32(-1)
	for range seedsTried {
		l.grow(int32(random.Uint64()%uint64(n)), try, reached)
		if edges := l.improveCut(store, try); best < 0 || edges < best {
			best = edges
			copy(side, try)
		}
	}
	for i, s := range side {
		if s == left {
			for _, j := range l.of(int32(i)) {
				if side[j] == right {
					side[i] = separator
					break
				}
			}
		}
	}
	l.improveSeparator(store, side)
}

// grow puts half the weight of the graph to the left, in order of distance from a
// seed, and what of it touches the rest into the separator. Where the graph falls
// apart it goes on with the group of the smallest number.
func (l *level) grow(seed int32, side, reached []int32) {
	var left2, total int32
	for i, w := range l.weight {
		side[i] = right
		total += w
	}
	reached = append(reached[:0], seed)
	side[seed] = left
	fresh := int32(0)
	for k := 0; ; k++ {
		if k == len(reached) {
			for side[fresh] == left {
				fresh++
			}
			side[fresh] = left
			reached = append(reached, fresh)
		}
		i := reached[k]
		left2 += 2 * l.weight[i]
		if left2 >= total || k == l.groups()-1 {
			for _, j := range reached[k+1:] {
				side[j] = right
			}
			return
		}
		for _, j := range l.of(i) {
			if side[j] == right {
				side[j] = left
				reached = append(reached, j)
			}
		}
	}
}
