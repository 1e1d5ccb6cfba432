package vision_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"strings"
	"testing"

	"golang.org/x/image/tiff"

	"github.com/elastrain/elastrain/vision"
)

func gradient() *image.Gray16 {
	img := image.NewGray16(image.Rect(0, 0, 40, 30))
	for y := range 30 {
		for x := range 40 {
			img.SetGray16(x, y, color.Gray16{Y: uint16(1000*x + 300*y)})
		}
	}
	return img
}

func encoded(t testing.TB) (pngFile, jpegFile, tiffFile []byte) {
	var p, j, f bytes.Buffer
	if png.Encode(&p, gradient()) != nil || jpeg.Encode(&j, gradient(), &jpeg.Options{Quality: 100}) != nil || tiff.Encode(&f, gradient(), nil) != nil {
		t.Fatal("the test picture cannot be encoded")
	}
	return p.Bytes(), j.Bytes(), f.Bytes()
}

func TestDecode(t *testing.T) {
	p, j, f := encoded(t)
	for name, c := range map[string]struct {
		data []byte
		most float64
	}{"png": {p, 1e-6}, "tiff": {f, 1e-6}, "jpeg": {j, 0.02}} {
		img, err := vision.Decode(bytes.NewReader(c.data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		g := vision.FromImage(img)
		if g.W != 40 || g.H != 30 {
			t.Errorf("%s: %d × %d pixels", name, g.W, g.H)
		}
		for i, v := range g.Pix {
			want := float64(1000*(i%40)+300*(i/40)) / 65535
			if math.Abs(float64(v)-want) > c.most {
				t.Fatalf("%s: pixel %d is %g, want %g", name, i, v, want)
			}
		}
	}
}

// Colour, and pictures that are parts of others.
func TestFromImage(t *testing.T) {
	rgba := image.NewNRGBA(image.Rect(5, 7, 25, 27))
	grey := image.NewGray(rgba.Bounds())
	ycc := image.NewYCbCr(rgba.Bounds(), image.YCbCrSubsampleRatio420)
	for y := 7; y < 27; y++ {
		for x := 5; x < 25; x++ {
			v := uint8(8*x + y)
			rgba.SetNRGBA(x, y, color.NRGBA{v, v, v, 255})
			grey.SetGray(x, y, color.Gray{v})
			ycc.Y[ycc.YOffset(x, y)] = v
		}
	}
	part := image.Rect(10, 12, 20, 22)
	for name, img := range map[string]image.Image{"nrgba": rgba.SubImage(part), "gray": grey.SubImage(part), "ycbcr": ycc.SubImage(part)} {
		g := vision.FromImage(img)
		for i, v := range g.Pix {
			if want := float64(8*(10+i%10)+12+i/10) / 255; g.W != 10 || math.Abs(float64(v)-want) > 1e-4 {
				t.Fatalf("%s: pixel %d of %d × %d is %g, want %g", name, i, g.W, g.H, v, want)
			}
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	p, _, _ := encoded(t)
	// The same file announcing 100 000 × 100 000 pixels.
	huge := bytes.Clone(p)
	binary.BigEndian.PutUint32(huge[16:], 100000)
	binary.BigEndian.PutUint32(huge[20:], 100000)
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"text":      {[]byte("not a picture"), "PNG, JPEG, TIFF or PGM"},
		"empty":     {nil, "PNG, JPEG, TIFF or PGM"},
		"truncated": {p[:len(p)-40], "damaged"},
		"huge":      {huge, "100000 × 100000"},
	} {
		if _, err := vision.Decode(bytes.NewReader(c.data)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error with %q", name, err, c.want)
		}
	}
}

// announcing is a small PNG whose header says that it is large.
func announcing(t *testing.T, width, height uint32, interlaced byte) []byte {
	p, _, _ := encoded(t)
	p = bytes.Clone(p)
	binary.BigEndian.PutUint32(p[16:], width)
	binary.BigEndian.PutUint32(p[20:], height)
	p[28] = interlaced
	binary.BigEndian.PutUint32(p[29:], crc32.ChecksumIEEE(p[12:29]))
	return p
}

// A small file must not take all memory: what counts is the decoded picture with the copies of a reading.
func TestDecodeCountsItsMemory(t *testing.T) {
	for _, c := range []struct {
		width, height uint32
		interlaced    byte
		refused       bool
	}{
		{12000, 10000, 0, true}, // 120 million pixels of 16 bits: within MostPixels, 1.8 GB
		{8000, 8000, 0, false},
		{8000, 8000, 1, true}, // the passes of an interlaced one come on top
	} {
		_, err := vision.Decode(bytes.NewReader(announcing(t, c.width, c.height, c.interlaced)))
		if err == nil || strings.Contains(err.Error(), "MB to decode") != c.refused {
			t.Errorf("%d × %d, interlaced %d: %v", c.width, c.height, c.interlaced, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	p, j, t := encoded(f)
	f.Add(p)
	f.Add(j)
	f.Add(t)
	f.Fuzz(func(t *testing.T, data []byte) {
		config, _, err := image.DecodeConfig(bytes.NewReader(data))
		if err == nil && config.Width > 0 && config.Height > 1<<18/config.Width {
			t.Skip("large enough to be slow")
		}
		img, err := vision.Decode(bytes.NewReader(data))
		if (img == nil) != (err != nil) {
			t.Fatal("a picture and an error, or neither")
		}
		if err == nil {
			// Whatever it shows, reading it must end in an answer or an error.
			if r, err := vision.Read(vision.FromImage(img), grid(), nil, vision.Options{}); r == nil && err == nil {
				t.Fatal("neither a reading nor an error")
			}
		}
	})
}
