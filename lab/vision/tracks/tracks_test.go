package tracks_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/elastrain/elastrain/lab/vision/tracks"
)

const (
	trackpy = `,y,x,mass,size,ecc,signal,raw_mass,ep,frame,particle
0,100.25,50.5,900,2.1,0.1,30,2000,0.02,0,7
1,101.25,150.5,900,2.1,0.1,30,2000,0.03,0,8
2,99.25,52.5,900,2.1,0.1,30,2000,0.02,1,7
`
	trackMate = `LABEL,ID,TRACK_ID,QUALITY,POSITION_X,POSITION_Y,POSITION_Z,POSITION_T,FRAME,RADIUS
Label,Spot ID,Track ID,Quality,X,Y,Z,T,Frame,Radius
Label,Spot ID,Track ID,Quality,X,Y,Z,T,Frame,R
,,,(quality),(micron),(micron),(micron),(sec),,(micron)
ID101,101,3,11.5,50.5,100.25,0,0,0,5
ID102,102,,11.5,150.5,101.25,0,0,0,5
`
	dice = `*** Digital Image Correlation Engine (DICe), (git sha1: abc) Copyright 2021 ...
***
SUBSET_ID,COORDINATE_X,COORDINATE_Y,DISPLACEMENT_X,DISPLACEMENT_Y,ROTATION_Z,SIGMA,GAMMA,BETA,STATUS_FLAG
0,50.5,100.25,0.5,-0.25,0,0.01,0.2,0.1,4
1,150.5,100.25,0.5,-0.25,0,-1,0.2,0.1,9
`
	ncorr   = "x\ty\tu\tv\n50.5\t100.25\t0.5\t-0.25\n60\t100\tNaN\tNaN\n"
	results = " ,Area,X,Y,Slice\n1,120,50.5,100.25,1\n"
)

// pixels of 0.02 mm with the design's origin at (10, 200).
var pixels = tracks.Unit{Metre: 2e-5, Origin: [2]float64{10, 200}, Down: true}

func TestRead(t *testing.T) {
	want := tracks.Point{X: [2]float64{40.5 * 2e-5, 99.75 * 2e-5}}
	for _, c := range []struct {
		text, format    string
		points, lost    int
		frame, particle int
		u               [2]float64
		sigma           float64
	}{
		{trackpy, "trackpy", 3, 0, 0, 7, [2]float64{}, 0.02 * 2e-5},
		{trackMate, "TrackMate", 2, 0, 0, 3, [2]float64{}, 0},
		{dice, "DICe", 1, 1, 0, 0, [2]float64{0.5 * 2e-5, 0.25 * 2e-5}, 0.01 * 2e-5},
		{ncorr, "x y u v", 1, 1, 0, -1, [2]float64{0.5 * 2e-5, 0.25 * 2e-5}, 0},
		{results, "ImageJ", 1, 0, 1, -1, [2]float64{}, 0},
		{strings.ReplaceAll(ncorr, "\t", "  "), "x y u v", 1, 1, 0, -1, [2]float64{0.5 * 2e-5, 0.25 * 2e-5}, 0},
		{"\ufeff" + strings.ReplaceAll(results, ",", ";"), "ImageJ", 1, 0, 1, -1, [2]float64{}, 0},
	} {
		s, err := tracks.Read(strings.NewReader(c.text), pixels)
		if err != nil {
			t.Errorf("%s: %v", c.format, err)
			continue
		}
		p := s.Points[0]
		if s.Format != c.format || len(s.Points) != c.points || s.Lost != c.lost || p.Frame != c.frame || p.Particle != c.particle {
			t.Errorf("%s: %+v", c.format, s)
		}
		if math.Hypot(p.X[0]-want.X[0], p.X[1]-want.X[1]) > 1e-15 || math.Hypot(p.U[0]-c.u[0], p.U[1]-c.u[1]) > 1e-15 || math.Abs(p.Sigma-c.sigma) > 1e-15 {
			t.Errorf("%s: first point %+v", c.format, p)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"empty":      {"", "empty"},
		"no columns": {"a,b\n1,2\n", "trackpy (frame"},
		"word":       {strings.Replace(trackpy, "100.25", "hundred", 1), "line 2: `hundred`"},
		"infinite":   {strings.Replace(trackpy, "100.25", "Inf", 1), "not a number"},
		"short row":  {"x,y,u,v\n1,2,3\n", "line 2: there are 3 values under 4 names"},
		"half frame": {strings.Replace(trackpy, ",0,7", ",0.5,7", 1), "whole"},
		"no points":  {"x,y,u,v\nNaN,1,1,1\n", "no points"},
		"long line":  {"x,y,u,v\n" + strings.Repeat("1", 1<<17), "no table"},
		"many names": {strings.Repeat("x,", 1000), "columns"},
	} {
		if _, err := tracks.Read(strings.NewReader(c.text), pixels); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error with %q", name, err, c.want)
		}
	}
	for _, u := range []tracks.Unit{{}, {Metre: -1}, {Metre: math.NaN()}, {Metre: 1, Origin: [2]float64{math.Inf(1)}}} {
		if _, err := tracks.Read(strings.NewReader(trackpy), u); err == nil || !strings.Contains(err.Error(), "measures in") {
			t.Errorf("unit %+v: %v", u, err)
		}
	}
}

func TestFollow(t *testing.T) {
	s, err := tracks.Read(strings.NewReader(trackpy), pixels)
	if err != nil {
		t.Fatal(err)
	}
	nodes := [][2]float64{s.Points[0].X, s.Points[1].X, {9, 9}}
	got, err := s.Follow(nodes, 1e-4, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !got[0].Seen || got[0].X != s.Points[2].X || got[1].Seen || got[2].Seen {
		t.Errorf("nodes %+v: the first moved, the second was lost, the third was never there", got)
	}
	var two *tracks.TwoParticles
	if _, err := s.Follow([][2]float64{{0, 0}}, 1, 0, 1); !errors.As(err, &two) || two.Node != 0 || !strings.Contains(err.Error(), "two candidates for node 1") {
		t.Errorf("%v, want two candidates for node 1", err)
	}
	if _, err := s.At(nodes, 1, 0); err == nil {
		t.Error("positions were taken for displacements")
	}
}

// A homogeneous strain is given back exactly, wherever the points lie.
func TestAtFollowsHomogeneousStrain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := rapid.SliceOfN(rapid.Float64Range(-0.1, 0.1), 6, 6).Draw(t, "gradient")
		u := func(x, y float64) (float64, float64) { return g[0]*x + g[1]*y + g[2], g[3]*x + g[4]*y + g[5] }
		text := "x,y,u,v\n"
		for i := range 49 {
			x, y := float64(i%7)+0.01*float64(i), float64(i/7)
			a, b := u(x, y)
			text += fmt.Sprintf("%v,%v,%v,%v\n", x, y, a, b)
		}
		s, err := tracks.Read(strings.NewReader(text), tracks.Unit{Metre: 1e-3})
		if err != nil {
			t.Fatal(err)
		}
		node := [2]float64{rapid.Float64Range(1, 5).Draw(t, "x") * 1e-3, 3e-3}
		got, err := s.At([][2]float64{node, {1, 1}}, 1.5e-3, 0)
		if err != nil {
			t.Fatal(err)
		}
		a, b := u(node[0]*1e3, node[1]*1e3)
		if !got[0].Seen || math.Hypot(got[0].X[0]-node[0]-a*1e-3, got[0].X[1]-node[1]-b*1e-3) > 1e-14 {
			t.Fatalf("moved to %v from %v, want by (%g, %g) mm", got[0], node, a, b)
		}
		if got[1].Seen {
			t.Fatal("a node far from all points was seen")
		}
	})
}

func TestAtNeedsThreePointsAround(t *testing.T) {
	s, err := tracks.Read(strings.NewReader("x,y,u,v\n0,0,1,1\n1,1,1,1\n2,2,1,1\n"), tracks.Unit{Metre: 1e-3})
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.At([][2]float64{{1e-3, 1e-3}}, 5e-3, 0)
	if err != nil || got[0].Seen {
		t.Errorf("%+v, %v: points on a line fix no plane", got, err)
	}
	if _, err := s.Follow([][2]float64{{0, 0}}, 1, 0, 0); err == nil {
		t.Error("displacements were taken for positions")
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range []string{trackpy, trackMate, dice, ncorr, results} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := tracks.Read(strings.NewReader(text), pixels)
		if (s == nil) != (err != nil) {
			t.Fatal("a set and an error, or neither")
		}
		if err != nil {
			return
		}
		for _, p := range s.Points {
			if math.IsNaN(p.X[0] + p.X[1] + p.U[0] + p.U[1]) {
				t.Fatalf("a point that is no number: %+v", p)
			}
		}
	})
}
