package figure

import (
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/elastrain/elastrain/network"
)

// mark is a support, an arrow or a label, with the rectangle it takes.
type mark struct {
	box    vg.Rectangle
	behind bool // drawn before the bonds
	draw   func(c draw.Canvas)
	leader *leader // of a label that stands away from its arrow; then there is nothing else to draw
}

// around remembers, for the nodes that carry marks, in which directions bonds
// and earlier marks leave them.
type around struct {
	index  []int       // by node: place in angles, or -1
	angles [][]float64 // radians
}

// clearance is the angle between a direction and the nearest thing that
// leaves the node; pi where nothing does.
func (a *around) clearance(node int, angle float64) float64 {
	least := math.Pi
	for _, o := range a.angles[a.index[node]] {
		d := math.Abs(math.Remainder(angle-o, fullTurn))
		least = math.Min(least, d)
	}
	return least
}

func (a *around) take(node int, angle float64) {
	a.angles[a.index[node]] = append(a.angles[a.index[node]], angle)
}

// survey finds the directions in which bonds leave the nodes with marks.
func (l *layout) survey() *around {
	n := l.p.Network
	a := &around{index: make([]int, n.Nodes())}
	for i := range a.index {
		a.index[i] = -1
	}
	need := func(node int) {
		if a.index[node] < 0 {
			a.index[node] = len(a.angles)
			a.angles = append(a.angles, nil)
		}
	}
	for i := range n.Held {
		if n.Held[i] {
			need(i / n.Dim)
		}
	}
	for _, node := range l.p.Earthed {
		need(node)
	}
	for _, e := range n.Elements {
		if e.Kind == network.Ground {
			need(e.Nodes[0])
		}
	}
	for _, q := range l.p.Inputs {
		need(q.Node)
	}
	for _, q := range l.p.Outputs {
		need(q.Node)
	}
	from := l.shape
	if l.fine { // next to a load its bonds point anywhere
		from = l.rest
	}
	for _, e := range n.Elements {
		if !l.isBar(e) {
			continue
		}
		s, t := e.Nodes[0], e.Nodes[1]
		angle := math.Atan2(from.y[t]-from.y[s], from.x[t]-from.x[s])
		if a.index[s] >= 0 {
			a.take(s, angle)
		}
		if a.index[t] >= 0 {
			a.take(t, angle+math.Pi)
		}
	}
	return a
}

// decorate places supports, springs to ground, and ports.
func (l *layout) decorate() {
	if l.base == nil {
		l.base = l.survey()
	}
	a := l.base.clone()
	n := l.p.Network
	held := make([]bool, n.Dim)
	for _, i := range l.p.Earthed {
		if l.shape.ok[i] && !l.hidden(l.at(l.shape, i), l.shape.depth[i]) {
			l.addSupport(a, i, nil, earth)
		}
	}
	for i := range n.Nodes() {
		some, look := false, triangle
		if slices.Contains(l.p.Clamped, i) {
			look = clamp
		}
		for d := range held {
			held[d] = n.Held != nil && n.Held[i*n.Dim+d]
			some = some || held[d]
		}
		if some && l.shape.ok[i] && !l.hidden(l.at(l.shape, i), l.shape.depth[i]) {
			l.addSupport(a, i, held, look)
		}
	}
	for i, e := range n.Elements {
		if e.Kind == network.Ground && !e.Cut && l.shape.ok[e.Nodes[0]] {
			l.addGround(a, i)
		}
	}
	l.addAngles()
	l.addPorts(a)
}

// clone is a copy to which marks can be added.
func (a *around) clone() *around {
	angles := make([][]float64, len(a.angles))
	for i, at := range a.angles {
		angles[i] = slices.Clip(at)
	}
	return &around{index: a.index, angles: angles}
}

// towards is the first of the angles whose clearance is comfortable, or else
// the clearest.
func (a *around) towards(node int, comfortable float64, angles ...float64) float64 {
	best, most := angles[0], -1.0
	for _, angle := range angles {
		c := a.clearance(node, angle)
		if c >= comfortable {
			return angle
		}
		if c > most+1e-6 {
			best, most = angle, c
		}
	}
	return best
}

const (
	toRight = 0.0
	upwards = math.Pi / 2
	toLeft  = math.Pi
	down    = -math.Pi / 2
)

// look is how a support is drawn.
type look uint8

const (
	triangle look = iota // on hatched ground, a hinge
	wheels               // a triangle on wheels
	clamp                // a block on hatched ground
	earth                // three lines
)

// addSupport places a support: a triangle on hatched ground for a node that is
// held along every axis, one on wheels where it can still roll, a block where it cannot turn either.
func (l *layout) addSupport(a *around, node int, held []bool, how look) {
	var angle float64
	fixed := true
	for _, h := range held {
		fixed = fixed && h
	}
	switch {
	case len(held) == 1:
		angle = a.towards(node, 1.7, toLeft, toRight, down)
	case len(held) == 2 && held[0] && !held[1]: // rolls up and down along a wall
		angle = a.towards(node, 1, toLeft, toRight)
	case len(held) == 2 && !held[0]: // rolls sideways
		angle = a.towards(node, 1, down, upwards)
	case len(held) == 3:
		angle = a.towards(node, 0.6, down, upwards, toLeft, toRight)
	default:
		angle = a.towards(node, 1, down, upwards, toLeft, toRight)
	}
	a.take(node, angle)
	size := min(max(0.42*l.bondLength(), 0.8), 11)
	at := l.at(l.shape, node)
	start := l.edge()
	reach := start + 1.32*size
	m := mark{box: turned(at, angle, 0, reach, 0.9*size), behind: true}
	m.draw = func(c draw.Canvas) {
		c.Push()
		defer c.Pop()
		c.Translate(at)
		c.Rotate(angle - down) // drawn as if the ground were below
		if !fixed {
			how = wheels
		}
		drawSupport(c, start, size, how)
	}
	l.marks = append(l.marks, m)
	if len(held) == 3 && !fixed && size > 7 {
		l.addAxesNote(at, angle, reach, held)
	}
}

// edge is how far from a node a support begins: at the rim of a node with a
// number, a little inside a dot.
func (l *layout) edge() vg.Length {
	if l.numbers {
		return l.node
	}
	return 0.7 * l.node
}

// addAxesNote names the axes that a roller in space holds, which its picture
// on a sheet cannot show.
func (l *layout) addAxesNote(at vg.Point, angle float64, reach vg.Length, held []bool) {
	var axes strings.Builder
	for d, h := range held {
		if h {
			axes.WriteByte("xyz"[d])
		}
	}
	l.addLabel(axes.String(), at, angle, reach+2, 6, soft)
}

// turned is the rectangle around a strip that leaves a point at an angle,
// from one distance to another, half wide on either side.
func turned(at vg.Point, angle float64, from, to, half vg.Length) vg.Rectangle {
	sin, cos := math.Sincos(angle)
	s, c := vg.Length(sin), vg.Length(cos)
	r := box(at.X+from*c, at.Y+from*s, at.X+from*c, at.Y+from*s)
	for _, d := range []vg.Length{from, to} {
		for _, w := range []vg.Length{-half, half} {
			x, y := at.X+d*c-w*s, at.Y+d*s+w*c
			r = union(r, box(x, y, x, y))
		}
	}
	return r
}

// drawSupport draws a support below the origin, its tip start below it.
func drawSupport(c draw.Canvas, start, size vg.Length, how look) {
	height := 0.85 * size
	if how == wheels {
		height = 0.62 * size
	}
	edge := line(ink, min(0.8, 0.1*size))
	switch {
	case how == earth:
		c.StrokeLine2(edge, 0, -start, 0, -start-0.5*size)
		for i := range 3 {
			half, y := 0.5*size*(1-0.35*vg.Length(i)), -start-(0.5+0.2*vg.Length(i))*size
			c.StrokeLine2(edge, -half, y, half, y)
		}
		return
	case how == clamp && size >= 3:
		half, ground := 0.45*size, -start-0.4*size
		block := polyline(true, vg.Point{X: -half, Y: -start}, vg.Point{X: half, Y: -start}, vg.Point{X: half, Y: ground}, vg.Point{X: -half, Y: ground})
		fill(c, block, rgb(0x9a9a9a))
		c.SetLineStyle(edge)
		c.Stroke(block)
		drawGround(c, edge, ground, 0.85*size, 0.27*size)
		return
	}
	tip := vg.Point{Y: -start}
	left := vg.Point{X: -0.52 * size, Y: -start - height}
	right := vg.Point{X: 0.52 * size, Y: -start - height}
	if size < 3 { // too small for detail
		fill(c, polyline(true, tip, left, right), soft)
		return
	}
	fill(c, polyline(true, tip, left, right), rgb(0xe9e9e9))
	c.SetLineStyle(edge)
	c.Stroke(polyline(true, tip, left, right))
	ground := -start - height
	if how == wheels {
		r := 0.115 * size
		for _, x := range []vg.Length{-0.3 * size, 0.3 * size} {
			c.SetLineStyle(edge)
			c.Stroke(circle(vg.Point{X: x, Y: ground - r - 0.3*edge.Width}, r))
		}
		ground -= 2*r + 0.8*edge.Width
	}
	drawGround(c, edge, ground, 0.85*size, 0.27*size)
}

// drawGround draws a hatched line of half width half at height y.
func drawGround(c draw.Canvas, edge draw.LineStyle, y, half, hatch vg.Length) {
	c.StrokeLine2(edge, -half, y, half, y)
	fine := line(edge.Color, 0.7*edge.Width)
	const strokes = 6
	for i := range strokes {
		x := -half + vg.Length(i+1)*2*half/strokes
		c.StrokeLine2(fine, x, y, x-hatch, y-hatch)
	}
}

// addGround places a spring to ground: a zigzag along its direction.
func (l *layout) addGround(a *around, element int) {
	e := l.p.Network.Elements[element]
	node := e.Nodes[0]
	angle := a.either(node, l.angle(e.Dir))
	at := l.at(l.shape, node)
	length := min(max(0.62*l.bondLength(), 1.5), 24)
	start := l.edge()
	clr, width := l.barStyle(element)
	if a.clearance(node, angle) < cramped {
		// A bond lies there: the spring stands beside it, on an arm.
		arm := a.either(node, angle+math.Pi/2)
		a.take(node, arm)
		foot := polar(at, arm, l.node+0.3*length+2)
		ends := []vg.Point{at, foot}
		l.marks = append(l.marks, mark{box: turned(at, arm, 0, l.node+2, 1), behind: true, draw: func(c draw.Canvas) {
			c.StrokeLines(line(darker(clr), min(1.6, width)), ends)
		}})
		at, start = foot, 0
	} else {
		a.take(node, angle)
	}
	m := mark{box: turned(at, angle, 0, start+1.15*length, 0.32*length), behind: true}
	m.draw = func(c draw.Canvas) {
		c.Push()
		defer c.Pop()
		c.Translate(at)
		c.Rotate(angle - down)
		drawSpring(c, start, length, clr)
	}
	l.marks = append(l.marks, m)
}

// angle is the direction of a vector on the sheet; upwards where it points at
// the viewer.
func (l *layout) angle(dir [3]float64) float64 {
	x, y, _ := flatten(dir[:l.p.Network.Dim])
	if !finite(x) || !finite(y) || math.Hypot(x, y) < 1e-9 {
		return upwards
	}
	return math.Atan2(y, x)
}

// either is an angle or its opposite, whichever is clearer at a node.
func (a *around) either(node int, angle float64) float64 {
	if a.clearance(node, angle+math.Pi) > a.clearance(node, angle)+1e-6 {
		return angle + math.Pi
	}
	return angle
}

// drawSpring draws a zigzag from the origin down to hatched ground.
func drawSpring(c draw.Canvas, start, length vg.Length, clr color.Color) {
	width := min(1.1, 0.09*length)
	if length < 5 {
		c.StrokeLine2(line(clr, width), 0, -start, 0, -start-length)
		return
	}
	lead, amplitude := 0.16*length, 0.16*length
	pts := []vg.Point{{Y: -start}, {Y: -start - lead}}
	const waves = 7
	for i := range waves {
		y := start + lead + (vg.Length(i)+0.5)*(length-2*lead)/waves
		x := amplitude
		if i%2 == 1 {
			x = -x
		}
		pts = append(pts, vg.Point{X: x, Y: -y})
	}
	pts = append(pts, vg.Point{Y: -start - length + lead}, vg.Point{Y: -start - length})
	c.StrokeLines(line(darker(clr), width+0.5), pts)
	c.StrokeLines(line(clr, width), pts)
	drawGround(c, line(ink, 0.8), -start-length, 0.3*length, 0.12*length)
}
