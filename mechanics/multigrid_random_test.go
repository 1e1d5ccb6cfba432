package mechanics_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
)

// drawnLattice is a lattice in space or in the plane, or a random network, with supports of some kind and some bonds cut.
func drawnLattice(t *testing.T, random *rand.Rand) *network.Network {
	t.Helper()
	size := func(most int) int { return 1 + random.IntN(most) }
	var net *network.Network
	var err error
	switch random.IntN(4) {
	case 0:
		net = standing(t, size(6), size(6), size(6))
	case 1:
		net = testnet.Braced(2+size(30), 2+size(30))
	case 2:
		net = testnet.Random(2+random.IntN(2), 40+size(300), 300+size(900), random.Uint64())
	default:
		net, err = lattice.FCC(size(5), size(5), size(5), 1)
	}
	if err != nil {
		t.Fatal(err)
	}
	if net.Held == nil {
		net.Held = make([]bool, len(net.Pos))
	}
	for i := range net.Held { // more supports, along single axes
		net.Held[i] = net.Held[i] || random.IntN(40) == 0
	}
	for range random.IntN(30) {
		var dir [3]float64
		dir[random.IntN(net.Dim)] = 1
		if random.IntN(2) == 0 {
			dir = [3]float64{0.6, 0.8, 0}
		}
		net.Elements = append(net.Elements, network.Element{Kind: network.Ground, Nodes: [2]int{random.IntN(net.Nodes()), 0}, Dir: dir})
	}
	cut := []int{0, 200, 30}[random.IntN(3)]
	for i := range net.Elements {
		net.Elements[i].Cut = cut > 0 && random.IntN(cut) == 0
	}
	return net
}

// Multigrid on random lattices either answers as the direct solver does, to its tolerance and with the same bits by any number of threads, or says that it cannot.
func TestMultigridOfRandomLattices(t *testing.T) {
	count := 25
	if n, err := strconv.Atoi(os.Getenv("ELASTRAIN_MULTIGRIDS")); err == nil {
		count = n
	}
	solved, refused, free := 0, 0, 0
	worst := 0.0
	for seed := range uint64(count) {
		random := rand.New(rand.NewPCG(seed, 11))
		net := drawnLattice(t, random)
		c := mechanics.NewCompatibility(net)
		if c.N == 0 {
			continue
		}
		k := make([]float64, c.M)
		spread := []float64{0, 1, 2}[random.IntN(3)]
		for i := range k {
			k[i] = math.Pow(10, spread*(random.Float64()-0.5))
		}
		direct := mechanics.NewEquilibriumOf(c, mechanics.NewSparse(c))
		if err := direct.SetStiffness(k); err != nil {
			free++
			continue
		}
		f := randomLoad(c.N, seed)
		want := append([]float64(nil), f...)
		if err := direct.Displace(want); err != nil {
			free++
			continue
		}
		var bits []float64
		for _, threads := range []int{1, 3} {
			solver, _, err := mechanics.Choose(c, mechanics.Choice{Name: "multigrid", Threads: threads})
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			q := mechanics.NewEquilibriumOf(c, solver)
			got := append([]float64(nil), f...)
			if err := errors.Join(q.SetStiffness(k), func() error { return nil }()); err != nil {
				refused++
				t.Logf("seed %d, %d unknowns: %v", seed, c.N, err)
				break
			}
			if err := q.Displace(got); err != nil {
				refused++
				t.Logf("seed %d, %d unknowns, spread 1e%g: %v", seed, c.N, spread, err)
				break
			}
			if bits == nil {
				bits = got
				solved++
				if r := direct.Residual(got, f); !(r <= 1e-10) {
					t.Errorf("seed %d, %d unknowns: backward error %.1e", seed, c.N, r)
				}
				if e := farthest(got, want); !(e <= 1e-5) {
					t.Errorf("seed %d, %d unknowns: differs by %.1e", seed, c.N, e)
				} else {
					worst = max(worst, e)
				}
				continue
			}
			for i := range got {
				if math.Float64bits(got[i]) != math.Float64bits(bits[i]) {
					t.Errorf("seed %d: %d threads give %g, one gives %g", seed, threads, got[i], bits[i])
					break
				}
			}
		}
	}
	t.Logf("%d solved, %d refused by multigrid alone, %d that do not stand; displacements differ by at most %.1e", solved, refused, free, worst)
}
