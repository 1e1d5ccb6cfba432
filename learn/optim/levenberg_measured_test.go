package optim_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/learn/optim"
)

// looks counts how often a problem is asked for its residuals.
type looks struct {
	optim.LeastSquares
	n int
}

func (l *looks) Residuals(x, r, jac []float64) error {
	l.n++
	return l.LeastSquares.Residuals(x, r, jac)
}

// It ends in the valley with one look a step, also where it was stopped and restored on the way.
func TestMeasuredLevenbergLooksOnce(t *testing.T) {
	p := &looks{LeastSquares: rosenbrock()}
	x, m := []float64{-1.2, 1}, optim.NewMeasuredLevenberg(2)
	const steps = 60
	for i := range steps {
		if _, err := m.Step(p, x); err != nil {
			t.Fatal(err)
		}
		if i == 7 {
			saved := m.State()
			m = optim.NewMeasuredLevenberg(2)
			if err := m.Restore(saved); err != nil {
				t.Fatal(err)
			}
		}
	}
	near(t, "valley", x, []float64{1, 1}, 1e-9)
	if p.n > steps {
		t.Errorf("%d looks in %d steps", p.n, steps)
	}
	if _, searches := any(m).(optim.Searching); searches {
		t.Error("a bench would refuse it")
	}
}

// A step is damped until it stands.
func TestMeasuredLevenbergStands(t *testing.T) {
	x, m := []float64{-1.2, 1}, optim.NewMeasuredLevenberg(2)
	m.Stands = func(x []float64) bool { return math.Hypot(x[0]+1.2, x[1]-1) < 0.1 }
	p := rosenbrock()
	for range 5 {
		if _, err := m.Step(p, x); err != nil {
			t.Fatal(err)
		}
		if !m.Stands(x) {
			t.Fatalf("it went to %v", x)
		}
	}
	if x[0] == -1.2 {
		t.Error("it did not move")
	}
}
