package sparse

import (
	"fmt"
	"math"
	"slices"
)

// graph is the adjacency of groups of unknowns that are eliminated together, such
// as the degrees of freedom of one node: they have the same neighbours, so an
// order of elimination need not tell them apart.
type graph struct {
	ptr    []int32 // len groups+1: the neighbours of group i are adj[ptr[i]:ptr[i+1]]
	adj    []int32 // neighbours in both directions, ascending, the group itself left out
	weight []int32 // len groups: unknowns of each group, >= 1
}

// groups is the number of groups.
func (g *graph) groups() int { return len(g.weight) }

// of lists the neighbours of group i.
func (g *graph) of(i int32) []int32 { return g.adj[g.ptr[i]:g.ptr[i+1]] }

// newGraph makes the graph in which clique c couples the groups
// member[ptr[c]:ptr[c+1]] with one another. A group may be repeated within a
// clique, and two groups may meet in several cliques. weight has len groups and
// is kept. It panics when the graph has more edges than an int32 can count.
func newGraph(groups int, weight []int32, ptr, member []int32) *graph {
	if len(weight) != groups {
		panic(fmt.Sprintf("sparse: %d weights for %d groups", len(weight), groups))
	}
	cliquePtr, clique := cliquesOfGroups(groups, ptr, member)

	// Distinct neighbours of each group, in the order in which they are met.
	g := &graph{ptr: make([]int32, groups+1), weight: weight}
	adj := make([]int32, 0, edgesAtMost(ptr))
	seen := make([]int32, groups) // last group, plus one, that met this one
	for i := range int32(groups) {
		seen[i] = i + 1
		for _, c := range clique[cliquePtr[i]:cliquePtr[i+1]] {
			for _, j := range member[ptr[c]:ptr[c+1]] {
				if seen[j] != i+1 {
					seen[j] = i + 1
					adj = append(adj, j)
				}
			}
		}
		if len(adj) > math.MaxInt32 {
			panic(fmt.Sprintf("sparse: the graph of %d groups has more than %d edges", groups, math.MaxInt32))
		}
		g.ptr[i+1] = int32(len(adj))
	}

	// Handing every group out to its neighbours, in ascending order, gives each of
	// them its own neighbours in ascending order, since edges go both ways.
	g.adj = make([]int32, len(adj))
	at := slices.Clone(g.ptr[:groups])
	for i := range int32(groups) {
		for _, j := range adj[g.ptr[i]:g.ptr[i+1]] {
			g.adj[at[j]] = i
			at[j]++
		}
	}
	return g
}

// cliquesOfGroups lists the cliques of each group: those of group i are
// clique[cliquePtr[i]:cliquePtr[i+1]].
func cliquesOfGroups(groups int, ptr, member []int32) (cliquePtr, clique []int32) {
	cliquePtr = make([]int32, groups+1)
	for _, i := range member {
		cliquePtr[i+1]++
	}
	for i := range groups {
		cliquePtr[i+1] += cliquePtr[i]
	}
	clique = make([]int32, len(member))
	at := slices.Clone(cliquePtr[:groups])
	for c := range len(ptr) - 1 {
		for _, i := range member[ptr[c]:ptr[c+1]] {
			clique[at[i]] = int32(c)
			at[i]++
		}
	}
	return cliquePtr, clique
}

// edgesAtMost bounds the number of directed edges by what the cliques would have
// if they did not overlap, as far as that is a sensible amount of memory to ask
// for in advance.
func edgesAtMost(ptr []int32) int {
	edges := 0
	for c := range len(ptr) - 1 {
		size := int(ptr[c+1] - ptr[c])
		edges += size * (size - 1)
	}
	return min(edges, 1<<26)
}

// fillOf counts the entries of L, diagonal included, and the flops of a
// factorisation, the sum over the unknowns of the squared column counts of L, when
// the groups are eliminated in the given order. Row by row it climbs the
// elimination tree as far as it has grown (Liu 1986).
func (g *graph) fillOf(order []int32) (entries, flops int64) {
	n := g.groups()
	place := make([]int32, n)
	for k, i := range order {
		place[i] = int32(k)
	}
	below := make([]int64, n) // unknowns below the diagonal block of a place
	parent, seen := make([]int32, n), make([]int32, n)
	for k, i := range order {
		k := int32(k)
		parent[k], seen[k] = -1, k
		for _, neighbour := range g.of(i) {
			for j := place[neighbour]; j < k && seen[j] != k; j = parent[j] {
				seen[j] = k
				below[j] += int64(g.weight[i])
				if parent[j] < 0 {
					parent[j] = k
				}
			}
		}
	}
	for k, i := range order {
		for own := int64(1); own <= int64(g.weight[i]); own++ {
			count := below[k] + own
			entries += count
			flops += count * count
		}
	}
	return entries, flops
}
