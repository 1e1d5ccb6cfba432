package figure

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	noteHeight = textSize + 5
	triad      = vg.Length(15) // length of an axis of the triad
)

// footer is the height of the strip below the network: axes of space, the
// exaggeration of displacements, a scale bar.
func (p Lattice) footer() vg.Length {
	switch {
	case p.Network.Dim == 3:
		return 2*triad + 4
	case p.Displacement != nil || p.ScaleBar:
		return noteHeight
	}
	return 0
}

// drawFooter fills the strip below c.
func (p Lattice) drawFooter(c draw.Canvas, l *layout, factor float64) {
	x, y := c.Min.X, c.Min.Y-p.footer()
	small := text{size: textSize, colour: soft}
	if p.Network.Dim == 3 {
		origin := vg.Point{X: x + 8, Y: y + triad}
		for a, name := range []string{"x", "y", "z"} {
			v := make([]float64, 3)
			v[a] = 1
			dx, dy, _ := flatten(v)
			end := origin.Add(vg.Point{X: triad * vg.Length(dx), Y: triad * vg.Length(dy)})
			drawArrow(c, origin, end, 4, soft, false)
			past := origin.Add(vg.Point{X: (triad + 5) * vg.Length(dx), Y: (triad + 5) * vg.Length(dy)})
			write(c, name, past, text{size: textSize, colour: soft, h: 0.5, v: 0.5})
		}
		x += 2*triad + 10
	}
	if p.ScaleBar && p.Network.Dim < 3 && l.zoom > 0 {
		size := niceBelow(float64(min(60, c.Rectangle.Size().X/3)) / l.zoom)
		long := vg.Length(size * l.zoom)
		c.StrokeLine2(line(ink, 1.6), x, y+4, x+long, y+4)
		label := metres(size)
		write(c, label, vg.Point{X: x + long + 5, Y: y + 4}, text{size: textSize, colour: soft, v: 0.5})
		x += long + 5 + textWidth(label, textSize, false) + 14
	}
	if p.Displacement != nil {
		write(c, "displacements × "+number(factor), vg.Point{X: x, Y: y + 4 - capHeight*textSize/2}, small)
	}
}

// metres is a round length with its unit.
func metres(v float64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{1e3, "km"}, {1, "m"}, {1e-3, "mm"}, {1e-6, "µm"}, {1e-9, "nm"}} {
		if v >= u.size*(1-1e-9) {
			return number(v/u.size) + " " + u.name
		}
	}
	return number(v) + " m"
}
