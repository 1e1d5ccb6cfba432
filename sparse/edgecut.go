package sparse

// cutRefinement improves a bisection by moving one group after the other to the
// other side, each time the one that takes the most weight of edges out of the
// cut, and keeping the best state met on the way (Fiduccia and Mattheyses 1982).
type cutRefinement struct {
	level  *level
	side   []int32 // of each group: left or right
	weight [2]int32
	most   int32    // a side may weigh
	edges  int32    // weight of the edges in the cut
	queue  [2]queue // groups of each side by the weight that a move takes out of the cut
	moves  []int32
	moved  []int32 // pass in which a group was last moved
	now    int32
}

// improveCut changes the sides of groups so that edges of less weight run between
// the sides, and returns that weight.
func (l *level) improveCut(store *arena, side []int32) int32 {
	n := l.groups()
	free := store.free
	r := &cutRefinement{level: l, side: side}
	for s := range r.queue {
		r.queue[s] = newQueue(store, n)
	}
	for i, s := range side {
		r.weight[s] += l.weight[i]
	}
	total := r.weight[left] + r.weight[right]
	r.most = total - int32(smallestPart*float64(total))
	r.moved = store.take(n)
	clear(r.moved)
	for range mostPasses {
		r.now++
		before := r.edges
		if r.pass(); r.now > 1 && r.edges >= before {
			break
		}
	}
	store.free = free
	return r.edges
}

// pass moves every group at most once.
func (r *cutRefinement) pass() {
	l := r.level
	var twice int32
	for i, s := range r.side {
		gain, between := int32(0), int32(0)
		for q := l.ptr[i]; q < l.ptr[i+1]; q++ {
			if r.side[l.adj[q]] == s {
				gain -= l.edge[q]
			} else {
				gain += l.edge[q]
				between += l.edge[q]
			}
		}
		twice += between
		if between > 0 {
			r.queue[s].push(int32(i), gain)
		}
	}
	r.edges = twice / 2
	now, bestMoves := r.edges, 0
	bestExcess := r.excess()
	r.moves = r.moves[:0]
	for tried := 0; tried < patience; tried++ {
		from := r.chooseSide()
		if from < 0 {
			break
		}
		i := r.queue[from].heap[0]
		now -= r.queue[from].gain[i]
		r.move(i)
		r.moves = append(r.moves, i)
		if excess := r.excess(); excess < bestExcess || excess == bestExcess && now < r.edges {
			bestExcess, r.edges, bestMoves = excess, now, len(r.moves)
			tried = -1
		}
	}
	for s := range r.queue {
		r.queue[s].clear()
	}
	for _, i := range r.moves[bestMoves:] {
		r.flip(i)
	}
}

// excess is the weight by which a side is too heavy.
func (r *cutRefinement) excess() int32 {
	return max(0, max(r.weight[left], r.weight[right])-r.most)
}

// chooseSide is the side from which the next group goes; -1 when there is no move.
func (r *cutRefinement) chooseSide() int32 {
	best := int32(-1)
	var bestGain int32
	for s := range int32(2) {
		q := &r.queue[s]
		if len(q.heap) == 0 {
			continue
		}
		i := q.heap[0]
		if to := r.weight[1-s] + r.level.weight[i]; to > r.most && to > r.weight[s] {
			continue
		}
		if gain := q.gain[i]; best < 0 || gain > bestGain || gain == bestGain && r.weight[s] > r.weight[best] {
			best, bestGain = s, gain
		}
	}
	return best
}

func (r *cutRefinement) flip(i int32) {
	from := r.side[i]
	r.weight[from] -= r.level.weight[i]
	r.weight[1-from] += r.level.weight[i]
	r.side[i] = 1 - from
}

// move sends group i to the other side for the rest of the pass.
func (r *cutRefinement) move(i int32) {
	l := r.level
	from := r.side[i]
	r.queue[from].remove(i)
	r.moved[i] = r.now
	r.flip(i)
	for q := l.ptr[i]; q < l.ptr[i+1]; q++ {
		j := l.adj[q]
		queue := &r.queue[r.side[j]]
		by := 2 * l.edge[q] // nearer to leaving when its neighbour is gone
		if r.side[j] != from {
			by = -by
		}
		switch {
		case queue.at[j] >= 0:
			queue.change(j, queue.gain[j]+by)
		case r.moved[j] != r.now && by > 0:
			gain := int32(0)
			for p := l.ptr[j]; p < l.ptr[j+1]; p++ {
				if r.side[l.adj[p]] == r.side[j] {
					gain -= l.edge[p]
				} else {
					gain += l.edge[p]
				}
			}
			queue.push(j, gain)
		}
	}
}
