package sparse

// eliminationTree returns the parent of each column: the row of the first entry
// of L below its diagonal, -1 when there is none (Liu 1986). An entry (i, j) of A
// makes i an ancestor of j, so from j we climb to the top of the tree built so
// far and put i above it. The climb leaves shortcuts behind, which keep it short.
// The groups of g are the columns, eliminated in the given order; parents are places
// in it.
func eliminationTree(g *graph, order, place []int32) []int32 {
	parent := make([]int32, len(order))
	shortcut := make([]int32, len(order))
	for i, group := range order {
		parent[i], shortcut[i] = -1, -1
		for _, neighbour := range g.of(group) {
			j := place[neighbour]
			for j < int32(i) {
				up := shortcut[j]
				shortcut[j] = int32(i)
				if up < 0 {
					parent[j] = int32(i)
					break
				}
				j = up
			}
		}
	}
	return parent
}

// postorder returns the nodes of a forest whose parents have larger numbers so
// that each subtree is contiguous and ends with its root; subtrees side by side
// keep their order. Each node owns an interval as long as its subtree, takes the
// last place of it and hands out the rest to its children from the back.
func postorder(parent []int32) []int32 {
	n := len(parent)
	size := subtreeSizes(parent)
	end := int32(n)            // of what is not handed out to roots
	inside := make([]int32, n) // of what node j has not handed out to its children
	post := make([]int32, n)
	for j := n - 1; j >= 0; j-- {
		from := &end
		if parent[j] >= 0 {
			from = &inside[parent[j]]
		}
		post[*from-1] = int32(j)
		inside[j] = *from - 1
		*from -= size[j]
	}
	return post
}

// subtreeSizes counts the nodes of each subtree, its root included.
func subtreeSizes(parent []int32) []int32 {
	size := make([]int32, len(parent))
	for j, up := range parent {
		size[j]++
		if up >= 0 {
			size[up] += size[j]
		}
	}
	return size
}

// columnCounts returns the number of unknowns in each column of L, its own group
// included, for a graph eliminated in a postorder. Row i of L is the part of the tree
// below i that its entries of A span. Counting plus its weight at the leaves of each
// such part, minus at the points where paths join, and minus above its root,
// makes every count the sum over a subtree (Gilbert, Ng and Peyton, SIAM J.
// Matrix Anal. Appl. 15 (1994) 1075).
func columnCounts(g *graph, order, place, parent []int32) []int32 {
	n := len(order)
	count := make([]int32, n)
	first := make([]int32, n) // of the subtree of j
	for j, size := range subtreeSizes(parent) {
		first[j] = int32(j) - size + 1
	}
	lastLeaf := make([]int32, n) // of row i so far
	joined := make([]int32, n)   // sets of subtrees done, for the least common ancestors
	for j := range n {
		lastLeaf[j], joined[j] = -1, int32(j)
		if first[j] == int32(j) {
			count[j] = g.weight[order[j]]
		}
	}
	for j := range int32(n) {
		if up := parent[j]; up >= 0 {
			count[up] -= g.weight[order[j]]
		}
		for _, neighbour := range g.of(order[j]) {
			i := place[neighbour]
			if i <= j || lastLeaf[i] >= first[j] {
				continue // not below the diagonal, or j is no leaf of row i
			}
			weight := g.weight[neighbour]
			count[j] += weight
			if before := lastLeaf[i]; before >= 0 {
				top := before
				for top != joined[top] {
					top = joined[top]
				}
				for before != top {
					before, joined[before] = joined[before], top
				}
				count[top] -= weight
			}
			lastLeaf[i] = j
		}
		if up := parent[j]; up >= 0 {
			joined[j] = up
		}
	}
	for j, up := range parent {
		if up >= 0 {
			count[up] += count[j]
		}
	}
	return count
}
