package figure

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	pointing = vg.Length(10) // between the end of a curve and its name
	besideBy = vg.Length(3)  // between such a line and the name
)

// beside is how much room names at the ends of the curves take.
func (p Curves) beside() (w vg.Length) {
	for _, s := range p.Series {
		w = max(w, textWidth(s.Name, textSize, false))
	}
	return w + pointing + besideBy
}

// nameEnds writes the name of each curve beside its last value, in the order in which the curves end, with a line to those that had to give way.
func (f frame) nameEnds(p Curves) {
	type end struct {
		series int
		y      vg.Length
	}
	var ends []end
	for i, s := range p.Series {
		for j := len(s.Y) - 1; j >= 0; j-- {
			if f.x.shows(s.x(j)) && f.y.shows(s.Y[j]) {
				y := min(max(f.py(s.Y[j]), f.area.Min.Y), f.area.Max.Y)
				ends = append(ends, end{i, y})
				break
			}
		}
	}
	slices.SortStableFunc(ends, func(a, b end) int { return cmp.Compare(a.y, b.y) })
	at := make([]vg.Length, len(ends))
	for i, e := range ends {
		at[i] = e.y
	}
	giveWay(at, textSize+1.5, f.area.Max.Y)
	for i, e := range ends {
		s := p.Series[e.series]
		clr := pick(s.Colour, e.series)
		x := f.area.Max.X
		f.c.StrokeLines(line(clr, 0.6), []vg.Point{{X: x + 1, Y: e.y}, {X: x + pointing, Y: at[i]}})
		write(f.c, s.Name, vg.Point{X: x + pointing + besideBy, Y: at[i]}, text{size: textSize, colour: clr, v: 0.5})
	}
}

// giveWay moves heights, the lowest first, apart to a row each: up from below, and down again from what would stand above the top.
func giveWay(at []vg.Length, row, top vg.Length) {
	for i := 1; i < len(at); i++ {
		at[i] = max(at[i], at[i-1]+row)
	}
	for i := len(at) - 1; i >= 0; i-- {
		at[i] = min(at[i], top)
		top = at[i] - row
	}
}

// room is the canvas of the axes, and the entries of a legend: with names at the ends of curves there are none.
func (p Curves) room(c draw.Canvas, entries []entry) (draw.Canvas, []entry) {
	if !p.Direct {
		return c, entries
	}
	c.Max.X -= p.beside()
	return c, nil
}
