package body_test

import (
	"fmt"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
)

// Two bonds in a row between two walls, the first of which hardens. A camera sees the node between them 1 mm to the right: the body tells
// what each bond does, the force that holds the node there, and the energy stored. No solver is asked.
func Example() {
	hardening, _ := law.CurveNamed("hardening")
	b, err := body.New(&body.Plan{Dim: 1, Pos: []float64{0, 0.1, 0.2},
		Elements: []body.Element{
			{Kind: element.Bar{}, Law: law.Bond{Curve: hardening}, Nodes: []int{0, 1}, Theta: []float64{100, 1e-3}}, // k (1 + (e/s)^2) e
			{Kind: element.Bar{}, Law: law.Spring{}, Nodes: []int{1, 2}, Theta: []float64{100}}},
		Supports: []body.Support{{Node: 0, Part: element.X}, {Node: 2, Part: element.X}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, w, f := b.NewState(), b.NewWork(), make([]float64, b.Space.N)
	s.U[b.Space.Column(1, element.X)] = 1e-3
	b.Stand(w, s, false)        // deformations from displacements
	b.Resist(w, b.Theta(), s)   // forces from deformations
	b.Forces(w, s.T, 1, f, nil) // forces on nodes from those of bonds
	for i := range s.E {
		fmt.Printf("%s: longer by %.1f mm, pulls with %.2f N\n", b.Name(i), 1e3*s.E[i], s.T[i])
	}
	fmt.Printf("held by %.2f N, %.0f uJ stored\n", f[0], 1e6*s.Energy)
	// Output:
	// bar 1: longer by 1.0 mm, pulls with 0.20 N
	// bar 2: longer by -1.0 mm, pulls with -0.10 N
	// held by 0.30 N, 125 uJ stored
}
