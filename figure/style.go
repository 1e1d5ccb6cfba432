package figure

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Greys, dark to light.
var (
	ink       = rgb(0x222222) // titles, numbers in nodes
	soft      = rgb(0x555555) // tick labels, notes
	axisInk   = rgb(0x8a8a8a) // axis lines and ticks
	missing   = rgb(0x8c8c8c) // values that are NaN, cut bonds
	ghost     = rgb(0xb8b8b8) // rest shape behind a deformed one, in fine lines
	ghostArea = rgb(0xe6e6e6) // the same as an area
	gridInk   = rgb(0xececec) // grid lines
)

// okabeIto are the categorical colours of Okabe and Ito (2008), which stay
// apart for every common form of colour blindness. Yellow is left out: it is
// too pale for lines on white.
var okabeIto = []color.Color{
	rgb(0x0072b2), // blue
	rgb(0xd55e00), // vermillion
	rgb(0x009e73), // bluish green
	rgb(0xcc79a7), // reddish purple
	rgb(0xe69f00), // orange
	rgb(0x56b4e9), // sky blue
	rgb(0x000000), // black
}

// Text sizes.
const (
	headSize  = vg.Length(10)  // picture titles
	titleSize = vg.Length(9)   // axis titles
	textSize  = vg.Length(8)   // tick labels, legends, notes
	smallSize = vg.Length(6.5) // shares in a confusion matrix
)

// rgb is the opaque colour 0xRRGGBB.
func rgb(hex uint32) color.RGBA {
	return color.RGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff}
}

// faded is a colour with the given opacity in [0, 1].
func faded(c color.Color, opacity float64) color.NRGBA {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	n.A = uint8(float64(n.A)*opacity + 0.5)
	return n
}

// Colour is the i-th of the categorical colours, from 0; they come again after the last.
func Colour(i int) color.Color { return okabeIto[i%len(okabeIto)] }

// pick is a colour of its own, or else the i-th of the categorical colours.
func pick(own color.Color, i int) color.Color {
	if own != nil {
		return own
	}
	return Colour(i)
}

// line is a solid line style.
func line(c color.Color, width vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: width}
}

// dashed is a dashed line style whose dashes suit the width.
func dashed(c color.Color, width vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: width, Dashes: []vg.Length{3 * width, 2.2 * width}}
}

// dotted is a line style of dots.
func dotted(c color.Color, width vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: width, Dashes: []vg.Length{width, 1.8 * width}}
}

// box is the rectangle with corners (x0, y0) and (x1, y1).
func box(x0, y0, x1, y1 vg.Length) vg.Rectangle {
	return vg.Rectangle{Min: vg.Point{X: x0, Y: y0}, Max: vg.Point{X: x1, Y: y1}}
}

// overlap tells whether two rectangles share an area.
func overlap(a, b vg.Rectangle) bool {
	return a.Min.X < b.Max.X && b.Min.X < a.Max.X && a.Min.Y < b.Max.Y && b.Min.Y < a.Max.Y
}

// union is the smallest rectangle around two.
func union(a, b vg.Rectangle) vg.Rectangle {
	return box(min(a.Min.X, b.Min.X), min(a.Min.Y, b.Min.Y), max(a.Max.X, b.Max.X), max(a.Max.Y, b.Max.Y))
}

// circle is the path of a circle.
func circle(at vg.Point, r vg.Length) vg.Path {
	var p vg.Path
	p.Move(vg.Point{X: at.X + r, Y: at.Y})
	p.Arc(at, r, 0, fullTurn)
	p.Close()
	return p
}

// polyline is the path through points.
func polyline(closed bool, pts ...vg.Point) vg.Path {
	var p vg.Path
	for i, pt := range pts {
		if i == 0 {
			p.Move(pt)
		} else {
			p.Line(pt)
		}
	}
	if closed {
		p.Close()
	}
	return p
}

// fill paints a path in one colour.
func fill(c draw.Canvas, p vg.Path, clr color.Color) {
	c.SetColor(clr)
	c.Fill(p)
}

// noData says that a picture has nothing to show.
func noData(c draw.Canvas) {
	write(c, "no data", c.Center(), text{size: titleSize, colour: axisInk, h: 0.5, v: 0.5})
}
