package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// name is the name of a port, and the arrow that it belongs to.
type name struct {
	s         string
	at        vg.Point  // the node
	side      float64   // where the arrow stands as seen from the node
	reach     vg.Length // from the node to the far end of the arrow
	tail, tip vg.Point
	clr       color.Color
}

// leader is a thin line from an arrow to a name that has no room beside it.
type leader struct{ from, to vg.Point }

// addNames sets the names where they cover nothing: first those that have room
// beside their arrows, then the others further away at the end of a thin line.
func (l *layout) addNames(names []name) {
	var far []name
	for _, n := range names {
		if n.s == "" {
			continue
		}
		if l.taken == nil {
			l.taken = l.occupy()
		}
		most := vg.Length(0.5)
		if !l.few() {
			most = 0.25
		}
		n.s = shorten(n.s, textSize, false, max(most*l.room.X, 40))
		if !l.setBeside(n) {
			far = append(far, n)
		}
	}
	for _, n := range far {
		if !l.few() || !l.setFar(n) {
			l.unnamed++
		}
	}
}

// setBeside sets a name beyond its arrow, or next to its middle.
func (l *layout) setBeside(n name) bool {
	middle := vg.Point{X: (n.tail.X + n.tip.X) / 2, Y: (n.tail.Y + n.tip.Y) / 2}
	across := angleOf(n.tail, n.tip) + math.Pi/2
	const line = textSize + 1.5
	for _, try := range []struct {
		from  vg.Point
		angle float64
		far   vg.Length
		lift  vg.Length
	}{
		{n.at, n.side, n.reach + 4.5, 0}, {n.at, n.side, n.reach + 4.5, line}, {n.at, n.side, n.reach + 4.5, -line},
		{middle, across, 6, 0}, {middle, across + math.Pi, 6, 0},
	} {
		p := polar(try.from, try.angle, try.far)
		p.Y += try.lift
		if l.setName(n, p, try.angle, nil) {
			return true
		}
	}
	return false
}

// setName sets a name that leaves a point at an angle, if it covers nothing
// there.
func (l *layout) setName(n name, p vg.Point, angle float64, line *leader) bool {
	t := leaving(angle, textSize, n.clr)
	r := textBox(n.s, p, t)
	if !l.free(r) {
		return false
	}
	if line != nil {
		l.marks = append(l.marks, mark{box: r, leader: line, draw: func(c draw.Canvas) {}})
	}
	l.marks = append(l.marks, mark{box: r, draw: func(c draw.Canvas) { write(c, n.s, p, t) }})
	return true
}

// leaving is text that leaves a point at an angle.
func leaving(angle float64, size vg.Length, clr color.Color) text {
	sin, cos := math.Sincos(angle)
	return text{size: size, colour: clr, halo: 1.3, h: 0.5 - 0.5*cos, v: 0.5 - 0.5*sin}
}

// setFar sets a name at the end of a thin line, as near as it can; a line that
// crosses another one, or passes under a name or an arrow, counts as a detour.
func (l *layout) setFar(n name) bool {
	from := n.tail
	if lengthOf(n.at, n.tip) > lengthOf(n.at, n.tail) {
		from = n.tip
	}
	bounds := l.bounds()
	farthest := bounds.Size().X + bounds.Size().Y
	best := vg.Length(math.Inf(1))
	var place vg.Point
	var angle float64
	const turns = 32
	for r := vg.Length(8); r < min(farthest, best); r += 4 {
		for i := range turns {
			turn := fullTurn * float64(i) / turns
			p := polar(from, turn, r)
			box := textBox(n.s, p, leaving(turn, textSize, n.clr))
			if !l.free(box) {
				continue
			}
			grown := union(bounds, box).Size().Sub(bounds.Size())
			cost := r + grown.X + grown.Y
			if cost >= best {
				continue
			}
			if cost += 30 * vg.Length(l.crossed(leader{from, p})); cost < best {
				best, place, angle = cost, p, turn
			}
		}
	}
	if math.IsInf(float64(best), 0) {
		return false
	}
	return l.setName(n, place, angle, &leader{from, polar(place, angle, -1)})
}

// crossed counts the marks and nodes that a line to a name would cross.
func (l *layout) crossed(line leader) int {
	count := 0
	for i, ok := range l.shape.ok {
		if at, r := l.at(l.shape, i), l.node+1; ok && l.node > 0 && line.touches(box(at.X-r, at.Y-r, at.X+r, at.Y+r)) {
			count++
		}
	}
	for _, m := range l.marks {
		switch {
		case m.leader != nil:
			if meet(line, *m.leader) {
				count++
			}
		case m.box.Min.X <= line.from.X && line.from.X <= m.box.Max.X && m.box.Min.Y <= line.from.Y && line.from.Y <= m.box.Max.Y:
			// the arrow itself
		case line.touches(m.box):
			count++
		}
	}
	return count
}

// meet tells whether two lines cross.
func meet(a, b leader) bool {
	side := func(l leader, p vg.Point) bool {
		return (l.to.X-l.from.X)*(p.Y-l.from.Y) > (l.to.Y-l.from.Y)*(p.X-l.from.X)
	}
	return side(a, b.from) != side(a, b.to) && side(b, a.from) != side(b, a.to)
}

// touches tells whether a line passes through a rectangle.
func (l leader) touches(r vg.Rectangle) bool {
	lo, hi := vg.Length(0), vg.Length(1)
	clip := func(from, to, least, most vg.Length) bool {
		d := to - from
		if d == 0 {
			return from > least && from < most
		}
		s, t := (least-from)/d, (most-from)/d
		lo, hi = max(lo, min(s, t)), min(hi, max(s, t))
		return lo < hi
	}
	return clip(l.from.X, l.to.X, r.Min.X, r.Max.X) && clip(l.from.Y, l.to.Y, r.Min.Y, r.Max.Y)
}

// drawLeader draws the line of a label.
func drawLeader(c draw.Canvas, m mark) {
	ends := []vg.Point{m.leader.from, m.leader.to}
	c.StrokeLines(line(color.White, 2.2), ends)
	c.StrokeLines(line(soft, 0.6), ends)
}

// addLabel sets a short remark beyond something that leaves a point at an
// angle, a line further out where there is something already.
func (l *layout) addLabel(s string, at vg.Point, angle float64, distance vg.Length, size vg.Length, clr color.Color) {
	t := leaving(angle, size, clr)
	p := polar(at, angle, distance)
	for range 4 {
		if !l.marked(textBox(s, p, t)) {
			break
		}
		p.Y -= size + 1.5
	}
	l.marks = append(l.marks, mark{box: textBox(s, p, t), draw: func(c draw.Canvas) { write(c, s, p, t) }})
}
