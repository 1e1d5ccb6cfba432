package lattice

import (
	"slices"

	"github.com/elastrain/elastrain/network"
)

// Periodic is width x height cells of a lattice in the plane as one cell of a
// lattice without end: bonds that leave it go on at the other side. Its names are
// triangular, square, kagome and honeycomb; of a triangular lattice size counts
// nodes a row and rows, of the others their cells. Nodes are numbered along x
// first, from the origin. A lattice of slanted cells stands upright where its
// height is even, and leans by half a cell where it is odd.
func Periodic(name string, width, height int, spacing float64) (*network.Network, error) {
	crystals := map[string]func() *crystal{"triangular": triangular, "square": square, "kagome": kagome, "honeycomb": honeycomb}
	of, ok := crystals[name]
	if !ok {
		return nil, &Error{name, "periodic", "a cell of it is not known", "use triangular, square, kagome or honeycomb"}
	}
	c := of()
	if err := check(name, float64(len(c.sites))*float64(width)*float64(height), spacing, width, height); err != nil {
		return nil, err
	}
	return c.wrap(width, height, spacing), nil
}

// triangular is one node with six neighbours.
func triangular() *crystal {
	return &crystal{
		dim:     2,
		axes:    [3][3]float64{{1, 0, 0}, {0.5, halfRoot3, 0}},
		sites:   [][3]float64{{}},
		upright: true,
		links:   []link{{step: [3]int{1, 0, 0}}, {step: [3]int{0, 1, 0}}, {step: [3]int{-1, 1, 0}}},
	}
}

// wrap is grow for a sample in the plane whose bonds go on at the other side.
func (c *crystal) wrap(width, height int, spacing float64) *network.Network {
	bare := *c
	bare.links = nil
	n := bare.grow([3]int{width, height, 1}, spacing)
	// In cells, the second lattice vector is height rows up and their lean back.
	lean := c.lean(height)
	n.Cell = make([][3]float64, 2)
	for axis := range 2 {
		n.Cell[0][axis] = float64(width) * c.axes[0][axis] * spacing
		n.Cell[1][axis] = (float64(height)*c.axes[1][axis] - float64(lean)*c.axes[0][axis]) * spacing
	}
	for y := range height {
		for x := range width {
			for _, l := range c.links {
				up := floor(y+l.step[1], height)
				row := y + l.step[1] - up*height
				column := x - c.lean(y) + l.step[0] + up*lean + c.lean(row)
				along := floor(column, width)
				e := bar((y*width+x)*len(c.sites)+l.from, (row*width+column-along*width)*len(c.sites)+l.to)
				e.Shift = [3]int{along, up}
				n.Elements = append(n.Elements, upwards(e))
			}
		}
	}
	sortBonds(n.Elements)
	return n
}

// floor is the whole part of i/n, rounded down.
func floor(i, n int) int {
	q := i / n
	if i < q*n {
		q--
	}
	return q
}

// upwards lets a bond run from the lower to the higher number.
func upwards(e network.Element) network.Element {
	if e.Nodes[0] > e.Nodes[1] {
		e.Nodes[0], e.Nodes[1] = e.Nodes[1], e.Nodes[0]
		e.Shift = [3]int{-e.Shift[0], -e.Shift[1], -e.Shift[2]}
	}
	return e
}

// sortBonds orders bonds by their lower end, then by the higher one and its shift.
func sortBonds(bonds []network.Element) {
	slices.SortFunc(bonds, func(a, b network.Element) int {
		if c := slices.Compare(a.Nodes[:], b.Nodes[:]); c != 0 {
			return c
		}
		return slices.Compare(a.Shift[:], b.Shift[:])
	})
}

// renumber keeps the nodes of a list, in its order, with the bonds among them.
func renumber(n *network.Network, keep []int) {
	number := make([]int, n.Nodes())
	for i := range number {
		number[i] = -1
	}
	var pos []float64
	var held []bool
	for i, node := range keep {
		number[node] = i
		pos = append(pos, n.At(node)...)
		held = append(held, n.Held[node*n.Dim:(node+1)*n.Dim]...)
	}
	bonds := n.Elements[:0]
	for _, e := range n.Elements {
		if number[e.Nodes[0]] < 0 || number[e.Nodes[1]] < 0 {
			continue
		}
		e.Nodes = [2]int{number[e.Nodes[0]], number[e.Nodes[1]]}
		bonds = append(bonds, upwards(e))
	}
	sortBonds(bonds)
	n.Pos, n.Held, n.Elements = pos, held, bonds
}

// largestPart lists the nodes of the largest connected part, of equals the first.
func largestPart(n *network.Network) (nodes []int) {
	of, count := n.Components()
	sizes := make([]int, count)
	for _, part := range of {
		sizes[part]++
	}
	largest := 0
	for part, size := range sizes {
		if size > sizes[largest] {
			largest = part
		}
	}
	for node, part := range of {
		if part == largest {
			nodes = append(nodes, node)
		}
	}
	return nodes
}
