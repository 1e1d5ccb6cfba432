package render_test

import (
	"bytes"
	"image"
	"math"
	"testing"

	"github.com/elastrain/elastrain/vision/camera"
	"github.com/elastrain/elastrain/vision/render"
)

func scene() render.Scene {
	return render.Scene{
		Width: 80, Height: 70, Paper: 0.9, Light: render.Light{Level: 1}, Sensor: render.Sensor{Deep: true},
		View: render.Pose{Distance: 0.1, Focal: 400, Centre: [2]float64{39.5, 34.5}}.View(),
	}
}

// centroid of what is darker than the paper, and its area in pixels.
func centroid(t *testing.T, s render.Scene, ink float64) (c [2]float64, area float64) {
	t.Helper()
	img, err := s.Image()
	if err != nil {
		t.Fatal(err)
	}
	g := img.(*image.Gray16)
	for y := range s.Height {
		for x := range s.Width {
			w := (s.Paper - float64(g.Gray16At(x, y).Y)/65535) / (s.Paper - ink)
			area += w
			c[0] += w * float64(x)
			c[1] += w * float64(y)
		}
	}
	return [2]float64{c[0] / area, c[1] / area}, area
}

// The picture of a disc has the centre and the area of its ellipse, to a few
// thousandths of a pixel, also after blurring.
func TestDiscIsWhereItShouldBe(t *testing.T) {
	for _, tilt := range []float64{0, 0.4} {
		for _, blur := range []float64{0, 0.8, 2} {
			for i := range 7 {
				s := scene()
				s.Blur = blur
				s.View = render.Pose{Distance: 0.1, Focal: 400, Tilt: tilt, Towards: 0.7, Centre: [2]float64{39.5, 34.5}}.View()
				d := render.Disc{X: [2]float64{0.13e-3 * float64(i), -0.07e-3 * float64(i)}, Diameter: 3e-3, Reflectance: 0.1}
				s.Discs = []render.Disc{d}
				got, area := centroid(t, s, 0.1)
				want, _ := s.View.DiscCentre(d.X, d.Diameter/2)
				if off := math.Hypot(got[0]-want[0], got[1]-want[1]); off > 0.005 {
					t.Errorf("tilt %g, blur %g, disc %d: centre off by %.4f pixels", tilt, blur, i, off)
				}
				j := s.View.Jacobian(d.X)
				if ideal := math.Pi / 4 * d.Diameter * d.Diameter * math.Abs(j[0]*j[3]-j[1]*j[2]); math.Abs(area/ideal-1) > 0.01 {
					t.Errorf("tilt %g, blur %g, disc %d: area %.2f pixels, want %.2f", tilt, blur, i, area, ideal)
				}
			}
		}
	}
}

// Through a lens the disc is where the lens shows its middle, as long as it is small.
func TestLensMovesDiscs(t *testing.T) {
	s := scene()
	s.Lens = &camera.Lens{Fx: 400, Fy: 400, Cx: 40, Cy: 35, K1: -3, P1: 0.01}
	d := render.Disc{X: [2]float64{5e-3, 3e-3}, Diameter: 2e-3, Reflectance: 0.1}
	s.Discs = []render.Disc{d}
	got, _ := centroid(t, s, 0.1)
	want := s.Pixel(d.X)
	if off := math.Hypot(got[0]-want[0], got[1]-want[1]); off > 0.02 {
		t.Errorf("off by %.4f pixels", off)
	}
	ideal, _ := s.View.Map(d.X)
	if math.Hypot(ideal[0]-want[0], ideal[1]-want[1]) < 0.1 {
		t.Error("the lens does nothing here, so this shows nothing")
	}
}

func TestSameSeedSamePicture(t *testing.T) {
	take := func(seed uint64) []byte {
		s := scene()
		s.Sensor = render.Sensor{FullWell: 1000, Read: 0.01, SRGB: true, Seed: seed}
		s.Occluders = []render.Occluder{{A: [2]float64{5, 5}, B: [2]float64{60, 50}, Width: 3, Reflectance: 0.5}}
		s.Glare = []render.Glare{{At: [2]float64{30, 30}, Radius: 4, Level: 0.5}}
		img, err := s.Image()
		if err != nil {
			t.Fatal(err)
		}
		return img.(*image.Gray).Pix
	}
	if !bytes.Equal(take(1), take(1)) {
		t.Error("the same seed gave two pictures")
	}
	if bytes.Equal(take(1), take(2)) {
		t.Error("two seeds gave the same picture")
	}
}

// The noise of an even grey has the variance that was asked for.
func TestNoise(t *testing.T) {
	s := scene()
	s.Paper = 0.5
	s.Sensor = render.Sensor{FullWell: 2000, Read: 0.01, Deep: true, Seed: 5}
	img, err := s.Image()
	if err != nil {
		t.Fatal(err)
	}
	sum, square, n := 0.0, 0.0, float64(s.Width*s.Height)
	for y := range s.Height {
		for x := range s.Width {
			v := float64(img.(*image.Gray16).Gray16At(x, y).Y) / 65535
			sum += v / n
			square += v * v / n
		}
	}
	want := 0.01*0.01 + 0.5/2000
	if got := square - sum*sum; math.Abs(got/want-1) > 0.1 || math.Abs(sum-0.5) > 0.002 {
		t.Errorf("mean %.4f and variance %.3g, want 0.5 and %.3g", sum, got, want)
	}
}

func TestImpossibleScenes(t *testing.T) {
	s := scene()
	s.Width = 0
	if _, err := s.Image(); err == nil {
		t.Error("a picture without columns was rendered")
	}
	s = scene()
	s.View = camera.Homography{}
	if _, err := s.Image(); err == nil {
		t.Error("a picture without a view was rendered")
	}
}
