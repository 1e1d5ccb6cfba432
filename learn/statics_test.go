package learn_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rigtest"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/finite"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// fan is a hexagon of seven nodes with two of them held, of any kind of element that joins two nodes.
func fan(kind element.Kind, l law.Law, theta func(r *rand.Rand) []float64) *body.Plan {
	r := rand.New(rand.NewPCG(7, 8))
	p := &body.Plan{Dim: 2, Pos: []float64{0.05, 0.02}}
	for i := range 6 {
		s, c := math.Sincos(float64(i) * math.Pi / 3)
		p.Pos = append(p.Pos, c, s)
	}
	for _, ends := range [][2]int{{0, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 5}, {0, 6}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}, {6, 1}} {
		p.Elements = append(p.Elements, body.Element{Kind: kind, Law: l, Nodes: ends[:], Theta: theta(r)})
	}
	for _, node := range []int{1, 4} {
		for part := range element.Parts {
			p.Supports = append(p.Supports, body.Support{Node: node, Part: element.Part(part)})
		}
	}
	return p
}

// paper is two triangles and a third over two creases in space, whose angles pull them elsewhere.
func paper() *body.Plan {
	hooke, _ := law.CurveNamed("linear")
	p := &body.Plan{Dim: 3, Pos: []float64{0.4, 1, 0.1, 0, 0, 0, 1, 0, 0, 0.4, -0.8, 0.2, 1.3, -0.9, 0.1}}
	for i, ends := range [][2]int{{0, 1}, {0, 2}, {1, 2}, {1, 3}, {2, 3}, {2, 4}, {3, 4}} {
		p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Spring{}, Nodes: ends[:], Theta: []float64{5 + float64(i)}})
	}
	for i, nodes := range [][4]int{{0, 1, 2, 3}, {1, 2, 3, 4}} {
		p.Elements = append(p.Elements, body.Element{Kind: element.Fold{}, Law: law.Bond{Curve: hooke, Rest: true, Angle: true}, Nodes: nodes[:], Theta: []float64{0.2, 3 - 0.2*float64(i)}})
	}
	for node := range 3 {
		for _, part := range element.Along(3) {
			p.Supports = append(p.Supports, body.Support{Node: node, Part: part})
		}
	}
	return p
}

// triangles is a periodic cell of four nodes.
func triangles() *body.Plan {
	r := rand.New(rand.NewPCG(3, 3))
	h := math.Sqrt(3) / 2
	p := &body.Plan{Dim: 2, Pos: []float64{0, 0, 1.05, 0, 0.5, h, 1.5, h + 0.04}, Cell: [][3]float64{{2}, {1, 2 * h}}, Strain: make([]body.Strain, 3),
		Supports: []body.Support{{Node: 0, Part: element.X}, {Node: 0, Part: element.Y}}}
	for _, bond := range [][4]int{{0, 1}, {1, 0, 1}, {2, 3}, {3, 2, 1}, {0, 2}, {1, 3}, {2, 0, 0, 1}, {3, 1, 0, 1}, {1, 2}, {0, 3, -1}, {3, 0, 0, 1}, {2, 1, -1, 1}} {
		p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Spring{}, Nodes: bond[:2], Shift: [][3]int{{}, {bond[2], bond[3]}}, Theta: []float64{1 + r.Float64()}})
	}
	return p
}

// measured is a law by points.
func measured() law.Law {
	c, err := law.NewTable([][2]float64{{-0.3, -0.5}, {-0.1, -0.11}, {0.02, 0.02}, {0.15, 0.2}, {0.3, 0.6}})
	if err != nil {
		panic(err)
	}
	return law.Bond{Curve: c, Rest: true}
}

// between draws parameters between pairs of ends.
func between(ends ...float64) func(r *rand.Rand) []float64 {
	return func(r *rand.Rand) []float64 {
		var v []float64
		for i := 0; i < len(ends); i += 2 {
			v = append(v, ends[i]+(ends[i+1]-ends[i])*r.Float64())
		}
		return v
	}
}

// One backpropagation serves every physics: its gradients are those of differences of the loss.
func TestOneGradientForEveryPhysics(t *testing.T) {
	curve := func(name string) law.Curve { c, _ := law.CurveNamed(name); return c }
	at := func(node int, part element.Part) statics.Port {
		return statics.Port{{Node: node, Part: part, Weight: 1}}
	}
	bars := []statics.Port{at(2, element.Y), at(3, element.X), at(6, element.X), at(5, element.Y)}
	frame := []statics.Port{at(2, element.Y), at(3, element.TurnZ), at(6, element.X), at(5, element.TurnZ)}
	space := []statics.Port{at(3, element.Z), at(4, element.X), at(4, element.Z), at(3, element.Y)}
	strain := func(i element.Part) statics.Port { return statics.Port{{Node: -1, Part: i, Weight: 1}} }
	cell := []statics.Port{strain(0), strain(2), strain(1), at(3, element.X)}
	flow := []statics.Port{at(2, element.Potential), at(3, element.Potential), at(6, element.Potential), at(5, element.Potential)}
	for _, tt := range []struct {
		name   string
		plan   *body.Plan
		finite bool
		ports  []statics.Port
		force  float64
	}{
		{"bars", fan(element.Bar{}, law.Spring{}, between(1, 2)), false, bars, 0.1},
		{"strips", fan(element.Bar{}, law.Strip{Young: 10, Thickness: 0.1}, between(1, 2)), false, bars, 0.1},
		{"frame by width", fan(element.Beam{}, law.Rectangle{Young: 10, Thickness: 1}, between(0.1, 0.2)), false, frame, 0.001},
		{"frame by section", fan(element.Beam{}, law.Section{Shear: true}, between(1, 2, 0.01, 0.02, 0.4, 0.8)), false, frame, 0.001},
		{"flow", fan(element.Pipe{}, law.Conductance{}, between(1, 2)), false, flow, 1},
		{"hardening, near", fan(element.Bar{}, law.Bond{Curve: curve("hardening")}, between(1, 2, 0.1, 0.2)), false, bars, 0.1},
		{"bars, far", fan(element.Bar{}, law.Spring{}, between(1, 2)), true, bars, 0.1},
		{"hardening with rest lengths, far", fan(element.Bar{}, law.Bond{Curve: curve("hardening"), Rest: true}, between(1, 2, 0.3, 0.5, 0.98, 1.04)), true, bars, 0.1},
		{"log, far", fan(element.Bar{}, law.Bond{Curve: curve("log")}, between(1, 2)), true, bars, 0.1},
		{"measured, far", fan(element.Bar{}, measured(), between(0.8, 1.5, 0.98, 1.02)), true, bars, 0.05},
		{"exponential, far", fan(element.Bar{}, law.Bond{Curve: curve("exponential")}, between(1, 2, 0.2, 0.4)), true, bars, 0.1},
		{"folds, far", paper(), true, space, 0.05},
		{"cell, near", triangles(), false, cell, 0.1},
		{"cell, far", triangles(), true, cell, 0.1},
		{"frame, far", fan(element.Beam{}, law.Rectangle{Young: 10, Thickness: 1}, between(0.1, 0.2)), true, frame, 0.01},
	} {
		for _, samples := range []int{1, 5} {
			b, err := body.New(tt.plan)
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			eq := statics.New(b, tt.finite)
			rig := learn.NewStatics(eq, []learn.Input{{Port: tt.ports[0], Given: -1}, {Port: tt.ports[1], Given: -1}}, tt.ports[2:])
			theta := b.Theta()
			set := &task.Set{N: samples, P: 2, Q: 2, F: make([]float64, 2*samples), Want: make([]float64, 2*samples)}
			r := rand.New(rand.NewPCG(1, 9))
			for i := range set.F {
				set.F[i], set.Want[i] = tt.force*(r.Float64()-0.3), 0.05*r.Float64()
			}
			for _, fault := range rigtest.Faults(rigtest.Case{Rig: rig, Theta: theta, Set: set, Loss: task.MeanSquare{Scale: 0.05}, Positive: true, Small: 1e-4 * tt.force}) {
				t.Errorf("%s, %d samples: %s", tt.name, samples, fault)
			}
		}
	}
}

// fromRest hides what a rig of finite deformation knows of its states: its error is then hung as newtons, and the
// adjoint read from rest. Gradients are wrong without a word, and the suite says so.
type fromRest struct{ learn.Rig }

func (fromRest) Superposes() {}

func TestSuiteFindsAnAdjointFromRest(t *testing.T) {
	b, err := body.New(fan(element.Bar{}, law.Spring{}, func(r *rand.Rand) []float64 { return []float64{1 + r.Float64()} }))
	if err != nil {
		t.Fatal(err)
	}
	at := func(node int, part element.Part) statics.Port {
		return statics.Port{{Node: node, Part: part, Weight: 1}}
	}
	rig := learn.NewStatics(statics.New(b, true), []learn.Input{{Port: at(2, element.Y), Given: -1}}, []statics.Port{at(6, element.X), at(5, element.Y)})
	set := &task.Set{N: 1, P: 1, Q: 2, F: []float64{0.1}, Want: []float64{0.02, 0.03}}
	c := rigtest.Case{Rig: rig, Theta: b.Theta(), Set: set, Loss: task.MeanSquare{Scale: 1}, Positive: true}
	if faults := rigtest.Faults(c); len(faults) > 0 {
		t.Fatalf("the sound rig: %q", faults)
	}
	c.Rig = fromRest{rig}
	faults := rigtest.Faults(c)
	if len(faults) != 1 || !strings.Contains(faults[0], "derivatives are off by") {
		t.Errorf("the rig that reads its adjoint from rest: %q", faults)
	}
}

// The rigs of lattices of springs pass the same suite, and in the limit of small loads they agree with a body of bars.
func TestSuiteOverLattices(t *testing.T) {
	net := testnet.Trapezoid()
	in := []network.Port{testnet.Port(11, 0, -1), testnet.Port(7, 0.6, 0.8)}
	out := []network.Port{testnet.Port(13, 0, 1), testnet.Port(8, 1, 0)}
	set := &task.Set{N: 2, P: 2, Q: 2, F: []float64{0.05, 0, 0.02, -0.03}, Want: []float64{1e-3, 0, -5e-4, 2e-4}}
	far, err := learn.NewFinite(finite.New(net), in, out)
	if err != nil {
		t.Fatal(err)
	}
	for name, rig := range map[string]learn.Rig{"exact": learn.NewExact(mechanics.NewEquilibrium(net, nil), in, out), "finite": far} {
		c := rigtest.Case{Rig: rig, Theta: testnet.Stiffness(28, 100, 170, 1), Set: set, Loss: task.MeanSquare{Scale: 1e-3}, Positive: true, Small: 1e-6}
		for _, fault := range rigtest.Faults(c) {
			t.Errorf("%s: %s", name, fault)
		}
	}
}
