package sparse

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// eliminateGraph counts the entries of L by playing elimination on the graph of
// A: the neighbours of whoever leaves become neighbours of one another.
func eliminateGraph(p *Pattern, perm []int32) (counts []int) {
	place := invert(perm, p.N)
	later := make([]map[int32]bool, p.N) // neighbours not yet eliminated, by place
	for i := range later {
		later[i] = map[int32]bool{}
	}
	for j := range p.N {
		for _, i := range p.Row[p.Ptr[j]+1 : p.Ptr[j+1]] {
			a, b := place[i], place[j]
			later[min(a, b)][max(a, b)] = true
		}
	}
	for j := range p.N {
		counts = append(counts, 1+len(later[j]))
		for a := range later[j] {
			for b := range later[j] {
				if a < b {
					later[a][b] = true
				}
			}
		}
	}
	return counts
}

// fillOf counts the entries of L without zeros, and the sum of the squared column counts.
func fillOf(p *Pattern, perm []int32) (entries, flops int64) {
	g := p.graph()
	parent := eliminationTree(g, perm, invert(perm, p.N))
	perm, parent = relabel(perm, parent, postorder(parent))
	for _, count := range columnCounts(g, perm, invert(perm, p.N), parent) {
		entries += int64(count)
		flops += int64(count) * int64(count)
	}
	return entries, flops
}

func TestSymbolicAgreesWithEliminationGraph(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawGram(t, 1).p
		given := drawPermutation(t, p)
		s := Analyze(p, given)
		if given == nil {
			given = natural(p.N)
		}
		counts := eliminateGraph(p, s.Permutation())
		g := p.graph()
		parent := eliminationTree(g, given, invert(given, p.N))
		ordered, parent := relabel(given, parent, postorder(parent)) // merging fronts leaves no postorder
		want := eliminateGraph(p, ordered)
		for j, count := range columnCounts(g, ordered, invert(ordered, p.N), parent) {
			if int(count) != want[j] {
				t.Fatalf("column %d has %d entries, want %d", j, count, want[j])
			}
		}
		var entries, withZeros int64
		for i := range s.fronts {
			f := &s.fronts[i]
			for c := range f.width {
				entries += int64(counts[f.first+c])
				withZeros += int64(f.width - c + f.update)
				if counts[f.first+c] > int(f.width-c+f.update) {
					t.Fatalf("column %d has %d entries, and its front room for %d", f.first+c, counts[f.first+c], f.width-c+f.update)
				}
			}
			rows := s.rowsOf(f)
			if !slices.IsSorted(rows) || len(rows) > 0 && (rows[0] < f.first+f.width || s.frontOf(rows[0]) != int(f.parent)) {
				t.Fatalf("front %d of pivots %d to %d has parent %d and rows %v", i, f.first, f.first+f.width, f.parent, rows)
			}
		}
		if s.Entries() != withZeros {
			t.Fatalf("%d entries, want %d", s.Entries(), withZeros)
		}
		var before int64
		for _, count := range eliminateGraph(p, given) {
			before += int64(count)
		}
		if before != entries {
			t.Fatalf("postorder changed the fill from %d to %d entries", before, entries)
		}
	})
}

func TestPostorder(t *testing.T) {
	parent := []int32{2, 3, 5, 5, -1, -1, 7, -1}
	post := postorder(parent)
	if want := []int32{4, 0, 2, 1, 3, 5, 6, 7}; !slices.Equal(post, want) {
		t.Errorf("postorder %v, want %v", post, want)
	}
}

// A tree has an order without fill, and minimum degree finds it.
func TestOrderOfTreeHasNoFill(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 200).Draw(t, "n")
		p := NewPattern(n, func(yield func(int, int) bool) {
			for i := 1; i < n; i++ {
				if !yield(i, rapid.IntRange(0, i-1).Draw(t, "parent")) {
					return
				}
			}
		})
		if got, _ := fillOf(p, Order(p)); got != int64(2*n-1) {
			t.Fatalf("%d entries, want %d", got, 2*n-1)
		}
	})
}

func TestOrderOfHub(t *testing.T) {
	// A chain, all of which is joined to a hub in the middle of the numbering: the
	// hub must go last, or everything fills.
	const n, hub = 2000, 700
	p := NewPattern(n, func(yield func(int, int) bool) {
		for i := range n - 1 {
			if !yield(i, hub) || !yield(i, i+1) {
				return
			}
		}
	})
	perm := Order(p)
	if perm[n-1] != hub {
		t.Errorf("last is %d, want the hub", perm[n-1])
	}
	if got, _ := fillOf(p, perm); got > 4*n {
		t.Errorf("%d entries for %d unknowns", got, n)
	}
}

func TestOrderOfLattice(t *testing.T) {
	// SuperLU's MMD_AT_PLUS_A gives 508 424 entries and 52.3 Mflop for the same
	// pattern (SciPy 1.10).
	p := lattice(100, 50, true).p
	perm := Order(p)
	s := Analyze(p, perm)
	entries, flops := fillOf(p, perm)
	t.Logf("%d entries, %.1f Mflop; with zeros in fronts %d, %.1f; %.1f MB", entries, float64(flops)/1e6,
		s.Entries(), float64(s.Flops())/1e6, float64(s.FactorBytes(1))/1e6)
	if entries > 508_424 || flops > 52_300_000 {
		t.Errorf("%d entries and %d flops are more than multiple minimum degree needs", entries, flops)
	}
	if !slices.Equal(perm, Order(p)) {
		t.Error("two orders of one pattern differ")
	}
	if s.FactorBytes(2) < 8*s.Entries() || s.N() != p.N || s.NewFactor().Symbolic() != s {
		t.Error("Symbolic does not describe its factor")
	}
}

// triangles is the graph of a triangular lattice of m x m nodes with two unknowns each, and
// the coordinates of its nodes.
func triangles(m int) (g *graph, x []float64) {
	ptr, member := []int32{0}, []int32(nil)
	join := func(a, b int) {
		member = append(member, int32(a), int32(b))
		ptr = append(ptr, int32(len(member)))
	}
	for j := range m {
		for i := range m {
			x = append(x, float64(i)+0.5*float64(j%2), float64(j)*math.Sqrt(0.75))
			if i+1 < m {
				join(j*m+i, j*m+i+1)
			}
			if j+1 < m {
				join(j*m+i, j*m+i+m)
				if k := i - 1 + j%2*2; k >= 0 && k < m {
					join(j*m+i, j*m+k+m)
				}
			}
		}
	}
	return newGraph(m*m, slices.Repeat([]int32{2}, m*m), ptr, member), x
}

// anywhere is a graph that joins each group to two others, however far away.
func anywhere(n int) (g *graph, x []float64) {
	random := rand.New(rand.NewPCG(1, 1))
	ptr, member := []int32{0}, []int32(nil)
	for i := range n {
		x = append(x, random.Float64(), random.Float64())
		for range 2 {
			member = append(member, int32(i), int32(random.IntN(max(i, 1))))
			ptr = append(ptr, int32(len(member)))
		}
	}
	return newGraph(n, slices.Repeat([]int32{2}, n), ptr, member), x
}

// Whatever the graph, and whether or not its coordinates say anything, the order
// is about as good as the best of the ways to find one.
func TestOrderChoosesWell(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(int) (*graph, []float64)
		n    int
	}{{"lattice", triangles, 15}, {"large lattice", triangles, 80}, {"anywhere", anywhere, 200}, {"large anywhere", anywhere, 3000}} {
		g, x := c.make(c.n)
		geometric, _ := g.dissectGeometric(x, 2)
		least := int64(math.MaxInt64)
		for _, order := range [][]int32{geometric, g.minimumDegree(), g.dissect()} {
			invert(order, g.groups()) // panics unless it is a permutation
			_, flops := g.fillOf(order)
			least = min(least, flops)
		}
		for what, x := range map[string][]float64{"with coordinates": x, "without": nil} {
			order := g.order(x, 2)
			invert(order, g.groups())
			if _, flops := g.fillOf(order); float64(flops) > 1.1*float64(least) {
				t.Errorf("%s %s: %d flops, and there is an order with %d", c.name, what, flops, least)
			}
			if !slices.Equal(order, g.order(x, 2)) {
				t.Errorf("%s %s: two orders differ", c.name, what)
			}
		}
	}
}
