package part

import (
	"math"
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
