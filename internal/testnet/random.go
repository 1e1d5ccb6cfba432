package testnet

import (
	"math/rand/v2"

	"github.com/elastrain/elastrain/network"
)

// Braced is a grid of columns x rows nodes with horizontal, vertical and one
// diagonal bar a cell, its bottom row held.
func Braced(columns, rows int) *network.Network {
	n := &network.Network{Dim: 2}
	for y := range rows {
		for x := range columns {
			n.Pos = append(n.Pos, float64(x), float64(y))
			n.Held = append(n.Held, y == 0, y == 0)
			at := y*columns + x
			if x > 0 {
				n.Elements = append(n.Elements, bar(at-1, at))
			}
			if y > 0 {
				n.Elements = append(n.Elements, bar(at-columns, at))
			}
			if x > 0 && y > 0 {
				n.Elements = append(n.Elements, bar(at-columns-1, at))
			}
		}
	}
	return n
}

// Random is a network of nodes at random places in a box, the first dim of them
// held. Every later node is tied to dim earlier ones, which makes the network
// rigid whatever the places are (short of a coincidence), and extra bars more
// join random pairs.
func Random(dim, nodes, extra int, seed uint64) *network.Network {
	random := rand.New(rand.NewPCG(seed, uint64(nodes)))
	n := &network.Network{Dim: dim}
	joined := map[[2]int]bool{} // looked up only
	join := func(a, b int) {
		pair := [2]int{min(a, b), max(a, b)}
		if a != b && !joined[pair] {
			joined[pair] = true
			n.Elements = append(n.Elements, bar(a, b))
		}
	}
	for node := range nodes {
		for range dim {
			n.Pos = append(n.Pos, random.Float64())
			n.Held = append(n.Held, node < dim)
		}
		if node < dim {
			continue
		}
		for _, other := range random.Perm(node)[:dim] {
			join(other, node)
		}
	}
	for range extra {
		join(random.IntN(nodes), random.IntN(nodes))
	}
	return n
}

// Stiffness is count random stiffnesses between lo and hi, N/m.
func Stiffness(count int, lo, hi float64, seed uint64) []float64 {
	random := rand.New(rand.NewPCG(seed, uint64(count)))
	k := make([]float64, count)
	for i := range k {
		k[i] = lo + (hi-lo)*random.Float64()
	}
	return k
}
