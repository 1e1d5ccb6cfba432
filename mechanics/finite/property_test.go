package finite

import (
	"errors"
	"math"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"pgregory.net/rapid"
)

// Whatever the loads are, Displace either finds a stable state in which every
// load is balanced, or says in what way the lattice cannot carry them.
func TestEquilibriumOrReason(t *testing.T) {
	carried, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		dim := rapid.IntRange(2, 3).Draw(t, "dim")
		net := testnet.Random(dim, rapid.IntRange(5, 12).Draw(t, "nodes"), rapid.IntRange(0, 20).Draw(t, "extra"), rapid.Uint64().Draw(t, "seed"))
		q := New(net)
		q.Steps = rapid.IntRange(0, 5).Draw(t, "steps")
		if err := q.SetStiffness(testnet.Stiffness(q.C.M, 1, 5, 2)); err != nil {
			t.Fatal(err)
		}
		size := math.Pow(10, rapid.Float64Range(-6, 1).Draw(t, "size"))
		f, u, back := testnet.Stiffness(q.C.N, -size, size, 3), make([]float64, q.C.N), make([]float64, q.C.N)
		effort, err := q.Displace(u, f)
		var buckling *BucklingError
		var convergence *ConvergenceError
		switch {
		case err == nil:
			carried++
			q.Forces(back, u)
			most, floor := largest(f), 0.0 // N; floor is what the solver leaves even where there is no load
			for i, e := range q.bars.e {
				most = max(most, math.Abs(q.k[i]*e))
				floor = max(floor, 1e-17*q.k[i]*q.bars.l0[i])
			}
			for i := range back {
				if d := math.Abs(back[i] - f[i]); d > 1e-11*most+floor {
					t.Fatalf("unknown %d carries %g, not %g; %+v", i, back[i], f[i], effort)
				}
			}
			if err := q.Linearised(back, u, 1); err != nil {
				t.Fatalf("the state found is not stable: %v", err)
			}
		case errors.As(err, &buckling):
			refused++
			if buckling.Share < 0 || buckling.Share >= 1 || buckling.Node >= net.Nodes() || net.Held[buckling.Node*dim+buckling.Axis] {
				t.Fatalf("%+v", buckling)
			}
		case errors.As(err, &convergence):
			refused++
		default:
			t.Fatalf("%v", err)
		}
	})
	if carried == 0 || refused == 0 {
		t.Errorf("%d carried, %d refused: the test sees one side only", carried, refused)
	}
}

// A lattice that is turned with its loads does the same, turned.
func TestDisplacementTurnsWithTheLattice(t *testing.T) {
	for _, angle := range []float64{0.3, 2, -1.1} {
		sin, cos := math.Sincos(angle)
		turn := func(x []float64) {
			for i := 0; i < len(x); i += 2 {
				x[i], x[i+1] = cos*x[i]-sin*x[i+1], sin*x[i]+cos*x[i+1]
			}
		}
		net := testnet.Trapezoid()
		turned := net.Clone()
		turn(turned.Pos)
		a, b := uniform(New(net), 137.5), uniform(New(turned), 137.5)
		f, u, v := testnet.Stiffness(a.C.N, -0.05, 0.05, 1), make([]float64, a.C.N), make([]float64, a.C.N)
		if _, err := a.Displace(u, f); err != nil {
			t.Fatal(err)
		}
		turn(f) // both axes of a node are free or held together
		if _, err := b.Displace(v, f); err != nil {
			t.Fatal(err)
		}
		turn(u)
		for i := range u {
			if math.Abs(u[i]-v[i]) > 1e-12 {
				t.Fatalf("turned by %g: unknown %d moves by %g, not %g", angle, i, v[i], u[i])
			}
		}
	}
}

// What is not a number is not balanced.
func TestNotANumber(t *testing.T) {
	q := uniform(New(testnet.Trapezoid()), 137.5)
	f, u := make([]float64, q.C.N), make([]float64, q.C.N)
	f[3] = math.NaN()
	var convergence *ConvergenceError
	if _, err := q.Displace(u, f); !errors.As(err, &convergence) {
		t.Errorf("a load that is not a number: %v", err)
	}
	f[3] = 0.01
	if _, err := q.Displace(u, f); err != nil {
		t.Errorf("a sound load afterwards: %v", err)
	}
}
