package ingest

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/table"
)

// images finds out which bonds go to the image of a node in a periodic box: to the nearest one. The owner of the file says
// that the box is periodic, by its vectors; where he does not, a bond of more than half the box is refused. Positions are in metres by now.
func (d *draft) images(dim int) error {
	if d.Cell == nil && d.shifted {
		return &Error{Cause: "the file is of a periodic cell and does not hold its vectors", Fix: "write them beside `file`, as in `vectors: [[20 mm, 0 mm], [0 mm, 30 mm]]`"}
	}
	if d.Cell == nil {
		return d.beyondHalf(dim)
	}
	for _, b := range d.bonds {
		if b.shift != [3]int{} { // the file knows better than what is nearest
			return d.once()
		}
	}
	if dim != 2 || len(d.Cell) != 2 {
		return d.once() // the builder of the network tells
	}
	p, q := d.Cell[0], d.Cell[1]
	det := p[0]*q[1] - p[1]*q[0]
	if det == 0 {
		return d.once()
	}
	count := 0
	for i := range d.bonds {
		b := &d.bonds[i]
		dx, dy := d.pos[b.b][0]-d.pos[b.a][0], d.pos[b.b][1]-d.pos[b.a][1]
		s, t := (dx*q[1]-dy*q[0])/det, (dy*p[0]-dx*p[1])/det
		for _, v := range []float64{s, t} {
			if math.Abs(math.Abs(v-math.Round(v))-0.5) < 1e-6 {
				return fail(b.line, fmt.Sprintf("nodes %s and %s are half a cell apart, so the bond between them may go to either side", table.Clip(d.names[b.a]), table.Clip(d.names[b.b])), "take a larger cell, or list the bonds with their shifts, as `[3, 1, 0, 1]`")
			}
		}
		b.shift = [3]int{-int(math.Round(s)), -int(math.Round(t))}
		if b.shift != [3]int{} {
			count++
		}
	}
	d.note("%d bonds go to images of their nodes in the periodic cell, each to the nearest", count)
	return d.once()
}

func (d *draft) beyondHalf(dim int) error {
	for _, b := range d.bonds {
		for axis := range min(dim, len(d.box)) {
			side := math.Abs(d.box[axis][axis]) * d.metre
			if gap := math.Abs(d.pos[b.b][axis] - d.pos[b.a][axis]); side > 0 && gap > side/2 {
				fix := "make the box larger if it is not periodic"
				if dim == 2 {
					fix = fmt.Sprintf("if it is periodic, write `vectors: [[%.9g m, %.9g m], [%.9g m, %.9g m]]` beside `file`, and such bonds go to the nearest image; if it is not, make it larger",
						d.box[0][0]*d.metre, d.box[0][1]*d.metre, d.box[1][0]*d.metre, d.box[1][1]*d.metre)
				}
				return fail(b.line, fmt.Sprintf("the bond between nodes %s and %s spans more than half the box along %c: it goes to an image in a periodic box, or the box is too small", d.names[b.a], d.names[b.b], "xyz"[axis]), fix)
			}
		}
	}
	return d.once()
}
