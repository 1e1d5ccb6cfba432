package lattice

import (
	"fmt"
	"math/rand/v2"
)

// Wiring is how hubs that are joined to few outputs take them.
type Wiring string

const (
	InTurn        Wiring = ""              // outputs in a drawn order, one after the other
	Random        Wiring = "random"        // each hub draws its own
	Triangulation Wiring = "triangulation" // the two ends of an edge of a triangulation of the outputs, edge by edge: no two springs cross
)

func (h *Hubs) checkWiring() error {
	few := h.Links > 0 && h.Links < h.Outputs
	switch {
	case h.Wiring == InTurn:
		return nil
	case h.Wiring != Random && h.Wiring != Triangulation:
		return fmt.Errorf("no wiring is called %q", string(h.Wiring))
	case !few:
		return fmt.Errorf("hubs that are joined to all outputs need no wiring; say to how many each is joined, such as `links: 2`")
	case h.Wiring == Triangulation && h.Links != 2:
		return fmt.Errorf("an edge of a triangulation has two ends, so hubs are joined to 2 outputs and not to %d: in the plane, many hubs reach no more", h.Links)
	case h.Wiring == Random && h.Stride > 0:
		return fmt.Errorf("windows that cover the picture are repeated for each set of outputs, and random sets have no number; take `wiring: triangulation` or leave it out")
	}
	return nil
}

// sets is how many sets of outputs there are that hubs take in turn.
func (h *Hubs) sets() int {
	switch {
	case h.Links == 0 || h.Links == h.Outputs:
		return 1
	case h.Wiring == Triangulation:
		return 3*h.Outputs - 6
	case h.Wiring == Random:
		return h.Hubs
	}
	a, b := h.Outputs, h.Links
	for b > 0 {
		a, b = b, a%b
	}
	return h.Outputs / a
}

// joined lists these sets. The order is that in which outputs are taken in turn.
func (h *Hubs) joined(order []int) [][]int {
	sets := make([][]int, 0, h.sets())
	switch {
	case h.Links == 0 || h.Links == h.Outputs:
		all := make([]int, h.Outputs)
		for o := range all {
			all[o] = o
		}
		return append(sets, all)
	case h.Wiring == Triangulation:
		return planar(order)
	case h.Wiring == Random:
		random := rand.New(rand.NewPCG(h.Seed, 0x6c696e6b73))
		for range h.Hubs {
			sets = append(sets, random.Perm(h.Outputs)[:h.Links])
		}
		return sets
	}
	for j := range h.sets() {
		var set []int
		for o := range h.Links {
			set = append(set, order[(j*h.Links+o)%h.Outputs])
		}
		sets = append(sets, set)
	}
	return sets
}

// planar is the edges of a triangulation of points with the most edges there can be in the plane, 3 n - 6: the surface of a row of
// tetrahedra, each of which has three corners in common with the next. So points at a distance of up to 3 are joined, and none has more
// than 6 neighbours.
func planar(points []int) (edges [][]int) {
	for far := 1; far <= 3; far++ {
		for i := range max(0, len(points)-far) {
			edges = append(edges, []int{points[i], points[i+far]})
		}
	}
	return edges
}
