package figure

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/elastrain/elastrain/network"
)

// Lattice shows a network: bonds as bars whose colour and thickness follow a
// value, nodes, supports, ports, and optionally the shape under load. A chain
// (one dimension) lies along a line; a network in space is drawn in parallel
// projection (nearly isometric), near bonds in front of far ones, which are paler.
//
// Any size can be drawn; above a few thousand bonds prefer PNG. Details that
// would be too small to see or read at the size of the picture (hatching, nodes)
// are left out. Of numbers and names as many are drawn as fit, and a line below
// the picture says how many are missing; Legend says it too.
type Lattice struct {
	Title   string // heading; "" for none
	Network *network.Network

	Values     []float64 // one an element, springs to ground included; nil: bars all alike; NaN: grey
	ValueTitle string    // title of the colour bar with its unit, such as "stiffness k (N/m)"
	Signed     bool      // the sign matters (gradient, elongation, force): blue-white-red about 0
	Min, Max   float64   // ends of the colour bar; both 0: from the data, 1 % of many values left beyond

	NodeNumbers bool // number the nodes from 1
	BondNumbers bool // number the bonds from 1

	Inputs  []Port // where a task pushes: dark arrows
	Outputs []Port // where it reads: coloured double arrows

	Displacement []float64 // metres, node-major as Network.Pos; nil: at rest
	Exaggeration float64   // factor on Displacement; 0: one that makes it visible

	ScaleBar bool   // draw a length to compare with; not in space
	Note     string // a short remark below the picture, such as how far the theory holds

	shared *shared // with other lattices of the same sheet; nil: nothing
}

// shared is what lattices side by side have in common: their colours, whose bar
// is drawn elsewhere, and how fine they are drawn.
type shared struct {
	scale scale
	fine  bool // then Values are smooth already
}

// Port is a port of the network with the name it has in the picture.
type Port struct {
	network.Port
	Label  string      // "" for none
	Colour color.Color // nil: dark for inputs, vermillion for outputs
}

func (p Lattice) check() error {
	n := p.Network
	if n == nil {
		return fmt.Errorf("figure: a lattice needs a network")
	}
	if n.Dim < 1 || n.Dim > 3 {
		return fmt.Errorf("figure: the network has %d dimensions; 1, 2 or 3 can be drawn", n.Dim)
	}
	if p.Values != nil && len(p.Values) != len(n.Elements) {
		return fmt.Errorf("figure: %d values for %d elements", len(p.Values), len(n.Elements))
	}
	if p.Displacement != nil && len(p.Displacement) != len(n.Pos) {
		return fmt.Errorf("figure: %d displacements for %d coordinates", len(p.Displacement), len(n.Pos))
	}
	if n.Held != nil && len(n.Held) != len(n.Pos) {
		return fmt.Errorf("figure: %d support flags for %d coordinates", len(n.Held), len(n.Pos))
	}
	for i, e := range n.Elements {
		for _, v := range e.Nodes {
			if v < 0 || v >= n.Nodes() {
				return fmt.Errorf("figure: element %d joins node %d of %d", i+1, v+1, n.Nodes())
			}
		}
	}
	for _, q := range append(append([]Port{}, p.Inputs...), p.Outputs...) {
		if q.Node < 0 || q.Node >= n.Nodes() {
			return fmt.Errorf("figure: port %q is at node %d of %d", q.Label, q.Node+1, n.Nodes())
		}
	}
	return nil
}

// Draw draws the network into c.
func (p Lattice) Draw(c draw.Canvas) {
	must(p.check())
	c = headline(c, p.Title)
	s := p.plan(c.Rectangle)
	if s == nil {
		noData(c)
		return
	}
	c.Push()
	c.Translate(s.lattice.origin)
	s.lattice.draw(draw.Canvas{Canvas: c.Canvas, Rectangle: c.Rectangle.Add(vg.Point{X: -s.lattice.origin.X, Y: -s.lattice.origin.Y})})
	c.Pop()
	s.foot.draw(c, s.lattice)
	s.bar.draw(c)
}

// Legend is what the strip and the bar beside a lattice say.
type Legend struct {
	LeftOut       []string // in a few words each what has no room: numbers, names of ports
	Magnification float64  // of displacements; 0: none are drawn
	Coloured      bool     // whether there are colours; else the rest is 0
	Min, Max      float64  // ends of the colours
	Low, High     float64  // least and greatest value drawn
}

// Legend tells what a picture of a size, as of SVG and PNG, says about itself.
func (p Lattice) Legend(width, height vg.Length) (Legend, error) {
	if err := drawable(p, width, height); err != nil {
		return Legend{}, err
	}
	r := within(box(0, 0, width, height))
	r.Max.Y -= headHeight(p.Title, r.Size().X)
	s := p.plan(r)
	if s == nil {
		return Legend{}, nil
	}
	v := s.lattice.values
	out := Legend{LeftOut: s.lattice.leftOut(), Magnification: s.foot.factor}
	if v.ok && p.Values != nil {
		out.Coloured, out.Min, out.Max, out.Low, out.High = true, v.min, v.max, v.lo, v.hi
	}
	return out, nil
}

// sheet is where everything of a lattice goes on a canvas.
type sheet struct {
	lattice *layout
	bar     colourBar
	foot    footer
}

// plan decides where everything goes in a rectangle; nil if there is nothing
// to draw.
func (p Lattice) plan(r vg.Rectangle) *sheet {
	rest, shape, factor := p.shapes()
	if shape.extent().empty {
		return nil
	}
	values, fine := p.colours(r.Size(), rest)
	bar, r := p.reserve(r, values, shape)
	if fine && bar.title != "" {
		bar.title = "mean " + bar.title
	}
	foot := p.newFooter(r, factor, nil)
	l := p.fit(foot.above(r), rest, shape, values, fine)
	if missing := l.leftOut(); missing != nil { // saying so takes room
		foot = p.newFooter(r, factor, missing)
		l = p.fit(foot.above(r), rest, shape, values, fine)
		area := foot.area
		foot = p.newFooter(r, factor, l.leftOut()) // of the final picture
		foot.area = area
	}
	s := &sheet{lattice: l, bar: bar, foot: foot}
	s.gather(foot.above(r))
	return s
}

// gather moves colour bar and footer next to a network that leaves room in its
// rectangle.
func (s *sheet) gather(r vg.Rectangle) {
	free := r.Size().Sub(s.lattice.extent.Size()).Scale(0.5)
	up, left := vg.Point{Y: max(free.Y, 0)}, vg.Point{X: -max(free.X, 0)}
	s.foot.area = s.foot.area.Add(up)
	if s.bar.level {
		s.bar.area = s.bar.area.Add(up)
	} else {
		s.bar.area = s.bar.area.Add(left)
	}
}

// shapes are the network at rest and as it is drawn, and the factor on its
// displacements; 0 if there are none.
func (p Lattice) shapes() (rest, drawn shape, factor float64) {
	rest = project(p.Network, nil, 0)
	if factor = p.exaggeration(); factor == 0 {
		return rest, rest, 0
	}
	return rest, project(p.Network, p.Displacement, factor), factor
}

// colours is the scale of the values, which in a fine picture are the means of
// those around each bond.
func (p *Lattice) colours(room vg.Point, rest shape) (values scale, fine bool) {
	if p.shared != nil {
		return p.shared.scale, p.shared.fine
	}
	raw := shown(p.Network, p.Values)
	if fine = p.fine(room, rest); !fine || p.Values == nil {
		return newScale(raw, p.Min, p.Max, p.Signed), fine
	}
	p.Values = smooth(p.Network, p.Values)
	values = newScale(shown(p.Network, p.Values), p.Min, p.Max, p.Signed)
	values.lo, values.hi = extremes(raw)
	return values, fine
}

// shown are the values of the elements that are there.
func shown(n *network.Network, values []float64) []float64 {
	var v []float64
	for i, e := range n.Elements {
		if values != nil && !e.Cut {
			v = append(v, values[i])
		}
	}
	return v
}

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
func (p Lattice) fit(c vg.Rectangle, rest, shape shape, values scale, fine bool) *layout {
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
	best.extent = bounds
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
