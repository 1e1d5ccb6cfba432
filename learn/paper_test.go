package learn_test

import (
	"math"
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

// behaviour is the lattice of Li & Mao 2024, Fig. 2: 5 g at node 11, read at
// nodes 13 and 14, widths 1.5 to 2.5 mm.
func behaviour(loss task.Loss, set *task.Set) *learn.Problem {
	eq := mechanics.NewEquilibrium(testnet.Trapezoid(), nil)
	rig := learn.NewExact(eq, []network.Port{testnet.Port(11, 0, -1)}, []network.Port{testnet.Port(13, 0, 1), testnet.Port(14, 0, 1)})
	d := &design.Design{Lo: fill(28, 0.0015), Hi: fill(28, 0.0025), Gain: fill(28, 5.5e5*0.002/0.016), Start: fill(28, 0.002), Unit: fill(28, 1e-3)}
	for i := range 28 {
		d.Free = append(d.Free, int32(i))
	}
	set.N, set.P, set.Q, set.F = 1, 1, 2, []float64{9.8 * 0.005}
	return learn.NewProblem(rig, &rule.Backprop{}, loss, d, learn.Batch{Set: set})
}

// outputs are the displacements at x, in mm.
func outputs(t testing.TB, p *learn.Problem, x []float64) []float64 {
	t.Helper()
	if err := p.Set(x); err != nil {
		t.Fatal(err)
	}
	u := make([]float64, 2)
	answers, err := p.Rig.(learn.Linear).Respond()
	if err != nil {
		t.Fatal(err)
	}
	answers.Outputs(u, p.Batch.Set.F)
	return []float64{1e3 * u[0], 1e3 * u[1]}
}

// The published optimum of Fig. 2 is a corner of the box, which Frank-Wolfe
// finds in two steps and certifies in a third.
func TestPublishedBehaviour(t *testing.T) {
	p := behaviour(task.CrossEntropy{}, &task.Set{Class: []int32{1}})
	x := fill(28, 0.5)
	m := optim.NewFrankWolfe(28)
	done := false
	for step := 1; !done; step++ {
		report, err := m.Step(p, x)
		if err != nil {
			t.Fatal(err)
		}
		if done = report.Done; step > 3 || done && m.State()[0].Data[0] != 0 {
			t.Fatalf("step %d: %+v, gap %g", step, report, m.State()[0].Data[0])
		}
	}
	u := outputs(t, p, x)
	for o, want := range []float64{-0.4799735, -0.6253331} {
		if !(math.Abs(u[o]-want) <= 0.5e-7) {
			t.Errorf("node %d moves %.9f mm, published %.7f", 13+o, u[o], want)
		}
	}
	lower, upper := p.Design.OnBounds(x)
	if lower != 14 || upper != 14 {
		t.Errorf("%d bonds thinnest and %d thickest", lower, upper)
	}
	if kkt := p.KKT(); kkt != 0 {
		t.Errorf("KKT residual %g", kkt)
	}
	// No single bond at its other end is better.
	g := make([]float64, 28)
	best, err := p.Eval(x, g)
	if err != nil {
		t.Fatal(err)
	}
	for j := range x {
		x[j] = 1 - x[j]
		if other, _ := p.Eval(x, g); other < best {
			t.Errorf("bond %d at its other end is better: %g < %g", j+1, other, best)
		}
		x[j] = 1 - x[j]
	}
}

// The pairs of displacements of the paper's supplement: two can be reached
// exactly, two cannot.
func TestPublishedPairs(t *testing.T) {
	for _, test := range []struct {
		right, left float64    // wanted, mm
		half        float64    // least sum of squares by two, m^2; 0 when reached
		best        [2]float64 // mm
	}{
		{-0.5, -0.5, 0, [2]float64{-0.5, -0.5}},
		{-0.5, -0.6, 0, [2]float64{-0.5, -0.6}},
		{-0.5, -0.7, 1.28e-9, [2]float64{-0.526, -0.657}},
		{-0.5, -0.8, 9.31e-9, [2]float64{-0.570, -0.683}},
	} {
		p := behaviour(task.MeanSquare{Scale: 1e-3}, &task.Set{Want: []float64{1e-3 * test.right, 1e-3 * test.left}})
		for _, m := range []optim.Method{optim.NewLevenbergMarquardt(28), optim.NewLBFGS(28)} {
			x := fill(28, 0.5)
			steps, done := 0, false
			for ; !done && steps < 500; steps++ {
				report, err := m.Step(p, x)
				if err != nil {
					t.Fatal(err)
				}
				done = report.Done
			}
			u := outputs(t, p, x)
			half := 0.5e-6 * ((u[0]-test.right)*(u[0]-test.right) + (u[1]-test.left)*(u[1]-test.left))
			limit := 1e-30
			if m.Name() == "l-bfgs" {
				limit = 1e-15
			}
			switch {
			case test.half == 0 && !(half < limit):
				t.Errorf("%s, %g and %g mm: half the sum of squares is %.1e after %d steps", m.Name(), test.right, test.left, half, steps)
			case test.half > 0 && math.Abs(half-test.half) > 0.006*test.half:
				t.Errorf("%s, %g and %g mm: half the sum of squares is %.4e, not %.3g", m.Name(), test.right, test.left, half, test.half)
			}
			for o, want := range test.best {
				if !(math.Abs(u[o]-want) <= 6e-4) {
					t.Errorf("%s, %g and %g mm: node %d stops at %.4f mm, not %.3f", m.Name(), test.right, test.left, 13+o, u[o], want)
				}
			}
			if m.Name() == "levenberg-marquardt" && test.half == 0 && steps > 10 {
				t.Errorf("%g and %g mm take %d steps", test.right, test.left, steps)
			}
			if test.half == 0 {
				continue
			}
			// Certified: to first order no bond can better it by a share that counts.
			g := make([]float64, 28)
			value, err := p.Eval(x, g)
			if err != nil {
				t.Fatal(err)
			}
			if kkt := p.KKT(); kkt > 1e-5*value {
				t.Errorf("%s, %g and %g mm: KKT residual %.1e of the loss", m.Name(), test.right, test.left, kkt/value)
			}
		}
	}
}
