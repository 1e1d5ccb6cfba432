package statics_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// within compares with a closed form.
func within(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)) {
		t.Errorf("%s is %.12g, want %.12g", what, got, want)
	}
}

// push solves a plan under one load and reads a port.
func push(t *testing.T, p *body.Plan, finite bool, at statics.Port, amplitude float64) (*body.Body, *body.State) {
	t.Helper()
	b, q := equilibrium(t, p, finite)
	f, s := make([]float64, b.Space.N), b.NewState()
	at.Put(&b.Space, amplitude, f)
	if _, err := q.Rest(&statics.Load{F: f}, s); err != nil {
		t.Fatal(err)
	}
	return b, s
}

// A cantilever in four beams: P L^3/3EI and P L^2/2EI at its tip, P L/GAs more where it shears; the clamp takes P and P L.
func TestCantilever(t *testing.T) {
	const ea, ei, gas, length, load = 1e5, 3.0, 4e4, 0.4, 7.0
	for _, shear := range []bool{false, true} {
		var points [][2]float64
		for i := range 5 {
			points = append(points, [2]float64{length * float64(i) / 4, 0})
		}
		p := chainOfBeams(points, ea, ei, [][2]int{{0, 0}, {0, 1}, {0, 2}})
		extra := 0.0
		if shear {
			extra = load * length / gas
			for i := range p.Elements {
				p.Elements[i].Law, p.Elements[i].Theta = law.Section{Shear: true}, []float64{ea, ei, gas}
			}
		}
		b, s := push(t, p, false, statics.Port{{Node: 4, Part: element.Y, Weight: 1}}, load)
		within(t, "deflection", b.Value(s, 4, element.Y), load*length*length*length/(3*ei)+extra, 1e-12)
		within(t, "rotation", b.Value(s, 4, element.TurnZ), load*length*length/(2*ei), 1e-12)
		within(t, "energy", s.Energy, load*b.Value(s, 4, element.Y)/2, 1e-12)
		for _, r := range b.Reactions(s, false, b.Theta()) {
			switch r.Part {
			case element.Y:
				within(t, "shear at the clamp", r.Force, -load, 1e-11)
			case element.TurnZ:
				within(t, "moment at the clamp", r.Force, -load*length, 1e-11)
			}
		}
	}
}

// A crank in space bends in one leg and twists the other: P a^3/3EI + P b^3/3EI + P a b^2/GJ.
func TestCrank(t *testing.T) {
	const ei, gj, a, c, load = 900.0, 700.0, 0.4, 0.3, 120.0
	p := &body.Plan{Dim: 3, Pos: []float64{0, 0, 0, a, 0, 0, a, c, 0}}
	for _, ends := range [][2]int{{0, 1}, {1, 2}} {
		p.Elements = append(p.Elements, body.Element{Kind: element.Beam3D{}, Law: law.Section3D{}, Nodes: ends[:], Theta: []float64{1e7, ei, ei, gj}})
	}
	for _, part := range element.Turning(3) {
		p.Supports = append(p.Supports, body.Support{Node: 0, Part: part})
	}
	b, s := push(t, p, false, statics.Port{{Node: 2, Part: element.Z, Weight: 1}}, -load)
	within(t, "tip", b.Value(s, 2, element.Z), -load*(a*a*a/(3*ei)+c*c*c/(3*ei)+a*c*c/gj), 1e-12)
}

// A cantilever in space that shears: P L^3/3EI + P L/GA across each of its axes, EIz and GAy along y, EIy and GAz along z.
func TestCantileverInSpaceShears(t *testing.T) {
	const ea, eiy, eiz, gj, gay, gaz, length, load = 1e5, 3.0, 5.0, 2.0, 4e3, 7e3, 0.4, 7.0
	p := &body.Plan{Dim: 3, Pos: []float64{0, 0, 0, length, 0, 0}, Elements: []body.Element{{Kind: element.Beam3D{}, Law: law.Section3D{Shear: true}, Nodes: []int{0, 1},
		Up: [3]float64{0, 1, 0}, Theta: []float64{ea, eiy, eiz, gj, gay, gaz}}}}
	for _, part := range element.Turning(3) {
		p.Supports = append(p.Supports, body.Support{Node: 0, Part: part})
	}
	for part, want := range map[element.Part]float64{element.Y: load * (length*length*length/(3*eiz) + length/gay), element.Z: load * (length*length*length/(3*eiy) + length/gaz)} {
		b, s := push(t, p, false, statics.Port{{Node: 1, Part: part, Weight: 1}}, load)
		within(t, "tip along "+part.String(), b.Value(s, 1, part), want, 1e-12)
	}
}

// The limit loads of a shallow truss: 2 k l0 (1 - cos(phi0)^(2/3))^(3/2) by engineering strain, and
// 2/(3 sqrt 3) EA h^3/l0^3 at the height h/sqrt 3 by Green's.
func TestSnapThrough(t *testing.T) {
	const half, height, ea = 1.2, 0.25, 900.0
	l0 := math.Hypot(half, height)
	for name, want := range map[string]float64{"linear": 2 * ea * math.Pow(1-math.Pow(half/l0, 2.0/3), 1.5),
		"green": 2 / (3 * math.Sqrt(3)) * ea * math.Pow(height/l0, 3)} {
		curve, _ := law.CurveNamed(name)
		p := &body.Plan{Dim: 2, Pos: []float64{-half, 0, 0, height, half, 0}}
		for _, ends := range [][2]int{{0, 1}, {1, 2}} {
			p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Bond{Curve: curve}, Nodes: ends[:], Theta: []float64{ea / l0}})
		}
		for _, s := range [][2]int{{0, 0}, {0, 1}, {2, 0}, {2, 1}, {1, 0}} {
			p.Supports = append(p.Supports, body.Support{Node: s[0], Part: element.Part(s[1])})
		}
		found := limits(t, p, statics.Port{{Node: 1, Part: element.Y, Weight: -1}}, 1, 1)
		if len(found) != 1 {
			t.Fatalf("%s: %d limit points", name, len(found))
		}
		within(t, "limit load, "+name, found[0][0], want, 1e-11)
		// Beyond it nothing stands where the load leads: an error that says how far it led.
		b, q := equilibrium(t, p, true)
		_, err := q.Rest(&statics.Load{F: []float64{-1.05 * want}}, b.NewState())
		unstable, ok := err.(*statics.UnstableError)
		if stuck, is := err.(*statics.ConvergenceError); is {
			ok, unstable = true, &statics.UnstableError{Share: stuck.Share}
		}
		if !ok || math.Abs(unstable.Share-1/1.05) > 1e-3 {
			t.Errorf("%s: beyond the limit load: %v", name, err)
		}
	}
}

// Euler's columns, sixteen beams each.
func TestColumns(t *testing.T) {
	const ei, length, n = 0.02, 0.15, 16
	var points [][2]float64
	for i := range n + 1 {
		points = append(points, [2]float64{0, length * float64(i) / n})
	}
	for coefficient, supports := range map[float64][][2]int{
		math.Pi * math.Pi / 4: {{0, 0}, {0, 1}, {0, 2}},
		math.Pi * math.Pi:     {{0, 0}, {0, 1}, {n, 0}},
		20.1907285564266:      {{0, 0}, {0, 1}, {0, 2}, {n, 0}}, // tan x = x
		4 * math.Pi * math.Pi: {{0, 0}, {0, 1}, {0, 2}, {n, 0}, {n, 2}},
	} {
		b, q := equilibrium(t, chainOfBeams(points, 1e6, ei, supports), true)
		f := make([]float64, b.Space.N)
		statics.Port{{Node: n, Part: element.Y, Weight: -1}}.Put(&b.Space, 1, f)
		got, err := q.Buckle(&statics.Load{F: f})
		if err != nil {
			t.Fatal(err)
		}
		within(t, "Euler load", got.Share, coefficient*ei/(length*length), 4e-5)
	}
}

// A ladder of six rungs of one ohm: its resistance is a continued fraction of Fibonacci numbers, 89/144.
func TestLadder(t *testing.T) {
	p := &body.Plan{Dim: 1, Pos: make([]float64, 7), Supports: []body.Support{{Node: 6, Part: element.Potential}}}
	for i := range 6 {
		p.Elements = append(p.Elements, body.Element{Kind: element.Pipe{}, Law: law.Conductance{}, Nodes: []int{i, 6}, Theta: []float64{1}})
		if i < 5 {
			p.Elements = append(p.Elements, body.Element{Kind: element.Pipe{}, Law: law.Conductance{}, Nodes: []int{i, i + 1}, Theta: []float64{1}})
		}
	}
	b, s := push(t, p, false, statics.Port{{Node: 0, Part: element.Potential, Weight: 1}}, 1)
	within(t, "resistance", b.Value(s, 0, element.Potential), 89.0/144, 1e-14)
}

// A regular honeycomb of beams: E and nu with bending and stretching (Gibson & Ashby, with the axial term).
func TestHoneycomb(t *testing.T) {
	const l, width, thickness, young = 0.01, 0.0012, 0.005, 2e9
	sin, cos := math.Sincos(math.Pi / 6)
	p := &body.Plan{Dim: 2, Pos: []float64{0, 0, 0, l, l * cos, l + l*sin, l * cos, 2*l + l*sin},
		Cell: [][3]float64{{2 * l * cos}, {0, 2 * (l + l*sin)}}, Strain: make([]body.Strain, 3),
		Supports: []body.Support{{Node: 0, Part: element.X}, {Node: 0, Part: element.Y}}}
	for _, bond := range [][4]int{{0, 1, 0, 0}, {1, 2, 0, 0}, {2, 3, 0, 0}, {1, 2, -1, 0}, {3, 0, 0, 1}, {3, 0, 1, 1}} {
		p.Elements = append(p.Elements, body.Element{Kind: element.Beam{}, Law: law.Rectangle{Young: young, Thickness: thickness}, Nodes: bond[:2],
			Shift: [][3]int{{}, {bond[2], bond[3]}}, Theta: []float64{width}})
	}
	_, q := equilibrium(t, p, false)
	m, err := q.Moduli()
	if err != nil {
		t.Fatal(err)
	}
	ka, kb := young*thickness*width/l, young*thickness*width*width*width/(l*l*l)
	d := sin*sin/kb + cos*cos/ka
	within(t, "E1", m.E1, l*cos/((l+l*sin)*d), 1e-9)
	within(t, "nu12", m.Nu12, cos*sin*(1/kb-1/ka)*l*cos/((l+l*sin)*d), 1e-9)
}

// A mechanism is named by the node and direction that move, before any load.
func TestMechanismIsNamed(t *testing.T) {
	p := &body.Plan{Dim: 2, Pos: []float64{0, 0, 1, 0, 2, 0}, Supports: []body.Support{{Node: 0, Part: element.X}, {Node: 0, Part: element.Y}, {Node: 2, Part: element.X}, {Node: 2, Part: element.Y}}}
	for _, ends := range [][2]int{{0, 1}, {1, 2}} {
		p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Spring{}, Nodes: ends[:], Theta: []float64{1}})
	}
	b, q := equilibrium(t, p, false)
	_, err := q.Rest(&statics.Load{F: []float64{0, 1}}, b.NewState())
	unstable, ok := err.(*statics.UnstableError)
	if !ok || unstable.Node != 1 || unstable.Part != element.Y || unstable.Share != 0 {
		t.Errorf("%v", err)
	}
	if err := q.Set([]float64{1, math.NaN()}); err == nil {
		t.Error("NaN passes")
	}
}
