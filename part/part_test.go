package part

import (
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/snapshot"
	"github.com/elastrain/elastrain/spec"
)

// example is the snapshot of an experiment of the examples, with its parameters where they start.
func example(t testing.TB, name string, more string) *snapshot.Snapshot {
	t.Helper()
	text, ok := examples.Text(name)
	if !ok {
		t.Fatalf("no example %s", name)
	}
	return built(t, string(text)+more)
}

func built(t testing.TB, text string) *snapshot.Snapshot {
	t.Helper()
	file, err := spec.Parse("a.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	x, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := x.Snapshot(experiment.View{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func near(t *testing.T, what string, got, want, share float64) {
	t.Helper()
	if !(math.Abs(got-want) <= share*math.Abs(want)) {
		t.Errorf("%s is %.9g, not %.9g", what, got, want)
	}
}

// The lattice of the paper with all that can be asked for is one closed body whose volume is that of its outline.
func TestBody(t *testing.T) {
	s := example(t, "behaviour", "")
	for _, o := range []Options{
		{},
		{Fillet: 1e-3},
		{Fillet: 1e-3, Pins: 3e-3},
		{Fillet: 0.5e-3, Pins: 3e-3, Ears: 2e-3, Dots: 2e-3, Frame: 5e-3, Feature: 0.4e-3},
	} {
		p, err := New(s, o)
		if err != nil {
			t.Fatal(err)
		}
		out, err := p.Outline()
		if err != nil {
			t.Fatal(err)
		}
		m, err := p.Body()
		if err != nil {
			t.Fatalf("%+v: %v", o, err)
		}
		if err := m.Check(); err != nil {
			t.Error(err)
		}
		dots := 0.0
		for _, d := range out.Dots {
			dots += d.Area() * dotHeight
		}
		near(t, "the volume", m.Volume(), out.Area()*2+dots, 1e-9)
		t.Logf("%+v: %d rings, %.6g mm2, %d triangles", o, len(out.Rings), out.Area(), len(m.Triangles))
	}
}

// The area of a flat part without fillets is that of its struts less where they overlap: an own sum over squares.
func TestAreaOfStruts(t *testing.T) {
	s := example(t, "behaviour", "")
	for i := range s.Theta {
		s.Theta[i] *= 0.9 + 0.2*float64((i*7)%11)/11
	}
	p, err := New(s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.Outline()
	if err != nil {
		t.Fatal(err)
	}
	const step = 0.2 // mm
	lo, hi := out.bounds()
	inside := 0
	for x := lo[0] + step/2; x < hi[0]; x += step {
		for y := lo[1] + step/2; y < hi[1]; y += step {
			at := [3]float64{x / mm, y / mm}
			for i := range p.Struts {
				_, _, d := nearest([2][3]float64{at, at}, p.ends(i))
				if d <= p.Struts[i].Width/2 {
					inside++
					break
				}
			}
		}
	}
	near(t, "the area", out.Area(), float64(inside)*step*step, 0.01)
}

// The outline for a laser is the part made wider by half a cut on every side: cut, it is the part.
func TestKerf(t *testing.T) {
	s := example(t, "behaviour", "")
	const cut = 0.2 // mm
	plain, err := New(s, Options{Fillet: 1e-3, Pins: 3e-3, Chord: 1e-6})
	if err != nil {
		t.Fatal(err)
	}
	wide, err := New(s, Options{Fillet: 1e-3, Pins: 3e-3, Kerf: cut / mm, Chord: 1e-6})
	if err != nil {
		t.Fatal(err)
	}
	a, err := plain.Outline()
	if err != nil {
		t.Fatal(err)
	}
	b, err := wide.Outline()
	if err != nil {
		t.Fatal(err)
	}
	length := 0.0
	for _, r := range append(append([]Ring{}, a.Rings...), b.Rings...) {
		for i, p := range r {
			q := r[(i+1)%len(r)]
			length += math.Hypot(q[0]-p[0], q[1]-p[1]) / 2
		}
	}
	near(t, "what the cut takes", b.Area()-a.Area(), length*cut/2, 0.002)
	if len(a.Rings) != len(b.Rings) {
		t.Errorf("%d contours, and %d with a kerf", len(a.Rings), len(b.Rings))
	}
	// The windows of a lattice of 16 mm are 7 mm wide: a wider cut closes them.
	closed, err := New(s, Options{Kerf: 8e-3})
	if err == nil {
		_, err = closed.Outline()
	}
	if err == nil || !strings.Contains(err.Error(), "a cut 8 mm wide does not fit") {
		t.Errorf("a cut as wide as the windows: %v", err)
	}
}

// Triangles cover a ring with holes, on lines and beside them.
func TestTriangulate(t *testing.T) {
	square := func(x, y, size float64, hole bool) Ring {
		r := Ring{{x, y}, {x + size, y}, {x + size, y + size}, {x, y + size}}
		if hole {
			r[1], r[3] = r[3], r[1]
		}
		return r
	}
	comb := Ring{{0, 0}}
	for i := range 20 {
		x := float64(i)
		comb = append(comb, Point{x + 0.25, 0}, Point{x + 0.25, -5}, Point{x + 0.75, -5}, Point{x + 0.75, 0})
	}
	comb = append(comb, Point{20, 0}, Point{20, 1}, Point{0, 1})
	star := Ring{}
	for i := range 40 {
		s, c := math.Sincos(2 * math.Pi * float64(i) / 40)
		r := 1024 * (1 + float64(i%2))
		star = append(star, Point{math.Round(r*c) / 1024, math.Round(r*s) / 1024})
	}
	grid := []Ring{square(0, 0, 16, false)}
	for x := 1.0; x < 15; x += 2 {
		for y := 1.0; y < 15; y += 2 {
			grid = append(grid, square(x, y, 1, true))
		}
	}
	for name, rings := range map[string][]Ring{"a square": {square(0, 0, 1, false)}, "a grid of holes": grid, "a comb": {comb}, "a star": {star}} {
		faces, err := triangulate(rings)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		corners := 0
		for _, r := range rings {
			corners += len(r)
		}
		if want := corners + 2*(len(rings)-1) - 2; len(faces) != want {
			t.Errorf("%s: %d triangles, not %d", name, len(faces), want)
		}
		for _, f := range faces {
			if a := Ring(f[:]).Area(); a < 0 {
				t.Errorf("%s: a triangle of area %g", name, a)
			}
		}
	}
	if _, err := triangulate([]Ring{square(0, 0, 4, false), square(3, 3, 4, true)}); err == nil {
		t.Error("a hole that crosses the edge is covered")
	}
}

// What cannot be made is refused by the name of its bond.
func TestRefused(t *testing.T) {
	s := example(t, "behaviour", "")
	for want, o := range map[string]Options{
		"bond 1 (node 1 to node 2) is 2 mm wide":                                  {Feature: 2.5e-3},
		"vanishes in its joints: it is 16 mm long, and they reach 16 mm and 1 mm": {Pins: 30e-3},
		"dots are 0.1 mm": {Dots: 0.1e-3, Feature: 0.4e-3},
		"nor one of its":  {},
		"bond 1 would be 4e-09 mm wide; look for a thickness": {Thickness: 1e6},
	} {
		_, err := New(s, o)
		if want == "nor one of its" {
			if err != nil {
				t.Error(err)
			}
		} else if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, not %s", o, err, want)
		}
	}
}

// Sizes that make the outline meet itself are refused with what to make smaller.
func TestOutlinesThatMeet(t *testing.T) {
	s := example(t, "behaviour", "")
	for _, o := range []Options{{Fillet: 100e-3}, {Frame: 1e-6}} {
		p, err := New(s, o)
		if err == nil {
			_, err = p.Body()
		}
		if err == nil || !strings.Contains(err.Error(), "; make the fillets or holes there smaller") {
			t.Errorf("%+v: %v", o, err)
		}
	}
}
