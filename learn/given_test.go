package learn_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rigtest"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// readings of the fan that are given: the stretch of a pair that no element joins, a displacement along a slanted
// direction at one of its nodes, and the mean of three nodes along y, two of which the others know.
func readings() []statics.Port {
	return []statics.Port{
		{{Node: 2, Part: element.X, Weight: -0.8}, {Node: 2, Part: element.Y, Weight: -0.6}, {Node: 6, Part: element.X, Weight: 0.8}, {Node: 6, Part: element.Y, Weight: 0.6}},
		{{Node: 6, Part: element.X, Weight: 0.6}, {Node: 6, Part: element.Y, Weight: 0.8}},
		{{Node: 3, Part: element.Y, Weight: 1. / 3}, {Node: 5, Part: element.Y, Weight: 1. / 3}, {Node: 6, Part: element.Y, Weight: 1. / 3}},
	}
}

// Weighted readings are given beside a load, near and far: they are what they are told, gradients hold the suite, and outputs
// may read what is given.
func TestReadingsAreGiven(t *testing.T) {
	for _, tt := range []struct {
		name   string
		plan   *body.Plan
		finite bool
	}{
		{"bars", fan(element.Bar{}, law.Spring{}, between(1, 2)), false},
		{"bars, far", fan(element.Bar{}, law.Spring{}, between(1, 2)), true},
		{"frame", fan(element.Beam{}, law.Rectangle{Young: 10, Thickness: 1}, between(0.1, 0.2)), false},
		{"frame, far", fan(element.Beam{}, law.Rectangle{Young: 10, Thickness: 1}, between(0.1, 0.2)), true},
	} {
		given := readings()
		for _, g := range given {
			tt.plan.Given = append(tt.plan.Given, g)
		}
		b, err := body.New(tt.plan)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		in := []learn.Input{{Port: statics.Port{{Node: 5, Part: element.X, Weight: 1}}, Given: -1}}
		for i, g := range given {
			in = append(in, learn.Input{Port: g, Given: b.Space.G - len(given) + i})
		}
		out := []statics.Port{{{Node: 2, Part: element.Y, Weight: 1}}, {{Node: 3, Part: element.Y, Weight: 1}, {Node: 6, Part: element.X, Weight: -2}}}
		rig := learn.NewStatics(statics.New(b, tt.finite), in, out)
		r := rand.New(rand.NewPCG(4, 4))
		set := &task.Set{N: 3, P: 4, Q: 2}
		for range set.N {
			set.F = append(set.F, 0.001*r.Float64(), 0.02*r.Float64(), -0.02*r.Float64(), 0.02*r.Float64())
			set.Want = append(set.Want, 0.02*r.Float64(), 0.02*r.Float64())
		}
		for _, fault := range rigtest.Faults(rigtest.Case{Rig: rig, Theta: b.Theta(), Set: set, Loss: task.MeanSquare{Scale: 0.02}, Positive: true, Small: 1e-6}) {
			t.Errorf("%s: %s", tt.name, fault)
		}
		s := b.NewState()
		if _, err := rig.Rest(set.Force(0), s); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		for i, g := range given {
			if got, want := g.Read(&b.Space, s.U, s.G), set.Force(0)[i+1]; math.Abs(got-want) > 1e-15 {
				t.Errorf("%s: given reading %d is %g, and %g was told", tt.name, i+1, got, want)
			}
		}
	}
}

// A lattice of bars under given readings is what the algebra of its answers makes of it.
func TestReadingsAsOfLattice(t *testing.T) {
	net := testnet.Trapezoid()
	in := []network.Port{testnet.Port(11, 0, -1), {Node: 6, Dir: [3]float64{0.6, 0.8}, Given: true}, {Node: 7, Other: 12, Pair: true, Given: true}}
	d := [2]float64{}
	for axis := range 2 {
		d[axis] = net.At(12)[axis] - net.At(7)[axis]
	}
	for axis := range 2 {
		in[2].Dir[axis] = d[axis] / math.Hypot(d[0], d[1])
	}
	out := []network.Port{testnet.Port(13, 0, 1), testnet.Port(8, 1, 0)}
	k := testnet.Stiffness(28, 100, 170, 1)
	exact := learn.NewExact(mechanics.NewEquilibrium(net, nil), in, out)
	if err := exact.SetStiffness(k); err != nil {
		t.Fatal(err)
	}
	f := []float64{0.05, 1e-3, -2e-3}
	want := learn.Measurement{Out: make([]float64, 2)}
	if err := exact.Apply(f, nil, &want); err != nil {
		t.Fatal(err)
	}
	plan := &body.Plan{Dim: 2, Pos: net.Pos}
	for i := range net.Elements {
		plan.Elements = append(plan.Elements, body.Element{Kind: element.Bar{}, Law: law.Spring{}, Nodes: net.Elements[i].Nodes[:], Theta: k[i : i+1]})
	}
	for i, held := range net.Held {
		if held {
			plan.Supports = append(plan.Supports, body.Support{Node: i / 2, Part: element.Part(i % 2)})
		}
	}
	var ports []statics.Port
	for _, p := range append(append([]network.Port{}, in...), out...) {
		var q statics.Port
		for node, dir := range p.Ends {
			for axis := range 2 {
				q = append(q, statics.Term{Node: node, Part: element.Part(axis), Weight: dir[axis]})
			}
		}
		ports = append(ports, q)
	}
	plan.Given = [][]body.Term{ports[1], ports[2]}
	b, err := body.New(plan)
	if err != nil {
		t.Fatal(err)
	}
	rig := learn.NewStatics(statics.New(b, false), []learn.Input{{Port: ports[0], Given: -1}, {Port: ports[1], Given: 0}, {Port: ports[2], Given: 1}}, ports[3:])
	if err := rig.SetStiffness(b.Theta()); err != nil {
		t.Fatal(err)
	}
	got := learn.Measurement{Out: make([]float64, 2)}
	if err := rig.Apply(f, nil, &got); err != nil {
		t.Fatal(err)
	}
	for o := range got.Out {
		if math.Abs(got.Out[o]-want.Out[o]) > 1e-12*math.Abs(want.Out[o]) {
			t.Errorf("output %d is %.15g, and by the answers of the lattice %.15g", o+1, got.Out[o], want.Out[o])
		}
	}
}

// A reading that follows from others is refused.
func TestReadingsThatFollow(t *testing.T) {
	p := fan(element.Bar{}, law.Spring{}, between(1, 2))
	g := readings()[1]
	across := []body.Term{{Node: 6, Part: element.X, Weight: 0.8}, {Node: 6, Part: element.Y, Weight: -0.6}}
	p.Given = [][]body.Term{g, across, {{Node: 6, Part: element.X, Weight: 1}}}
	var dependent *body.DependentError
	if _, err := body.New(p); !errors.As(err, &dependent) || dependent.Reading != 2 {
		t.Errorf("a third reading of a node in the plane: %v", err)
	}
}

// An input may be written into parameters: the suite holds its gradients, near and far.
func TestInputsWrittenIntoParameters(t *testing.T) {
	for _, finite := range []bool{false, true} {
		b, err := body.New(fan(element.Bar{}, law.Spring{}, between(1, 2)))
		if err != nil {
			t.Fatal(err)
		}
		in := []learn.Input{{Port: statics.Port{{Node: 5, Part: element.X, Weight: 1}}, Given: -1},
			{Write: []learn.Change{{Parameter: 2, By: 0.5}, {Parameter: 4, By: -0.2}}}}
		out := []statics.Port{{{Node: 2, Part: element.Y, Weight: 1}}, {{Node: 6, Part: element.X, Weight: 1}}}
		rig := learn.NewStatics(statics.New(b, finite), in, out)
		set := &task.Set{N: 3, P: 2, Q: 2, F: []float64{0.05, 0, 0.05, 1, 0.02, 0.7}, Want: []float64{0.01, 0, 0.02, 0.01, -0.01, 0.01}}
		for _, fault := range rigtest.Faults(rigtest.Case{Rig: rig, Theta: b.Theta(), Set: set, Loss: task.MeanSquare{Scale: 0.02}, Positive: true}) {
			t.Errorf("finite %v: %s", finite, fault)
		}
		// A parameter that is multiplied is a gain that learns.
		in = []learn.Input{in[0], {}}
		in[1].Write = []learn.Change{{Parameter: 2, Times: true, Least: 0.1}, {Parameter: 4, Times: true, Least: 0.2, Complement: true}}
		gains := learn.NewStatics(statics.New(b, finite), in, out)
		for _, by := range []learn.Rule{nil, &rule.Nudge{Load: 1e-6}} {
			c := rigtest.Case{Rig: gains, Theta: b.Theta(), Set: set, Loss: task.MeanSquare{Scale: 0.02}, Positive: true, Rule: by, Tolerance: 1e-6}
			for _, fault := range rigtest.Faults(c) {
				t.Errorf("gains, finite %v, %T: %s", finite, by, fault)
			}
		}
		// The first two samples differ by the parameters alone, as if these had been set.
		y := make([]float64, 6)
		if err := rig.Forward(learn.Batch{Set: set}, y); err != nil {
			t.Fatal(err)
		}
		theta := b.Theta()
		theta[2] += 0.5
		theta[4] -= 0.2
		if err := rig.SetStiffness(theta); err != nil {
			t.Fatal(err)
		}
		m := learn.Measurement{Out: make([]float64, 2)}
		if err := rig.Apply(set.Force(0), nil, &m); err != nil {
			t.Fatal(err)
		}
		for o, v := range m.Out {
			if math.Abs(v-y[2+o]) > 1e-14 || math.Abs(v-y[o]) < 1e-5 {
				t.Errorf("finite %v: output %d is %g with the parameters written, %g with them set, %g without", finite, o+1, y[2+o], v, y[o])
			}
		}
	}
}

// braced is a space frame whose two free nodes are braced to three clamped ones.
func braced() *body.Plan {
	r := rand.New(rand.NewPCG(2, 3))
	p := &body.Plan{Dim: 3, Pos: []float64{0, 0, 0, 1, 0, 0, 0.3, 0.9, 0.1, 0.4, 0.3, 0.8, 1.1, 0.6, 0.9}}
	for i, ends := range [][2]int{{0, 3}, {1, 3}, {2, 3}, {3, 4}, {1, 4}} {
		e := body.Element{Kind: element.Beam3D{}, Law: law.Section3D{}, Nodes: ends[:], Theta: []float64{20, 0.1 + 0.1*r.Float64(), 0.2, 0.1}}
		if i%2 == 1 {
			e.Up = [3]float64{0.3, 1, 0.2}
		}
		p.Elements = append(p.Elements, e)
	}
	for _, node := range []int{0, 1, 2} {
		for _, part := range element.Turning(3) {
			p.Supports = append(p.Supports, body.Support{Node: node, Part: part})
		}
	}
	return p
}

// Beams in space learn, and so do the places of their nodes, where they move far and where they do not: the suite holds their
// gradients.
func TestBeamsInSpaceFar(t *testing.T) {
	for _, finite := range []bool{false, true} {
		for _, moves := range []bool{false, true} {
			p := braced()
			if moves {
				for _, node := range []int{1, 3, 4} {
					for axis := range 3 {
						p.Moves = append(p.Moves, body.Move{Node: node, Axis: axis})
					}
				}
			}
			b, err := body.New(p)
			if err != nil {
				t.Fatal(err)
			}
			at := func(node int, part element.Part) statics.Port {
				return statics.Port{{Node: node, Part: part, Weight: 1}}
			}
			theta := b.Theta()
			for i := b.FirstMove(); i < b.P; i++ {
				theta[i] = 0.03 * float64(i%3-1)
			}
			eq := statics.New(b, finite)
			if err := eq.Set(theta); err != nil {
				t.Fatal(err)
			}
			rig := learn.NewStatics(eq, []learn.Input{{Port: at(4, element.Z), Given: -1}, {Port: at(3, element.TurnX), Given: -1}},
				[]statics.Port{at(4, element.X), at(4, element.Y), at(3, element.TurnZ)})
			set := &task.Set{N: 2, P: 2, Q: 3, F: []float64{-1, 0.1, 0.7, -0.2}, Want: []float64{0.1, 0, 0.1, 0.05, -0.1, 0.2}}
			c := rigtest.Case{Rig: rig, Theta: theta, Set: set, Loss: task.MeanSquare{Scale: 0.1}, Positive: !moves, Small: 1e-6}
			for _, fault := range rigtest.Faults(c) {
				t.Errorf("finite %v, places %v: %s", finite, moves, fault)
			}
			s := b.NewState()
			if _, err := rig.Rest(set.Force(0), s); err != nil {
				t.Fatal(err)
			}
			if far := b.Value(s, 4, element.Z); math.Abs(far) < 0.1 {
				t.Errorf("node 5 moves by %g: that is not far", far)
			}
			energyBySteps(t, eq, b, theta, s, finite)
		}
	}
}

// energyBySteps holds the derivative of the energy at held displacements against differences.
func energyBySteps(t *testing.T, eq *statics.Equilibrium, b *body.Body, theta []float64, s *body.State, finite bool) {
	t.Helper()
	w, g := b.NewWork(), make([]float64, b.P)
	eq.EnergyGradient(w, s, 1, g)
	at := func(p int, by float64) float64 {
		moved := append([]float64(nil), theta...)
		moved[p] += by
		if err := eq.Set(moved); err != nil {
			t.Fatal(err)
		}
		now := b.NewState()
		now.Copy(s)
		b.Stand(w, now, finite)
		b.Resist(w, moved, now)
		return now.Energy
	}
	for p := range g {
		const h = 1e-5
		if want := (at(p, h) - at(p, -h)) / (2 * h); math.Abs(g[p]-want) > 1e-7*(1+math.Abs(want)) {
			t.Errorf("finite %v: dW/dtheta %d is %g, and differences say %g", finite, p, g[p], want)
		}
	}
	if err := eq.Set(theta); err != nil {
		t.Fatal(err)
	}
}
