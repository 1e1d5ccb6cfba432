// Package testnet holds small networks that tests share: those with closed-form
// answers and the lattice of Li & Mao, built here from its published geometry
// and not by the generators, so that the one can check the other.
package testnet

import (
	"math"

	"github.com/elastrain/elastrain/network"
)

// Trapezoid is the lattice of Li & Mao 2024: rows of 5, 4, 3, 2 nodes at 16 mm,
// 28 bars, both ends of the long top row pinned (nodes 1 and 5).
func Trapezoid() *network.Network {
	const a = 0.016
	n := &network.Network{Dim: 2}
	for i := range 4 {
		for j := range 5 - i {
			n.Pos = append(n.Pos, -float64(j)*a-float64(i)*a/2, -float64(i)*a*math.Sqrt(3)/2)
		}
	}
	for i := range n.Nodes() {
		for j := i + 1; j < n.Nodes(); j++ {
			p, q := n.At(i), n.At(j)
			if math.Abs(math.Hypot(p[0]-q[0], p[1]-q[1])-a) < 1e-9 {
				n.Elements = append(n.Elements, network.Element{Kind: network.Bar, Nodes: [2]int{i, j}})
			}
		}
	}
	n.Held = make([]bool, len(n.Pos))
	for _, node := range []int{0, 4} {
		n.Held[2*node], n.Held[2*node+1] = true, true
	}
	return n
}

// Chain is a line of bars along x, its first node held: under a force F at node
// i the answer is u_i = F (1/k_1 + ... + 1/k_i).
func Chain(bars int) *network.Network {
	n := &network.Network{Dim: 1, Held: make([]bool, bars+1)}
	n.Held[0] = true
	for i := range bars + 1 {
		n.Pos = append(n.Pos, float64(i))
		if i > 0 {
			n.Elements = append(n.Elements, network.Element{Kind: network.Bar, Nodes: [2]int{i - 1, i}})
		}
	}
	return n
}

// Port is a unit load or reading at a node numbered from 1, along x or y.
func Port(node int, x, y float64) network.Port {
	return network.Port{Node: node - 1, Dir: [3]float64{x, y, 0}}
}
