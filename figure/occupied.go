package figure

import (
	"math"

	"gonum.org/v1/plot/vg"
)

// occupied is a map of the canvas that tells whether bonds or nodes lie in a
// rectangle, at a cost that does not depend on how many there are.
type occupied struct {
	low        vg.Point
	side       vg.Length
	wide, high int
	sum        []int32 // (wide+1) x (high+1): cells covered below and left of a corner
}

// occupy maps the bonds and nodes of the shape that is drawn.
func (l *layout) occupy() *occupied {
	e := l.shape.extent()
	o := &occupied{side: 1.5}
	low, high := l.place(e.lo[0], e.lo[1]), l.place(e.hi[0], e.hi[1])
	o.low = vg.Point{X: low.X - 12, Y: low.Y - 12}
	o.wide, o.high = int((high.X-low.X+24)/o.side)+1, int((high.Y-low.Y+24)/o.side)+1
	covered := make([]bool, o.wide*o.high)
	cover := func(p vg.Point, r vg.Length) {
		x0, x1 := int((p.X-r-o.low.X)/o.side), int((p.X+r-o.low.X)/o.side)
		y0, y1 := int((p.Y-r-o.low.Y)/o.side), int((p.Y+r-o.low.Y)/o.side)
		for y := max(y0, 0); y <= min(y1, o.high-1); y++ {
			for x := max(x0, 0); x <= min(x1, o.wide-1); x++ {
				covered[y*o.wide+x] = true
			}
		}
	}
	for _, el := range l.p.Network.Elements {
		if l.fine || !l.isBar(el) { // the nodes of a fine network cover it
			continue
		}
		a, b := l.at(l.shape, el.Nodes[0]), l.at(l.shape, el.Nodes[1])
		steps := int(math.Ceil(float64(lengthOf(a, b) / o.side)))
		for i := 0; i <= steps; i++ {
			cover(a.Add(b.Sub(a).Scale(vg.Length(i)/vg.Length(max(steps, 1)))), 0.3*l.bar)
		}
	}
	for i, ok := range l.shape.ok {
		if ok && (l.node > 0 || l.fine) {
			cover(l.at(l.shape, i), max(l.node, 0.3*l.bar))
		}
	}
	o.sum = make([]int32, (o.wide+1)*(o.high+1))
	for y := range o.high {
		row := int32(0)
		for x := range o.wide {
			if covered[y*o.wide+x] {
				row++
			}
			o.sum[(y+1)*(o.wide+1)+x+1] = o.sum[y*(o.wide+1)+x+1] + row
		}
	}
	return o
}

// empty tells whether nothing is drawn in a rectangle.
func (o *occupied) empty(r vg.Rectangle) bool {
	cell := func(v, low vg.Length, most int) int {
		return min(max(int(math.Floor(float64((v-low)/o.side))), -1), most)
	}
	x0, x1 := max(cell(r.Min.X, o.low.X, o.wide), 0), min(cell(r.Max.X, o.low.X, o.wide)+1, o.wide)
	y0, y1 := max(cell(r.Min.Y, o.low.Y, o.high), 0), min(cell(r.Max.Y, o.low.Y, o.high)+1, o.high)
	if x0 >= x1 || y0 >= y1 {
		return true
	}
	at := func(x, y int) int32 { return o.sum[y*(o.wide+1)+x] }
	return at(x1, y1)-at(x0, y1)-at(x1, y0)+at(x0, y0) == 0
}

// free tells whether neither bonds, nodes, arrows, supports, names nor lines
// to names lie in a rectangle.
func (l *layout) free(r vg.Rectangle) bool {
	return l.taken.empty(r) && !l.marked(r)
}

// marked tells whether a mark covers part of a rectangle.
func (l *layout) marked(r vg.Rectangle) bool {
	r.Min.X, r.Max.X = r.Min.X-2, r.Max.X+2 // words need a space between them
	for _, m := range l.marks {
		if m.leader != nil && m.leader.touches(r) || m.leader == nil && overlap(m.box, r) {
			return true
		}
	}
	return false
}
