package figure

import (
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	noteHeight = textSize + 5
	triad      = vg.Length(15) // length of an axis of the triad
)

// footer is the strip below a lattice: axes of space, a scale bar, how much
// displacements are magnified, remarks.
type footer struct {
	area   vg.Rectangle
	rows   []string // remarks, top to bottom
	signs  bool     // a row with scale bar or magnification
	triad  bool
	factor float64 // on displacements; 0: none
}

// newFooter lays the strip out at the bottom of a rectangle.
func (p Lattice) newFooter(r vg.Rectangle, factor float64, missing []string) footer {
	if p.shared != nil { // there is one strip for all
		return footer{area: box(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y)}
	}
	f := footer{factor: factor, triad: p.Network.Dim == 3}
	f.signs = factor != 0 || p.ScaleBar && !f.triad
	width := r.Size().X
	if f.triad {
		width -= 2*triad + 10
	}
	var remarks []string
	if key := p.key(); key != "" {
		remarks = append(remarks, key)
	}
	if p.Note != "" {
		remarks = append(remarks, p.Note)
	}
	for _, s := range append(remarks, strings.Join(missing, "; ")) {
		f.rows = append(f.rows, wrap(s, textSize, false, width, 2)...)
	}
	height := vg.Length(len(f.rows)) * noteHeight
	if f.signs {
		height += noteHeight
	}
	if f.triad {
		height = max(height, 2*triad+4)
	}
	f.area = r
	f.area.Max.Y = r.Min.Y + min(height, 0.5*r.Size().Y)
	return f
}

// above is the rectangle without the strip.
func (f footer) above(r vg.Rectangle) vg.Rectangle {
	r.Min.Y = f.area.Max.Y
	return r
}

// key explains the lines that no colour bar does.
func (p Lattice) key() string {
	cut, blank := false, false
	for i, e := range p.Network.Elements {
		cut = cut || e.Cut
		blank = blank || p.Values != nil && !e.Cut && !finite(p.Values[i])
	}
	var words []string
	if cut {
		words = append(words, "dashed: cut")
	}
	if blank {
		if p.NoValue != "" {
			words = append(words, "dotted: "+p.NoValue)
		} else {
			words = append(words, "dotted: no value")
		}
	}
	return strings.Join(words, "; ")
}

// draw fills the strip.
func (f footer) draw(c draw.Canvas, l *layout) {
	x, y := f.area.Min.X, f.area.Max.Y-noteHeight
	small := text{size: textSize, colour: soft, v: 0.5}
	if f.triad {
		drawTriad(c, vg.Point{X: x + 8, Y: f.area.Min.Y + triad})
		x += 2*triad + 10
		if rows := vg.Length(len(f.rows)) * noteHeight; f.signs {
			y = f.area.Min.Y + rows
		} else {
			y = f.area.Min.Y + rows - noteHeight
		}
	}
	at := x
	if l.p.ScaleBar && !f.triad && l.zoom > 0 {
		size := niceBelow(float64(min(60, f.area.Size().X/3)) / l.zoom)
		long := vg.Length(size * l.zoom)
		c.StrokeLine2(line(ink, 1.6), at, y+4, at+long, y+4)
		label := metres(size)
		write(c, label, vg.Point{X: at + long + 5, Y: y + 4}, small)
		at += long + 5 + textWidth(label, textSize, false) + 14
	}
	if f.factor != 0 {
		write(c, shorten(magnified(f.factor), textSize, false, f.area.Max.X-at), vg.Point{X: at, Y: y + 4}, small)
	}
	if f.signs {
		y -= noteHeight
	}
	for _, row := range f.rows {
		write(c, row, vg.Point{X: x, Y: y + 4}, small)
		y -= noteHeight
	}
}

// drawTriad draws the axes of space.
func drawTriad(c draw.Canvas, origin vg.Point) {
	for a, name := range []string{"x", "y", "z"} {
		v := make([]float64, 3)
		v[a] = 1
		dx, dy, _ := flatten(v)
		end := origin.Add(vg.Point{X: triad * vg.Length(dx), Y: triad * vg.Length(dy)})
		drawArrow(c, origin, end, 4, soft, false)
		past := origin.Add(vg.Point{X: (triad + 5) * vg.Length(dx), Y: (triad + 5) * vg.Length(dy)})
		write(c, name, past, text{size: textSize, colour: soft, h: 0.5, v: 0.5})
	}
}

// magnified says how displacements are drawn.
func magnified(factor float64) string {
	if factor == 1 {
		return "displacements to scale"
	}
	return "displacements × " + number(factor)
}

// metres is a round length with its unit.
func metres(v float64) string {
	unit, name := Prefixed(v, "m")
	return number(v/unit) + " " + name
}

// Prefixed is the multiple of an SI unit in which a value reads best, what it is
// worth, and how it is written, such as 1e-6 and µm.
func Prefixed(v float64, unit string) (worth float64, name string) {
	for _, u := range []struct {
		size   float64
		prefix string
	}{{1e3, "k"}, {1, ""}, {1e-3, "m"}, {1e-6, "µ"}, {1e-9, "n"}} {
		if math.Abs(v) >= u.size*(1-1e-9) {
			return u.size, u.prefix + unit
		}
	}
	return 1, unit
}
