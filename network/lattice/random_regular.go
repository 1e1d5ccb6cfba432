package lattice

import (
	"fmt"
	"math/rand/v2"

	"github.com/elastrain/elastrain/network"
)

// Regular is a random network of which every node has as many bonds: points are
// thrown as those of Disordered, and joined at random whatever their distance, no
// pair twice, all in one piece. Every such graph is nearly as likely as any other
// (Steger & Wormald 1999). In the plane 4 bonds a node are the fewest that can be
// rigid, in space 6. The same seed gives the same network.
func Regular(points, degree, dim int, spacing float64, seed uint64) (*network.Network, error) {
	switch {
	case dim < 1 || dim > 3:
		return nil, &Error{"regular", "dim", fmt.Sprintf("there is no space of %d dimensions", dim), "use 1, 2 or 3"}
	case degree < 2 || degree >= points:
		return nil, &Error{"regular", "degree", fmt.Sprintf("%d points cannot have %d bonds each", points, degree), "give from 2 to one less than there are points"}
	case points%2 == 1 && degree%2 == 1:
		return nil, &Error{"regular", "degree", fmt.Sprintf("%d points with %d bonds each are an odd number of ends of bonds", points, degree), "make points or degree even"}
	case degree == 2 && points > 2000:
		return nil, &Error{"regular", "degree", "two bonds a node make rings, hardly ever one alone", "give 3 or more"}
	}
	if err := check("regular", float64(points)*float64(degree)/2, spacing, points); err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(seed, regularStream))
	n := assemble(dim, nil, nil)
	for _, p := range scatter(points, dim, random) {
		for axis := range dim {
			n.Pos = append(n.Pos, p[axis]*spacing)
		}
	}
	n.Held = make([]bool, len(n.Pos))
	for range 10000 {
		n.Elements = pairUp(points, degree, random)
		if n.Elements == nil {
			continue
		}
		if _, parts := n.Components(); parts == 1 {
			sortBonds(n.Elements)
			return n, nil
		}
	}
	return nil, &Error{"regular", "degree", fmt.Sprintf("no connected network of %d points with %d bonds each was found", points, degree), "give more bonds a node, or fewer for few points"}
}

// Streams of random numbers, so that generators share none.
const (
	regularStream = 11
	jammedStream  = 12
	fibreStream   = 13
)

// pairUp joins ends of bonds at random, none with its own node and no pair of nodes twice; nil where the last ends
// cannot be joined so.
func pairUp(points, degree int, random *rand.Rand) []network.Element {
	ends := make([]int, 0, points*degree)
	for node := range points {
		for range degree {
			ends = append(ends, node)
		}
	}
	joined := make(map[[2]int]bool, len(ends)/2) // looked up only, never ranged over
	bonds := make([]network.Element, 0, len(ends)/2)
	for missed := 0; len(ends) > 0; {
		i, j := random.IntN(len(ends)), random.IntN(len(ends))
		a, b := min(ends[i], ends[j]), max(ends[i], ends[j])
		if a == b || joined[[2]int{a, b}] {
			if missed++; missed > 50+len(ends)*len(ends) {
				return nil
			}
			continue
		}
		missed = 0
		joined[[2]int{a, b}] = true
		bonds = append(bonds, bar(a, b))
		for _, at := range []int{max(i, j), min(i, j)} {
			ends[at] = ends[len(ends)-1]
			ends = ends[:len(ends)-1]
		}
	}
	return bonds
}
