package hang

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab"
)

// target is a search for random forces in n strings under the lattice.
func target(t testing.TB, random *rand.Rand, n int, stock Stock, sigma float64) *search {
	q, e, _ := paper(t, testnet.Stiffness(28, 103, 172, random.Uint64()))
	var hangers []hanger
	var want []lab.Force
	var x []float64
	for i := range n {
		h := hanger{[]int{12, 13, 10, 6, 8}[i%5], []Pull{Down, left, right}[i/5], g * (0.3 + 5*random.Float64())}
		hangers = append(hangers, h)
		want = append(want, lab.Force{Node: h.node, F: scaled(h.pull.Dir, h.force)})
		x = append(x, h.force)
	}
	s := newScene(&Problem{Network: testnet.Trapezoid(), Equilibrium: q, Forward: e, Want: want, Sigma: sigma, Repeats: 1})
	return newSearch(newTable(s, hangers), stock, 9.8, lab.Limits{Force: 20 * g, TotalForce: 40 * g}, x, true)
}

// everyWay is the least error over all assignments of single pieces to strings,
// each tried with vectors as the prediction forms them.
func everyWay(s *search) float64 {
	var pieces []float64
	for _, w := range s.stock {
		for range w.Count {
			pieces = append(pieces, w.Mass*s.gravity)
		}
	}
	n := len(s.active)
	ways := 1
	for range pieces {
		ways *= n + 1
	}
	best := math.Inf(1)
	for way := range ways {
		force, total, rest := make([]float64, n+1), 0.0, way
		for _, f := range pieces {
			force[rest%(n+1)] += f
			rest /= n + 1
		}
		force = force[:n]
		allowed := true
		for _, f := range force {
			total += f
			allowed = allowed && f <= s.limits.Force
		}
		if !allowed || total == 0 || total > s.limits.TotalForce {
			continue
		}
		if cosine := s.t.predict([][]float64{force}, []float64{1}).Cosine; cosine > 0 {
			best = min(best, 1-cosine*cosine)
		}
	}
	return best
}

// The prediction with noise enters only through the cosine here, so sigma of
// the forward elongations, which scales with the load, is part of the check.
func TestExactSearchIsExact(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for n := 1; n <= 4; n++ {
		for _, sigma := range []float64{0, 5e-6} {
			s := target(t, random, n, Stock{{0.0005, 1}, {0.001, 1}, {0.002, 2}, {0.005, 2}}, sigma)
			if !s.run() {
				t.Fatalf("%d strings: not every way was tried", n)
			}
			if want := everyWay(s); math.Abs(s.best-want) > 2*better {
				t.Errorf("%d strings, noise %g: error^2 %g, but %g is possible", n, sigma, s.best, want)
			}
		}
	}
}

// The descent finds the best load nearly always, and is never far from it.
func TestDescentIsNearlyExact(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	const cases = 60
	same, worst := 0, 1.0
	for range cases {
		stock := Stock{{0.0005, 1}, {0.001, 2}, {0.002, 2}, {0.005, 1}, {0.010, 1}}
		seed := random.Uint64()
		n := 2 + random.IntN(3)
		exact := target(t, rand.New(rand.NewPCG(seed, 0)), n, stock, 2e-6)
		rough := target(t, rand.New(rand.NewPCG(seed, 0)), n, stock, 2e-6)
		exact.enumerate(0, 0)
		rough.descend()
		ratio := math.Sqrt(rough.best / exact.best)
		if ratio < 1-1e-6 {
			t.Fatalf("the descent is better than exact: %g", ratio)
		}
		if ratio < 1+1e-6 {
			same++
		}
		worst = max(worst, ratio)
	}
	t.Logf("the best in %d of %d cases, at worst %.3f times its error", same, cases, worst)
	if same < cases*8/10 || worst > 1.25 {
		t.Errorf("the best in %d of %d cases, at worst %.3f times its error", same, cases, worst)
	}
}

// Of loads that are equally good the one with fewer pieces hangs.
func TestFewestPieces(t *testing.T) {
	q, e, _ := paper(t, nil)
	plan, err := New(Problem{Network: testnet.Trapezoid(), Equilibrium: q, Forward: e, Want: []lab.Force{force(13, 0, -4), force(14, 0, -2)}, Strings: hung,
		Stock: Stock{{0.004, 1}, {0.002, 3}}, Gravity: 9.8, Accept: 0.01})
	if err != nil {
		t.Fatal(err)
	}
	if s := plan.Shots(); len(s) != 1 || len(s[0].Hangs) != 2 || s[0].Hangs[0].Pieces[0] != 1 || s[0].Hangs[1].Pieces[1] != 1 {
		t.Errorf("%v", plan)
	}
}

// Many strings and a large box: no exhaustive search, but a plan.
func TestManyStrings(t *testing.T) {
	s := target(t, rand.New(rand.NewPCG(7, 8)), 12, Stock{{0.0005, 4}, {0.001, 4}, {0.002, 8}, {0.005, 4}, {0.010, 2}}, 2e-6)
	if s.run() {
		t.Fatal("all ways of that many were tried?")
	}
	if !(math.Sqrt(s.best) < 0.05) {
		t.Errorf("error %g", math.Sqrt(s.best))
	}
}

// A string for every force is found wherever the pulls allow one, with as few
// strings as possible.
func TestCompose(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	axes := []Pull{Down, left, right, up, {Dir: [3]float64{0, 0, 1}}, {Dir: [3]float64{0, 0, -1}}}
	for range 200 {
		f := [3]float64{random.NormFloat64(), random.NormFloat64(), random.NormFloat64()}
		used, force, missing := compose(f, axes, 3)
		if len(used) != 3 || missing > 1e-12 {
			t.Fatalf("%v: %v %v, missing %g", f, used, force, missing)
		}
		f[2] = 0
		for i, p := range used {
			for axis := range 2 {
				f[axis] -= force[i] * p.Dir[axis]
			}
		}
		if norm(f) > 1e-12 {
			t.Fatalf("%v is left", f)
		}
	}
	if used, _, missing := compose([3]float64{-2, 0, 0}, axes, 3); len(used) != 1 || missing != 0 || used[0] != left {
		t.Errorf("to the left: %v, missing %g", used, missing)
	}
	// Two strings askew would do as well as one straight one, but are more work.
	askew := []Pull{{Dir: [3]float64{0.6, 0.8, 0}}, {Dir: [3]float64{-0.6, 0.8, 0}}, up}
	if used, _, missing := compose([3]float64{0, 2, 0}, askew, 2); len(used) != 1 || missing > 1e-12 || used[0] != up {
		t.Errorf("straight up: %v, missing %g", used, missing)
	}
	// Straight up cannot be had from strings that hang; the nearest is nothing.
	if used, _, missing := compose([3]float64{0, 2, 0}, []Pull{Down, left}, 2); len(used) != 0 || missing != 2 {
		t.Errorf("up: %v, missing %g", used, missing)
	}
}
