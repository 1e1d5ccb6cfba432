package bound

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// random is a task on the lattice of Li & Mao 2024 with some bonds of the given levels, and what is wanted drawn about what they can do.
func random(seed uint64, free int, levels []float64, samples int, spread float64) *Task {
	r := rand.New(rand.NewPCG(seed, 1))
	eq := mechanics.NewEquilibrium(testnet.Trapezoid(), nil)
	if err := eq.SetStiffness(testnet.Stiffness(28, 100, 172, seed)); err != nil {
		panic(err)
	}
	in := []network.Port{testnet.Port(11, 0, -1), testnet.Port(7, 1, 0)}
	out := []network.Port{testnet.Port(13, 0, 1), testnet.Port(14, 0, 1)}
	t := &Task{Loss: task.MeanSquare{Scale: 1e-4}, Boxes: 1 << 30, Set: &task.Set{N: samples, P: 2, Q: 2}}
	for _, j := range r.Perm(28)[:free] {
		t.Modes = append(t.Modes, int32(j))
		t.Levels = append(t.Levels, levels)
	}
	t.Network = NewLattice(eq, in, out, t.Modes)
	k := make([]float64, free)
	u := make([]float64, 2)
	for s := range samples {
		t.Set.F = append(t.Set.F, 0.05*r.Float64(), 0.05*r.NormFloat64())
		for j := range k {
			k[j] = levels[r.IntN(len(levels))]
		}
		if err := t.Network.Begin(k); err != nil {
			panic(err)
		}
		t.Network.Responses().Outputs(u, t.Set.Force(s))
		for _, v := range u {
			t.Set.Want = append(t.Set.Want, v*(1+spread*r.NormFloat64()))
		}
	}
	return t
}

// least is the least loss of all networks, by looking at each.
func least(t *testing.T, task *Task) float64 {
	t.Helper()
	p, err := newProver(task)
	if err != nil {
		t.Fatal(err)
	}
	all := 1
	for _, list := range task.Levels {
		all *= len(list)
	}
	best := math.Inf(1)
	b := &box{from: make([]int32, p.n), to: make([]int32, p.n), reach: make([]float64, p.n*p.b)}
	for i := range b.reach {
		b.reach[i] = math.Inf(1)
	}
	for n := range all {
		for j, list := range task.Levels {
			b.from[j] = int32(n % len(list))
			b.to[j] = b.from[j]
			n /= len(list)
		}
		p.place(b)
		if err := p.centre(); err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, v := range p.miss {
			sum += v * v / 2
		}
		best = min(best, sum)
	}
	return best
}

// The best that branch and bound proves is the best of all networks; stopped early, its bound is below it.
func TestProveAgainstAll(t *testing.T) {
	for seed := range uint64(12) {
		levels, free := []float64{103, 172}, 9
		if seed%3 == 1 {
			levels, free = []float64{60, 103, 172}, 6
		} else if seed%3 == 2 {
			levels = []float64{12, 172}
		}
		task := random(seed, free, levels, 1+int(seed%2), 0.3*float64(seed%4))
		want := least(t, task)
		r, err := Prove(context.Background(), task)
		if err != nil {
			t.Fatal(err)
		}
		if !r.Proven || math.Abs(r.Best-want) > 1e-6*want || r.Lower > want {
			t.Errorf("seed %d: best %v, bound %v, proven %v; the best of all is %v", seed, r.Best, r.Lower, r.Proven, want)
		}
		for _, boxes := range []int{1, 20, 60} {
			task.Boxes = boxes
			early, err := Prove(context.Background(), task)
			if err != nil {
				t.Fatal(err)
			}
			if early.Lower > want || early.Best < want*(1-1e-9) {
				t.Errorf("seed %d after %d boxes: bound %v, best %v; the best of all is %v", seed, boxes, early.Lower, early.Best, want)
			}
		}
		t.Logf("seed %d: %v in %d boxes of %d networks", seed, r.Best, r.Boxes, int(math.Pow(float64(len(levels)), float64(free))))
	}
}

// The bound of a box holds for every network in it, whatever its stiffnesses.
func TestBoundHoldsInside(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	tight := 0
	for seed := range uint64(40) {
		span := []float64{1.05, 1.3, 2, 10}[seed%4]
		task := random(seed, 12, []float64{100, 100 * span}, 2, 0.4)
		task.Whole = true
		p, err := newProver(task)
		if err != nil {
			t.Fatal(err)
		}
		b, err := p.first()
		if err != nil {
			t.Fatal(err)
		}
		if b.lower > 0 {
			tight++
		}
		reach := b.reach
		k := make([]float64, p.n)
		for range 60 {
			for j := range k {
				k[j] = 100 * (1 + (span-1)*r.Float64())
				if r.IntN(2) == 0 {
					k[j] = 100 + float64(r.IntN(2))*100*(span-1)
				}
			}
			copy(p.m, k)
			clear(p.r)
			if err := p.centre(); err != nil {
				t.Fatal(err)
			}
			sum := 0.0
			for _, v := range p.miss {
				sum += v * v / 2
			}
			if sum < b.lower {
				t.Fatalf("seed %d: a network has a loss of %v, and the bound is %v", seed, sum, b.lower)
			}
			for i, e := range p.e {
				if math.Abs(e) > reach[i]*(1+1e-12) {
					t.Fatalf("seed %d: an elongation of %v is beyond %v", seed, e, reach[i])
				}
			}
		}
	}
	if tight < 5 {
		t.Errorf("only %d of 40 bounds say anything", tight)
	}
}

// Where an output is to move most, what is proven to be the best is the best of all, and bounds hold for stiffnesses in between as well.
func TestShareAgainstAll(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	for seed := range uint64(9) {
		levels, free := []float64{103, 172}, 9
		if seed%3 == 1 {
			levels, free = []float64{20, 90, 172}, 6
		}
		q := random(seed, free, levels, 1, 0)
		q.Set.Want, q.Set.Class, q.Loss = nil, []int32{int32(seed % 2)}, task.CrossEntropy{}
		p, err := newProver(q)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := p.first()
		if err != nil {
			t.Fatal(err)
		}
		at := func(k []float64) float64 {
			copy(p.m, k)
			clear(p.r)
			if err := p.centre(); err != nil {
				t.Fatal(err)
			}
			return p.shareLoss()
		}
		all := 1
		for range free {
			all *= len(levels)
		}
		want, k := math.Inf(1), make([]float64, free)
		for n := range all {
			for j := range k {
				k[j] = levels[n%len(levels)]
				n /= len(levels)
			}
			want = min(want, at(k))
		}
		for range 200 {
			for j := range k {
				k[j] = levels[0] + (levels[len(levels)-1]-levels[0])*r.Float64()
			}
			if loss := at(k); loss < whole.lower {
				t.Fatalf("seed %d: a network has a loss of %v, and the bound is %v", seed, loss, whole.lower)
			}
		}
		got, err := Prove(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if !got.Proven || math.Abs(got.Best-want) > 1e-6*want || got.Lower > want {
			t.Errorf("seed %d: best %v, bound %v, proven %v; the best of all is %v", seed, got.Best, got.Lower, got.Proven, want)
		}
		t.Logf("seed %d: %v in %d boxes of %d networks", seed, got.Best, got.Boxes, all)
	}
}
