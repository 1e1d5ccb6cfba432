package optim_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/elastrain/elastrain/learn/optim"
)

func TestLevenbergMarquardtOnTheValley(t *testing.T) {
	p, x := rosenbrock(), []float64{-1.2, 1}
	steps, report := run(t, optim.NewLevenbergMarquardt(2), p, x, 60)
	near(t, "valley", x, []float64{1, 1}, 1e-12)
	if !report.Done || steps > 50 {
		t.Errorf("%d steps, %+v", steps, report)
	}
	p, x = valley()
	_, report = run(t, optim.NewLevenbergMarquardt(2), p, x, 60)
	near(t, "valley in a box", x, []float64{0.5, 0.25}, 1e-7)
	if !report.Done {
		t.Errorf("%+v", report)
	}
}

// Linear residuals, more or fewer than variables: the first steps are as good as
// the last, up to the damping.
func TestLinearLeastSquares(t *testing.T) {
	for _, test := range []struct{ rows, n int }{{6, 3}, {3, 3}, {2, 5}} {
		random := rand.New(rand.NewPCG(1, uint64(test.rows)))
		a, b := make([]float64, test.rows*test.n), make([]float64, test.rows)
		for i := range a {
			a[i] = random.NormFloat64()
		}
		for i := range b {
			b[i] = random.NormFloat64()
		}
		p := newSquares(test.n, test.rows, func(x, r, jacobian []float64) {
			copy(jacobian, a)
			for i := range r {
				r[i] = -b[i]
				for j := range x {
					r[i] += a[i*test.n+j] * x[j]
				}
			}
		})
		x, g := make([]float64, test.n), make([]float64, test.n)
		run(t, optim.NewLevenbergMarquardt(test.n), p, x, 8)
		value, _ := p.Eval(x, g)
		for j := range g {
			if !(math.Abs(g[j]) <= 1e-12) {
				t.Errorf("%d x %d: slope %v", test.rows, test.n, g)
				break
			}
		}
		if test.rows <= test.n && value > 1e-25 {
			t.Errorf("%d x %d: value %g", test.rows, test.n, value)
		}
	}
}

// Residuals x - c in a box: the nearest point of the box, in a step or two. What
// stays out of reach hides changes of the value below its rounding error, and
// with them half the digits of x.
func TestLevenbergMarquardtAtBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		c, x := make([]float64, n), make([]float64, n)
		for i := range c {
			c[i] = rapid.Float64Range(-2, 3).Draw(t, "c")
			x[i] = rapid.Float64Range(0, 1).Draw(t, "x")
		}
		p := newSquares(n, n, func(x, r, jacobian []float64) {
			clear(jacobian)
			for i := range x {
				r[i], jacobian[i*n+i] = x[i]-c[i], 1
			}
		})
		p.lo, p.hi = inBox(n, 0, 1)
		m := optim.NewLevenbergMarquardt(n)
		for range 8 {
			if _, err := m.Step(p, x); err != nil {
				t.Fatal(err)
			}
		}
		for i := range x {
			if want := min(max(c[i], 0), 1); !(math.Abs(x[i]-want) <= 1e-7) {
				t.Fatalf("variable %d is %.15g, not %.15g", i, x[i], want)
			}
		}
	})
}

// A variable that a step would carry past its bound stops there, and the others
// make up for it in the same step: x_0 + x_1 = 3 with x_0 at most 1.
func TestOthersMakeUpForABound(t *testing.T) {
	p := newSquares(2, 1, func(x, r, jacobian []float64) {
		r[0], jacobian[0], jacobian[1] = x[0]+x[1]-3, 1, 1
	})
	p.lo, p.hi = []float64{0, 0}, []float64{1, 5}
	x := []float64{0.5, 0.5}
	run(t, optim.NewLevenbergMarquardt(2), p, x, 1)
	near(t, "one step", x, []float64{1, 2}, 1e-5)
}

// The bounded quadratic as least squares: the same minimum as by construction.
func TestLevenbergMarquardtInABox(t *testing.T) {
	for seed := range uint64(30) {
		const n = 8
		f, minimum := boundedQuadratic(n, seed)
		// x.A x/2 + b.x = |R x + R^-T b|^2 / 2 + constant, with A = R^T R.
		b, g := make([]float64, n), make([]float64, n)
		f.eval(make([]float64, n), b)
		a := make([]float64, n*n)
		for j := range n {
			x := make([]float64, n)
			x[j] = 1
			f.eval(x, g)
			for i := range n {
				a[i*n+j] = g[i] - b[i]
			}
		}
		r := cholesky(a, n)
		shift := make([]float64, n) // R^T shift = b
		for i := range n {
			shift[i] = b[i]
			for k := range i {
				shift[i] -= r[k*n+i] * shift[k]
			}
			shift[i] /= r[i*n+i]
		}
		p := newSquares(n, n, func(x, res, jacobian []float64) {
			copy(jacobian, r)
			for i := range res {
				res[i] = shift[i]
				for j := range x {
					res[i] += r[i*n+j] * x[j]
				}
			}
		})
		p.lo, p.hi = f.lo, f.hi
		x := make([]float64, n)
		for i := range x {
			x[i] = 0.5
		}
		run(t, optim.NewLevenbergMarquardt(n), p, x, 40)
		near(t, "bounded quadratic", x, minimum, 1e-6)
	}
}

// cholesky is the upper R with A = R^T R.
func cholesky(a []float64, n int) []float64 {
	r := make([]float64, n*n)
	for i := range n {
		for j := i; j < n; j++ {
			sum := a[i*n+j]
			for k := range i {
				sum -= r[k*n+i] * r[k*n+j]
			}
			if i == j {
				r[i*n+i] = math.Sqrt(sum)
			} else {
				r[i*n+j] = sum / r[i*n+i]
			}
		}
	}
	return r
}

func TestLevenbergMarquardtKnowsWhenItIsDone(t *testing.T) {
	// Reached exactly.
	p := newSquares(1, 1, func(x, r, jacobian []float64) { r[0], jacobian[0] = x[0]-2, 1 })
	x := []float64{2}
	if steps, report := run(t, optim.NewLevenbergMarquardt(1), p, x, 5); steps != 1 || !report.Done || report.Value != 0 {
		t.Errorf("%d steps, %+v", steps, report)
	}
	// Out of reach: held by its bound.
	p.lo, p.hi = inBox(1, 0, 1)
	x = []float64{1}
	if steps, report := run(t, optim.NewLevenbergMarquardt(1), p, x, 5); steps != 1 || !report.Done || report.Value != 0.5 || !strings.Contains(report.Why, "held by a bound") {
		t.Errorf("%d steps, %+v", steps, report)
	}
	// A Jacobian that misleads: no damping helps.
	liar := newSquares(1, 1, func(x, r, jacobian []float64) { r[0], jacobian[0] = 1+x[0]*x[0], 1 })
	x = []float64{0}
	if _, report := run(t, optim.NewLevenbergMarquardt(1), liar, x, 5); !report.Done || x[0] != 0 {
		t.Errorf("x = %v, %+v", x, report)
	}
	// One that is not even a number: no step, no end.
	broken := newSquares(1, 1, func(x, r, jacobian []float64) { r[0], jacobian[0] = 1, math.NaN() })
	if _, report := run(t, optim.NewLevenbergMarquardt(1), broken, x, 5); !report.Done || x[0] != 0 {
		t.Errorf("x = %v, %+v", x, report)
	}
}

func TestLevenbergMarquardtNeedsSquares(t *testing.T) {
	if _, err := optim.NewLevenbergMarquardt(1).Step(slope(1), []float64{0}); err != optim.ErrNotSquares {
		t.Errorf("%v", err)
	}
}

// A Jacobian beyond memory is refused before anything is allocated.
func TestLevenbergMarquardtKnowsItsSize(t *testing.T) {
	const n = 1000
	p := newSquares(n, optim.MostJacobian/n+1, func(x, r, jacobian []float64) { t.Error("asked for residuals") })
	if _, err := optim.NewLevenbergMarquardt(n).Step(p, make([]float64, n)); err == nil || !strings.Contains(err.Error(), "use l-bfgs") {
		t.Errorf("%v", err)
	}
}
