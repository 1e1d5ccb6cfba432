package figure

import (
	"cmp"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Hubs shows what drives what in a network of hubs that pixels stiffen: a row for each output, a bar with its name, and below it the
// hubs that move it most, each as its window on the picture. Of more hubs than there is room for, the first are drawn, and a
// line below says how many there are. The first picture of a row is all its hubs together, each by how far it moves the output.
type Hubs struct {
	Title         string // heading; "" for none
	Width, Height int    // of the picture, pixels
	Outputs       []string
	Hubs          []Hub

	ValueTitle string  // of the colour bar, with its unit
	Max        float64 // of the colours, which go from minus it; 0: from the data
	Numbers    bool    // number the hubs from 1
	Note       string  // what the colours mean; "" for none
}

// Hub is one hub.
type Hub struct {
	Left, Top, Width, Height int       // its window, pixels
	Pixels                   []int     // at which it looks, row by row from the top left, from 0
	Values                   []float64 // of each, signed
	Links                    []HubLink
}

// HubLink is a spring from a hub to an output.
type HubLink struct {
	Output    int     // from 0
	Stiffness float64 // N/m: the thickness of the line
	Moves     float64 // how far the hub can move the output; hubs are sorted by it
}

func (p Hubs) check() error {
	if p.Width < 1 || p.Height < 1 {
		return fmt.Errorf("figure: a picture of %d x %d pixels", p.Width, p.Height)
	}
	for j, h := range p.Hubs {
		if len(h.Pixels) != len(h.Values) {
			return fmt.Errorf("figure: hub %d has %d values for %d pixels", j+1, len(h.Values), len(h.Pixels))
		}
		for _, pixel := range h.Pixels {
			if pixel < 0 || pixel >= p.Width*p.Height {
				return fmt.Errorf("figure: hub %d looks at pixel %d of %d", j+1, pixel+1, p.Width*p.Height)
			}
		}
		for _, l := range h.Links {
			if l.Output < 0 || l.Output >= len(p.Outputs) {
				return fmt.Errorf("figure: hub %d is joined to output %d of %d", j+1, l.Output+1, len(p.Outputs))
			}
		}
	}
	return nil
}

// hubRow is an output with its hubs, those first that move it most.
type hubRow struct {
	output int
	hubs   []int // of Hubs.Hubs
	links  []HubLink
}

func (p Hubs) rows() []hubRow {
	rows := make([]hubRow, len(p.Outputs))
	for o := range rows {
		rows[o].output = o
	}
	for j, h := range p.Hubs {
		for _, l := range h.Links {
			rows[l.Output].hubs = append(rows[l.Output].hubs, j)
			rows[l.Output].links = append(rows[l.Output].links, l)
		}
	}
	for o := range rows {
		r := &rows[o]
		order := make([]int, len(r.hubs))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.links[b].Moves, r.links[a].Moves) })
		hubs, links := slices.Clone(r.hubs), slices.Clone(r.links)
		for i, at := range order {
			r.hubs[i], r.links[i] = hubs[at], links[at]
		}
	}
	return rows
}

const (
	hubRowHeight  = vg.Length(30) // at least; of more outputs than have room the first are drawn
	hubLinkHeight = vg.Length(6)
	hubBarHeight  = vg.Length(2.5)
	hubGap        = vg.Length(6)
)

// hubSheet is where everything goes.
type hubSheet struct {
	rows  []hubRow // drawn
	side  int      // columns of them
	wide  vg.Length
	row   vg.Length
	size  vg.Point // of a picture
	left  vg.Length
	many  int // hubs in a row, the sum in front not counted
	bar   colourBar
	lines []string
	area  vg.Rectangle
	hubs  int // of the output that has most
}

func (p Hubs) scale() scale {
	var values []float64
	for _, h := range p.Hubs {
		values = append(values, h.Values...)
	}
	return newScale(values, -p.Max, p.Max, true)
}

// plan decides it; nil where there is nothing to draw.
func (p Hubs) plan(r vg.Rectangle) *hubSheet {
	s := &hubSheet{rows: p.rows(), bar: colourBar{values: p.scale(), title: p.ValueTitle}, area: r}
	if len(s.rows) == 0 || len(p.Hubs) == 0 || !s.bar.values.ok {
		return nil
	}
	s.area = s.bar.lieBelow(s.area)
	full := s.area
	for range 2 { // what is left out is said in lines that take room
		s.area = full
		s.area.Min.Y += vg.Length(len(s.lines)) * noteHeight
		s.fit(p)
		s.lines = p.notes(s, r.Size().X)
	}
	return s
}

// fit chooses how many rows and hubs there is room for.
func (s *hubSheet) fit(p Hubs) {
	size := s.area.Size()
	rows := p.rows()
	fits := max(1, int(size.Y/hubRowHeight))
	s.side, s.wide = 1, size.X
	if fits < len(rows) { // side by side
		s.side, s.wide = 2, (size.X-gutter)/2
	}
	s.rows = rows[:min(len(rows), s.side*fits)]
	s.row = min(size.Y/vg.Length((len(s.rows)+s.side-1)/s.side), 110)
	high := max(s.row-hubBarHeight-hubLinkHeight-hubGap, 4)
	if p.Numbers {
		high = max(high-smallSize-1, 4)
	}
	aspect := vg.Length(p.Width) / vg.Length(p.Height)
	s.size = vg.Point{X: high * aspect, Y: high}
	if wide := 0.14 * s.wide; s.size.X > wide { // plain features side by side
		s.size = vg.Point{X: wide, Y: max(wide/aspect, 6)}
	}
	s.left, s.hubs = 0, 0
	for _, r := range s.rows {
		s.left = max(s.left, textWidth(p.Outputs[r.output], titleSize, true))
		s.hubs = max(s.hubs, len(r.hubs))
	}
	s.left = min(s.left, 0.2*s.wide) + 6
	s.many = max(0, min(s.hubs, int((s.wide-s.left+hubGap/2)/(s.size.X+hubGap))-1))
}

// notes are the lines below.
func (p Hubs) notes(s *hubSheet, width vg.Length) []string {
	text := p.Note
	if missing := s.leftOut(p); missing != "" {
		text += "; " + missing
	}
	if text == "" {
		return nil
	}
	return wrap(text, textSize, false, width, 3)
}

// leftOut says what there is no room for; "" if nothing.
func (s *hubSheet) leftOut(p Hubs) string {
	text := ""
	if s.many < s.hubs {
		text = fmt.Sprintf("%d of %d hubs of an output", s.many, s.hubs)
	}
	if len(s.rows) < len(p.Outputs) {
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf("%d of %d outputs", len(s.rows), len(p.Outputs))
	}
	return text
}

// Draw draws the network into c.
func (p Hubs) Draw(c draw.Canvas) {
	must(p.check())
	c = headline(c, p.Title)
	s := p.plan(c.Rectangle)
	if s == nil {
		noData(c)
		return
	}
	thickest := 0.0
	for _, r := range s.rows {
		for _, l := range r.links {
			thickest = math.Max(thickest, l.Stiffness)
		}
	}
	down := (len(s.rows) + s.side - 1) / s.side
	free := max(0, (s.area.Size().Y-s.row*vg.Length(down))/2)
	for i, r := range s.rows {
		at := vg.Point{X: c.Min.X + vg.Length(i/down)*(s.wide+gutter), Y: s.area.Max.Y - free - vg.Length(i%down)*s.row}
		p.drawRow(c, s, &r, at, thickest)
	}
	y := s.area.Min.Y
	for _, text := range s.lines {
		y -= noteHeight
		write(c, text, vg.Point{X: c.Min.X, Y: y + 3}, textStyle())
	}
	s.bar.draw(c)
}

func textStyle() text { return text{size: textSize, colour: soft} }

// drawRow draws an output and the hubs that hang on it.
func (p Hubs) drawRow(c draw.Canvas, s *hubSheet, r *hubRow, at vg.Point, thickest float64) {
	top := at.Y
	write(c, shorten(p.Outputs[r.output], titleSize, true, s.left-6), vg.Point{X: at.X, Y: top - hubBarHeight - hubLinkHeight - s.size.Y/2},
		text{size: titleSize, colour: ink, bold: true, v: 0.5})
	x, y := at.X+s.left, top-hubBarHeight-hubLinkHeight
	p.drawPicture(c, s, box(x, y-s.size.Y, x+s.size.X, y), p.together(r, s.bar.values.max), nil)
	n := min(s.many, len(r.hubs))
	if n == 0 {
		return
	}
	first := x + s.size.X + 1.5*hubGap
	last := first + vg.Length(n)*(s.size.X+hubGap) - hubGap
	fill(c, box(first, top-hubBarHeight, last, top).Path(), soft)
	for i, j := range r.hubs[:n] {
		x := first + vg.Length(i)*(s.size.X+hubGap)
		middle := x + s.size.X/2
		width := vg.Length(0.4)
		if thickest > 0 {
			width += vg.Length(3 * r.links[i].Stiffness / thickest)
		}
		c.StrokeLine2(line(soft, width), middle, top-hubBarHeight, middle, y)
		p.drawPicture(c, s, box(x, y-s.size.Y, x+s.size.X, y), &p.Hubs[j], &p.Hubs[j])
		if p.Numbers {
			write(c, shorten(strconv.Itoa(j+1), smallSize, false, s.size.X+hubGap), vg.Point{X: middle, Y: y - s.size.Y - 1}, text{size: smallSize, colour: soft, h: 0.5, v: 1})
		}
	}
}

// together is the hubs of an output as one, each by how far it moves it; its largest value is that of the colours.
func (p Hubs) together(r *hubRow, most float64) *Hub {
	sum := make([]float64, p.Width*p.Height)
	for i, j := range r.hubs {
		for at, pixel := range p.Hubs[j].Pixels {
			if v := p.Hubs[j].Values[at]; finite(v) {
				sum[pixel] += r.links[i].Moves * v
			}
		}
	}
	all, largest := &Hub{}, 0.0
	for _, v := range sum {
		largest = math.Max(largest, math.Abs(v))
	}
	for pixel, v := range sum {
		if v != 0 && finite(largest) {
			all.Pixels, all.Values = append(all.Pixels, pixel), append(all.Values, v/largest*most)
		}
	}
	return all
}

// drawPicture draws values on the picture, with the window of a hub.
func (p Hubs) drawPicture(c draw.Canvas, s *hubSheet, area vg.Rectangle, h, window *Hub) {
	size := area.Size()
	dx, dy := size.X/vg.Length(p.Width), size.Y/vg.Length(p.Height)
	pixels := func(left, top, wide, high int) vg.Rectangle {
		return box(area.Min.X+vg.Length(left)*dx, area.Max.Y-vg.Length(top+high)*dy, area.Min.X+vg.Length(left+wide)*dx, area.Max.Y-vg.Length(top)*dy)
	}
	fill(c, area.Path(), gridInk)
	if window != nil {
		fill(c, pixels(window.Left, window.Top, window.Width, window.Height).Path(), color.White)
	}
	for i, pixel := range h.Pixels {
		fill(c, pixels(pixel%p.Width, pixel/p.Width, 1, 1).Path(), s.bar.values.colour(h.Values[i]))
	}
	if window != nil {
		c.SetLineStyle(line(axisInk, 0.5))
		c.Stroke(pixels(window.Left, window.Top, window.Width, window.Height).Path())
	}
}

// Legend tells what a picture of a size says about itself.
func (p Hubs) Legend(width, height vg.Length) (Legend, error) {
	if err := drawable(p, width, height); err != nil {
		return Legend{}, err
	}
	r := within(box(0, 0, width, height))
	r.Max.Y -= headHeight(p.Title, r.Size().X)
	s := p.plan(r)
	if s == nil {
		return Legend{}, nil
	}
	v := s.bar.values
	out := Legend{Coloured: true, Min: v.min, Max: v.max, Low: v.lo, High: v.hi}
	if missing := s.leftOut(p); missing != "" {
		out.LeftOut = []string{missing + " are drawn"}
	}
	return out, nil
}
