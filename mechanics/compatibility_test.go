package mechanics_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

func TestCompatibilityOfABar(t *testing.T) {
	net := &network.Network{Dim: 2, Pos: []float64{0, 0, 3, 4, 3, 0}, Held: []bool{false, true, false, false, false, false}}
	net.Elements = []network.Element{{Nodes: [2]int{0, 1}}, {Nodes: [2]int{2, 1}}, {Nodes: [2]int{0, 2}, Cut: true},
		{Kind: network.Ground, Nodes: [2]int{2, 2}, Dir: [3]float64{0, 1, 0}}}
	c := mechanics.NewCompatibility(net)
	if c.M != 4 || c.N != 5 || c.Dim != 2 || len(c.Mode) != 5 || c.Mode[3] != 3 {
		t.Fatalf("%d modes and %d unknowns, first modes %v", c.M, c.N, c.Mode)
	}
	for at, want := range []int32{0, -1, 1, 2, 3, 4} {
		if c.Unknown[at] != want {
			t.Errorf("unknown %d is %d, not %d", at, c.Unknown[at], want)
		}
	}
	// Node 2 moves along the first bar, node 3 up: cosines 0.6 and 0.8.
	e := make([]float64, 4)
	c.Elongations(e, []float64{0, 0.6, 0.8, 0, 0.5}, 1)
	for i, want := range []float64{1, 0.8 - 0.5, 0, 0.5} {
		near(t, "elongation", e[i], want, 1e-15)
	}
	if c.Ptr[1]-c.Ptr[0] != 3 || c.Ptr[2]-c.Ptr[1] != 2 || c.Ptr[3] != c.Ptr[2] {
		t.Errorf("rows %v: supports, axes at right angles and cut bars have no entries", c.Ptr)
	}
}

func TestPlaceOfAnUnknown(t *testing.T) {
	c := mechanics.NewCompatibility(testnet.Trapezoid())
	for i, unknown := range c.Unknown {
		if unknown < 0 {
			continue
		}
		if node, axis := c.Place(int(unknown)); node != i/2 || axis != i%2 {
			t.Errorf("unknown %d is at node %d, axis %d", unknown, node, axis)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown that does not exist has a place")
		}
	}()
	c.Place(c.N)
}

func TestLoadOfAPort(t *testing.T) {
	net := testnet.Trapezoid()
	c := mechanics.NewCompatibility(net)
	if unknown, value := c.Load(testnet.Port(1, 0.6, 0.8)); unknown != nil || value != nil {
		t.Errorf("a support is loaded: %v %v", unknown, value)
	}
	if unknown, value := c.Load(testnet.Port(2, 0, -1)); len(unknown) != 1 || unknown[0] != c.Unknown[3] || value[0] != -1 {
		t.Errorf("down at node 2: %v %v", unknown, value)
	}
	if unknown, value := c.Load(testnet.Port(2, 1, 0)); len(unknown) != 1 || unknown[0] != 0 || value[0] != 1 {
		t.Errorf("the first unknown: %v %v", unknown, value)
	}
	if unknown, value := c.Load(testnet.Port(14, 0.6, 0.8)); len(unknown) != 2 || value[0] != 0.6 || value[1] != 0.8 {
		t.Errorf("askew at node 14: %v %v", unknown, value)
	}
}

// Every width of the kernels gives each column the same bits.
func TestElongationsOfSeveralLoads(t *testing.T) {
	c := mechanics.NewCompatibility(testnet.Random(3, 12, 20, 5))
	for _, nrhs := range []int{1, 3, 8, 11} {
		u := randomLoad(c.N*nrhs, 3)
		e := make([]float64, c.M*nrhs)
		for i := range e {
			e[i] = math.NaN() // left over from before
		}
		c.Elongations(e, u, nrhs)
		for r := range nrhs {
			one, want := make([]float64, c.N), make([]float64, c.M)
			for i := range one {
				one[i] = u[i*nrhs+r]
			}
			c.Elongations(want, one, 1)
			for i := range want {
				if e[i*nrhs+r] != want[i] {
					t.Fatalf("load %d of %d, mode %d: %g, not %g", r+1, nrhs, i, e[i*nrhs+r], want[i])
				}
			}
		}
	}
}

// InternalForces is the transpose of Elongations: t.(C u) = (C^T t).u.
func TestVirtualWork(t *testing.T) {
	c := mechanics.NewCompatibility(testnet.Random(3, 30, 40, 6))
	u, tension := randomLoad(c.N, 1), randomLoad(c.M, 2)
	e, f := make([]float64, c.M), randomLoad(c.N, 3) // f is overwritten
	c.Elongations(e, u, 1)
	c.InternalForces(f, tension)
	inside, outside := 0.0, 0.0
	for i := range e {
		inside += tension[i] * e[i]
	}
	for i := range f {
		outside += f[i] * u[i]
	}
	near(t, "virtual work", outside, inside, 1e-12)
}

// Bars along an axis must not couple it with another by rounding of their ends.
func TestAxesStayApart(t *testing.T) {
	net := testnet.Chain(2)
	net.Dim, net.Pos, net.Held = 2, []float64{0, 0, 1, 1e-17, 2, 0}, []bool{true, true, false, true, false, true}
	c := mechanics.NewCompatibility(net)
	for i, v := range c.Val {
		if math.Abs(v) != 1 {
			t.Errorf("entry %d is %g", i, v)
		}
	}
}

func TestMisuseOfCompatibility(t *testing.T) {
	point := testnet.Chain(1)
	point.Pos[1] = point.Pos[0]
	odd := testnet.Chain(1)
	odd.Elements[0].Kind = 77
	for name, net := range map[string]*network.Network{"zero length": point, "unknown kind": odd} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s passes", name)
				}
			}()
			mechanics.NewCompatibility(net)
		}()
	}
}
