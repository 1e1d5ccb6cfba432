package figure

import (
	"cmp"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// haze is how much of its colour the farthest bond of a network in space loses.
const haze = 0.7

// nearness is where a depth lies between the farthest node (0) and the nearest (1).
func (l *layout) nearness(depth float64) float64 {
	if l.p.Network.Dim < 3 || !(l.far < l.near) {
		return 1
	}
	return math.Min(1, math.Max(0, (depth-l.far)/(l.near-l.far)))
}

// fog makes the colour of something in space paler, the farther it lies.
func (l *layout) fog(c color.Color, nearness float64) color.Color {
	if nearness >= 1 {
		return c
	}
	return blend(color.RGBAModel.Convert(c).(color.RGBA), rgb(0xffffff), haze*(1-nearness))
}

// depths finds the farthest and the nearest node.
func (l *layout) depths() {
	l.far, l.near = math.Inf(1), math.Inf(-1)
	for i, ok := range l.shape.ok {
		if ok {
			l.far, l.near = math.Min(l.far, l.shape.depth[i]), math.Max(l.near, l.shape.depth[i])
		}
	}
}

// middleDepth is the depth of the middle of an element.
func (l *layout) middleDepth(element int) float64 {
	e := l.p.Network.Elements[element]
	return (l.shape.depth[e.Nodes[0]] + l.shape.depth[e.Nodes[1]]) / 2
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
			depth := l.middleDepth(i)
			items = append(items, item{depth, i, false})
			for _, v := range e.Nodes {
				nodes[v] = math.Max(nodes[v], depth)
			}
		}
	}
	for i := range n.Nodes() {
		items = append(items, item{nodes[i], i, true})
	}
	slices.SortStableFunc(items, func(a, b item) int { return cmp.Compare(a.depth, b.depth) })
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
	type batch struct {
		path  vg.Path
		clr   color.Color
		width vg.Length
	}
	batches := make([]batch, layers*(tones+1))
	for i, e := range n.Elements {
		if !l.isBar(e) || e.Cut || l.hidden(l.middleAt(i), l.middleDepth(i)) {
			continue
		}
		near := l.nearness(l.middleDepth(i))
		layer := min(layers-1, int(near*layers))
		tone := tones // without a value
		if l.p.Values != nil && l.values.ok && finite(l.p.Values[i]) {
			tone = min(tones-1, int(l.values.place(l.p.Values[i])*tones))
		}
		b := &batches[layer*(tones+1)+tone]
		if b.path == nil {
			b.clr, b.width = l.barStyle(i)
			b.clr = l.fog(b.clr, near)
		}
		b.path.Move(l.at(l.shape, e.Nodes[0]))
		b.path.Line(l.at(l.shape, e.Nodes[1]))
	}
	order := append(l.values.order(tones), tones)
	for layer := range layers {
		for _, tone := range order {
			b := batches[layer*(tones+1)+tone]
			if b.path == nil {
				continue
			}
			sty := line(b.clr, b.width)
			if tone == tones && l.p.Values != nil {
				sty = dotted(b.clr, b.width)
			}
			c.SetLineStyle(sty)
			c.Stroke(b.path)
		}
	}
	if n.Nodes() <= 4*single {
		for i := range n.Nodes() {
			l.drawNode(c, i)
		}
	}
}

// hides finds what of a large network in space need not be drawn: what lies more
// than three bonds behind the first bond that is drawn there.
func (l *layout) hides() {
	n := l.p.Network
	if l.front != nil || n.Dim < 3 || len(n.Elements) <= 10*single {
		return
	}
	l.mesh = l.newMesh(l.shape)
	l.front = l.fronts(l.mesh)
}

// fronts is the depth of the nearest bond whose middle lies in each cell; minus
// infinity in empty ones.
func (l *layout) fronts(m mesh) []float64 {
	front := make([]float64, m.wide*m.high)
	for i := range front {
		front[i] = math.Inf(-1)
	}
	for i, e := range l.p.Network.Elements {
		if l.isBar(e) && !e.Cut {
			cell := m.cell(l.middleAt(i))
			front[cell] = math.Max(front[cell], l.middleDepth(i))
		}
	}
	return front
}

// hidden tells whether something at a place and depth is.
func (l *layout) hidden(at vg.Point, depth float64) bool {
	return l.front != nil && depth < l.front[l.mesh.cell(at)]-3*l.shape.bond
}

// middleAt is where the middle of an element is drawn.
func (l *layout) middleAt(element int) vg.Point {
	e := l.p.Network.Elements[element]
	return l.at(l.shape, e.Nodes[0]).Add(l.at(l.shape, e.Nodes[1])).Scale(0.5)
}
