package mechanics_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// What one factorisation says of changes of one bond or two is what a factorisation of the changed network says.
func TestComplianceIsRefactorised(t *testing.T) {
	net := testnet.Trapezoid()
	in := []network.Port{testnet.Port(11, 0, -1), testnet.Port(8, 1, 0)}
	out := []network.Port{testnet.Port(13, 0, 1), testnet.Port(14, 0, 1), testnet.Port(3, 1, 0)}
	for name, solver := range map[string]func(*mechanics.Compatibility) mechanics.Solver{"dense": nil,
		"sparse": func(c *mechanics.Compatibility) mechanics.Solver { return mechanics.NewSparse(c) }} {
		q := mechanics.NewEquilibrium(net, solver)
		again := mechanics.NewEquilibrium(net, nil)
		k := testnet.Stiffness(q.C.M, 10, 150, 3)
		if err := q.SetStiffness(k); err != nil {
			t.Fatal(err)
		}
		modes := []int32{27, 0, 3, 4, 9, 11, 12, 13, 20, 21}
		m := mechanics.NewCompliance(q, in, out, modes)
		if err := m.Begin(q); err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(1, 2))
		got, want := make([]float64, 6), mechanics.NewResponses(again.C, in, out)
		for trial := range 200 {
			i, j := r.IntN(len(modes)), r.IntN(len(modes))
			changed := append([]float64(nil), k...)
			byI, byJ := 150*r.Float64()-0.99*k[modes[i]]*r.Float64(), 150*r.Float64()-0.99*k[modes[j]]*r.Float64()
			changed[modes[i]] += byI
			ok := false
			if i == j || trial%2 == 0 {
				ok = m.One(i, byI, got)
			} else {
				changed[modes[j]] += byJ
				ok = m.Two(i, j, byI, byJ, got)
			}
			if !ok {
				t.Fatalf("%s: trial %d is not answered", name, trial)
			}
			if err := again.SetStiffness(changed); err != nil {
				t.Fatal(err)
			}
			if err := again.Respond(want); err != nil {
				t.Fatal(err)
			}
			largest := 0.0
			for _, v := range want.S {
				largest = max(largest, math.Abs(v))
			}
			for n, v := range want.S {
				if math.Abs(got[n]-v) > 1e-12*largest {
					t.Fatalf("%s: trial %d: output %d is %v, factorised anew %v", name, trial, n, got[n], v)
				}
			}
		}
	}
}

// A change that leaves a mechanism, or nearly one, is not answered.
func TestComplianceKnowsMechanisms(t *testing.T) {
	q := mechanics.NewEquilibrium(testnet.TwoBars(math.Pi/3), nil)
	if err := q.SetStiffness([]float64{100, 50}); err != nil {
		t.Fatal(err)
	}
	m := mechanics.NewCompliance(q, nil, nil, []int32{0, 1})
	if err := m.Begin(q); err != nil {
		t.Fatal(err)
	}
	if m.One(0, -100, nil) || m.Two(0, 1, -100, 10, nil) || m.Two(0, 1, 10, -50*(1-1e-6), nil) {
		t.Error("a mechanism is answered")
	}
	if !m.One(0, -99, nil) {
		t.Error("a soft bond is not answered")
	}
}
