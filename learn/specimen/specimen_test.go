package specimen

import (
	"math"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/inputs"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// A draw depends on the seed and the number alone, has the size that is asked for, and spares what does not suffer.
func TestDraws(t *testing.T) {
	const n = 20000
	ones := func() []float64 { return slices.Repeat([]float64{1}, n) }
	f := Faults{Scatter: 0.03, Drift: 0.1, Seed: 7, Suffers: slices.Repeat([]bool{true, false}, n/2-1)}
	a, b, c, d := ones(), ones(), ones(), ones()
	f.Scattered(3, a)
	f.Scattered(4, b)
	f.Scattered(3, c)
	f.Drifted(3, d)
	if !slices.Equal(a, c) || slices.Equal(a, b) {
		t.Error("a specimen is not its own, or that of another number")
	}
	deviation := func(v []float64) float64 {
		sum := 0.0
		for i := 0; i < n-2; i += 2 {
			sum += math.Log(v[i]) * math.Log(v[i])
		}
		return math.Sqrt(sum / (n/2 - 1))
	}
	if got := deviation(a); math.Abs(got/0.03-1) > 0.03 {
		t.Errorf("scatter %g, and 0.03 was asked for", got)
	}
	if got := deviation(d); math.Abs(got/0.1-1) > 0.03 {
		t.Errorf("drift %g, and 0.1 was asked for", got)
	}
	together := 0.0
	for i := 0; i < n-2; i += 2 {
		together += math.Log(a[i]) * math.Log(d[i]) / (0.03 * 0.1 * (n/2 - 1))
	}
	if math.Abs(together) > 0.05 {
		t.Errorf("scatter and drift go together: correlation %g", together)
	}
	for i := range n {
		if (i%2 == 1 || i >= n-2) && (a[i] != 1 || d[i] != 1) {
			t.Fatalf("parameter %d does not suffer, and is %g and %g", i, a[i], d[i])
		}
	}
}

// written is a chain one of whose springs an input sets, with an input that pushes.
func written(t *testing.T, more ...network.Port) (*inputs.Refactor, *task.Set) {
	t.Helper()
	net := testnet.Chain(4)
	end, middle := testnet.Port(5, 1, 0), testnet.Port(3, 1, 0)
	rig, err := inputs.NewRefactor(&inputs.Plan{Net: net, Columns: []inputs.Column{{}, {Push: &middle}}, Least: 0.1,
		Written: []inputs.Written{{Element: 1, Column: 0}}, Probe: []inputs.Load{{At: end, Force: 1}}, Out: append([]network.Port{end, middle}, more...)})
	if err != nil {
		t.Fatal(err)
	}
	if err := rig.SetStiffness([]float64{1, 2, 3, 4}); err != nil {
		t.Fatal(err)
	}
	return rig, &task.Set{N: 3, P: 2, Q: 2, F: []float64{0, 1, 0.4, 2, 1, -1}, Class: []int32{0, 1, 0}}
}

// The gradient of a step is the derivative of its loss by what is drawn, at the errors of that step: scatter, drift, readings.
func TestGradientThroughFaults(t *testing.T) {
	lattice := testnet.Trapezoid()
	eq := mechanics.NewEquilibrium(lattice, nil)
	exact := learn.NewExact(eq, []network.Port{testnet.Port(14, 1, 0), testnet.Port(13, 0, 1)}, []network.Port{testnet.Port(8, 1, 0), testnet.Port(9, 0, 1)})
	if err := exact.SetStiffness(slices.Repeat([]float64{100}, eq.C.M)); err != nil {
		t.Fatal(err)
	}
	springs, set := written(t)
	reading, err := learn.NewReading(springs, []learn.Pair{{Plus: 0, Minus: -1}, {Plus: 1, Minus: -1}})
	if err != nil {
		t.Fatal(err)
	}
	told, _ := written(t, testnet.Port(4, 1, 0), testnet.Port(2, 1, 0))
	pairs := learn.Differentiable(NewEnds(told, [][]int{{2, 3}, nil}))
	for name, rig := range map[string]learn.Rig{"pairs": told2{pairs}, "springs that inputs set": springs, "read class by class": reading, "lattice": exact} {
		suffers := slices.Repeat([]bool{true}, rig.Modes())
		if name == "read class by class" {
			suffers = suffers[:4]
		}
		r := NewRule(&rule.Backprop{}, Faults{Scatter: 0.2, Drift: 0.1, Reading: 0.05, Suffers: suffers, Seed: 3})
		batch := learn.Batch{Set: set}
		k := slices.Clone(rig.Stiffness())
		g, scratch := make([]float64, len(k)), make([]float64, len(k))
		at := func(step int, k []float64) float64 {
			if err := rig.SetStiffness(k); err != nil {
				t.Fatal(err)
			}
			r.AtStep(step)
			v, err := r.Gradient(rig, task.CrossEntropy{}, batch, scratch)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		if name == "read class by class" {
			at = func(step int, k []float64) float64 {
				if err := rig.SetStiffness(k); err != nil {
					t.Fatal(err)
				}
				r.AtStep(step)
				v, err := r.Gradient(rig, task.SignedSoftmax{Sharpness: 1}, batch, scratch)
				if err != nil {
					t.Fatal(err)
				}
				return v
			}
		}
		clean := at(-1, k)
		first := at(5, k)
		copy(g, scratch)
		if first == clean || first == at(6, k) || first != at(5, k) {
			t.Errorf("%s: the losses of a step without errors, of step 5 and of step 6 are %g, %g and %g", name, clean, first, at(6, k))
		}
		if !slices.Equal(rig.Stiffness(), k) {
			t.Errorf("%s: the rig is left with other stiffnesses", name)
		}
		for i := range k {
			const h = 1e-5
			unit := max(math.Abs(k[i]), 1)
			up, down := slices.Clone(k), slices.Clone(k)
			up[i] += h * unit
			down[i] -= h * unit
			if want := (at(5, up) - at(5, down)) / (2 * h * unit); math.Abs(g[i]-want) > 1e-7*(1/unit+math.Abs(want)) {
				t.Errorf("%s: derivative by parameter %d is %g, by differences %g", name, i+1, g[i], want)
			}
		}
	}
}

// told2 is a rig that tells what is behind its outputs, as that of an experiment.
type told2 struct{ learn.Differentiable }

func (r told2) Ends() *Ends { return r.Differentiable.(*Ends) }

// Displacements behind a pair are read with errors of their own, which are much larger than those of a small difference.
func TestEnds(t *testing.T) {
	rig, set := written(t, testnet.Port(4, 1, 0), testnet.Port(2, 1, 0))
	ends := NewEnds(rig, [][]int{{2, 3}, nil})
	batch := learn.Batch{Set: set}
	clean, all := make([]float64, 6), make([]float64, 12)
	if err := ends.Forward(batch, clean); err != nil {
		t.Fatal(err)
	}
	wide := *set
	wide.Q = 4
	if err := rig.Forward(learn.Batch{Set: &wide}, all); err != nil {
		t.Fatal(err)
	}
	f := Faults{Reading: 0.01, Seed: 2}
	var sum [2]float64
	const draws = 4000
	noisy := make([]float64, 6)
	for n := range uint64(draws) {
		if err := f.Read(n, told2{ends}).(learn.Differentiable).Forward(batch, noisy); err != nil {
			t.Fatal(err)
		}
		for o := range sum {
			sum[o] += (noisy[2+o] - clean[2+o]) * (noisy[2+o] - clean[2+o]) / draws
		}
	}
	for o, want := range []float64{0.01 * math.Hypot(all[4+2], all[4+3]), 0.01 * math.Abs(all[4+1])} {
		if clean[2+o] != all[4+o] {
			t.Errorf("output %d is %g without errors, and the rig says %g", o+1, clean[2+o], all[4+o])
		}
		if got := math.Sqrt(sum[o]); math.Abs(got/want-1) > 0.05 {
			t.Errorf("output %d is read with an error of %g, not %g", o+1, got, want)
		}
	}
}

// Biased gauges measure the same wrong at every step: by the square of their gain, and an offset by the size of all products.
func TestGauges(t *testing.T) {
	rig, set := written(t)
	batch := learn.Batch{Set: set}
	clean, g, later := make([]float64, 4), make([]float64, 4), make([]float64, 4)
	measure := func(f Faults, step int, to []float64) {
		r := NewRule(&rule.Backprop{}, f)
		r.AtStep(step)
		if _, err := r.Gradient(rig, task.CrossEntropy{}, batch, to); err != nil {
			t.Fatal(err)
		}
	}
	measure(Faults{}, 0, clean)
	measure(Faults{Gain: 0.2, Seed: 5}, 0, g)
	measure(Faults{Gain: 0.2, Seed: 5}, 9, later)
	random := source(5, gains, 0)
	for i := range g {
		want := math.Exp(2*0.2*random.NormFloat64()) * clean[i]
		if math.Abs(g[i]-want) > 1e-14*math.Abs(want) || later[i] != g[i] {
			t.Errorf("spring %d: %g at first and %g later, not %g", i+1, g[i], later[i], want)
		}
	}
	measure(Faults{Offset: 0.5, Seed: 5}, 0, g)
	size := 0.0
	for i, k := range rig.Stiffness() {
		size += k * k * clean[i] * clean[i] / 4
	}
	random = source(5, offsets, 0)
	for i, k := range rig.Stiffness() {
		want := clean[i] + 0.5*random.NormFloat64()*math.Sqrt(size)/k
		if math.Abs(g[i]-want) > 1e-13*math.Sqrt(size) {
			t.Errorf("spring %d: %g with an offset, not %g", i+1, g[i], want)
		}
	}
}
