package figure

import (
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	barThick = vg.Length(8)
	barGap   = vg.Length(12) // between the network and its colour bar
	barLong  = vg.Length(150)
)

// colourBar explains the colours of a lattice.
type colourBar struct {
	values   scale
	title    string
	area     vg.Rectangle // the bar itself
	level    bool         // lies below the network instead of standing beside it
	ticks    []tick
	exponent int
}

// reserve takes room for the colour bar, where it costs the network least:
// at the right of tall networks, below wide ones.
func (p Lattice) reserve(c draw.Canvas, values scale, s shape) (draw.Canvas, colourBar) {
	bar := colourBar{values: values, title: p.ValueTitle}
	if !values.ok || p.Values == nil {
		bar.values.ok = false
		return c, bar
	}
	size := c.Rectangle.Size()
	// Both positions are measured with ticks for a bar of middling length.
	bar.mark(4)
	var widest vg.Length
	for _, t := range bar.ticks {
		widest = max(widest, textWidth(t.label, textSize, false))
	}
	beside := barGap + barThick + tickLength + widest + 3
	below := barGap + barThick + tickLength + tickGap + textSize + 2
	if bar.title != "" {
		beside += titleSize + 5
		below += titleSize + 3
	}
	e := s.extent()
	w, h := e.hi[0]-e.lo[0], e.hi[1]-e.lo[1]
	zoom := func(x, y vg.Length) float64 {
		return math.Min(float64(x)/math.Max(w, 1e-300), float64(y)/math.Max(h, 1e-300))
	}
	const decor = 30 // what supports and arrows take on each axis, roughly
	bar.level = zoom(size.X-decor, size.Y-below-decor) > zoom(size.X-beside-decor, size.Y-decor)
	if bar.level {
		long := min(0.8*size.X, barLong)
		x := (c.Min.X + c.Max.X - long) / 2
		y := c.Min.Y + below - barGap - barThick
		bar.area = box(x, y, x+long, y+barThick)
		bar.mark(int(long / 32))
		c.Min.Y += min(below, 0.5*size.Y)
		return c, bar
	}
	long := min(0.8*size.Y, barLong)
	x := c.Max.X - beside + barGap
	y := (c.Min.Y + c.Max.Y - long) / 2
	bar.area = box(x, y, x+barThick, y+long)
	bar.mark(int(long / 24))
	c.Max.X -= min(beside, 0.5*size.X)
	return c, bar
}

func (b *colourBar) mark(n int) {
	b.ticks, b.exponent = linearTicks(b.values.min, b.values.max, min(6, max(2, n)))
}

// draw draws the bar with ticks and title.
func (b colourBar) draw(c draw.Canvas) {
	if !b.values.ok {
		return
	}
	size := b.area.Size()
	table := b.values.table()
	// Each colour reaches to the far end, so that no seams show between them.
	const steps = 128
	for i := range steps {
		r := b.area
		share := vg.Length(i) / steps
		if b.level {
			r.Min.X += size.X * share
		} else {
			r.Min.Y += size.Y * share
		}
		fill(c, r.Path(), table[i*(shades-1)/(steps-1)])
	}
	thin := line(axisInk, 0.5)
	c.SetLineStyle(thin)
	c.Stroke(polyline(true, b.area.Min, vg.Point{X: b.area.Max.X, Y: b.area.Min.Y}, b.area.Max, vg.Point{X: b.area.Min.X, Y: b.area.Max.Y}))
	factor := ""
	if b.exponent != 0 {
		factor = "× " + power(b.exponent)
	}
	label := text{size: textSize, colour: soft}
	if b.level {
		write(c, factor, vg.Point{X: b.area.Max.X + 5, Y: (b.area.Min.Y + b.area.Max.Y) / 2}, text{size: textSize, colour: soft, v: 0.5})
		label.h, label.v = 0.5, 1
		for _, t := range b.ticks {
			x := b.area.Min.X + vg.Length(b.values.place(t.at))*size.X
			c.StrokeLine2(thin, x, b.area.Min.Y, x, b.area.Min.Y-tickLength)
			write(c, t.label, vg.Point{X: x, Y: b.area.Min.Y - tickLength - tickGap}, label)
		}
		write(c, b.title, vg.Point{X: (b.area.Min.X + b.area.Max.X) / 2, Y: b.area.Min.Y - tickLength - tickGap - textSize - 3},
			text{size: titleSize, colour: ink, h: 0.5, v: 1})
		return
	}
	write(c, factor, vg.Point{X: b.area.Min.X, Y: b.area.Max.Y + 5}, label)
	var widest vg.Length
	label.v = 0.5
	for _, t := range b.ticks {
		y := b.area.Min.Y + vg.Length(b.values.place(t.at))*size.Y
		c.StrokeLine2(thin, b.area.Max.X, y, b.area.Max.X+tickLength, y)
		write(c, t.label, vg.Point{X: b.area.Max.X + tickLength + tickGap, Y: y}, label)
		widest = max(widest, textWidth(t.label, textSize, false))
	}
	write(c, b.title, vg.Point{X: b.area.Max.X + tickLength + tickGap + widest + 5, Y: (b.area.Min.Y + b.area.Max.Y) / 2},
		text{size: titleSize, colour: ink, h: 0.5, v: 1, turn: math.Pi / 2})
}
