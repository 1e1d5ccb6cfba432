package vision

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// fill paints a closed outline with smooth edges. Only the part of the picture
// that the outline may touch is rasterised.
func fill(out *image.RGBA, c color.RGBA, outlines ...[][2]float64) {
	box := image.Rectangle{}
	for _, o := range outlines {
		for _, p := range o {
			if !(math.Abs(p[0]) < 1e6 && math.Abs(p[1]) < 1e6) {
				return // far outside, as a reading gone wrong may ask for
			}
			box = box.Union(image.Rect(int(p[0])-1, int(p[1])-1, int(p[0])+2, int(p[1])+2))
		}
	}
	box = box.Intersect(out.Bounds())
	if box.Empty() {
		return
	}
	z := vector.NewRasterizer(box.Dx(), box.Dy())
	for _, o := range outlines {
		for i, p := range o {
			x, y := float32(p[0]-float64(box.Min.X)), float32(p[1]-float64(box.Min.Y))
			if i == 0 {
				z.MoveTo(x, y)
			} else {
				z.LineTo(x, y)
			}
		}
		z.ClosePath()
	}
	z.Draw(out, box, image.NewUniform(c), image.Point{})
}

func line(out *image.RGBA, x0, y0, x1, y1, width float64, c color.RGBA) {
	length := math.Hypot(x1-x0, y1-y0)
	if !(length > 0) {
		return
	}
	nx, ny := -(y1-y0)/length*width/2, (x1-x0)/length*width/2
	fill(out, c, [][2]float64{{x0 + nx, y0 + ny}, {x1 + nx, y1 + ny}, {x1 - nx, y1 - ny}, {x0 - nx, y0 - ny}})
}

func ring(out *image.RGBA, x, y, radius, width float64, c color.RGBA) {
	const corners = 48
	round := func(r, way float64) (o [][2]float64) {
		for i := range corners {
			s, k := math.Sincos(way * 2 * math.Pi * float64(i) / corners)
			o = append(o, [2]float64{x + r*k, y + r*s})
		}
		return o
	}
	// Opposite senses leave the inside empty.
	fill(out, c, round(radius+width/2, 1), round(max(0, radius-width/2), -1))
}

// lettering writes in Go Bold.
type lettering struct{ face font.Face }

func newLettering(size float64) *lettering {
	f, err := opentype.Parse(gobold.TTF)
	if err != nil {
		panic("vision: the built-in font does not parse: " + err.Error())
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		panic("vision: the built-in font has no such size: " + err.Error())
	}
	return &lettering{face}
}

// write puts words at a baseline, over a dark rim if they must stand out from a photograph.
func (l *lettering) write(out draw.Image, x, y float64, words string, c color.RGBA, rim bool) {
	d := font.Drawer{Dst: out, Face: l.face}
	at := func(dx, dy float64) {
		d.Dot = fixed.Point26_6{X: fixed.Int26_6(64 * (x + dx)), Y: fixed.Int26_6(64 * (y + dy))}
		d.DrawString(words)
	}
	if rim {
		d.Src = image.NewUniform(color.RGBA{0, 0, 0, 255})
		for _, o := range [][2]float64{{-1.5, 0}, {1.5, 0}, {0, -1.5}, {0, 1.5}, {-1, -1}, {1, 1}, {-1, 1}, {1, -1}} {
			at(o[0], o[1])
		}
	}
	d.Src = image.NewUniform(c)
	at(0, 0)
}
