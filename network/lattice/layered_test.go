package lattice

import (
	"errors"
	"testing"
)

func TestLayered(t *testing.T) {
	for _, c := range []struct {
		layers       []int
		dim          int
		ground       bool
		nodes, bonds int
		last         []float64 // place of the last node
	}{
		{[]int{4, 3}, 1, false, 7, 12, []float64{6}},
		{[]int{4, 3}, 1, true, 8, 12 + 7, []float64{7}},
		{[]int{2, 3, 1}, 2, false, 6, 9, []float64{0, -2}},
		{[]int{9, 5}, 3, false, 14, 45, []float64{0, -0.5, -1}},
	} {
		n, err := Layered(c.layers, c.dim, c.ground, 0.5)
		if err != nil {
			t.Fatal(err)
		}
		if n.Nodes() != c.nodes || len(n.Elements) != c.bonds {
			t.Errorf("%v in %dD: %d nodes and %d bonds, want %d and %d", c.layers, c.dim, n.Nodes(), len(n.Elements), c.nodes, c.bonds)
		}
		for axis, want := range c.last {
			if got := n.Pos[len(n.Pos)-c.dim+axis]; got != 0.5*want {
				t.Errorf("%v in %dD: the last node is at %v along axis %d, want %v", c.layers, c.dim, got, axis, 0.5*want)
			}
		}
		layer := make([]int, 0, c.nodes)
		if c.ground {
			layer = append(layer, -1)
		}
		for i, count := range c.layers {
			for range count {
				layer = append(layer, i)
			}
		}
		seen := map[[2]int]bool{}
		for i := range n.Elements {
			a, b := n.Elements[i].Nodes[0], n.Elements[i].Nodes[1]
			if layer[a] != -1 && layer[b] != layer[a]+1 || seen[[2]int{a, b}] {
				t.Errorf("bond %d joins layers %d and %d, or is there twice", i+1, layer[a], layer[b])
			}
			seen[[2]int{a, b}] = true
			if n.BondLength(i) <= 0 {
				t.Errorf("bond %d has no length", i+1)
			}
		}
	}
	for _, bad := range []struct {
		layers  []int
		dim     int
		ground  bool
		spacing float64
		setting string
	}{
		{[]int{4}, 2, false, 1, "layers"}, {nil, 2, false, 1, "layers"}, {[]int{4, 0}, 2, false, 1, "layers"}, {[]int{4, -1}, 2, false, 1, "layers"},
		{[]int{4, 3}, 4, false, 1, "dim"}, {[]int{4, 3}, 2, true, 1, "ground"}, {[]int{4, 3}, 1, false, -1, "spacing"}, {[]int{1 << 40, 1 << 40}, 1, false, 1, "layers"},
	} {
		_, err := Layered(bad.layers, bad.dim, bad.ground, bad.spacing)
		var e *Error
		if !errors.As(err, &e) || e.Setting != bad.setting {
			t.Errorf("%v in %dD: %v, want an error of %s", bad.layers, bad.dim, err, bad.setting)
		}
	}
}
