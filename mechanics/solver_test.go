package mechanics_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/multigrid"
	"github.com/elastrain/elastrain/network"
)

// solvers are all that there are; a new one is a new line here.
var solvers = []struct {
	name string
	make func(*mechanics.Compatibility) mechanics.Solver
}{
	{"dense", func(c *mechanics.Compatibility) mechanics.Solver { return mechanics.NewDense(c) }},
	{"sparse", func(c *mechanics.Compatibility) mechanics.Solver { return mechanics.NewSparse(c) }},
	{"multigrid", func(c *mechanics.Compatibility) mechanics.Solver { return levels(c, 0) }},                    // direct, for networks of this size
	{"multigrid of several levels", func(c *mechanics.Compatibility) mechanics.Solver { return levels(c, 12) }}, // and iterated
}

// levels is multigrid with a coarsest level of so many unknowns.
func levels(c *mechanics.Compatibility, coarsest int) mechanics.Solver {
	s, err := mechanics.NewMultigrid(c, multigrid.Options{Coarsest: coarsest, Tolerance: 1e-15}) // rounding is what ends it
	if err != nil {
		panic(err)
	}
	return s
}

// TestSolverConformance is what every Solver must do.
func TestSolverConformance(t *testing.T) {
	for _, solver := range solvers {
		t.Run(solver.name, func(t *testing.T) {
			for _, test := range []struct {
				what string
				run  func(*testing.T, func(*mechanics.Compatibility) mechanics.Solver)
			}{
				{"random networks", solvesRandomNetworks},
				{"several loads", solvesSeveralLoads},
				{"stiffness contrast", carriesContrast},
				{"refactor", forgetsEarlierFactors},
				{"no allocation", allocatesNothing},
				{"mechanisms", refusesMechanisms},
				{"mechanisms behind rounding", tellsRoundingFromStiffness},
				{"no factor", needsAFactor},
				{"overflow", refusesOverflow},
				{"nothing free", solvesNothing},
				{"name and size", hasNameAndSize},
			} {
				t.Run(test.what, func(t *testing.T) { test.run(t, solver.make) })
			}
		})
	}
}

// backwardError is the least that equilibrium has to reach.
const backwardError = 1e-14

// allowed is that of a solver: one that iterates reaches its tolerance.
func allowed(s mechanics.Solver) float64 {
	if m, ok := s.(*mechanics.Multigrid); ok && m.Seen().Solved > 0 {
		return 10 * multigrid.Tolerance
	}
	return backwardError
}

func solvesRandomNetworks(t *testing.T, solver func(*mechanics.Compatibility) mechanics.Solver) {
	for dim := 1; dim <= 3; dim++ {
		for seed := range uint64(12) {
			net := testnet.Random(dim, 8+int(seed)*4, 20, seed)
			q := factored(t, net, testnet.Stiffness(len(net.Elements), 100, 170, seed), solver)
			f := randomLoad(q.C.N, seed)
			u := append([]float64(nil), f...)
			q.Displace(u)
			if r := q.Residual(u, f); !(r < allowed(q.Solver)) {
				t.Errorf("%d-D, seed %d: backward error %.1e", dim, seed, r)
			}
		}
	}
}

func solvesSeveralLoads(t *testing.T, solver func(*mechanics.Compatibility) mechanics.Solver) {
	net := testnet.Random(2, 40, 50, 7)
	q := factored(t, net, testnet.Stiffness(len(net.Elements), 100, 170, 7), solver)
	n := q.C.N
	for _, nrhs := range []int{1, 2, 3, 4, 7, 8, 9, 11, 16, 19} {
		b := randomLoad(n*nrhs, uint64(nrhs))
		together := append([]float64(nil), b...)
		q.Solver.Solve(together, nrhs)
		for r := range nrhs {
			f, u := make([]float64, n), make([]float64, n)
			for i := range n {
				f[i], u[i] = b[i*nrhs+r], together[i*nrhs+r]
			}
			if e := q.Residual(u, f); !(e < allowed(q.Solver)) {
				t.Errorf("load %d of %d: backward error %.1e", r+1, nrhs, e)
			}
		}
	}
}

func carriesContrast(t *testing.T, solver func(*mechanics.Compatibility) mechanics.Solver) {
	for seed := range uint64(20) {
		net := testnet.Random(1+int(seed)%3, 20, 30, seed)
		random := rand.New(rand.NewPCG(seed, 8))
		k := make([]float64, len(net.Elements))
		for i := range k {
			k[i] = math.Pow(10, 8*random.Float64()-4)
		}
		q := factored(t, net, k, solver)
		f := randomLoad(q.C.N, seed)
		u := append([]float64(nil), f...)
		q.Displace(u)
		if r := q.Residual(u, f); !(r < allowed(q.Solver)) {
			t.Errorf("seed %d: backward error %.1e", seed, r)
		}
	}
	// Soft, then stiff, then soft again, 1e8 apart: the sum of flexibilities.
	q := factored(t, testnet.Chain(4), []float64{1, 1e8, 1e8, 1}, solver)
	u := []float64{0, 0, 0, 1}
	q.Displace(u)
	for i, want := range []float64{1, 1 + 1e-8, 1 + 2e-8, 2 + 2e-8} {
		if math.Abs(u[i]/want-1) > 1e-7 { // condition 1e8 times rounding, and a little
			t.Errorf("node %d moves %.9g, not %.9g", i+2, u[i], want)
		}
	}
}

func forgetsEarlierFactors(t *testing.T, solver func(*mechanics.Compatibility) mechanics.Solver) {
	net := testnet.Random(2, 30, 30, 3)
	c := mechanics.NewCompatibility(net)
	k, other := testnet.Stiffness(c.M, 100, 170, 1), testnet.Stiffness(c.M, 1e-3, 1e3, 2)
	solve := func(s mechanics.Solver) []float64 {
		if err := s.Factor(k); err != nil {
			t.Fatal(err)
		}
		u := randomLoad(c.N*8, 4)
		s.Solve(u, 8)
		return u
	}
	s := solver(c)
	first := solve(s)
	if err := s.Factor(other); err != nil {
		t.Fatal(err)
	}
	singular := make([]float64, c.M)
	singular[0] = 1
	if err := s.Factor(singular); err == nil {
		t.Fatal("a network of a single spring passes")
	}
	for name, again := range map[string][]float64{"after others": solve(s), "anew": solve(solver(c))} {
		for i := range again {
			if again[i] != first[i] {
				t.Fatalf("%s: unknown %d moves %g, not %g", name, i/8, again[i], first[i])
			}
		}
	}
}

func allocatesNothing(t *testing.T, solver func(*mechanics.Compatibility) mechanics.Solver) {
	net := testnet.Random(2, 40, 30, 3)
	c := mechanics.NewCompatibility(net)
	s, k, b := solver(c), testnet.Stiffness(c.M, 100, 170, 1), randomLoad(c.N*11, 1)
	for _, nrhs := range []int{1, 8, 11} {
		if n := testing.AllocsPerRun(10, func() {
			if err := s.Factor(k); err != nil {
				t.Fatal(err)
			}
			s.Solve(b[:c.N*nrhs], nrhs)
		}); n != 0 {
			t.Errorf("%d loads: %g allocations", nrhs, n)
		}
	}
}

func refusesMechanisms(t *testing.T, solver func(*mechanics.Compatibility) mechanics.Solver) {
	dangling := testnet.Trapezoid() // node 15 hangs straight below node 12 by one bar
	dangling.Pos = append(dangling.Pos, dangling.At(11)[0], dangling.At(11)[1]-0.016)
	dangling.Held = append(dangling.Held, false, false)
	dangling.Elements = append(dangling.Elements, network.Element{Nodes: [2]int{11, 14}})
	free := testnet.Trapezoid()
	clear(free.Held)
	for _, test := range []struct {
		name  string
		net   *network.Network
		nodes []int // that move, from 0; any of them may be named
		axis  int   // along which; -1 for any
	}{
		{"square without diagonal", testnet.Square(), []int{2, 3}, 0},
		{"dangling bar", dangling, []int{14}, 0},
		{"no support", free, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, -1},
		{"bar in three dimensions", &network.Network{Dim: 3, Pos: []float64{0, 0, 0, 1, 0, 0},
			Held: []bool{true, true, true, false, false, false}, Elements: []network.Element{{Nodes: [2]int{0, 1}}}}, []int{1}, -1},
	} {
		c := mechanics.NewCompatibility(test.net)
		for _, size := range []float64{1e-9, 1, 137.5, 1e9} {
			err := solver(c).Factor(testnet.Stiffness(c.M, size, 2*size, 1))
			var singular *mechanics.SingularError
			if !errors.As(err, &singular) {
				t.Errorf("%s: %v", test.name, err)
				continue
			}
			named := false
			for _, node := range test.nodes {
				named = named || node == singular.Node
			}
			if !named || test.axis >= 0 && singular.Axis != test.axis {
				t.Errorf("%s: names node %d, axis %d", test.name, singular.Node, singular.Axis)
			}
			if want := fmt.Sprintf("node %d is free to move along %s", singular.Node+1, mechanics.AxisName(singular.Axis)); err.Error()[:len(want)] != want {
				t.Errorf("%s: %q", test.name, err)
			}
		}
	}
}

// A long strip that floats leaves pivots of 1e-9 of their diagonal and more, by
// rounding alone; the same strip held at one end has real ones that small. Which
// is which must not depend on luck with a sign, so many stiffnesses are tried.
func tellsRoundingFromStiffness(t *testing.T, solver func(*mechanics.Compatibility) mechanics.Solver) {
	for _, columns := range []int{12, 30, 100} {
		held, free := testnet.Braced(columns, 2), testnet.Braced(columns, 2)
		clear(free.Held)
		clear(held.Held)
		for _, node := range []int{0, columns} {
			held.Held[2*node], held.Held[2*node+1] = true, true
		}
		onHeld, onFree := solver(mechanics.NewCompatibility(held)), solver(mechanics.NewCompatibility(free))
		for seed := range uint64(12) {
			k := testnet.Stiffness(len(held.Elements), -3, 3, seed)
			for i := range k {
				k[i] = math.Pow(10, k[i])
			}
			var singular *mechanics.SingularError
			err := onFree.Factor(k)
			if m, ok := onFree.(*mechanics.Multigrid); ok && err == nil && len(m.Levels()) > 1 {
				// Rounding may leave the coarsest level a stiffness; but no load is balanced.
				var inaccurate *mechanics.InaccurateError
				load := make([]float64, 2*free.Nodes())
				load[2*(columns/2)] = 1
				if err := m.Solve(load, 1); !errors.As(err, &inaccurate) {
					t.Errorf("strip of %d, seed %d: floats, and a load is balanced: %v", columns, seed, err)
				}
			} else if !errors.As(err, &singular) {
				t.Errorf("strip of %d, seed %d: floats, and %v", columns, seed, err)
			}
			if err := onHeld.Factor(k); err != nil {
				t.Errorf("strip of %d, seed %d: %v", columns, seed, err)
			}
		}
	}
}

// Answers from the factor of another stiffness, or of half a one, would be wrong
// without anybody noticing.
func needsAFactor(t *testing.T, solver func(*mechanics.Compatibility) mechanics.Solver) {
	c := mechanics.NewCompatibility(testnet.Trapezoid())
	s := solver(c)
	refuses := func(when string) {
		defer func() {
			if recover() == nil {
				t.Errorf("%s: an answer", when)
			}
		}()
		s.Solve(make([]float64, c.N), 1)
	}
	refuses("before the first factor")
	if err := s.Factor(testnet.Stiffness(c.M, 1, 2, 1)); err != nil {
		t.Fatal(err)
	}
	s.Solve(make([]float64, c.N), 1)
	if err := s.Factor(make([]float64, c.M)); err == nil {
		t.Fatal("no stiffness at all, and a factor")
	}
	refuses("after a factor that failed")
}

func refusesOverflow(t *testing.T, solver func(*mechanics.Compatibility) mechanics.Solver) {
	c := mechanics.NewCompatibility(testnet.Trapezoid())
	for _, k := range []float64{1e308, math.Inf(1), math.NaN()} {
		var overflow *mechanics.NotFiniteError
		if err := solver(c).Factor(testnet.Stiffness(c.M, k, k, 1)); !errors.As(err, &overflow) || strings.Contains(err.Error(), "Inf") || strings.Contains(err.Error(), "NaN") {
			t.Errorf("k = %g: %v", k, err)
		}
	}
}

func solvesNothing(t *testing.T, solver func(*mechanics.Compatibility) mechanics.Solver) {
	net := testnet.Chain(1)
	net.Held[1] = true
	q := factored(t, net, []float64{1}, solver)
	q.Displace(nil)
	if q.Condition() != 1 || q.Residual(nil, nil) != 0 {
		t.Error("a network that is held everywhere is as good as exact")
	}
}

func hasNameAndSize(t *testing.T, solver func(*mechanics.Compatibility) mechanics.Solver) {
	small, large := solver(mechanics.NewCompatibility(testnet.Chain(3))), solver(mechanics.NewCompatibility(testnet.Braced(9, 9)))
	if small.Name() == "" || small.Name() != large.Name() {
		t.Errorf("named %q and %q", small.Name(), large.Name())
	}
	if small.Bytes() <= 0 || small.Bytes() >= large.Bytes() {
		t.Errorf("%d and %d bytes", small.Bytes(), large.Bytes())
	}
}

func TestSolversAgree(t *testing.T) {
	for seed := range uint64(10) {
		net := testnet.Random(2, 30, 60, seed)
		k := testnet.Stiffness(len(net.Elements), 100, 170, seed)
		var answers [][]float64
		tolerance := 0.0
		for _, solver := range solvers {
			q := factored(t, net, k, solver.make)
			u := randomLoad(q.C.N, seed)
			q.Displace(u)
			answers = append(answers, u)
			tolerance = max(tolerance, 1e-15*q.Condition())
		}
		if d := farthest(answers[0], answers[1]); !(d <= tolerance) {
			t.Errorf("seed %d: dense and sparse differ by %.1e of the largest displacement, more than %.1e", seed, d, tolerance)
		}
	}
}

func TestChoiceOfSolver(t *testing.T) {
	small, large := mechanics.NewCompatibility(testnet.Chain(mechanics.DenseLimit)), mechanics.NewCompatibility(testnet.Chain(mechanics.DenseLimit+1))
	dense, sparse := mechanics.NewDense(small).Name(), mechanics.NewSparse(small).Name()
	for _, test := range []struct {
		c    *mechanics.Compatibility
		name string
		want string
	}{{small, "", dense}, {large, "", sparse}, {small, "sparse", sparse}, {large, "dense", dense}} {
		s, err := mechanics.NewSolverNamed(test.c, test.name)
		if err != nil || s.Name() != test.want {
			t.Errorf("%d unknowns, %q: %v, %v", test.c.N, test.name, s, err)
		}
	}
	if s, err := mechanics.NewSolverNamed(small, "magic"); err == nil || s != nil {
		t.Errorf("magic: %v, %v", s, err)
	}
	// A bar that joins the ends of a chain makes its envelope a triangle.
	ring := testnet.Chain(70_000)
	ring.Elements = append(ring.Elements, network.Element{Nodes: [2]int{1, 70_000}})
	if s, err := mechanics.NewSolverNamed(mechanics.NewCompatibility(ring), "dense"); err == nil || !strings.Contains(err.Error(), "choose sparse") {
		t.Errorf("a dense factor of 18 GiB: %v, %v", s, err)
	}
	if q := mechanics.NewEquilibrium(testnet.Chain(2), nil); q.Solver.Name() != dense {
		t.Errorf("a chain of 2 is solved by %s", q.Solver.Name())
	}
}
