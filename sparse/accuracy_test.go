package sparse

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// The estimate is a lower bound of the true condition number, and not a poor one.
func TestConditionEstimate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawGram(t, math.Pow(10, -rapid.Float64Range(0, 6).Draw(t, "shift")))
		f := mustFactor(t, m, Order(m.p))
		var inverse mat.Dense
		if err := inverse.Inverse(m.dense()); err != nil {
			t.Skip("the dense oracle failed")
		}
		want := mat.Norm(m.dense(), 1) * mat.Norm(&inverse, 1)
		got := f.ConditionEstimate()
		if got > want*(1+1e-6) || got < want/5 {
			t.Fatalf("estimate %g, condition %g", got, want)
		}
		if again := f.ConditionEstimate(); again != got {
			t.Fatalf("estimate %g, then %g", got, again)
		}
		if f.NormInf() != m.p.NormInf(m.values) {
			t.Fatalf("norm %g, want %g", f.NormInf(), m.p.NormInf(m.values))
		}
	})
}

func TestBackwardError(t *testing.T) {
	m := chain(4) // infinity norm 4
	x := []float64{1, 2, 3, 4}
	b := []float64{0, 0, 0, 5}
	if e := m.p.BackwardError(m.values, x, b, 1); e != 0 {
		t.Errorf("exact solution: %g", e)
	}
	b[0] = 0.5
	if e, want := m.p.BackwardError(m.values, x, b, 1), 0.5/(4*4+5); e != want {
		t.Errorf("got %g, want %g", e, want)
	}
	// The worst of several sides counts; the zero side is exact.
	both := make([]float64, 8)
	loads := make([]float64, 8)
	for i := range x {
		both[2*i+1], loads[2*i+1] = x[i], b[i]
	}
	if e, want := m.p.BackwardError(m.values, both, loads, 2), 0.5/21; e != want {
		t.Errorf("two sides: got %g, want %g", e, want)
	}
	x[2] = math.NaN()
	if e := m.p.BackwardError(m.values, x, b, 1); !math.IsNaN(e) {
		t.Errorf("NaN solution: %g", e)
	}
}

func TestLatticeOfTenThousandUnknowns(t *testing.T) {
	m := lattice(100, 50, true)
	f := mustFactor(t, m, Order(m.p))
	b := randomBlock(m.p.N*5, 1)
	x := slices.Clone(b)
	f.Solve(x, 5)
	if e := m.p.BackwardError(m.values, x, b, 5); e > 1e-14 {
		t.Errorf("backward error %g", e)
	}
	if c := f.ConditionEstimate(); c < 1e3 || c > 1e8 {
		t.Errorf("condition %g", c)
	}
}
