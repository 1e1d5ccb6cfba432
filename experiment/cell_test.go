package experiment

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/reference"
)

const pulled = "task: {kind: behaviour, cases: [{push: [{sxx: 1 N/m}], want: [{eyy: -0.1 %}]}]}\n"

func buildCell(t *testing.T, text string, overrides ...string) *Solid {
	t.Helper()
	return build(t, text, overrides...).Solid
}

// Moduli of solved cells, written as experiment files with nodes, vectors and shifts.
func TestCellReference(t *testing.T) {
	for _, name := range []string{"cell_honeycomb", "cell_reentrant", "cell_irregular_bars", "cell_irregular_beams", "cell_kagome_bars", "cell_kagome_beams", "cell_triangular_bars", "own_cell_beams"} {
		t.Run(name, func(t *testing.T) {
			c := reference.Load(t, name)
			var vectors [2][2]float64
			var bonds [][4]int
			var ea, ei, k []float64
			c.Get(t, "lattice_vectors_a1_a2", &vectors)
			c.Get(t, "bonds", &bonds)
			c.Get(t, "k", &k)
			c.Get(t, "EA", &ea)
			c.Get(t, "EI", &ei)
			var nodes, pairs, elements []string
			for _, p := range c.Nodes {
				nodes = append(nodes, fmt.Sprintf("[%.17g m, %.17g m]", p[0], p[1]))
			}
			for i, b := range bonds {
				pairs = append(pairs, fmt.Sprintf("[%d, %d, %d, %d]", b[0]+1, b[1]+1, b[2], b[3]))
				if k != nil {
					elements = append(elements, fmt.Sprintf("  - {kind: bar, bonds: [%d], stiffness: %.17g N/m}\n", i+1, k[i]))
				} else {
					elements = append(elements, fmt.Sprintf("  - {kind: beam, bonds: [%d], law: section, EA: %.17g N, EI: %.17g N m2}\n", i+1, ea[i], ei[i]))
				}
			}
			x := build(t, fmt.Sprintf("elastrain: 1\nnetwork:\n  nodes: [%s]\n  vectors: [[%.17g m, %.17g m], [%.17g m, %.17g m]]\n  bonds: [%s]\nelements:\n%s%s",
				strings.Join(nodes, ", "), vectors[0][0], vectors[0][1], vectors[1][0], vectors[1][1], strings.Join(pairs, ", "), strings.Join(elements, ""), pulled))
			m, err := x.Solid.Moduli()
			if err != nil {
				t.Fatal(err)
			}
			for key, got := range map[string]float64{"E1": m.E1, "E2": m.E2, "G12": m.G12, "nu12": *m.Nu12, "nu21": *m.Nu21} {
				want := 0.0
				c.Get(t, key, &want)
				if math.Abs(got-want) > 1e-8*math.Abs(want) {
					t.Errorf("%s is %.12g, and there %.12g", key, got, want)
				}
			}
			// Under a stress the cell bears just that stress, and strains as its moduli say.
			a, err := x.Answer(x.Solid, []float64{1})
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(a.Stress["sxx"]-1) > 1e-9 || math.Abs(a.Stress["syy"])+math.Abs(a.Stress["sxy"]) > 1e-9 {
				t.Errorf("a stress of 1 N/m along x is borne as %v", a.Stress)
			}
			if math.Abs(a.Strain["exx"]*m.E1-1) > 1e-9 {
				t.Errorf("exx is %g, and E1 %g", a.Strain["exx"], m.E1)
			}
		})
	}
}

// Lattices of every size have the moduli of their closed forms: E = 2k/sqrt 3, nu = 1/3 of triangles; E = k/sqrt 3, G =
// sqrt 3 k/8 of kagome, which is floppy; of squares without braces E = k, nu = 0, and nothing resists shear.
func TestPeriodicLattices(t *testing.T) {
	const k = 150.0
	for _, c := range []struct {
		lattice       string
		e, g, poisson float64
	}{
		{"lattice: triangular, size: 1 x 1", 2 * k / math.Sqrt(3), math.Sqrt(3) * k / 4, 1. / 3},
		{"lattice: triangular, size: 3 x 3", 2 * k / math.Sqrt(3), math.Sqrt(3) * k / 4, 1. / 3},
		{"lattice: kagome, size: 2 x 1", k / math.Sqrt(3), math.Sqrt(3) * k / 8, 1. / 3},
		{"lattice: kagome, size: 2 x 2", k / math.Sqrt(3), math.Sqrt(3) * k / 8, 1. / 3},
		{"lattice: square, size: 2 x 3, bare: true", k, 0, 0},
	} {
		s := buildCell(t, "elastrain: 1\nnetwork: {"+c.lattice+", spacing: 20 mm, periodic: true}\nelements: [{kind: bar, stiffness: 150 N/m}]\n"+pulled)
		m, err := s.Moduli()
		if err != nil {
			t.Fatal(err)
		}
		for _, pair := range [][2]float64{{m.E1, c.e}, {m.E2, c.e}, {m.G12, c.g}, {*m.Nu12, c.poisson}, {*m.Nu21, c.poisson}} {
			if math.Abs(pair[0]-pair[1]) > 1e-9*max(k/100, math.Abs(pair[1])) {
				t.Errorf("%s: %.12g, and in closed form %.12g (%+v)", c.lattice, pair[0], pair[1], m)
			}
		}
		if loose := c.g == 0; loose != (len(m.Loose) > 0) {
			t.Errorf("%s: nothing resists %v", c.lattice, m.Loose)
		}
	}
}

// A given strain is there, what is neither given nor held is free of stress, and the ratio of strains is Poisson's.
func TestGivenStrains(t *testing.T) {
	text := "elastrain: 1\nnetwork: {lattice: honeycomb, size: 2 x 2, spacing: 12 mm, bare: true, periodic: true}\nmaterial: {young: 2.5 GPa, thickness: 4 mm}\n" +
		"elements: [{kind: beam, width: 0.5..2 mm, start: random}]\ntask: {kind: behaviour, cases: [{push: [{exx: -0.5 %}], want: [{eyy: 0.3 %}]}]}\n"
	x := build(t, text)
	s := x.Solid
	a, err := x.Answer(s, []float64{-0.005})
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.Moduli()
	if err != nil {
		t.Fatal(err)
	}
	scale := math.Abs(a.Stress["sxx"])
	if a.Strain["exx"] != -0.005 || math.Abs(a.Strain["eyy"]/a.Strain["exx"]+*m.Nu12) > 1e-9 || math.Abs(scale/m.E1-0.005) > 1e-9 {
		t.Errorf("strains %v and stresses %v for %+v", a.Strain, a.Stress, m)
	}
	if math.Abs(a.Stress["syy"])+math.Abs(a.Stress["sxy"]) > 1e-9*scale {
		t.Errorf("free strains bear %v", a.Stress)
	}
	// A held side bears a stress, and the cell is stiffer.
	held := build(t, strings.NewReplacer("task:", "supports: {strains: [eyy]}\ntask:", "eyy: 0.3", "gxy: 0.3").Replace(text))
	b, err := held.Answer(held.Solid, []float64{-0.005})
	if err != nil {
		t.Fatal(err)
	}
	if b.Strain["eyy"] != 0 || b.Stress["syy"] == 0 || !(math.Abs(b.Stress["sxx"]) > 1.01*scale) {
		t.Errorf("with the sides held: %v and %v, free %g", b.Strain, b.Stress, scale)
	}
}

// Springs that keep bonds in line are those of the cell they are in: at straight angles a bend and an angle are the same.
func TestCellBends(t *testing.T) {
	moduli := func(kind string) []float64 {
		s := buildCell(t, `elastrain: 1
network: {lattice: kagome, size: 2 x 2, spacing: 10 mm, periodic: true}
elements:
  - {kind: bar, stiffness: 100 N/m}
  - {kind: `+kind+`, at: straight, angular: 1 N mm}
`+pulled)
		m, err := s.Moduli()
		if err != nil {
			t.Fatal(err)
		}
		return []float64{m.E1, m.E2, m.G12, *m.Nu12}
	}
	angles, bends := moduli("angle"), moduli("bend")
	for i, want := range angles {
		if math.Abs(bends[i]-want) > 1e-9*math.Abs(want) {
			t.Errorf("modulus %d of a cell with bends is %.12g, with angles %.12g", i, bends[i], want)
		}
	}
}

// What a task gives to nodes of a cell is no part of its moduli, and a given displacement of one node moves the cell as a whole.
func TestModuliBesideGivenNodes(t *testing.T) {
	const text = "elastrain: 1\nnetwork: {lattice: honeycomb, size: 2 x 2, spacing: 12 mm, bare: true, periodic: true}\nmaterial: {young: 2.5 GPa, thickness: 4 mm}\n" +
		"elements: [{kind: beam, width: 0.5..2 mm, start: random}]\ntask: {kind: behaviour, cases: [{push: [PUSH], want: [{eyy: 0.3 %}]}]}\n"
	var want *Moduli
	for _, push := range []string{"{sxx: 1 N/m}", "{node: 2, along: x, move: 0.1 mm}, {sxx: 1 N/m}", "{node: 2, along: [3, 4], move: 0.1 mm}, {sxx: 1 N/m}",
		"{mean: [2, 3, 5], along: y, move: 0.1 mm}, {sxx: 1 N/m}", "{nodes: [2, 5], stretch: 0.1 mm}", "{node: 2, along: x, move: 0.1 mm}, {node: 5, along: y, move: 0.1 mm}, {node: 7, along: x, move: 0.2 mm}"} {
		x := build(t, strings.Replace(text, "PUSH", push, 1))
		m, err := x.Solid.Moduli()
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = m
		}
		if math.Abs(m.E1/want.E1-1) > 1e-9 || math.Abs(m.G12/want.G12-1) > 1e-9 || math.Abs(*m.Nu12-*want.Nu12) > 1e-9 {
			t.Errorf("%s: %+v, and without it %+v", push, m, want)
		}
		if strings.Count(push, "move") != 1 {
			continue
		}
		a, err := x.Answer(x.Solid, x.Train.Force(0))
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(a.Strain["exx"]*m.E1/1-1) > 1e-9 || math.Abs(a.Inputs[0].Force) > 1e-9 {
			t.Errorf("%s: strain %g under a stress of 1 N/m with E1 %g, and the shift takes %g N", push, a.Strain["exx"], m.E1, a.Inputs[0].Force)
		}
	}
}
