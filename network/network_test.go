package network

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// triangle has sides 3, 4, 5, node 1 pinned, node 2 on a spring along y and a
// fourth node that only a cut bond reaches.
func triangle() *Network {
	return &Network{
		Dim: 2,
		Pos: []float64{0, 0, 3, 0, 3, 4, 9, 9},
		Elements: []Element{
			{Kind: Bar, Nodes: [2]int{0, 1}},
			{Kind: Bar, Nodes: [2]int{1, 2}},
			{Kind: Bar, Nodes: [2]int{2, 0}},
			{Kind: Bar, Nodes: [2]int{2, 3}, Cut: true},
			{Kind: Ground, Nodes: [2]int{1, 1}, Dir: [3]float64{0, 1}},
		},
		Held: []bool{true, true, false, false, false, false, true, true},
	}
}

// random draws a sound network of points on a grid with any bonds among them.
func random(t *rapid.T) *Network {
	dim := rapid.IntRange(1, 3).Draw(t, "dim")
	nodes := rapid.IntRange(2, 12).Draw(t, "nodes")
	n := &Network{Dim: dim, Held: make([]bool, nodes*dim)}
	for node := range nodes {
		n.Pos = append(n.Pos, float64(node)+rapid.Float64Range(-0.4, 0.4).Draw(t, "x"))
		for axis := 1; axis < dim; axis++ {
			n.Pos = append(n.Pos, rapid.Float64Range(-5, 5).Draw(t, "y"))
		}
	}
	for a := range nodes {
		for b := range a {
			if rapid.IntRange(0, 4).Draw(t, "bond") == 0 {
				n.Elements = append(n.Elements, Element{Nodes: [2]int{a, b}, Cut: rapid.Bool().Draw(t, "cut")})
			}
		}
	}
	return n
}

func TestLengthsAndBounds(t *testing.T) {
	n := triangle()
	for i, want := range []float64{3, 4, 5, math.Sqrt(36 + 25), 0} {
		if got := n.BondLength(i); got != want {
			t.Errorf("element %d has length %g, want %g", i+1, got, want)
		}
	}
	n.Pos[5] = -4
	lo, hi := n.Bounds()
	if !slices.Equal(lo, []float64{0, -4}) || !slices.Equal(hi, []float64{9, 9}) {
		t.Errorf("bounds %v to %v", lo, hi)
	}
	if lo, hi := (&Network{Dim: 3}).Bounds(); lo != nil || hi != nil {
		t.Errorf("bounds of nothing: %v to %v", lo, hi)
	}
	if n.Pos[0] != 0 || n.Pos[1] != 0 {
		t.Error("Bounds wrote into the network")
	}
}

func TestGraph(t *testing.T) {
	n := triangle()
	adj := n.Neighbours()
	for node, want := range []struct{ nodes, elements []int }{
		{[]int{1, 2}, []int{0, 2}},
		{[]int{0, 2}, []int{0, 1}},
		{[]int{1, 0}, []int{1, 2}},
		{},
	} {
		nodes, elements := adj.Of(node)
		if !slices.Equal(nodes, want.nodes) || !slices.Equal(elements, want.elements) || adj.Degree(node) != len(want.nodes) {
			t.Errorf("node %d has neighbours %v over %v", node+1, nodes, elements)
		}
	}
	if of, count := n.Components(); count != 2 || !slices.Equal(of, []int{0, 0, 0, 1}) {
		t.Errorf("%d pieces: %v", count, of)
	}
	n.Elements[3].Cut = false
	if _, count := n.Components(); count != 1 {
		t.Errorf("%d pieces with the bond mended", count)
	}
}

func TestMaxwell(t *testing.T) {
	n := triangle()
	if got, want := n.Maxwell(), (Count{Free: 4, Bars: 3, Springs: 1, Balance: 0}); got != want {
		t.Errorf("count %+v, want %+v", got, want)
	}
	n.Elements[4].Cut = true
	n.Elements[3].Cut = false
	n.Held[6] = false
	if got, want := n.Maxwell(), (Count{Free: 5, Bars: 4, Springs: 0, Balance: -1}); got != want {
		t.Errorf("count %+v, want %+v", got, want)
	}
}

// Pieces are those of a union-find, and no count changes with the numbering.
func TestNumberingDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := random(t)
		of, count := n.Components()
		adj := n.Neighbours()
		root := make([]int, n.Nodes())
		for i := range root {
			root[i] = i
		}
		find := func(i int) int {
			for root[i] != i {
				i = root[i]
			}
			return i
		}
		for _, e := range n.Elements {
			if !e.Cut {
				root[find(e.Nodes[0])] = find(e.Nodes[1])
			}
		}
		for a := range of {
			for b := range of {
				if (of[a] == of[b]) != (find(a) == find(b)) {
					t.Fatalf("pieces %v do not agree with %v on nodes %d and %d", of, root, a, b)
				}
			}
			if of[a] > a || of[a] >= count {
				t.Fatalf("pieces %v of %d are not numbered by their lowest node", of, count)
			}
		}

		nodes := rapid.Permutation(sequence(n.Nodes())).Draw(t, "nodes")
		bonds := rapid.Permutation(sequence(len(n.Elements))).Draw(t, "bonds")
		m := &Network{Dim: n.Dim, Pos: make([]float64, len(n.Pos)), Held: make([]bool, len(n.Held)), Elements: make([]Element, len(n.Elements))}
		for node := range n.Nodes() {
			copy(m.At(nodes[node]), n.At(node))
		}
		for i, e := range n.Elements {
			e.Nodes = [2]int{nodes[e.Nodes[0]], nodes[e.Nodes[1]]}
			m.Elements[bonds[i]] = e
		}
		moved, pieces := m.Components()
		if pieces != count || m.Maxwell() != n.Maxwell() || len(m.Validate()) != len(n.Validate()) {
			t.Fatalf("%d pieces, count %+v, problems %v; were %d, %+v, %v", pieces, m.Maxwell(), m.Validate(), count, n.Maxwell(), n.Validate())
		}
		mAdj := m.Neighbours()
		for a := range of {
			if adj.Degree(a) != mAdj.Degree(nodes[a]) {
				t.Fatalf("node %d has another number of bonds", a)
			}
			for b := range of {
				if (of[a] == of[b]) != (moved[nodes[a]] == moved[nodes[b]]) {
					t.Fatalf("nodes %d and %d", a, b)
				}
			}
		}
		for i := range n.Elements {
			if n.BondLength(i) != m.BondLength(bonds[i]) {
				t.Fatalf("bond %d has length %g, was %g", i, m.BondLength(bonds[i]), n.BondLength(i))
			}
		}
	})
}

func sequence(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func TestCloneEqualHash(t *testing.T) {
	n := triangle()
	c := n.Clone()
	if !c.Equal(n) || c.Hash() != n.Hash() {
		t.Fatal("a clone is not equal")
	}
	for name, change := range map[string]func(*Network){
		"dim":       func(n *Network) { n.Dim = 1 },
		"position":  func(n *Network) { n.Pos[3] = math.Copysign(0, -1) },
		"more":      func(n *Network) { n.Pos = append(n.Pos, 0, 0) },
		"end":       func(n *Network) { n.Elements[0].Nodes[1] = 2 },
		"kind":      func(n *Network) { n.Elements[0].Kind = Ground },
		"cut":       func(n *Network) { n.Elements[0].Cut = true },
		"direction": func(n *Network) { n.Elements[4].Dir[2] = 1 },
		"order":     func(n *Network) { n.Elements[0], n.Elements[1] = n.Elements[1], n.Elements[0] },
		"fewer":     func(n *Network) { n.Elements = n.Elements[:4] },
		"held":      func(n *Network) { n.Held[2] = true },
	} {
		c := n.Clone()
		change(c)
		if c.Equal(n) || c.Hash() == n.Hash() {
			t.Errorf("%s: the change goes unnoticed", name)
		}
		if !n.Equal(triangle()) {
			t.Fatalf("%s: the clone shares memory", name)
		}
	}
	// A change of many blocks' length, at its end.
	long := &Network{Dim: 1, Pos: make([]float64, 10000), Held: make([]bool, 10000)}
	before := long.Hash()
	long.Held[9999] = true
	if long.Hash() == before {
		t.Error("the end of a long network goes unnoticed")
	}
}

func TestValidate(t *testing.T) {
	if got := triangle().Validate(); got != nil {
		t.Fatalf("a sound network has problems: %v", got)
	}
	one := func(kind ProblemKind, node, element, other, axis int) []Problem {
		return []Problem{{Kind: kind, Node: node, Element: element, Other: other, Axis: axis}}
	}
	for _, c := range []struct {
		name  string
		spoil func(*Network)
		want  []Problem
		text  string // part of the first problem's
	}{
		{"no dimension", func(n *Network) { n.Dim = 0 }, one(BadDim, -1, -1, -1, -1), "1, 2 or 3"},
		{"four dimensions", func(n *Network) { n.Dim = 4 }, one(BadDim, -1, -1, -1, -1), "1, 2 or 3"},
		{"half a node", func(n *Network) { n.Pos = n.Pos[:7] }, one(BadShape, -1, -1, -1, -1), "one entry"},
		{"no supports", func(n *Network) { n.Held = nil }, one(BadShape, -1, -1, -1, -1), "one entry"},
		{"NaN", func(n *Network) { n.Pos[7] = math.NaN() }, one(NotFinite, 3, -1, -1, 1), "node 4: its y coordinate"},
		{"infinite", func(n *Network) { n.Pos[6] = math.Inf(-1) }, one(NotFinite, 3, -1, -1, 0), "node 4: its x coordinate"},
		{"too far", func(n *Network) { n.Pos[6] = 2e100 }, one(NotFinite, 3, -1, -1, 0), "node 4: its x coordinate"},
		{"same place", func(n *Network) { n.Pos[6], n.Pos[7] = math.Copysign(0, -1), 0 }, one(SamePlace, 3, -1, 0, -1), "nodes 1 and 4"},
		{"missing node", func(n *Network) { n.Elements[2].Nodes = [2]int{2, 4} }, one(MissingNode, 4, 2, -1, -1), "bond 3 names node 5"},
		{"negative node", func(n *Network) { n.Elements[2].Nodes = [2]int{-1, -1} }, one(MissingNode, -1, 2, -1, -1), "bond 3 names node 0"},
		{"missing ground", func(n *Network) { n.Elements[4].Nodes = [2]int{7, 7} }, one(MissingNode, 7, 4, -1, -1), "bond 5 names node 8"},
		{"itself", func(n *Network) { n.Elements[2].Nodes = [2]int{1, 1} }, one(SelfBond, 1, 2, -1, -1), "bond 3 joins node 2 to itself"},
		{"duplicate", func(n *Network) { n.Elements[3].Nodes = [2]int{0, 2} }, one(Duplicate, -1, 3, 2, -1), "bond 4 joins the same two nodes as bond 3"},
		{"zero length", func(n *Network) { n.Pos[6], n.Pos[7] = 3, 4 },
			[]Problem{{SamePlace, 3, -1, 2, -1}, {ZeroLength, -1, 3, -1, -1}}, "nodes 3 and 4"},
		{"order", func(n *Network) { n.Elements[3], n.Elements[4] = n.Elements[4], n.Elements[3] }, one(BadOrder, -1, 4, -1, -1), "element 5"},
		{"kind", func(n *Network) { n.Elements[3].Kind = 9 }, one(BadKind, -1, 3, -1, -1), "element 4"},
		{"short direction", func(n *Network) { n.Elements[4].Dir[1] = 0.9 }, one(BadDirection, -1, 4, -1, -1), "element 5"},
		{"direction out of the plane", func(n *Network) { n.Elements[4].Dir = [3]float64{2: 1} }, one(BadDirection, -1, 4, -1, -1), "element 5"},
		{"spring with two ends", func(n *Network) { n.Elements[4].Nodes[1] = 2 }, one(BadDirection, -1, 4, -1, -1), "element 5"},
		{"isolated", func(n *Network) { n.Held[7] = false }, one(Isolated, 3, -1, -1, -1), "node 4 has no bond"},
		{"two at once", func(n *Network) { n.Held[7] = false; n.Pos[0] = math.NaN() },
			[]Problem{{NotFinite, 0, -1, -1, 0}, {Isolated, 3, -1, -1, -1}}, "node 1"},
	} {
		n := triangle()
		c.spoil(n)
		got := n.Validate()
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
			continue
		}
		if text := got[0].Error(); !strings.Contains(text, c.text) {
			t.Errorf("%s: %q does not say %q", c.name, text, c.text)
		}
	}
	zero := triangle()
	zero.Pos[6], zero.Pos[7] = 3, 4
	if text := zero.Validate()[1].Error(); !strings.Contains(text, "bond 4 has zero length") {
		t.Error(text)
	}
	if text := (Problem{Kind: 200}).Error(); text == "" {
		t.Error("an unknown problem says nothing")
	}
}

// Every repetition names the first bond between the two nodes, in the order of
// the bonds and whichever way round they are.
func TestDuplicatesInOrder(t *testing.T) {
	n := &Network{Dim: 1, Pos: []float64{0, 1, 2}, Held: make([]bool, 3)}
	for _, ends := range [][2]int{{1, 2}, {0, 1}, {2, 1}, {1, 0}, {0, 2}, {1, 2}} {
		n.Elements = append(n.Elements, Element{Nodes: ends})
	}
	want := []Problem{{Duplicate, -1, 2, 0, -1}, {Duplicate, -1, 3, 1, -1}, {Duplicate, -1, 5, 0, -1}}
	if got := n.Validate(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
