package figure

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Scatter shows how well a regression was learned: every reached displacement
// against the wanted one, on equal axes, with the line where both agree.
type Scatter struct {
	Title string // heading; "" for none
	XName string // title of the x axis; "" means "wanted"; give the unit
	YName string // title of the y axis; "" means "reached"
	Note  string // short text in the corner, such as "RMS error 3.1 µm"

	Series []Points
}

// Points is one cloud of points, such as one output or one part of the data.
type Points struct {
	Name    string
	Wanted  []float64   // targets
	Reached []float64   // what the network does; len(Wanted)
	Colour  color.Color // nil: the next of the Okabe-Ito colours
}

func (p Scatter) check() error {
	for i, s := range p.Series {
		if len(s.Wanted) != len(s.Reached) {
			return fmt.Errorf("figure: points %d (%s) have %d wanted and %d reached values", i+1, s.Name, len(s.Wanted), len(s.Reached))
		}
	}
	return nil
}

// Draw draws the points into c.
func (p Scatter) Draw(c draw.Canvas) {
	must(p.check())
	var entries []entry
	r := newSpan()
	total := 0
	for i, s := range p.Series {
		entries = append(entries, entry{name: s.Name, swatch: func(c draw.Canvas, at vg.Point) {
			drawPoint(c, vg.Point{X: at.X + 11, Y: at.Y}, 2.4, i, pick(s.Colour, i))
		}})
		for k, w := range s.Wanted {
			if finite(w) && finite(s.Reached[k]) {
				r.add(w)
				r.add(s.Reached[k])
				total++
			}
		}
	}
	if r.empty() {
		noData(headline(c, p.Title))
		return
	}
	pad := 0.04 * (r.hi - r.lo) // points on the frame are half hidden
	x := cover(r.lo-pad, r.hi+pad, or(p.XName, "wanted"))
	y := x
	y.title = or(p.YName, "reached")
	f := newFrame(heading(c, p.Title, entries), x, y, true)
	f.x.ticks, f.x.exponent = linearTicks(x.lo, x.hi, max(2, min(6, int(f.area.Size().X/40))))
	f.y.ticks, f.y.exponent = f.x.ticks, f.x.exponent
	f.drawGrid(true)
	f.c.StrokeLine2(dashed(soft, 0.8), f.area.Min.X, f.area.Min.Y, f.area.Max.X, f.area.Max.Y)
	radius := vg.Length(2.4)
	if total > 500 {
		radius = 1.5
	}
	for i, s := range p.Series {
		for k, w := range s.Wanted {
			if finite(w) && finite(s.Reached[k]) {
				drawPoint(f.c, f.at(w, s.Reached[k]), radius, i, pick(s.Colour, i))
			}
		}
	}
	f.drawAxes()
	write(f.c, p.Note, vg.Point{X: f.area.Min.X + 6, Y: f.area.Max.Y - 4},
		text{size: textSize, colour: soft, v: 1, halo: 1.5})
}

// drawPoint draws a point of the i-th series: each has its own form as well as its
// own colour, and all but the first are hollow, so that points on top of each other
// can be told apart.
func drawPoint(c draw.Canvas, at vg.Point, r vg.Length, i int, clr color.Color) {
	if i%5 == 0 {
		fill(c, circle(at, r), faded(clr, 0.65))
		return
	}
	corner := func(x, y vg.Length) vg.Point { return vg.Point{X: at.X + 1.3*r*x, Y: at.Y + 1.3*r*y} }
	var form vg.Path
	switch i % 5 {
	case 1:
		form = polyline(true, corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1))
	case 2:
		form = polyline(true, corner(0, 1.3), corner(1.2, -0.8), corner(-1.2, -0.8))
	case 3:
		form = polyline(true, corner(0, 1.4), corner(1.4, 0), corner(0, -1.4), corner(-1.4, 0))
	case 4:
		form = circle(at, 1.9*r)
	}
	c.SetLineStyle(line(faded(clr, 0.85), 0.8))
	c.Stroke(form)
}

// or is s, or a default where s is empty.
func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
