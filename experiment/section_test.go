package experiment

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/spec"
)

// A snapshot says the cross-section of every bond, whatever the experiment says it by.
func TestSections(t *testing.T) {
	const net = "elastrain: 1\nnetwork: {nodes: [[0 mm, 0 mm], [40 mm, 0 mm], [0 mm, 30 mm]], bonds: [[1, 2], [2, 3]]}\nsupports: {pinned: [1, 3]}\n" +
		"task:\n  kind: behaviour\n  cases: [{push: [{node: 2, along: -y, force: 1 N}], want: [{node: 2, along: y, move: -1 mm}]}]\n"
	const thick = "material: {young: 2 MPa, thickness: 3 mm}\n"
	for _, c := range []struct {
		name, text            string
		width, height, width2 float64 // m, of the first bond, and of the second
		round                 bool
	}{
		{"widths", thick + "bonds: {width: 1..2 mm, start: 1.5 mm}\n", 1.5e-3, 3e-3, 1.5e-3, false},
		{"stiffness", thick + "bonds: {stiffness: 100..900 N/m, start: 300 N/m}\n", 2e-3, 3e-3, 2.5e-3, false},
		{"stiffness without a material", "bonds: {stiffness: 100..900 N/m, start: 300 N/m}\n", 0, 0, 0, false},
		{"a modulus alone", "material: {young: 2 MPa}\nbonds: {stiffness: 100..900 N/m, start: 300 N/m}\n", math.Sqrt(24e-6 / math.Pi), math.Sqrt(24e-6 / math.Pi), math.Sqrt(30e-6 / math.Pi), true},
		{"a frame", thick + "elements: [{kind: beam, law: rectangle, width: 1..2 mm at 1.25 mm}]\n", 1.25e-3, 3e-3, 1.25e-3, false},
		{"a frame by its stiffnesses", thick + "elements: [{kind: beam, law: section, EA: 12 N, EI: 4e-6 N m2}]\n", 2e-3, 3e-3, 2e-3, false},
		{"a curve has none", thick + "elements: [{kind: bar, law: hardening, stiffness: 300 N/m, scale: 1 mm}]\n", 0, 3e-3, 0, false},
	} {
		file, err := spec.Parse("a.yaml", []byte(net+c.text))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		x, err := Build(file, nil, Options{})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		s, err := x.Snapshot(View{})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		got := s.Sections(s.Theta)
		near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-12*(1+math.Abs(b)) }
		if len(got) != 2 || !near(got[0].Width, c.width) || !near(got[0].Height, c.height) || !near(got[1].Width, c.width2) || got[0].Round != c.round {
			t.Errorf("%s: %+v, want %g x %g and %g", c.name, got, c.width, c.height, c.width2)
		}
	}
}
