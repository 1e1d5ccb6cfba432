package cases

import (
	"math/rand/v2"
	"slices"

	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
)

// The networks below have hardly more bonds than freedoms (2 Dim bonds a node),
// so that they are soft in many ways at once.

// kagome is held along two edges and has up to 1 bond between second
// neighbours for every 20 nodes. Half of them are not quite regular.
func kagome(unknowns int, random *rand.Rand) *network.Network {
	cells := side(unknowns, 2, 3)
	net := must(lattice.Kagome(cells, cells, 0.016))
	holdSides(net, 2)
	if random.IntN(2) == 0 {
		shake(net, 0.05, random)
	}
	addSecond(net, random.IntN(net.Nodes()/20+1), random)
	brace(net)
	return net
}

// honeycomb keeps 14 to 20 % of the bonds between second neighbours, and what
// more it needs; one in six is the least that could make it rigid.
func honeycomb(unknowns int, random *rand.Rand) *network.Network {
	cells := side(unknowns, 2, 2)
	net := must(lattice.Honeycomb(cells, cells, 0.016))
	keepLong(net, 0.14+0.06*random.Float64(), random)
	holdSides(net, 1)
	brace(net)
	return net
}

// square is a grid held along two edges, which makes it rigid without a single
// diagonal, and up to a tenth of the diagonals.
func square(unknowns int, random *rand.Rand) *network.Network {
	n := side(unknowns, 2, 1)
	net := must(lattice.Square(n, n, 0.016))
	return gridWithFewDiagonals(net, random)
}

// cubic is the same in space, held on three faces.
func cubic(unknowns int, random *rand.Rand) *network.Network {
	n := side(unknowns, 3, 1)
	net := must(lattice.Cubic(n, n, n, 0.016))
	return gridWithFewDiagonals(net, random)
}

func gridWithFewDiagonals(net *network.Network, random *rand.Rand) *network.Network {
	keepLong(net, 0.1*random.Float64(), random)
	net.Elements = slices.DeleteFunc(net.Elements, func(el network.Element) bool { return el.Cut })
	holdSides(net, net.Dim)
	brace(net)
	return net
}

// keepLong cuts the bonds that are longer than the shortest, but for a share.
func keepLong(net *network.Network, share float64, random *rand.Rand) {
	shortest := net.BondLength(0)
	for i := range net.Elements {
		shortest = min(shortest, net.BondLength(i))
	}
	for i := range net.Elements {
		net.Elements[i].Cut = net.BondLength(i) > 1.1*shortest && random.Float64() >= share
	}
}

// shake moves every node by up to a share of the first bond's length along each
// axis.
func shake(net *network.Network, share float64, random *rand.Rand) {
	most := share * net.BondLength(0)
	for i := range net.Pos {
		net.Pos[i] += most * (2*random.Float64() - 1)
	}
}

// addSecond joins up to count random nodes with a neighbour's neighbour.
func addSecond(net *network.Network, count int, random *rand.Rand) {
	around := net.Neighbours()
	joined := map[[2]int]bool{} // looked up only
	for _, el := range net.Elements {
		joined[[2]int{min(el.Nodes[0], el.Nodes[1]), max(el.Nodes[0], el.Nodes[1])}] = true
	}
	pick := func(node int) int {
		others, _ := around.Of(node)
		return others[random.IntN(len(others))]
	}
	for range count {
		a := random.IntN(net.Nodes())
		b := pick(pick(a))
		pair := [2]int{min(a, b), max(a, b)}
		if a != b && !joined[pair] {
			joined[pair] = true
			net.Elements = append(net.Elements, network.Element{Nodes: pair})
		}
	}
}
