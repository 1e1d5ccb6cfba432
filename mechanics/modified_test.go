package mechanics_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// specimens for cuts: networks with ports, of all kinds that lose stiffness in different ways.
func cutSpecimens() map[string]*network.Network {
	return map[string]*network.Network{
		"trapezoid":                     testnet.Trapezoid(),
		"braced":                        testnet.Braced(6, 5),
		"braced, sparse":                testnet.Braced(9, 9),
		"random, plane":                 testnet.Random(2, 30, 12, 1),
		"random, space":                 testnet.Random(3, 25, 15, 2),
		"random, statically determined": testnet.Random(2, 20, 0, 3),
		"statically determined":         testnet.Warren(9),
	}
}

// somePorts pushes two nodes and reads three.
func somePorts(net *network.Network) (in, out []network.Port) {
	var free []int
	for node := range net.Nodes() {
		if !slices.Contains(net.Held[node*net.Dim:(node+1)*net.Dim], true) {
			free = append(free, node)
		}
	}
	n := len(free)
	port := func(node int, x, y float64) network.Port { return network.Port{Node: node, Dir: [3]float64{x, y}} }
	return []network.Port{port(free[0], 1, 0), port(free[n/2], 0, 1)},
		[]network.Port{port(free[n/3], 1, 0), port(free[n-1], 0, 1), port(free[n/2], 0.6, 0.8)}
}

// modified is a network with contrasts, ready for changes.
func modified(t testing.TB, net *network.Network, k []float64) (*mechanics.Modified, []network.Port, []network.Port) {
	t.Helper()
	q := mechanics.NewEquilibrium(net, nil)
	if err := q.SetStiffness(k); err != nil {
		t.Fatal(err)
	}
	in, out := somePorts(net)
	m := mechanics.NewModified(q, in, out)
	if err := m.Begin(q); err != nil {
		t.Fatal(err)
	}
	return m, in, out
}

// without is a network with more bonds cut.
func without(net *network.Network, modes ...int) *network.Network {
	n := *net
	n.Elements = slices.Clone(net.Elements)
	for _, mode := range modes {
		n.Elements[mode].Cut = true
	}
	return &n
}

// anew are the responses from a factorisation; nil where there is none.
func anew(net *network.Network, k []float64, in, out []network.Port) *mechanics.Responses {
	q := mechanics.NewEquilibrium(net, func(c *mechanics.Compatibility) mechanics.Solver { return mechanics.NewSparse(c) })
	if err := q.SetStiffness(k); err != nil {
		return nil
	}
	r := mechanics.NewResponses(q.C, in, out)
	q.Respond(r)
	f := make([]float64, len(r.U))
	for column, port := range slices.Concat(in, out) {
		unknown, value := q.C.Load(port)
		for a, at := range unknown {
			f[int(at)*r.Stride+column] = value[a]
		}
	}
	correct(q, r.U, f, r.Stride) // to more digits than factorising alone gives
	correct(q, r.U, f, r.Stride)
	q.C.Elongations(r.E, r.U, r.Stride)
	for o, port := range out {
		unknown, value := q.C.Load(port)
		for i := range in {
			r.S[o*len(in)+i] = 0
			for a, at := range unknown {
				r.S[o*len(in)+i] += value[a] * r.U[int(at)*r.Stride+i]
			}
		}
	}
	return r
}

// apart is the largest difference relative to the largest number.
func apart(got, want []float64) float64 {
	worst, size := 0.0, 0.0
	for i := range want {
		worst = max(worst, math.Abs(got[i]-want[i]))
		size = max(size, math.Abs(want[i]))
	}
	return worst / size
}

// Every bond in turn: the outputs of the network without it, and a mechanism exactly where there is one.
func TestCut(t *testing.T) {
	for name, net := range cutSpecimens() {
		for _, contrast := range []float64{1, 1e3} {
			k := testnet.Stiffness(len(net.Elements), 1, contrast, 5)
			m, in, out := modified(t, net, k)
			s := make([]float64, len(in)*len(out))
			broken := 0
			for mode := range k {
				rest := without(net, mode)
				found := mechanics.FindMechanisms(rest, mechanics.NewCompatibility(rest))
				err := m.Cut(mode, s)
				var left *mechanics.MechanismError
				if errors.As(err, &left) != (found.Mechanisms > 0) {
					t.Errorf("%s: without bond %d there are %d mechanisms, and Cut says %v", name, mode+1, found.Mechanisms, err)
					continue
				}
				if err != nil {
					broken++
					if left == nil || left.Modes[0] != mode || !slices.Equal(sorted(left.Motion.Nodes), sorted(found.Motions[0].Nodes)) {
						t.Errorf("%s: without bond %d: %v, want %v", name, mode+1, err, found.Motions[0])
					}
					continue
				}
				if d := apart(s, anew(rest, k, in, out).S); !(d < 1e-10) {
					t.Errorf("%s: without bond %d the outputs differ by %g", name, mode+1, d)
				}
			}
			if determined := strings.Contains(name, "determined"); determined != (broken == len(k)) {
				t.Errorf("%s: %d of %d cuts leave a mechanism", name, broken, len(k))
			}
		}
	}
}

func sorted(nodes []int) []int {
	nodes = slices.Clone(nodes)
	slices.Sort(nodes)
	return nodes
}

// A bond beside a soft one: its cut leaves little stiffness, or none, and no answer is wrong in between.
func TestCutBesideSoftBond(t *testing.T) {
	for _, soft := range []float64{1e-3, 1e-6, 1e-9, 1e-12, 1e-13, 1e-16} {
		// Two bars in a row from the wall, the first beside a soft twin.
		net := &network.Network{Dim: 1, Pos: []float64{0, 1, 2}, Held: []bool{true, false, false}, Elements: []network.Element{
			{Kind: network.Bar, Nodes: [2]int{0, 1}}, {Kind: network.Bar, Nodes: [2]int{0, 1}}, {Kind: network.Bar, Nodes: [2]int{1, 2}}}}
		q := mechanics.NewEquilibrium(net, nil)
		if err := q.SetStiffness([]float64{1, soft, 1}); err != nil {
			t.Fatal(err)
		}
		port := []network.Port{{Node: 2, Dir: [3]float64{1}}}
		m := mechanics.NewModified(q, port, port)
		if err := m.Begin(q); err != nil {
			t.Fatal(err)
		}
		var s [1]float64
		err := m.Cut(0, s[:])
		if refused := anew(without(net, 0), []float64{1, soft, 1}, port, port) == nil; refused != (err != nil) {
			t.Errorf("soft bond %g: factorising refuses: %v; Cut says %v", soft, refused, err)
		}
		if want := 1 + 1/soft; err == nil && math.Abs(s[0]-want) > 1e-9*want {
			t.Errorf("soft bond %g: compliance %g, want %g", soft, s[0], want)
		}
		if err := m.Cut(2, s[:]); err == nil || !strings.Contains(err.Error(), "without bond 3 the network is a mechanism: node 3 is free to move along x") {
			t.Errorf("the last bar is cut: %v", err)
		}
	}
}

// The shares k s of all bonds add up to the unknowns, and are one in a statically determined truss.
func TestShares(t *testing.T) {
	for name, net := range cutSpecimens() {
		k := testnet.Stiffness(len(net.Elements), 1, 50, 6)
		m, _, _ := modified(t, net, k)
		sum := 0.0
		for mode, s := range m.SelfCompliance() {
			sum += k[mode] * s
			if strings.Contains(name, "determined") && math.Abs(k[mode]*s-1) > 1e-11 {
				t.Errorf("%s: bond %d has a share of %g", name, mode+1, k[mode]*s)
			}
		}
		if n := float64(mechanics.NewCompatibility(net).N); math.Abs(sum-n) > 1e-9*n {
			t.Errorf("%s: shares add up to %g of %g", name, sum, n)
		}
	}
}

// Three bonds at once, cut, softened, stiffened and added, against factorising.
func TestRespond(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	for name, net := range cutSpecimens() {
		if strings.Contains(name, "determined") {
			continue
		}
		k := testnet.Stiffness(len(net.Elements), 1, 20, 7)
		m, in, out := modified(t, net, k)
		got := mechanics.NewResponses(mechanics.NewCompatibility(net), in, out)
		held, broken := 0, 0
		for range 40 {
			three := random.Perm(len(k))[:3]
			added := mechanics.Change{Mode: -1, Nodes: [2]int{net.Nodes() - 1, net.Nodes() / 3}, Stiffness: 3}
			changes := []mechanics.Change{{Mode: three[0]}, {Mode: three[1], Stiffness: 40}, {Mode: three[2], Stiffness: 0.01}}
			if random.IntN(2) == 0 {
				changes = []mechanics.Change{{Mode: three[0]}, {Mode: three[1]}, added}
			}
			rest := without(net)
			after := slices.Clone(k)
			for _, c := range changes {
				switch {
				case c.Mode < 0:
					rest.Elements = append(rest.Elements, network.Element{Kind: network.Bar, Nodes: c.Nodes})
					after = append(after, c.Stiffness)
				case c.Stiffness == 0:
					rest.Elements[c.Mode].Cut = true
				default:
					after[c.Mode] = c.Stiffness
				}
			}
			err := m.Respond(changes, got)
			found := mechanics.FindMechanisms(rest, mechanics.NewCompatibility(rest))
			if errors.As(err, new(*mechanics.MechanismError)) != (found.Mechanisms > 0) {
				t.Errorf("%s, %v: %d mechanisms, and Respond says %v", name, changes, found.Mechanisms, err)
			}
			if err != nil || found.Mechanisms > 0 {
				broken++
				continue
			}
			held++
			want := anew(rest, after, in, out)
			if d := max(apart(got.S, want.S), apart(got.U, want.U), apart(got.E, want.E[:len(got.E)])); !(d < 1e-9) {
				t.Errorf("%s, %v: differ by %g", name, changes, d)
			}
		}
		if held == 0 {
			t.Errorf("%s: every change left a mechanism", name)
		}
		t.Logf("%s: %d held, %d mechanisms, %d factorised", name, held, broken, m.Refactored)
	}
}

// Cut and Respond are the same for one cut; nothing changed gives the base; a change and back too.
func TestRespondAgreesWithCut(t *testing.T) {
	net := testnet.Braced(6, 6)
	k := testnet.Stiffness(len(net.Elements), 1, 3, 8)
	m, in, out := modified(t, net, k)
	r := mechanics.NewResponses(mechanics.NewCompatibility(net), in, out)
	s := make([]float64, len(r.S))
	for mode := range k {
		errCut, errRespond := m.Cut(mode, s), m.Respond([]mechanics.Change{{Mode: mode}}, r)
		if (errCut == nil) != (errRespond == nil) {
			t.Fatalf("bond %d: %v and %v", mode+1, errCut, errRespond)
		}
		if errCut == nil && apart(s, r.S) > 1e-11 {
			t.Errorf("bond %d: %v and %v", mode+1, s, r.S)
		}
	}
	for _, changes := range [][]mechanics.Change{nil, {{Mode: 9, Stiffness: k[9]}}} {
		if err := m.Respond(changes, r); err != nil || apart(r.S, m.Responses().S) > 1e-13 {
			t.Errorf("%v: %v, %v", changes, r.S, err)
		}
	}
}

// Bonds of enormous stiffness become ordinary ones: where the formula would lose more than five digits, D' is
// factorised, and counted.
func TestRespondFactorisesInTime(t *testing.T) {
	net := testnet.Braced(5, 5)
	after := testnet.Stiffness(len(net.Elements), 1, 2, 8)
	least, most := math.MaxInt, 0
	for _, stiff := range []float64{1e2, 1e4, 1e6, 1e8, 1e10, 1e12} {
		k := slices.Clone(after)
		changes := []mechanics.Change{}
		for _, mode := range []int{13, 14, 25, 26} {
			k[mode] = stiff
			changes = append(changes, mechanics.Change{Mode: mode, Stiffness: after[mode]})
		}
		m, in, out := modified(t, net, k)
		r := mechanics.NewResponses(mechanics.NewCompatibility(net), in, out)
		if err := m.Respond(changes, r); err != nil {
			t.Fatal(err)
		}
		if d := apart(r.S, anew(net, after, in, out).S); !(d < 1e-9) {
			t.Errorf("from %g: answers differ by %g, %d factorised", stiff, d, m.Refactored)
		}
		least, most = min(least, m.Refactored), max(most, m.Refactored)
	}
	if least != 0 || most != 1 {
		t.Errorf("between %d and %d factorisations", least, most)
	}
}

func TestChangesThatMakeNoSense(t *testing.T) {
	net := without(testnet.Braced(4, 4), 5)
	m, in, out := modified(t, net, testnet.Stiffness(len(net.Elements), 1, 3, 8))
	r := mechanics.NewResponses(mechanics.NewCompatibility(net), in, out)
	for want, changes := range map[string][]mechanics.Change{
		"change 1: -1 N/m is no stiffness":       {{Mode: 1, Stiffness: -1}},
		"change 1: NaN N/m is no stiffness":      {{Mode: 1, Stiffness: math.NaN()}},
		"change 2: +Inf N/m is no stiffness":     {{Mode: 7}, {Mode: 8, Stiffness: math.Inf(1)}},
		"change 1: there is no bond 1001":        {{Mode: 1000}},
		"change 2: bond 8 is changed twice":      {{Mode: 7}, {Mode: 7, Stiffness: 1}},
		"change 1: bond 6 is cut":                {{Mode: 5, Stiffness: 1}},
		"change 1: no bar joins nodes 3 and 3":   {{Mode: -1, Nodes: [2]int{2, 2}, Stiffness: 1}},
		"change 1: no bar joins nodes 3 and 100": {{Mode: -1, Nodes: [2]int{2, 99}, Stiffness: 1}},
		"change 1: nodes 1 and 2 are both held":  {{Mode: -1, Nodes: [2]int{0, 1}, Stiffness: 1}},
	} {
		err := m.Respond(changes, r)
		if !errors.As(err, new(*mechanics.ChangeError)) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v: %v, want %s", changes, err, want)
		}
	}
	// A bond that the network has cut can be cut again: nothing happens.
	s := make([]float64, len(r.S))
	if err := m.Cut(5, s); err != nil || !slices.Equal(s, m.Responses().S) {
		t.Errorf("cut twice: %v", err)
	}
}

func TestCutDoesNotAllocate(t *testing.T) {
	net := testnet.Braced(8, 8)
	k := testnet.Stiffness(len(net.Elements), 1, 3, 8)
	m, _, _ := modified(t, net, k)
	s := make([]float64, len(m.Responses().S))
	if n := testing.AllocsPerRun(3, func() {
		for mode := 40; mode < 60; mode++ {
			if err := m.Cut(mode, s); err != nil {
				t.Fatal(err)
			}
		}
	}); n != 0 {
		t.Errorf("it allocates %g times", n)
	}
}
