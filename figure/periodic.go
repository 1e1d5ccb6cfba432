package figure

import (
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/elastrain/elastrain/network"
)

// unfolded is one cell of a lattice without end as a network that can be drawn: bonds that leave it end at images of their
// nodes, which carry the same numbers, and seen from the other side they are thin lines.
type unfolded struct {
	net    *network.Network
	of     []int        // node of each image
	offset [][3]float64 // where the image lies from it
	thin   [][2]int     // ends of the thin lines
	own    int          // nodes of the cell itself
}

func unfold(n *network.Network) *unfolded {
	u := &unfolded{net: n.Clone(), own: n.Nodes()}
	known := map[[3]int]int{} // image of a node by its shift; looked up only
	numbers := make([]int, u.own)
	for i := range numbers {
		numbers[i] = n.NodeNumber(i)
	}
	image := func(node int, shift [3]int) int {
		key := [3]int{node, shift[0], shift[1]}
		at, ok := known[key]
		if !ok {
			at = u.own + len(u.of)
			known[key] = at
			offset := n.Offset(shift)
			u.of, u.offset = append(u.of, node), append(u.offset, offset)
			for axis, x := range n.At(node) {
				u.net.Pos = append(u.net.Pos, x+offset[axis])
			}
			if u.net.Held != nil {
				u.net.Held = append(u.net.Held, make([]bool, n.Dim)...)
			}
			numbers = append(numbers, numbers[node])
		}
		return at
	}
	for i := range u.net.Elements {
		e := &u.net.Elements[i]
		if e.Kind != network.Bar || e.Shift == [3]int{} {
			continue
		}
		back := [3]int{-e.Shift[0], -e.Shift[1]}
		thin := [2]int{image(e.Nodes[0], back), e.Nodes[1]}
		e.Nodes[1] = image(e.Nodes[1], e.Shift)
		e.Shift = [3]int{}
		if !e.Cut {
			u.thin = append(u.thin, thin)
		}
	}
	u.net.Cell, u.net.NodeNumbers = nil, numbers
	return u
}

// moved adds the displacements of the images to those of the nodes: they move as their nodes do, and with the strain.
func (u *unfolded) moved(move []float64, strain [3]float64) []float64 {
	if move == nil {
		return nil
	}
	move = slices.Clone(move)
	for i, node := range u.of {
		d := u.offset[i]
		move = append(move, move[2*node]+strain[0]*d[0]+strain[2]/2*d[1], move[2*node+1]+strain[1]*d[1]+strain[2]/2*d[0])
	}
	return move
}

// turned adds the rotations of the images, which are those of their nodes.
func (u *unfolded) turned(turns []float64) []float64 {
	if turns == nil {
		return nil
	}
	turns = slices.Clone(turns)
	for _, node := range u.of {
		turns = append(turns, turns[node])
	}
	return turns
}

// unfolded is the picture of a cell with its images; of a network that ends the picture itself.
func (p Lattice) unfolded() Lattice {
	if p.Network.Cell == nil {
		return p
	}
	p.cell = unfold(p.Network)
	p.Network, p.Displacement = p.cell.net, p.cell.moved(p.Displacement, p.Strain)
	p.Turns = p.cell.turned(p.Turns)
	return p
}

func (p Shapes) unfolded() Shapes {
	if p.Network == nil || p.Network.Cell == nil {
		return p
	}
	p.cell = unfold(p.Network)
	p.Network, p.States = p.cell.net, slices.Clone(p.States)
	for i := range p.States {
		p.States[i].Displacement = p.cell.moved(p.States[i].Displacement, p.States[i].Strain)
		p.States[i].Turns = p.cell.turned(p.States[i].Turns)
	}
	return p
}

// drawImages draws the thin lines.
func (l *layout) drawImages(c draw.Canvas) {
	if l.p.cell == nil {
		return
	}
	var path vg.Path
	for _, ends := range l.p.cell.thin {
		if l.shape.ok[ends[0]] && l.shape.ok[ends[1]] {
			path.Move(l.at(l.shape, ends[0]))
			path.Line(l.at(l.shape, ends[1]))
		}
	}
	if len(path) > 0 {
		c.SetLineStyle(line(missing, min(0.7, 0.3*l.bar)))
		c.Stroke(path)
	}
}
