package mechanics_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/multigrid"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
)

// standing is a lattice of face-centred cubes whose lowest layer is held.
func standing(t *testing.T, a, b, c int) *network.Network {
	t.Helper()
	net, err := lattice.FCC(a, b, c, 1)
	if err != nil {
		t.Fatal(err)
	}
	net.Held = make([]bool, len(net.Pos))
	for i := range net.Nodes() {
		if net.At(i)[2] < 1e-9 {
			net.Held[3*i], net.Held[3*i+1], net.Held[3*i+2] = true, true, true
		}
	}
	return net
}

// auto takes multigrid for lattices in space whose factor is too dear, and where it has no room; never in the plane, and never for what
// is small. What is asked for is done.
func TestChoiceOfMultigrid(t *testing.T) {
	small := mechanics.NewCompatibility(standing(t, 6, 6, 6))
	for _, test := range []struct {
		what string
		c    *mechanics.Compatibility
		name string
		no   string // the solver that has no room
		want string
		why  string
	}{
		{"a small block", small, "auto", "", "sparse Cholesky", "chosen for more than 120 unknowns"},
		{"a small block without room", small, "auto", "sparse", "multigrid", "has no room"},
		{"asked for", small, "multigrid", "", "multigrid", "asked for"},
		{"in the plane", mechanics.NewCompatibility(testnet.Braced(300, 300)), "auto", "", "sparse Cholesky", "chosen for more"},
		{"a large block", mechanics.NewCompatibility(standing(t, 22, 22, 22)), "auto", "", "multigrid", "chosen in space, where a factor would take"},
	} {
		s, why, err := mechanics.Choose(test.c, mechanics.Choice{Name: test.name, Admit: func(name string, bytes int64) error {
			if name == test.no || bytes < int64(8*test.c.N) {
				return errors.New("too much")
			}
			return nil
		}})
		if err != nil || s.Name() != test.want || !strings.Contains(why, test.why) {
			t.Errorf("%s: %v, %q, %v", test.what, s, why, err)
		}
	}
	cell, err := lattice.Periodic("triangular", 4, 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	if c := mechanics.NewCompatibility(cell); c.Strain != nil {
		if _, err := mechanics.NewMultigrid(c, multigrid.Options{}); err == nil || !strings.Contains(err.Error(), "periodic") {
			t.Errorf("a cell: %v", err)
		}
	}
}

// Rollers, springs to ground and bonds between supports: displacements are those of the direct solver.
func TestMultigridSupports(t *testing.T) {
	net := standing(t, 4, 4, 4)
	clear(net.Held)
	for i := range net.Nodes() {
		x := net.At(i)
		net.Held[3*i] = x[0] < 1e-9 // three faces slide
		net.Held[3*i+1] = x[1] < 1e-9
		net.Held[3*i+2] = x[2] < 1e-9
	}
	for i := range 5 {
		net.Elements = append(net.Elements, network.Element{Kind: network.Ground, Nodes: [2]int{net.Nodes() - 1 - i, 0}, Dir: [3]float64{0.6, 0, 0.8}})
	}
	k := testnet.Stiffness(len(net.Elements), 1, 10, 4)
	direct := factored(t, net, k, func(c *mechanics.Compatibility) mechanics.Solver { return mechanics.NewSparse(c) })
	iterated := factored(t, net, k, func(c *mechanics.Compatibility) mechanics.Solver { return levels(c, 60) })
	f := randomLoad(direct.C.N, 2)
	want, got := append([]float64(nil), f...), append([]float64(nil), f...)
	if err := errors.Join(direct.Displace(want), iterated.Displace(got)); err != nil {
		t.Fatal(err)
	}
	if d := farthest(got, want); !(d < 1e-12) {
		t.Errorf("displacements differ by %.1e", d)
	}
	if n, residual := iterated.Iterated(); n < 3 || !(residual < 1e-12) {
		t.Errorf("%d iterations to %.1e", n, residual)
	}
}

// A part that hangs on a hinge is no motion of the coarsest level, and is told when a load does not settle: with the nodes that move.
func TestMultigridNamesWhatDoesNotSettle(t *testing.T) {
	net := standing(t, 4, 4, 4)
	// Two towers more, which are tied to the block at one node each, and so turn about it.
	first, corner := net.Nodes(), 0
	tower := standing(t, 1, 1, 1)
	for i := range net.Nodes() {
		if x := net.At(i); x[2] > net.At(corner)[2] || x[2] == net.At(corner)[2] && x[0]+x[1] > net.At(corner)[0]+net.At(corner)[1] {
			corner = i
		}
	}
	shift := net.At(corner)
	for i := range tower.Nodes() {
		for axis, v := range tower.At(i) {
			net.Pos = append(net.Pos, v+shift[axis])
			net.Held = append(net.Held, false)
		}
	}
	for _, e := range tower.Elements {
		for side, node := range e.Nodes {
			e.Nodes[side] = first + node
			if node == 0 {
				e.Nodes[side] = corner // its own corner is that of the block
			}
		}
		net.Elements = append(net.Elements, e)
	}
	net.Held[3*first], net.Held[3*first+1], net.Held[3*first+2] = true, true, true // what is left over
	c := mechanics.NewCompatibility(net)
	s := levels(c, 60)
	k := testnet.Stiffness(c.M, 1, 2, 3)
	err := s.Factor(k)
	if err == nil {
		b := make([]float64, c.N)
		b[c.N-1], b[c.N-5] = 1, -1
		err = s.Solve(b, 1)
	}
	var singular *mechanics.SingularError
	var inaccurate *mechanics.InaccurateError
	switch {
	case errors.As(err, &singular):
		if singular.Node < first {
			t.Errorf("names node %d, and those from %d on move", singular.Node, first)
		}
	case errors.As(err, &inaccurate):
		if len(inaccurate.Motion.Nodes) == 0 || inaccurate.Motion.Nodes[0] < first || !strings.Contains(err.Error(), "what does not settle") || math.IsNaN(inaccurate.Left) {
			t.Errorf("%v; %v", err, inaccurate.Motion.Nodes)
		}
	default:
		t.Errorf("a tower on a hinge: %v", err)
	}
}

// Where a factor would be far larger than what the solver has, studies that need one are refused in words.
func TestMultigridHasNoFactor(t *testing.T) {
	q := mechanics.NewEquilibriumOf(mechanics.NewCompatibility(standing(t, 4, 4, 4)), nil)
	q.Solver = levels(q.C, 60)
	if err := q.SetStiffness(testnet.Stiffness(q.C.M, 1, 2, 3)); err != nil {
		t.Fatal(err)
	}
	port := network.Port{Node: 300, Dir: [3]float64{1, 0, 0}}
	m := mechanics.NewModified(q, []network.Port{port}, []network.Port{port})
	if err := m.Begin(q); err != nil { // a small one makes a factor of its own
		t.Error(err)
	}
	if err := (&mechanics.FactorError{Bytes: 3 << 30}); !strings.Contains(err.Error(), "3.0 GiB") || !strings.Contains(err.Error(), "--solver sparse") {
		t.Error(err)
	}
}
