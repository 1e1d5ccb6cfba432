package tracks_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/elastrain/elastrain/vision/tracks"
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
,,,(quality),(pixel),(pixel),(pixel),(sec),,(micron)
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
		{"image,x,y\na.jpg,50.5,100.25\n", "x y", 1, 0, 0, -1, [2]float64{}, 0},
		{"x,y,z,u,v,w\n50.5,100.25,3,0.5,-0.25,1\n", "x y u v", 1, 0, 0, -1, [2]float64{0.5 * 2e-5, 0.25 * 2e-5}, 0},
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
		"word":       {strings.Replace(trackpy, "100.25", "hundred", 1), "line 2, column 2 `y`: \"hundred\" is not a number"},
		"infinite":   {strings.Replace(trackpy, "100.25", "Inf", 1), "not a finite number"},
		"short row":  {"x,y,u,v\n1,2,3\n", "line 2: 3 fields, but the header has 4"},
		"half frame": {strings.Replace(trackpy, ",0,7", ",0.5,7", 1), "whole"},
		"no points":  {"x,y,u,v\nNaN,1,1,1\n", "no points"},
		"long line":  {"x,y,u,v\n" + strings.Repeat("1", 1<<17), "line 2: 1 fields"},
		"many names": {strings.Repeat("x,", 1000), "columns"},
	} {
		if _, err := tracks.Read(strings.NewReader(c.text), pixels); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error with %q", name, err, c.want)
		}
	}
	for name, c := range map[string]struct{ text, want string }{
		"slices and frames":    {"X,Y,Slice,Frame\n1,1,1,1\n1,1,2,1\n2,1,1,2\n", "line 3, column 3 `Slice`: \"2\" here and \"1\" on line 2, and `Frame` is 1 in both rows"},
		"channels":             {"X,Y,Ch,Slice\n1,1,1,1\n5,1,2,1\n", "column 3 `Ch`: \"2\" here and \"1\" on line 2"},
		"labels of images":     {"Label,X,Y\na.tif,1,1\na.tif,5,1\nb.tif,2,1\nb.tif,6,1\n", "line 4, column 1 `Label`: \"b.tif\" here and \"a.tif\" on line 2, and there is no column of frames"},
		"images":               {"file,x,y,id\na,1,1,1\nb,2,1,1\n", "column 1 `file`"},
		"another unit":         {strings.ReplaceAll(trackMate, "(pixel)", "(micron)"), "line 4, column 5 `POSITION_X`: the file says micron, and one unit is given as 2e-05 m; give --unit um"},
		"another unit in head": {"x (mm),y (mm)\n1,1\n", "the file says mm"},
		"no unit":              {"x (parsec),y\n1,1\n", "no unit of length"},
		"two of them":          {"x,y,pos_x\n1,1,1\n", "says the same"},
		"words for frames":     {"x,y,frame\n1,1,one\n", "is not a number"},
		"times without values": {"x,y,id,time\n1,1,1,0\n2,1,1,late\n", "is no number; write a column `frame`"},
		"an unknown column":    {"x,y,capture\n1,1,0\n5,1,0\n2,1,1\n6,1,1\n", "line 4, column 3 `capture`: it parts the rows into 2 blocks of 2, and there is no column of frames"},
		"numbers that return":  {"roi,x,y\n1,1,1\n2,5,1\n3,3,4\n1,2,1\n2,6,1\n3,4,4\n", "line 5, column 1 `roi`: its values come again every 3 rows, and there is no column of frames"},
		"a particle twice":     {"particle,x,y\n1,1,1\n2,5,1\n2,6,1\n", "line 4, column 1 `particle`: \"2\" has another place on line 3, and there is no column of frames"},
		"a column of units":    {"frame,particle,x,y,unit\n0,1,1,1,cm\n", "column 5 `unit`: the file says cm, and one unit is given as 2e-05 m; give --unit cm"},
		"displacements twice":  {"x,y,u,v,load\n1,1,0,0,1\n5,1,0,0,1\n1,1,1,0,2\n5,1,1,0,2\n", "line 4: the point of line 2 has a second displacement in the same frame"},
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

// The second photograph shows the particles 6 to the right of the first, however its rows
// say that they are of the second.
func TestEveryColumnOfTime(t *testing.T) {
	for name, c := range map[string]struct {
		text        string
		format      string
		first, last int
		follows     bool
		notes       string
	}{
		"ImageJ hyperstack":   {" ,Area,X,Y,Ch,Slice,Frame\n1,3,10,10,1,1,1\n2,3,30,10,1,1,1\n3,3,16,10,1,1,2\n4,3,36,10,1,1,2\n", "ImageJ", 1, 2, false, "not read: `Area`"},
		"ImageJ stack":        {" ,X,Y,Slice\n1,10,10,1\n2,30,10,1\n3,16,10,2\n4,36,10,2\n", "ImageJ", 1, 2, false, ""},
		"ImageJ, both":        {"X,Y,Slice,Frame\n10,10,1,1\n30,10,1,1\n16,10,2,2\n36,10,2,2\n", "ImageJ", 1, 2, false, ""},
		"capitals":            {"Frame,Particle,X,Y\n0,1,10,10\n0,2,30,10\n1,1,16,10\n1,2,36,10\n", "trackpy", 0, 1, true, ""},
		"all capitals":        {"FRAME;PARTICLE;X;Y\n0;1;10,0;10\n0;2;30;10\n1;1;16;10\n1;2;36;10\n", "trackpy", 0, 1, true, "decimal commas are read as decimal points, such as \"10,0\" on line 2"},
		"TrackMate, small":    {"position_x,position_y,frame,track_id\n10,10,0,1\n30,10,0,2\n16,10,1,1\n36,10,1,2\n", "TrackMate", 0, 1, true, ""},
		"frame is constant":   {"frame,time,particle,x,y\n0,0,1,10,10\n0,0,2,30,10\n0,0.5,1,16,10\n0,0.5,2,36,10\n", "trackpy", 0, 1, true, "frames are the times of `time` in their order: frame 0 is 0, frame 1 is 0.5"},
		"times":               {"t (s),id,x,y\n1.5,1,10,10\n1.5,2,30,10\n2.5,1,16,10\n2.5,2,36,10\n", "x y", 0, 1, true, "frames are the times of `t (s)` in their order: frame 0 is 1.5, frame 1 is 2.5"},
		"images":              {"Image,Marker,X,Y\n3,a,10,10\n3,b,30,10\n7,a,16,10\n7,b,36,10\n", "ImageJ", 3, 7, true, ""},
		"rows for particles":  {"id,frame,x,y\n1,0,10,10\n2,0,30,10\n3,1,16,10\n4,1,36,10\n", "trackpy", 0, 1, false, "`id` never comes twice, so it numbers rows and no particles"},
		"time beside frames":  {"frame,time,particle,x,y\n0,0,1,10,10\n0,0,2,30,10\n1,0.5,1,16,10\n1,0.5,2,36,10\n", "trackpy", 0, 1, true, ""},
		"reals for frames":    {"frame,particle,x,y\n0.0,1.0,10,10\n0.0,2.0,30,10\n1.0,1.0,16,10\n1.0,2.0,36,10\n", "trackpy", 0, 1, true, ""},
		"positions":           {"X,Y,Position\n10,10,1\n30,10,1\n16,10,2\n36,10,2\n", "ImageJ", 1, 2, false, ""},
		"frame_idx":           {"X,Y,Frame_idx,id\n10,10,0,1\n30,10,0,2\n16,10,1,1\n36,10,1,2\n", "trackpy", 0, 1, true, ""},
		"time_ms":             {"X,Y,time_ms,id\n10,10,0,1\n30,10,0,2\n16,10,40,1\n36,10,40,2\n", "ImageJ", 0, 1, true, "frames are the times of `time_ms` in their order: frame 0 is 0, frame 1 is 40"},
		"unit of the command": {"frame,particle,x (mm),y (mm)\n0,1,10,10\n0,2,30,10\n1,1,16,10\n1,2,36,10\n", "trackpy", 0, 1, true, ""},
	} {
		for _, text := range []string{c.text, strings.ReplaceAll(c.text, "\n", "\r\n"), strings.ReplaceAll(c.text, "\n", "\r")} {
			s, err := tracks.Read(strings.NewReader(text), tracks.Unit{Metre: 1e-3})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if p := s.Points; s.Format != c.format || len(p) != 4 || p[0].Frame != c.first || p[3].Frame != c.last || strings.Join(s.Notes, "|") != c.notes {
				t.Errorf("%s: %+v", name, s)
			}
			got, err := s.Follow([][2]float64{{0.010, 0.010}, {0.030, 0.010}}, 5e-3, c.first, c.last)
			if c.follows && (err != nil || math.Abs(got[0].X[0]-0.016) > 1e-12 || math.Abs(got[1].X[0]-0.036) > 1e-12) {
				t.Errorf("%s: %v, %v", name, got, err)
			}
			if !c.follows && (err == nil || !strings.Contains(err.Error(), "cannot be followed from frame")) {
				t.Errorf("%s: %v, %v", name, got, err)
			}
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
// Two photographs without a column that parts them are not read as the first alone.
func TestFollowOnePhotograph(t *testing.T) {
	nodes := [][2]float64{{0.01, 0.01}, {0.03, 0.01}, {0.02, 0.025}}
	unit := tracks.Unit{Metre: 1e-3}
	for name, c := range map[string]struct {
		text, want string
		apart      int
	}{
		"one after the other": {"x,y\n10,10\n30,10\n20,25\n16,10\n36,10\n26,25\n", "6 points are 2 for each of the 3 nodes", 0},
		"point by point":      {"nr,X,Y\n1,10,10\n2,16,10\n3,30,10\n4,36,10\n5,20,25\n6,26,25\n", "6 points are 2 for each of the 3 nodes", 0},
		"dust":                {"x,y\n10,10\n30,10\n20,25\n16,10\n", "", 1},
		"its nodes":           {"x,y\n10,10\n30,10\n20,25\n", "", 0},
		"nodes not found":     {"x,y\n10,10\n90,10\n20,25\n16,10\n36,10\n26,25\n", "", 4},
	} {
		set, err := tracks.Read(strings.NewReader(c.text), unit)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out, err := set.Follow(nodes, 0.004, 0, 0)
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want an error with %q", name, err, c.want)
			}
			continue
		}
		if err != nil || set.Apart(out, 0) != c.apart {
			t.Errorf("%s: %v, %d points apart, want %d", name, err, set.Apart(out, 0), c.apart)
		}
	}
}

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
	for _, text := range []string{trackpy, trackMate, dice, ncorr, results, " ,X,Y,Ch,Slice,Frame\n1,10,10,1,1,1\n2,16,10,1,1,2\n",
		"t (s);id;x (px);y\n1,5;a;10;10\n2,5;a;16;10\n", dlc, mdf, mateModel, mateTracks, napariPoints} {
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
