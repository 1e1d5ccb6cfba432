// A frame of two beams is solved: elements, laws, supports, a load, and the derivative of what is read by every parameter.
package main

import (
	"fmt"
	"log"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
)

func main() {
	strip := law.Rectangle{Young: 2.5e9, Thickness: 4e-3} // printed, 4 mm thick; the width is the parameter
	b, err := body.New(&body.Plan{Dim: 2, Pos: []float64{0, 0, 0.05, 0, 0.05, 0.04},
		Elements: []body.Element{
			{Kind: element.Beam{}, Law: strip, Nodes: []int{0, 1}, Theta: []float64{2e-3}},
			{Kind: element.Beam{}, Law: strip, Nodes: []int{1, 2}, Theta: []float64{1e-3}}},
		Supports: []body.Support{{Node: 0, Part: element.X}, {Node: 0, Part: element.Y}, {Node: 0, Part: element.TurnZ}}})
	if err != nil {
		log.Fatal(err)
	}
	eq := statics.New(b, true) // finite deformation
	if err := eq.Set(b.Theta()); err != nil {
		log.Fatal(err)
	}
	tip := statics.Port{{Node: 2, Part: element.X, Weight: 1}}
	f, s, adjoint := make([]float64, b.Space.N), b.NewState(), b.NewState()
	tip.Put(&b.Space, 0.2, f) // newtons
	effort, err := eq.Rest(&statics.Load{F: f}, s)
	if err != nil {
		log.Fatal(err)
	}
	clear(f)
	tip.Put(&b.Space, -1, f) // the adjoint load of reading the tip
	if err := eq.About(s, f, adjoint); err != nil {
		log.Fatal(err)
	}
	g := make([]float64, b.P)
	b.Product(b.NewWork(), eq.Theta(), s, adjoint, 1, g)
	fmt.Printf("the tip moves by %.4f mm (%d Newton steps); by width: %.4g and %.4g\n", 1e3*tip.Read(&b.Space, s.U, s.G), effort.Iterations, g[0], g[1])
}
