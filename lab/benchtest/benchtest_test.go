package benchtest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/twin"
)

var limits = lab.Limits{Force: 0.2, TotalForce: 0.3, Displacement: 0.01, Elongation: 0.005, Rate: 2, Stiffness: [2]float64{100, 180}, StiffnessStep: 50}

// ideal is a sound bench with every limit.
func ideal(t *testing.T) lab.Bench {
	b, err := twin.New(testnet.Trapezoid(), slices.Repeat([]float64{137.5}, 28), twin.Config{Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func subject(open func(*testing.T) lab.Bench) Subject {
	return Subject{Open: open, Load: []lab.Force{{Node: 12, F: [3]float64{0, -0.1}}}, Moves: 1e-3, Stiffness: slices.Repeat([]float64{140}, 28)}
}

func TestSoundBenchPasses(t *testing.T) { Run(t, subject(ideal)) }

// faulty is a bench with one verb replaced.
type faulty struct {
	lab.Bench
	arm       func(lab.Limits) lab.Limits
	load      func([]lab.Force) []lab.Force
	measure   func([]lab.Frame) []lab.Frame
	repeats   func(int) int
	stiffness func([]float64) []float64
	safe      func() error
	applied   time.Duration
	deaf      bool // to cancellation
}

func (f faulty) Arm(ctx context.Context, l lab.Limits) error {
	if f.arm != nil {
		l = f.arm(l)
	}
	return f.Bench.Arm(ctx, l)
}

func (f faulty) Load(ctx context.Context, l []lab.Force) (time.Duration, error) {
	if f.deaf {
		ctx = context.WithoutCancel(ctx)
	}
	if f.load != nil {
		l = f.load(l)
	}
	at, err := f.Bench.Load(ctx, l)
	return at + f.applied, err
}

func (f faulty) Measure(ctx context.Context, n int) ([]lab.Frame, error) {
	if f.repeats != nil {
		n = f.repeats(n)
	}
	frames, err := f.Bench.Measure(ctx, n)
	if f.measure != nil {
		frames = f.measure(frames)
	}
	return frames, err
}

func (f faulty) SetStiffness(ctx context.Context, k []float64) error {
	if f.stiffness != nil {
		k = f.stiffness(k)
	}
	return f.Bench.SetStiffness(ctx, k)
}

func (f faulty) Safe(ctx context.Context) error {
	if f.safe != nil {
		return f.safe()
	}
	return f.Bench.Safe(ctx)
}

// recorder counts what a suite finds wrong.
type recorder struct {
	ctx   context.Context
	found []string
}

func (r *recorder) Helper()                  {}
func (r *recorder) Context() context.Context { return r.ctx }
func (r *recorder) Errorf(format string, args ...any) {
	r.found = append(r.found, fmt.Sprintf(format, args...))
}

// Every fault must be found by the part of the suite that is about it.
func TestFaultsAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		part  string
		fault faulty
	}{
		"limits are clamped": {"arm", faulty{arm: func(l lab.Limits) lab.Limits { l.Force = min(l.Force, limits.Force); return l }}},
		"limits are ignored": {"arm", faulty{arm: func(lab.Limits) lab.Limits { return lab.Limits{} }}},
		"forces are clamped": {"load", faulty{load: func(l []lab.Force) []lab.Force {
			l = slices.Clone(l)
			for i := range l {
				l[i].F[1] = max(-0.2, min(0.2, l[i].F[1]))
				l[i].F[0] = max(-0.2, min(0.2, l[i].F[0]))
			}
			return l
		}}},
		"no number is nothing": {"load", faulty{load: func(l []lab.Force) []lab.Force {
			return slices.DeleteFunc(slices.Clone(l), func(f lab.Force) bool { return math.IsNaN(f.F[0]) })
		}}},
		"loads do not hang":      {"measure", faulty{load: func([]lab.Force) []lab.Force { return nil }}},
		"old frames":             {"measure", faulty{applied: time.Hour}},
		"one look fewer":         {"measure", faulty{measure: func(f []lab.Frame) []lab.Frame { return f[:max(len(f)-1, 0)] }}},
		"nothing is one look":    {"measure", faulty{repeats: func(n int) int { return max(n, 1) }}},
		"a node fewer":           {"measure", faulty{measure: func(f []lab.Frame) []lab.Frame { return drop(f) }}},
		"stiffness cut to size":  {"stiffness", faulty{stiffness: func(k []float64) []float64 { return append(slices.Clone(k), slices.Repeat([]float64{140}, 28)...)[:28] }}},
		"stiffness is clamped":   {"stiffness", faulty{stiffness: clamped}},
		"safe once":              {"safe", faulty{safe: once()}},
		"armed for ever":         {"safe", faulty{safe: func() error { return nil }}},
		"armed beside Safe":      {"safe beside a verb", faulty{safe: func() error { return nil }}},
		"deaf":                   {"cancelled", faulty{deaf: true}},
		"a bench that stiffens?": {"card", faulty{}},
	} {
		c.fault.Bench = ideal(t)
		s := subject(nil)
		if c.part == "card" {
			s.Stiffness = nil
		}
		about, err := c.fault.Hello(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		r := &recorder{ctx: t.Context()}
		for _, p := range promises {
			if p.name == c.part {
				p.test(r, s, c.fault, about)
			}
		}
		if len(r.found) == 0 {
			t.Errorf("%s: the suite finds nothing wrong", name)
		}
	}
}

func drop(frames []lab.Frame) []lab.Frame {
	for i := range frames {
		frames[i].Nodes = frames[i].Nodes[1:]
	}
	return frames
}

func clamped(k []float64) []float64 {
	k = slices.Clone(k)
	for i, v := range k {
		if !math.IsNaN(v) {
			k[i] = max(100, min(180, v))
		}
	}
	return k
}

func once() func() error {
	calls := 0
	return func() error {
		if calls++; calls > 1 {
			return fmt.Errorf("safe already")
		}
		return nil
	}
}
