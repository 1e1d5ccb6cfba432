package sparse

import (
	"fmt"
	"math"
	"slices"
)

// graph is that of the pattern, each unknown a group by itself.
func (p *Pattern) graph() *graph {
	g := &graph{ptr: make([]int32, p.N+1), weight: make([]int32, p.N)}
	for j := range p.N {
		g.weight[j] = 1
		for _, i := range p.Row[p.Ptr[j]+1 : p.Ptr[j+1]] {
			g.ptr[i+1]++
			g.ptr[j+1]++
		}
	}
	for j := range p.N {
		g.ptr[j+1] += g.ptr[j]
	}
	g.adj = make([]int32, g.ptr[p.N])
	next := slices.Clone(g.ptr[:p.N])
	// Smaller neighbours come from earlier columns, larger ones from the own column, which the second loop
	// visits after all of these: so every list ascends.
	for j := range int32(p.N) {
		for _, i := range p.Row[p.Ptr[j]+1 : p.Ptr[j+1]] {
			g.adj[next[i]] = j
			next[i]++
		}
	}
	for j := range int32(p.N) {
		for _, i := range p.Row[p.Ptr[j]+1 : p.Ptr[j+1]] {
			g.adj[next[j]] = i
			next[j]++
		}
	}
	return g
}

// graph is that of the groups of C^T K C: a row of C couples all it touches. member lists
// the unknowns group by group.
func (c *Product) graph(group []int32) (g *graph, member []int32) {
	groups := 0
	for _, i := range group {
		groups = max(groups, int(i)+1)
	}
	weight := make([]int32, groups)
	for _, i := range group {
		weight[i]++
	}
	next := make([]int32, groups)
	for i := 1; i < groups; i++ {
		next[i] = next[i-1] + weight[i-1]
	}
	member = make([]int32, c.N)
	for unknown, i := range group {
		member[next[i]] = int32(unknown)
		next[i]++
	}
	touched := make([]int32, len(c.Col))
	for a, unknown := range c.Col {
		touched[a] = group[unknown]
	}
	return newGraph(groups, weight, c.Ptr, touched), member
}

// Order finds an order of elimination that keeps the factor sparse. The result has len N;
// Order(p)[k] is the unknown eliminated at place k. It depends on the pattern alone.
func Order(p *Pattern) []int32 {
	if err := p.Check(); err != nil {
		panic(err.Error())
	}
	return p.graph().order(nil, 0)
}

// Choosing an order.
const (
	plainGroups   = 2000 // a graph of so few groups without coordinates is left to minimum degree
	usefulFactor  = 3.0  // first separator of a lattice relative to the surface of a cube of as many groups, at most
	compareGroups = 500  // a graph of so few groups has its orders compared rather than foretold
)

// order finds an order of elimination. Where coordinates are useful, as in lattices whole or damaged,
// nested dissection by coordinates is the best and the quickest. They are not where bonds join
// nodes at any distance: the first separator tells. Then, and without coordinates, minimum degree
// and dissection of the graph compete by the arithmetic they lead to.
func (g *graph) order(x []float64, dim int) []int32 {
	order, _ := g.orderBy(x, dim)
	return order
}

// orderBy is order, and says how it was found.
func (g *graph) orderBy(x []float64, dim int) (best []int32, how string) {
	n := g.groups()
	if x != nil {
		order, separator := g.dissectGeometric(x, dim)
		surface := math.Pow(float64(n), 1-1/float64(dim))
		if n > compareGroups && float64(separator) <= usefulFactor*surface {
			return order, ByCoordinates
		}
		best, how = order, ByCoordinates
	}
	compete := func(order []int32, name string) {
		if winner := g.cheaper(best, order); len(winner) == 0 || best == nil || &winner[0] != &best[0] {
			best, how = winner, name
		}
	}
	if compete(g.minimumDegree(), ByDegree); n > plainGroups {
		compete(g.dissect(), ByGraph)
	}
	return best, how
}

// How an order of elimination was found.
const (
	ByCoordinates = "dissection by coordinates"
	ByGraph       = "dissection of the graph"
	ByDegree      = "minimum degree"
)

// cheaper is the order that leads to less arithmetic, a where both are alike or b
// where there is no a.
func (g *graph) cheaper(a, b []int32) []int32 {
	if a == nil {
		return b
	}
	_, flopsA := g.fillOf(a)
	if _, flopsB := g.fillOf(b); flopsB < flopsA {
		return b
	}
	return a
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
