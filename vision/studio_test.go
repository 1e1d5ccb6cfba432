package vision_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/vision"
	"github.com/elastrain/elastrain/vision/camera"
	"github.com/elastrain/elastrain/vision/render"
)

// grid is a lattice of 4 × 3 nodes, 16 mm apart, with six marks around it.
func grid() vision.Layout {
	l := vision.Layout{MarkerDiameter: 3e-3}
	for y := range 3 {
		for x := range 4 {
			l.Nodes = append(l.Nodes, [2]float64{float64(x) * 16e-3, float64(y) * 16e-3})
		}
	}
	for _, x := range [][2]float64{{-14, -14}, {62, -14}, {62, 46}, {-14, 46}, {5, -14}, {62, 22}} {
		l.Frame = append(l.Frame, vision.Spot{X: [2]float64{x[0] * 1e-3, x[1] * 1e-3}, Diameter: 4.8e-3})
	}
	return l
}

// studio is a photograph to be taken of a layout: from above, sharp, with little noise.
type studio struct {
	layout vision.Layout
	at     [][2]float64 // of the nodes
	pose   render.Pose
	scene  render.Scene
}

func newStudio(l vision.Layout) *studio {
	return &studio{
		layout: l, at: append([][2]float64(nil), l.Nodes...),
		pose: render.Pose{Target: [2]float64{24e-3, 16e-3}, Distance: 0.17, Focal: 700, Centre: [2]float64{199.5, 159.5}},
		scene: render.Scene{
			Width: 400, Height: 320, Paper: 0.85, Blur: 0.7, Light: render.Light{Level: 0.9},
			Sensor: render.Sensor{FullWell: 10000, Read: 0.004, Seed: 1},
		},
	}
}

// shoot takes the photograph. more is drawn besides the marks.
func (s *studio) shoot(t testing.TB, more ...render.Disc) *vision.Grey {
	t.Helper()
	scene := s.scene
	scene.View = s.pose.View()
	for _, x := range s.at {
		scene.Discs = append(scene.Discs, render.Disc{X: x, Diameter: s.layout.MarkerDiameter, Reflectance: 0.08})
	}
	for _, f := range s.layout.Frame {
		scene.Discs = append(scene.Discs, render.Disc{X: f.X, Diameter: f.Diameter, Reflectance: 0.08})
	}
	scene.Discs = append(scene.Discs, more...)
	img, err := scene.Image()
	if err != nil {
		t.Fatal(err)
	}
	return vision.FromImage(img)
}

// pixel is where the point x is seen.
func (s *studio) pixel(x [2]float64) [2]float64 {
	scene := s.scene
	scene.View = s.pose.View()
	return scene.Pixel(x)
}

func (s *studio) lens() *camera.Lens { return s.scene.Lens }

// cover puts a finger on a node.
func (s *studio) cover(node int) {
	p := s.pixel(s.at[node])
	s.scene.Occluders = append(s.scene.Occluders, render.Occluder{A: p, B: [2]float64{p[0] + 1, p[1]}, Width: 24, Reflectance: 0.4})
}

// worst is the largest error of the nodes seen, in pixels, and how many are.
func (s *studio) worst(r *vision.Reading) (px float64, seen int) {
	for i, m := range r.Nodes {
		if m.Seen {
			seen++
			px = max(px, math.Hypot(m.X[0]-s.at[i][0], m.X[1]-s.at[i][1])*r.PixelsPerMetre)
		}
	}
	return px, seen
}
