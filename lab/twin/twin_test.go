package twin

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/benchtest"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/finite"
)

const k0 = 137.5 // N/m, of a bond of the paper

// paper is the trapezoid of the paper on a bench, armed.
func paper(t *testing.T, c Config) *Bench {
	t.Helper()
	b := fresh(t, c)
	if err := b.Arm(t.Context(), lab.Limits{}); err != nil {
		t.Fatal(err)
	}
	return b
}

func fresh(t *testing.T, c Config) *Bench {
	t.Helper()
	b, err := New(testnet.Trapezoid(), slices.Repeat([]float64{k0}, 28), c)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// down is a mass (g) that hangs from a node numbered from 1.
func down(node int, gram float64) []lab.Force {
	return []lab.Force{{Node: node - 1, F: [3]float64{0, -gram * 1e-3 * 9.80665}}}
}

func hang(t *testing.T, b *Bench, load []lab.Force) time.Duration {
	t.Helper()
	at, err := b.Load(t.Context(), load)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func look(t *testing.T, b *Bench, repeats int) []lab.Frame {
	t.Helper()
	f, err := b.Measure(t.Context(), repeats)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// sag is how far a node numbered from 1 stands above its design, m.
func sag(f lab.Frame, node int) float64 {
	return f.Nodes[node-1].X[1] - testnet.Trapezoid().At(node - 1)[1]
}

func TestConformance(t *testing.T) {
	limits := lab.Limits{Force: 0.2, TotalForce: 0.3, Displacement: 0.01, Elongation: 0.005, Rate: 2, Stiffness: [2]float64{100, 180}, StiffnessStep: 50}
	for name, c := range map[string]Config{
		"ideal":  {},
		"finite": {Finite: true, Limits: limits},
		"fixed":  {Fixed: true, Limits: limits},
		"stage":  {Finite: true, Limits: limits, Stage: &Stage{Error: 1e-6}, Camera: Camera{Noise: 1e-6}, Creep: Creep{Share: 0.05, Time: 10 * time.Second}},
		"real": {Seed: 3, Finite: true, Limits: limits, Fabrication: Fabrication{Width: 0.03, Modulus: 0.05, Hinges: PaperHinges}, Bias: Bias{Factor: 0.02, Offset: 1},
			Update: Update{Error: 0.01, Levels: []float64{110, 137.5, 170}, Drift: 0.01}, Creep: Creep{Share: 0.1, Time: 10 * time.Second},
			Weights: Weights{Quantum: 0.5e-3, Hanging: 5 * time.Second}, Camera: Camera{Noise: 6e-6, Shift: 1e-4, Rotation: 1e-3, Magnification: 1e-4}},
	} {
		t.Run(name, func(t *testing.T) {
			s := benchtest.Subject{Open: func(t *testing.T) lab.Bench { return fresh(t, c) }, Load: down(13, 10), Moves: 0.5e-3}
			if !c.Fixed {
				s.Stiffness = slices.Repeat([]float64{140}, 28)
			}
			benchtest.Run(t, s)
		})
	}
}

// The zero Config shows what linear theory says, and Finite what package finite says.
func TestIdealBench(t *testing.T) {
	net := testnet.Trapezoid()
	linear, large := mechanics.NewEquilibrium(net, nil), finite.New(net)
	k := testnet.Stiffness(28, 110, 170, 1)
	if err := errors.Join(linear.SetStiffness(k), large.SetStiffness(k)); err != nil {
		t.Fatal(err)
	}
	for _, isFinite := range []bool{false, true} {
		b := paper(t, Config{Finite: isFinite})
		if err := b.SetStiffness(t.Context(), k); err != nil {
			t.Fatal(err)
		}
		hang(t, b, down(13, 20))
		f := look(t, b, 1)[0]
		u := make([]float64, linear.C.N)
		u[linear.C.Unknown[2*12+1]] = -0.02 * 9.80665
		if load := slices.Clone(u); isFinite {
			clear(u)
			if _, err := large.Displace(u, load); err != nil {
				t.Fatal(err)
			}
		} else {
			linear.Displace(u)
		}
		for node := range net.Nodes() {
			for axis := range 2 {
				want := net.At(node)[axis]
				if i := linear.C.Unknown[2*node+axis]; i >= 0 {
					want += u[i]
				}
				if got := f.Nodes[node].X[axis]; math.Abs(got-want) > 1e-16 {
					t.Errorf("finite %v, node %d: %g, want %g", isFinite, node+1, got, want)
				}
			}
		}
		if len(f.Fixed) != 4 || f.Nodes[0].Sigma != 0 {
			t.Errorf("fixed marks %v", f.Fixed)
		}
	}
}

// every effect, so that a new one is not forgotten below.
var effects = map[string]func(*Config){
	"width":         func(c *Config) { c.Fabrication.Width = 0.05 },
	"modulus":       func(c *Config) { c.Fabrication.Modulus = 0.05 },
	"hinges":        func(c *Config) { c.Fabrication.Hinges = PaperHinges },
	"factor":        func(c *Config) { c.Bias.Factor = 0.05 },
	"offset":        func(c *Config) { c.Bias.Offset = 5 },
	"update":        func(c *Config) { c.Update.Error = 0.02 },
	"levels":        func(c *Config) { c.Update.Levels = []float64{120, 150} },
	"drift":         func(c *Config) { c.Update.Drift = 0.5 },
	"failure":       func(c *Config) { c.Failures = []Failure{{Element: 10, Command: 2}} },
	"creep":         func(c *Config) { c.Creep = Creep{Share: 0.2, Time: 30 * time.Second} },
	"quantum":       func(c *Config) { c.Weights.Quantum = 3e-3 },
	"noise":         func(c *Config) { c.Camera.Noise = 6e-6 },
	"shift":         func(c *Config) { c.Camera.Shift = 1e-4 },
	"rotation":      func(c *Config) { c.Camera.Rotation = 1e-3 },
	"magnification": func(c *Config) { c.Camera.Magnification = 1e-3 },
	"shift rate":    func(c *Config) { c.Camera.ShiftRate = 1e-6 },
	"rotation rate": func(c *Config) { c.Camera.RotationRate = 1e-5 },
	"scale rate":    func(c *Config) { c.Camera.MagnificationRate = 1e-5 },
	"dropped":       func(c *Config) { c.Frames.Dropped = 0.3 },
	"duplicated":    func(c *Config) { c.Frames.Duplicated = 0.3 },
	"stale":         func(c *Config) { c.Frames.Stale = 0.3 },
	"missing":       func(c *Config) { c.Frames.Missing = 0.1 },
	"finite":        func(c *Config) { c.Finite = true },
}

// session is all the frames of a short one.
func session(t *testing.T, c Config) (all []lab.Frame) {
	b := paper(t, c)
	all = look(t, b, 3)
	hang(t, b, down(13, 10))
	all = append(all, look(t, b, 10)...)
	if err := b.SetStiffness(t.Context(), slices.Repeat([]float64{130}, 28)); err != nil {
		t.Fatal(err)
	}
	return append(all, look(t, b, 3)...)
}

// Every effect changes what is seen, the same seed sees the same again, and
// another seed something else where chance is at work.
func TestEffectsAreDeterministic(t *testing.T) {
	ideal := session(t, Config{})
	for name, set := range effects {
		var c Config
		set(&c)
		a, b := session(t, c), session(t, c)
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%s: the same seed gives another session", name)
		}
		if reflect.DeepEqual(a, ideal) {
			t.Errorf("%s changes nothing", name)
		}
		c.Seed = 77
		other := !reflect.DeepEqual(a, session(t, c))
		certain := slices.Contains([]string{"hinges", "levels", "failure", "creep", "quantum", "finite", "rotation rate", "scale rate"}, name)
		if other == certain {
			t.Errorf("%s: another seed gives another session: %v", name, other)
		}
	}
}

// Switching one effect on leaves the draws of the others as they were: noise is
// the same with and without any of them.
func TestStreamsAreIndependent(t *testing.T) {
	const sigma = 6e-6
	for name, set := range effects {
		if slices.Contains([]string{"noise", "dropped", "duplicated", "stale", "missing", "magnification", "scale rate", "rotation", "rotation rate"}, name) {
			continue
		}
		var c Config
		set(&c)
		clean := session(t, c)
		c.Camera.Noise = sigma
		noisy, reference := session(t, c), session(t, Config{Camera: Camera{Noise: sigma}})
		ideal := session(t, Config{})
		for i := range noisy {
			for node := range noisy[i].Nodes {
				got := noisy[i].Nodes[node].X[0] - clean[i].Nodes[node].X[0]
				want := reference[i].Nodes[node].X[0] - ideal[i].Nodes[node].X[0]
				if math.Abs(got-want) > 1e-15 {
					t.Fatalf("%s: frame %d, node %d has noise %g, without it %g", name, i, node+1, got, want)
				}
			}
		}
	}
}

func TestNoiseHasItsSize(t *testing.T) {
	b := paper(t, Config{Camera: Camera{Noise: 6e-6}})
	net := testnet.Trapezoid()
	sum, n := 0.0, 0
	for _, f := range look(t, b, 400) {
		for node, m := range f.Nodes {
			if m.Sigma != 6e-6 {
				t.Fatalf("mark %+v", m)
			}
			for axis, p := range net.At(node) {
				sum += (m.X[axis] - p) * (m.X[axis] - p)
				n++
			}
		}
	}
	if sd := math.Sqrt(sum / float64(n)); math.Abs(sd/6e-6-1) > 0.02 {
		t.Errorf("standard deviation %g of %d coordinates, want 6e-6", sd, n)
	}
}

func TestCreep(t *testing.T) {
	b := paper(t, Config{Creep: Creep{Share: 0.2, Time: 30 * time.Second}, Weights: Weights{Hanging: 4 * time.Second}})
	ideal := paper(t, Config{})
	hang(t, ideal, down(13, 10))
	end := sag(look(t, ideal, 1)[0], 13)
	_ = b.Wait(t.Context(), time.Minute)
	applied := hang(t, b, down(13, 10))
	if applied != 64*time.Second {
		t.Errorf("hung at %v", applied)
	}
	_ = b.Wait(t.Context(), 30*time.Second)
	f := look(t, b, 1)[0]
	if want := end * (1 - 0.2*math.Exp(-1)); math.Abs(sag(f, 13)-want) > 1e-12 || f.At != applied+30*time.Second {
		t.Errorf("after one time constant, at %v: %g, want %g", f.At, sag(f, 13), want)
	}
	// Taken off, a fifth of what was there stays behind.
	hang(t, b, nil)
	left := sag(look(t, b, 1)[0], 13)
	if share := left / end; share < 0.15 || share > 0.2 {
		t.Errorf("%g of the displacement stays behind", share)
	}
}

func TestWeightsAreWhole(t *testing.T) {
	b, whole := paper(t, Config{Weights: Weights{Quantum: 0.5e-3}}), paper(t, Config{})
	for gram, rounded := range map[float64]float64{4.7: 4.5, 4.8: 5, 0.2: 0, 10: 10} {
		hang(t, b, down(14, gram))
		hang(t, whole, down(14, rounded))
		if got, want := sag(look(t, b, 1)[0], 14), sag(look(t, whole, 1)[0], 14); math.Abs(got-want) > 1e-15 {
			t.Errorf("%g g: node 14 at %g, want %g as under %g g", gram, got, want, rounded)
		}
	}
}

func TestUpdates(t *testing.T) {
	b := paper(t, Config{Update: Update{Levels: []float64{100, 120, 140}}})
	if err := b.SetStiffness(t.Context(), testnet.Stiffness(28, 100, 140, 2)); err != nil {
		t.Fatal(err)
	}
	for i, k := range b.Stiffness() {
		if asked := testnet.Stiffness(28, 100, 140, 2)[i]; math.Abs(k-asked) > 10 || math.Mod(k, 20) != 0 {
			t.Errorf("bond %d was to have %g and has %g", i+1, asked, k)
		}
	}
	b = paper(t, Config{Update: Update{Drift: 0.1}})
	_ = b.Wait(t.Context(), 2*time.Hour)
	look(t, b, 1)
	sum := 0.0
	for _, k := range b.Stiffness() {
		sum += (k/k0 - 1) * (k/k0 - 1) / 28
	}
	if sd := math.Sqrt(sum); sd < 0.13 || sd > 0.27 {
		t.Errorf("after two hours stiffnesses differ by %g, want about 0.2", sd)
	}
}

func TestFailures(t *testing.T) {
	b := paper(t, Config{Failures: []Failure{{Element: 10, Command: 2}}})
	hang(t, b, down(13, 5))
	whole := sag(look(t, b, 1)[0], 13)
	hang(t, b, down(13, 5))
	if torn := sag(look(t, b, 1)[0], 13); torn >= whole || b.Stiffness()[10] != 0 {
		t.Errorf("node 13 at %g before and %g after a bond failed", whole, torn)
	}
	// Bond 2 of the trapezoid leaves a mechanism (docs/reproduction.md).
	b = paper(t, Config{Failures: []Failure{{Element: 1, Command: 1}}})
	if _, err := b.Load(t.Context(), down(13, 5)); err == nil || !strings.Contains(err.Error(), "free to move") {
		t.Errorf("a load on a mechanism: %v", err)
	}
	if b.Ping(t.Context()) == nil || b.Safe(t.Context()) != nil {
		t.Error("a broken specimen is not well, and can still be made safe")
	}
}

func TestFrames(t *testing.T) {
	const n = 2000
	b := paper(t, Config{Frames: Frames{Dropped: 0.25}})
	if got := len(look(t, b, n)); math.Abs(float64(got)/n-0.75) > 0.04 {
		t.Errorf("%d of %d frames come", got, n)
	}
	b = paper(t, Config{Frames: Frames{Duplicated: 0.25}})
	same, frames := 0, look(t, b, n)
	for i := range frames[1:] {
		if frames[i+1].At == frames[i].At {
			same++
		}
	}
	// A duplicate is seen twice unless the one it repeats was replaced itself.
	if len(frames) != n || math.Abs(float64(same)/n-0.25*0.75) > 0.04 {
		t.Errorf("%d of %d frames come twice", same, len(frames))
	}
	b = paper(t, Config{Frames: Frames{Stale: 0.25}})
	zero := look(t, b, 1)[0]
	applied := hang(t, b, down(13, 10))
	stale := 0
	for _, f := range look(t, b, n) {
		if f.At < applied {
			stale++
			if !reflect.DeepEqual(f, zero) {
				t.Fatal("a stale frame is not the one from before the load")
			}
		}
	}
	if math.Abs(float64(stale)/n-0.25) > 0.04 {
		t.Errorf("%d of %d frames are stale", stale, n)
	}
	b = paper(t, Config{Frames: Frames{Missing: 0.1}})
	unseen := 0
	for _, f := range look(t, b, 200) {
		for _, m := range f.Nodes {
			if !m.Seen {
				unseen++
			}
		}
	}
	if math.Abs(float64(unseen)/(200*14)-0.1) > 0.02 {
		t.Errorf("%d of %d markers are missing", unseen, 200*14)
	}
}

// A motion of the camera is rigid: distances stay, and the marks of the frame
// move with the lattice. Magnification scales all of them.
func TestCamera(t *testing.T) {
	distances := func(f lab.Frame) (d []float64) {
		all := slices.Concat(f.Nodes, f.Fixed)
		for i := range all {
			for j := range i {
				d = append(d, math.Hypot(all[i].X[0]-all[j].X[0], all[i].X[1]-all[j].X[1]))
			}
		}
		return d
	}
	want := distances(look(t, paper(t, Config{}), 1)[0])
	for _, f := range look(t, paper(t, Config{Seed: 4, Camera: Camera{Shift: 1e-3, Rotation: 0.1, ShiftRate: 1e-4, RotationRate: 1e-2}}), 5) {
		if math.Abs(f.Nodes[0].X[0]) < 1e-9 {
			t.Error("nothing moved")
		}
		for i, d := range distances(f) {
			if math.Abs(d-want[i]) > 1e-15 {
				t.Fatalf("a distance of %g became %g", want[i], d)
			}
		}
	}
	for s, f := range look(t, paper(t, Config{Camera: Camera{MagnificationRate: 1e-3}}), 5) {
		for i, d := range distances(f) {
			if math.Abs(d-want[i]*(1+1e-3*float64(s))) > 1e-15 {
				t.Fatalf("after %d s a distance of %g became %g", s, want[i], d)
			}
		}
	}
}

func TestLimitsOfMotion(t *testing.T) {
	for _, c := range []Config{
		{Limits: lab.Limits{Displacement: 1e-3}},
		{Limits: lab.Limits{Elongation: 0.5e-3}, Finite: true},
	} {
		b := paper(t, c)
		hang(t, b, down(13, 3))
		before := look(t, b, 1)[0].Nodes
		var refused *lab.RefusedError
		if _, err := b.Load(t.Context(), down(13, 20)); !errors.As(err, &refused) {
			t.Errorf("%+v: %v", c.Limits, err)
		}
		if err := b.SetStiffness(t.Context(), slices.Repeat([]float64{10}, 28)); !errors.As(err, &refused) {
			t.Errorf("%+v, softer bonds: %v", c.Limits, err)
		}
		if !reflect.DeepEqual(before, look(t, b, 1)[0].Nodes) || b.Stiffness()[3] != k0 {
			t.Error("what was refused moved the lattice")
		}
	}
}

// A shallow truss cannot carry what would press it flat.
func TestBucklingIsRefused(t *testing.T) {
	b, err := New(testnet.TwoBars(0.3), []float64{7, 7}, Config{Finite: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Arm(t.Context(), lab.Limits{}); err != nil {
		t.Fatal(err)
	}
	press := func(n float64) []lab.Force { return []lab.Force{{Node: 0, F: [3]float64{0, n}}} }
	hang(t, b, press(0.05))
	before := look(t, b, 1)[0].Nodes
	if _, err := b.Load(t.Context(), press(0.08)); err == nil || !strings.Contains(err.Error(), "buckles") {
		t.Errorf("a load above the limit: %v", err)
	}
	if !reflect.DeepEqual(before, look(t, b, 1)[0].Nodes) {
		t.Error("what was refused moved the lattice")
	}
}

// Three springs in series are what a bar with thinned ends is.
func TestHinges(t *testing.T) {
	chain := mechanics.NewEquilibrium(testnet.Chain(3), nil)
	const main, end, width = 8.0, 1.0, 0.5
	if err := chain.SetStiffness([]float64{width / end, 1 / main, width / end}); err != nil {
		t.Fatal(err)
	}
	u := []float64{0, 0, 1}
	chain.Displace(u)
	whole := 1 / (main + 2*end)
	if got, want := PaperHinges.Softening(), 1/u[2]/whole; math.Abs(got-want) > 1e-14 || math.Abs(got-5.0/6) > 1e-14 {
		t.Errorf("softening %g, want %g", got, want)
	}
	if (Hinges{}).Softening() != 1 {
		t.Error("a plain bar is softer than itself")
	}
	if k := fresh(t, Config{Fabrication: Fabrication{Hinges: PaperHinges}}).Stiffness()[5]; math.Abs(k-k0*5/6) > 1e-12 {
		t.Errorf("a hinge-ended bond has %g N/m", k)
	}
}

func TestBadConfigs(t *testing.T) {
	for want, c := range map[string]Config{
		"noise":             {Camera: Camera{Noise: -1}},
		"drift of the cam":  {Camera: Camera{ShiftRate: math.NaN()}},
		"scatter of the wi": {Fabrication: Fabrication{Width: math.NaN()}},
		"is left with":      {Seed: 1, Bias: Bias{Offset: 1e4}},
		"hinges need":       {Fabrication: Fabrication{Hinges: Hinges{Length: 0.1}}},
		"creep needs":       {Creep: Creep{Share: 0.1}},
		"a time is neg":     {Camera: Camera{Period: -1}},
		"level":             {Update: Update{Levels: []float64{0}}},
		"bond 29":           {Failures: []Failure{{Element: 28, Command: 1}}},
		"chance of a dr":    {Frames: Frames{Dropped: 1.5}},
		"limit of the rate": {Limits: lab.Limits{Rate: -1}},
	} {
		if _, err := New(testnet.Trapezoid(), slices.Repeat([]float64{k0}, 28), c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
	if _, err := New(testnet.Trapezoid(), []float64{1}, Config{}); err == nil {
		t.Error("one stiffness for 28 bonds is accepted")
	}
}

func TestRate(t *testing.T) {
	b := paper(t, Config{Limits: lab.Limits{Rate: 0.5}})
	first := hang(t, b, down(13, 5))
	if second := hang(t, b, nil); second-first != 2*time.Second {
		t.Errorf("loads at %v and %v", first, second)
	}
}
