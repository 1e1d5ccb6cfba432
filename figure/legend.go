package figure

import (
	"cmp"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Reference is a horizontal line to compare with, such as a published
// accuracy.
type Reference struct {
	At    float64 // where, in the units of the y axis
	Label string  // text beside the line, such as "published 96.44 %"
}

// entry is one line of a legend.
type entry struct {
	name   string
	swatch func(c draw.Canvas, at vg.Point) // draws a sample, swatchWidth wide, centred on at.Y
}

const swatchWidth = vg.Length(16)

// strokeSwatch samples a line.
func strokeSwatch(sty draw.LineStyle) func(draw.Canvas, vg.Point) {
	return func(c draw.Canvas, at vg.Point) {
		c.StrokeLine2(sty, at.X, at.Y, at.X+swatchWidth, at.Y)
	}
}

// boxSwatch samples a filled bar.
func boxSwatch(clr color.Color) func(draw.Canvas, vg.Point) {
	return func(c draw.Canvas, at vg.Point) {
		fill(c, box(at.X+4, at.Y-3.5, at.X+swatchWidth, at.Y+3.5).Path(), clr)
	}
}

// heading draws the title and below it the legend, in as many rows as it
// needs, and returns the canvas that is left. The legend stands outside the
// data, where it hides nothing.
func heading(c draw.Canvas, title string, entries []entry) draw.Canvas {
	c = headline(c, title)
	const row, gap = textSize + 4, vg.Length(12)
	x, rows := c.Min.X, 0
	for _, e := range entries {
		if e.name == "" {
			continue
		}
		name := shorten(e.name, textSize, false, c.Max.X-c.Min.X-swatchWidth-8)
		w := swatchWidth + 4 + textWidth(name, textSize, false)
		if rows == 0 {
			rows = 1
		} else if x+w > c.Max.X {
			x = c.Min.X
			rows++
		}
		at := vg.Point{X: x, Y: c.Max.Y - vg.Length(rows)*row + 5}
		e.swatch(c, at)
		at.X += swatchWidth + 4
		write(c, name, at, text{size: textSize, colour: ink, v: 0.5})
		x += w + gap
	}
	if rows > 0 {
		c.Max.Y -= vg.Length(rows)*row + 4
	}
	return c
}

// headline draws the title alone, in two lines if it must, and returns the
// canvas that is left.
func headline(c draw.Canvas, title string) draw.Canvas {
	y := c.Max.Y - 1
	for _, row := range headRows(title, c.Rectangle.Size().X) {
		write(c, row, vg.Point{X: c.Min.X, Y: y}, text{size: headSize, colour: ink, bold: true, v: 1})
		y -= headSize + 3
	}
	c.Max.Y -= headHeight(title, c.Rectangle.Size().X)
	return c
}

// headRows are the lines of a title.
func headRows(title string, width vg.Length) []string {
	return wrap(title, headSize, true, width, 2)
}

// headHeight is what a title takes.
func headHeight(title string, width vg.Length) vg.Length {
	n := len(headRows(title, width))
	if n == 0 {
		return 0
	}
	return vg.Length(n)*(headSize+3) + 3
}

// referenceLines draws the lines that are within the axes and returns them.
func (f frame) referenceLines(lines []Reference) []Reference {
	var shown []Reference
	for _, r := range lines {
		if f.y.shows(r.At) && f.y.place(r.At) >= 0 && f.y.place(r.At) <= 1 {
			shown = append(shown, r)
			y := f.py(r.At)
			f.c.StrokeLine2(dashed(soft, 0.8), f.area.Min.X, y, f.area.Max.X, y)
		}
	}
	return shown
}

// referencesBeside draws horizontal lines with their labels at the right of
// the axes, moved apart where they would overlap.
func (f frame) referencesBeside(lines []Reference, room vg.Length) {
	shown := f.referenceLines(lines)
	slices.SortStableFunc(shown, func(a, b Reference) int { return cmp.Compare(b.At, a.At) })
	ceiling := vg.Length(math.Inf(1))
	for _, r := range shown {
		y := min(f.py(r.At), ceiling)
		write(f.c, shorten(r.Label, textSize, false, room), vg.Point{X: f.area.Max.X + 4, Y: y},
			text{size: textSize, colour: soft, v: 0.5})
		ceiling = y - textSize - 1
	}
}

// references draws horizontal lines and sets their labels where they hide as
// few of the drawn points as possible.
func (f frame) references(lines []Reference, drawn []vg.Point) {
	shown := f.referenceLines(lines)
	var taken []vg.Rectangle
	for _, r := range shown {
		label := shorten(r.Label, textSize, false, f.area.Size().X-8)
		if label == "" {
			continue
		}
		at, sty := f.spot(label, r.At, shown, taken, drawn)
		write(f.c, label, at, sty)
		taken = append(taken, textBox(label, at, sty))
	}
}

// spot chooses where the label of a reference line goes: at its right end, its
// left end or its middle, below or above, in this order of taste.
func (f frame) spot(label string, value float64, lines []Reference, taken []vg.Rectangle, drawn []vg.Point) (vg.Point, text) {
	var at vg.Point
	var sty text
	best := -1
	for i, end := range []float64{1, 1, 0, 0, 0.5, 0.5} {
		p := vg.Point{X: f.area.Min.X + 4 + vg.Length(end)*(f.area.Size().X-8), Y: f.py(value) - 3}
		t := text{size: textSize, colour: soft, halo: 1.5, h: end, v: 1}
		if i%2 == 1 {
			p.Y, t.v = f.py(value)+3, 0
		}
		r := textBox(label, p, t)
		cost := 6*i + hits(r, drawn)
		for _, o := range taken {
			if overlap(o, r) {
				cost += 1000
			}
		}
		for _, o := range lines {
			if y := f.py(o.At); o.At != value && y > r.Min.Y && y < r.Max.Y {
				cost += 500
			}
		}
		if r.Max.Y > f.area.Max.Y+6 || r.Min.Y < f.area.Min.Y {
			cost += 2000
		}
		if best < 0 || cost < best {
			best, at, sty = cost, p, t
		}
	}
	return at, sty
}

// hits counts the points in a rectangle.
func hits(r vg.Rectangle, pts []vg.Point) int {
	n := 0
	for _, p := range pts {
		if p.X > r.Min.X && p.X < r.Max.X && p.Y > r.Min.Y && p.Y < r.Max.Y {
			n++
		}
	}
	return n
}
