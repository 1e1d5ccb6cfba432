package multigrid

// graph is who is joined to whom: the neighbours of i are list[ptr[i]:ptr[i+1]], itself not among them where it is made of springs.
type graph struct{ ptr, list []int32 }

func (g *graph) of(i int) []int32 { return g.list[g.ptr[i]:g.ptr[i+1]] }

// aggregate puts the nodes of a graph into groups of neighbours (P. Vanek, J. Mandel and M. Brezina, Computing 56 (1996) 179): first a
// node with all its neighbours where none of them is taken, then what is left to a group next to it, the smallest. It goes
// by the graph alone, in the order of the nodes, so that the groups are the same whatever the stiffnesses.
func aggregate(g *graph, nodes int) (group []int32, groups int) {
	group = make([]int32, nodes)
	for i := range group {
		group[i] = -1
	}
	var size []int32
	for i := range nodes {
		free := group[i] < 0
		for _, j := range g.of(i) {
			free = free && (int(j) >= nodes || group[j] < 0)
		}
		if !free {
			continue
		}
		group[i] = int32(len(size))
		count := int32(1)
		for _, j := range g.of(i) {
			if int(j) < nodes && group[j] < 0 {
				group[j] = int32(len(size))
				count++
			}
		}
		size = append(size, count)
	}
	// Who joins a group now does not draw others to it.
	joined := make([]int32, nodes)
	copy(joined, group)
	for i := range nodes {
		if group[i] >= 0 {
			continue
		}
		best := int32(-1)
		for _, j := range g.of(i) {
			if int(j) < nodes && group[j] >= 0 && (best < 0 || size[group[j]] < size[best]) {
				best = group[j]
			}
		}
		if best >= 0 {
			joined[i] = best
			size[best]++
		}
	}
	// What has no neighbour in a group makes groups with its own kind.
	for i := range nodes {
		if joined[i] >= 0 {
			continue
		}
		joined[i] = int32(len(size))
		for _, j := range g.of(i) {
			if int(j) < nodes && joined[j] < 0 {
				joined[j] = joined[i]
			}
		}
		size = append(size, 0)
	}
	return joined, len(size)
}

// quotient is who is next to whom among groups: those of neighbours. A smoothed motion reaches farther, and groups by the
// matrix that it makes would be too large.
func (g *graph) quotient(group []int32, groups int) *graph {
	start, member := members(group, groups)
	u := &union{mark: make([]int32, groups)}
	q := &graph{ptr: make([]int32, 1, groups+1)}
	for c := range groups {
		u.begin()
		for _, i := range member[start[c]:start[c+1]] {
			for _, j := range g.of(int(i)) {
				if int(j) < len(group) && group[j] != int32(c) {
					u.add(group[j])
				}
			}
		}
		q.ptr, q.list = u.end(q.ptr, q.list)
	}
	return q
}

// members lists the nodes of each group.
func members(group []int32, groups int) (start, member []int32) {
	start = make([]int32, groups+1)
	for _, g := range group {
		start[g+1]++
	}
	for g := range groups {
		start[g+1] += start[g]
	}
	member = make([]int32, len(group))
	next := append([]int32(nil), start[:groups]...)
	for i, g := range group {
		member[next[g]] = int32(i)
		next[g]++
	}
	return start, member
}
