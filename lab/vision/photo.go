package vision

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // photographs may be JPEG
	_ "image/png"  // or PNG
	"io"

	_ "golang.org/x/image/tiff" // or TIFF
)

// Limits of what Decode reads.
const (
	MostBytes  = 256 << 20
	MostPixels = 120 << 20
)

// Decode reads a PNG, JPEG or TIFF picture. It looks at the size that the file
// announces before it reserves memory for it.
func Decode(r io.Reader) (image.Image, error) {
	data, err := io.ReadAll(io.LimitReader(r, MostBytes+1))
	if err != nil {
		return nil, fmt.Errorf("the photograph cannot be read: %w", err)
	}
	if len(data) > MostBytes {
		return nil, fmt.Errorf("the photograph has more than %d MB", MostBytes>>20)
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("this is no photograph that can be read (PNG, JPEG or TIFF): %w", err)
	}
	if config.Width < 1 || config.Height < 1 || config.Width > MostPixels/config.Height {
		return nil, fmt.Errorf("the %s picture has %d × %d pixels; at most %d million can be read",
			format, config.Width, config.Height, MostPixels>>20)
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("the %s picture is damaged: %w", format, err)
	}
	return img, nil
}

// Grey is a picture in shades of grey, 0 to 1, row by row from the top. The
// values are those of the file: whether they are linear in light or encoded for
// a screen moves no centre, because it acts alike on all sides of a mark.
type Grey struct {
	W, H int
	Pix  []float32
}

// FromImage takes the brightness of each pixel.
func FromImage(img image.Image) *Grey {
	b := img.Bounds()
	g := &Grey{W: b.Dx(), H: b.Dy(), Pix: make([]float32, b.Dx()*b.Dy())}
	for y := range g.H {
		row := g.Pix[y*g.W : (y+1)*g.W]
		switch p := img.(type) {
		case *image.Gray: // Pix begins at the upper left corner of the bounds
			for x, v := range p.Pix[y*p.Stride : y*p.Stride+g.W] {
				row[x] = float32(v) / 255
			}
		case *image.YCbCr:
			for x, v := range p.Y[y*p.YStride : y*p.YStride+g.W] {
				row[x] = float32(v) / 255
			}
		case *image.Gray16:
			for x := range row {
				i := y*p.Stride + 2*x
				row[x] = float32(uint16(p.Pix[i])<<8|uint16(p.Pix[i+1])) / 65535
			}
		default:
			for x := range row {
				r, gr, bl, _ := img.At(b.Min.X+x, b.Min.Y+y).RGBA()
				row[x] = float32(0.299*float64(r)+0.587*float64(gr)+0.114*float64(bl)) / 65535
			}
		}
	}
	return g
}

func (g *Grey) at(x, y int) float64 { return float64(g.Pix[y*g.W+x]) }
