package figure

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// fence is a canvas that draws nothing but notices what is drawn outside a
// rectangle.
type fence struct {
	allowed vg.Rectangle
	slack   vg.Length
	out     string // the first trespass
	drawn   int
	stack   []affine
	now     affine
	started bool
}

// affine maps (x, y) to (a x + b y + c, d x + e y + f).
type affine struct{ a, b, c, d, e, f float64 }

func (t affine) then(u affine) affine {
	return affine{t.a*u.a + t.b*u.d, t.a*u.b + t.b*u.e, t.a*u.c + t.b*u.f + t.c,
		t.d*u.a + t.e*u.d, t.d*u.b + t.e*u.e, t.d*u.c + t.e*u.f + t.f}
}

func (f *fence) Push() {
	if !f.started {
		f.now, f.started = affine{a: 1, e: 1}, true
	}
	f.stack = append(f.stack, f.now)
}
func (f *fence) Pop() {
	f.now = f.stack[len(f.stack)-1]
	f.stack = f.stack[:len(f.stack)-1]
}
func (f *fence) Rotate(r float64) {
	s, c := math.Sincos(r)
	f.now = f.now.then(affine{a: c, b: -s, d: s, e: c})
}
func (f *fence) Translate(p vg.Point) {
	f.now = f.now.then(affine{a: 1, c: float64(p.X), e: 1, f: float64(p.Y)})
}
func (f *fence) Scale(x, y float64) { f.now = f.now.then(affine{a: x, e: y}) }

func (f *fence) point(p vg.Point, what string) {
	f.drawn++
	x := vg.Length(f.now.a)*p.X + vg.Length(f.now.b)*p.Y + vg.Length(f.now.c)
	y := vg.Length(f.now.d)*p.X + vg.Length(f.now.e)*p.Y + vg.Length(f.now.f)
	inside := x >= f.allowed.Min.X-f.slack && x <= f.allowed.Max.X+f.slack && y >= f.allowed.Min.Y-f.slack && y <= f.allowed.Max.Y+f.slack
	if !inside && f.out == "" {
		f.out = fmt.Sprintf("%s at (%.1f, %.1f) is outside %.1f", what, x, y, f.allowed)
	}
}

func (f *fence) path(p vg.Path, what string) {
	for _, c := range p {
		if c.Type == vg.ArcComp {
			f.point(vg.Point{X: c.Pos.X - c.Radius, Y: c.Pos.Y - c.Radius}, what)
			f.point(vg.Point{X: c.Pos.X + c.Radius, Y: c.Pos.Y + c.Radius}, what)
		} else if c.Type != vg.CloseComp {
			f.point(c.Pos, what)
		}
	}
}
func (f *fence) Stroke(p vg.Path) { f.path(p, "a line") }
func (f *fence) Fill(p vg.Path)   { f.path(p, "an area") }
func (f *fence) FillString(face font.Face, p vg.Point, s string) {
	f.point(p, "the start of "+s)
	f.point(vg.Point{X: p.X + face.Width(s), Y: p.Y + face.Font.Size*capHeight}, "the end of "+s)
}
func (f *fence) SetLineWidth(vg.Length)             {}
func (f *fence) SetLineDash([]vg.Length, vg.Length) {}
func (f *fence) SetColor(color.Color)               {}
func (f *fence) DrawImage(vg.Rectangle, image.Image) {
	panic("no picture holds an image")
}
