package figure

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	barThick = vg.Length(8)
	barGap   = vg.Length(12) // between the network and its colour bar
	barLong  = vg.Length(150)
	barTip   = vg.Length(7) // of the triangles at ends that values lie beyond
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
func (p Lattice) reserve(c vg.Rectangle, values scale, s shape) (colourBar, vg.Rectangle) {
	bar := colourBar{values: values, title: p.ValueTitle}
	if !values.ok || p.Values == nil || p.shared != nil {
		bar.values.ok = false
		return bar, c
	}
	size := c.Size()
	// Both positions are measured with ticks for a bar of middling length.
	beside, below := bar.room(100)
	e := s.extent()
	w, h := e.hi[0]-e.lo[0], e.hi[1]-e.lo[1]
	zoom := func(x, y vg.Length) float64 {
		return math.Min(float64(x)/math.Max(w, 1e-300), float64(y)/math.Max(h, 1e-300))
	}
	x, y := p.decor()
	bar.level = zoom(size.X-x, size.Y-below-y) > zoom(size.X-beside-x, size.Y-y)
	if bar.level {
		c = bar.lieBelow(c)
	} else {
		c = bar.standBeside(c)
	}
	return bar, c
}

// decor is what supports, arrows and names take on each axis, roughly.
func (p Lattice) decor() (x, y vg.Length) {
	x, y = 30, 30
	if ports := len(p.Inputs) + len(p.Outputs); ports == 0 || ports > mostNames {
		return x, y
	}
	var wide, high vg.Length
	for _, q := range slices.Concat(p.Inputs, p.Outputs) {
		if math.Abs(q.Dir[0]) > math.Abs(q.Dir[1]) {
			wide = max(wide, textWidth(q.Label, textSize, false)+10)
		} else {
			high = textSize + 4
		}
	}
	return x + 2*wide, y + 2*high
}

// room is what a bar of a length takes beside a network and below it.
func (b *colourBar) room(long vg.Length) (beside, below vg.Length) {
	b.mark(long)
	beside = barGap + barThick + tickLength + tickGap + b.widest() + 2
	below = barGap + barThick + tickLength + tickGap + textSize + 2
	if b.title != "" {
		beside += titleSize + 5
		below += titleSize + 3
	}
	if b.extremes() != "" {
		beside += textSize + 3
		below += textSize + 3
	}
	return beside, below
}

// lieBelow places the bar at the bottom of a canvas and returns the rest.
func (b *colourBar) lieBelow(c vg.Rectangle) vg.Rectangle {
	size := c.Size()
	b.level = true
	long := min(0.8*size.X, barLong)
	_, below := b.room(long)
	x := (c.Min.X + c.Max.X - long) / 2
	y := c.Min.Y + below - barGap - barThick
	b.area = box(x, y, x+long, y+barThick)
	c.Min.Y += min(below, 0.5*size.Y)
	return c
}

// standBeside places the bar at the right of a canvas and returns the rest.
func (b *colourBar) standBeside(c vg.Rectangle) vg.Rectangle {
	size := c.Size()
	long := min(0.8*size.Y, barLong)
	beside, _ := b.room(long)
	x := c.Max.X - beside + barGap
	y := (c.Min.Y + c.Max.Y - long) / 2
	b.area = box(x, y, x+barThick, y+long)
	c.Max.X -= min(beside, 0.5*size.X)
	return c
}

// mark chooses the ticks of a bar of a length: as many as have room, and at
// least two, or three on a signed bar, where a smaller step gives them.
func (b *colourBar) mark(long vg.Length) {
	if b.values.single {
		b.ticks, b.exponent = []tick{{b.values.hi, number(b.values.hi)}}, 0
		return
	}
	if b.levels(long) {
		return
	}
	apart, least := vg.Length(24), 2
	if b.level {
		apart = 32
	}
	if b.values.signed {
		least = 3
	}
	for n := min(6, max(2, int(long/apart))); n <= 9; n++ {
		if b.ticks, b.exponent = linearTicks(b.values.min, b.values.max, n); len(b.ticks) >= least {
			break
		}
	}
	if b.level { // labels that would touch go, but for the ends and the middle
		wide := b.widest() + 6
		for len(b.ticks) > least && wide*vg.Length(len(b.ticks)) > long*1.1 {
			b.ticks = everyOther(b.ticks)
		}
	}
}

// levels marks each of a few values, if they have room on a bar of a length.
func (b *colourBar) levels(long vg.Length) bool {
	if len(b.values.few) < 2 {
		return false
	}
	var ticks []tick
	for i, v := range b.values.few {
		t := tick{v, number(v)}
		need := textSize + 2
		if i > 0 {
			if b.level {
				need = (textWidth(ticks[i-1].label, textSize, false)+textWidth(t.label, textSize, false))/2 + 4
			}
			if gap := vg.Length(b.values.place(v)-b.values.place(ticks[i-1].at)) * long; gap < need {
				return false
			}
		}
		ticks = append(ticks, t)
	}
	b.ticks, b.exponent = ticks, 0
	return true
}

// everyOther keeps every other tick, counted from the middle.
func everyOther(ticks []tick) []tick {
	var kept []tick
	for i, t := range ticks {
		if (i-len(ticks)/2)%2 == 0 {
			kept = append(kept, t)
		}
	}
	return kept
}

func (b *colourBar) widest() vg.Length {
	var w vg.Length
	for _, t := range b.ticks {
		w = max(w, textWidth(t.label, textSize, false))
	}
	return w
}

// extremes says how far values reach beyond the ends of the colours; "" if
// none does.
func (b *colourBar) extremes() string {
	if below, above := b.values.beyond(); !below && !above {
		return ""
	}
	lo, hi := b.values.lo, b.values.hi
	if least := 1e-9 * math.Max(math.Abs(lo), math.Abs(hi)); math.Abs(lo) < least {
		lo = 0
	} else if math.Abs(hi) < least {
		hi = 0
	}
	return "all bonds: " + number(lo) + " to " + number(hi)
}

// draw draws the bar with ticks and title.
func (b colourBar) draw(c draw.Canvas) {
	if !b.values.ok {
		return
	}
	b.drawColours(c)
	factor := ""
	if b.exponent != 0 {
		factor = "× " + power(b.exponent)
	}
	thin := line(axisInk, 0.5)
	size := b.area.Size()
	label := text{size: textSize, colour: soft}
	_, above := b.values.beyond()
	end := vg.Length(5)
	if above {
		end += barTip
	}
	if b.level {
		write(c, factor, vg.Point{X: b.area.Max.X + end, Y: (b.area.Min.Y + b.area.Max.Y) / 2}, text{size: textSize, colour: soft, v: 0.5})
		label.h, label.v = 0.5, 1
		for _, t := range b.ticks {
			x := b.area.Min.X + b.along(t)*size.X
			c.StrokeLine2(thin, x, b.area.Min.Y, x, b.area.Min.Y-tickLength)
			write(c, t.label, vg.Point{X: x, Y: b.area.Min.Y - tickLength - tickGap}, label)
		}
		at := vg.Point{X: (b.area.Min.X + b.area.Max.X) / 2, Y: b.area.Min.Y - tickLength - tickGap - textSize - 3}
		write(c, b.title, at, text{size: titleSize, colour: ink, h: 0.5, v: 1})
		if b.title != "" {
			at.Y -= titleSize + 3
		}
		write(c, b.extremes(), at, text{size: textSize, colour: soft, h: 0.5, v: 1})
		return
	}
	write(c, factor, vg.Point{X: b.area.Min.X, Y: b.area.Max.Y + end}, label)
	label.v = 0.5
	for _, t := range b.ticks {
		y := b.area.Min.Y + b.along(t)*size.Y
		c.StrokeLine2(thin, b.area.Max.X, y, b.area.Max.X+tickLength, y)
		write(c, t.label, vg.Point{X: b.area.Max.X + tickLength + tickGap, Y: y}, label)
	}
	at := vg.Point{X: b.area.Max.X + tickLength + tickGap + b.widest() + 5, Y: (b.area.Min.Y + b.area.Max.Y) / 2}
	write(c, b.title, at, text{size: titleSize, colour: ink, h: 0.5, v: 1, turn: math.Pi / 2})
	if b.title != "" {
		at.X += titleSize + 3
	}
	write(c, b.extremes(), at, text{size: textSize, colour: soft, h: 0.5, v: 1, turn: math.Pi / 2})
}

// along is where a tick stands between the ends of the bar.
func (b colourBar) along(t tick) vg.Length {
	if b.values.single {
		return 0.5
	}
	return vg.Length(b.values.place(t.at))
}

// drawColours draws the colours themselves: one patch where all values are
// alike, and a triangle at each end that values lie beyond.
func (b colourBar) drawColours(c draw.Canvas) {
	size, edge := b.area.Size(), line(axisInk, 0.5)
	outline := polyline(true, b.area.Min, vg.Point{X: b.area.Max.X, Y: b.area.Min.Y}, b.area.Max, vg.Point{X: b.area.Min.X, Y: b.area.Max.Y})
	c.SetLineStyle(edge)
	if b.values.single {
		middle := vg.Point{X: (b.area.Min.X + b.area.Max.X) / 2, Y: (b.area.Min.Y + b.area.Max.Y) / 2}
		patch := box(middle.X-barThick/2, middle.Y-barThick/2, middle.X+barThick/2, middle.Y+barThick/2).Path()
		fill(c, patch, b.values.colour(b.values.hi))
		c.SetLineStyle(edge)
		c.Stroke(patch)
		return
	}
	// Each colour reaches to the far end, so that no seams show between them.
	table := b.values.table()
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
	c.SetLineStyle(edge)
	c.Stroke(outline)
	below, above := b.values.beyond()
	if below {
		b.drawTip(c, b.area.Min, -barTip, table[0], edge)
	}
	if above {
		b.drawTip(c, b.area.Max, barTip, table[shades-1], edge)
	}
}

// drawTip draws a triangle that leaves the bar at a corner of one end.
func (b colourBar) drawTip(c draw.Canvas, corner vg.Point, reach vg.Length, clr color.Color, edge draw.LineStyle) {
	size := b.area.Size()
	other, tip := corner, corner
	side := vg.Length(1)
	if reach > 0 {
		side = -1 // the corner is the far one
	}
	if b.level {
		other.Y += side * size.Y
		tip.X, tip.Y = tip.X+reach, tip.Y+side*size.Y/2
	} else {
		other.X += side * size.X
		tip.X, tip.Y = tip.X+side*size.X/2, tip.Y+reach
	}
	triangle := polyline(true, corner, tip, other)
	fill(c, triangle, clr)
	c.SetLineStyle(edge)
	c.Stroke(triangle)
}
