package sparse

// supernode is a set of groups that are eliminated together in one front: their
// columns of L have, or are given, the same rows.
type supernode struct {
	groups []int32 // in the order of elimination
	width  int     // unknowns of these groups
	update int     // rows of L below them
	parent int32   // supernode of the first of these rows; -1 for a root
}

// effort estimates the time of one front and of its part in a solve, in cycles of
// one core. Only ratios matter: they decide which supernodes are merged and
// how subtrees are shared out.
func effort(width, update int) float64 {
	w, u := float64(width), float64(update)
	h := w + u
	squares := (h*(h+1)*(2*h+1) - u*(u+1)*(2*u+1)) / 6 // of the column counts: additions and multiplications
	const (
		perFront  = 900.0    // calls, runs, loops that start
		perFlop   = 1.0 / 10 // small fronts; half of what large ones reach
		perEntry  = 5.0      // of L: cleared, filled, read twice in a solve
		perUpdate = 1.0      // of the update matrix: written, read, added
	)
	return perFront + perFlop*squares + perEntry*w*(h-w/2) + perUpdate*u*u/2
}

// supernodes partitions the groups, eliminated in a postorder, into supernodes, numbered so
// that every subtree is contiguous and ends with its root.
func supernodes(g *graph, order, parent, count []int32) []supernode {
	nodes, member := fundamental(g, order, parent, count)
	for s := range nodes {
		last := int32(len(order)) - 1
		if s+1 < len(nodes) {
			last = int32(nodes[s+1].from) - 1
		}
		nodes[s].parent = -1
		if up := parent[last]; up >= 0 {
			nodes[s].parent = member[up]
		}
		nodes[s].to = int(last) + 1
	}
	mergeIntoParents(nodes)
	return renumber(nodes, order)
}

// stretch is a supernode that is being merged: consecutive places from up to to
// (not included) of its own, after those of the supernodes merged into it.
type stretch struct {
	from, to      int
	width, update int
	parent        int32
	merged        bool // into its parent
}

// fundamental finds the columns that have the rows of the column before them
// less its own: they need no zeros to share its front.
func fundamental(g *graph, order, parent, count []int32) (nodes []stretch, member []int32) {
	member = make([]int32, len(order))
	nodes = make([]stretch, 0, len(order))
	for j, group := range order {
		weight := g.weight[group]
		if j == 0 || parent[j-1] != int32(j) || count[j] != count[j-1]-g.weight[order[j-1]] {
			nodes = append(nodes, stretch{from: j, update: int(count[j])})
		}
		s := &nodes[len(nodes)-1]
		s.width += int(weight)
		s.update -= int(weight)
		member[j] = int32(len(nodes) - 1)
	}
	return nodes, member
}

// mergeIntoParents joins a supernode to its parent where one larger front takes
// less time than two: small fronts cost more in calls and in adding update
// matrices than the zeros of a larger one cost in arithmetic.
func mergeIntoParents(nodes []stretch) {
	first := make([]int32, len(nodes)) // child of each supernode, the latest first
	next := make([]int32, len(nodes))
	for s := range nodes {
		first[s] = -1
	}
	for s := range nodes {
		p := &nodes[s]
		own := effort(p.width, p.update)
		for c := first[s]; c >= 0; c = next[c] {
			child := &nodes[c]
			together := effort(child.width+p.width, p.update)
			if together < own+effort(child.width, child.update) {
				child.merged = true
				p.width += child.width
				own = together
			}
		}
		if p.parent >= 0 {
			next[s], first[p.parent] = first[p.parent], int32(s)
		}
	}
}

// renumber lists what is left after merging, in a new postorder.
func renumber(nodes []stretch, order []int32) []supernode {
	top := make([]int32, len(nodes)) // supernode that holds each stretch
	for s := len(nodes) - 1; s >= 0; s-- {
		top[s] = int32(s)
		if nodes[s].merged {
			top[s] = top[nodes[s].parent]
		}
	}
	parent := make([]int32, len(nodes)) // of those that remain; merged ones hang below theirs
	for s := range nodes {
		parent[s] = -1
		if up := nodes[s].parent; up >= 0 {
			parent[s] = top[up]
		}
	}
	post := postorder(parent)
	number := make([]int32, len(nodes)) // new number of each that remains
	remain := 0
	for s := range nodes {
		if !nodes[s].merged {
			remain++
		}
	}
	list := make([]supernode, 0, remain)
	groups := make([]int32, 0, len(order))
	for _, s := range post {
		if !nodes[s].merged {
			number[s] = int32(len(list))
			list = append(list, supernode{width: nodes[s].width, update: nodes[s].update})
		}
	}
	// The stretches of a supernode are those merged into it, in order, then its own.
	length := make([]int, len(list))
	for s := range nodes {
		length[number[top[s]]] += nodes[s].to - nodes[s].from
	}
	for s, n := range length {
		begin := len(groups)
		groups = groups[:begin+n]
		list[s].groups = groups[begin:begin:len(groups)]
		list[s].parent = -1
	}
	for s := range nodes {
		node := &list[number[top[s]]]
		node.groups = append(node.groups, order[nodes[s].from:nodes[s].to]...)
		if !nodes[s].merged && parent[s] >= 0 {
			node.parent = number[parent[s]]
		}
	}
	return list
}
