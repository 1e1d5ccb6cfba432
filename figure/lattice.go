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
// projection (nearly isometric), near bonds in front of far ones.
//
// Any size can be drawn; above a few thousand bonds prefer PNG. Details that
// would be too small to see or read at the size of the picture (numbers, hatching, nodes)
// are left out.
type Lattice struct {
	Title   string // heading; "" for none
	Network *network.Network

	Values     []float64 // one an element, springs to ground included; nil: bars all alike; NaN: grey
	ValueTitle string    // title of the colour bar with its unit, such as "stiffness k (N/m)"
	Signed     bool      // the sign matters (gradient, elongation, force): blue-white-red about 0
	Min, Max   float64   // ends of the colour bar; both 0: from the data

	NodeNumbers bool // number the nodes from 1
	BondNumbers bool // number the bonds from 1

	Inputs  []Port // where a task pushes: dark arrows
	Outputs []Port // where it reads: coloured double arrows

	Displacement []float64 // metres, node-major as Network.Pos; nil: at rest
	Exaggeration float64   // factor on Displacement; 0: one that makes it visible

	ScaleBar bool // draw a length to compare with; not in space
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
	rest := project(p.Network, nil, 0)
	factor := p.exaggeration(rest)
	shape := rest
	if factor != 0 {
		shape = project(p.Network, p.Displacement, factor)
	}
	if shape.extent().empty {
		noData(c)
		return
	}
	values := newScale(p.shown(), p.Min, p.Max, p.Signed)
	c, bar := p.reserve(c, values, shape)
	c.Min.Y += p.footer()

	l := p.fit(c, rest, shape, values)
	c.Push()
	c.Translate(l.origin)
	l.draw(draw.Canvas{Canvas: c.Canvas, Rectangle: c.Rectangle.Add(vg.Point{X: -l.origin.X, Y: -l.origin.Y})})
	c.Pop()

	p.drawFooter(c, l, factor)
	bar.draw(c)
}

// shown are the values of the elements that are there.
func (p Lattice) shown() []float64 {
	var v []float64
	for i, e := range p.Network.Elements {
		if p.Values != nil && !e.Cut {
			v = append(v, p.Values[i])
		}
	}
	return v
}

// exaggeration is the factor on the displacements; 0 if there are none. The
// chosen factor is round and makes the largest displacement about a third of
// a bond, but never shrinks a displacement.
func (p Lattice) exaggeration(rest shape) float64 {
	if p.Displacement == nil {
		return 0
	}
	if p.Exaggeration != 0 && finite(p.Exaggeration) {
		return p.Exaggeration
	}
	largest, d := 0.0, p.Network.Dim
	for i := range p.Network.Nodes() {
		u := norm(p.Displacement[i*d : (i+1)*d])
		if finite(u) {
			largest = math.Max(largest, u)
		}
	}
	if largest == 0 || rest.bond == 0 {
		return 1
	}
	return math.Max(1, niceBelow(0.4*rest.bond/largest))
}

// layout is a lattice with all lengths on the canvas decided.
type layout struct {
	p        Lattice
	rest     shape // at rest
	shape    shape // as drawn
	values   scale
	zoom     float64    // points by metre
	middle   [2]float64 // of the network, metres: the origin of what is drawn
	origin   vg.Point   // where the middle lies on the canvas
	bar      vg.Length
	node     vg.Length // radius of a node
	bondSize vg.Length // text size of bond numbers; 0: none
	numbers  bool      // whether nodes carry their numbers
	marks    []mark    // supports and ports
}

// fit chooses the largest zoom at which the network with its supports,
// arrows and labels stays on the canvas. Their sizes depend on the zoom a
// little, so it takes a few rounds.
func (p Lattice) fit(c draw.Canvas, rest, shape shape, values scale) *layout {
	room := c.Rectangle.Size()
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
	var l *layout
	var bounds vg.Rectangle
	for range 6 {
		l = &layout{p: p, rest: rest, shape: shape, values: values, zoom: zoom, middle: middle}
		l.size()
		l.decorate()
		bounds = l.bounds()
		next := largest
		if w > 0 {
			next = math.Min(next, (float64(room.X)-(float64(bounds.Size().X)-zoom*w))/w)
		}
		if h > 0 {
			next = math.Min(next, (float64(room.Y)-(float64(bounds.Size().Y)-zoom*h))/h)
		}
		next = math.Max(next, 0.15*largest) // labels wider than the canvas must not squeeze the network away
		if math.Abs(next-zoom) < 1e-6*zoom {
			break
		}
		zoom = next
	}
	l.origin = vg.Point{
		X: (c.Min.X+c.Max.X)/2 - (bounds.Min.X+bounds.Max.X)/2,
		Y: (c.Min.Y+c.Max.Y)/2 - (bounds.Min.Y+bounds.Max.Y)/2,
	}
	return l
}

// size decides thickness of bars, size of nodes and of numbers, from the
// length of a bond on the canvas.
func (l *layout) size() {
	bond := l.bondLength()
	l.bar = min(max(0.2*bond, 0.35), 7.5)
	if l.p.Network.Dim == 3 {
		l.bar = min(max(0.12*bond, 0.35), 5) // what lies behind should show
	}
	l.node = min(max(0.62*l.bar, 0.3), 4)
	if l.p.NodeNumbers && bond >= 17 {
		l.numbers = true
		l.node = min(max(0.21*bond, 4.6), 8)
	}
	if l.p.BondNumbers && bond >= 20 {
		l.bondSize = min(max(0.16*bond, 4.5), 7)
	}
}

// bondLength is the length of a typical bond on the canvas.
func (l *layout) bondLength() vg.Length {
	if l.shape.bond == 0 {
		return 40
	}
	return vg.Length(l.rest.bond * l.zoom)
}

// at is where a node is drawn.
func (l *layout) at(s shape, node int) vg.Point {
	return vg.Point{X: vg.Length((s.x[node] - l.middle[0]) * l.zoom), Y: vg.Length((s.y[node] - l.middle[1]) * l.zoom)}
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
	if l.p.Displacement != nil && !l.fine() {
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
		if !m.behind {
			m.draw(c)
		}
	}
}
