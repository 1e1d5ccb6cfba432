package optim_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/elastrain/elastrain/learn/optim"
)

// A ratio of linear functions has its best value at a corner, and full steps
// find it: the fewer than there are variables, the surer.
func TestFrankWolfeOnARatio(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "n")
		a, b := make([]float64, n), make([]float64, n)
		for i := range a {
			a[i], b[i] = rapid.Float64Range(0.1, 5).Draw(t, "a"), rapid.Float64Range(0.1, 5).Draw(t, "b")
		}
		p := &function{n: n, eval: func(x, g []float64) float64 {
			over, under := 1.0, 1.0
			for i := range x {
				over, under = over+a[i]*x[i], under+b[i]*x[i]
			}
			for i := range g {
				g[i] = (a[i] - b[i]*over/under) / under
			}
			return over / under
		}}
		p.lo, p.hi = inBox(n, 0, 1)
		best, g := math.Inf(1), make([]float64, n)
		x := make([]float64, n)
		for corner := range 1 << n {
			for i := range x {
				x[i] = float64(corner >> i & 1)
			}
			value, _ := p.Eval(x, g)
			best = min(best, value)
		}
		for i := range x {
			x[i] = 0.5
		}
		m := optim.NewFrankWolfe(n)
		for step := 0; ; step++ {
			report, err := m.Step(p, x)
			if err != nil {
				t.Fatal(err)
			}
			if report.Done {
				break
			}
			if step > n+10 {
				t.Fatalf("not done after %d steps", step)
			}
		}
		if value, _ := p.Eval(x, g); value > best*(1+1e-9) {
			t.Fatalf("stops at %.12g; a corner has %.12g", value, best)
		}
	})
}

// The gap bounds how much better any point can be of a function that curves up.
func TestGapOfFrankWolfe(t *testing.T) {
	for seed := range uint64(20) {
		p, minimum := boundedQuadratic(6, seed)
		g := make([]float64, 6)
		best, _ := p.Eval(minimum, g)
		x := []float64{0.5, 0.5, 0.5, 0.5, 0.5, 0.5}
		m := optim.NewFrankWolfe(6)
		for range 20 {
			report, err := m.Step(p, x)
			if err != nil {
				t.Fatal(err)
			}
			if gap := m.State()[0].Data[0]; !(report.Value-best <= gap+1e-12) {
				t.Errorf("seed %d: gap %g, and %g is left", seed, gap, report.Value-best)
			}
		}
	}
}

func TestFrankWolfeKnowsWhenItIsDone(t *testing.T) {
	p := slope(1, -1, 0)
	p.lo, p.hi = inBox(3, -2, 3)
	x := []float64{0, 0, 0.5}
	steps, report := run(t, optim.NewFrankWolfe(3), p, x, 5)
	near(t, "corner", x, []float64{-2, 3, 0.5}, 0) // where there is no slope there is no step
	if steps != 2 || !report.Done || report.Value != -5 || !strings.Contains(report.Why, "no point of the box is better") {
		t.Errorf("%d steps, %+v", steps, report)
	}
	liar := &function{n: 1, eval: func(x, g []float64) float64 { g[0] = -1; return x[0] * x[0] }}
	liar.lo, liar.hi = inBox(1, -1, 1)
	x = []float64{0}
	if _, report := run(t, optim.NewFrankWolfe(1), liar, x, 5); !report.Done || x[0] != 0 {
		t.Errorf("x = %v, %+v", x, report)
	}
}

func TestFrankWolfeNeedsCorners(t *testing.T) {
	if _, err := optim.NewFrankWolfe(1).Step(slope(1), []float64{0}); err != optim.ErrNoCorners {
		t.Errorf("no box: %v", err)
	}
	p := slope(-1)
	p.lo, p.hi = inBox(1, 0, math.Inf(1))
	if _, err := optim.NewFrankWolfe(1).Step(p, []float64{0}); err != optim.ErrNoCorners {
		t.Errorf("open box: %v", err)
	}
}
