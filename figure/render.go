package figure

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"image/png"
	"math"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Picture is anything that can draw itself into a rectangle. Draw keeps
// within the rectangle of the canvas and does not paint the background, so
// pictures can share a sheet. Draw panics if slices of the picture disagree
// in length; SVG and PNG return that as an error instead.
type Picture interface {
	Draw(c draw.Canvas)
}

// checker is a picture that can say what is wrong with its data.
type checker interface {
	check() error
}

// maxPixels keeps a slip in dpi or size from asking for gigabytes.
const maxPixels = 200e6

// SVG draws a picture of the given size on white and returns a standalone
// SVG document. Text stays text: it can be selected and edited.
//
// Errors: a size that is not positive and finite, a nil picture, or data
// whose lengths disagree.
func SVG(p Picture, width, height vg.Length) ([]byte, error) {
	if err := drawable(p, width, height); err != nil {
		return nil, err
	}
	c := &vector{Canvas: vgsvg.New(width, height)}
	paint(c, p)
	var out bytes.Buffer
	if _, err := c.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("figure: writing SVG: %w", err)
	}
	return c.mend(out.Bytes()), nil
}

// PNG draws a picture of the given size on white at dpi dots per inch
// (150 for a page of notes, 300 for print) and returns the PNG file. The
// image has round(width x dpi) by round(height x dpi) pixels.
//
// Errors: those of SVG, and an image above 200 megapixels.
func PNG(p Picture, width, height vg.Length, dpi int) ([]byte, error) {
	if err := drawable(p, width, height); err != nil {
		return nil, err
	}
	if dpi <= 0 {
		return nil, fmt.Errorf("figure: dpi is %d; it must be positive, such as 300", dpi)
	}
	w, h := width.Dots(float64(dpi)), height.Dots(float64(dpi))
	if w < 1 || h < 1 {
		return nil, fmt.Errorf("figure: %.3g x %.3g pixels is less than one; ask for a larger picture or more dpi", w, h)
	}
	if w*h > maxPixels {
		return nil, fmt.Errorf("figure: %.0f x %.0f pixels is more than %.0f megapixels; ask for fewer dpi", w, h, maxPixels/1e6)
	}
	c := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi))
	paint(bitmap{c, width, height}, p)
	var out bytes.Buffer
	if err := png.Encode(&out, c.Image()); err != nil {
		return nil, fmt.Errorf("figure: writing PNG: %w", err)
	}
	return out.Bytes(), nil
}

// drawable refuses what cannot be drawn.
func drawable(p Picture, width, height vg.Length) error {
	if p == nil {
		return errors.New("figure: no picture to draw")
	}
	for _, l := range []vg.Length{width, height} {
		if !(l > 0) || math.IsInf(float64(l), 0) {
			return fmt.Errorf("figure: size %v x %v points; both must be positive", width, height)
		}
	}
	return check(p)
}

// check asks a picture about its data, if it can tell.
func check(p Picture) error {
	if c, ok := p.(checker); ok {
		return c.check()
	}
	return nil
}

// must turns data whose lengths disagree into the panic that Draw promises.
func must(err error) {
	if err != nil {
		panic(err.Error())
	}
}

// margin is the white rim around a picture in a file of its own.
const margin = vg.Length(9)

// paint draws a picture over a white sheet.
func paint(canvas vg.CanvasSizer, p Picture) {
	c := draw.New(canvas)
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	c.Rectangle = within(c.Rectangle)
	p.Draw(c)
}

// within is a sheet without its margin.
func within(r vg.Rectangle) vg.Rectangle {
	rim := min(margin, 0.1*r.Size().X, 0.1*r.Size().Y)
	return box(r.Min.X+rim, r.Min.Y+rim, r.Max.X-rim, r.Max.Y-rim)
}

// bitmap sets text as filled outlines: vgimg renders turned text by rotating
// a small image of it, which blurs.
type bitmap struct {
	*vgimg.Canvas
	w, h vg.Length
}

func (b bitmap) Size() (w, h vg.Length) { return b.w, b.h }

func (b bitmap) FillString(f font.Face, at vg.Point, s string) {
	if path := outline(f, at, s); len(path) > 0 {
		b.Fill(path)
	}
}
