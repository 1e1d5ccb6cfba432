package mechanics_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

func find(net *network.Network) (mechanics.Rigidity, *mechanics.Compatibility) {
	c := mechanics.NewCompatibility(net)
	return mechanics.FindMechanisms(net, c), c
}

// hang adds a node tied by bars to others (numbers from 1).
func hang(net *network.Network, at []float64, to ...int) *network.Network {
	node := net.Nodes()
	net.Pos = append(net.Pos, at...)
	for range net.Dim {
		net.Held = append(net.Held, false)
	}
	for _, other := range to {
		net.Elements = append(net.Elements, network.Element{Nodes: [2]int{other - 1, node}})
	}
	return net
}

func letGo(net *network.Network) *network.Network {
	clear(net.Held)
	return net
}

func TestKnownMechanisms(t *testing.T) {
	diagonal := testnet.Square()
	diagonal.Elements = append(diagonal.Elements, network.Element{Nodes: [2]int{0, 2}})
	crossed := func() *network.Network {
		net := testnet.Square()
		net.Elements = append(net.Elements, network.Element{Nodes: [2]int{0, 2}}, network.Element{Nodes: [2]int{1, 3}})
		return net
	}
	flat := testnet.Tripod(1)
	flat.Pos[2] = 0 // three bars in a plane leave their node free across it
	single := letGo(testnet.Chain(1))
	slanted := &network.Network{Dim: 2, Pos: []float64{0, 0, 3, 4}, Held: []bool{true, true, false, false}, Elements: []network.Element{{Nodes: [2]int{0, 1}}}}
	cut := testnet.Trapezoid()
	cut.Elements[0].Cut = true
	for _, test := range []struct {
		name       string
		net        *network.Network
		mechanisms int
		selfStress int
		says       string // of the first motion
	}{
		{"trapezoid", testnet.Trapezoid(), 0, 4, ""},
		{"trapezoid, one bar cut", cut, 0, 3, ""},
		{"trapezoid without support", letGo(testnet.Trapezoid()), 3, 3, "move together without stretching a bond"},
		{"square", testnet.Square(), 1, 1, "nodes 3, 4 move together without stretching a bond"}, // the side between supports counts as stressed
		{"square with a diagonal", diagonal, 0, 1, ""},
		{"square with two diagonals", crossed(), 0, 2, ""},
		{"free square with two diagonals", letGo(crossed()), 3, 1, "move together"},
		{"dangling bar", hang(testnet.Square(), []float64{2, 1}, 3), 2, 1, ""},
		{"bar that sways askew", slanted, 1, 0, "node 2 is free to move along ("},
		{"tripod", testnet.Tripod(1), 0, 0, ""},
		{"flat tripod", flat, 1, 1, "node 1 is free to move along z"},
		{"free tripod", letGo(testnet.Tripod(1)), 9, 0, ""},
		{"chain", testnet.Chain(6), 0, 0, ""},
		{"free chain", letGo(testnet.Chain(6)), 1, 0, "the whole network is free to move along x"},
		{"free bar", single, 1, 0, "the whole network is free to move along x"},
		{"girder", testnet.Warren(9), 0, 0, ""},
	} {
		r, c := find(test.net)
		if r.Mechanisms != test.mechanisms || r.SelfStress != test.selfStress {
			t.Errorf("%s: %d mechanisms and %d states of self-stress, not %d and %d", test.name, r.Mechanisms, r.SelfStress, test.mechanisms, test.selfStress)
		}
		checkMotions(t, test.name, r, c)
		if test.says != "" && len(r.Motions) > 0 && !strings.Contains(r.Motions[0].String(), test.says) {
			t.Errorf("%s: %q", test.name, r.Motions[0])
		}
	}
}

// checkMotions: they stretch nothing, are independent, largest 1, and name every
// node that moves.
func checkMotions(t *testing.T, name string, r mechanics.Rigidity, c *mechanics.Compatibility) {
	t.Helper()
	if len(r.Motions) != min(r.Mechanisms, 12) {
		t.Errorf("%s: %d motions of %d are shown", name, len(r.Motions), r.Mechanisms)
	}
	if len(r.Motions) == 0 {
		return
	}
	all := mat.NewDense(len(r.Motions), len(c.Unknown), nil)
	for row, m := range r.Motions {
		u, e := make([]float64, c.N), make([]float64, c.M)
		largest := 0.0
		for i, unknown := range c.Unknown {
			if unknown >= 0 {
				u[unknown] = m.U[i]
			} else if m.U[i] != 0 {
				t.Errorf("%s: a support moves", name)
			}
			largest = max(largest, math.Abs(m.U[i]))
		}
		c.Elongations(e, u, 1)
		for i, v := range e {
			if !(math.Abs(v) <= 1e-9) {
				t.Errorf("%s: motion %d stretches bond %d by %.1e", name, row+1, i+1, v)
			}
		}
		if !(math.Abs(largest-1) <= 1e-15) {
			t.Errorf("%s: the largest displacement of motion %d is %g", name, row+1, largest)
		}
		moves := map[int]bool{}
		for _, node := range m.Nodes {
			moves[node] = true
		}
		for i, v := range m.U {
			if math.Abs(v) > 1e-5 && !moves[i/m.Dim] {
				t.Errorf("%s: motion %d does not name node %d", name, row+1, i/m.Dim+1)
			}
		}
		all.SetRow(row, m.U)
	}
	if got := rank(all); got != len(r.Motions) {
		t.Errorf("%s: %d motions span %d dimensions", name, len(r.Motions), got)
	}
}

// rank by singular values.
func rank(m mat.Matrix) int {
	var svd mat.SVD
	svd.Factorize(m, mat.SVDNone)
	values := svd.Values(nil)
	r := 0
	for _, v := range values {
		if v > 1e-9*max(values[0], 1) {
			r++
		}
	}
	return r
}

// Random networks with bars taken away: mechanisms are the columns of C less its
// rank, states of self-stress its rows less its rank (Maxwell and Calladine).
func TestMechanismsAgainstSingularValues(t *testing.T) {
	for seed := range uint64(120) {
		random := rand.New(rand.NewPCG(seed, 5))
		dim := 1 + random.IntN(3)
		net := testnet.Random(dim, dim+1+random.IntN(10), random.IntN(12), seed)
		if random.IntN(2) == 0 {
			net = testnet.Braced(2+random.IntN(4), 2+random.IntN(4))
		}
		for i := range net.Held {
			net.Held[i] = net.Held[i] && random.IntN(3) > 0
		}
		bars := 0
		for i := range net.Elements {
			net.Elements[i].Cut = random.IntN(5) == 0
			if !net.Elements[i].Cut {
				bars++
			}
		}
		for range random.IntN(3) {
			net.Elements = append(net.Elements, network.Element{Kind: network.Ground, Dir: [3]float64{1, 0, 0}})
			bars++
		}
		r, c := find(net)
		full := rank(compatibilityMatrix(c))
		if r.Mechanisms != c.N-full || r.SelfStress != bars-full {
			t.Errorf("seed %d: %d mechanisms and %d states of self-stress, by singular values %d and %d", seed, r.Mechanisms, r.SelfStress, c.N-full, bars-full)
		}
		checkMotions(t, "random", r, c)
	}
}

func TestMechanismOfALargeLattice(t *testing.T) {
	net := testnet.Braced(71, 71)
	hang(net, []float64{35, 71}, 70*71+36) // above the middle of the top, by one upright bar
	r, c := find(net)
	if r.Mechanisms != 1 || r.Motions[0].String() != "node 5042 is free to move along x" {
		t.Errorf("%d mechanisms, %v", r.Mechanisms, r.Motions)
	}
	checkMotions(t, "large lattice", r, c)
	if r, _ = find(letGo(testnet.Braced(30, 30))); r.Mechanisms != 3 || !strings.Contains(r.Motions[0].String(), " more move together") {
		t.Errorf("%d mechanisms, %v", r.Mechanisms, r.Motions)
	}
}

func TestWordsForMotions(t *testing.T) {
	for _, test := range []struct {
		motion mechanics.Motion
		want   string
	}{
		{mechanics.Motion{Dim: 2, U: make([]float64, 4)}, "nothing moves"},
		{mechanics.Motion{Dim: 2, U: []float64{0, 0, 0, -1}, Nodes: []int{1}}, "node 2 is free to move along y"},
		{mechanics.Motion{Dim: 2, U: []float64{0, 0, 0.8, -0.6}, Nodes: []int{1}}, "node 2 is free to move along (0.80, -0.60)"},
		{mechanics.Motion{Dim: 1, U: []float64{1, 1}, Nodes: []int{0, 1}}, "the whole network is free to move along x"},
		{mechanics.Motion{Dim: 1, U: []float64{1, 0.5}, Nodes: []int{0, 1}}, "nodes 1, 2 move together without stretching a bond"},
		{mechanics.Motion{Dim: 1, U: make([]float64, 20), Nodes: []int{9, 1, 2, 3, 4, 5, 6, 7, 8, 0}}, "nodes 2, 3, 4, 5, 6, 7, 8, 10 and 2 more move together without stretching a bond"},
	} {
		if got := test.motion.String(); got != test.want {
			t.Errorf("%q, not %q", got, test.want)
		}
	}
}
