package vision

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // photographs may be JPEG
	_ "image/png"  // or PNG
	"io"

	_ "golang.org/x/image/tiff" // or TIFF
)

// Limits of what Decode reads.
const (
	MostBytes  = 256 << 20
	MostPixels = 120 << 20
	// MostMemory is what the decoded picture and the copies that a reading makes
	// of it may take together, bytes.
	MostMemory = 1 << 30
)

// copies is what a reading keeps of each pixel besides the decoded picture, bytes: its
// grey value, the smoothed one, the mask of what stands out, and the stack of a patch.
const copies = 4 + 4 + 1 + 4

// Decode reads a PNG, JPEG, TIFF or PGM picture. It looks at the size that the file
// announces, and at what reading it will take, before it reserves memory for it.
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
		return nil, fmt.Errorf("%w (PNG, JPEG, TIFF or PGM): %w", ErrFormat, err)
	}
	if config.Width < 1 || config.Height < 1 || config.Width > MostPixels/config.Height {
		return nil, fmt.Errorf("the %s picture has %d × %d pixels; at most %d million can be read",
			format, config.Width, config.Height, MostPixels>>20)
	}
	if need := int64(config.Width) * int64(config.Height) * int64(depth(data, format, config.ColorModel)+copies); need > MostMemory {
		return nil, fmt.Errorf("the %s picture has %d × %d pixels, which take %d MB to decode and read; at most %d MB are used: save it with 8 bits in grey, or photograph with fewer pixels",
			format, config.Width, config.Height, need>>20, MostMemory>>20)
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("the %s picture is damaged: %w", format, err)
	}
	return img, nil
}

// depth is how many bytes a pixel takes while the picture is decoded.
func depth(data []byte, format string, model color.Model) int {
	bytesOf := 4
	switch model {
	case color.GrayModel:
		bytesOf = 1
	case color.Gray16Model:
		bytesOf = 2
	case color.YCbCrModel:
		bytesOf = 3
	case color.RGBA64Model, color.NRGBA64Model:
		bytesOf = 8
	}
	if _, ok := model.(color.Palette); ok {
		bytesOf = 1
	}
	const interlace = 28 // the byte of a PNG's header that says so
	switch {
	case format == "png" && len(data) > interlace && data[interlace] != 0:
		return 2 * bytesOf // the passes are pictures of their own
	case format == "jpeg" && bytes.Contains(data, []byte{0xff, 0xc2}):
		return 5 * bytesOf // a progressive one keeps its coefficients, of four bytes each
	case format == "tiff":
		return 2 * bytesOf // a strip may be the whole picture
	}
	return bytesOf
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
