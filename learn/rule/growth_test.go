package rule_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/learn/rule/ruletest"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// pipes are nodes joined by pipes, the first one earthed; an input for each of the others takes a current in.
func pipes(t *testing.T, nodes int, bonds [][2]int, c []float64) *learn.Statics {
	t.Helper()
	p := &body.Plan{Dim: 2}
	for i := range nodes {
		s, c := math.Sincos(float64(i))
		p.Pos = append(p.Pos, c, s)
	}
	for i, ends := range bonds {
		p.Elements = append(p.Elements, body.Element{Kind: element.Pipe{}, Law: law.Conductance{}, Nodes: ends[:], Theta: []float64{c[i]}})
	}
	p.Supports = []body.Support{{Node: 0, Part: element.Potential}}
	b, err := body.New(p)
	if err != nil {
		t.Fatal(err)
	}
	var in []learn.Input
	for node := 1; node < nodes; node++ {
		in = append(in, learn.Input{Port: statics.Port{{Node: node, Part: element.Potential, Weight: 1}}, Given: -1})
	}
	rig := learn.NewStatics(statics.New(b, false), in, []statics.Port{{{Node: nodes - 1, Part: element.Potential, Weight: 1}}})
	if err := rig.SetStiffness(c); err != nil {
		t.Fatal(err)
	}
	return rig
}

// grow takes steps of a rule on a logarithmic scale.
func grow(t *testing.T, r learn.Rule, rig learn.Rig, set *task.Set, rate float64, steps int) []float64 {
	t.Helper()
	theta, g := append([]float64(nil), rig.Stiffness()...), make([]float64, rig.Modes())
	for range steps {
		if _, err := r.Gradient(rig, task.MeanSquare{Scale: 1}, learn.Batch{Set: set}, g); err != nil {
			t.Fatal(err)
		}
		for i, v := range g {
			theta[i] = max(1e-9, theta[i]*math.Exp(-rate*theta[i]*v))
		}
		if err := rig.SetStiffness(theta); err != nil {
			t.Fatal(err)
		}
	}
	return theta
}

func near(t *testing.T, what string, got, want, by float64) {
	t.Helper()
	if !(math.Abs(got-want) <= by*max(1, math.Abs(want))) {
		t.Errorf("%s: %.12g, want %.12g", what, got, want)
	}
}

// Two pipes side by side carry a current of 2: for a power below 1 each comes to carry half, C = (2/2)^a; above 1 the wider one takes it all,
// C = 2^a, and the other dies; at 1 their ratio never changes.
func TestVeinTwoPipes(t *testing.T) {
	both := [][2]int{{0, 1}, {0, 1}}
	set := &task.Set{N: 1, P: 1, Q: 1, F: []float64{2}, Want: []float64{0}}
	half := grow(t, &rule.Vein{Power: 0.5, Flow: 1, Conductance: 1}, pipes(t, 2, both, []float64{1.2, 0.7}), set, 0.2, 600)
	near(t, "0.5, wide", half[0], 1, 1e-9)
	near(t, "0.5, narrow", half[1], 1, 1e-9)
	more := grow(t, &rule.Vein{Power: 1.5, Flow: 1, Conductance: 1}, pipes(t, 2, both, []float64{1.2, 0.7}), set, 0.2, 600)
	near(t, "1.5, wide", more[0], math.Pow(2, 1.5), 1e-6)
	near(t, "1.5, narrow", more[1], 0, 1e-6)
	one := grow(t, &rule.Vein{Power: 1, Flow: 1, Conductance: 1}, pipes(t, 2, both, []float64{1.2, 0.7}), set, 0.2, 600)
	near(t, "1, ratio", one[0]/one[1], 1.2/0.7, 1e-9)
	near(t, "1, sum", one[0]+one[1], 2, 1e-9)
	// Flow and conductance are units: with twice the flow and five times the conductance the same in these units.
	scaled := grow(t, &rule.Vein{Power: 0.5, Flow: 2, Conductance: 5}, pipes(t, 2, both, []float64{6, 3.5}), &task.Set{N: 1, P: 1, Q: 1, F: []float64{4}, Want: []float64{0}}, 0.2, 600)
	near(t, "scaled", scaled[1], 5, 1e-9)
}

// A current goes from a node of a triangle to one of the others. Where that is always the same one, the loop dies just above the power 1; where both
// take turns the third side lives, at the fixed point of B = q^a, A = (((1-q)^2+q^2)/2)^(a/2), q = B/(A+2B).
func TestVeinLoads(t *testing.T) {
	triangle := [][2]int{{0, 1}, {0, 2}, {1, 2}}
	const a = 1.05
	v := &rule.Vein{Power: a, Flow: 1, Conductance: 1}
	steady := grow(t, v, pipes(t, 3, triangle, []float64{0.6, 0.55, 0.5}), &task.Set{N: 1, P: 2, Q: 1, F: []float64{1, 0}, Want: []float64{0}}, 0.5, 2000)
	near(t, "direct", steady[0], 1, 1e-6)
	near(t, "around", steady[1]+steady[2], 0, 1e-6)
	turns := grow(t, v, pipes(t, 3, triangle, []float64{0.6, 0.55, 0.5}), &task.Set{N: 2, P: 2, Q: 1, F: []float64{1, 0, 0, 1}, Want: []float64{0, 0}}, 0.5, 2000)
	q := turns[2] / (turns[0] + 2*turns[2])
	near(t, "third side", turns[2], math.Pow(q, a), 1e-9)
	near(t, "sides", turns[0], math.Pow(((1-q)*(1-q)+q*q)/2, a/2), 1e-9)
	near(t, "alike", turns[1], turns[0], 1e-9)
	if !(turns[2] > 0.1) {
		t.Errorf("the third side dies: %v", turns)
	}
}

// A chain comes to the elongation of the set point in every spring, k = F/e0; of springs side by side only the sum is told. Every
// free bond of a lattice comes to the set point, or to the end of its range.
func TestBone(t *testing.T) {
	const f, e0 = 0.01, 1e-4
	end := []network.Port{{Node: 2, Dir: [3]float64{1}}}
	chain := &network.Network{Dim: 1, Pos: []float64{0, 0.01, 0.02}, Held: []bool{true, false, false},
		Elements: []network.Element{{Nodes: [2]int{0, 1}}, {Nodes: [2]int{1, 2}}}}
	rig := learn.NewExact(mechanics.NewEquilibrium(chain, nil), end, end)
	if err := rig.SetStiffness([]float64{40, 300}); err != nil {
		t.Fatal(err)
	}
	set := &task.Set{N: 1, P: 1, Q: 1, F: []float64{f}, Want: []float64{0}}
	k := grow(t, &rule.Bone{SetPoint: e0 * e0 / 2}, rig, set, 0.1, 600)
	near(t, "first", k[0], f/e0, 1e-9)
	near(t, "second", k[1], f/e0, 1e-9)
	side := pipes(t, 2, [][2]int{{0, 1}, {0, 1}}, []float64{1.2, 0.7})
	c := grow(t, &rule.Bone{SetPoint: 0.5 * 0.5 / 2}, side, &task.Set{N: 1, P: 1, Q: 1, F: []float64{2}, Want: []float64{0}}, 0.1, 600)
	near(t, "sum", c[0]+c[1], 2/0.5, 1e-9)
	near(t, "ratio", c[0]/c[1], 1.2/0.7, 1e-9)
}

// Bone is the slope of half the compliance and the price of the material, whatever the network; both pass the suite.
func TestGrowthSuite(t *testing.T) {
	rig, set := lattice(t, 2)
	k := append([]float64(nil), rig.Stiffness()...)
	const price = 1e-8
	cost := func() (sum float64) {
		for i := range set.N {
			m := learn.Measurement{Elongation: make([]float64, len(k))}
			if err := rig.Apply(set.Force(i), nil, &m); err != nil {
				t.Fatal(err)
			}
			for b, e := range m.Elongation {
				sum += rig.Stiffness()[b] * e * e / 2 / float64(set.N) // f.u/2 is the energy
			}
		}
		for _, v := range rig.Stiffness() {
			sum += price * v
		}
		return sum
	}
	want := make([]float64, len(k))
	for i, v := range k {
		for _, sign := range []float64{1, -1} {
			moved := append([]float64(nil), k...)
			moved[i] += sign * 1e-3 * v
			if err := rig.SetStiffness(moved); err != nil {
				t.Fatal(err)
			}
			want[i] += sign * cost() / (2e-3 * v)
		}
		want[i] /= price * v
	}
	if err := rig.SetStiffness(k); err != nil {
		t.Fatal(err)
	}
	g := make([]float64, len(k))
	if _, err := (&rule.Bone{SetPoint: price}).Gradient(rig, task.MeanSquare{Scale: 1e-3}, learn.Batch{Set: set}, g); err != nil {
		t.Fatal(err)
	}
	for i := range g {
		near(t, "slope", g[i]*k[i], want[i]*k[i], 1e-5)
	}
	for name, r := range map[string]func(float64) learn.Rule{
		"bone": func(float64) learn.Rule { return &rule.Bone{SetPoint: price} },
		"vein": func(float64) learn.Rule { return &rule.Vein{Power: 1.5, Flow: 0.01, Conductance: 100} },
	} {
		for _, fault := range ruletest.Faults(ruletest.Case{Rule: r, Size: 1, Loads: set.N, Rig: rig, Set: set, Loss: task.MeanSquare{Scale: 1e-3}}) {
			t.Errorf("%s: %s", name, fault)
		}
		if _, err := r(1).Gradient(plainRig{rig}, task.MeanSquare{Scale: 1e-3}, learn.Batch{Set: set}, g); err == nil {
			t.Errorf("%s takes a rig that tells no energy", name)
		}
	}
	for _, r := range []learn.Rule{&rule.Bone{}, &rule.Bone{SetPoint: math.NaN()}, &rule.Vein{Power: 1, Flow: 1}, &rule.Vein{Power: -1, Flow: 1, Conductance: 1}} {
		if _, err := r.Gradient(rig, task.MeanSquare{Scale: 1e-3}, learn.Batch{Set: set}, g); err == nil {
			t.Errorf("%+v is taken", r)
		}
	}
}

// plainRig tells no energy.
type plainRig struct{ learn.Rig }
