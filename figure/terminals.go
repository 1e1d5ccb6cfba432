package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Ports that are no displacement along a direction have signs of their own: a moment or a rotation is an arc about its
// node, a current or a potential a terminal beside it.

// addTurn places the arc of a moment, or of a rotation that is read, which has heads at both ends.
func (l *layout) addTurn(a *around, q Port, clr color.Color, double bool) name {
	at := l.at(l.shape, q.Node)
	radius := max(l.node, 0.5*l.bar) + min(max(0.25*l.bondLength(), 3), 7)
	side := a.towards(q.Node, 1, toRight, upwards, toLeft, down)
	const half = 0.65 * math.Pi
	begin, end := side-half, side+half // counter-clockwise
	if !double && q.Dir[2] < 0 {
		begin, end = end, begin
	}
	for _, angle := range []float64{begin, side, end} {
		a.take(q.Node, angle)
	}
	head := min(4.5, 0.6*radius)
	tail, tip := polar(at, begin, radius), polar(at, end, radius)
	l.marks = append(l.marks, mark{box: box(at.X-radius, at.Y-radius, at.X+radius, at.Y+radius), draw: func(c draw.Canvas) {
		inward := 0.8 * float64(head/radius) // an arrow head ends where the arc does
		from, to := begin, end
		turn := math.Copysign(1, to-from)
		stroke(c, line(color.White, 3.4), arc(at, radius, from, to))
		if double {
			from += turn * inward
		}
		stroke(c, line(clr, 1.5), arc(at, radius, from, to-turn*inward))
		drawHead(c, tip, end+turn*(math.Pi/2-inward/2), head, clr)
		if double {
			drawHead(c, tail, begin-turn*(math.Pi/2-inward/2), head, clr)
		}
	}})
	return name{s: q.Label, at: at, side: side, reach: radius + 2, tail: tail, tip: tip, clr: clr}
}

// addTerminal places the terminal of a current that is fed or a potential that is given, an arrow from a ring to the node,
// or of a potential that is read, a ring at the end of a line.
func (l *layout) addTerminal(a *around, q Port, clr color.Color, double bool) name {
	at := l.at(l.shape, q.Node)
	side := a.towards(q.Node, 1, upwards, down, toLeft, toRight, math.Pi/4, 3*math.Pi/4, -math.Pi/4, -3*math.Pi/4)
	a.take(q.Node, side)
	length := min(max(0.5*l.bondLength(), 9), 19)
	gap := max(l.node, 0.5*l.bar) + 1.5
	const ring = 2.2
	near, far := polar(at, side, gap), polar(at, side, gap+length)
	head := min(5, 0.42*length)
	l.marks = append(l.marks, mark{box: turned(at, side, gap, gap+length+2*ring, 0.42*head), draw: func(c draw.Canvas) {
		if double {
			c.StrokeLines(line(color.White, 3.4), []vg.Point{near, far})
			c.StrokeLines(line(clr, 1.5), []vg.Point{near, far})
		} else {
			drawArrow(c, far, near, head, clr, false)
		}
		stroke(c, line(clr, 1.3), circle(polar(at, side, gap+length+ring), ring))
	}})
	return name{s: q.Label, at: at, side: side, reach: gap + length + 2*ring, tail: far, tip: near, clr: clr}
}

// addAngles places an arc for each angle that resists: from the one arm to the other, on its smaller side.
func (l *layout) addAngles() {
	if l.fine || len(l.p.Angles) == 0 {
		return
	}
	radius := max(l.node, 0.5*l.bar) + min(0.16*l.bondLength(), 6)
	if radius > 0.45*l.bondLength() {
		return // too small to see
	}
	for i, nodes := range l.p.Angles {
		if !l.shape.ok[nodes[0]] || !l.shape.ok[nodes[1]] || !l.shape.ok[nodes[2]] {
			continue
		}
		at := l.at(l.shape, nodes[1])
		if l.hidden(at, l.shape.depth[nodes[1]]) {
			continue
		}
		begin := angleOf(at, l.at(l.shape, nodes[0]))
		turn := math.Remainder(angleOf(at, l.at(l.shape, nodes[2]))-begin, fullTurn)
		r := radius + 1.2*vg.Length(i%2) // two that lie on each other are both seen
		l.marks = append(l.marks, mark{box: box(at.X-r, at.Y-r, at.X+r, at.Y+r), behind: true, draw: func(c draw.Canvas) {
			stroke(c, line(soft, 0.9), arc(at, r, begin, begin+turn))
		}})
	}
}

// arc is a part of a circle.
func arc(at vg.Point, r vg.Length, from, to float64) vg.Path {
	var p vg.Path
	p.Move(polar(at, from, r))
	p.Arc(at, r, from, to-from)
	return p
}

func stroke(c draw.Canvas, sty draw.LineStyle, p vg.Path) {
	c.SetLineStyle(sty)
	c.Stroke(p)
}
