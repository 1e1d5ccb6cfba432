package mechanics_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
)

// The end of a chain moves by the sum of 1/k under one newton, however much its springs differ.
func TestStiffnessesFarApart(t *testing.T) {
	for _, ratio := range []float64{1, 1e3, 1e6, 1e9, 1e12, 1e13} {
		for _, solver := range solvers {
			k := []float64{1, ratio, 3, ratio, 2}
			q := mechanics.NewEquilibrium(testnet.Chain(len(k)), solver.make)
			if err := q.SetStiffness(k); err != nil {
				t.Fatal(err)
			}
			allowed := 1e-14
			if ratio <= 1e6 {
				allowed = max(allowed, 1e-15*ratio) // not refined
			}
			want := 1.0/2 + 1.0/3 + 1 + 2/ratio
			f := make([]float64, q.C.N)
			f[q.C.N-1] = 1
			u := append([]float64(nil), f...)
			if err := q.Displace(u); err != nil || !(math.Abs(u[q.C.N-1]-want) <= allowed) {
				t.Errorf("%s, ratio %.0e: %.16g, not %.16g; %v", solver.name, ratio, u[q.C.N-1], want, err)
			}
			end := []network.Port{testnet.Port(len(k)+1, 1, 0)}
			r := mechanics.NewResponses(q.C, end, end)
			if err := q.Respond(r); err != nil || !(math.Abs(r.S[0]-want) <= allowed) {
				t.Errorf("%s, ratio %.0e: S = %.16g, not %.16g; %v", solver.name, ratio, r.S[0], want, err)
			}
			if lost, err := q.Lost(f, nil); err != nil || lost > allowed {
				t.Errorf("%s, ratio %.0e: a share of %.1e is lost, %v", solver.name, ratio, lost, err)
			}
		}
	}
}

// cantilever is a strip of two rows of nodes, the upper of n, held at one end; its end moves down under a newton by a
// sum of squares of the forces in its bonds, which statics alone gives.
func cantilever(t *testing.T, n int) (q *mechanics.Equilibrium, end []network.Port, want float64) {
	t.Helper()
	net, err := lattice.TriangularRows([]int{n, n - 1}, 0.01)
	if err != nil {
		t.Fatal(err)
	}
	for _, node := range []int{0, n} {
		net.Held[2*node], net.Held[2*node+1] = true, true
	}
	q = factored(t, net, same(100, len(net.Elements)), nil)
	sum := float64(2*n - 3)
	for j := 1; j < n; j++ {
		sum += math.Pow(float64(n-j)-0.5, 2)
	}
	for j := 1; j < n-1; j++ {
		sum += math.Pow(float64(n-1-j), 2)
	}
	return q, []network.Port{testnet.Port(n, 0, -1)}, 4.0 / 3 * sum / 100
}

// Where a long strip loses its digits Judge sees it, and solutions are refined from then on.
func TestSoftMotionsAreJudged(t *testing.T) {
	for _, n := range []int{20, 300, 1000} {
		q, end, want := cantilever(t, n)
		unknown, value := q.C.Load(end[0])
		f := make([]float64, q.C.N)
		f[unknown[0]] = value[0]
		before, err := q.Lost(f, nil)
		if err != nil {
			t.Fatal(err)
		}
		at := func() float64 {
			r := mechanics.NewResponses(q.C, end, end)
			if err := q.Respond(r); err != nil {
				t.Fatal(err)
			}
			return math.Abs(r.S[0]/want - 1)
		}
		raw := at()
		if !(raw <= 10*before) {
			t.Errorf("%d nodes: %.1e of the displacement is lost, and %.1e was said", n, raw, before)
		}
		if err := q.Judge(f); err != nil {
			t.Fatal(err)
		}
		if n >= 1000 && !(raw > 1e-8) {
			t.Errorf("%d nodes: only %.1e is lost, which shows nothing", n, raw)
		}
		if mended := at(); before > 1e-10 && !(mended <= 1e-13) || before <= 1e-10 && mended != raw {
			t.Errorf("%d nodes: %.1e is lost before Judge, %.1e after it", n, raw, mended)
		}
	}
}

// A factor too poor to be refined gives no answers.
func TestLostSolutionsAreRefused(t *testing.T) {
	k := append(same(1e9, 14), same(100, 14)...)
	q := factored(t, testnet.Trapezoid(), k, withErrors(0.7))
	var inaccurate *mechanics.InaccurateError
	if err := q.Displace(randomLoad(q.C.N, 1)); !errors.As(err, &inaccurate) || fmt.Sprint(err) == "" {
		t.Errorf("%v", err)
	}
}

// A strip can be so long that a motion of its own passes for a mechanism by its pivot; it is none.
func TestSoftIsNotFree(t *testing.T) {
	net, err := lattice.TriangularRows([]int{4300, 4299}, 0.01)
	if err != nil {
		t.Fatal(err)
	}
	held := []int{0, 4300}
	for _, supports := range []int{2, 1} {
		clear(net.Held)
		for _, node := range held[:supports] {
			net.Held[2*node], net.Held[2*node+1] = true, true
		}
		r := mechanics.FindMechanisms(net, mechanics.NewCompatibility(net))
		if r.Mechanisms == 0 || r.Free() != (supports == 1) {
			t.Errorf("held at %d nodes: %d motions, free: %v: %v", supports, r.Mechanisms, r.Free(), r.Motions[0])
		}
	}
}
