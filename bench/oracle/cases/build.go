package cases

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
)

// must unwraps what a generator of lattices returns: sizes here are always good.
func must(net *network.Network, err error) *network.Network {
	if err != nil {
		panic("cases: " + err.Error())
	}
	return net
}

// side is the number of nodes, at least 2, along an edge of a square or a cube
// of that many unknowns with perCell nodes in each cell.
func side(unknowns, dim int, perCell float64) int {
	return max(2, int(math.Round(math.Pow(float64(unknowns)/(float64(dim)*perCell), 1/float64(dim)))))
}

func disordered2(unknowns int, random *rand.Rand) *network.Network {
	return supported(must(lattice.Disordered(max(3, unknowns/2), 2, 0.01, random.Uint64())), random)
}

func disordered3(unknowns int, random *rand.Rand) *network.Network {
	return supported(must(lattice.Disordered(max(4, unknowns/3), 3, 0.01, random.Uint64())), random)
}

// crystal is a perfect lattice, some of its nodes tied to the ground.
func crystal(unknowns int, random *rand.Rand) *network.Network {
	net := regular(unknowns, 2+random.IntN(2), random)
	for node := range net.Nodes() {
		if random.IntN(10) == 0 {
			net.Elements = append(net.Elements, network.Element{
				Kind: network.Ground, Nodes: [2]int{node, node}, Dir: anyDirection(net.Dim, random)})
		}
	}
	return supported(net, random)
}

// regular is one of the lattices that are rigid on their own.
func regular(unknowns, dim int, random *rand.Rand) *network.Network {
	const spacing = 0.016
	n := side(unknowns, dim, 1)
	switch pick := random.IntN(2); {
	case dim == 2 && pick == 0:
		return must(lattice.Triangular(n, n, spacing))
	case dim == 2:
		return must(lattice.Square(n-1, n-1, spacing))
	case pick == 0:
		return must(lattice.Cubic(n-1, n-1, n-1, spacing))
	}
	cubes := max(1, int(math.Cbrt(float64(unknowns)/12)))
	return must(lattice.FCC(cubes, cubes, cubes, spacing))
}

func damaged2(unknowns int, random *rand.Rand) *network.Network {
	net := regular(unknowns, 2, random)
	if random.IntN(3) == 0 {
		net = must(lattice.Disordered(max(3, unknowns/2), 2, 0.01, random.Uint64()))
	}
	return supported(damage(net, random), random)
}

func damaged3(unknowns int, random *rand.Rand) *network.Network {
	net := regular(unknowns, 3, random)
	if random.IntN(3) == 0 {
		net = must(lattice.Disordered(max(4, unknowns/3), 3, 0.01, random.Uint64()))
	}
	return supported(damage(net, random), random)
}

// damage takes out up to a fifth of the nodes, with their bonds, and cuts 10 to
// 40 % of the bonds that are left. A node that is out stays as a held one.
func damage(net *network.Network, random *rand.Rand) *network.Network {
	lost, cut := 0.2*random.Float64(), 0.1+0.3*random.Float64()
	out := make([]bool, net.Nodes())
	for node := 1; node < len(out); node++ {
		if out[node] = random.Float64() < lost; out[node] {
			hold(net, node)
		}
	}
	net.Elements = slices.DeleteFunc(net.Elements, func(el network.Element) bool { return out[el.Nodes[0]] || out[el.Nodes[1]] })
	for i := range net.Elements {
		net.Elements[i].Cut = random.Float64() < cut
	}
	return net
}

// supported holds a network in one of three ways: along a side, as little as
// holds it, or at nodes here and there of which some may slide along an axis.
func supported(net *network.Network, random *rand.Rand) *network.Network {
	switch random.IntN(3) {
	case 0:
		holdSides(net, 1)
	case 1:
		hold(net, 0)
	default:
		hold(net, 0)
		for node := range net.Nodes() {
			if random.IntN(60) == 0 {
				net.Held[node*net.Dim+random.IntN(net.Dim)] = true
			}
			if random.IntN(120) == 0 {
				hold(net, node)
			}
		}
	}
	brace(net)
	return net
}

func hold(net *network.Network, node int) {
	for axis := range net.Dim {
		net.Held[node*net.Dim+axis] = true
	}
}

// holdSides holds the nodes within half a bond of the lowest coordinate along
// each of the last axes.
func holdSides(net *network.Network, axes int) {
	lo, _ := net.Bounds()
	near := net.BondLength(0) / 2
	for node := range net.Nodes() {
		at := net.At(node)
		for axis := net.Dim - axes; axis < net.Dim; axis++ {
			if at[axis] < lo[axis]+near {
				hold(net, node)
			}
		}
	}
}

func anyDirection(dim int, random *rand.Rand) (dir [3]float64) {
	for {
		size := 0.0
		for axis := range dim {
			dir[axis] = 2*random.Float64() - 1
			size = math.Hypot(size, dir[axis])
		}
		if size > 0.1 && size <= 1 {
			for axis := range dim {
				dir[axis] /= size
			}
			return dir
		}
	}
}

// graph is nodes at random places in a box, each tied to Dim earlier ones and
// some more bonds between random pairs: nothing about it is local.
func graph(unknowns int, random *rand.Rand) *network.Network {
	dim := 2 + random.IntN(2)
	nodes := max(dim+2, unknowns/dim+dim)
	net := &network.Network{Dim: dim}
	joined := map[[2]int]bool{} // looked up only
	join := func(a, b int) {
		pair := [2]int{min(a, b), max(a, b)}
		if a != b && !joined[pair] {
			joined[pair] = true
			net.Elements = append(net.Elements, network.Element{Nodes: pair})
		}
	}
	for node := range nodes {
		for range dim {
			net.Pos = append(net.Pos, random.Float64())
			net.Held = append(net.Held, node < dim)
		}
		if node >= dim {
			for _, other := range random.Perm(node)[:dim] {
				join(other, node)
			}
		}
	}
	for range random.IntN(nodes + 1) {
		join(random.IntN(nodes), random.IntN(nodes))
	}
	brace(net)
	return net
}
