package testnet

import (
	"math"

	"github.com/elastrain/elastrain/network"
)

// TwoBars is node 1 hanging from nodes 2 and 3 by bars of length 1 that slope
// upwards by angle to the left and to the right. A load P down stretches each
// with a force P / (2 sin angle); with equal k the node sinks by
// P / (2 k sin^2 angle).
func TwoBars(angle float64) *network.Network {
	sin, cos := math.Sincos(angle)
	return &network.Network{Dim: 2,
		Pos:      []float64{0, 0, -cos, sin, cos, sin},
		Elements: []network.Element{bar(0, 1), bar(0, 2)},
		Held:     []bool{false, false, true, true, true, true}}
}

// Tripod is node 1 above three held nodes on a circle of the given radius, at
// height 1. A load P down presses each bar, of length sqrt(1 + radius^2), with
// a force P length / 3; with equal k the node sinks by P length^2 / (3 k).
func Tripod(radius float64) *network.Network {
	n := &network.Network{Dim: 3, Pos: []float64{0, 0, 1}, Held: make([]bool, 12)}
	for i := range 3 {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / 3)
		n.Pos = append(n.Pos, radius*cos, radius*sin, 0)
		n.Elements = append(n.Elements, bar(0, i+1))
		for axis := range 3 {
			n.Held[3*(i+1)+axis] = true
		}
	}
	return n
}

// Warren is a girder of equilateral triangles with sides of length 1: nodes
// 1, 3, 5, ... along the bottom and 2, 4, ... along the top, pinned at node 1
// and on a roller at the last. With as many bars as freedoms it is statically
// determinate: its bar forces do not depend on stiffness.
func Warren(triangles int) *network.Network {
	n := &network.Network{Dim: 2}
	for i := range triangles + 2 {
		n.Pos = append(n.Pos, float64(i)/2, float64(i%2)*math.Sqrt(3)/2)
	}
	n.Held = make([]bool, len(n.Pos))
	for i := range n.Nodes() {
		for back := 1; back <= 2 && back <= i; back++ {
			n.Elements = append(n.Elements, bar(i-back, i))
		}
	}
	last := n.Nodes() - 1
	n.Held[0], n.Held[1], n.Held[2*last+1] = true, true, true
	return n
}

// Square is four nodes and the four sides between them, the lower two held:
// without a diagonal the upper two sway along x.
func Square() *network.Network {
	return &network.Network{Dim: 2,
		Pos:      []float64{0, 0, 1, 0, 1, 1, 0, 1},
		Elements: []network.Element{bar(0, 1), bar(1, 2), bar(2, 3), bar(3, 0)},
		Held:     []bool{true, true, true, true, false, false, false, false}}
}

func bar(a, b int) network.Element {
	return network.Element{Kind: network.Bar, Nodes: [2]int{a, b}}
}
