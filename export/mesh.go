package export

import (
	"github.com/elastrain/elastrain/snapshot"
)

// mesh is the points and cells of a network in space: what programs that draw know. Nodes are the first points. In a
// periodic cell the images of nodes that bonds reach stand behind them, so that each bond is as long as it is.
type mesh struct {
	s     *snapshot.Snapshot
	of    []int        // node of every point
	shift [][3]int     // of every point, lattice vectors; nil where the network ends
	cells []cell       // of elements that are not missing
	at    [][3]float64 // every point where it is built, m
}

// cell is an element with its points.
type cell struct {
	element int // of snapshot.Elements
	points  []int
}

// newMesh lays out a network.
func newMesh(s *snapshot.Snapshot) *mesh {
	net := s.Built
	m := &mesh{s: s, of: make([]int, net.Nodes())}
	for node := range m.of {
		m.of[node] = node
	}
	if net.Periodic() {
		m.shift = make([][3]int, len(m.of))
	}
	type image struct {
		node  int
		shift [3]int
	}
	images := map[image]int{} // looked up only
	for i := range s.Elements {
		el := &s.Elements[i]
		if el.Cut {
			continue
		}
		c := cell{element: i, points: el.Nodes}
		for end, shift := range el.Shift {
			if shift == [3]int{} {
				continue
			}
			key := image{el.Nodes[end], shift}
			at, known := images[key]
			if !known {
				at = len(m.of)
				images[key] = at
				m.of, m.shift = append(m.of, key.node), append(m.shift, shift)
			}
			if &c.points[0] == &el.Nodes[0] {
				c.points = append([]int(nil), el.Nodes...)
			}
			c.points[end] = at
		}
		m.cells = append(m.cells, c)
	}
	m.at = make([][3]float64, len(m.of))
	for p, node := range m.of {
		copy(m.at[p][:], net.At(node))
		if m.shift != nil {
			d := net.Offset(m.shift[p])
			for axis := range d {
				m.at[p][axis] += d[axis]
			}
		}
	}
	return m
}

// moved is how far a point goes in a case, m.
func (m *mesh) moved(c *snapshot.Case, p int) (u [3]float64) {
	dim := m.s.Built.Dim
	copy(u[:], c.Displacement[m.of[p]*dim:(m.of[p]+1)*dim])
	if m.shift != nil && m.shift[p] != [3]int{} {
		d := m.s.Built.Offset(m.shift[p])
		exx, eyy, gxy := c.Strain[0], c.Strain[1], c.Strain[2]
		u[0] += exx*d[0] + gxy/2*d[1]
		u[1] += eyy*d[1] + gxy/2*d[0]
	}
	return u
}

// turned is by how much a point turns in a case, rad.
func (m *mesh) turned(c *snapshot.Case, p int) (t [3]float64) {
	switch m.s.Built.Dim {
	case 2:
		t[2] = c.Turns[m.of[p]]
	case 3:
		copy(t[:], c.Turns[3*m.of[p]:3*m.of[p]+3])
	}
	return t
}

// largest is how far the point that moves most goes in a case, and size the diagonal of the network, m.
func (m *mesh) largest(c *snapshot.Case) (most, size float64) {
	lo, hi := m.at[0], m.at[0]
	for p, x := range m.at {
		most = max(most, length(m.moved(c, p)))
		for axis, v := range x {
			lo[axis], hi[axis] = min(lo[axis], v), max(hi[axis], v)
		}
	}
	return most, length([3]float64{hi[0] - lo[0], hi[1] - lo[1], hi[2] - lo[2]})
}
