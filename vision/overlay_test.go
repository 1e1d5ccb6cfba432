package vision_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"github.com/elastrain/elastrain/vision"
	"github.com/elastrain/elastrain/vision/render"
)

func TestOverlay(t *testing.T) {
	s := newStudio(grid())
	s.at[3][0] += 2e-3
	s.cover(4)
	g := s.shoot(t, render.Disc{X: [2]float64{s.at[6][0] + 5e-3, s.at[6][1] + 1e-3}, Diameter: 3e-3, Reflectance: 0.08})
	reader, err := vision.NewReader(s.layout, nil, vision.Options{})
	if err != nil {
		t.Fatal(err)
	}
	reading, problem := reader.Read(g, nil)
	if problem == nil {
		t.Fatal("two candidates were not a problem")
	}
	img := reader.Overlay(g, reading, 0, problem)
	zoom := img.Bounds().Dx() / g.W
	band := img.Bounds().Dy() - zoom*g.H
	if zoom < 2 || band < 40 {
		t.Fatalf("the overlay measures %v for %d × %d pixels", img.Bounds(), g.W, g.H)
	}
	// The colour at the middle of a mark: green for accepted, red where none was.
	at := func(p [2]float64) (r, gr, b uint32) {
		r, gr, b, _ = img.At(int((p[0]+0.5)*float64(zoom)), int((p[1]+0.5)*float64(zoom))+band).RGBA()
		return r >> 8, gr >> 8, b >> 8
	}
	if r, gr, _ := at(reading.Nodes[0].Pixel); gr < 100 || r > 100 {
		t.Errorf("the middle of an accepted node has red %d and green %d", r, gr)
	}
	if r, gr, _ := at(s.pixel(s.layout.Nodes[4])); r < 100 || gr > 100 {
		t.Errorf("the place of a missing node has red %d and green %d", r, gr)
	}
	if _, _, b := at(reading.Frame[0].Pixel); b < 100 {
		t.Errorf("the middle of a mark of the frame has blue %d", b)
	}
	if again := reader.Overlay(g, reading, 0, problem); !bytes.Equal(again.(*image.RGBA).Pix, img.(*image.RGBA).Pix) {
		t.Error("the same reading gave another picture")
	}
	if plain := reader.Overlay(g, reading, 0, nil); plain.Bounds().Dy() >= img.Bounds().Dy() {
		t.Error("the problem is not written down")
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	// An absurd magnification draws what fits.
	reader.Overlay(g, reading, 1e9, nil)
}
