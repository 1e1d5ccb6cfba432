package optim_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/optimize/functions"
	"pgregory.net/rapid"

	"github.com/elastrain/elastrain/learn/optim"
)

// The test functions of gonum (Moré, Garbow & Hillstrom 1981), whose minima are
// known.
func TestLBFGSOnKnownFunctions(t *testing.T) {
	type smooth interface {
		Func(x []float64) float64
		Grad(grad, x []float64)
	}
	for _, test := range []struct {
		name  string
		f     smooth
		start []float64
		min   []float64
	}{
		{"Rosenbrock", functions.ExtendedRosenbrock{}, []float64{-1.2, 1}, []float64{1, 1}},
		{"Rosenbrock in 10 dimensions", functions.ExtendedRosenbrock{}, []float64{0.5, 1, 0, 2, 1.5, 0.5, 0.3, 1.2, 0.1, 2}, []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
		{"Wood", functions.Wood{}, []float64{-3, -1, -3, -1}, []float64{1, 1, 1, 1}},
		{"Beale", functions.Beale{}, []float64{1, 1}, []float64{3, 0.5}},
		{"helical valley", functions.HelicalValley{}, []float64{-1, 0.1, 0.1}, []float64{1, 0, 0}},
	} {
		p := &function{n: len(test.start), eval: func(x, g []float64) float64 {
			test.f.Grad(g, x)
			return test.f.Func(x)
		}}
		x := append([]float64(nil), test.start...)
		_, report := run(t, optim.NewLBFGS(len(x)), p, x, 2000)
		near(t, test.name, x, test.min, 1e-6)
		if !report.Done || p.evals > 400 {
			t.Errorf("%s: done %v after %d evaluations", test.name, report.Done, p.evals)
		}
	}
}

// Half the variables on bounds, all found: a minimum known by construction.
func TestLBFGSInABox(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "n")
		p, minimum := boundedQuadratic(n, rapid.Uint64().Draw(t, "seed"))
		x := make([]float64, n)
		for i := range x {
			x[i] = rapid.SampledFrom([]float64{0, 0.3, 0.5, 1}).Draw(t, "start")
		}
		m := optim.NewLBFGS(n)
		for step := 0; ; step++ {
			report, err := m.Step(p, x)
			if err != nil {
				t.Fatal(err)
			}
			if report.Done {
				break
			}
			if step > 60 { // as many as of steepest descent do not suffice
				t.Fatalf("not done after %d steps", step)
			}
		}
		for i := range x {
			if !(math.Abs(x[i]-minimum[i]) <= 1e-6) {
				t.Fatalf("variable %d is %.9g, not %.9g", i, x[i], minimum[i])
			}
			if onBound := minimum[i] == 0 || minimum[i] == 1; onBound && x[i] != minimum[i] {
				t.Fatalf("variable %d is %g beside its bound %g", i, x[i], minimum[i])
			}
		}
	})
}

// The valley cut off at x = 0.5 has its lowest point at (0.5, 0.25).
func TestLBFGSOnTheValleyInABox(t *testing.T) {
	p, x := valley()
	_, report := run(t, optim.NewLBFGS(2), p, x, 500)
	near(t, "valley", x, []float64{0.5, 0.25}, 1e-7)
	if !report.Done || x[0] != 0.5 {
		t.Errorf("x = %v, %+v", x, report)
	}
}

func TestLBFGSKnowsWhenItIsDone(t *testing.T) {
	p := slope(1, -1)
	p.lo, p.hi = inBox(2, 0, 1)
	x := []float64{0, 1} // a corner that the slope points to
	if steps, report := run(t, optim.NewLBFGS(2), p, x, 5); steps != 1 || !report.Done || !strings.Contains(report.Why, "held by a bound") {
		t.Errorf("%d steps, %+v", steps, report)
	}
	near(t, "corner", x, []float64{0, 1}, 0)
	// A wrong derivative: no step helps, and that is said.
	liar := &function{n: 1, eval: func(x, g []float64) float64 { g[0] = -1; return x[0] * x[0] }}
	x = []float64{0}
	if _, report := run(t, optim.NewLBFGS(1), liar, x, 5); !report.Done || x[0] != 0 {
		t.Errorf("x = %v, %+v", x, report)
	}
}

// The point that a search ends at is known and not evaluated again, unless
// somebody else has moved it.
func TestLBFGSTakesUpWhatItKnows(t *testing.T) {
	p, x := valley()
	eval := p.eval
	var at [][]float64
	p.eval = func(x, g []float64) float64 {
		at = append(at, slices.Clone(x))
		return eval(x, g)
	}
	m := optim.NewLBFGS(2)
	run(t, m, p, x, 15)
	for i := range at {
		if i > 0 && slices.Equal(at[i], at[i-1]) {
			t.Errorf("evaluation %d repeats the one before", i+1)
		}
	}
	before := len(at)
	x[0] += 0.01
	moved := slices.Clone(x)
	run(t, m, p, x, 1)
	if !slices.Equal(at[before], moved) {
		t.Errorf("moved to %v, and %v is evaluated", moved, at[before])
	}
}

// Any number of remembered steps leads to the minimum, and its state is as large as it says.
func TestLBFGSMemory(t *testing.T) {
	for _, memory := range []int{1, 3, 20} {
		p := &function{n: 2, eval: func(x, g []float64) float64 {
			functions.ExtendedRosenbrock{}.Grad(g, x)
			return functions.ExtendedRosenbrock{}.Func(x)
		}}
		x := []float64{-1.2, 1}
		m := optim.NewLBFGSOf(2, memory)
		run(t, m, p, x, 3000)
		near(t, "Rosenbrock", x, []float64{1, 1}, 1e-5)
		if n := len(m.State()[0].Data); n != 2*memory {
			t.Errorf("remembering %d steps takes %d numbers", memory, n)
		}
		if err := optim.NewLBFGSOf(2, memory+1).Restore(m.State()); err == nil {
			t.Errorf("a state of %d steps is taken for one of %d", memory, memory+1)
		}
	}
}
