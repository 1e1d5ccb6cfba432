package figure

import (
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// layout is a lattice with all lengths on the canvas decided.
type layout struct {
	p         Lattice
	rest      shape // at rest
	shape     shape // as drawn
	values    scale
	fine      bool      // bonds are drawn as cells
	far, near float64   // depths of the farthest and the nearest node
	front     []float64 // depth of the first bond in each cell of mesh; nil: nothing is hidden
	mesh      mesh
	zoom      float64      // points by metre
	largest   float64      // zoom if nothing stood around the network
	middle    [2]float64   // of the network, metres: the origin of what is drawn
	origin    vg.Point     // where the middle lies on the canvas
	room      vg.Point     // size of the canvas
	extent    vg.Rectangle // around everything but numbers beside nodes
	bar       vg.Length
	node      vg.Length // radius of a node; 0: nodes are not drawn
	bondSize  vg.Length // text size of bond numbers; 0: none
	numbers   bool      // whether nodes carry their numbers
	base      *around   // the bonds at the nodes with marks
	taken     *occupied // what bonds and nodes cover; nil: not looked at
	marks     []mark    // supports and ports
	unnamed   int       // ports whose names have no room
	some      []beside  // numbers beside a part of the nodes
	onBonds   []beside  // numbers of bonds
}

// fit chooses the largest zoom at which the network with its supports,
// arrows and labels stays in a rectangle. Their sizes and places depend on the
// zoom, so it takes a few rounds.
//
// Names of ports that leave the network less than half the room it could have are
// left out.
func (p Lattice) fit(c vg.Rectangle, rest, shape shape, values scale, fine bool) *layout {
	best := p.fitNamed(c, rest, shape, values, fine)
	if len(p.Inputs)+len(p.Outputs) == 0 {
		return best
	}
	names, bare := 0, p
	for _, ports := range []*[]Port{&bare.Inputs, &bare.Outputs} {
		*ports = slices.Clone(*ports)
		for i := range *ports {
			if (*ports)[i].Label != "" {
				names++
			}
			(*ports)[i].Label = ""
		}
	}
	if names == 0 || best.zoom > 0.5*best.largest {
		return best
	}
	without := bare.fitNamed(c, rest, shape, values, fine)
	if best.zoom > 0.5*without.zoom {
		return best
	}
	without.unnamed = names
	return without
}

// fitNamed is fit with all names that fit.
func (p Lattice) fitNamed(c vg.Rectangle, rest, shape shape, values scale, fine bool) *layout {
	room := c.Size()
	e := shape.extent().with(rest.extent())
	w, h := e.hi[0]-e.lo[0], e.hi[1]-e.lo[1]
	middle := [2]float64{e.lo[0] + w/2, e.lo[1] + h/2}
	largest := math.Inf(1)
	if w > 0 {
		largest = math.Min(largest, float64(room.X)/w)
	}
	if h > 0 {
		largest = math.Min(largest, float64(room.Y)/h)
	}
	if math.IsInf(largest, 0) {
		largest = 1 // all nodes in one place
	}
	zoom := largest
	least := 0.15 * largest // labels wider than the canvas must not squeeze the network away
	var best *layout        // the largest that fits, or else the last
	var bounds vg.Rectangle
	var base *around
	found := false
	for range 10 {
		l := &layout{p: p, rest: rest, shape: shape, values: values, fine: fine, zoom: zoom, middle: middle, room: room, base: base}
		l.depths()
		l.hides()
		l.size()
		l.decorate()
		base = l.base
		b := l.bounds()
		next := largest
		if w > 0 {
			next = math.Min(next, (float64(room.X)-(float64(b.Size().X)-zoom*w))/w)
		}
		if h > 0 {
			next = math.Min(next, (float64(room.Y)-(float64(b.Size().Y)-zoom*h))/h)
		}
		fits := b.Size().X <= room.X+0.01 && b.Size().Y <= room.Y+0.01
		if fits || !found {
			best, bounds, found = l, b, fits
		}
		if fits && next < 1.01*zoom {
			break
		}
		if !fits {
			next = math.Min(next, 0.97*zoom)
		}
		next = math.Max(next, least)
		if next == zoom || found && next <= best.zoom {
			break
		}
		zoom = next
	}
	best.origin = vg.Point{
		X: (c.Min.X+c.Max.X)/2 - (bounds.Min.X+bounds.Max.X)/2,
		Y: (c.Min.Y+c.Max.Y)/2 - (bounds.Min.Y+bounds.Max.Y)/2,
	}
	best.extent, best.largest = bounds, largest
	best.placeNumbers()
	best.placeBondNumbers()
	return best
}

// size decides thickness of bars, size of nodes and of numbers, from the
// length of a bond on the canvas.
func (l *layout) size() {
	bond := l.bondLength()
	l.bar = min(max(0.2*bond, min(0.35*bond, 1.2), 0.35), 7.5)
	if l.p.Network.Dim == 3 {
		l.bar = min(max(0.12*bond, 0.35), 5) // what lies behind should show
	}
	if l.spacing() >= 9 {
		l.node = min(max(0.62*l.bar, 0.3), 4)
	}
	if l.p.NodeNumbers && bond >= 17 && l.spacing() >= 12 {
		l.numbers = true
		l.node = min(max(0.21*bond, 4.6), 8)
		if l.p.Network.Dim < 3 { // those of the shortest bond must not touch
			l.node = min(l.node, max(0.48*vg.Length(l.rest.short*l.zoom), 3.5))
		}
	}
	if l.p.BondNumbers && bond >= 20 && l.spacing() >= 14 {
		l.bondSize = min(max(0.16*bond, 4.5), 7)
	}
}

// spacing is the distance of nodes on the canvas if they were spread evenly
// over what the network covers: in space less than a bond, as many lie behind
// each other.
func (l *layout) spacing() vg.Length {
	e := l.rest.extent()
	w, h := (e.hi[0]-e.lo[0])*l.zoom, (e.hi[1]-e.lo[1])*l.zoom
	if w <= 0 || h <= 0 || l.p.Network.Nodes() < 10 {
		return l.bondLength()
	}
	return max(vg.Length(math.Sqrt(w*h/float64(l.p.Network.Nodes()))), min(l.bondLength(), vg.Length(max(w, h))/vg.Length(l.p.Network.Nodes())))
}

// bondLength is the length of a typical bond on the canvas.
func (l *layout) bondLength() vg.Length {
	if l.shape.bond == 0 {
		return 40
	}
	return vg.Length(l.rest.bond * l.zoom)
}

// at is where a node is drawn.
func (l *layout) at(s shape, node int) vg.Point { return l.place(s.x[node], s.y[node]) }

// place is where a point of the sheet, in metres, is drawn.
func (l *layout) place(x, y float64) vg.Point {
	return vg.Point{X: vg.Length((x - l.middle[0]) * l.zoom), Y: vg.Length((y - l.middle[1]) * l.zoom)}
}

// bounds is the rectangle around everything that will be drawn.
func (l *layout) bounds() vg.Rectangle {
	e := l.shape.extent().with(l.rest.extent())
	r := l.node + 0.6
	half := vg.Point{X: vg.Length((e.hi[0] - e.lo[0]) / 2 * l.zoom), Y: vg.Length((e.hi[1] - e.lo[1]) / 2 * l.zoom)}
	b := box(-half.X-r, -half.Y-r, half.X+r, half.Y+r)
	for _, m := range l.marks {
		b = union(b, m.box)
	}
	return b
}

// draw draws back to front.
func (l *layout) draw(c draw.Canvas) {
	if l.p.Displacement != nil {
		l.drawGhost(c)
	}
	for _, m := range l.marks {
		if m.behind {
			m.draw(c)
		}
	}
	l.drawBonds(c)
	l.drawBondNumbers(c)
	for _, m := range l.marks {
		if m.leader != nil {
			drawLeader(c, m)
		}
	}
	for _, m := range l.marks {
		if !m.behind && m.leader == nil {
			m.draw(c)
		}
	}
	l.drawNumbers(c)
}
