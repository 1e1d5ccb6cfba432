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
		entries = append(entries, entry{name: s.Name, swatch: dotSwatch(pick(s.Colour, i))})
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
	x := cover(r.lo, r.hi, or(p.XName, "wanted"))
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
		clr := faded(pick(s.Colour, i), 0.65)
		for k, w := range s.Wanted {
			if finite(w) && finite(s.Reached[k]) {
				fill(f.c, circle(f.at(w, s.Reached[k]), radius), clr)
			}
		}
	}
	f.drawAxes()
	write(f.c, p.Note, vg.Point{X: f.area.Min.X + 6, Y: f.area.Max.Y - 4},
		text{size: textSize, colour: soft, v: 1, halo: 1.5})
}

// or is s, or a default where s is empty.
func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
