package figure

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// cellSide is the side of the cells in which the bars of a very large network are
// averaged, in points.
const cellSide = vg.Length(1)

// fine tells whether bars are so many and so short that they cannot be told apart:
// a picture of the mean value in small cells shows more, and takes a time and a
// memory that the size of the sheet bounds.
func (l *layout) fine() bool {
	return l.p.Network.Dim < 3 && len(l.p.Network.Elements) > 10*single && l.bondLength() < 2*cellSide
}

// drawCells fills the sheet with cells, each in the colour of the mean of the bars
// whose middles lie in it.
func (l *layout) drawCells(c draw.Canvas) {
	e := l.shape.extent()
	left, low := vg.Length((e.lo[0]-l.middle[0])*l.zoom), vg.Length((e.lo[1]-l.middle[1])*l.zoom)
	wide := int(vg.Length((e.hi[0]-e.lo[0])*l.zoom)/cellSide) + 1
	high := int(vg.Length((e.hi[1]-e.lo[1])*l.zoom)/cellSide) + 1
	sum, count := make([]float64, wide*high), make([]int32, wide*high)
	filled := make([]bool, wide*high)
	for i, el := range l.p.Network.Elements {
		if !l.isBar(el) || el.Cut {
			continue
		}
		a, b := l.at(l.shape, el.Nodes[0]), l.at(l.shape, el.Nodes[1])
		x := min(max(int(((a.X+b.X)/2-left)/cellSide), 0), wide-1)
		y := min(max(int(((a.Y+b.Y)/2-low)/cellSide), 0), high-1)
		filled[y*wide+x] = true
		if l.p.Values != nil && finite(l.p.Values[i]) {
			sum[y*wide+x] += l.p.Values[i]
			count[y*wide+x]++
		}
	}
	const tones = 64
	paths := make([]vg.Path, tones+1)
	for at, is := range filled {
		if !is {
			continue
		}
		tone := tones // without a value
		if count[at] > 0 && l.values.ok {
			tone = min(tones-1, int(l.values.place(sum[at]/float64(count[at]))*tones))
		}
		x, y := left+vg.Length(at%wide)*cellSide, low+vg.Length(at/wide)*cellSide
		p := &paths[tone]
		p.Move(vg.Point{X: x, Y: y})
		p.Line(vg.Point{X: x + cellSide, Y: y})
		p.Line(vg.Point{X: x + cellSide, Y: y + cellSide})
		p.Line(vg.Point{X: x, Y: y + cellSide})
		p.Close()
	}
	for tone, p := range paths {
		if len(p) == 0 {
			continue
		}
		clr := color.Color(plainBar)
		if tone < tones {
			clr = l.values.colour(l.values.min + (float64(tone)+0.5)/tones*(l.values.max-l.values.min))
		}
		c.SetColor(clr)
		c.Fill(p)
	}
}
