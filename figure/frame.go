package figure

import (
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// axis is one axis of a frame. lo < hi; both positive if log.
type axis struct {
	lo, hi   float64
	log      bool
	title    string
	ticks    []tick
	exponent int    // power of ten that the tick labels leave out
	fixed    bool   // the ticks are given; do not choose any
	names    []tick // in place of numbers, where they fit
	whole    bool   // the values are whole numbers, and ticks between them mean nothing
}

// place is where a value lies between lo (0) and hi (1).
func (a axis) place(v float64) float64 {
	if a.log {
		return math.Log(v/a.lo) / math.Log(a.hi/a.lo)
	}
	return (v - a.lo) / (a.hi - a.lo)
}

// mark chooses ticks for an axis of a length, at least apart from each other.
func (a *axis) mark(length, apart vg.Length) {
	if a.fixed {
		return
	}
	if a.named(length) {
		a.ticks = a.names
		return
	}
	n := min(8, max(2, int(length/apart)))
	if a.log {
		a.ticks = logTicks(a.lo, a.hi, n)
		return
	}
	for a.whole && n > 1 && step(a.hi-a.lo, n) != math.Trunc(step(a.hi-a.lo, n)) {
		n--
	}
	a.ticks, a.exponent = linearTicks(a.lo, a.hi, n)
}

// named reports whether the names of an axis have room side by side.
func (a *axis) named(length vg.Length) bool {
	for i := 1; i < len(a.names); i++ {
		left, right := a.names[i-1], a.names[i]
		gap := vg.Length(a.place(right.at)-a.place(left.at)) * length
		if (textWidth(left.label, textSize, false)+textWidth(right.label, textSize, false))/2+4 > gap {
			return false
		}
	}
	return len(a.names) > 0
}

// frame is a pair of axes around an area in which data are drawn.
type frame struct {
	c    draw.Canvas
	area vg.Rectangle
	x, y axis
}

const (
	tickLength = vg.Length(3)
	tickGap    = vg.Length(2.5) // between a tick and its label
	titleGap   = vg.Length(5)   // between tick labels and the axis title
)

// newFrame measures the axes and gives the rest of the canvas to the data.
// square makes the area a square.
func newFrame(c draw.Canvas, x, y axis, square bool) frame {
	f := frame{c: c, x: x, y: y}
	bottom := tickLength + tickGap + capHeight*textSize
	if x.title != "" {
		bottom += titleGap + titleSize
	} else {
		bottom += 2 // descenders of the tick labels
	}
	top := vg.Length(5)
	f.y.mark(c.Max.Y-c.Min.Y-bottom-top, 26)
	if f.y.exponent != 0 {
		top += textSize + 3
	}
	left := tickLength + tickGap + f.y.labelWidth()
	if y.title != "" {
		left += titleGap + titleSize
	}
	right := vg.Length(8)
	if n := len(f.x.names); n > 0 {
		right = max(right, textWidth(f.x.names[n-1].label, textSize, false)/2)
	}
	f.area = box(c.Min.X+left, c.Min.Y+bottom, c.Max.X-right, c.Max.Y-top)
	if square {
		f.area = squared(f.area)
	}
	// Keep a canvas that is too small for its labels from turning inside out.
	f.area.Max.X = max(f.area.Max.X, f.area.Min.X+1)
	f.area.Max.Y = max(f.area.Max.Y, f.area.Min.Y+1)
	f.x.mark(f.area.Size().X, 46)
	return f
}

// squared is the largest square in a rectangle: centred sideways, at the top.
func squared(r vg.Rectangle) vg.Rectangle {
	size := r.Size()
	side := min(size.X, size.Y)
	dx := (size.X - side) / 2
	return box(r.Min.X+dx, r.Max.Y-side, r.Min.X+dx+side, r.Max.Y)
}

func (a axis) labelWidth() vg.Length {
	var w vg.Length
	for _, t := range a.ticks {
		w = max(w, textWidth(t.label, textSize, false))
	}
	return w
}

func (f frame) px(v float64) vg.Length {
	return f.area.Min.X + vg.Length(f.x.place(v))*f.area.Size().X
}

func (f frame) py(v float64) vg.Length {
	return f.area.Min.Y + vg.Length(f.y.place(v))*f.area.Size().Y
}

// at is where a pair of values is drawn.
func (f frame) at(x, y float64) vg.Point { return vg.Point{X: f.px(x), Y: f.py(y)} }

// shows tells whether a value can be drawn on the axis at all.
func (a axis) shows(v float64) bool { return finite(v) && (!a.log || v >= tiny) }

// clip is a canvas of the area only, for clipping lines.
func (f frame) clip() draw.Canvas { return draw.Canvas{Canvas: f.c.Canvas, Rectangle: f.area} }

// drawGrid draws light lines at the labelled ticks, before the data.
func (f frame) drawGrid(vertical bool) {
	for _, t := range f.y.ticks {
		if y := f.py(t.at); t.label != "" {
			f.c.StrokeLine2(line(gridInk, 0.6), f.area.Min.X, y, f.area.Max.X, y)
		}
	}
	if !vertical {
		return
	}
	for _, t := range f.x.ticks {
		if x := f.px(t.at); t.label != "" {
			f.c.StrokeLine2(line(gridInk, 0.6), x, f.area.Min.Y, x, f.area.Max.Y)
		}
	}
}

// drawAxes draws lines, ticks, labels and titles, after the data.
func (f frame) drawAxes() {
	thin := line(axisInk, 0.7)
	f.c.StrokeLines(thin, []vg.Point{{X: f.area.Min.X, Y: f.area.Max.Y}, f.area.Min, {X: f.area.Max.X, Y: f.area.Min.Y}})
	label := text{size: textSize, colour: soft}
	for _, t := range f.x.ticks {
		x, length := f.px(t.at), tickLength
		if t.label == "" {
			length *= 0.6
		}
		f.c.StrokeLine2(thin, x, f.area.Min.Y, x, f.area.Min.Y-length)
		label.h, label.v = 0.5, 1
		write(f.c, t.label, vg.Point{X: x, Y: f.area.Min.Y - tickLength - tickGap}, label)
	}
	for _, t := range f.y.ticks {
		y, length := f.py(t.at), tickLength
		if t.label == "" {
			length *= 0.6
		}
		f.c.StrokeLine2(thin, f.area.Min.X, y, f.area.Min.X-length, y)
		label.h, label.v = 1, 0.5
		write(f.c, t.label, vg.Point{X: f.area.Min.X - tickLength - tickGap, Y: y}, label)
	}
	f.drawTitles()
}

func (f frame) drawTitles() {
	left := f.area.Min.X - tickLength - tickGap - f.y.labelWidth() - titleGap
	below := f.area.Min.Y - tickLength - tickGap - capHeight*textSize - titleGap
	mid := vg.Point{X: (f.area.Min.X + f.area.Max.X) / 2, Y: (f.area.Min.Y + f.area.Max.Y) / 2}
	title := text{size: titleSize, colour: ink, h: 0.5}
	title.v = 1
	write(f.c, shorten(f.x.title, titleSize, false, f.c.Max.X-f.c.Min.X), vg.Point{X: mid.X, Y: below}, title)
	title.v, title.turn = 0, math.Pi/2
	name := shorten(f.y.title, titleSize, false, f.c.Max.Y-f.c.Min.Y)
	half := textWidth(name, titleSize, false) / 2
	y := max(min(mid.Y, f.c.Max.Y-half), f.c.Min.Y+half) // a long one may be longer than the axis
	write(f.c, name, vg.Point{X: left, Y: y}, title)
	note := text{size: textSize, colour: soft}
	if f.y.exponent != 0 {
		write(f.c, "× "+power(f.y.exponent), vg.Point{X: f.area.Min.X - tickLength, Y: f.area.Max.Y + 6}, note)
	}
	if f.x.exponent != 0 {
		note.h, note.v = 1, 1
		write(f.c, "× "+power(f.x.exponent), vg.Point{X: f.area.Max.X, Y: below}, note)
	}
}

// cover is a linear axis over [lo, hi], widened to round values. A range that
// starts near zero, compared with its length, starts at zero.
func cover(lo, hi float64, title string) axis {
	if lo > hi {
		lo, hi = 0, 1
	}
	if !apart(lo, hi) {
		lo, hi = widen(lo, hi)
	}
	if lo > 0 && lo < 0.35*hi {
		lo = 0
	}
	if hi < 0 && hi > 0.35*lo {
		hi = 0
	}
	d := step(hi-lo, 5)
	return axis{lo: d * math.Floor(lo/d+1e-9), hi: d * math.Ceil(hi/d-1e-9), title: title}
}

// limits is a linear axis over the given limits if lo < hi, and otherwise
// over the data.
func limits(lo, hi, dataLo, dataHi float64, title string) axis {
	if apart(lo, hi) {
		return axis{lo: lo, hi: hi, title: title}
	}
	return cover(dataLo, dataHi, title)
}

// span collects the range of finite values.
type span struct{ lo, hi float64 }

func newSpan() span { return span{math.Inf(1), math.Inf(-1)} }

func (s *span) add(v float64) {
	if finite(v) {
		s.lo, s.hi = math.Min(s.lo, v), math.Max(s.hi, v)
	}
}

func (s span) empty() bool { return s.lo > s.hi }
