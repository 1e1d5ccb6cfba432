package figure

import (
	"image/color"
	"math"
	"slices"
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

// drawGhost draws the network at rest, pale, behind its deformed shape.
func (l *layout) drawGhost(c draw.Canvas) {
	var p vg.Path
	for _, e := range l.p.Network.Elements {
		if l.isBar(e) && !e.Cut && l.rest.ok[e.Nodes[0]] && l.rest.ok[e.Nodes[1]] {
			p.Move(l.at(l.rest, e.Nodes[0]))
			p.Line(l.at(l.rest, e.Nodes[1]))
		}
	}
	c.SetLineStyle(line(ghost, max(0.35*l.bar, 0.25)))
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
	return l.values.colour(v), l.bar * vg.Length(0.3+0.7*l.values.weight(v))
}

// drawBonds draws bars and nodes.
func (l *layout) drawBonds(c draw.Canvas) {
	l.drawCut(c)
	n := l.p.Network
	switch {
	case l.fine():
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
	e := l.p.Network.Elements[element]
	ends := []vg.Point{l.at(l.shape, e.Nodes[0]), l.at(l.shape, e.Nodes[1])}
	clr, width := l.barStyle(element)
	if rim {
		c.StrokeLines(line(color.White, width+0.35*l.bar), ends)
	}
	if edge := vg.Length(0.35); width > 5*edge {
		c.StrokeLines(line(darker(clr), width), ends)
		width -= 2 * edge
	}
	c.StrokeLines(line(clr, width), ends)
}

// darker is the edge of a bar.
func darker(c color.Color) color.Color {
	return blend(color.RGBAModel.Convert(c).(color.RGBA), rgb(0x1a1a1a), 0.45)
}

// drawNode draws one node, with its number if they are shown.
func (l *layout) drawNode(c draw.Canvas, node int) {
	if !l.shape.ok[node] || l.bondLength() < 4 {
		return
	}
	at := l.at(l.shape, node)
	if !l.numbers {
		fill(c, circle(at, l.node+min(0.6, 0.25*l.node)), color.White)
		fill(c, circle(at, l.node), ink)
		return
	}
	fill(c, circle(at, l.node), color.White)
	c.SetLineStyle(line(ink, 0.8))
	c.Stroke(circle(at, l.node))
	number := strconv.Itoa(node + 1)
	size := 1.05 * l.node
	if w := textWidth(number, size, false); w > 1.55*l.node {
		size *= 1.55 * l.node / w
	}
	write(c, number, at, text{size: size, colour: ink, h: 0.5, v: 0.5})
}

// drawSorted draws bars and nodes of a network in space from far to near.
func (l *layout) drawSorted(c draw.Canvas) {
	type item struct {
		depth float64
		index int
		node  bool
	}
	var items []item
	n := l.p.Network
	nodes := slices.Clone(l.shape.depth) // a node is drawn after all its bars, as it covers their ends
	for i, e := range n.Elements {
		if l.isBar(e) && !e.Cut {
			a, b := e.Nodes[0], e.Nodes[1]
			depth := (l.shape.depth[a] + l.shape.depth[b]) / 2
			items = append(items, item{depth, i, false})
			nodes[a], nodes[b] = math.Max(nodes[a], depth), math.Max(nodes[b], depth)
		}
	}
	for i := range n.Nodes() {
		items = append(items, item{nodes[i], i, true})
	}
	slices.SortStableFunc(items, func(a, b item) int {
		switch {
		case a.depth < b.depth:
			return -1
		case a.depth > b.depth:
			return 1
		}
		return 0
	})
	for _, it := range items {
		if it.node {
			l.drawNode(c, it.index)
		} else {
			l.drawBar(c, it.index, true)
		}
	}
}

// drawMany draws the bars of a large network: in layers from far to near, and
// within a layer all bars of a colour as one path.
func (l *layout) drawMany(c draw.Canvas) {
	const layers, tones = 24, 64
	n := l.p.Network
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, ok := range l.shape.ok {
		if ok {
			lo, hi = math.Min(lo, l.shape.depth[i]), math.Max(hi, l.shape.depth[i])
		}
	}
	type batch struct {
		path  vg.Path
		clr   color.Color
		width vg.Length
	}
	batches := make([]batch, layers*(tones+1))
	for i, e := range n.Elements {
		if !l.isBar(e) || e.Cut {
			continue
		}
		layer := 0
		if hi > lo {
			d := (l.shape.depth[e.Nodes[0]] + l.shape.depth[e.Nodes[1]]) / 2
			layer = min(layers-1, int((d-lo)/(hi-lo)*layers))
		}
		tone := tones // without a value
		if l.p.Values != nil && l.values.ok && finite(l.p.Values[i]) {
			tone = min(tones-1, int(l.values.place(l.p.Values[i])*tones))
		}
		b := &batches[layer*(tones+1)+tone]
		if b.path == nil {
			b.clr, b.width = l.barStyle(i)
		}
		b.path.Move(l.at(l.shape, e.Nodes[0]))
		b.path.Line(l.at(l.shape, e.Nodes[1]))
	}
	for _, b := range batches {
		if b.path != nil {
			c.SetLineStyle(line(b.clr, b.width))
			c.Stroke(b.path)
		}
	}
	if n.Nodes() <= 4*single {
		for i := range n.Nodes() {
			l.drawNode(c, i)
		}
	}
}

// drawBondNumbers sets the numbers of the bonds at their middles, over a
// white rim. Where a node or another number is in the way, as happens in
// space, the number moves along its bond.
func (l *layout) drawBondNumbers(c draw.Canvas) {
	if l.bondSize == 0 {
		return
	}
	var taken []vg.Rectangle
	for i := range l.p.Network.Nodes() {
		if r := 0.8 * l.node; l.shape.ok[i] {
			at := l.at(l.shape, i)
			taken = append(taken, box(at.X-r, at.Y-r, at.X+r, at.Y+r))
		}
	}
	for i, e := range l.p.Network.Elements {
		if !l.isBar(e) {
			continue
		}
		t := text{size: l.bondSize, colour: ink, h: 0.5, v: 0.5, halo: 0.2 * l.bondSize}
		if e.Cut {
			t.colour = soft
		}
		number := strconv.Itoa(i + 1)
		a, b := l.at(l.shape, e.Nodes[0]), l.at(l.shape, e.Nodes[1])
		at := freeSpot(number, a, b, t, taken)
		taken = append(taken, textBox(number, at, t))
		write(c, number, at, t)
	}
}

// freeSpot is the place nearest to the middle of a bond where its number
// covers nothing that is taken, or the middle if there is none.
func freeSpot(number string, a, b vg.Point, t text, taken []vg.Rectangle) vg.Point {
	for _, share := range []vg.Length{0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72} {
		at := a.Add(b.Sub(a).Scale(share))
		r := textBox(number, at, t)
		if !slices.ContainsFunc(taken, func(o vg.Rectangle) bool { return overlap(o, r) }) {
			return at
		}
	}
	return a.Add(b.Sub(a).Scale(0.5))
}
