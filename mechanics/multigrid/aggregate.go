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
