package optim_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/learn/optim"
)

// names are all methods; a new one is a new entry.
var names = []string{"gradient-descent", "momentum", "adam", "l-bfgs", "levenberg-marquardt", "frank-wolfe", "pattern-search", "genetic"}

func newMethod(t testing.TB, name string, n int) optim.Method {
	t.Helper()
	m, err := optim.New(name, n, 0.003)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestMethodConformance is what every Method must do.
func TestMethodConformance(t *testing.T) {
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			for _, test := range []struct {
				what string
				run  func(*testing.T, string)
			}{
				{"is called so", isCalledSo},
				{"descends", descends},
				{"stays in the box", staysInTheBox},
				{"goes on from its state", goesOnFromItsState},
				{"refuses another state", refusesAnotherState},
				{"hands errors on", handsErrorsOn},
				{"reports the value it began with", reportsItsValue},
			} {
				t.Run(test.what, func(t *testing.T) { test.run(t, name) })
			}
		})
	}
}

// valley is a problem that every method can take: Rosenbrock's in a box, from a
// place where there is some way to go.
func valley() (*squares, []float64) {
	p := rosenbrock()
	p.lo, p.hi = []float64{-2, -2}, []float64{0.5, 2}
	return p, []float64{-1.2, 1.5}
}

func isCalledSo(t *testing.T, name string) {
	m := newMethod(t, name, 2)
	if m.Name() != name {
		t.Errorf("%q is called %q", name, m.Name())
	}
	full := name == "l-bfgs" || name == "levenberg-marquardt" || name == "frank-wolfe" || name == "pattern-search" || name == "genetic"
	if m.FullBatch() != full {
		t.Errorf("full batch: %v", m.FullBatch())
	}
}

func descends(t *testing.T, name string) {
	p, x := valley()
	g := make([]float64, 2)
	before, _ := p.Eval(x, g)
	run(t, newMethod(t, name, 2), p, x, 300)
	if after, _ := p.Eval(x, g); !(after < 0.8*before) {
		t.Errorf("300 steps lead from %g to %g", before, after)
	}
}

func staysInTheBox(t *testing.T, name string) {
	p, x := valley()
	p.lo, p.hi = []float64{-1.3, 1.2}, []float64{-0.2, 1.6}
	m := newMethod(t, name, 2)
	for step := range 60 {
		report, err := m.Step(p, x)
		if err != nil {
			t.Fatal(err)
		}
		for i := range x {
			if x[i] < p.lo[i] || x[i] > p.hi[i] {
				t.Fatalf("step %d: x = %g", step+1, x)
			}
		}
		if report.Done && report.Why == "" {
			t.Fatal("done without a reason")
		}
	}
}

// A run broken off after any step and taken up by a fresh method, with nothing
// but x and the state, goes on bit for bit.
func goesOnFromItsState(t *testing.T, name string) {
	const steps = 30
	p, x := valley()
	m := newMethod(t, name, 2)
	var path [][]float64
	var values []float64
	var states [][]optim.Field
	for range steps {
		path, states = append(path, slices.Clone(x)), append(states, deepCopy(m.State()))
		report, err := m.Step(p, x)
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, report.Value)
	}
	for from := range steps {
		p, _ := valley()
		m, x := newMethod(t, name, 2), slices.Clone(path[from])
		if err := m.Restore(states[from]); err != nil {
			t.Fatal(err)
		}
		for step := from; step < min(from+15, steps); step++ {
			if !slices.Equal(x, path[step]) {
				t.Fatalf("taken up after step %d, step %d begins at %v, not %v", from, step+1, x, path[step])
			}
			report, err := m.Step(p, x)
			if err != nil {
				t.Fatal(err)
			}
			if report.Value != values[step] {
				t.Fatalf("taken up after step %d, step %d sees %g, not %g", from, step+1, report.Value, values[step])
			}
		}
	}
}

func deepCopy(state []optim.Field) (fields []optim.Field) {
	for _, f := range state {
		fields = append(fields, optim.Field{Name: f.Name, Data: slices.Clone(f.Data)})
	}
	return fields
}

func refusesAnotherState(t *testing.T, name string) {
	m := newMethod(t, name, 2)
	state := deepCopy(m.State())
	for what, saved := range map[string][]optim.Field{
		"nothing":         nil,
		"one field more":  append(deepCopy(state), optim.Field{Name: "more", Data: nil}),
		"another name":    append([]optim.Field{{Name: "another", Data: state[0].Data}}, state[1:]...),
		"another length":  append([]optim.Field{{Name: state[0].Name, Data: make([]float64, 77)}}, state[1:]...),
		"another network": newMethod(t, name, 3).State(),
	} {
		if what == "another network" && (name == "levenberg-marquardt" || name == "frank-wolfe") {
			continue // their state has no size
		}
		if err := m.Restore(saved); err == nil || !strings.Contains(err.Error(), "saved optimiser state") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := m.Restore(state); err != nil {
		t.Error(err)
	}
}

func handsErrorsOn(t *testing.T, name string) {
	for failAt := 1; failAt <= 6; failAt++ {
		p, x := valley()
		p.failAt = failAt
		m := newMethod(t, name, 2)
		var err error
		for step := 0; step < 6 && err == nil; step++ {
			before := slices.Clone(x)
			if _, err = m.Step(p, x); err != nil && !slices.Equal(x, before) {
				t.Errorf("evaluation %d fails, and x has moved", failAt)
			}
		}
		if !errors.Is(err, errRig) {
			t.Errorf("evaluation %d fails: %v", failAt, err)
		}
	}
}

func reportsItsValue(t *testing.T, name string) {
	p, x := valley()
	m := newMethod(t, name, 2)
	g := make([]float64, 2)
	for step := range 10 {
		want, _ := p.Eval(slices.Clone(x), g)
		report, err := m.Step(p, x)
		if err != nil {
			t.Fatal(err)
		}
		if !(math.Abs(report.Value-want) <= 1e-15*want) {
			t.Fatalf("step %d: value %.17g, not %.17g", step+1, report.Value, want)
		}
	}
}

func TestUnknownMethod(t *testing.T) {
	if m, err := optim.New("magic", 2, 1); err == nil || m != nil || !strings.Contains(err.Error(), `"magic"`) {
		t.Errorf("%v, %v", m, err)
	}
}

// The unit of the loss does not matter: all that choose their own step, and
// Adam, take the same path. Powers of two round nothing, so it is the same bit
// for bit.
func TestUnitOfTheLoss(t *testing.T) {
	for _, name := range []string{"adam", "l-bfgs", "levenberg-marquardt", "frank-wolfe"} {
		for _, power := range []int{-60, -30, 30, 60} {
			p, x := valley()
			q, y := valley()
			q.scale = math.Ldexp(1, power)
			a, b := newMethod(t, name, 2), newMethod(t, name, 2)
			for step := range 40 {
				if _, err := a.Step(p, x); err != nil {
					t.Fatal(err)
				}
				if _, err := b.Step(q, y); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(x, y) {
					t.Errorf("%s, loss times 2^%d: step %d leads to %.17g, not %.17g", name, power, step+1, y, x)
					break
				}
			}
		}
	}
}

// Steps that lead where the problem has no value, as where a network loses its
// stiffness, are shortened: x - log x and 1 - 1/x end at 1 from both sides of it,
// though their slopes at 5 point far below 0.
func TestPointsWithoutValueAreSteppedBackFrom(t *testing.T) {
	outside := 0
	for _, test := range []struct {
		method optim.Method
		start  float64
		boxed  bool
	}{{optim.NewLBFGS(1), 5, false}, {optim.NewLevenbergMarquardt(1), 5, false}, {optim.NewFrankWolfe(1), 3, true}} {
		p := &positive{squares: *newSquares(1, 1, func(x, r, jacobian []float64) { r[0], jacobian[0] = 1-1/x[0], 1/(x[0]*x[0]) }), outside: &outside}
		if test.method.Name() != "levenberg-marquardt" {
			p.eval = func(x, g []float64) float64 {
				g[0] = 1 - 1/x[0]
				return x[0] - math.Log(x[0])
			}
		}
		if test.boxed {
			p.lo, p.hi = []float64{-40}, []float64{8}
		}
		outside = 0
		x := []float64{test.start}
		run(t, test.method, p, x, 100)
		if outside == 0 || !(math.Abs(x[0]-1) < 1e-3) {
			t.Errorf("%s: x = %g after %d points without value", test.method.Name(), x[0], outside)
		}
	}
}

// positive has no value unless x > 0.
type positive struct {
	squares
	outside *int
}

func (p *positive) Eval(x, g []float64) (float64, error) {
	if x[0] <= 0 {
		*p.outside++
		return 0, fmt.Errorf("x = %g: %w", x[0], optim.ErrNoValue)
	}
	return p.squares.Eval(x, g)
}

func (p *positive) Residuals(x, r, jacobian []float64) error {
	if x[0] <= 0 {
		*p.outside++
		return fmt.Errorf("x = %g: %w", x[0], optim.ErrNoValue)
	}
	return p.squares.Residuals(x, r, jacobian)
}
