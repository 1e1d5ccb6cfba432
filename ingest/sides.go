package ingest

import "fmt"

// sides are the edges of faces and bodies. Programs that mesh save the lines around a face beside it: such a line is no bond
// of its own, for it is the edge of the face, and what the file calls it names its nodes.
type sides struct {
	at    map[[2]int]side
	faces int // and bodies
}

// side is a bond of a mesh, and what joined its nodes.
type side struct {
	bond       int
	line, face bool
}

func ends(i, j int) [2]int { return [2]int{min(i, j), max(i, j)} }

// face makes bonds of the edges of a face or a body, each once; edges are places in corners.
func (d *draft) face(corners []int, edges [][2]int, line int) error {
	if d.sides == nil {
		d.sides = &sides{at: make(map[[2]int]side, len(d.bonds))}
		for i, b := range d.bonds {
			d.sides.at[ends(b.a, b.b)] = side{bond: i, line: true}
		}
	}
	d.sides.faces++
	for _, e := range edges {
		i, j := corners[e[0]], corners[e[1]]
		one, there := d.sides.at[ends(i, j)]
		if !there {
			if _, err := d.link(i, j, line); err != nil {
				return err
			}
			one = side{bond: len(d.bonds) - 1}
		}
		one.face = true
		d.sides.at[ends(i, j)] = one
	}
	return nil
}

// bar is link, of a file that may have faces: a line that is an edge of one is its bond.
func (d *draft) bar(i, j, line int) (*bond, error) {
	if d.sides == nil {
		return d.link(i, j, line)
	}
	one, there := d.sides.at[ends(i, j)]
	if there && !one.line {
		one.line = true
		d.sides.at[ends(i, j)] = one
		return &d.bonds[one.bond], nil
	}
	b, err := d.link(i, j, line)
	if err == nil && !there {
		d.sides.at[ends(i, j)] = side{bond: len(d.bonds) - 1, line: true}
	}
	return b, err
}

// ring are the edges of a face of n corners.
func ring(n int) (edges [][2]int) {
	for i := range n {
		edges = append(edges, [2]int{i, (i + 1) % n})
	}
	return edges
}

// tellSides says what became of faces, and of lines beside them.
func (d *draft) tellSides() {
	if d.sides == nil {
		return
	}
	both, alone := 0, 0
	for _, s := range d.sides.at {
		if s.line && s.face {
			both++
		} else if s.line {
			alone++
		}
	}
	text := fmt.Sprintf("the edges of the faces and bodies of the file (%d of them) are bonds, each once", d.sides.faces)
	if both > 0 {
		text += fmt.Sprintf("; its lines along such edges (%d) are no second bonds, and their groups are sets of nodes", both)
	}
	if alone > 0 {
		text += fmt.Sprintf("; its other lines (%d) are bonds too", alone)
	}
	d.note("%s", text)
}

// placeOf is the place of the bond that bar gave last.
func (d *draft) placeOf(b *bond) int {
	if d.sides != nil {
		if one, there := d.sides.at[ends(b.a, b.b)]; there {
			return one.bond
		}
	}
	return len(d.bonds) - 1
}
