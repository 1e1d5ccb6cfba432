package mechanics_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/multigrid"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
)

// iterationsOf is what multigrid takes for seven forces on nodes of a network whose lowest layer is held; -1 where it does not settle.
func iterationsOf(t *testing.T, net *network.Network, k []float64) (unknowns, iterations int) {
	t.Helper()
	dim := net.Dim
	if net.Held == nil {
		net.Held = make([]bool, len(net.Pos))
	}
	lowest := math.Inf(1)
	for i := dim - 1; i < len(net.Pos); i += dim {
		lowest = min(lowest, net.Pos[i])
	}
	for i := range net.Nodes() {
		if net.Pos[(i+1)*dim-1] < lowest+1e-9 {
			for axis := range dim {
				net.Held[i*dim+axis] = true
			}
		}
	}
	c := mechanics.NewCompatibility(net)
	m, err := mechanics.NewMultigrid(c, multigrid.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Factor(k); err != nil {
		t.Log(err)
		return c.N, -1
	}
	b, random := make([]float64, 8*c.N), rand.New(rand.NewPCG(4, 4))
	for lane := range 7 {
		b[8*random.IntN(c.N)+lane] = 1
	}
	if err := m.Solve(b, 8); err != nil {
		t.Log(err)
		return c.N, -1
	}
	return c.N, m.Seen().Most
}

// spread is stiffnesses from 1 to most, evenly in their logarithm.
func spread(count int, most float64) []float64 {
	random, k := rand.New(rand.NewPCG(7, 1)), make([]float64, count)
	for i := range k {
		k[i] = math.Pow(most, random.Float64())
	}
	return k
}

// Iterations of multigrid stay the same where lattices grow, and grow where bonds differ much or are few; see docs/benchmarks.md. The whole
// table takes a minute: ELASTRAIN_LONG=1.
func TestMultigridIterations(t *testing.T) {
	long := os.Getenv("ELASTRAIN_LONG") != ""
	fcc := func(a, b, c int) *network.Network {
		net, err := lattice.FCC(a, b, c, 1)
		if err != nil {
			t.Fatal(err)
		}
		return net
	}
	type kind struct {
		name string
		net  *network.Network
		k    func(net *network.Network) []float64
		most int // that is accepted here; 0 where the table only tells
	}
	even := func(net *network.Network) []float64 { return spread(len(net.Elements), 2) }
	kinds := []kind{{"fcc", fcc(8, 8, 8), even, 16}, {"fcc, 10^2 apart", fcc(8, 8, 8), func(n *network.Network) []float64 { return spread(len(n.Elements), 1e2) }, 40}}
	if long {
		kinds = append(kinds, kind{"fcc", fcc(10, 10, 10), even, 16}, kind{"fcc", fcc(20, 20, 20), even, 16}, kind{"fcc", fcc(30, 30, 30), even, 17}, kind{"fcc", fcc(43, 43, 43), even, 18})
		for _, most := range []float64{1e2, 1e4, 1e6} {
			kinds = append(kinds, kind{fmt.Sprintf("fcc, at random by %.0e", most), fcc(20, 20, 20), func(n *network.Network) []float64 { return spread(len(n.Elements), most) }, 0})
		}
		kinds = append(kinds, kind{"fcc, graded by 10^4 upwards", fcc(20, 20, 20), func(n *network.Network) []float64 {
			k := even(n)
			for i := range k {
				k[i] *= math.Pow(1e4, n.At(n.Elements[i].Nodes[0])[2]/30)
			}
			return k
		}, 0})
		kinds = append(kinds, kind{"fcc, a half 10^4 softer", fcc(20, 20, 20), func(n *network.Network) []float64 {
			k := even(n)
			for i := range k {
				if n.At(n.Elements[i].Nodes[0])[0] > 14 {
					k[i] *= 1e-4
				}
			}
			return k
		}, 0})
		for _, share := range []float64{0.1, 0.2, 0.3, 0.4} {
			kinds = append(kinds, kind{fmt.Sprintf("fcc, %.0f %% of the bonds 10^4 softer", 100*share), fcc(20, 20, 20), func(n *network.Network) []float64 {
				k, random := even(n), rand.New(rand.NewPCG(3, 5))
				for i := range k {
					if random.Float64() < share {
						k[i] *= 1e-4
					}
				}
				return k
			}, 0})
		}
		kinds = append(kinds, kind{"fcc, a beam of 6 x 6 x 150", fcc(6, 6, 150), even, 0})
		cubic, err := lattice.Cubic(28, 28, 28, 1)
		if err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, kind{"cubic", cubic, even, 0})
		moved := fcc(20, 20, 20)
		random := rand.New(rand.NewPCG(8, 8))
		for i := range moved.Pos {
			if moved.Pos[i/3*3+2] > 0 {
				moved.Pos[i] += 0.25 * (random.Float64() - 0.5)
			}
		}
		kinds = append(kinds, kind{"fcc, nodes moved by up to an eighth", moved, even, 0})
		for _, n := range []int{70, 220} {
			tri, err := lattice.Triangular(n, n, 1)
			if err != nil {
				t.Fatal(err)
			}
			kinds = append(kinds, kind{"triangular", tri, even, 0})
		}
	}
	for _, test := range kinds {
		unknowns, iterations := iterationsOf(t, test.net, test.k(test.net))
		t.Logf("%-60s %8d unknowns %5d iterations", test.name, unknowns, iterations)
		if test.most > 0 && (iterations < 0 || iterations > test.most) {
			t.Errorf("%s: %d iterations, more than %d", test.name, iterations, test.most)
		}
	}
}
