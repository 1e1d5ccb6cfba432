package statics_test

import (
	"fmt"
	"log"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// A cantilever of one beam bends under a force at its tip; the derivative of what it shows by EI is that of P L^3/3EI.
func Example() {
	b, err := body.New(&body.Plan{Dim: 2, Pos: []float64{0, 0, 0.1, 0},
		Elements: []body.Element{{Kind: element.Beam{}, Law: law.Section{}, Nodes: []int{0, 1}, Theta: []float64{1e4, 0.02}}},
		Supports: []body.Support{{Node: 0, Part: element.X}, {Node: 0, Part: element.Y}, {Node: 0, Part: element.TurnZ}}})
	if err != nil {
		log.Fatal(err)
	}
	eq := statics.New(b, false)
	if err := eq.Set(b.Theta()); err != nil {
		log.Fatal(err)
	}
	tip := statics.Port{{Node: 1, Part: element.Y, Weight: 1}}
	f, state, adjoint := make([]float64, b.Space.N), b.NewState(), b.NewState()
	tip.Put(&b.Space, 0.3, f)
	if _, err := eq.Rest(&statics.Load{F: f}, state); err != nil {
		log.Fatal(err)
	}
	clear(f)
	tip.Put(&b.Space, -1, f) // the adjoint load of reading the tip
	if err := eq.About(state, f, adjoint); err != nil {
		log.Fatal(err)
	}
	g := make([]float64, b.P)
	b.Product(b.NewWork(), eq.Theta(), state, adjoint, 1, g)
	fmt.Printf("tip %.3f mm; by EI %.4f m/(N m2)\n", 1e3*tip.Read(&b.Space, state.U, state.G), g[1])
	// Output: tip 5.000 mm; by EI -0.2500 m/(N m2)
}
