package twin

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/benchtest"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
)

// The portal is a frame of two storeys: nodes 1 and 2 are clamped, 3 to 6 free; columns, beams and one brace that
// is a bar. Parameters: six widths of beams, then the stiffness of the brace.
func portal(t *testing.T) (*network.Network, *Body) {
	t.Helper()
	net := &network.Network{Dim: 2, Pos: []float64{0, 0, 0.03, 0, 0, 0.03, 0.03, 0.03, 0, 0.06, 0.03, 0.06}, Held: make([]bool, 12)}
	for i := range 4 {
		net.Held[i] = true
	}
	plan := &body.Plan{Dim: 2, Pos: net.Pos}
	for i, ends := range [][2]int{{0, 2}, {1, 3}, {2, 3}, {2, 4}, {3, 5}, {4, 5}, {0, 3}} {
		net.Elements = append(net.Elements, network.Element{Nodes: ends})
		el := body.Element{Kind: element.Beam{}, Law: law.Rectangle{Young: 2.5e9, Thickness: 4e-3}, Nodes: []int{ends[0], ends[1]}, Theta: []float64{1.5e-3}, Number: i + 1}
		if i == 6 {
			el.Kind, el.Law, el.Theta = element.Bar{}, law.Spring{}, []float64{300}
		}
		plan.Elements = append(plan.Elements, el)
	}
	for node := range 2 {
		for _, part := range []element.Part{element.X, element.Y, element.TurnZ} {
			plan.Supports = append(plan.Supports, body.Support{Node: node, Part: part})
		}
	}
	if err := net.Validate(); err != nil {
		t.Fatal(err)
	}
	return net, &Body{Plan: plan, Learns: []bool{true, true, true, true, true, true, false}}
}

var portalTheta = []float64{1.5e-3, 1.4e-3, 1.6e-3, 1.2e-3, 1.1e-3, 1.7e-3, 300}

func portalBench(t *testing.T, c Config) *Bench {
	t.Helper()
	net, form := portal(t)
	b, err := NewBody(net, form, portalTheta, c)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func armedPortal(t *testing.T, c Config) *Bench {
	t.Helper()
	b := portalBench(t, c)
	if err := b.Arm(t.Context(), lab.Limits{}); err != nil {
		t.Fatal(err)
	}
	return b
}

// sideways pulls at the top.
func sideways(force float64) []lab.Force { return []lab.Force{{Node: 4, F: [3]float64{force}}} }

func TestBodyConformance(t *testing.T) {
	// The brace does not change, so one range in metres cannot hold for all, and one greatest step can.
	limits := lab.Limits{Force: 0.2, TotalForce: 0.3, Displacement: 0.01, Elongation: 0.005, Rate: 2, StiffnessStep: 2e-4}
	for name, c := range map[string]Config{
		"ideal":  {},
		"finite": {Finite: true, Limits: limits},
		"fixed":  {Fixed: true, Limits: limits},
		"stage":  {Finite: true, Limits: limits, Stage: &Stage{Error: 1e-6}, Camera: Camera{Noise: 1e-6}, Creep: Creep{Share: 0.05, Time: 10 * time.Second}},
		"real": {Seed: 3, Finite: true, Limits: limits, Fabrication: Fabrication{Width: 0.03, Modulus: 0.05}, Bias: Bias{Factor: 0.02},
			Update: Update{Error: 0.01, Levels: []float64{1.2e-3, 1.5e-3}, Drift: 0.01}, Creep: Creep{Share: 0.1, Time: 10 * time.Second},
			Weights: Weights{Quantum: 0.5e-3, Hanging: 5 * time.Second}, Camera: Camera{Noise: 6e-6, Shift: 1e-4, Rotation: 1e-3, Magnification: 1e-4}},
	} {
		t.Run(name, func(t *testing.T) {
			s := benchtest.Subject{Open: func(t *testing.T) lab.Bench { return portalBench(t, c) }, Load: sideways(0.1), Moves: 20e-6}
			if !c.Fixed {
				s.Stiffness = slices.Clone(portalTheta)
				s.Stiffness[0] += 1e-4
			}
			benchtest.Run(t, s)
		})
	}
}

// An ideal bench shows what statics says, and the same load gives the same state whatever hung before.
func TestIdealBodyBench(t *testing.T) {
	net, form := portal(t)
	whole, err := body.New(form.Plan)
	if err != nil {
		t.Fatal(err)
	}
	theta := slices.Clone(portalTheta)
	theta[2], theta[6] = 1.9e-3, 250
	for _, finite := range []bool{false, true} {
		b := armedPortal(t, Config{Finite: finite})
		if c, err := b.Hello(t.Context()); err != nil || c.Values != 7 || c.Unit != "m" || c.Elements != 7 {
			t.Errorf("card %+v, %v", c, err)
		}
		if err := b.SetStiffness(t.Context(), theta); err != nil {
			t.Fatal(err)
		}
		eq, state := statics.New(whole, finite), whole.NewState()
		if err := eq.Set(theta); err != nil {
			t.Fatal(err)
		}
		f := make([]float64, whole.Space.N)
		f[whole.Space.Column(4, element.X)] = 0.2
		if _, err := eq.Rest(&statics.Load{F: f}, state); err != nil {
			t.Fatal(err)
		}
		hang(t, b, []lab.Force{{Node: 5, F: [3]float64{0.05, -0.3}}})
		hang(t, b, sideways(0.2))
		frame := look(t, b, 1)[0]
		truth, err := b.Truth(sideways(0.2))
		if err != nil {
			t.Fatal(err)
		}
		most := 0.0
		for node := range net.Nodes() {
			for axis := range 2 {
				u := whole.Value(state, node, element.Part(axis))
				most = max(most, math.Abs(u))
				if got := frame.Nodes[node].X[axis]; math.Abs(got-net.At(node)[axis]-u) > 1e-16 {
					t.Errorf("finite %v, node %d: %g, want %g", finite, node+1, got, net.At(node)[axis]+u)
				}
				if got := truth[2*node+axis]; got != u {
					t.Errorf("finite %v, node %d: the truth is %g, want %g", finite, node+1, got, u)
				}
			}
		}
		if most < 1e-4 {
			t.Errorf("nothing moves: %g m", most)
		}
	}
}

// What the bench does not change is not set otherwise than asked, and what does not scatter is as it was asked for;
// a modulus of the print makes all forces of it larger.
func TestBodyScatter(t *testing.T) {
	net, form := portal(t)
	form.Scatters = []bool{true, true, false, true, true, true, true}
	b, err := NewBody(net, form, portalTheta, Config{Seed: 5, Fabrication: Fabrication{Width: 0.03}, Update: Update{Error: 0.02}})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Arm(t.Context(), lab.Limits{}); err != nil {
		t.Fatal(err)
	}
	before := b.Stiffness()
	for i, v := range before {
		if same := v == portalTheta[i]; same == form.Scatters[i] || math.Abs(v/portalTheta[i]-1) > 0.15 {
			t.Errorf("parameter %d is %g, asked for was %g", i+1, v, portalTheta[i])
		}
	}
	if err := b.SetStiffness(t.Context(), portalTheta); err != nil {
		t.Fatal(err)
	}
	for i, v := range b.Stiffness() {
		if changed := v != before[i]; changed != form.Learns[i] {
			t.Errorf("parameter %d went from %g to %g", i+1, before[i], v)
		}
	}
	soft, plain := portalBench(t, Config{Seed: 5, Finite: true, Fabrication: Fabrication{Modulus: 0.1}}), portalBench(t, Config{Finite: true})
	print := soft.specimen.mechanism.(*solid).print
	got, err := soft.Truth(sideways(0.5 * print))
	if err != nil {
		t.Fatal(err)
	}
	want, err := plain.Truth(sideways(0.5))
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if math.Abs(got[i]-want[i]) > 1e-15 || print == 1 {
			t.Errorf("with %g of the modulus coordinate %d moves by %g, want %g", print, i, got[i], want[i])
		}
	}
}

// An element that breaks is not there any more; where nothing holds what is left, the bench says so.
func TestBodyFailures(t *testing.T) {
	b := armedPortal(t, Config{Failures: []Failure{{Element: 6, Command: 2}}})
	hang(t, b, sideways(0.1))
	whole := look(t, b, 1)[0].Nodes[4].X[0]
	hang(t, b, sideways(0.1))
	if torn := look(t, b, 1)[0].Nodes[4].X[0]; torn <= whole || b.Stiffness()[6] != 0 || !b.specimen.mechanism.(*solid).net.Elements[6].Cut {
		t.Errorf("node 5 at %g before and %g after the brace failed", whole, torn)
	}
	b = armedPortal(t, Config{Failures: []Failure{{Element: 3, Command: 1}, {Element: 4, Command: 2}}})
	hang(t, b, sideways(0.01))
	if _, err := b.Load(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "mechanism") {
		t.Errorf("the upper storey floats: %v", err)
	}
	if b.Ping(t.Context()) == nil || b.Safe(t.Context()) != nil {
		t.Error("a broken specimen is not well, and can still be made safe")
	}
	b = armedPortal(t, Config{Failures: []Failure{{Element: 3, Command: 1}, {Element: 5, Command: 2}}})
	hang(t, b, sideways(0.0001))
	if _, err := b.Load(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "nothing holds node 5 any more") {
		t.Errorf("node 5 hangs in the air: %v", err)
	}
}

// What no bench is made of is refused.
func TestBodyIsRefused(t *testing.T) {
	net, form := portal(t)
	for want, change := range map[string]func(*Body, *Config){
		"hinges are":            func(_ *Body, c *Config) { c.Fabrication.Hinges = PaperHinges },
		"bond 8 cannot fail":    func(_ *Body, c *Config) { c.Failures = []Failure{{Element: 7, Command: 1}} },
		"where they were built": func(f *Body, _ *Config) { f.Plan.Moves = []body.Move{{Node: 4, Axis: 0}} },
		"is given values": func(f *Body, _ *Config) {
			f.Plan.Supports = append(f.Plan.Supports, body.Support{Node: 5, Part: element.X, Given: true})
		},
		"6 numbers for 7":           func(f *Body, _ *Config) { f.Plan.Elements[6] = f.Plan.Elements[5] },
		"leaves it whole":           func(_ *Body, c *Config) { c.Bias.Offset = 1 },
		"one limit cannot hold for": func(f *Body, c *Config) { f.Learns = nil; c.Limits.StiffnessStep = 1 },
	} {
		plan := *form.Plan
		plan.Elements, plan.Supports = slices.Clone(plan.Elements), slices.Clone(plan.Supports)
		f, c := &Body{Plan: &plan, Learns: form.Learns}, Config{}
		change(f, &c)
		theta := portalTheta
		if want == "6 numbers for 7" {
			theta = theta[:6]
		}
		if _, err := NewBody(net, f, theta, c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// A body that is put back measures what it measured then, also before and after one of its elements broke.
func TestBodyStateIsAllOfIt(t *testing.T) {
	use := func(b *Bench, r *rand.Rand, n int) (all []any) {
		if err := b.Arm(t.Context(), lab.Limits{}); err != nil {
			t.Fatal(err)
		}
		for range n {
			switch r.IntN(4) {
			case 0:
				at, err := b.Load(t.Context(), sideways(0.1*r.Float64()))
				all = append(all, at, err)
			case 1:
				at, err := b.Load(t.Context(), nil)
				all = append(all, at, err)
			case 2:
				frames, err := b.Measure(t.Context(), 2)
				all = append(all, frames, err)
			case 3:
				theta := slices.Clone(portalTheta)
				for i := range 6 {
					theta[i] *= 0.9 + 0.2*r.Float64()
				}
				all = append(all, b.SetStiffness(t.Context(), theta), b.Stiffness())
			}
		}
		return append(all, b.Stiffness(), b.now)
	}
	for seed := range uint64(6) {
		c := Config{Seed: seed, Finite: seed%2 == 0, Fabrication: Fabrication{Width: 0.03, Modulus: 0.02}, Update: Update{Error: 0.01, Drift: 0.01},
			Failures: []Failure{{Element: 6, Command: 9}}, Creep: Creep{Share: 0.1, Time: 10 * time.Second}, Camera: Camera{Noise: 6e-6},
			Frames: Frames{Duplicated: 0.2, Stale: 0.2}}
		b := portalBench(t, c)
		use(b, rand.New(rand.NewPCG(seed, 1)), 4*int(seed%4))
		then, err := b.State()
		if err != nil {
			t.Fatal(err)
		}
		want := use(b, rand.New(rand.NewPCG(seed, 2)), 20)
		for name, again := range map[string]*Bench{"the same": b, "another": portalBench(t, c)} {
			if err := again.Restore(then); err != nil {
				t.Fatal(err)
			}
			if got, err := again.State(); err != nil || got != then {
				t.Errorf("seed %d, %s: its state is not what it was put to: %v\n%s\n%s", seed, name, err, got, then)
			}
			if got := use(again, rand.New(rand.NewPCG(seed, 2)), 20); !reflect.DeepEqual(got, want) {
				t.Errorf("seed %d, %s bench measures something else", seed, name)
			}
		}
		var fields map[string]any
		if err := json.Unmarshal([]byte(then), &fields); err != nil {
			t.Fatal(err)
		}
		fields["failed"] = []int{7}
		text, _ := json.Marshal(fields)
		if err := b.Restore(string(text)); err == nil {
			t.Error("a state with a failed element that is not there is taken")
		}
	}
}
