package network

import "slices"

// Periodic reports whether the network is one cell of a lattice without end.
func (n *Network) Periodic() bool { return n.Cell != nil }

// Offset is how far whole lattice vectors reach.
func (n *Network) Offset(shift [3]int) (d [3]float64) {
	for v, count := range shift[:min(len(n.Cell), 3)] {
		for axis := range d {
			d[axis] += float64(count) * n.Cell[v][axis]
		}
	}
	return d
}

// Along is the vector of a bond from its first to its second end, which in a cell may be that of an image.
func (n *Network) Along(i int) (d [3]float64) {
	e := &n.Elements[i]
	if n.Cell != nil {
		d = n.Offset(e.Shift)
	}
	if n.Arms != nil {
		for axis := range 2 {
			d[axis] += n.Arms[i][1][axis] - n.Arms[i][0][axis]
		}
	}
	a, b := n.At(e.Nodes[0]), n.At(e.Nodes[1])
	for axis := range a {
		d[axis] += b[axis] - a[axis]
	}
	return d
}

// Area of a cell in the plane, m2; below zero where its second vector lies clockwise of the first.
func (n *Network) Area() float64 { return n.Cell[0][0]*n.Cell[1][1] - n.Cell[0][1]*n.Cell[1][0] }

// pairOf names a bond so that it is the same from either end: lower node, upper node, and the shift of the upper.
func pairOf(e *Element) (key [5]int) {
	a, b, s := e.Nodes[0], e.Nodes[1], e.Shift
	back := [3]int{-s[0], -s[1], -s[2]}
	if a > b || a == b && slices.Compare(s[:], back[:]) < 0 {
		a, b, s = b, a, back
	}
	return [5]int{a, b, s[0], s[1], s[2]}
}

// repeated lists the bars of a cell that repeat an earlier one.
func (n *Network) repeated(found []Problem) []Problem {
	first := map[[5]int]int{} // looked up only, never ranged over
	for i := range n.Elements {
		if n.Elements[i].Kind != Bar {
			continue
		}
		key := pairOf(&n.Elements[i])
		other, again := first[key]
		if !again {
			first[key] = i
			continue
		}
		p := problem(Duplicate)
		p.Element, p.Other = i, other
		found = append(found, p)
	}
	return found
}
