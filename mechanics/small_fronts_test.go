package mechanics_test

import (
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// supported is a random network of few nodes with supports of every kind: nodes held along any axes, springs to the ground along axes and askew, cut bonds, and a few nodes that share coordinates,
// so that bars run along axes.
func supported(seed uint64) *network.Network {
	random := rand.New(rand.NewPCG(seed, 77))
	dim := 1 + random.IntN(3)
	nodes := dim + random.IntN(60)
	net := testnet.Random(dim, nodes, random.IntN(1+3*nodes), seed)
	if random.IntN(2) == 0 { // a lattice of whole numbers: many bars along axes
		seen := map[[3]float64]bool{}
		for node := range nodes {
			for {
				var at [3]float64
				for axis := range dim {
					at[axis] = float64(random.IntN(3 + nodes))
					if random.IntN(2) == 0 && axis > 0 {
						at[axis] = float64(random.IntN(2))
					}
				}
				if !seen[at] {
					seen[at] = true
					copy(net.Pos[node*dim:], at[:dim])
					break
				}
			}
		}
	}
	way := random.IntN(4)
	for i := range net.Held {
		if way == 1 || way > 1 && random.IntN(3) == 0 {
			net.Held[i] = random.IntN(2) == 0
		}
	}
	for node := range nodes { // springs to the ground, so that all stands
		for axis := range dim {
			if way == 0 && random.IntN(4) > 0 {
				continue
			}
			el := network.Element{Kind: network.Ground, Nodes: [2]int{node, node}}
			if random.IntN(3) > 0 {
				el.Dir[axis] = 1
			} else {
				size := 0.0
				for a := range dim {
					el.Dir[a] = random.NormFloat64()
					size = math.Hypot(size, el.Dir[a])
				}
				for a := range dim {
					el.Dir[a] /= size
				}
			}
			net.Elements = append(net.Elements, el)
		}
	}
	for i := range net.Elements {
		if random.IntN(12) == 0 {
			net.Elements[i].Cut = true
		}
	}
	random.Shuffle(len(net.Elements), func(i, j int) { net.Elements[i], net.Elements[j] = net.Elements[j], net.Elements[i] })
	return net
}

// Random networks of 1 to 60 nodes with supports of every kind, so fronts of every small size: the engine says what the dense solver says, and has the same bits by any number of threads.
func TestSmallFronts(t *testing.T) {
	count := 200
	if n, err := strconv.Atoi(os.Getenv("ELASTRAIN_FRONTS")); err == nil {
		count = n
	}
	refused, worst := 0, 0.0
	for seed := range uint64(count) {
		net := supported(seed)
		c := mechanics.NewCompatibility(net)
		if c.N == 0 {
			continue
		}
		random := rand.New(rand.NewPCG(seed, 5))
		k := make([]float64, c.M)
		spread := []float64{0, 1, 3, 8}[random.IntN(4)]
		for i := range k {
			k[i] = math.Pow(10, spread*(random.Float64()-0.5))
		}
		loads := 1 + random.IntN(17)
		f := make([]float64, c.N*loads)
		for i := range f {
			if random.IntN(3) == 0 {
				f[i] = random.NormFloat64()
			}
		}
		dense, err := mechanics.NewSolverNamed(c, "dense")
		if err != nil {
			t.Fatal(err)
		}
		q := mechanics.NewEquilibriumOf(c, dense)
		wrong := q.SetStiffness(k)
		var first, bits []float64
		var said string
		for _, threads := range []int{1, 2, 3} {
			solver, _, err := mechanics.Choose(c, mechanics.Choice{Name: "sparse", Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			p := mechanics.NewEquilibriumOf(c, solver)
			err = p.SetStiffness(k)
			if (err == nil) != (wrong == nil) {
				t.Errorf("seed %d, dim %d, %d unknowns, %d threads: sparse says %v, dense %v", seed, c.Dim, c.N, threads, err, wrong)
				break
			}
			if err != nil {
				if threads == 1 {
					refused++
					said = err.Error()
				} else if err.Error() != said {
					t.Errorf("seed %d, %d threads: %v, not %s", seed, threads, err, said)
				}
				continue
			}
			u := append([]float64(nil), f...)
			if err := p.Solver.Solve(u, loads); err != nil {
				t.Fatal(err)
			}
			for side := range loads {
				if b := p.Residual(column(u, side, loads), column(f, side, loads)); !(b <= backwardError) {
					t.Errorf("seed %d, dim %d, %d unknowns: backward error %.1e", seed, c.Dim, c.N, b)
				}
			}
			if threads == 1 {
				bits = append([]float64(nil), u...)
				correct(p, u, f, loads)
				correct(p, u, f, loads)
				first = u
				continue
			}
			for i := range u {
				if math.Float64bits(u[i]) != math.Float64bits(bits[i]) {
					t.Errorf("seed %d: %d threads give %g, one gives %g", seed, threads, u[i], bits[i])
					break
				}
			}
		}
		if wrong != nil || first == nil {
			continue
		}
		u := append([]float64(nil), f...)
		if err := q.Solver.Solve(u, loads); err != nil {
			t.Fatal(err)
		}
		correct(q, u, f, loads)
		correct(q, u, f, loads)
		if e := blockError(first, u, loads); !(e <= 1e-9) {
			t.Errorf("seed %d, dim %d, %d unknowns, spread 1e%g: engine and dense solver differ by %.1e", seed, c.Dim, c.N, spread, e)
		} else {
			worst = max(worst, e)
		}
	}
	t.Logf("%d networks, %d refused; they differ by at most %.1e", count, refused, worst)
}
