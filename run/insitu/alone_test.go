package insitu

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/tiff"

	"github.com/elastrain/elastrain/vision"
)

// Damaged rows of a TIFF shift a mark, and nothing notices but for the neighbours that stay.
func TestNodeThatMovesAloneIsTold(t *testing.T) {
	l := mustBuild(t)
	f, err := os.Open("../../docs/images/lab-photo.jpg")
	if err != nil {
		t.Fatal(err)
	}
	img, err := vision.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	grey := image.NewGray(img.Bounds())
	for y := range grey.Rect.Dy() {
		for x := range grey.Rect.Dx() {
			grey.Set(x, y, img.At(x, y))
		}
	}
	dir := t.TempDir()
	save := func(name string, encode func(*bytes.Buffer) error) string {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	plain := func(b *bytes.Buffer) error { return tiff.Encode(b, grey, nil) }
	zero := save("zero.tif", plain)
	if err := l.See(); err != nil {
		t.Fatal(err)
	}
	_, before, err := l.Sight.Read(zero, nil)
	if err != nil || len(before.Warnings) > 0 {
		t.Fatalf("%v, %v", err, before)
	}
	if _, same, err := l.Sight.Read(zero, before); err != nil || len(same.Warnings) > 0 {
		t.Errorf("the same photograph: %v, %v", err, same.Warnings)
	}
	// A few rows are shifted by a pixel where the mark of node 7 is.
	const node = 6
	at := before.Nodes[node]
	x, y, half := int(at.Pixel[0]), int(at.Pixel[1]), int(at.Size)
	for row := y - half; row <= y+half; row++ {
		from := grey.PixOffset(x-half, row)
		copy(grey.Pix[from+1:from+2*half], grey.Pix[from:from+2*half-1])
	}
	for _, c := range []struct {
		path   string
		damage bool
	}{
		{save("flipped.tif", plain), true},
		{save("packed.tif", func(b *bytes.Buffer) error { return tiff.Encode(b, grey, &tiff.Options{Compression: tiff.Deflate}) }), false},
		{save("flipped.png", func(b *bytes.Buffer) error { return png.Encode(b, grey) }), false},
	} {
		_, now, err := l.Sight.Read(c.path, before)
		if err != nil || len(now.Warnings) != 1 || !strings.Contains(now.Warnings[0], "node 7 moved by") ||
			strings.Contains(now.Warnings[0], "TIFF without checksums") != c.damage {
			t.Errorf("%s: %v, %q", filepath.Base(c.path), err, now.Warnings)
		}
	}
	// A lattice that is loaded: all nodes move, and one more than others.
	loaded := *before
	loaded.Nodes = append([]vision.Mark(nil), before.Nodes...)
	u, err := l.Predict(l.Start, l.Specimen.Forces(l.Specimen.In, l.Experiment.Train.Force(0)))
	if err != nil {
		t.Fatal(err)
	}
	for i := range loaded.Nodes {
		loaded.Nodes[i].X[0] += u[2*i]
		loaded.Nodes[i].X[1] += u[2*i+1]
	}
	if w := l.Sight.Alone(before, &loaded, true); len(w) > 0 {
		t.Errorf("a loaded lattice: %q", w)
	}
}
