package network_test

import (
	"fmt"

	"github.com/elastrain/elastrain/network"
)

// Three bars stand on two fixed points: counting tells that they fold, and that with a diagonal they may stand. A slip is told.
func Example() {
	net := &network.Network{Dim: 2, Pos: []float64{0, 0, 0.1, 0, 0.1, 0.1, 0, 0.1}, // m
		Held:     []bool{true, true, true, true, false, false, false, false},
		Elements: []network.Element{{Nodes: [2]int{1, 2}}, {Nodes: [2]int{2, 3}}, {Nodes: [2]int{3, 0}}}}
	fmt.Println("bars less free motions:", net.Maxwell().Balance)

	net.Elements = append(net.Elements, network.Element{Nodes: [2]int{0, 2}})
	fmt.Println("with a diagonal:", net.Maxwell().Balance)

	net.Elements = append(net.Elements, network.Element{Nodes: [2]int{2, 0}})
	for _, p := range net.Validate() {
		fmt.Println(p)
	}
	// Output:
	// bars less free motions: -1
	// with a diagonal: 0
	// bond 5 joins the same two nodes as bond 4; remove one of them
}
