package finite

import (
	"errors"
	"math"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
)

func uniform(q *Equilibrium, k float64) *Equilibrium {
	all := make([]float64, q.C.M)
	for i := range all {
		all[i] = k
	}
	if err := q.SetStiffness(all); err != nil {
		panic(err)
	}
	return q
}

// vonMises is two bars of length 1 that slope by angle, and the load that has
// moved their tip by w against them: P = 2 k (1 - l) (h - w) / l.
func vonMises(angle, k float64) (q *Equilibrium, load func(w float64) float64) {
	b, h := math.Cos(angle), math.Sin(angle)
	return uniform(New(testnet.TwoBars(angle)), k), func(w float64) float64 {
		l := math.Hypot(b, h-w)
		return 2 * k * (1 - l) * (h - w) / l
	}
}

func TestVonMisesTrussBeforeItSnaps(t *testing.T) {
	q, load := vonMises(0.3, 7)
	h := math.Sin(0.3)
	limit := 0.0
	for w := 0.0; w < h; w += h / 1e5 {
		limit = max(limit, load(w))
	}
	checked := 0
	for w := -h; load(w) < 0.98*limit && w < h/2; w += h / 17 {
		u := make([]float64, 2)
		effort, err := q.Displace(u, []float64{0, load(w)})
		if err != nil {
			t.Fatalf("w = %g: %v", w, err)
		}
		if math.Abs(u[1]-w) > 1e-10*h || math.Abs(u[0]) > 1e-12 {
			t.Errorf("P = %g: tip at %v, want %g", load(w), u, w)
		}
		if effort.Iterations > 12 {
			t.Errorf("P = %g of %g: %d iterations", load(w), limit, effort.Iterations)
		}
		checked++
	}
	if checked < 18 {
		t.Errorf("%d loads checked", checked)
	}
	for _, over := range []float64{1.02, 1.5, 10} {
		q.Steps = 16
		_, err := q.Displace(make([]float64, 2), []float64{0, over * limit})
		var buckling *BucklingError
		if !errors.As(err, &buckling) || buckling.Node != 0 || buckling.Axis != 1 {
			t.Fatalf("%g of the limit: %v, want buckling of node 1 along y", over, err)
		}
		if share := buckling.Share * over; share > 1 || share < 0.98 {
			t.Errorf("%g of the limit: buckles at %g of it", over, share)
		}
	}
}

// A single bar with a pin is held across itself by its load alone: it points
// along the load, longer by P/k.
func TestPendulum(t *testing.T) {
	net := &network.Network{Dim: 2, Pos: []float64{0, 0, 2, 0}, Held: []bool{true, true, false, false},
		Elements: []network.Element{{Kind: network.Bar, Nodes: [2]int{0, 1}}}}
	q := uniform(New(net), 50)
	for _, angle := range []float64{-1.2, -0.4, 0.1, 1} {
		sin, cos := math.Sincos(angle)
		u := []float64{0.3, 0.1}
		if _, err := q.Displace(u, []float64{10 * cos, 10 * sin}); err != nil {
			t.Fatal(err)
		}
		if x, y := 2.2*cos-2, 2.2*sin; math.Abs(u[0]-x) > 1e-12 || math.Abs(u[1]-y) > 1e-12 {
			t.Errorf("load at %g rad: end at %v, want %g, %g", angle, u, x, y)
		}
		// Its stiffness across is P/l.
		b := []float64{-sin, cos}
		if err := q.Linearised(b, u, 1); err != nil {
			t.Fatal(err)
		}
		if across := b[1]*cos - b[0]*sin; math.Abs(across-2.2/10) > 1e-12 {
			t.Errorf("a unit load across moves it by %g, want l/P = 0.22", across)
		}
	}
	var buckling *BucklingError
	_, err := q.Displace(make([]float64, 2), []float64{0, -1})
	if !errors.As(err, &buckling) || buckling.Share != 0 || buckling.Axis != 1 {
		t.Errorf("at rest across the bar: %v", err)
	}
}

// Under small loads the answer is the linear one, and departs from it by the
// square of the load.
func TestSmallLoads(t *testing.T) {
	for _, dim := range []int{2, 3} {
		net := testnet.Random(dim, 12, 40, 5)
		k := testnet.Stiffness(len(net.Elements), 1, 3, 1)
		linear, q := mechanics.NewEquilibrium(net, nil), New(net)
		if err := errors.Join(linear.SetStiffness(k), q.SetStiffness(k)); err != nil {
			t.Fatal(err)
		}
		distance := func(size float64) float64 {
			f := testnet.Stiffness(q.C.N, -size, size, 2)
			u, l := make([]float64, q.C.N), append([]float64(nil), f...)
			if _, err := q.Displace(u, f); err != nil {
				t.Fatal(err)
			}
			linear.Displace(l)
			worst := 0.0
			for i := range u {
				worst = max(worst, math.Abs(u[i]-l[i]))
			}
			return worst
		}
		a, b := distance(1e-4), distance(1e-5)
		if rate := math.Log10(a / b); math.Abs(rate-2) > 0.05 {
			t.Errorf("%d dimensions: the deviation falls with the power %g of the load, want 2", dim, rate)
		}
	}
}

// A rigid motion stretches nothing, in any dimension.
func TestRigidMotion(t *testing.T) {
	net := testnet.Random(3, 9, 20, 3)
	clear(net.Held)
	q := uniform(New(net), 10)
	sin, cos := math.Sincos(2.1)
	u := make([]float64, q.C.N)
	for i := range net.Nodes() {
		p := net.At(i)
		u[3*i], u[3*i+1], u[3*i+2] = cos*p[0]-sin*p[1]-p[0]+0.7, sin*p[0]+cos*p[1]-p[1], -1.5
	}
	if energy := q.Energy(u); energy > 1e-28 {
		t.Errorf("a turn costs %g J", energy)
	}
	u[4] += 0.1
	if q.Energy(u) < 1e-3 {
		t.Error("a stretch costs nothing")
	}
}

// The energy is the work of the loads: its derivative along v is f v.
func TestForcesAreTheDerivativeOfTheEnergy(t *testing.T) {
	net := testnet.Random(2, 10, 30, 8)
	net.Elements = append(net.Elements, network.Element{Kind: network.Ground, Nodes: [2]int{5, 5}, Dir: [3]float64{0.6, 0.8}})
	net.Elements[3].Cut = true
	q := New(net)
	if err := q.SetStiffness(testnet.Stiffness(q.C.M, 1, 2, 4)); err != nil {
		t.Fatal(err)
	}
	u, v, f := testnet.Stiffness(q.C.N, -0.2, 0.2, 1), testnet.Stiffness(q.C.N, -1, 1, 2), make([]float64, q.C.N)
	q.Forces(f, u)
	middle := q.Energy(u)
	rest := func(h float64) float64 {
		moved := append([]float64(nil), u...)
		for i := range moved {
			moved[i] += h * v[i]
		}
		return math.Abs(q.Energy(moved) - middle - h*dot(f, v))
	}
	if rate := math.Log2(rest(1e-3) / rest(5e-4)); math.Abs(rate-2) > 0.02 {
		t.Errorf("Taylor rate %g, want 2", rate)
	}
}

func TestBadStiffness(t *testing.T) {
	q := New(testnet.TwoBars(1))
	var wrong *mechanics.StiffnessError
	for _, k := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if err := q.SetStiffness([]float64{1, k}); !errors.As(err, &wrong) || wrong.Mode != 1 {
			t.Errorf("stiffness %g: %v", k, err)
		}
	}
}

// stretched is a lattice of 71 rows of 71 nodes above a row that is held, drawn
// by a force at every node of its top row: 10,082 unknowns.
func stretched(size int) (q *Equilibrium, f []float64) {
	net, err := lattice.Triangular(size, size+1, 1)
	if err != nil {
		panic(err)
	}
	top, bottom := math.Inf(-1), math.Inf(1)
	for node := range net.Nodes() {
		top, bottom = max(top, net.At(node)[1]), min(bottom, net.At(node)[1])
	}
	for node := range net.Nodes() {
		if net.At(node)[1] == bottom {
			net.Held[2*node], net.Held[2*node+1] = true, true
		}
	}
	q = uniform(New(net), 1)
	f = make([]float64, q.C.N)
	for node := range net.Nodes() {
		if net.At(node)[1] == top {
			f[q.C.Unknown[2*node+1]] = 0.2
		}
	}
	return q, f
}

func TestLargeStrain(t *testing.T) {
	q, f := stretched(71)
	u := make([]float64, q.C.N)
	effort, err := q.Displace(u, f)
	if err != nil {
		t.Fatal(err)
	}
	mean := 0.0
	for _, e := range q.bars.e {
		mean += math.Abs(e) / float64(q.C.M)
	}
	if mean < 0.05 || effort.Iterations > 6 {
		t.Errorf("mean strain %.3f after %+v", mean, effort)
	}
}

func TestDisplaceAllocatesNothing(t *testing.T) {
	q, f := stretched(12)
	u := make([]float64, q.C.N)
	if n := testing.AllocsPerRun(5, func() {
		clear(u)
		if _, err := q.Displace(u, f); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%g allocations", n)
	}
}

func BenchmarkLargeStrain(b *testing.B) {
	q, f := stretched(71)
	u := make([]float64, q.C.N)
	for b.Loop() {
		clear(u)
		if _, err := q.Displace(u, f); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPaperLattice is the specimen of the paper under 25 g.
func BenchmarkPaperLattice(b *testing.B) {
	q := uniform(New(testnet.Trapezoid()), 137.5)
	u, f := make([]float64, q.C.N), make([]float64, q.C.N)
	f[q.C.Unknown[2*13+1]] = -0.245
	for b.Loop() {
		clear(u)
		if _, err := q.Displace(u, f); err != nil {
			b.Fatal(err)
		}
	}
}
