package twin

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab"
)

// everything is wrong with this bench.
func everything(seed uint64, finite bool) Config {
	return Config{Seed: seed, Finite: finite, Fabrication: Fabrication{Width: 0.03, Modulus: 0.02}, Bias: Bias{Factor: 0.01},
		Update: Update{Error: 0.02, Drift: 0.5}, Failures: []Failure{{3, 7}, {9, 15}}, Creep: Creep{Share: 0.3, Time: 20 * time.Second},
		Weights: Weights{Quantum: 0.5e-3, Hanging: time.Second}, Camera: Camera{Noise: 6e-6, Shift: 1e-5, Rotation: 1e-4, Magnification: 1e-4, ShiftRate: 1e-7},
		Frames: Frames{Dropped: 0.1, Duplicated: 0.2, Stale: 0.2, Missing: 0.05}, Limits: lab.Limits{Rate: 0.3}}
}

// use does n things with a bench and tells what came of them.
func use(t *testing.T, b *Bench, r *rand.Rand, n int) (all []any) {
	t.Helper()
	ctx := context.Background()
	if err := b.Arm(ctx, lab.Limits{}); err != nil {
		t.Fatal(err)
	}
	for range n {
		switch r.IntN(4) {
		case 0:
			at, err := b.Load(ctx, down(10+r.IntN(3), 1+4*r.Float64()))
			all = append(all, at, err)
		case 1:
			at, err := b.Load(ctx, nil)
			all = append(all, at, err)
		case 2:
			frames, err := b.Measure(ctx, 2)
			all = append(all, frames, err)
		case 3:
			k := make([]float64, 28)
			for i := range k {
				k[i] = k0 * (0.9 + 0.2*r.Float64())
			}
			all = append(all, b.SetStiffness(ctx, k), b.Stiffness())
		}
	}
	return append(all, b.Stiffness(), b.now)
}

// A bench that is put back, or another one that is put where it was, measures
// what it measured then, whatever is wrong with it.
func TestStateIsAllOfIt(t *testing.T) {
	for seed := range uint64(20) {
		c := everything(seed, seed%2 == 0)
		b := fresh(t, c)
		r := rand.New(rand.NewPCG(seed, 1))
		use(t, b, r, 3*int(seed%7))
		then, err := b.State()
		if err != nil {
			t.Fatal(err)
		}
		want := use(t, b, rand.New(rand.NewPCG(seed, 2)), 25)
		other := fresh(t, c)
		for name, again := range map[string]*Bench{"the same": b, "another": other} {
			if err := again.Restore(then); err != nil {
				t.Fatal(err)
			}
			if got, err := again.State(); err != nil || got != then {
				t.Errorf("seed %d, %s: its state is not what it was put to: %v\n%s\n%s", seed, name, err, got, then)
			}
			if got := use(t, again, rand.New(rand.NewPCG(seed, 2)), 25); !reflect.DeepEqual(got, want) {
				t.Errorf("seed %d, %s bench measures something else", seed, name)
			}
		}
	}
}

// A state of another lattice, or a damaged one, is refused.
func TestStateIsRefused(t *testing.T) {
	b := fresh(t, everything(1, false))
	good, err := b.State()
	if err != nil {
		t.Fatal(err)
	}
	two, err := New(testnet.TwoBars(0.7), []float64{100, 100}, Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := two.Restore(good); err == nil {
		t.Error("two bars take the state of a trapezoid")
	}
	for _, key := range []string{"streams", "asked"} {
		var fields map[string]any
		if err := json.Unmarshal([]byte(good), &fields); err != nil {
			t.Fatal(err)
		}
		delete(fields, key)
		text, _ := json.Marshal(fields)
		if err := b.Restore(string(text)); err == nil {
			t.Errorf("a state without %s is taken", key)
		}
	}
	if err := b.Restore("{"); err == nil {
		t.Error("half a state is taken")
	}
}

// Taking off loads that do not hang leaves a creeping lattice alone.
func TestSafeLeavesAnUnloadedLattice(t *testing.T) {
	c := Config{Creep: Creep{Share: 0.3, Time: 20 * time.Second}}
	a, b := fresh(t, c), fresh(t, c)
	for _, bench := range []*Bench{a, b} {
		if err := bench.Arm(context.Background(), lab.Limits{}); err != nil {
			t.Fatal(err)
		}
		hang(t, bench, down(10, 5))
		look(t, bench, 1)
		hang(t, bench, nil)
	}
	if err := b.Safe(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := b.Arm(context.Background(), lab.Limits{}); err != nil {
		t.Fatal(err)
	}
	if x, y := look(t, a, 3), look(t, b, 3); !slices.EqualFunc(x, y, func(x, y lab.Frame) bool { return reflect.DeepEqual(x, y) }) {
		t.Error("it moves otherwise")
	}
}
