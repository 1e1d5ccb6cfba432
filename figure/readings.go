package figure

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Readings shows what outputs make of a few pictures: a row for each, with the picture in front, and a coloured cell for each output.
type Readings struct {
	Title         string // heading; "" for none
	Width, Height int    // of the pictures, pixels
	Rows          []Reading
	Outputs       []string

	ValueTitle string // of the colour bar, with its unit
	Note       string // a remark below; "" for none
}

// Reading is one picture with what the outputs read of it.
type Reading struct {
	Name    string
	Picture []float64 // 0 dark to 1 bright, row by row from the top left
	Values  []float64 // one an output; signed
}

func (p Readings) check() error {
	if p.Width < 1 || p.Height < 1 {
		return fmt.Errorf("figure: pictures of %d x %d pixels", p.Width, p.Height)
	}
	for i, r := range p.Rows {
		if len(r.Picture) != p.Width*p.Height || len(r.Values) != len(p.Outputs) {
			return fmt.Errorf("figure: row %d has %d pixels and %d values for %d x %d pixels and %d outputs", i+1, len(r.Picture), len(r.Values), p.Width, p.Height, len(p.Outputs))
		}
	}
	return nil
}

// Draw draws the table into c.
func (p Readings) Draw(c draw.Canvas) {
	must(p.check())
	c = headline(c, p.Title)
	if len(p.Rows) == 0 || len(p.Outputs) == 0 {
		noData(c)
		return
	}
	var all []float64
	names := vg.Length(0)
	for _, r := range p.Rows {
		all = append(all, r.Values...)
		names = max(names, textWidth(r.Name, textSize, false))
	}
	bar := colourBar{values: newScale(all, 0, 0, true), title: p.ValueTitle}
	area := bar.standBeside(c.Rectangle)
	lines := wrap(p.Note, textSize, false, c.Rectangle.Size().X, 2)
	for i := len(lines) - 1; i >= 0; i-- {
		write(c, lines[i], vg.Point{X: c.Min.X, Y: area.Min.Y + 3}, text{size: textSize, colour: soft})
		area.Min.Y += noteHeight
	}
	const foot = textSize + titleSize + 10 // names of outputs and what they are
	size := area.Size()
	names = min(names, 0.25*size.X) + 4
	high := max((size.Y-foot)/vg.Length(len(p.Rows)), 1)
	gap := min(2, 0.1*high)
	thumb := vg.Point{X: (high - gap) * vg.Length(p.Width) / vg.Length(p.Height), Y: high - gap}
	if wide := 0.25 * size.X; thumb.X > wide {
		thumb = vg.Point{X: wide, Y: min(thumb.Y, max(wide*vg.Length(p.Height)/vg.Length(p.Width), 3))}
	}
	left := area.Min.X + names + thumb.X + 8
	wide := min((area.Max.X-left)/vg.Length(len(p.Outputs)), 2*high)
	for i, r := range p.Rows {
		top := area.Max.Y - vg.Length(i)*high
		middle := top - (high-gap)/2
		write(c, shorten(r.Name, textSize, false, names-4), vg.Point{X: area.Min.X + names - 4, Y: middle}, text{size: textSize, colour: soft, h: 1, v: 0.5})
		p.drawThumb(c, box(area.Min.X+names, middle-thumb.Y/2, area.Min.X+names+thumb.X, middle+thumb.Y/2), r.Picture)
		for o, v := range r.Values {
			x := left + vg.Length(o)*wide
			fill(c, box(x, top-high+gap, x+wide-gap, top).Path(), bar.values.colour(v))
		}
	}
	bottom := area.Max.Y - vg.Length(len(p.Rows))*high
	for o, name := range p.Outputs {
		write(c, shorten(name, textSize, false, wide), vg.Point{X: left + (vg.Length(o)+0.5)*wide - gap/2, Y: bottom - 2}, text{size: textSize, colour: soft, h: 0.5, v: 1})
	}
	write(c, "output", vg.Point{X: left + vg.Length(len(p.Outputs))*wide/2, Y: bottom - textSize - 5}, text{size: titleSize, colour: ink, h: 0.5, v: 1})
	bar.draw(c)
}

// drawThumb draws a picture in greys, bright pixels dark as ink on paper.
func (p Readings) drawThumb(c draw.Canvas, area vg.Rectangle, picture []float64) {
	dx, dy := area.Size().X/vg.Length(p.Width), area.Size().Y/vg.Length(p.Height)
	for i, v := range picture {
		if v <= 0 || !finite(v) {
			continue
		}
		x, y := area.Min.X+vg.Length(i%p.Width)*dx, area.Max.Y-vg.Length(i/p.Width)*dy
		fill(c, box(x, y-dy, x+dx, y).Path(), blend(rgb(0xffffff), ink, min(v, 1)))
	}
	c.SetLineStyle(draw.LineStyle{Color: color.Color(axisInk), Width: 0.4})
	c.Stroke(area.Path())
}
