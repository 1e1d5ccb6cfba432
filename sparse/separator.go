package sparse

// The parts into which a separator takes a graph.
const (
	left int32 = iota
	right
	separator
)

// Tuning of the improvement of separators.
const (
	smallestPart   = 0.3 // of a graph that a separator may leave on one side
	imbalancePrice = 0.4 // see separatorCost
	mostPasses     = 8
	patience       = 100 // moves without success that end a pass
)

// separatorCost ranks separators by their weight and, less so, by how unequal the
// weights a and b of the two sides are. A separator that leaves the sides more
// unequal than allowed is worse than any that does not.
func separatorCost(weight, a, b int32) float64 {
	unequal := float64(max(a, b)-min(a, b)) / float64(a+b+weight)
	cost := (float64(weight) + 0.5) * (1 + imbalancePrice*unequal*unequal)
	if unequal > 1-2*smallestPart {
		cost = 1e12 * (1 + unequal)
	}
	return cost
}

// refinement improves a separator by moving one group after the other out of it,
// to the side where that pulls the least weight into it from the other side, and
// keeping the best state met on the way (Fiduccia and Mattheyses 1982, Ashcraft
// and Liu 1996).
type refinement struct {
	graph  *graph
	side   []int32 // of each group
	weight [3]int32
	queue  [2]queue   // groups of the separator by the gain of a move to each side
	pulled [2][]int32 // weight of the neighbours on each side of a group of the separator
	locked []int32    // pass, plus one, in which a group was last moved
	moves  []int32    // what a pass did: group*2 + side to which it went ...
}

// improveSeparator changes the sides of groups so that the separator costs less.
func (g *graph) improveSeparator(store *arena, side []int32) float64 {
	n := g.groups()
	free := store.free
	r := &refinement{graph: g, side: side}
	for s := range r.queue {
		r.queue[s] = newQueue(store, n)
		r.pulled[s] = store.take(n)
	}
	r.locked = store.take(n)
	clear(r.locked)
	for i, s := range side {
		r.weight[s] += g.weight[i]
	}
	for pass := int32(1); pass <= mostPasses && r.pass(pass); pass++ {
	}
	store.free = free
	return separatorCost(r.weight[separator], r.weight[left], r.weight[right])
}

// pass tries moves until none has helped for a while, and says whether the
// separator has become better.
func (r *refinement) pass(pass int32) bool {
	for i, s := range r.side {
		if s == separator {
			r.enter(int32(i))
		}
	}
	start := separatorCost(r.weight[separator], r.weight[left], r.weight[right])
	best, bestMoves := start, 0
	r.moves = r.moves[:0]
	for tried := 0; tried < patience; tried++ {
		to := r.chooseSide()
		if to < 0 {
			break
		}
		i := r.queue[to].heap[0]
		r.locked[i] = pass
		r.move(i, to, pass)
		if cost := separatorCost(r.weight[separator], r.weight[left], r.weight[right]); cost < best {
			best, bestMoves = cost, len(r.moves)
			tried = -1
		}
	}
	for s := range r.queue {
		r.queue[s].clear()
	}
	for k := len(r.moves) - 1; k >= bestMoves; k-- {
		i, was := r.moves[k]>>2, r.moves[k]&3
		r.weight[r.side[i]] -= r.graph.weight[i]
		r.weight[was] += r.graph.weight[i]
		r.side[i] = was
	}
	return best < start
}

// chooseSide is the side to which the next group goes; -1 when there is no move.
func (r *refinement) chooseSide() int32 {
	total := r.weight[left] + r.weight[right] + r.weight[separator]
	most := total - int32(smallestPart*float64(total))
	best := int32(-1)
	var bestGain int32
	for s := range int32(2) {
		q := &r.queue[s]
		if len(q.heap) == 0 {
			continue
		}
		i := q.heap[0]
		if r.weight[s]+r.graph.weight[i] > most && r.weight[s] >= r.weight[1-s] {
			continue
		}
		if gain := q.gain[i]; best < 0 || gain > bestGain || gain == bestGain && r.weight[s] < r.weight[best] {
			best, bestGain = s, gain
		}
	}
	return best
}

// enter prepares group i of the separator for moves.
func (r *refinement) enter(i int32) {
	var pulled [3]int32
	for _, j := range r.graph.of(i) {
		pulled[r.side[j]] += r.graph.weight[j]
	}
	for s := range int32(2) {
		r.pulled[s][i] = pulled[s]
		r.queue[s].push(i, r.graph.weight[i]-pulled[1-s])
	}
}

// move takes group i out of the separator to a side, and its neighbours on the
// other side into it.
func (r *refinement) move(i, to, pass int32) {
	g := r.graph
	for s := range r.queue {
		r.queue[s].remove(i)
	}
	r.put(i, to)
	for _, j := range g.of(i) {
		switch r.side[j] {
		case separator:
			r.pull(j, to, g.weight[i])
		case 1 - to:
			r.put(j, separator)
			if r.locked[j] != pass {
				r.enter(j)
			}
			for _, k := range g.of(j) {
				if r.side[k] == separator && k != j {
					r.pull(k, 1-to, -g.weight[j])
				}
			}
		}
	}
}

// put moves group i and notes from where.
func (r *refinement) put(i, to int32) {
	from := r.side[i]
	r.moves = append(r.moves, i<<2|from)
	r.weight[from] -= r.graph.weight[i]
	r.weight[to] += r.graph.weight[i]
	r.side[i] = to
}

// pull says that the weight of the neighbours of j on a side has changed.
func (r *refinement) pull(j, side, by int32) {
	q := &r.queue[1-side]
	if q.at[j] >= 0 {
		q.change(j, q.gain[j]-by)
	}
}

// queue is a priority queue of groups by gain, highest first: a binary heap.
type queue struct {
	heap []int32
	at   []int32 // position of each group in the heap; -1 when it is not there
	gain []int32
}

// newQueue is an empty queue of numbers below n.
func newQueue(store *arena, n int) queue {
	q := queue{gain: store.take(n), at: store.take(n), heap: store.take(n)[:0]}
	for i := range q.at {
		q.at[i] = -1
	}
	return q
}

func (q *queue) push(i, gain int32) {
	q.gain[i] = gain
	q.heap = append(q.heap, i)
	q.up(len(q.heap)-1, i)
}

func (q *queue) remove(i int32) {
	k := int(q.at[i])
	if k < 0 {
		return
	}
	q.at[i] = -1
	last := q.heap[len(q.heap)-1]
	q.heap = q.heap[:len(q.heap)-1]
	if last != i {
		q.settle(k, last)
	}
}

func (q *queue) change(i, gain int32) {
	q.gain[i] = gain
	q.settle(int(q.at[i]), i)
}

// settle puts group i at position k or where it belongs from there.
func (q *queue) settle(k int, i int32) {
	if k > 0 && q.gain[q.heap[(k-1)/2]] < q.gain[i] {
		q.up(k, i)
	} else {
		q.down(k, i)
	}
}

func (q *queue) up(k int, i int32) {
	for k > 0 {
		above := q.heap[(k-1)/2]
		if q.gain[above] >= q.gain[i] {
			break
		}
		q.heap[k], q.at[above] = above, int32(k)
		k = (k - 1) / 2
	}
	q.heap[k], q.at[i] = i, int32(k)
}

func (q *queue) down(k int, i int32) {
	for {
		c := 2*k + 1
		if c >= len(q.heap) {
			break
		}
		if c+1 < len(q.heap) && q.gain[q.heap[c+1]] > q.gain[q.heap[c]] {
			c++
		}
		below := q.heap[c]
		if q.gain[below] <= q.gain[i] {
			break
		}
		q.heap[k], q.at[below] = below, int32(k)
		k = c
	}
	q.heap[k], q.at[i] = i, int32(k)
}

func (q *queue) clear() {
	for _, i := range q.heap {
		q.at[i] = -1
	}
	q.heap = q.heap[:0]
}
