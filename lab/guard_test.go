package lab_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/benchtest"
	"github.com/elastrain/elastrain/network"
)

// brittle is a bench that does as it is told and breaks, that is, fails the test,
// when that is more than it bears. It does its own sums.
type brittle struct {
	t     *testing.T
	own   lab.Limits
	armed bool
	clock time.Duration
	last  time.Duration // of the load before; -1 for none
	k     []float64     // nil: not set yet
	loads int
	sets  int
	safes int
}

const brittleNodes, brittleBonds = 5, 4

func (b *brittle) Hello(context.Context) (lab.Card, error) {
	return lab.Card{Name: "brittle", Dim: 2, Nodes: brittleNodes, Elements: brittleBonds, Stiffens: true,
		Limits: lab.Limits{Force: 2, TotalForce: 3, Rate: 4, Stiffness: [2]float64{10, 100}, StiffnessStep: 20}}, nil
}

func (b *brittle) Ping(context.Context) error { return nil }

func (b *brittle) Safe(context.Context) error { b.armed = false; b.safes++; return nil }

func (b *brittle) Wait(_ context.Context, d time.Duration) error { b.clock += d; return nil }

func (b *brittle) Arm(_ context.Context, l lab.Limits) error {
	if !(l.Force > 0 && l.Force <= 2 && l.TotalForce > 0 && l.TotalForce <= 3 && l.Rate > 0 && l.Rate <= 4 && l.StiffnessStep > 0 && l.StiffnessStep <= 20 &&
		l.Stiffness[0] >= 10 && l.Stiffness[1] <= 100 && l.Stiffness[0] <= l.Stiffness[1]) {
		b.t.Errorf("armed with %+v", l)
	}
	b.own, b.armed = l, true
	return nil
}

func (b *brittle) Load(_ context.Context, load []lab.Force) (time.Duration, error) {
	if !b.armed {
		b.t.Error("loaded without being armed")
	}
	var on [brittleNodes][2]float64
	for _, f := range load {
		if f.Node < 0 || f.Node >= brittleNodes || f.F[2] != 0 {
			b.t.Fatalf("loaded with %+v", f)
		}
		on[f.Node][0] += f.F[0]
		on[f.Node][1] += f.F[1]
	}
	total := 0.0
	for _, f := range on {
		size := math.Sqrt(f[0]*f[0] + f[1]*f[1])
		total += size
		if !(size <= b.own.Force*(1+1e-12)) {
			b.t.Errorf("%g N on one node, armed for %g", size, b.own.Force)
		}
	}
	if !(total <= b.own.TotalForce*(1+1e-12)) {
		b.t.Errorf("%g N in all, armed for %g", total, b.own.TotalForce)
	}
	if gap := (b.clock - b.last).Seconds(); b.last >= 0 && gap*b.own.Rate < 1-1e-6 {
		b.t.Errorf("%g s after the load before, armed for %g a second", gap, b.own.Rate)
	}
	b.last = b.clock
	b.loads++
	return b.clock, nil
}

func (b *brittle) Measure(_ context.Context, repeats int) ([]lab.Frame, error) {
	b.clock += time.Millisecond
	frames := make([]lab.Frame, repeats)
	for i := range frames {
		frames[i] = lab.Frame{At: b.clock, Nodes: make([]lab.Mark, brittleNodes)}
	}
	return frames, nil
}

func (b *brittle) SetStiffness(_ context.Context, k []float64) error {
	if !b.armed || len(k) != brittleBonds {
		b.t.Fatalf("armed %v, given the stiffnesses %v", b.armed, k)
	}
	for i, v := range k {
		if !(v >= b.own.Stiffness[0] && v <= b.own.Stiffness[1]) {
			b.t.Errorf("bond %d shall have %g N/m, armed for %v", i+1, v, b.own.Stiffness)
		}
		if b.k != nil && math.Abs(v-b.k[i]) > b.own.StiffnessStep*(1+1e-12) {
			b.t.Errorf("bond %d changes by %g N/m, armed for %g", i+1, v-b.k[i], b.own.StiffnessStep)
		}
	}
	b.k = slices.Clone(k)
	b.sets++
	return nil
}

// odd is a number near a limit, far beyond it, or none at all.
func odd(random *rand.Rand, limit float64) float64 {
	switch random.IntN(30) {
	case 0:
		return math.NaN()
	case 1:
		return math.Inf(1 - 2*random.IntN(2))
	case 2:
		return 1e300 * random.NormFloat64()
	case 3:
		return limit
	case 4:
		return math.Nextafter(limit, math.Inf(1))
	}
	return 0.6 * limit * random.NormFloat64()
}

// Whatever a guard is told, in whatever order, the bench behind it is never asked
// for more than it was armed with.
func TestGuardLetsNothingThrough(t *testing.T) {
	commands := 1_000_000
	if testing.Short() {
		commands = 20_000
	}
	ctx := context.Background()
	random := rand.New(rand.NewPCG(1, 8))
	b := &brittle{t: t, last: -1}
	g := lab.NewGuard(b, nil, nil)
	refused := 0
	for n := 0; n < commands && !t.Failed(); n++ {
		var err error
		switch random.IntN(20) {
		case 0, 1:
			err = g.Arm(ctx, lab.Limits{Force: odd(random, 2), TotalForce: odd(random, 3), Rate: odd(random, 4)})
		case 2, 3:
			err = g.Arm(ctx, lab.Limits{StiffnessStep: 20 * random.Float64(), Force: 2 * random.Float64(), Stiffness: [2]float64{10 + 20*random.Float64(), 60 + 60*random.Float64()}})
		case 4, 5, 6, 7, 8, 9:
			var load []lab.Force
			for range random.IntN(4) {
				f := lab.Force{Node: random.IntN(brittleNodes), F: [3]float64{odd(random, 2), odd(random, 2)}}
				if random.IntN(30) == 0 {
					f.Node = random.IntN(9) - 2
					f.F[2] = odd(random, 1)
				}
				load = append(load, f)
			}
			_, err = g.Load(ctx, load)
		case 10, 11, 12, 13, 14:
			k := make([]float64, brittleBonds-random.IntN(30)/29)
			for i := range k {
				k[i] = 55 + 12*random.NormFloat64()
				if b.k != nil && random.IntN(4) > 0 {
					k[i] = b.k[i] + 8*random.NormFloat64()
				}
				if random.IntN(60) == 0 {
					k[i] = odd(random, 100)
				}
			}
			err = g.SetStiffness(ctx, k)
		case 15:
			_, err = g.Measure(ctx, random.IntN(3))
		case 16:
			err = g.Safe(ctx)
		case 17, 18:
			err = g.Wait(ctx, time.Duration(random.IntN(int(time.Second))))
		default:
			err = g.Ping(ctx)
		}
		if err != nil {
			refused++
		}
		if fault := g.Fault(); fault != nil {
			if b.armed {
				t.Fatalf("at fault, and the bench is armed: %v", fault)
			}
			if random.IntN(2) == 0 {
				g.Reset()
			}
		}
	}
	t.Logf("%d commands: %d refused, %d loads and %d changes of stiffness let through, %d times safe", commands, refused, b.loads, b.sets, b.safes)
	if b.loads < commands/1000 || b.sets < commands/1000 || refused < commands/10 {
		t.Error("too few commands of one kind: the test shows nothing")
	}
}

// A command out of range makes the bench safe, and nothing moves until a person
// has reset the guard and it is armed again.
func TestFaultLasts(t *testing.T) {
	ctx := context.Background()
	net, k := trapezoid()
	d := benchtest.NewDesk(net, k, 0, 1)
	d.Limits.Force = 1
	g := armed(t, d, net)
	_, err := g.Load(ctx, []lab.Force{{Node: 10, F: [3]float64{0, -1.5}}})
	var fault *lab.FaultError
	var refused *lab.RefusedError
	if !errors.As(err, &fault) || !errors.As(err, &refused) || d.Loads != 0 || d.Safes != 1 || fault.Safe != nil {
		t.Fatalf("%v; %d loads, %d times safe", err, d.Loads, d.Safes)
	}
	if text := err.Error(); !strings.Contains(text, "node 11") || !strings.Contains(text, "the bench is safe") {
		t.Errorf("it says %q", text)
	}
	verbs := map[string]func() error{
		"Load":         func() error { _, err := g.Load(ctx, nil); return err },
		"Measure":      func() error { _, err := g.Measure(ctx, 1); return err },
		"SetStiffness": func() error { return g.SetStiffness(ctx, k) },
		"Arm":          func() error { return g.Arm(ctx, lab.Limits{}) },
		"Ping":         func() error { return g.Ping(ctx) },
	}
	for name, verb := range verbs {
		if got := verb(); got != g.Fault() {
			t.Errorf("%s during the fault: %v", name, got)
		}
	}
	check(t, g.Safe(ctx))
	g.Reset()
	if _, err := g.Load(ctx, nil); !errors.As(err, &refused) || d.Loads != 0 {
		t.Errorf("loaded after the reset without being armed: %v", err)
	}
	check(t, g.Arm(ctx, lab.Limits{}))
	if _, err := g.Load(ctx, nil); err != nil || d.Loads != 1 {
		t.Errorf("%v", err)
	}
}

// A bench that does not answer is made safe while the verb still hangs.
func TestSilentBench(t *testing.T) {
	ctx := context.Background()
	net, k := trapezoid()
	for _, silent := range []string{"Load", "Measure", "SetStiffness", "Ping"} {
		d := benchtest.NewDesk(net, k, 0, 1)
		g := armed(t, d, net)
		g.Patience = lab.Patience{Ping: 20 * time.Millisecond, Load: 20 * time.Millisecond, Measure: 20 * time.Millisecond,
			Stiffness: 20 * time.Millisecond, Safe: 10 * time.Second, Grace: 10 * time.Millisecond}
		hang := make(chan struct{})
		d.OnVerb = func(verb string) error {
			if verb == silent {
				<-hang // and not even the context helps
			}
			return nil
		}
		var err error
		switch silent {
		case "Load":
			_, err = g.Load(ctx, nil)
		case "Measure":
			_, err = g.Measure(ctx, 1)
		case "SetStiffness":
			err = g.SetStiffness(ctx, k)
		default:
			err = g.Watch(ctx, time.Millisecond)
		}
		var quiet *lab.SilentError
		if !errors.As(err, &quiet) || g.Fault() == nil || d.Safes != 1 {
			t.Errorf("%s: %v; %d times safe", silent, err, d.Safes)
		}
		close(hang)
	}
}

// A verb that comes back after it was given up on is not heard any more. The race
// detector sees whether anything of it is still read.
func TestLateVerb(t *testing.T) {
	net, k := trapezoid()
	for range 5 {
		d := &late{Desk: benchtest.NewDesk(net, k, 0, 1), by: 8 * time.Millisecond}
		g := lab.NewGuard(d, net, k)
		check(t, g.Arm(context.Background(), lab.Limits{}))
		g.Patience.Load, g.Patience.Grace = 5*time.Millisecond, 3*time.Millisecond
		applied, err := g.Load(context.Background(), nil)
		var quiet *lab.SilentError
		if err != nil && (!errors.As(err, &quiet) || quiet.Verb != "Load") || err == nil && applied != time.Hour {
			t.Errorf("%v, %v", applied, err)
		}
	}
}

// late is a desk that needs its time, and says that it is an hour later then.
type late struct {
	*benchtest.Desk
	by time.Duration
}

func (l *late) Load(context.Context, []lab.Force) (time.Duration, error) {
	time.Sleep(l.by)
	return time.Hour, nil
}

// A bench that does not answer Safe: who, what, and that nobody knows. A guard in
// a hurry waits ten seconds and asks once.
func TestSafeIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net, k := trapezoid()
		d := &mute{Desk: benchtest.NewDesk(net, k, 0, 1), stop: make(chan struct{})}
		defer close(d.stop)
		g := lab.NewGuard(d, net, k)
		check(t, g.Arm(t.Context(), lab.Limits{}))
		began := time.Now()
		err := g.Safe(t.Context())
		var quiet *lab.SilentError
		if !errors.As(err, &quiet) || quiet.Verb != "Safe" || !strings.Contains(err.Error(), "the bench desk did not answer Safe within 40s;") || time.Since(began) != 40*time.Second ||
			!strings.Contains(err.Error(), "nobody has confirmed that the lattice is safe: look, and take the loads off by hand") {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		began = time.Now()
		time.AfterFunc(5*time.Second, g.Hurry)
		if err = g.Safe(t.Context()); !errors.As(err, &quiet) || quiet.After != 10*time.Second || time.Since(began) != 15*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		began = time.Now()
		if again := g.Safe(t.Context()); again != err || time.Since(began) != 0 || d.asked.Load() != 2 {
			t.Errorf("%v after %v, asked %d times", again, time.Since(began), d.asked.Load())
		}
	})
}

// mute is a desk that never answers Safe.
type mute struct {
	*benchtest.Desk
	asked atomic.Int32
	stop  chan struct{}
}

func (m *mute) Safe(context.Context) error {
	m.asked.Add(1)
	<-m.stop
	return nil
}

// Where even Safe is not answered, a person is told to take the loads off.
func TestSafeFails(t *testing.T) {
	net, k := trapezoid()
	d := benchtest.NewDesk(net, k, 0, 1)
	g := armed(t, d, net)
	d.OnVerb = func(string) error { return errors.New("the cable is out") }
	_, err := g.Load(context.Background(), nil)
	var fault *lab.FaultError
	if !errors.As(err, &fault) || fault.Safe == nil || !strings.Contains(err.Error(), "by hand") {
		t.Errorf("%v", err)
	}
}

// A lattice that moves farther than it may is seen, or foreseen.
func TestReach(t *testing.T) {
	ctx := context.Background()
	net, k := trapezoid()
	push := []lab.Force{{Node: 10, F: [3]float64{0, -0.05}}} // moves node 11 by more than half a millimetre
	for name, limits := range map[string]lab.Limits{"displacement": {Displacement: 0.4e-3}, "elongation": {Elongation: 0.05e-3}} {
		d := benchtest.NewDesk(net, k, 0, 1)
		g := lab.NewGuard(d, net, k)
		check(t, g.Arm(ctx, limits))
		for _, load := range [][]lab.Force{nil, push} {
			if _, err := g.Load(ctx, load); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			_, err := g.Measure(ctx, 2)
			if (err != nil) != (load != nil) {
				t.Errorf("%s under %v: %v", name, load, err)
			}
		}
		if g.Fault() == nil || d.Safes != 1 || !strings.Contains(g.Fault().Error(), "is seen to") {
			t.Errorf("%s: fault %v, %d times safe", name, g.Fault(), d.Safes)
		}

		foreseen := benchtest.NewDesk(net, k, 0, 1)
		g = lab.NewGuard(foreseen, net, k)
		g.Predict = func(k []float64, load []lab.Force) ([]float64, error) {
			look := benchtest.NewDesk(net, k, 0, 1)
			look.Hanging = load
			return look.Displacements(0), nil
		}
		check(t, g.Arm(ctx, limits))
		if _, err := g.Load(ctx, push); err == nil || !strings.Contains(err.Error(), "predicted") || foreseen.Loads != 0 {
			t.Errorf("%s foreseen: %v, %d loads", name, err, foreseen.Loads)
		}
	}
}

// A plan is refused as a whole before anything moves, and the place is named.
func TestCheckPlan(t *testing.T) {
	ctx := context.Background()
	net, k := trapezoid()
	d := benchtest.NewDesk(net, k, 0, 1)
	d.Limits = lab.Limits{Force: 1, Stiffness: [2]float64{100, 200}, StiffnessStep: 30}
	g := lab.NewGuard(d, net, k)
	good := [][]lab.Force{{{Node: 10, F: [3]float64{0, -0.5}}}}
	bad := append(slices.Clone(good), []lab.Force{{Node: 12, F: [3]float64{0, -2}}})
	for _, c := range []struct {
		plan       []lab.Plan
		step, load int // -2 for none
	}{
		{[]lab.Plan{{nil, good}, {fill(28, 160), good}, {fill(28, 185), good}}, 0, -2},
		{[]lab.Plan{{nil, good}, {nil, bad}}, 1, 1},
		{[]lab.Plan{{nil, good}, {fill(28, 160), good}, {fill(28, 195), good}}, 2, -1}, // 35 N/m at a time
		{[]lab.Plan{{fill(28, 99), nil}}, 0, -1},
	} {
		err := g.CheckPlan(ctx, lab.Limits{}, c.plan)
		var at *lab.PlanError
		if c.load == -2 {
			check(t, err)
		} else if !errors.As(err, &at) || at.Step != c.step || at.Load != c.load {
			t.Errorf("%v, want step %d, load %d", err, c.step, c.load)
		}
		if g.Fault() != nil || d.Loads+d.Stiffened+d.Safes > 0 {
			t.Fatal("checking a plan touched the bench")
		}
	}
}

// Frames of another lattice, or in other units, are no measurement.
func TestFramesThatAreNone(t *testing.T) {
	ctx := context.Background()
	for name, spoil := range map[string]func(f *lab.Frame){
		"a node too few":       func(f *lab.Frame) { f.Nodes = f.Nodes[1:] },
		"not a number":         func(f *lab.Frame) { f.Nodes[3].X[1] = math.NaN() },
		"micrometres":          func(f *lab.Frame) { f.Nodes[3].X[1] = 1.6e7 },
		"a negative deviation": func(f *lab.Frame) { f.Nodes[3].Sigma = -1 },
		"a mark of the frame":  func(f *lab.Frame) { f.Fixed = f.Fixed[1:] },
	} {
		d := benchtest.NewDesk(testnet.Trapezoid(), fill(28, 137.5), 0, 1)
		g := armed(t, d, d.Net)
		if _, err := g.Measure(ctx, 1); err != nil {
			t.Fatal(err)
		}
		d.Tamper = func(f *lab.Frame, _ int) { spoil(f) }
		if _, err := g.Measure(ctx, 1); err == nil || g.Fault() == nil || d.Safes != 1 {
			t.Errorf("%s: %v, %d times safe", name, err, d.Safes)
		}
	}
}

func fill(n int, v float64) []float64 { return slices.Repeat([]float64{v}, n) }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// trapezoid is the lattice of Li & Mao 2024, bonds of width 2 mm.
func trapezoid() (*network.Network, []float64) { return testnet.Trapezoid(), fill(28, 137.5) }

func armed(t testing.TB, d *benchtest.Desk, net *network.Network) *lab.Guard {
	t.Helper()
	g := lab.NewGuard(d, net, nil)
	check(t, g.Arm(context.Background(), lab.Limits{}))
	return g
}
