package optim_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/learn/optim"
)

// slope is a function with the same slope everywhere.
func slope(g ...float64) *function {
	return &function{n: len(g), eval: func(x, to []float64) float64 {
		value := 0.0
		for i := range x {
			value += g[i] * x[i]
		}
		copy(to, g)
		return value
	}}
}

func TestGradientDescentByHand(t *testing.T) {
	x := []float64{1, 2}
	run(t, optim.NewMomentum(2, 0.1, 0), slope(1, -3), x, 2)
	near(t, "two steps", x, []float64{0.8, 2.6}, 1e-15)
}

// v = 1, 1.5, 1.75 times the slope.
func TestMomentumByHand(t *testing.T) {
	x := []float64{1, 2}
	run(t, optim.NewMomentum(2, 0.1, 0.5), slope(1, -2), x, 3)
	near(t, "three steps", x, []float64{1 - 0.425, 2 + 0.85}, 1e-15)
	p := slope(1, -2)
	p.lo, p.hi = inBox(2, 0.95, 2.15)
	x = []float64{1, 2}
	run(t, optim.NewMomentum(2, 0.1, 0.5), p, x, 1)
	near(t, "cut off at the box", x, []float64{0.95, 2.15}, 0)
}

// With a constant slope both corrected means are that of the slope, so that the
// step is Rate whatever the slope; then the slope changes.
func TestAdamByHand(t *testing.T) {
	a := optim.NewAdam(2, 0.1)
	a.Relative = 0
	x := []float64{1, 2}
	run(t, a, slope(1e-12, -3), x, 2)
	near(t, "two steps", x, []float64{0.8, 2.2}, 1e-14)

	// The slope of the first turns to -2e-12: mean = (0.1*0.9^2 + 0.1*0.9 - 0.2) / (1 - 0.9^3) in
	// units of 1e-12, square = (0.001*0.999^2 + 0.001*0.999 + 0.004) / (1 - 0.999^3).
	run(t, a, slope(-2e-12, -3), x, 1)
	mean := (0.1*0.81 + 0.1*0.9 - 0.2) / (1 - 0.729)
	square := (0.001*0.998001 + 0.001*0.999 + 0.004) / (1 - 0.997002999)
	near(t, "third step", x, []float64{0.8 - 0.1*mean/math.Sqrt(square), 2.3}, 1e-12)
}

func TestEpsilonOfAdam(t *testing.T) {
	// Absolute: step Rate g / (|g| + epsilon).
	a := optim.NewAdam(1, 0.1)
	a.Relative, a.Absolute = 0, 1e-8
	x := []float64{0}
	run(t, a, slope(1e-8), x, 1)
	near(t, "absolute", x, []float64{-0.05}, 1e-15)
	// Relative: of the root mean square of all slopes, so that a slope of none of
	// the others' size stays small.
	a = optim.NewAdam(4, 0.1)
	x = make([]float64, 4)
	run(t, a, slope(2, 1e-8, 0, 0), x, 1)
	near(t, "relative", x, []float64{-0.1 / (1 + 0.5e-8), -0.05, 0, 0}, 1e-15) // root mean square 1
	// No slope at all: no step, and no 0/0.
	x = []float64{3}
	run(t, optim.NewAdam(1, 0.1), slope(0), x, 2)
	near(t, "at rest", x, []float64{3}, 0)
	run(t, optim.NewAdam(0, 0.1), slope(), nil, 1)
}

func TestAdamInABox(t *testing.T) {
	p := slope(1, -1)
	p.lo, p.hi = inBox(2, 0, 1)
	x := []float64{0.5, 0.5}
	run(t, optim.NewAdam(2, 0.2), p, x, 10)
	near(t, "corner", x, []float64{0, 1}, 0)
}

func TestFirstOrderStepsAllocateNothing(t *testing.T) {
	p, x := valley()
	p.eval = func(x, g []float64) float64 { copy(g, x); return x[0] }
	for _, m := range []optim.Method{optim.NewMomentum(2, 0.01, 0.9), optim.NewAdam(2, 0.01), optim.NewLBFGS(2), optim.NewFrankWolfe(2)} {
		if n := testing.AllocsPerRun(10, func() {
			if _, err := m.Step(p, x); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %g allocations", m.Name(), n)
		}
	}
}
