package lattice

import (
	"math"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/network"
)

// What Numbering says of each lattice holds in one that is built.
func TestNumbering(t *testing.T) {
	const h = 0.016
	tests := map[string]func(t *testing.T){
		"chain": func(t *testing.T) {
			n := built(t)(Chain(3, h, 2))
			for i := range 4 {
				at(t, n, 1+i, float64(i)*h, 0)
			}
		},
		"triangular": func(t *testing.T) {
			n := built(t)(TriangularRows([]int{5, 4, 3, 2}, h))
			at(t, n, 1, 0, 0)
			at(t, n, 5, -4*h, 0)
			at(t, n, 6, -0.5*h, -halfRoot3*h)
			at(t, n, 14, -2.5*h, -3*halfRoot3*h)
			n = built(t)(Periodic("triangular", 3, 2, h))
			at(t, n, 2, h, 0)
			at(t, n, 4, 0.5*h, halfRoot3*h)
		},
		"square": func(t *testing.T) {
			n, p := built(t)(Square(3, 2, h)), built(t)(Periodic("square", 3, 2, h))
			for j := range 3 {
				for i := range 4 {
					at(t, n, 1+i+(3+1)*j, float64(i)*h, float64(j)*h)
					if i < 3 && j < 2 {
						at(t, p, 1+i+3*j, float64(i)*h, float64(j)*h)
					}
				}
			}
		},
		"kagome": func(t *testing.T) {
			n := built(t)(Kagome(3, 2, h))
			for j := range 2 {
				for i := range 3 {
					first, x, y := 1+3*(i+3*j), (2*float64(i)+float64(j))*h, 2*float64(j)*halfRoot3*h
					at(t, n, first, x, y)
					at(t, n, first+1, x+h, y)
					at(t, n, first+2, x+h/2, y+halfRoot3*h)
				}
			}
		},
		"honeycomb": func(t *testing.T) {
			n := built(t)(Honeycomb(3, 2, h))
			for j := range 2 {
				for i := range 3 {
					first := 1 + 2*(i+3*j)
					low, high := n.At(first-1), n.At(first)
					if !(low[1] < high[1]) {
						t.Errorf("nodes %d and %d at %v and %v", first, first+1, low, high)
					}
					at(t, n, first, n.Pos[0]+(float64(i)+float64(j)/2)*2*halfRoot3*h, n.Pos[1]+1.5*float64(j)*h)
				}
			}
		},
		"cubic": func(t *testing.T) {
			n := built(t)(Cubic(3, 2, 1, h))
			for k := range 2 {
				for j := range 3 {
					for i := range 4 {
						at(t, n, 1+i+(3+1)*j+(3+1)*(2+1)*k, float64(i)*h, float64(j)*h, float64(k)*h)
					}
				}
			}
		},
		"fcc": func(t *testing.T) {
			n := built(t)(FCC(2, 1, 1, h))
			ascends(t, n, n.Nodes(), func(p []float64) []float64 { return []float64{p[2], p[1], p[0]} })
			at(t, n, 1, 0, 0, 0)
			at(t, n, 2, math.Sqrt2*h, 0, 0)            // the next corner
			at(t, n, 4, h/math.Sqrt2, h/math.Sqrt2, 0) // the middle of the bottom of the first cube
		},
		"disordered": func(t *testing.T) {
			ascends(t, built(t)(Disordered(40, 2, h, 3)), 40, bands(h))
			ascends(t, built(t)(Disordered(60, 3, h, 3)), 60, bands(h))
		},
		"regular": func(t *testing.T) {
			ascends(t, built(t)(Regular(40, 4, 2, h, 3)), 40, bands(h))
			ascends(t, built(t)(Regular(60, 4, 3, h, 3)), 60, bands(h))
		},
		"jammed": func(t *testing.T) {
			n := built(t)(Jammed(Packing{Points: 40, Spacing: h, Share: 0.9, Ratio: 1.4, Seed: 2}))
			discs := n.Nodes()
			for discs > 0 && n.Held[2*(discs-1)] {
				discs--
			}
			if discs == n.Nodes() || slices.Contains(n.Held[:2*discs], true) {
				t.Errorf("%d of %d nodes are discs, and the held ones are not the last", discs, n.Nodes())
			}
			ascends(t, n, discs, bands(h))
		},
		"fibres": func(t *testing.T) {
			n := built(t)(Fibres(40, 4*h, 4*h, 3))
			ascends(t, n, n.Nodes(), func(p []float64) []float64 { return []float64{p[1]} })
		},
		"layered": func(t *testing.T) {
			n := built(t)(Layered([]int{2, 3}, 1, true, h))
			if first := n.Elements[0].Nodes; first != [2]int{0, 1} {
				t.Errorf("the ground is joined by %v", first)
			}
			n = built(t)(Layered([]int{2, 3}, 2, false, h))
			at(t, n, 1, -h/2, 0)
			at(t, n, 2, h/2, 0)
			at(t, n, 3, -h, -h)
			at(t, n, 5, h, -h)
			n = built(t)(Layered([]int{4, 4}, 3, false, h))
			at(t, n, 1, -h/2, h/2, 0)
			at(t, n, 2, h/2, h/2, 0)
			at(t, n, 3, -h/2, -h/2, 0)
			at(t, n, 5, -h/2, h/2, -h)
		},
	}
	for _, name := range Names() {
		if Numbering(name) == "" || tests[name] == nil {
			t.Errorf("nothing is said or tested of the numbers of %s", name)
			continue
		}
		t.Run(name, tests[name])
	}
	if Numbering("quasicrystal") != "" {
		t.Error("a lattice that is not there is numbered")
	}
}

func built(t *testing.T) func(*network.Network, error) *network.Network {
	return func(n *network.Network, err error) *network.Network {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
}

// at wants the node of a number, as people count, at a place.
func at(t *testing.T, n *network.Network, number int, want ...float64) {
	t.Helper()
	for axis, x := range n.At(number - 1) {
		if math.Abs(x-want[axis]) > 1e-12 {
			t.Errorf("node %d is at %v, want %v", number, n.At(number-1), want)
			return
		}
	}
}

// ascends wants the first nodes in the order of what key makes of their places.
func ascends(t *testing.T, n *network.Network, nodes int, key func([]float64) []float64) {
	t.Helper()
	for node := 1; node < nodes; node++ {
		if slices.Compare(key(n.At(node-1)), key(n.At(node))) > 0 {
			t.Errorf("node %d at %v, node %d at %v", node, n.At(node-1), node+1, n.At(node))
		}
	}
}

// bands puts layers in z before bands in y before x.
func bands(spacing float64) func([]float64) []float64 {
	return func(p []float64) []float64 {
		var key []float64
		for axis := len(p) - 1; axis > 0; axis-- {
			key = append(key, math.Floor(p[axis]/spacing))
		}
		return append(key, p[0])
	}
}
