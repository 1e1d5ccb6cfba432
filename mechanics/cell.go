package mechanics

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/network"
)

// NewCellCompatibility is C of one cell of a lattice of bars without end. Beside the motions of its nodes, which repeat from cell to
// cell, its strains exx, eyy and gxy are unknowns, where they are free. An image of a node at r moves by E r and the motion of the node, so a
// bar along n whose ends are r apart gets longer by n (u_b - u_a) + n E r. A load on a strain does work on it: stress times
// area.
func NewCellCompatibility(net *network.Network, free [3]bool) *Compatibility {
	if net.Dim != 2 || len(net.Cell) != 2 {
		panic("mechanics: a cell lies in the plane and has two lattice vectors")
	}
	c := &Compatibility{Dim: net.Dim, Pos: net.Pos, Numbers: net.NodeNumbers, Unknown: make([]int32, len(net.Pos)), Strain: make([]int32, len(free))}
	give := func(unknown *int32, free bool) {
		if *unknown = -1; free {
			*unknown = int32(c.N)
			c.N++
		}
	}
	for i := range c.Unknown {
		give(&c.Unknown[i], !net.Held[i])
	}
	for i := range free {
		give(&c.Strain[i], free[i])
	}
	c.Ptr = append(c.Ptr, 0)
	for i := range net.Elements {
		el := &net.Elements[i]
		c.Mode = append(c.Mode, int32(c.M))
		switch {
		case el.Cut:
		case el.Kind == network.Ground:
			c.add(el.Nodes[0], el.Dir, +1)
		default:
			n, length := cellBar(net, el)
			if el.Nodes[0] != el.Nodes[1] { // else it goes to its own image
				c.add(el.Nodes[0], n, -1)
				c.add(el.Nodes[1], n, +1)
			}
			for s, v := range [3]float64{n[0] * n[0], n[1] * n[1], n[0] * n[1]} {
				if c.Strain[s] >= 0 && v != 0 {
					c.Col, c.Val = append(c.Col, c.Strain[s]), append(c.Val, v*length)
				}
			}
		}
		c.endRow()
	}
	c.Mode = append(c.Mode, int32(c.M))
	return c
}

// cellBar is the unit vector along a bar of a cell, and its length.
func cellBar(net *network.Network, el *network.Element) (n [3]float64, length float64) {
	a, b := net.At(el.Nodes[0]), net.At(el.Nodes[1])
	for axis := range 2 {
		n[axis] = b[axis] - a[axis] + float64(el.Shift[0])*net.Cell[0][axis] + float64(el.Shift[1])*net.Cell[1][axis]
	}
	if length = math.Hypot(n[0], n[1]); length == 0 {
		panic(fmt.Sprintf("mechanics: a bar of zero length at node %d", el.Nodes[0]+1))
	}
	for axis := range 2 {
		if n[axis] /= length; math.Abs(n[axis]) < 1e-15 {
			n[axis] = 0
		}
	}
	return n, length
}
