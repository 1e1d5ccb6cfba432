package sparse

import (
	"fmt"
	"slices"

	"github.com/elastrain/elastrain/internal/kernel"
)

// Symbolic is everything about the factor L that follows from the pattern of A
// and the order of elimination. It is never written to after it is made, and any
// number of Factors can share it.
type Symbolic struct {
	n      int
	source source  // where the numbers of A come from
	how    string  // the order of elimination was found; "" where it was given
	perm   []int32 // len n: unknown eliminated at place k
	place  []int32 // len n: place of each unknown, the inverse of perm

	fronts   []front      // in a postorder: children before parents
	children []int32      // of all fronts
	rows     []int32      // places of the update rows of all fronts
	runs     []kernel.Run // of all fronts
	index    []int32      // rows of the right-hand sides, of all positions of all fronts
	stored   int          // numbers in all panels

	schedule
}

// Analyze prepares the factorisation of matrices with pattern p, eliminating in
// the order perm, a permutation of 0 to N-1 such as Order(p); nil keeps the order
// as it is. Within that order it moves unknowns whose elimination is independent
// so that each subtree of the elimination tree is contiguous, which changes
// neither the entries of L nor the work, only their nearness in memory.
func Analyze(p *Pattern, perm []int32) *Symbolic {
	if err := p.Check(); err != nil {
		panic(err.Error())
	}
	if perm == nil {
		perm = natural(p.N)
	}
	invert(perm, p.N) // panics unless it is a permutation
	g := p.graph()
	s := newSymbolic(g, natural(p.N), perm)
	s.source = newEntries(s, p)
	return s
}

// Product is A = C^T K C for a fixed C and a diagonal K of weights that change: a
// sum of one small dense matrix for each row of C. Its numbers go from the
// weights straight into the factorisation, and A is never stored.
type Product struct {
	N   int       // columns of C: unknowns
	Ptr []int32   // row i of C is entries Ptr[i] to Ptr[i+1]
	Col []int32   // unknown of each entry
	Val []float64 // and its value

	// Group numbers the unknowns that all rows use alike, as those of one node: they are
	// ordered together, which saves time. From 0, none left out; nil for each unknown by itself.
	Group []int32
	// X holds Dim coordinates for each group, by which the order can be found quickest and best; nil
	// where there are none.
	X   []float64
	Dim int
}

// AnalyzeProduct prepares the factorisation of matrices A = C^T K C. The weights,
// one for each row of C, are the values that Factor.Refactor takes. The
// product may not change afterwards.
func AnalyzeProduct(c *Product) *Symbolic {
	group := c.Group
	if group == nil {
		group = natural(c.N)
	}
	g, member := c.graph(group)
	order, how := g.orderBy(c.X, c.Dim)
	s := newSymbolic(g, member, order)
	s.source, s.how = newProducts(s, c), how
	return s
}

// newSymbolic analyses a graph of groups, eliminated in the given order; member lists the
// unknowns group by group.
func newSymbolic(g *graph, member, order []int32) *Symbolic {
	parent := eliminationTree(g, order, invert(order, len(order)))
	post := postorder(parent)
	order, parent = relabel(order, parent, post)
	count := columnCounts(g, order, invert(order, len(order)), parent)
	nodes := supernodes(g, order, parent, count)

	s := &Symbolic{n: len(member), perm: make([]int32, 0, len(member))}
	begin := make([]int32, len(order)+1) // of each group in member
	for i, weight := range g.weight {
		begin[i+1] = begin[i] + weight
	}
	rank := make([]int32, len(order))
	start := make([]int32, 1, len(order)+1)
	for i := range nodes {
		for _, group := range nodes[i].groups {
			rank[group] = int32(len(start) - 1)
			s.perm = append(s.perm, member[begin[group]:begin[group+1]]...)
			start = append(start, int32(len(s.perm)))
		}
	}
	s.place = invert(s.perm, s.n)
	s.makeFronts(g, nodes, rank, start)
	s.makeSchedule()
	s.makeIndex()
	return s
}

// relabel renumbers a tree and its order of elimination by a postorder.
func relabel(order, parent, post []int32) (newOrder, newParent []int32) {
	at := invert(post, len(post))
	newOrder, newParent = make([]int32, len(post)), make([]int32, len(post))
	for k, before := range post {
		newOrder[k], newParent[k] = order[before], parent[before]
		if newParent[k] >= 0 {
			newParent[k] = at[newParent[k]]
		}
	}
	return newOrder, newParent
}

// N is the number of unknowns.
func (s *Symbolic) N() int { return s.n }

// Values is the number of values that Factor.Refactor takes: entries of the pattern, or
// rows of C.
func (s *Symbolic) Values() int { return s.source.values() }

// borrows says whether a Factor works on the values where they are, which are many, instead of a copy.
func (s *Symbolic) borrows() bool {
	_, many := s.source.(*sums)
	return many
}

// Permutation returns the order of elimination, len N: the unknown at place k.
func (s *Symbolic) Permutation() []int32 { return slices.Clone(s.perm) }

// Ordering says how AnalyzeProduct found the order of elimination: ByCoordinates, ByGraph or ByDegree.
func (s *Symbolic) Ordering() string { return s.how }

// Fronts is the number of dense steps that the factorisation takes.
func (s *Symbolic) Fronts() int { return len(s.fronts) }

// Entries is the number of entries of L, diagonal included, with the zeros that
// were taken in to make fronts larger, without padding.
func (s *Symbolic) Entries() int64 {
	var sum int64
	for i := range s.fronts {
		w, u := int64(s.fronts[i].width), int64(s.fronts[i].update)
		sum += w*u + w*(w+1)/2
	}
	return sum
}

// Stored is the number of numbers in which L is kept, padding included.
func (s *Symbolic) Stored() int64 { return int64(s.stored) }

// FactorBytes is the memory that one Factor for some number of threads takes, in bytes. The Symbolic
// itself takes less than a tenth of that where L is large.
func (s *Symbolic) FactorBytes(threads int) int64 {
	numbers := s.stored + s.common + s.packing(true) - s.packing(false) + (s.n+s.boundary+1)*slabWidth + s.n
	if !s.borrows() {
		numbers += s.Values()
	}
	return 8 * int64(numbers+threads*(s.arena+s.packing(false)))
}

// Flops is the number of additions and multiplications of one Refactor: the sum
// of the squared column counts of L.
func (s *Symbolic) Flops() int64 {
	var sum int64
	for i := range s.fronts {
		sum += s.fronts[i].flops()
	}
	return sum
}

// mustMatchBlock panics when block is not a block of nrhs vectors.
func (s *Symbolic) mustMatchBlock(method string, nrhs int, block []float64) {
	if nrhs < 0 || len(block) != s.n*nrhs {
		panic(fmt.Sprintf("sparse: %s got a block of len %d for %d vectors of %d unknowns", method, len(block), nrhs, s.n))
	}
}
