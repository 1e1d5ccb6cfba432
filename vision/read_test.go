package vision_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/vision"
	"github.com/elastrain/elastrain/vision/camera"
	"github.com/elastrain/elastrain/vision/render"
)

// wide makes room for a turned frame.
func wide(s *studio) {
	s.scene.Width, s.scene.Height = 420, 420
	s.pose.Centre = [2]float64{209.5, 209.5}
	s.pose.Distance = 0.22
}

// However the camera is held, the nodes are where they are.
func TestReadFromAnywhere(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 8 {
		s := newStudio(grid())
		wide(s)
		s.pose.Roll = 2 * math.Pi * random.Float64()
		s.pose.Tilt = 0.5 * random.Float64()
		s.pose.Towards = 2 * math.Pi * random.Float64()
		for i := range s.at {
			s.at[i][0] += 8e-3 * (random.Float64() - 0.5)
			s.at[i][1] += 8e-3 * (random.Float64() - 0.5)
		}
		r, err := vision.Read(s.shoot(t), s.layout, nil, vision.Options{})
		if err != nil {
			t.Fatalf("%+v: %v", s.pose, err)
		}
		if px, seen := s.worst(r); seen != len(s.at) || px > 0.06 {
			t.Errorf("%+v: %d of %d nodes, the worst off by %.3f pixels", s.pose, seen, len(s.at), px)
		}
		if off := math.Remainder(r.Turn-s.pose.Roll, 2*math.Pi); math.Abs(off) > 0.3 {
			t.Errorf("turned by %g, the camera by %g", r.Turn, s.pose.Roll)
		}
	}
}

func TestMirroredIsRefused(t *testing.T) {
	for _, roll := range []float64{0, 1, math.Pi / 2, math.Pi} {
		s := newStudio(grid())
		wide(s)
		s.pose.Mirrored, s.pose.Roll = true, roll
		if _, err := vision.Read(s.shoot(t), s.layout, nil, vision.Options{}); !errors.Is(err, vision.ErrMirrored) {
			t.Errorf("turned by %g: %v, want ErrMirrored", roll, err)
		}
	}
}

func TestTwoCandidates(t *testing.T) {
	s := newStudio(grid())
	other := [2]float64{s.at[6][0] + 5e-3, s.at[6][1] + 1e-3}
	r, err := vision.Read(s.shoot(t, render.Disc{X: other, Diameter: 3e-3, Reflectance: 0.08}), s.layout, nil, vision.Options{})
	var two *vision.TwoCandidates
	if !errors.As(err, &two) || two.Node != 6 || len(two.At) != 2 || !strings.Contains(err.Error(), "two candidates for node 7") {
		t.Fatalf("%v, want two candidates for node 7", err)
	}
	for _, want := range [][2]float64{s.pixel(s.at[6]), s.pixel(other)} {
		if d := math.Min(distance(two.At[0], want), distance(two.At[1], want)); d > 0.1 {
			t.Errorf("no candidate is named at %v: %v", want, two.At)
		}
	}
	if r.Nodes[6].Seen {
		t.Error("one of two candidates was taken")
	}
	if px, seen := s.worst(r); seen != 11 || px > 0.06 {
		t.Errorf("%d other nodes seen, to %.3f pixels", seen, px)
	}
}

func distance(a, b [2]float64) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }

func TestHiddenIsMissing(t *testing.T) {
	s := newStudio(grid())
	s.cover(4)
	r, err := vision.Read(s.shoot(t), s.layout, nil, vision.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if m := r.Nodes[4]; m.Seen || m.Why == "" || m.X != [2]float64{} {
		t.Errorf("the covered node is %+v", m)
	}
	if px, seen := s.worst(r); seen != 11 || px > 0.06 {
		t.Errorf("%d other nodes seen, to %.3f pixels", seen, px)
	}
}

// A thread over the edge of a mark moves its centre, so the mark does not count.
func TestPartlyHiddenIsMissing(t *testing.T) {
	for _, off := range []float64{-6, -4, -2, 2, 4, 6} {
		s := newStudio(grid())
		p := s.pixel(s.at[5])
		s.scene.Occluders = []render.Occluder{{A: [2]float64{p[0] + off, p[1] - 14}, B: [2]float64{p[0] + off, p[1] + 14}, Width: 2, Reflectance: 0.7}}
		r, err := vision.Read(s.shoot(t), s.layout, nil, vision.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Nodes[5].Seen {
			t.Errorf("a thread %g pixels beside its middle: the mark was accepted %.3f pixels off", off, distance(r.Nodes[5].X, s.at[5])*r.PixelsPerMetre)
		}
	}
}

// If a node went far and its neighbour is hidden, its mark could be either's.
func TestNeighbourIsNotMistaken(t *testing.T) {
	s := newStudio(grid())
	s.cover(6)
	s.at[5][0] += 10.5e-3 // 5.5 mm from where node 7 should be
	r, err := vision.Read(s.shoot(t), s.layout, nil, vision.Options{})
	var two *vision.TwoCandidates
	if !errors.As(err, &two) || two.Node != 6 || two.Other != 5 || !strings.Contains(err.Error(), "node 7 or to node 6") {
		t.Errorf("%v, want a mark that may belong to node 7 or 6", err)
	}
	if r.Nodes[5].Seen || r.Nodes[6].Seen {
		t.Error("a doubtful mark was accepted")
	}
	// Whoever knows where the nodes went can say so.
	reader, err := vision.NewReader(s.layout, nil, vision.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err = reader.Read(s.shoot(t), s.at)
	if err != nil || !r.Nodes[5].Seen || r.Nodes[6].Seen {
		t.Errorf("with the places predicted: %v, node 6 seen: %v", err, r.Nodes[5].Seen)
	}
}

func TestNoFrame(t *testing.T) {
	s := newStudio(grid())
	s.layout.Frame = nil
	g := s.shoot(t)
	if _, err := vision.Read(g, grid(), nil, vision.Options{}); !errors.Is(err, vision.ErrFrame) {
		t.Errorf("%v, want ErrFrame", err)
	}
	if _, err := vision.Read(&vision.Grey{W: 64, H: 64, Pix: make([]float32, 64*64)}, grid(), nil, vision.Options{}); !errors.Is(err, vision.ErrFrame) {
		t.Errorf("black picture: %v, want ErrFrame", err)
	}
}

func TestFrameMustFit(t *testing.T) {
	s := newStudio(grid())
	s.layout.Frame[2].X[0] += 1e-3
	if _, err := vision.Read(s.shoot(t), grid(), nil, vision.Options{}); !errors.Is(err, vision.ErrResidual) {
		t.Errorf("%v, want ErrResidual", err)
	}
	// Two marks of six may be hidden, if the others leave one reading.
	s = newStudio(grid())
	s.layout.Frame = append(s.layout.Frame[:3:3], s.layout.Frame[4:]...)
	r, err := vision.Read(s.shoot(t), grid(), nil, vision.Options{})
	if err != nil || r.Frame[3].Seen || r.Frame[3].Why == "" || len(r.Warnings) == 0 {
		t.Errorf("with a mark of the frame missing: %v", err)
	}
	// Without both marks off the middle the corners can be read in many ways.
	s.layout.Frame = grid().Frame[:4]
	if _, err := vision.Read(s.shoot(t), grid(), nil, vision.Options{}); !errors.Is(err, vision.ErrAmbiguousFrame) {
		t.Errorf("%v, want ErrAmbiguousFrame", err)
	}
}

func TestTooFew(t *testing.T) {
	s := newStudio(grid())
	for i := range 7 {
		s.cover(i)
	}
	var few *vision.TooFew
	if r, err := vision.Read(s.shoot(t), s.layout, nil, vision.Options{}); !errors.As(err, &few) || few.Seen != 5 || few.Needed != 6 || r == nil {
		t.Errorf("%v, want 5 of 12", err)
	}
}

func TestLens(t *testing.T) {
	s := newStudio(grid())
	s.scene.Lens = &camera.Lens{Fx: 700, Fy: 701, Cx: 201, Cy: 158, K1: -0.25, K2: 0.05, P1: 5e-4, P2: -5e-4, Width: 400, Height: 320}
	g := s.shoot(t)
	r, err := vision.Read(g, s.layout, s.lens(), vision.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if px, seen := s.worst(r); seen != 12 || px > 0.06 {
		t.Errorf("%d nodes, the worst off by %.3f pixels", seen, px)
	}
	// The same photograph without the calibration is off, and says so.
	if r, err := vision.Read(g, s.layout, nil, vision.Options{}); err == nil && r.ResidualMicrons < 50 {
		t.Errorf("an uncalibrated lens passed with a residual of %.1f µm", r.ResidualMicrons)
	}
	other := *s.lens()
	other.Width = 800
	if _, err := vision.Read(g, s.layout, &other, vision.Options{}); err == nil || !strings.Contains(err.Error(), "calibrated with 800") {
		t.Errorf("%v, want the wrong size named", err)
	}
}

// The frame was printed 1 % too small; the bar was not.
func TestScaleBar(t *testing.T) {
	l := grid()
	l.Scale = &vision.ScaleBar{A: vision.Spot{X: [2]float64{0, 46e-3}, Diameter: 3e-3}, B: vision.Spot{X: [2]float64{40e-3, 46e-3}, Diameter: 3e-3}, Length: 40e-3}
	s := newStudio(l)
	small := func(x *[2]float64) { x[0] *= 0.99; x[1] *= 0.99 }
	for i := range s.at {
		small(&s.at[i])
	}
	for i := range s.layout.Frame {
		small(&s.layout.Frame[i].X)
	}
	r, err := vision.Read(s.shoot(t, render.Disc{X: l.Scale.A.X, Diameter: 3e-3, Reflectance: 0.08}, render.Disc{X: l.Scale.B.X, Diameter: 3e-3, Reflectance: 0.08}), grid(), nil, vision.Options{})
	if err != nil || r.Magnification != 0 {
		t.Fatalf("%v; magnification %g without a scale bar", err, r.Magnification)
	}
	l = grid()
	l.Scale = s.layout.Scale
	r, err = vision.Read(s.shoot(t, render.Disc{X: l.Scale.A.X, Diameter: 3e-3, Reflectance: 0.08}, render.Disc{X: l.Scale.B.X, Diameter: 3e-3, Reflectance: 0.08}), l, nil, vision.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if off := math.Abs(r.Magnification - 1/0.99); off > 5*r.MagnificationSigma || off > 1e-3 || !strings.Contains(strings.Join(r.Warnings, " "), "scale bar") {
		t.Errorf("magnification %.5f ± %.5f, want %.5f; %v", r.Magnification, r.MagnificationSigma, 1/0.99, r.Warnings)
	}
	if len(r.Strays) > 0 {
		t.Errorf("the scale bar's marks count as strays: %v", r.Strays)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []vision.Options{{Gate: -1}, {MinSeen: math.NaN()}, {MaxResidual: math.Inf(1)}} {
		if _, err := vision.NewReader(grid(), nil, o); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
	if _, err := vision.NewReader(grid(), &camera.Lens{}, vision.Options{}); err == nil {
		t.Error("a lens without focal length was accepted")
	}
}
