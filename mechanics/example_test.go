package mechanics_test

import (
	"fmt"
	"log"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// Two springs in a row, pulled at the end: 10 mN over 100 N/m and over 50 N/m.
func Example() {
	net := &network.Network{Dim: 1, Pos: []float64{0, 0.01, 0.02}, Held: []bool{true, false, false},
		Elements: []network.Element{{Nodes: [2]int{0, 1}}, {Nodes: [2]int{1, 2}}}}
	eq := mechanics.NewEquilibrium(net, nil)
	if err := eq.SetStiffness([]float64{100, 50}); err != nil {
		log.Fatal(err)
	}
	u := []float64{0, 0.010} // loads, then displacements
	if err := eq.Displace(u); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f um, %.1f um\n", 1e6*u[0], 1e6*u[1])
	// Output: 100.0 um, 300.0 um
}
