package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/elastrain/elastrain/network"
)

// mostNames is the number of ports up to which every name is drawn, if need be
// away from its arrow; of more, those that fit beside their arrows.
const mostNames = 24

// addPorts places the arrows of inputs and outputs, and then their names.
func (l *layout) addPorts(a *around) {
	var names []name
	for _, q := range l.p.Inputs {
		if l.shape.ok[q.Node] {
			names = append(names, l.addArrow(a, q, own(q.Colour, ink), false))
		}
	}
	for _, q := range l.p.Outputs {
		if l.shape.ok[q.Node] {
			names = append(names, l.addArrow(a, q, own(q.Colour, okabeIto[1]), true))
		}
	}
	l.addNames(names)
}

// few tells whether there are so few ports that each deserves a large arrow
// and a name.
func (l *layout) few() bool { return len(l.p.Inputs)+len(l.p.Outputs) <= mostNames }

// own is a colour, or a default where it is nil.
func own(c, otherwise color.Color) color.Color {
	if c == nil {
		return otherwise
	}
	return c
}

// cramped is the clearance below which an arrow would lie on a bond; it then
// stands beside the node.
const cramped = 0.3

// addArrow places the arrow of a port on the clearer side of its node: an
// input pushes towards the node or pulls away from it, an output is a double
// arrow. It returns the name that belongs to it.
func (l *layout) addArrow(a *around, q Port, clr color.Color, double bool) name {
	switch q.Part {
	case network.Turn:
		return l.addTurn(a, q, clr, double)
	case network.Potential:
		return l.addTerminal(a, q, clr, double)
	}
	along := l.angle(q.Dir)
	at := l.at(l.shape, q.Node)
	length := min(max(0.5*l.bondLength(), 5), 19)
	if l.few() {
		length = max(length, 13)
	}
	gap := max(l.node, 0.5*l.bar) + 1.5

	// side is where the arrow stands as seen from the node. A push comes from
	// behind, so the side against the direction is tried first.
	side := along
	if !double {
		side += math.Pi
	}
	side = a.either(q.Node, side)
	var tail, tip vg.Point
	reach := gap + length
	if a.clearance(q.Node, side) >= cramped {
		near, far := polar(at, side, gap), polar(at, side, reach)
		tail, tip = near, far
		if math.Cos(side-along) < 0 {
			tail, tip = far, near
		}
	} else {
		across := a.either(q.Node, along+math.Pi/2)
		middle := polar(at, across, gap+3)
		tail, tip = polar(middle, along, -length/2), polar(middle, along, length/2)
		side, reach = across, gap+5
	}
	a.take(q.Node, side)
	head := min(5, 0.42*length)
	l.marks = append(l.marks, mark{box: turned(tail, angleOf(tail, tip), 0, lengthOf(tail, tip), 0.42*head), draw: func(c draw.Canvas) {
		drawArrow(c, tail, tip, head, clr, double)
	}})
	return name{s: q.Label, at: at, side: side, reach: reach, tail: tail, tip: tip, clr: clr}
}

// polar is the point at a distance from another, in a direction.
func polar(from vg.Point, angle float64, distance vg.Length) vg.Point {
	sin, cos := math.Sincos(angle)
	return vg.Point{X: from.X + distance*vg.Length(cos), Y: from.Y + distance*vg.Length(sin)}
}

func angleOf(from, to vg.Point) float64 {
	return math.Atan2(float64(to.Y-from.Y), float64(to.X-from.X))
}

func lengthOf(a, b vg.Point) vg.Length {
	return vg.Length(math.Hypot(float64(b.X-a.X), float64(b.Y-a.Y)))
}

// drawArrow draws an arrow, with heads at both ends if double.
func drawArrow(c draw.Canvas, tail, tip vg.Point, head vg.Length, clr color.Color, double bool) {
	angle := angleOf(tail, tip)
	from, to := tail, polar(tip, angle, -0.8*head)
	if double {
		from = polar(tail, angle, 0.8*head)
	}
	c.StrokeLines(line(color.White, 3.4), []vg.Point{from, to})
	c.StrokeLines(line(clr, 1.5), []vg.Point{from, to})
	drawHead(c, tip, angle, head, clr)
	if double {
		drawHead(c, tail, angle+math.Pi, head, clr)
	}
}

// drawHead draws an arrow head that points along an angle.
func drawHead(c draw.Canvas, tip vg.Point, angle float64, head vg.Length, clr color.Color) {
	back := polar(tip, angle, -head)
	half := 0.42 * head
	fill(c, polyline(true, tip, polar(back, angle+math.Pi/2, half), polar(tip, angle, -0.75*head), polar(back, angle-math.Pi/2, half)), clr)
}
