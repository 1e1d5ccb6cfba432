package vision_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/vision"
)

// Wherever a mark lies between the pixels, without noise its centre is right to
// 0.01 pixels: there is no error with the period of a pixel.
func TestNoErrorWithThePeriodOfAPixel(t *testing.T) {
	for _, blur := range []float64{0.6, 1, 1.6} {
		s := newStudio(grid())
		s.scene.Sensor.FullWell, s.scene.Sensor.Read, s.scene.Sensor.Deep = 0, 0, true
		s.scene.Blur = blur
		pixel := 1 / s.pose.View().Scale([2]float64{0, 0})
		for i := range s.at {
			s.at[i][0] += float64(i) / 12 * pixel
			s.at[i][1] += float64(i*5%12) / 12 * pixel
		}
		r, err := vision.Read(s.shoot(t), s.layout, nil, vision.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if px, seen := s.worst(r); seen != 12 || px > 0.01 {
			t.Errorf("blur %g: %d nodes seen, the worst off by %.4f pixels", blur, seen, px)
		}
	}
}

// Errors are as large as sigma says, for different noise and size.
func TestSigmaIsHonest(t *testing.T) {
	for _, c := range []struct{ well, read, distance float64 }{{10000, 0.004, 0.17}, {1000, 0.02, 0.17}, {800, 0.03, 0.25}} {
		square, n := 0.0, 0.0
		for seed := range uint64(8) {
			s := newStudio(grid())
			s.pose.Distance = c.distance
			s.scene.Sensor.FullWell, s.scene.Sensor.Read, s.scene.Sensor.Seed = c.well, c.read, seed
			random := rand.New(rand.NewPCG(seed, 3))
			for i := range s.at {
				s.at[i][0] += 1e-3 * random.Float64()
				s.at[i][1] += 1e-3 * random.Float64()
			}
			r, err := vision.Read(s.shoot(t), s.layout, nil, vision.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for i, m := range r.Nodes {
				if m.Seen {
					for k := range 2 {
						e := (m.X[k] - s.at[i][k]) / m.Sigma
						square += e * e
						n++
					}
				}
			}
		}
		// Some two hundred numbers of variance one; the frame's share they have in common.
		if ratio := math.Sqrt(square / n); n < 150 || ratio < 0.65 || ratio > 1.3 {
			t.Errorf("%+v: errors are %.2f times sigma, over %g coordinates", c, ratio, n)
		}
	}
}

// Light that falls off moves nothing: it acts on mark and paper alike.
func TestUnevenLightMovesNothing(t *testing.T) {
	s := newStudio(grid())
	s.scene.Sensor.FullWell, s.scene.Sensor.Read, s.scene.Sensor.Deep = 0, 0, true
	s.scene.Light.Level, s.scene.Light.Slope, s.scene.Light.Corner = 0.5, [2]float64{1.4, -0.5}, 0.3
	r, err := vision.Read(s.shoot(t), s.layout, nil, vision.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if px, seen := s.worst(r); seen != 12 || px > 0.01 {
		t.Errorf("%d nodes seen, the worst off by %.4f pixels", seen, px)
	}
}
