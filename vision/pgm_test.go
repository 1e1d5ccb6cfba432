package vision

import (
	"bytes"
	"image"
	"strings"
	"testing"
)

// Pictures of scientific cameras are read to the bit, whatever their depth.
func TestPGM(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []uint32 // of the red channel, 16 bits
	}{
		"8 bits":      {"P5\n2 2\n255\n\x00\x40\x80\xff", []uint32{0, 0x4040, 0x8080, 0xffff}},
		"comment":     {"P5 # a camera\n# of the bench\n2 1 255 \x01\x02", []uint32{0x0101, 0x0202}},
		"12 bits":     {"P5\n2 1\n4095\n\x0f\xff\x00\x00", []uint32{0xffff, 0}},
		"16 bits":     {"P5 2 1 65535\n\x12\x34\xab\xcd", []uint32{0x1234, 0xabcd}},
		"4 bits":      {"P5 2 1 15\n\x0f\x00", []uint32{0xffff, 0}},
		"beyond most": {"P5 1 1 15\n\xff", []uint32{0xffff}},
	} {
		img, err := Decode(strings.NewReader(c.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		b := img.Bounds()
		if b.Dx()*b.Dy() != len(c.want) || b.Min != (image.Point{}) {
			t.Errorf("%s: %v", name, b)
			continue
		}
		for i, want := range c.want {
			if r, _, _, _ := img.At(i%b.Dx(), i/b.Dx()).RGBA(); r != want {
				t.Errorf("%s: pixel %d is %x, want %x", name, i, r, want)
			}
		}
	}
	for _, bad := range []string{"P5", "P5\n", "P5\n2 2\n255\n\x00", "P5 0 1 255\n", "P5 1 1 0\n\x00", "P5 1 1 70000\n\x00\x00", "P5 9999999 1 255\n", "P5 60000 60000 255\n\x00", "P5 x 1 255\n", "P5" + strings.Repeat(" ", 1<<17)} {
		if img, err := Decode(bytes.NewReader([]byte(bad))); err == nil {
			t.Errorf("%.20q is %v", bad, img.Bounds())
		}
	}
}
