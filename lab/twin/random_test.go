package twin

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab"
	"pgregory.net/rapid"
)

// Whatever is asked of it in whatever order, the twin stays within its limits,
// and what it refuses leaves loads, stiffness and rest position as they were.
func TestRandomCommands(t *testing.T) {
	limits := lab.Limits{Force: 0.15, TotalForce: 0.2, Displacement: 4e-3, Elongation: 2e-3, Stiffness: [2]float64{100, 180}, StiffnessStep: 30}
	refused, done := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		b, err := New(testnet.Trapezoid(), slices.Repeat([]float64{k0}, 28), Config{Seed: rapid.Uint64().Draw(t, "seed"), Finite: rapid.Bool().Draw(t, "finite"), Limits: limits,
			Fabrication: Fabrication{Width: 0.03}, Creep: Creep{Share: 0.2, Time: 20 * time.Second}, Weights: Weights{Quantum: 0.5e-3}, Frames: Frames{Dropped: 0.2, Stale: 0.2}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, s := context.Background(), b.specimen
		clock := time.Duration(0)
		for range rapid.IntRange(1, 40).Draw(t, "commands") {
			load, target, asked, k := slices.Clone(s.load), slices.Clone(s.target), slices.Clone(s.asked), b.Stiffness()
			verb := rapid.SampledFrom([]string{"Arm", "Load", "Load", "Load", "Measure", "SetStiffness", "Safe"}).Draw(t, "verb")
			armed := b.armed
			var err error
			switch verb {
			case "Arm":
				err = b.Arm(ctx, limits)
			case "Load":
				_, err = b.Load(ctx, rapid.SliceOfN(rapid.Custom(anyForce), 0, 3).Draw(t, "load"))
			case "Measure":
				_, err = b.Measure(ctx, rapid.IntRange(-1, 3).Draw(t, "repeats"))
			case "SetStiffness":
				err = b.SetStiffness(ctx, rapid.SliceOfN(rapid.Float64Range(95, 185), 28, 28).Draw(t, "stiffness"))
				if mild := rapid.Float64Range(110, 165).Draw(t, "uniform"); err != nil {
					err = b.SetStiffness(ctx, slices.Repeat([]float64{mild}, 28))
				}
			case "Safe":
				err = b.Safe(ctx)
			}
			if err != nil {
				refused++
				if !slices.Equal(load, s.load) || !slices.Equal(target, s.target) || !slices.Equal(asked, s.asked) || !slices.Equal(k, b.Stiffness()) {
					t.Fatalf("%s failed (%v) and left a trace", verb, err)
				}
			} else if done++; !armed && slices.Contains([]string{"Load", "Measure", "SetStiffness"}, verb) {
				t.Fatalf("%s before Arm", verb)
			}
			within(t, b, limits)
			if b.now < clock {
				t.Fatalf("the clock went from %v back to %v", clock, b.now)
			}
			clock = b.now
		}
	})
	if refused == 0 || done == 0 {
		t.Errorf("%d commands refused, %d done: the test sees one side only", refused, done)
	}
}

// anyForce is a force, most of them sound.
func anyForce(t *rapid.T) (f lab.Force) {
	f.Node = rapid.IntRange(-1, 14).Draw(t, "node")
	for axis := range 2 {
		f.F[axis] = rapid.OneOf(rapid.Float64Range(-0.1, 0.1), rapid.Float64Range(-0.3, 0.3), rapid.Just(math.NaN()), rapid.Just(math.Inf(1))).Draw(t, "force")
	}
	return f
}

// within checks the lattice itself against the limits.
func within(t *rapid.T, b *Bench, l lab.Limits) {
	s := b.specimen
	unknown, total := s.unknown(), 0.0
	for node := range b.card.Nodes {
		force, far := 0.0, 0.0
		for axis := range 2 {
			if i := unknown[2*node+axis]; i >= 0 {
				force, far = math.Hypot(force, s.load[i]), math.Hypot(far, s.target[i])
			}
		}
		total += force
		if !(force <= l.Force*(1+1e-12)) || !(far <= l.Displacement) {
			t.Fatalf("node %d carries %g N and moves by %g m", node+1, force, far)
		}
	}
	if !(total <= l.TotalForce*(1+1e-12)) {
		t.Fatalf("%g N hang in all", total)
	}
	for i, e := range s.elongations(s.target) {
		if !(math.Abs(e) <= l.Elongation) || s.asked[i] < l.Stiffness[0] || s.asked[i] > l.Stiffness[1] {
			t.Fatalf("bond %d grows by %g m and was to have %g N/m", i+1, e, s.asked[i])
		}
	}
}
