package vision

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"strings"
)

// Colours of the overlay: what was accepted, the frame, what is missing or doubtful.
var (
	nodeColour    = color.RGBA{0, 190, 90, 255}
	frameColour   = color.RGBA{40, 140, 255, 255}
	arrowColour   = color.RGBA{255, 150, 0, 255}
	missingColour = color.RGBA{235, 40, 60, 255}
	inkColour     = color.RGBA{255, 255, 255, 255}
	bandColour    = color.RGBA{25, 25, 28, 255}
)

// Overlay draws a reading over its photograph, for a person to accept or reject:
// the centre and outline of every mark, the number of its node (from 1), an arrow
// from where the node is at rest to where it would be if it had moved magnify
// times as far, the frame's marks with their residuals magnified as much as a
// legend says, crosses where nodes were expected and not seen, and in words what
// is wrong. magnify 0 chooses a round number that makes the largest arrow about
// half as long as nodes are apart. problem is the error that came with the
// reading, or nil.
func (r *Reader) Overlay(g *Grey, reading *Reading, magnify float64, problem error) image.Image {
	o := &overlay{Reader: r, reading: reading, zoom: 1}
	for o.zoom < 4 && g.W*o.zoom < 900 {
		o.zoom++
	}
	if magnify == 0 {
		magnify = r.magnification(reading)
	}
	lines := o.words(magnify, problem)
	size := 13.0 + float64(g.W*o.zoom)/200
	o.text = newLettering(size)
	o.band = int(1.4*size*float64(len(lines)) + size)
	o.picture(g)
	for i := range r.layout.Frame {
		o.frameMark(i)
	}
	for i := range r.layout.Nodes {
		o.arrow(i, magnify)
	}
	for i := range r.layout.Nodes {
		o.node(i)
	}
	for _, m := range reading.Scale {
		if m.Seen {
			o.circle(m.Pixel, m.Size/2, frameColour)
			x, y := o.at([2]float64{m.Pixel[0] + 0.6*m.Size, m.Pixel[1] - 0.4*m.Size})
			o.text.write(o.out, x, y, "scale", frameColour, true)
		}
	}
	for _, p := range reading.Strays {
		o.circle(p, 9, missingColour)
	}
	for i, line := range lines {
		o.text.write(o.out, size*0.6, size*1.4*float64(i+1), line.words, line.colour, false)
	}
	return o.out
}

type overlay struct {
	*Reader
	reading *Reading
	out     *image.RGBA
	text    *lettering
	zoom    int
	band    int // height of the band of words above the picture
}

type sentence struct {
	words  string
	colour color.RGBA
}

// words is what stands above the picture.
func (o *overlay) words(magnify float64, problem error) []sentence {
	seen := 0
	worst := 0.0
	for _, m := range o.reading.Nodes {
		if m.Seen {
			seen++
			worst = max(worst, m.Sigma)
		}
	}
	first := fmt.Sprintf("%d of %d nodes seen, to %.1f µm or better. Orange: displacement × %g.", seen, len(o.reading.Nodes), 1e6*worst, magnify)
	second := fmt.Sprintf("Blue: frame, residual %.1f µm, drawn × %d. %.2f pixels/mm, turned by %.1f°.",
		o.reading.ResidualMicrons, residualMagnify, o.reading.PixelsPerMetre/1e3, o.reading.Turn*180/math.Pi)
	if m := o.reading.Magnification; m != 0 {
		second += fmt.Sprintf(" Scale bar: %.3f %% of its length.", 100*m)
	}
	lines := []sentence{{first, inkColour}, {second, inkColour}}
	if problem != nil {
		for s := range strings.SplitSeq(problem.Error(), "\n") {
			lines = append(lines, sentence{"Refused: " + s, missingColour})
		}
	}
	for _, w := range o.reading.Warnings {
		lines = append(lines, sentence{"Note: " + w, arrowColour})
	}
	const most = 8
	if len(lines) > most {
		rest := len(lines) - most + 1
		lines = append(lines[:most-1], sentence{fmt.Sprintf("and %d more", rest), missingColour})
	}
	return lines
}

// residualMagnify is how many times as long as they are the frame's residuals are drawn.
const residualMagnify = 200

// magnification is 1, 2 or 5 times a power of ten.
func (r *Reader) magnification(reading *Reading) float64 {
	most := 0.0
	for i := range reading.Nodes {
		if u, ok := reading.Shift(&r.layout, i); ok {
			most = max(most, math.Hypot(u[0], u[1]))
		}
	}
	if most == 0 || len(r.layout.Nodes) < 2 {
		return 1
	}
	want := max(1, 0.5*r.layout.gap()/most)
	base := math.Pow(10, math.Floor(math.Log10(want)))
	for _, step := range []float64{5, 2} {
		if want >= step*base {
			return step * base
		}
	}
	return base
}

// picture enlarges the photograph below the band of words.
func (o *overlay) picture(g *Grey) {
	w, h := g.W*o.zoom, g.H*o.zoom
	o.out = image.NewRGBA(image.Rect(0, 0, w, h+o.band))
	for y := range o.band {
		for x := range w {
			o.out.SetRGBA(x, y, bandColour)
		}
	}
	for y := range h {
		for x := range w {
			v := uint8(255*min(1, max(0, g.at(x/o.zoom, y/o.zoom))) + 0.5)
			o.out.SetRGBA(x, y+o.band, color.RGBA{v, v, v, 255})
		}
	}
}

// at is where in the overlay the photograph's pixel p is.
func (o *overlay) at(p [2]float64) (x, y float64) {
	z := float64(o.zoom)
	return (p[0] + 0.5) * z, (p[1]+0.5)*z + float64(o.band)
}

// pixel is where in the photograph the point x of the design is.
func (o *overlay) pixel(x [2]float64) ([2]float64, bool) {
	u, ok := o.reading.Fit.Map(x)
	return o.lens.Distort(u), ok
}

func (o *overlay) circle(p [2]float64, radius float64, c color.RGBA) {
	x, y := o.at(p)
	ring(o.out, x, y, radius*float64(o.zoom), 1.2+0.4*float64(o.zoom), c)
}

func (o *overlay) cross(p [2]float64, arm float64, c color.RGBA, turned bool) {
	x, y := o.at(p)
	a, b := arm*float64(o.zoom), 0.0
	if turned {
		a, b = a*math.Sqrt2/2, a*math.Sqrt2/2
	}
	line(o.out, x-a, y-b, x+a, y+b, 1.2, c)
	line(o.out, x+b, y-a, x-b, y+a, 1.2, c)
}

func (o *overlay) frameMark(i int) {
	m, spot := o.reading.Frame[i], o.layout.Frame[i]
	name := fmt.Sprintf("F%d", i+1)
	if !m.Seen {
		if p, ok := o.pixel(spot.X); ok {
			o.cross(p, 10, missingColour, true)
			x, y := o.at(p)
			o.text.write(o.out, x+10, y, name, missingColour, true)
		}
		return
	}
	o.circle(m.Pixel, m.Size/2, frameColour)
	o.cross(m.Pixel, 4, frameColour, false)
	off := minus(m.X, spot.X)
	if p, ok := o.pixel([2]float64{spot.X[0] + residualMagnify*off[0], spot.X[1] + residualMagnify*off[1]}); ok {
		o.line(m.Pixel, p, frameColour)
	}
	x, y := o.at([2]float64{m.Pixel[0] + 0.6*m.Size, m.Pixel[1] - 0.4*m.Size})
	o.text.write(o.out, x, y, name, frameColour, true)
}

func (o *overlay) node(i int) {
	m := o.reading.Nodes[i]
	name := fmt.Sprint(i + 1)
	if !m.Seen {
		if p, ok := o.pixel(o.layout.Nodes[i]); ok {
			o.cross(p, 9, missingColour, true)
			x, y := o.at([2]float64{p[0] + 8, p[1] - 4})
			o.text.write(o.out, x, y, name, missingColour, true)
		}
		return
	}
	o.circle(m.Pixel, m.Size/2, nodeColour)
	o.cross(m.Pixel, 3, nodeColour, false)
	x, y := o.at([2]float64{m.Pixel[0] + 0.6*m.Size, m.Pixel[1] - 0.4*m.Size})
	o.text.write(o.out, x, y, name, nodeColour, true)
}

// arrow is from the place at rest.
func (o *overlay) arrow(i int, magnify float64) {
	u, ok := o.reading.Shift(&o.layout, i)
	if !ok {
		return
	}
	rest := o.layout.Nodes[i]
	from, ok := o.pixel(rest)
	to, okTo := o.pixel([2]float64{rest[0] + magnify*u[0], rest[1] + magnify*u[1]})
	if !ok || !okTo {
		return
	}
	o.line(from, to, arrowColour)
	x0, y0 := o.at(from)
	x1, y1 := o.at(to)
	length := math.Hypot(x1-x0, y1-y0)
	if length < 3 {
		return
	}
	head := min(10, 0.4*length)
	a := math.Atan2(y1-y0, x1-x0)
	for _, side := range []float64{-2.6, 2.6} {
		line(o.out, x1, y1, x1+head*math.Cos(a+side), y1+head*math.Sin(a+side), 2, arrowColour)
	}
}

func (o *overlay) line(from, to [2]float64, c color.RGBA) {
	x0, y0 := o.at(from)
	x1, y1 := o.at(to)
	line(o.out, x0, y0, x1, y1, 2, c)
}
