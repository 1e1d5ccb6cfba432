package optim_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/learn/optim"
)

// function is a problem written down as a function, in a box or not.
type function struct {
	n      int
	eval   func(x, g []float64) float64
	lo, hi []float64
	scale  float64 // of the value, 1 when 0
	evals  int
	failAt int // number of the evaluation that fails, from 1; 0 for none
}

var errRig = errors.New("the rig has failed")

func (f *function) Dim() int { return f.n }

func (f *function) Box() (lo, hi []float64) { return f.lo, f.hi }

func (f *function) Eval(x, g []float64) (float64, error) {
	if f.evals++; f.evals == f.failAt {
		return 0, errRig
	}
	value := f.eval(x, g)
	if f.scale != 0 {
		value *= f.scale
		for i := range g {
			g[i] *= f.scale
		}
	}
	return value, nil
}

// squares is |r|^2 / 2 of residuals with a Jacobian.
type squares struct {
	function
	rows      int
	residuals func(x, r, jacobian []float64)
}

func newSquares(n, rows int, residuals func(x, r, jacobian []float64)) *squares {
	s := &squares{rows: rows, residuals: residuals}
	s.n = n
	s.eval = func(x, g []float64) float64 {
		r, jacobian := make([]float64, rows), make([]float64, rows*n)
		residuals(x, r, jacobian)
		value := 0.0
		clear(g)
		for i, v := range r {
			value += v * v / 2
			for j := range g {
				g[j] += v * jacobian[i*n+j]
			}
		}
		return value
	}
	return s
}

func (s *squares) Count() int { return s.rows }

func (s *squares) Residuals(x, r, jacobian []float64) error {
	if s.evals++; s.evals == s.failAt {
		return errRig
	}
	if jacobian == nil {
		jacobian = make([]float64, s.rows*s.n)
	}
	s.residuals(x, r, jacobian)
	if s.scale != 0 {
		for i := range r {
			r[i] *= math.Sqrt(s.scale)
		}
		for i := range jacobian {
			jacobian[i] *= math.Sqrt(s.scale)
		}
	}
	return nil
}

// inBox bounds all variables alike.
func inBox(n int, low, high float64) (lo, hi []float64) {
	for range n {
		lo, hi = append(lo, low), append(hi, high)
	}
	return lo, hi
}

// rosenbrock is the banana valley: minimum 0 at (1, 1).
func rosenbrock() *squares {
	return newSquares(2, 2, func(x, r, jacobian []float64) {
		r[0], r[1] = 10*(x[1]-x[0]*x[0]), 1-x[0]
		copy(jacobian, []float64{-20 * x[0], 10, -1, 0})
	})
}

// boundedQuadratic is x.A x / 2 + b.x in the box [0, 1]^n with a known minimum:
// about half its variables are on bounds, pushed there by a slope.
func boundedQuadratic(n int, seed uint64) (f *function, minimum []float64) {
	random := rand.New(rand.NewPCG(seed, 7))
	a := make([]float64, n*n) // B^T B + 1
	b := make([]float64, n*n)
	for i := range b {
		b[i] = random.NormFloat64() / math.Sqrt(float64(n))
	}
	for i := range n {
		for j := range n {
			for k := range n {
				a[i*n+j] += b[k*n+i] * b[k*n+j]
			}
		}
		a[i*n+i]++
	}
	minimum, slope := make([]float64, n), make([]float64, n)
	for i := range n {
		switch random.IntN(4) {
		case 0:
			slope[i] = 0.1 + random.Float64() // at 0, uphill from there
		case 1:
			minimum[i], slope[i] = 1, -0.1-random.Float64()
		default:
			minimum[i] = 0.1 + 0.8*random.Float64()
		}
	}
	for i := range n {
		for j := range n {
			slope[i] -= a[i*n+j] * minimum[j] // now b
		}
	}
	f = &function{n: n, eval: func(x, g []float64) float64 {
		value := 0.0
		for i := range n {
			g[i] = slope[i]
			for j := range n {
				g[i] += a[i*n+j] * x[j]
			}
			value += x[i] * (g[i] + slope[i]) / 2
		}
		return value
	}}
	f.lo, f.hi = inBox(n, 0, 1)
	return f, minimum
}

// run takes steps until the method is done, and returns how many.
func run(t testing.TB, m optim.Method, p optim.Problem, x []float64, most int) (int, optim.Report) {
	t.Helper()
	var report optim.Report
	for step := range most {
		var err error
		if report, err = m.Step(p, x); err != nil {
			t.Fatalf("step %d: %v", step+1, err)
		}
		if report.Done {
			return step + 1, report
		}
	}
	return most, report
}

func near(t testing.TB, what string, got, want []float64, tolerance float64) {
	t.Helper()
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tolerance) {
			t.Errorf("%s: x = %.12g, not %.12g", what, got, want)
			return
		}
	}
}
