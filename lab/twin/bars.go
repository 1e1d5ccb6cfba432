package twin

import (
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/finite"
	"github.com/elastrain/elastrain/network"
)

// mechanism is how a specimen answers loads. Its unknowns are the displacements of nodes along the
// axes that no support holds, in that order.
type mechanism interface {
	settings() int    // numbers that set takes
	unknowns() int    // N
	unknown() []int32 // of each node and axis; -1 where held
	// set gives the elements their stiffnesses or parameters.
	set(k []float64) error
	// rest sets u to the equilibrium under the loads f; len N.
	rest(u, f []float64) error
	// elongations of the bonds at u; len elements of the network.
	elongations(u []float64) []float64
	// fail breaks an element, or makes it whole again; build follows.
	fail(element int, broken bool)
	broken(element int) bool
	elements() int
	element(setting int) int // that it belongs to
	allows(k []float64) error
	build() error
}

// bars is a lattice of linear springs that move little.
type bars struct {
	net *network.Network // bonds that failed are cut
	eq  *mechanics.Equilibrium
}

func (b *bars) settings() int    { return len(b.net.Elements) }
func (b *bars) unknowns() int    { return b.eq.C.N }
func (b *bars) unknown() []int32 { return b.eq.C.Unknown }
func (b *bars) build() error     { b.eq = mechanics.NewEquilibrium(b.net, nil); return nil }

func (b *bars) set(k []float64) error { return b.eq.SetStiffness(k) }

func (b *bars) fail(i int, broken bool) { b.net.Elements[i].Cut = broken }

func (b *bars) broken(i int) bool { return b.net.Elements[i].Cut }

func (b *bars) elements() int           { return len(b.net.Elements) }
func (b *bars) element(setting int) int { return setting }
func (b *bars) allows([]float64) error  { return nil }

func (b *bars) rest(u, f []float64) error {
	copy(u, f)
	return b.eq.Displace(u)
}

func (b *bars) elongations(u []float64) []float64 {
	e := make([]float64, b.eq.C.M)
	b.eq.C.Elongations(e, u, 1)
	return e
}

// farBars is one whose displacements are not small.
type farBars struct {
	net *network.Network
	eq  *finite.Equilibrium
}

func (b *farBars) settings() int    { return len(b.net.Elements) }
func (b *farBars) unknowns() int    { return b.eq.C.N }
func (b *farBars) unknown() []int32 { return b.eq.C.Unknown }
func (b *farBars) build() error     { b.eq = finite.New(b.net); return nil }

func (b *farBars) set(k []float64) error { return b.eq.SetStiffness(k) }

func (b *farBars) fail(i int, broken bool) { b.net.Elements[i].Cut = broken }

func (b *farBars) broken(i int) bool { return b.net.Elements[i].Cut }

func (b *farBars) elements() int           { return len(b.net.Elements) }
func (b *farBars) element(setting int) int { return setting }
func (b *farBars) allows([]float64) error  { return nil }

func (b *farBars) rest(u, f []float64) error {
	clear(u) // so that the same loads give the same state, whatever hung before
	_, err := b.eq.Displace(u, f)
	return err
}

func (b *farBars) elongations(u []float64) []float64 {
	e := make([]float64, b.eq.C.M)
	b.eq.Elongations(e, u)
	return e
}
