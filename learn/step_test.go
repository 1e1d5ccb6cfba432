package learn_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// flowers is the shape of the paper's Iris training: 4 forces down, 3 sideways
// displacements, n samples.
func flowers(n int) (*learn.Exact, *task.Set, *design.Design) {
	eq := mechanics.NewEquilibrium(testnet.Trapezoid(), nil)
	var in, out []network.Port
	for _, node := range []int{14, 12, 13, 10} {
		in = append(in, testnet.Port(node, 0, -1))
	}
	for _, node := range []int{8, 2, 3} {
		out = append(out, testnet.Port(node, 1, 0))
	}
	rig := learn.NewExact(eq, in, out)
	random := rand.New(rand.NewPCG(1, 2))
	set := &task.Set{N: n, P: 4, Q: 3, F: make([]float64, 4*n), Class: make([]int32, n)}
	for i := range set.F {
		set.F[i] = 0.049 * (0.1 + 0.9*random.Float64())
	}
	for i := range set.Class {
		set.Class[i] = int32(i % 3)
	}
	m := eq.C.M
	d := &design.Design{Bounds: design.Sigmoid, Steepness: 5, Lo: fill(m, 0.0015), Hi: fill(m, 0.0025), Gain: fill(m, 5.5e5*0.002/0.016), Start: fill(m, 0.002), Unit: fill(m, 1)}
	for i := range m {
		d.Free = append(d.Free, int32(i))
	}
	return rig, set, d
}

func fill(n int, v float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = v
	}
	return x
}

func BenchmarkStep(b *testing.B) {
	rig, set, d := flowers(105)
	rows := make([]int32, 16)
	for i := range rows {
		rows[i] = int32(i * 3)
	}
	p := learn.NewProblem(rig, &rule.Backprop{}, task.CrossEntropy{}, d, learn.Batch{Set: set, Rows: rows})
	method := optim.NewAdam(p.Dim(), 0.006)
	x := make([]float64, p.Dim())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := method.Step(p, x); err != nil {
			b.Fatal(err)
		}
	}
	if math.IsNaN(x[0]) {
		b.Fatal("NaN")
	}
}

// Steps allocate nothing, on the whole set and on batches that change in length.
func TestStepAllocatesNothing(t *testing.T) {
	for _, loss := range []task.Loss{task.CrossEntropy{}, task.Softmax{Sharpness: 1e3}, task.Fisher{}} {
		rig, set, d := flowers(105)
		p := learn.NewProblem(rig, &rule.Backprop{}, loss, d, learn.Batch{Set: set})
		method := optim.NewAdam(p.Dim(), 0.006)
		x := make([]float64, p.Dim())
		step := func() {
			if _, err := method.Step(p, x); err != nil {
				t.Fatal(err)
			}
		}
		if n := testing.AllocsPerRun(20, step); n != 0 {
			t.Errorf("%s, whole set: %g allocations", loss.Name(), n)
		}
		rows := make([]int32, 105)
		for i := range rows {
			rows[i] = int32(i * 2 % 105)
		}
		from := 0
		if n := testing.AllocsPerRun(40, func() {
			p.Batch.Rows = rows[from:min(from+16, 105)] // the last of an epoch has 9
			if from += 16; from > 105 {
				from = 0
			}
			step()
		}); n != 0 {
			t.Errorf("%s, mini-batches: %g allocations", loss.Name(), n)
		}
	}
}
