package identify_test

import (
	"fmt"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab/identify"
)

// Which three loads of 5 g tell most about the bonds of the lattice of Li & Mao,
// if a displacement is seen to 8 um?
func ExampleDesign() {
	net := testnet.Trapezoid()
	prior := identify.Prior{Design: make([]float64, 28), Own: 0.1, Common: 0.2}
	for i := range prior.Design {
		prior.Design[i] = 137.5
	}
	loads := identify.SingleNodes(net, [][3]float64{{0, -1, 0}, {1, 0, 0}}, 0.049)
	choices, err := identify.Design(net, prior, nil, nil, loads, 8e-6, 3, identify.DOptimal)
	if err != nil {
		panic(err)
	}
	fmt.Print(identify.List(loads, choices))
	// Output:
	// 1. node 14, +0.049 N along x: error bars then 9 % typically, 10 % at worst (bond 3)
	//  2. node 3, -0.049 N along y: error bars then 6.9 % typically, 10 % at worst (bond 3)
	//  3. node 9, +0.049 N along x: error bars then 5.7 % typically, 9.9 % at worst (bond 6)
}
