package mechanics_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// factored is the equilibrium of a network at stiffness k, ready to solve.
func factored(t testing.TB, net *network.Network, k []float64, solver func(*mechanics.Compatibility) mechanics.Solver) *mechanics.Equilibrium {
	t.Helper()
	q := mechanics.NewEquilibrium(net, solver)
	if err := q.SetStiffness(k); err != nil {
		t.Fatal(err)
	}
	return q
}

func randomLoad(n int, seed uint64) []float64 {
	random := rand.New(rand.NewPCG(seed, 99))
	f := make([]float64, n)
	for i := range f {
		f[i] = random.NormFloat64()
	}
	return f
}

// farthest is the largest difference as a share of the largest entry of b.
func farthest(a, b []float64) float64 {
	worst, size := 0.0, 0.0
	for i := range b {
		worst = math.Max(worst, math.Abs(a[i]-b[i]))
		size = math.Max(size, math.Abs(b[i]))
	}
	if worst == 0 {
		return 0
	}
	return worst / size
}

// push is the displacements (N) under a force at a node numbered from 1, and the
// forces in the modes.
func push(q *mechanics.Equilibrium, node int, force ...float64) (u, tension []float64) {
	u = make([]float64, q.C.N)
	for axis, f := range force {
		if unknown := q.C.Unknown[(node-1)*q.C.Dim+axis]; unknown >= 0 {
			u[unknown] = f
		}
	}
	q.Displace(u)
	tension = make([]float64, q.C.M)
	q.C.Elongations(tension, u, 1)
	for i, k := range q.Stiffness() {
		tension[i] *= k
	}
	return u, tension
}

func same(k float64, n int) []float64 { return testnet.Stiffness(n, k, k, 1) }

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)) {
		t.Errorf("%s is %.17g, not %.17g", what, got, want)
	}
}

func TestSpringsInSeries(t *testing.T) {
	k := []float64{2, 3, 5, 7, 11}
	for _, solver := range solvers {
		q := factored(t, testnet.Chain(5), k, solver.make)
		u, tension := push(q, 5, 4)
		want := 0.0
		for i := range u {
			if i < 4 {
				want += 4 / k[i]
			}
			near(t, "displacement", u[i], want, 1e-14)
		}
		for i, f := range []float64{4, 4, 4, 4} {
			near(t, "tension", tension[i], f, 1e-13)
		}
		if !(math.Abs(tension[4]) <= 1e-13) {
			t.Errorf("the free end carries %g", tension[4])
		}
	}
}

func TestSpringsInParallel(t *testing.T) {
	net := testnet.Chain(1)
	for range 2 {
		net.Elements = append(net.Elements, network.Element{Kind: network.Ground, Nodes: [2]int{1, 1}, Dir: [3]float64{1, 0, 0}})
	}
	net.Elements = append(net.Elements, network.Element{Kind: network.Ground, Nodes: [2]int{1, 1}, Dir: [3]float64{1, 0, 0}, Cut: true})
	for _, solver := range solvers {
		q := factored(t, net, []float64{2, 3, 5, 1000}, solver.make)
		u, tension := push(q, 2, 20)
		near(t, "displacement", u[0], 2, 1e-15)
		for i, want := range []float64{4, 6, 10, 0} {
			near(t, "force", tension[i], want, 1e-15)
		}
	}
}

// A spring to ground that stands askew resists only along itself.
func TestGroundSpringAskew(t *testing.T) {
	net := &network.Network{Dim: 2, Pos: []float64{0, 0}, Held: make([]bool, 2)}
	for _, dir := range [][3]float64{{0.6, 0.8, 0}, {-0.8, 0.6, 0}} {
		net.Elements = append(net.Elements, network.Element{Kind: network.Ground, Dir: dir})
	}
	q := factored(t, net, []float64{2, 5}, nil)
	u, _ := push(q, 1, 6, 8) // 10 along the first
	near(t, "x", u[0], 5*0.6, 1e-14)
	near(t, "y", u[1], 5*0.8, 1e-14)
}

func TestTwoBarTruss(t *testing.T) {
	for _, angle := range []float64{0.1, math.Pi / 6, math.Pi / 4, 1.2} {
		sin := math.Sin(angle)
		q := factored(t, testnet.TwoBars(angle), []float64{50, 50}, nil)
		u, tension := push(q, 1, 0, -3)
		near(t, "sinking", u[1], -3/(2*50*sin*sin), 1e-13)
		if !(math.Abs(u[0]) <= 1e-14) {
			t.Errorf("a symmetric truss moves aside by %g", u[0])
		}
		near(t, "left bar", tension[0], 3/(2*sin), 1e-13)
		near(t, "right bar", tension[1], 3/(2*sin), 1e-13)
		// Determinate: other stiffnesses, the same forces; the sinking by Castigliano.
		u, tension = push(factored(t, testnet.TwoBars(angle), []float64{20, 90}, nil), 1, 0, -3)
		near(t, "left bar, unequal", tension[0], 3/(2*sin), 1e-13)
		near(t, "right bar, unequal", tension[1], 3/(2*sin), 1e-13)
		near(t, "sinking, unequal", u[1], -3/(4*sin*sin)*(1.0/20+1.0/90), 1e-13)
	}
}

func TestTripod(t *testing.T) {
	for _, radius := range []float64{0.2, 1, 3} {
		length2 := 1 + radius*radius
		for _, solver := range solvers {
			q := factored(t, testnet.Tripod(radius), same(40, 3), solver.make)
			u, tension := push(q, 1, 0, 0, -6)
			near(t, "sinking", u[2], -6*length2/(3*40), 1e-13)
			for i := range 3 {
				near(t, "leg", tension[i], -6*math.Sqrt(length2)/3, 1e-13)
			}
			u, _ = push(q, 1, 1, 0, 0) // sideways: 2 length^2 / (3 k radius^2) by the symmetry of three legs
			near(t, "sideways", u[0], 2*length2/(3*40*radius*radius), 1e-12)
		}
	}
}

// A statically determinate girder: forces by the method of joints, whatever the
// stiffnesses.
func TestWarrenGirder(t *testing.T) {
	const triangles = 7 // 9 nodes, the supports 4 apart
	net := testnet.Warren(triangles)
	if n := net.Maxwell(); n.Balance != 0 {
		t.Fatalf("the girder is not determinate: %+v", n)
	}
	var first []float64
	for seed := range uint64(5) {
		q := factored(t, net, testnet.Stiffness(len(net.Elements), 1, 1000, seed), nil)
		_, tension := push(q, 3, 0, -8) // node 3 is 1 from the left: its support carries 6, the right one 2
		near(t, "first diagonal", tension[0], -6/math.Sin(math.Pi/3), 1e-12)
		near(t, "last diagonal", tension[len(tension)-2], -2/math.Sin(math.Pi/3), 1e-12)
		if first == nil {
			first = tension
		}
		if d := farthest(tension, first); !(d <= 1e-12) {
			t.Errorf("seed %d: forces change by %.1e with the stiffnesses", seed, d)
		}
	}
}

// The lattice of Li & Mao 2024 at k = 137.5 N/m; their weights are masses times
// 9.8 m/s^2.
func TestPublishedDisplacements(t *testing.T) {
	const g = 9.8
	q := factored(t, testnet.Trapezoid(), same(137.5, 28), nil)
	at := func(u []float64, node int) float64 { return 1e3 * u[q.C.Unknown[2*(node-1)+1]] }
	for _, test := range []struct {
		mass float64
		node int
		read int
		want float64 // mm, as printed
		unit float64 // of the last digit printed
	}{
		{0.010, 13, 14, -0.8052, 1e-4},
		{0.020, 13, 13, -3.117, 1e-3},
		{0.005, 11, 13, -0.524292929, 1e-9},
		{0.005, 11, 14, -0.524292929, 1e-9},
	} {
		u, _ := push(q, test.node, 0, -g*test.mass)
		if got := at(u, test.read); !(math.Abs(got-test.want) <= test.unit/2) {
			t.Errorf("%g g at node %d: node %d moves %.10f mm, published %v", 1e3*test.mass, test.node, test.read, got, test.want)
		}
	}
}

func TestStiffnessMustBePositive(t *testing.T) {
	q := mechanics.NewEquilibrium(testnet.Trapezoid(), nil)
	for _, v := range []float64{0, -1, math.NaN(), math.Inf(1), math.Inf(-1)} {
		k := same(100, 28)
		k[6] = v
		var bad *mechanics.StiffnessError
		if err := q.SetStiffness(k); !errors.As(err, &bad) || bad.Mode != 6 || !strings.HasPrefix(err.Error(), "element 7 ") {
			t.Errorf("%g: %v", v, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a wrong number of stiffnesses passes")
		}
	}()
	_ = q.SetStiffness(same(100, 27))
}

func TestStiffnessIsCopied(t *testing.T) {
	k := same(100, 28)
	q := factored(t, testnet.Trapezoid(), k, nil)
	k[0] = 1
	if q.Stiffness()[0] != 100 {
		t.Error("the caller's slice is kept")
	}
}

func TestResidualMeasuresAnError(t *testing.T) {
	q := factored(t, testnet.Chain(1), []float64{4}, nil)
	// u = 3 where 8/4 = 2 is due: |12 - 8| / (4 * 3 + 8).
	near(t, "residual", q.Residual([]float64{3}, []float64{8}), 0.2, 1e-15)
	near(t, "residual of a small load", q.Residual([]float64{3e-9}, []float64{8e-9}), 0.2, 1e-15)
}

func TestCondition(t *testing.T) {
	for seed := range uint64(8) {
		net := testnet.Random(2, 12, 20, seed)
		for _, solver := range solvers {
			q := factored(t, net, testnet.Stiffness(len(net.Elements), 50, 200, seed), solver.make)
			want := mat.Cond(stiffnessMatrix(q), 1)
			if got := q.Condition(); got > 3*want || got < want/3 { // |D| is bounded from above, |D^-1| estimated from below
				t.Errorf("%s, seed %d: condition %.4g, by inversion %.4g", solver.name, seed, got, want)
			}
		}
	}
}

// stiffnessMatrix is D = C^T K C by gonum.
func stiffnessMatrix(q *mechanics.Equilibrium) *mat.Dense {
	c := compatibilityMatrix(q.C)
	var kc, d mat.Dense
	kc.Mul(mat.NewDiagDense(q.C.M, q.Stiffness()), c)
	d.Mul(c.T(), &kc)
	return &d
}

func compatibilityMatrix(c *mechanics.Compatibility) *mat.Dense {
	m := mat.NewDense(c.M, c.N, nil)
	for i := range c.M {
		for a := c.Ptr[i]; a < c.Ptr[i+1]; a++ {
			m.Set(i, int(c.Col[a]), m.At(i, int(c.Col[a]))+c.Val[a])
		}
	}
	return m
}
