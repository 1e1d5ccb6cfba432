package mechanics_test

import (
	"errors"
	"math"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
)

// sloppy is a solver whose solutions are wrong by a share of themselves.
type sloppy struct {
	mechanics.Solver
	share float64
}

func (s sloppy) Solve(b []float64, nrhs int) error {
	err := s.Solver.Solve(b, nrhs)
	for i := range b {
		b[i] *= 1 + s.share*math.Sin(float64(i))
	}
	return err
}

func withErrors(share float64) func(*mechanics.Compatibility) mechanics.Solver {
	return func(c *mechanics.Compatibility) mechanics.Solver { return sloppy{mechanics.NewSparse(c), share} }
}

var trapezoidPorts = []network.Port{testnet.Port(11, 0, -1), testnet.Port(13, 0, 1), testnet.Port(8, 1, 0)}

// A solution that is a little wrong is refined to the right one, and the health
// says so.
func TestRefinementMends(t *testing.T) {
	net := testnet.Trapezoid()
	k := testnet.Stiffness(28, 50, 200, 3)
	exact, wrong := factored(t, net, k, nil), factored(t, net, k, withErrors(1e-6))
	want, got := mechanics.NewResponses(exact.C, trapezoidPorts[:1], trapezoidPorts[1:]), mechanics.NewResponses(wrong.C, trapezoidPorts[:1], trapezoidPorts[1:])
	if err := errors.Join(exact.Respond(want), wrong.Respond(got)); err != nil {
		t.Fatal(err)
	}
	if d := farthest(got.S, want.S); !(d < 1e-11) {
		t.Errorf("outputs differ by %.1e after refinement", d)
	}
	h := wrong.Health()
	if h.Refined != 1 || h.Checked != 1 || !(h.Backward <= 1e-12) || !(h.Worst > 1e-9) {
		t.Errorf("health %+v", h)
	}
	if h := exact.Health(); h.Refined != 0 || h.Checked != 1 || !(h.Worst < 1e-15) || h.Backward != h.Worst {
		t.Errorf("health of the exact one %+v", h)
	}
	wrong = factored(t, net, k, withErrors(1e-6))
	f := randomLoad(wrong.C.N, 1)
	u, v := append([]float64(nil), f...), append([]float64(nil), f...)
	if err := errors.Join(exact.Displace(u), wrong.Displace(v)); err != nil {
		t.Fatal(err)
	}
	if d := farthest(v, u); !(d < 1e-11) {
		t.Errorf("displacements differ by %.1e after refinement", d)
	}
}

// Where refinement does not help, there is no answer.
func TestInaccurateSolutionsAreRefused(t *testing.T) {
	for _, share := range []float64{0.9, math.NaN()} {
		q := factored(t, testnet.Trapezoid(), same(100, 28), withErrors(share))
		var inaccurate *mechanics.InaccurateError
		if err := q.Respond(mechanics.NewResponses(q.C, trapezoidPorts[:1], trapezoidPorts[1:])); !errors.As(err, &inaccurate) || inaccurate.Backward <= 1e-12 {
			t.Errorf("error %g of the solutions: responses: %v", share, err)
		}
		q = factored(t, testnet.Trapezoid(), same(100, 28), withErrors(share))
		if err := q.Displace(randomLoad(q.C.N, 1)); !errors.As(err, &inaccurate) {
			t.Errorf("error %g of the solutions: displacements: %v", share, err)
		}
	}
}

// The first solution is looked at, then every fourth, without allocation.
func TestSolutionsAreLookedAt(t *testing.T) {
	net, err := lattice.Triangular(12, 12, 1)
	if err != nil {
		t.Fatal(err)
	}
	for axis := range 2 {
		net.Held[axis], net.Held[2*11+axis] = true, true
	}
	q := factored(t, net, same(1, len(net.Elements)), nil)
	r := mechanics.NewResponses(q.C, trapezoidPorts[:1], trapezoidPorts[1:])
	for range 9 {
		if err := q.Respond(r); err != nil {
			t.Fatal(err)
		}
	}
	if h := q.Health(); h.Checked != 3 {
		t.Errorf("%d solutions of 9 were looked at", h.Checked)
	}
	if n := testing.AllocsPerRun(10, func() { _ = q.Respond(r) }); n > 0 {
		t.Errorf("%g allocations a step", n)
	}
}

// Lattices near isostatic and contrasts of 1e8 are ordinary input: they are
// answered, and accurately.
func TestOrdinaryHardNetworks(t *testing.T) {
	kagome, err := lattice.Kagome(10, 10, 1)
	if err != nil {
		t.Fatal(err)
	}
	triangular, err := lattice.Triangular(20, 20, 1)
	if err != nil {
		t.Fatal(err)
	}
	for node := range kagome.Nodes() { // a frame holds the rim, as in a specimen
		x, y := kagome.At(node)[0], kagome.At(node)[1]
		if rim := onRim(kagome, x, y); rim {
			kagome.Held[2*node], kagome.Held[2*node+1] = true, true
		}
	}
	for node := range 20 {
		triangular.Held[2*node], triangular.Held[2*node+1] = true, true
	}
	for _, test := range []struct {
		name   string
		net    *network.Network
		lo, hi float64
	}{
		{"kagome", kagome, 100, 100},
		{"kagome, contrast 1e8", kagome, 1, 1e8},
		{"triangular, contrast 1e8", triangular, 1e-4, 1e4},
	} {
		k := testnet.Stiffness(len(test.net.Elements), 0, 1, 5)
		for i, share := range k {
			k[i] = test.lo * math.Pow(test.hi/test.lo, share)
		}
		for _, solver := range solvers {
			q := factored(t, test.net, k, solver.make)
			err := q.Displace(randomLoad(q.C.N, 9))
			var inaccurate *mechanics.InaccurateError
			if test.hi > 1e3*test.lo && errors.As(err, &inaccurate) && inaccurate.Iterations > 0 && inaccurate.Left > inaccurate.Accepted {
				continue // what iterates may not settle there, and says so
			}
			if err != nil {
				t.Errorf("%s, %s: %v", test.name, solver.name, err)
			}
			if h := q.Health(); h.Checked != 1 || !(h.Worst < backwardError) {
				t.Errorf("%s, %s: %+v", test.name, solver.name, h)
			}
		}
	}
}

// onRim tells whether a place lies within a bond of the box around a network.
func onRim(net *network.Network, x, y float64) bool {
	lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for i, v := range net.Pos {
		lo[i%2], hi[i%2] = min(lo[i%2], v), max(hi[i%2], v)
	}
	return min(x-lo[0], hi[0]-x, y-lo[1], hi[1]-y) < 1
}

// A part that hangs on springs of no account is named by its nodes.
func TestSoftMotionIsNamed(t *testing.T) {
	// Nodes 4, 5, 6: a triangle that three very soft springs hold.
	net := testnet.Trapezoid()
	first := net.Nodes()
	net.Pos = append(net.Pos, 1, 1, 1.01, 1, 1, 1.01)
	net.Held = append(net.Held, make([]bool, 6)...)
	k := same(100, len(net.Elements))
	for _, pair := range [][2]int{{0, 1}, {1, 2}, {0, 2}} {
		net.Elements = append(net.Elements, network.Element{Nodes: [2]int{first + pair[0], first + pair[1]}})
		k = append(k, 100)
	}
	for i, dir := range [][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 1, 0}} {
		net.Elements = append(net.Elements, network.Element{Kind: network.Ground, Nodes: [2]int{first + i%2, first + i%2}, Dir: dir})
		k = append(k, 1e-16)
	}
	for _, solver := range solvers {
		q := mechanics.NewEquilibrium(net, solver.make)
		var singular *mechanics.SingularError
		if err := q.SetStiffness(k); !errors.As(err, &singular) {
			t.Errorf("%s: %v", solver.name, err)
			continue
		}
		m := q.SoftMotion()
		if got, want := m.String(), "nodes 15, 16, 17 move together almost without stretching a bond"; got != want {
			t.Errorf("%s: %q, want %q", solver.name, got, want)
		}
		// The energy of the motion is next to nothing.
		u := make([]float64, q.C.N)
		for i, unknown := range q.C.Unknown {
			if unknown >= 0 {
				u[unknown] = m.U[i]
			}
		}
		e := make([]float64, q.C.M)
		q.C.Elongations(e, u, 1)
		energy := 0.0
		for i := range e {
			energy += k[i] * e[i] * e[i]
		}
		if !(energy < 1e-10) {
			t.Errorf("%s: the motion costs %g", solver.name, energy)
		}
		// The network is as usable as before once it is stiff again.
		if err := q.SetStiffness(same(100, len(k))); err != nil {
			t.Errorf("%s: %v", solver.name, err)
		}
		if err := q.Displace(randomLoad(q.C.N, 2)); err != nil {
			t.Errorf("%s: %v", solver.name, err)
		}
	}
}

// SoftMotion takes the factor, so nothing is answered before another stiffness is set.
func TestNoAnswersFromAHalfReadyFactor(t *testing.T) {
	net := testnet.Trapezoid()
	k := testnet.Stiffness(28, 50, 200, 3)
	for name, solver := range map[string]func(*mechanics.Compatibility) mechanics.Solver{"dense": nil,
		"sparse": func(c *mechanics.Compatibility) mechanics.Solver { return mechanics.NewSparse(c) }} {
		q := factored(t, net, k, solver)
		r := mechanics.NewResponses(q.C, trapezoidPorts[:1], trapezoidPorts[1:])
		before := randomLoad(q.C.N, 1)
		if err := q.Displace(before); err != nil {
			t.Fatal(err)
		}
		revision := q.Revision()
		q.SoftMotion()
		if q.Revision() == revision {
			t.Errorf("%s: answers from before SoftMotion pass for present ones", name)
		}
		for what, ask := range map[string]func(){
			"Displace":  func() { _ = q.Displace(make([]float64, q.C.N)) },
			"Respond":   func() { _ = q.Respond(r) },
			"Condition": func() { q.Condition() },
		} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s: %s answers from the factor that SoftMotion left", name, what)
					}
				}()
				ask()
			}()
		}
		if err := q.SetStiffness(k); err != nil {
			t.Fatal(err)
		}
		after := randomLoad(q.C.N, 1)
		if err := q.Displace(after); err != nil || farthest(after, before) != 0 {
			t.Errorf("%s: after SetStiffness: %v, %g away", name, err, farthest(after, before))
		}
	}
}
