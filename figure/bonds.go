package figure

import (
	"image/color"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/elastrain/elastrain/network"
)

// single is how many elements are drawn one by one; above it, bars of the
// same colour and thickness become one path, which keeps files small and
// drawing fast.
const single = 3000

// plainBar is the colour of bars without values.
var plainBar = rgb(0x5b6770)

// drawGhost draws the network at rest, in fine lines or as a pale area, behind
// its deformed shape.
func (l *layout) drawGhost(c draw.Canvas) {
	if l.fine {
		l.drawShadow(c, l.rest)
		return
	}
	if l.p.Network.Dim == 3 && len(l.p.Network.Elements) > single {
		return // its lines would hide the shape
	}
	var p vg.Path
	for _, e := range l.p.Network.Elements {
		if l.isBar(e) && !e.Cut && l.rest.ok[e.Nodes[0]] && l.rest.ok[e.Nodes[1]] {
			p.Move(l.at(l.rest, e.Nodes[0]))
			p.Line(l.at(l.rest, e.Nodes[1]))
		}
	}
	c.SetLineStyle(line(ghost, min(0.5, max(0.35*l.bar, 0.25))))
	if len(p) > 0 {
		c.Stroke(p)
	}
}

// isBar tells whether an element is a bar that can be drawn.
func (l *layout) isBar(e network.Element) bool {
	return e.Kind == network.Bar && l.shape.ok[e.Nodes[0]] && l.shape.ok[e.Nodes[1]]
}

// barStyle is the colour and thickness of an element.
func (l *layout) barStyle(element int) (color.Color, vg.Length) {
	if l.p.Values == nil || !l.values.ok {
		return plainBar, 0.55 * l.bar
	}
	v := l.p.Values[element]
	if !finite(v) {
		return missing, min(0.35*l.bar, 1.5)
	}
	if l.bar < 2 { // a thin line needs its width to show its colour
		return l.values.colour(v), l.bar * vg.Length(0.55+0.45*l.values.weight(v))
	}
	return l.values.colour(v), l.bar * vg.Length(0.3+0.7*l.values.weight(v))
}

// drawBonds draws bars and nodes.
func (l *layout) drawBonds(c draw.Canvas) {
	l.drawImages(c)
	l.drawCut(c)
	n := l.p.Network
	switch {
	case l.fine:
		l.drawCells(c)
	case len(n.Elements) > single:
		l.drawMany(c)
	case n.Dim == 3:
		l.drawSorted(c)
	default:
		for i, e := range n.Elements {
			if l.isBar(e) && !e.Cut {
				l.drawBar(c, i, false)
			}
		}
		for i := range n.Nodes() {
			l.drawNode(c, i)
		}
	}
}

// drawCut draws the missing bonds as thin dashes.
func (l *layout) drawCut(c draw.Canvas) {
	for _, e := range l.p.Network.Elements {
		if l.isBar(e) && e.Cut {
			c.StrokeLines(dashed(missing, min(0.9, 0.3*l.bar)), []vg.Point{l.at(l.shape, e.Nodes[0]), l.at(l.shape, e.Nodes[1])})
		}
	}
}

// drawBar draws one bar with a fine dark edge. In space a white rim makes it
// pass in front of what lies behind.
func (l *layout) drawBar(c draw.Canvas, element int, rim bool) {
	ends := l.axis(element)
	clr, width := l.barStyle(element)
	if l.p.Values != nil && !finite(l.p.Values[element]) {
		c.StrokeLines(dotted(clr, width), ends)
		return
	}
	if rim {
		c.StrokeLines(line(color.White, width+0.35*l.bar), ends)
		clr = l.fog(clr, l.nearness(l.middleDepth(element)))
	}
	if edge := vg.Length(0.35); width > 5*edge {
		c.StrokeLines(line(darker(clr), width), ends)
		width -= 2 * edge
	}
	c.StrokeLines(line(clr, width), ends)
}

// axis is the line along which a bar is drawn: straight, or of a beam that is welded to its nodes the cubic that leaves
// them in the directions in which they have turned (Hermite).
func (l *layout) axis(element int) []vg.Point {
	e := l.p.Network.Elements[element]
	from, to := l.at(l.shape, e.Nodes[0]), l.at(l.shape, e.Nodes[1])
	if l.p.Turns == nil || !l.p.Bent[element] || l.p.Network.Dim != 2 || l.p.Displacement == nil {
		return []vg.Point{from, to}
	}
	was, is := l.at(l.rest, e.Nodes[0]), l.at(l.rest, e.Nodes[1])
	length, angle := lengthOf(was, is), angleOf(was, is)
	factor := l.p.Exaggeration
	leave := polar(vg.Point{}, angle+factor*l.p.Turns[e.Nodes[0]], length)
	enter := polar(vg.Point{}, angle+factor*l.p.Turns[e.Nodes[1]], length)
	const pieces = 14
	points := make([]vg.Point, pieces+1)
	for i := range points {
		s := float64(i) / pieces
		a, b := vg.Length((1+2*s)*(1-s)*(1-s)), vg.Length(s*(1-s)*(1-s))
		c, d := vg.Length(s*s*(3-2*s)), vg.Length(s*s*(s-1))
		points[i] = vg.Point{X: a*from.X + b*leave.X + c*to.X + d*enter.X, Y: a*from.Y + b*leave.Y + c*to.Y + d*enter.Y}
	}
	return points
}

// darker is the edge of a bar.
func darker(c color.Color) color.Color {
	return blend(color.RGBAModel.Convert(c).(color.RGBA), rgb(0x1a1a1a), 0.45)
}

// drawNode draws one node, with its number if they are shown.
func (l *layout) drawNode(c draw.Canvas, node int) {
	if !l.shape.ok[node] || l.node == 0 || l.p.cell != nil && node >= l.p.cell.own && !l.numbers {
		return
	}
	at := l.at(l.shape, node)
	clr := l.fog(ink, l.nearness(l.shape.depth[node]))
	if !l.numbers {
		fill(c, circle(at, l.node+min(0.6, 0.25*l.node)), color.White)
		fill(c, circle(at, l.node), clr)
		return
	}
	fill(c, circle(at, l.node), color.White)
	c.SetLineStyle(line(clr, 0.8))
	c.Stroke(circle(at, l.node))
	number := strconv.Itoa(l.p.Network.NodeNumber(node))
	size := 1.05 * l.node
	if w := textWidth(number, size, false); w > 1.55*l.node {
		size *= 1.55 * l.node / w
	}
	write(c, number, at, text{size: size, colour: clr, h: 0.5, v: 0.5})
}
