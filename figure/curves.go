package figure

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Curves shows quantities against epochs: a loss, or accuracies of training
// and test data in percent.
type Curves struct {
	Title string // heading; "" for none
	XName string // title of the x axis; "" means "epoch"
	YName string // title of the y axis with its unit, such as "accuracy (%)"

	Series []Series
	Lines  []Reference // values to compare with

	YMin, YMax float64 // limits of the y axis; both 0: from the data
	Y          Scaling // of the y axis
	X          Scaling // of the x axis; Auto is linear

	Direct bool // names stand at the ends of the curves, in place of a legend

	XTicks []string // what stands at 0, 1, 2, ... of the x axis, where there is room for all of it; nil: numbers
}

// Scaling is how an axis grows.
type Scaling uint8

const (
	Auto   Scaling = iota // logarithmic where all data are positive and span more than a decade
	Linear                // in equal steps
	Log                   // in equal factors; values that are not positive are skipped
)

// Series is one curve.
type Series struct {
	Name   string
	X      []float64   // nil: 1, 2, 3, ...; otherwise len(Y), not decreasing
	Y      []float64   // a value that is not finite leaves a gap
	Lo, Hi []float64   // band around the curve, in the units of Y; nil or len(Y)
	Dashed bool        // for a second curve of the same kind
	Marker Marker      // at every value; for few values
	Colour color.Color // nil: the next of the Okabe-Ito colours
}

// Marker is what marks the values of a curve.
type Marker uint8

const (
	NoMarker Marker = iota
	Dot
	Hollow // a circle, around a dot where both are drawn
)

// draw draws the marker at a point.
func (m Marker) draw(c draw.Canvas, at vg.Point, clr color.Color) {
	switch m {
	case Dot:
		fill(c, circle(at, 1.7), clr)
	case Hollow:
		c.SetLineStyle(line(clr, 0.9))
		c.Stroke(circle(at, 3))
	}
}

func (s Series) x(i int) float64 {
	if s.X == nil {
		return float64(i + 1)
	}
	return s.X[i]
}

func (p Curves) check() error {
	for i, s := range p.Series {
		if s.X != nil && len(s.X) != len(s.Y) {
			return fmt.Errorf("figure: curve %d (%s) has %d x values for %d y values", i+1, s.Name, len(s.X), len(s.Y))
		}
		if (s.Lo != nil || s.Hi != nil) && (len(s.Lo) != len(s.Y) || len(s.Hi) != len(s.Y)) {
			return fmt.Errorf("figure: the band of curve %d (%s) has %d and %d values for a curve of %d",
				i+1, s.Name, len(s.Lo), len(s.Hi), len(s.Y))
		}
	}
	return nil
}

// Draw draws the curves into c.
func (p Curves) Draw(c draw.Canvas) {
	must(p.check())
	var entries []entry
	for i, s := range p.Series {
		stroke := strokeSwatch(s.style(i))
		entries = append(entries, entry{name: s.Name, swatch: func(c draw.Canvas, at vg.Point) {
			stroke(c, at)
			s.Marker.draw(c, vg.Point{X: at.X + swatchWidth/2, Y: at.Y}, pick(s.Colour, i))
		}})
	}
	x, y, ok := p.axes()
	if !ok {
		noData(headline(c, p.Title))
		return
	}
	c, entries = p.room(c, entries)
	f := newFrame(heading(c, p.Title, entries), x, y, false)
	f.drawGrid(false)
	for i, s := range p.Series {
		f.band(s, pick(s.Colour, i))
	}
	var drawn []vg.Point
	for i, s := range p.Series {
		drawn = append(drawn, f.curve(s, s.style(i))...)
		f.markers(s, pick(s.Colour, i))
	}
	f.references(p.Lines, drawn)
	f.drawAxes()
	if p.Direct {
		f.nameEnds(p)
	}
}

func (s Series) style(i int) draw.LineStyle {
	sty := line(pick(s.Colour, i), 1.4)
	if len(s.Y) > 600 {
		sty.Width = 1 // dense curves are often noisy; a thick line would smear them
	}
	if s.Colour == nil && i >= len(okabeIto) { // the colours come again
		sty.Dashes = []vg.Length{1.2, 2}
	}
	if s.Dashed {
		sty.Dashes = []vg.Length{4, 2.5}
	}
	return sty
}

// axes chooses the axes; not ok if there is nothing to show.
func (p Curves) axes() (x, y axis, ok bool) {
	xs, ys, positive := newSpan(), newSpan(), newSpan()
	x.log, x.whole = p.X == Log, true
	below := false // some value is zero or negative
	for _, s := range p.Series {
		for i, v := range s.Y {
			if !x.shows(s.x(i)) || !finite(v) {
				continue
			}
			xs.add(s.x(i))
			x.whole = x.whole && s.x(i) == math.Trunc(s.x(i))
			ys.add(v)
			if v >= tiny {
				positive.add(v)
			} else {
				below = true
			}
			if s.Lo != nil && finite(s.Lo[i]) && finite(s.Hi[i]) {
				ys.add(s.Lo[i])
				ys.add(s.Hi[i])
				if v >= tiny {
					positive.add(math.Max(v, s.Hi[i])) // Lo may come near zero, far below any curve
				}
			}
		}
	}
	log := p.Y == Log || p.Y == Auto && !below && positive.hi > 10*positive.lo
	if xs.empty() || log && positive.empty() {
		return x, y, false
	}
	x.title = p.XName
	if x.title == "" {
		x.title = "epoch"
	}
	x.lo, x.hi = xs.lo, xs.hi
	switch {
	case x.log:
		x.lo, x.hi = decades(xs.lo, xs.hi)
	case !apart(x.lo, x.hi) && math.Abs(x.lo) < 1e6: // a single epoch
		x.lo, x.hi = x.lo-1, x.hi+1
	case !apart(x.lo, x.hi):
		x.lo, x.hi = widen(x.lo, x.hi)
	case x.lo > 0 && x.lo < 0.05*x.hi:
		x.lo = 0 // epochs 1 to n read better from 0
	}
	for i, name := range p.XTicks {
		x.names = append(x.names, tick{float64(i), name})
	}
	if !log {
		for _, l := range p.Lines {
			ys.add(l.At)
		}
		return x, limits(p.YMin, p.YMax, ys.lo, ys.hi, p.YName), true
	}
	for _, l := range p.Lines {
		if l.At >= tiny {
			positive.add(l.At)
		}
	}
	y = axis{log: true, title: p.YName}
	if p.YMin >= tiny && apart(p.YMin, p.YMax) {
		y.lo, y.hi = p.YMin, p.YMax
	} else {
		y.lo, y.hi = decades(positive.lo, positive.hi)
	}
	return x, y, true
}

// decades widens a positive range a little, and to whole decades where they
// are near.
func decades(lo, hi float64) (float64, float64) {
	l, h := math.Log10(lo), math.Log10(hi)
	pad := math.Max(0.04*(h-l), 0.05)
	snap := 0.25 * (h - l)
	if f := math.Floor(l); l-f < snap {
		l = f
	} else {
		l -= pad
	}
	if f := math.Ceil(h); f-h < snap {
		h = f
	} else {
		h += pad
	}
	if h-l < 0.1 {
		l, h = l-0.5, h+0.5
	}
	return math.Pow(10, l), math.Pow(10, h)
}

// band fills the area between Lo and Hi.
func (f frame) band(s Series, clr color.Color) {
	if s.Lo == nil {
		return
	}
	var low, high []vg.Point
	flush := func() {
		if len(low) > 1 {
			low, high = thin(low), thin(high)
			outline := append([]vg.Point{}, high...)
			for i := len(low) - 1; i >= 0; i-- {
				outline = append(outline, low[i])
			}
			clip := f.clip()
			f.c.FillPolygon(faded(clr, 0.18), clip.ClipPolygonXY(outline))
		}
		low, high = nil, nil
	}
	for i := range s.Y {
		x, lo, hi := s.x(i), s.Lo[i], s.Hi[i]
		if !f.x.shows(x) || !finite(lo) || !f.y.shows(hi) {
			flush()
			continue
		}
		if f.y.log {
			lo = math.Max(lo, f.y.lo*1e-3) // a band may reach below zero; a log axis cannot
		}
		low, high = append(low, f.at(x, lo)), append(high, f.at(x, hi))
	}
	flush()
}

// curve draws a line through the values, broken where they are missing, and
// returns points along it.
func (f frame) curve(s Series, sty draw.LineStyle) []vg.Point {
	var run, drawn []vg.Point
	clip := f.clip()
	flush := func() {
		switch {
		case len(run) == 1 && clip.Contains(run[0]):
			fill(f.c, circle(run[0], 2), sty.Color)
			drawn = append(drawn, run[0])
		case len(run) > 1:
			for _, l := range clip.ClipLinesXY(thin(run)) {
				f.c.StrokeLines(sty, l)
				drawn = append(drawn, along(l)...)
			}
		}
		run = nil
	}
	for i, v := range s.Y {
		if x := s.x(i); f.x.shows(x) && f.y.shows(v) {
			run = append(run, f.at(x, v))
		} else {
			flush()
		}
	}
	flush()
	return drawn
}

// markers draws what marks the values of a curve.
func (f frame) markers(s Series, clr color.Color) {
	clip := f.clip()
	for i, v := range s.Y {
		if x := s.x(i); s.Marker != NoMarker && f.x.shows(x) && f.y.shows(v) && clip.Contains(f.at(x, v)) {
			s.Marker.draw(f.c, f.at(x, v), clr)
		}
	}
}

// column is the width in points of the columns by which a curve is thinned:
// below what an eye or a printer resolves.
const column = vg.Length(0.4)

// thin drops points that cannot be seen: of all that fall into one narrow
// column it keeps the first, the lowest, the highest and the last.
func thin(pts []vg.Point) []vg.Point {
	var out []vg.Point
	for i := 0; i < len(pts); {
		bin := math.Floor(float64(pts[i].X / column))
		j, lo, hi := i, i, i
		for j+1 < len(pts) && math.Floor(float64(pts[j+1].X/column)) == bin {
			j++
			if pts[j].Y < pts[lo].Y {
				lo = j
			}
			if pts[j].Y > pts[hi].Y {
				hi = j
			}
		}
		last := -1
		for _, k := range []int{i, min(lo, hi), max(lo, hi), j} {
			if k > last {
				out = append(out, pts[k])
				last = k
			}
		}
		i = j + 1
	}
	return out
}

// along are points on a polyline, about two points apart.
func along(l []vg.Point) []vg.Point {
	out := append([]vg.Point{}, l...)
	for i := 1; i < len(l); i++ {
		d := l[i].Sub(l[i-1])
		n := int(math.Hypot(float64(d.X), float64(d.Y)) / 2)
		for k := 1; k < n; k++ {
			out = append(out, l[i-1].Add(d.Scale(vg.Length(k)/vg.Length(n))))
		}
	}
	return out
}
