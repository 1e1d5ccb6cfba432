package sparse

import "math/rand/v2"

// level is one of a sequence of ever coarser graphs, in which each group stands
// for one or two groups of the level before.
type level struct {
	graph         // neighbours are in no particular order
	edge  []int32 // len adj: edges of the first level that each edge stands for
	part  []int32 // len groups: where each group is in the next level
}

// coarsen makes the next level by joining neighbours in pairs. No group becomes
// heavier than heaviest.
func (l *level) coarsen(store *arena, heaviest int32, random *rand.PCG) *level {
	n := l.groups()
	mate := l.pairUp(store, heaviest, random)
	l.part = store.take(n)
	count := int32(0)
	for i, j := range mate {
		if j >= int32(i) {
			l.part[i], l.part[j] = count, count
			count++
		}
	}

	// The neighbours of a pair are those of its two groups. at says where the
	// pair in hand has its edge to another, if that is not before its own start.
	next := &level{}
	next.ptr, next.weight = store.take(int(count)+1), store.take(int(count))
	next.adj, next.edge = store.take(len(l.adj)), store.take(len(l.adj))
	at := store.take(int(count))
	for c := range at {
		at[c] = -1
	}
	next.ptr[0] = 0
	end, own := int32(0), int32(0)
	for i, j := range mate {
		if j < int32(i) {
			continue
		}
		start := end
		next.weight[own] = l.weight[i]
		end = l.mergeEdges(int32(i), start, end, at, next)
		if j > int32(i) {
			next.weight[own] += l.weight[j]
			end = l.mergeEdges(j, start, end, at, next)
		}
		own++
		next.ptr[own] = end
	}
	next.adj, next.edge = next.adj[:end], next.edge[:end]
	return next
}

// mergeEdges adds the edges of group i to those of its pair, which are start to
// end, and returns their new end.
func (l *level) mergeEdges(i, start, end int32, at []int32, next *level) int32 {
	own := l.part[i]
	for q := l.ptr[i]; q < l.ptr[i+1]; q++ {
		c := l.part[l.adj[q]]
		switch {
		case c == own:
		case at[c] >= start:
			next.edge[at[c]] += l.edge[q]
		default:
			at[c] = end
			next.adj[end], next.edge[end] = c, l.edge[q]
			end++
		}
	}
	return end
}

// pairUp finds the partner of each group: the free neighbour to which it has the
// heaviest edge, or itself when there is none (Karypis and Kumar 1998). Groups of
// few neighbours, which have little choice, come first, and otherwise chance
// decides, since any regular sequence would make lopsided groups. Groups with no
// neighbours at all are paired with one another.
func (l *level) pairUp(store *arena, heaviest int32, random *rand.PCG) []int32 {
	n := l.groups()
	mate := store.take(n)
	for i := range mate {
		mate[i] = -1
	}
	alone := int32(-1)
	for _, i := range l.fewFirst(store, random) {
		if mate[i] >= 0 {
			continue
		}
		best, heavy := i, int32(0)
		for q := l.ptr[i]; q < l.ptr[i+1]; q++ {
			if j := l.adj[q]; mate[j] < 0 && l.edge[q] > heavy && l.weight[i]+l.weight[j] <= heaviest {
				best, heavy = j, l.edge[q]
			}
		}
		if l.ptr[i] == l.ptr[i+1] {
			if alone < 0 {
				alone = i
				mate[i] = i
				continue
			}
			best, alone = alone, -1
		}
		mate[i], mate[best] = best, i
	}
	return mate
}

// fewFirst lists the groups at random, but those with few neighbours first.
func (l *level) fewFirst(store *arena, random *rand.PCG) []int32 {
	n := l.groups()
	shuffled := store.take(n)
	for i := range shuffled {
		j := random.Uint64() % uint64(i+1)
		shuffled[i] = shuffled[j]
		shuffled[j] = int32(i)
	}
	const many = 16
	average := int32(0.7 * float64(len(l.adj)) / float64(n))
	var at [many + 1]int32
	class := func(i int32) int32 { return min(l.ptr[i+1]-l.ptr[i], average, many-1) }
	for i := range int32(n) {
		at[class(i)+1]++
	}
	for k := range many {
		at[k+1] += at[k]
	}
	list := store.take(n)
	for _, i := range shuffled {
		k := class(i)
		list[at[k]] = i
		at[k]++
	}
	return list
}
