package sparse

import (
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
	eachEntry(p, place, func(_ int, i, j int32) {
		if i != j {
			later[j][i] = true
		}
	})
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

func TestSymbolicAgreesWithEliminationGraph(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawGram(t, 1).p
		given := drawPermutation(t, p)
		s := Analyze(p, given)
		if given == nil {
			given = natural(p.N)
		}
		counts := eliminateGraph(p, s.Permutation())
		var entries, flops int64
		for j, count := range counts {
			entries += int64(count)
			flops += int64(count) * int64(count)
			rows := s.row[s.ptr[j]:s.ptr[j+1]]
			if len(rows)+1 != count || !slices.IsSorted(rows) {
				t.Fatalf("column %d has rows %v, want %d of them", j, rows, count-1)
			}
			parent := int32(-1)
			if len(rows) > 0 {
				parent = rows[0]
			}
			if s.parent[j] != parent {
				t.Fatalf("parent of %d is %d, want %d", j, s.parent[j], parent)
			}
			if parent >= 0 && s.first[parent] > s.first[j] {
				t.Fatalf("subtree of %d leaves that of its parent", j)
			}
		}
		if s.Entries() != entries || s.Flops() != flops {
			t.Fatalf("%d entries and %d flops, want %d and %d", s.Entries(), s.Flops(), entries, flops)
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
		if got := Analyze(p, Order(p)).Entries(); got != int64(2*n-1) {
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
	if got := Analyze(p, perm).Entries(); got > 4*n {
		t.Errorf("%d entries for %d unknowns", got, n)
	}
}

func TestOrderOfLattice(t *testing.T) {
	// SuperLU's MMD_AT_PLUS_A gives 508 424 entries and 52.3 Mflop for the same
	// pattern (SciPy 1.10).
	p := lattice(100, 50, true).p
	perm := Order(p)
	s := Analyze(p, perm)
	t.Logf("%d entries, %.1f Mflop, %.1f MB", s.Entries(), float64(s.Flops())/1e6, float64(s.FactorBytes())/1e6)
	if s.Entries() > 508_424 || s.Flops() > 52_300_000 {
		t.Errorf("%d entries and %d flops are more than multiple minimum degree needs", s.Entries(), s.Flops())
	}
	if !slices.Equal(perm, Order(p)) {
		t.Error("two orders of one pattern differ")
	}
	if s.FactorBytes() < 8*s.Entries() || s.N() != p.N || s.Pattern() != p || s.NewFactor().Symbolic() != s {
		t.Error("Symbolic does not describe its factor")
	}
}
