package figure

import (
	"fmt"
	"image/color"

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
	NoValue    string    // what a bond without a value (NaN) is, for the key; "" means "no value"
	Signed     bool      // the sign matters (gradient, elongation, force): blue-white-red about 0
	Min, Max   float64   // ends of the colour bar; both 0: from the data, 1 % of many values left beyond

	NodeNumbers bool // number the nodes from 1
	BondNumbers bool // number the bonds from 1

	Drives []string // the input that sets each element, "" for none; nil: none does. It stands on the bond, behind its number

	Clamped []int // nodes that neither move nor turn; from 0
	Earthed []int // nodes at potential zero

	Angles [][3]int // angles that resist, the corner in the middle: arcs; from 0

	Inputs  []Port // where a task pushes: dark arrows
	Outputs []Port // where it reads: coloured double arrows

	Displacement []float64  // metres, node-major as Network.Pos; nil: at rest
	Strain       [3]float64 // of a periodic cell, exx, eyy, gxy: images move with it
	Exaggeration float64    // factor on Displacement; 0: one that makes it visible
	Turns        []float64  // rotation of every node, rad, for bars that are welded to them; nil: all are straight. In the plane
	Bent         []bool     // which elements those are; nil: none

	ScaleBar bool   // draw a length to compare with; not in space
	Note     string // a short remark below the picture, such as how far the theory holds

	cell   *unfolded // of a periodic cell
	shared *shared   // with other lattices of the same sheet; nil: nothing
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
	if p.Drives != nil && len(p.Drives) != len(n.Elements) {
		return fmt.Errorf("figure: %d names of inputs for %d elements", len(p.Drives), len(n.Elements))
	}
	if p.Turns != nil && (len(p.Turns) != n.Nodes() || len(p.Bent) != len(n.Elements)) {
		return fmt.Errorf("figure: %d rotations and %d bent bars for %d nodes and %d elements", len(p.Turns), len(p.Bent), n.Nodes(), len(n.Elements))
	}
	if p.Displacement != nil && len(p.Displacement) != len(n.Pos) {
		return fmt.Errorf("figure: %d displacements for %d coordinates", len(p.Displacement), len(n.Pos))
	}
	for _, list := range [][]int{p.Clamped, p.Earthed} {
		for _, node := range list {
			if node < 0 || node >= n.Nodes() {
				return fmt.Errorf("figure: node %d is clamped or earthed, and there are %d", node, n.Nodes())
			}
		}
	}
	for _, nodes := range p.Angles {
		for _, node := range nodes {
			if node < 0 || node >= n.Nodes() {
				return fmt.Errorf("figure: an angle is at node %d of %d", node+1, n.Nodes())
			}
		}
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
	p = p.unfolded()
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
	p = p.unfolded()
	r := within(box(0, 0, width, height))
	r.Max.Y -= headHeight(p.Title, r.Size().X)
	s := p.plan(r)
	if s == nil {
		return Legend{}, nil
	}
	v := s.lattice.values
	out := Legend{LeftOut: s.lattice.leftOut(), Magnification: s.foot.factor}
	if v.ok && p.Values != nil && v.lo <= v.hi {
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
	p.Exaggeration = factor // what was chosen
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
	if values == nil {
		return nil
	}
	v := make([]float64, 0, len(values))
	for i, e := range n.Elements {
		if !e.Cut {
			v = append(v, values[i])
		}
	}
	return v
}
