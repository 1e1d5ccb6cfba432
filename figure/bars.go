package figure

import (
	"fmt"
	"image/color"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Bars shows a group of bars for each bond: a damage study has two, the
// accuracy after the cut and after retraining.
type Bars struct {
	Title string   // heading; "" for none
	XName string   // title of the x axis, such as "bond that was cut"
	YName string   // title of the y axis with its unit, such as "test accuracy (%)"
	Names []string // names of the groups; nil: 1, 2, 3, ...; otherwise at least as many as values

	Series []BarSeries
	Absent string // what a cross means that stands where a group has no values; "": no crosses
	Lines  []Reference

	YMin, YMax float64 // limits of the y axis; both 0: from the data, zero included
}

// BarSeries is one bar in every group.
type BarSeries struct {
	Name   string
	Values []float64   // a value that is not finite leaves a gap
	Colour color.Color // nil: the next of the Okabe-Ito colours
}

func (p Bars) groups() int {
	n := 0
	for _, s := range p.Series {
		n = max(n, len(s.Values))
	}
	return n
}

func (p Bars) check() error {
	if n := p.groups(); p.Names != nil && len(p.Names) < n {
		return fmt.Errorf("figure: %d names for %d groups of bars", len(p.Names), n)
	}
	return nil
}

// Draw draws the bars into c.
func (p Bars) Draw(c draw.Canvas) {
	must(p.check())
	var entries []entry
	y := newSpan()
	for i, s := range p.Series {
		entries = append(entries, entry{name: s.Name, swatch: boxSwatch(pick(s.Colour, i))})
		for _, v := range s.Values {
			y.add(v)
		}
	}
	if y.empty() {
		noData(headline(c, p.Title))
		return
	}
	absent := p.absent()
	if len(absent) > 0 {
		entries = append(entries, entry{name: p.Absent, swatch: func(c draw.Canvas, at vg.Point) {
			drawCross(c, vg.Point{X: at.X + swatchWidth - 5, Y: at.Y}, 2.5)
		}})
	}
	y.add(0)
	for _, l := range p.Lines {
		y.add(l.At)
	}
	n := p.groups()
	xAxis := axis{lo: 0.5, hi: float64(n) + 0.5, title: p.XName, fixed: true}
	c = heading(c, p.Title, entries)
	labels := p.labelRoom(c)
	f := newFrame(draw.Crop(c, 0, -labels, 0, 0), xAxis, limits(p.YMin, p.YMax, y.lo, y.hi, p.YName), false)
	f.drawGrid(false)
	p.drawBars(f, n)
	for _, g := range absent {
		half := min(2.5, 0.3*f.area.Size().X/vg.Length(n))
		drawCross(f.c, vg.Point{X: f.px(float64(g + 1)), Y: min(max(f.py(0), f.area.Min.Y), f.area.Max.Y) + half + 2}, half)
	}
	f.referencesBeside(p.Lines, labels)
	f.x.ticks = p.names(n, f.area.Size().X/vg.Length(n))
	f.drawAxes()
	if f.y.lo < 0 && f.y.hi > 0 {
		f.c.StrokeLine2(line(axisInk, 0.7), f.area.Min.X, f.py(0), f.area.Max.X, f.py(0))
	}
}

// absent are the groups, from 0, without any value, if they are to be marked.
func (p Bars) absent() []int {
	var out []int
	for g := range p.groups() {
		some := p.Absent == ""
		for _, s := range p.Series {
			some = some || g < len(s.Values) && finite(s.Values[g])
		}
		if !some {
			out = append(out, g)
		}
	}
	return out
}

// drawCross draws a small cross.
func drawCross(c draw.Canvas, at vg.Point, half vg.Length) {
	sty := line(soft, 0.9)
	c.StrokeLine2(sty, at.X-half, at.Y-half, at.X+half, at.Y+half)
	c.StrokeLine2(sty, at.X-half, at.Y+half, at.X+half, at.Y-half)
}

// labelRoom is the width that labels of reference lines need. Bars leave no
// room for them inside the axes, so they stand at the right.
func (p Bars) labelRoom(c draw.Canvas) vg.Length {
	var w vg.Length
	for _, l := range p.Lines {
		w = max(w, textWidth(l.Label, textSize, false))
	}
	return min(w, 0.25*c.Rectangle.Size().X)
}

func (p Bars) drawBars(f frame, n int) {
	room := f.area.Size().X / vg.Length(n)
	width := min(0.8*room/vg.Length(len(p.Series)), 26)
	base := min(max(f.py(0), f.area.Min.Y), f.area.Max.Y)
	for i, s := range p.Series {
		for g, v := range s.Values {
			if !finite(v) {
				continue
			}
			x := f.px(float64(g+1)) + width*(vg.Length(i)-vg.Length(len(p.Series))/2)
			top := min(max(f.py(v), f.area.Min.Y), f.area.Max.Y)
			gap := min(0.06*width, 0.6)
			fill(f.c, box(x+gap, min(base, top), x+width-gap, max(base, top)).Path(), pick(s.Colour, i))
		}
	}
}

// names are the labels of the groups, as many as have room.
func (p Bars) names(n int, room vg.Length) []tick {
	name := func(i int) string {
		if p.Names == nil {
			return strconv.Itoa(i)
		}
		return p.Names[i-1]
	}
	var widest vg.Length
	for i := 1; i <= n; i++ {
		widest = max(widest, textWidth(name(i), textSize, false))
	}
	every := 1
	if p.Names == nil || n > 30 { // of so many, names are numbers or codes, which cannot be cut off
		for _, e := range []int{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10000, 100000} {
			if every = e; vg.Length(e)*room >= widest+3 {
				break
			}
		}
	}
	var ticks []tick
	for i := 1; i <= n; i++ {
		if i%every == 0 || n == 1 {
			label := name(i)
			if p.Names != nil {
				label = shorten(label, textSize, false, vg.Length(every)*room-2)
			}
			ticks = append(ticks, tick{float64(i), label})
		}
	}
	return ticks
}
