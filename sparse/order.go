package sparse

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Order finds an order of elimination that keeps the factor sparse: eliminate
// next the unknown with the fewest neighbours among those that remain (minimum
// degree). The result has len N; Order(p)[k] is the unknown eliminated at place k.
// It depends on the pattern alone: ties are settled the same way every time.
//
// Eliminating an unknown couples all its neighbours. Storing those couplings one
// by one would need as much memory as the factor itself, so the graph is kept as
// a quotient graph: an eliminated unknown becomes an element, the set of unknowns
// it couples. Elements that a new one contains are dropped, unknowns that have
// become indistinguishable are treated as one heavy unknown, and degrees are the
// upper bounds of Amestoy, Davis and Duff (1996), which cost one look at each
// element instead of a union of sets.
func Order(p *Pattern) []int32 {
	if err := p.Check(); err != nil {
		panic(err.Error())
	}
	g := newQuotientGraph(p)
	order := make([]int32, 0, p.N)
	for {
		pivot := g.removeSmallest()
		if pivot < 0 {
			break
		}
		g.eliminate(pivot)
		order = g.appendUnknowns(order, pivot)
	}
	return append(order, g.dense...)
}

// quotientGraph is the graph of what remains to be eliminated. A number names an
// unknown until it is eliminated and an element afterwards, so sets of both can
// share one array of marks.
type quotientGraph struct {
	unknowns [][]int32 // len N: neighbours of unknown i by an entry of the matrix and not yet by an element
	elements [][]int32 // len N: elements that contain unknown i
	members  [][]int32 // len N: unknowns of element e; nil before it exists and after it is absorbed
	size     []int32   // len N: total weight of the members of element e
	weight   []int32   // len N: matrix unknowns that i stands for; 0 once it is eliminated or merged
	degree   []int32   // len N: bound on the weight of the neighbours of unknown i, itself left out
	left     int32     // total weight of what remains

	nextSame, lastSame []int32 // len N: list of the matrix unknowns that i stands for

	smallest   int32   // no unknown has a smaller degree
	head       []int32 // len N: first unknown of each degree, -1 for none
	next, prev []int32 // len N: neighbours in that list, -1 for none

	mark    []int32  // len N: i is in the current set when mark[i] == stamp
	stamp   int32    //
	outside []int32  // len N: weight of the members of element e that are not in the new element
	hash    []uint32 // len N: equal for indistinguishable unknowns
	dense   []int32  // unknowns with very many neighbours: ordered last, kept out of the graph
}

func newQuotientGraph(p *Pattern) *quotientGraph {
	n := p.N
	g := &quotientGraph{
		unknowns: make([][]int32, n), elements: make([][]int32, n), members: make([][]int32, n),
		size: make([]int32, n), weight: make([]int32, n), degree: make([]int32, n),
		nextSame: make([]int32, n), lastSame: make([]int32, n),
		head: make([]int32, n), next: make([]int32, n), prev: make([]int32, n),
		mark: make([]int32, n), outside: make([]int32, n), hash: make([]uint32, n),
	}
	for j := range n {
		g.weight[j], g.nextSame[j], g.lastSame[j], g.head[j] = 1, -1, int32(j), -1
		for _, i := range p.Row[p.Ptr[j]+1 : p.Ptr[j+1]] {
			g.degree[i]++
			g.degree[j]++
		}
	}
	// A hub that touches a good part of the graph would be looked at in nearly
	// every step. It ends up last anyway, so it is put there at once.
	many := int32(max(16, 10*math.Sqrt(float64(n))))
	for i := range n {
		if g.degree[i] > many {
			g.dense = append(g.dense, int32(i))
			g.weight[i] = 0
		} else {
			g.unknowns[i] = make([]int32, 0, g.degree[i])
		}
	}
	for j := range n {
		for _, i := range p.Row[p.Ptr[j]+1 : p.Ptr[j+1]] {
			if g.weight[i] > 0 && g.weight[j] > 0 {
				g.unknowns[i] = append(g.unknowns[i], int32(j))
				g.unknowns[j] = append(g.unknowns[j], i)
			}
		}
	}
	for i := n - 1; i >= 0; i-- {
		if g.weight[i] > 0 {
			g.degree[i] = int32(len(g.unknowns[i]))
			g.left++
			g.insert(int32(i))
		}
	}
	return g
}

// eliminate turns the unknown pivot into an element and updates its neighbours.
func (g *quotientGraph) eliminate(pivot int32) {
	couples := g.formElement(pivot)
	g.left -= g.weight[pivot]
	g.weight[pivot] = 0
	g.measureOutside(couples)

	// Neighbours with nothing but the new element around them couple nothing
	// more: they are eliminated together with the pivot.
	kept := couples[:0]
	for _, i := range couples {
		g.detach(i)
		if g.prune(i, pivot) {
			kept = append(kept, i)
		} else {
			g.left -= g.weight[i]
			g.size[pivot] -= g.weight[i]
			g.join(pivot, i)
		}
	}
	kept = g.mergeAlike(kept)
	for _, i := range kept {
		rest := g.left - g.weight[i]
		g.degree[i] = min(g.degree[i]+g.size[pivot]-g.weight[i], rest)
		g.insert(i)
	}
	g.members[pivot] = kept
}

// formElement collects the neighbours of pivot, absorbs the elements they came
// from, and leaves exactly these neighbours marked.
func (g *quotientGraph) formElement(pivot int32) []int32 {
	g.stamp++
	g.mark[pivot] = g.stamp
	var set []int32
	add := func(candidates []int32) {
		for _, i := range candidates {
			if g.weight[i] > 0 && g.mark[i] != g.stamp {
				g.mark[i] = g.stamp
				set = append(set, i)
				g.size[pivot] += g.weight[i]
			}
		}
	}
	add(g.unknowns[pivot])
	for _, e := range g.elements[pivot] {
		add(g.members[e])
		g.members[e] = nil
	}
	g.unknowns[pivot], g.elements[pivot] = nil, nil
	return set
}

// measureOutside finds, for every element that shares an unknown with the set,
// the weight of its members outside the set.
func (g *quotientGraph) measureOutside(set []int32) {
	for _, i := range set {
		for _, e := range g.elements[i] {
			g.outside[e] = g.size[e]
		}
	}
	for _, i := range set {
		for _, e := range g.elements[i] {
			g.outside[e] -= g.weight[i]
		}
	}
}

// prune rewrites the neighbourhood of unknown i, a member of the new element
// pivot, whose members are still marked: what the element couples already is
// dropped, and the element is added. It leaves in degree[i] a bound on the weight
// outside the element and says whether there is anything outside at all.
func (g *quotientGraph) prune(i, pivot int32) bool {
	var beyond int32
	hash := uint32(pivot)
	elements := g.elements[i][:0]
	for _, e := range g.elements[i] {
		switch {
		case g.members[e] == nil: // absorbed
		case g.outside[e] == 0: // all of it lies in the new element
			g.members[e] = nil
		default:
			elements = append(elements, e)
			beyond += g.outside[e]
			hash += uint32(e)
		}
	}
	unknowns := g.unknowns[i][:0]
	for _, v := range g.unknowns[i] {
		if g.weight[v] > 0 && g.mark[v] != g.stamp {
			unknowns = append(unknowns, v)
			beyond += g.weight[v]
			hash += uint32(v)
		}
	}
	g.elements[i], g.unknowns[i] = append(elements, pivot), unknowns
	g.degree[i] = min(g.degree[i], beyond)
	g.hash[i] = hash
	return len(elements) > 0 || len(unknowns) > 0
}

// mergeAlike joins the unknowns of set that have the same neighbours and returns
// those that are left, in the order of the set.
func (g *quotientGraph) mergeAlike(set []int32) []int32 {
	byHash := slices.Clone(set)
	slices.SortFunc(byHash, func(a, b int32) int {
		return cmp.Or(cmp.Compare(g.hash[a], g.hash[b]), cmp.Compare(a, b))
	})
	for a, i := range byHash {
		if g.weight[i] == 0 {
			continue
		}
		marked := false
		for _, j := range byHash[a+1:] {
			if g.hash[j] != g.hash[i] {
				break
			}
			if g.weight[j] == 0 || len(g.unknowns[i]) != len(g.unknowns[j]) || len(g.elements[i]) != len(g.elements[j]) {
				continue
			}
			if !marked {
				g.markNeighbours(i)
				marked = true
			}
			if g.allMarked(g.unknowns[j]) && g.allMarked(g.elements[j]) {
				g.weight[i] += g.weight[j]
				g.join(i, j)
			}
		}
	}
	return slices.DeleteFunc(set, func(i int32) bool { return g.weight[i] == 0 })
}

func (g *quotientGraph) markNeighbours(i int32) {
	g.stamp++
	for _, v := range g.unknowns[i] {
		g.mark[v] = g.stamp
	}
	for _, e := range g.elements[i] {
		g.mark[e] = g.stamp
	}
}

func (g *quotientGraph) allMarked(set []int32) bool {
	return !slices.ContainsFunc(set, func(v int32) bool { return g.mark[v] != g.stamp })
}

// join hands the matrix unknowns of j over to i; j leaves the graph.
func (g *quotientGraph) join(i, j int32) {
	g.nextSame[g.lastSame[i]] = j
	g.lastSame[i] = g.lastSame[j]
	g.weight[j] = 0
	g.unknowns[j], g.elements[j] = nil, nil
}

// appendUnknowns lists the matrix unknowns that i stands for.
func (g *quotientGraph) appendUnknowns(order []int32, i int32) []int32 {
	for ; i >= 0; i = g.nextSame[i] {
		order = append(order, i)
	}
	return order
}

// insert puts unknown i first in the list of its degree.
func (g *quotientGraph) insert(i int32) {
	d := g.degree[i]
	g.next[i], g.prev[i] = g.head[d], -1
	if g.head[d] >= 0 {
		g.prev[g.head[d]] = i
	}
	g.head[d] = i
	g.smallest = min(g.smallest, d)
}

// detach takes unknown i out of the list of its degree.
func (g *quotientGraph) detach(i int32) {
	if g.prev[i] >= 0 {
		g.next[g.prev[i]] = g.next[i]
	} else {
		g.head[g.degree[i]] = g.next[i]
	}
	if g.next[i] >= 0 {
		g.prev[g.next[i]] = g.prev[i]
	}
}

// removeSmallest takes out an unknown of smallest degree; -1 when none is left.
func (g *quotientGraph) removeSmallest() int32 {
	if g.left == 0 {
		return -1
	}
	for g.head[g.smallest] < 0 {
		g.smallest++
	}
	i := g.head[g.smallest]
	g.detach(i)
	return i
}

// natural is the order 0 to n-1.
func natural(n int) []int32 {
	perm := make([]int32, n)
	for i := range perm {
		perm[i] = int32(i)
	}
	return perm
}

// invert returns the inverse of a permutation: the place of each unknown. It
// panics when perm is not a permutation of 0 to n-1.
func invert(perm []int32, n int) []int32 {
	if len(perm) != n {
		panic(fmt.Sprintf("sparse: permutation of len %d for %d unknowns", len(perm), n))
	}
	place := make([]int32, n)
	for i := range place {
		place[i] = -1
	}
	for k, i := range perm {
		if i < 0 || int(i) >= n || place[i] >= 0 {
			panic(fmt.Sprintf("sparse: permutation has %d at place %d, which is out of range or there twice", i, k))
		}
		place[i] = int32(k)
	}
	return place
}
