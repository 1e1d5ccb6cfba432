package learn_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/task"
)

// bench hides that a rig obeys superposition, and can be out of order.
type bench struct {
	learn.Rig
	broken bool
}

func (bench) Superposes() {}

var errBench = errors.New("the string has torn")

func (b bench) Apply(in, out []float64, m *learn.Measurement) error {
	if b.broken {
		return errBench
	}
	return b.Rig.Apply(in, out, m)
}

// wanted asks the samples of a set for displacements, one of them for none.
func wanted(set *task.Set) *task.Set {
	s := *set
	s.Class, s.Want = nil, make([]float64, s.N*s.Q)
	for i := range s.Want {
		s.Want[i] = 1e-4 * float64(i%7-3)
	}
	s.Want[4] = math.NaN()
	return &s
}

// spread is a point at which every variable is somewhere else.
func spread(n int) []float64 {
	x := make([]float64, n)
	for j := range x {
		x[j] = math.Mod(0.1+0.37*float64(j), 1)
	}
	return x
}

// The derivative by the variables, whatever their bounds, with some bonds frozen.
func TestProblemAgainstDifferences(t *testing.T) {
	for _, bounds := range []design.Bounds{design.Projection, design.Sigmoid, design.Softplus} {
		rig, set, d := flowers(12)
		d.Bounds, d.Steepness, d.Free = bounds, 2, []int32{27, 3, 9, 4, 14}
		if bounds == design.Softplus {
			d.Hi, d.Unit = fill(28, math.Inf(1)), fill(28, 0.001)
		}
		p := learn.NewProblem(rig, &rule.Backprop{}, task.CrossEntropy{}, d, learn.Batch{Set: set})
		if p.Dim() != 5 {
			t.Fatalf("%d variables", p.Dim())
		}
		x, g, unused := spread(5), make([]float64, 5), make([]float64, 5)
		value, err := p.Eval(x, g)
		if err != nil {
			t.Fatal(err)
		}
		if mean, err := learn.MeanLoss(rig, p.Loss, p.Batch); err != nil || !(math.Abs(mean-value) <= 1e-14) {
			t.Errorf("loss %g, mean loss %g, %v", value, mean, err)
		}
		for j := range x {
			at, h := x[j], 1e-5
			x[j] = at + h
			up, _ := p.Eval(x, unused)
			x[j] = at - h
			down, _ := p.Eval(x, unused)
			x[j] = at
			if want := (up - down) / (2 * h); !(math.Abs(g[j]-want) <= 1e-8*max(1, math.Abs(want))) {
				t.Errorf("bounds %d: derivative %d is %g, by differences %g", bounds, j, g[j], want)
			}
		}
		for i, k := range p.Stiffness() {
			if i != 27 && i != 3 && i != 9 && i != 4 && i != 14 && k != d.Gain[i]*d.Start[i] {
				t.Errorf("frozen bond %d has %g", i+1, k)
			}
		}
	}
}

func TestProblemRemembersItsLastEval(t *testing.T) {
	rig, set, d := flowers(12)
	d.Bounds = design.Projection
	p := learn.NewProblem(rig, &rule.Backprop{}, task.CrossEntropy{}, d, learn.Batch{Set: set})
	x, g := spread(28), make([]float64, 28)
	if _, err := p.Eval(x, g); err != nil {
		t.Fatal(err)
	}
	want := d.KKT(x, p.StiffnessGradient())
	for j := range x {
		x[j] = 0
	}
	if got := p.KKT(); got != want || want == 0 {
		t.Errorf("KKT %g, not %g", got, want)
	}
	if lo, hi := p.Box(); len(lo) != 28 || hi[3] != 1 {
		t.Errorf("box %v..%v", lo, hi)
	}
	if err := p.Set(x); err != nil || rig.Stiffness()[5] != d.Gain[5]*d.Lo[5] {
		t.Errorf("set to the lower ends: %g, %v", rig.Stiffness()[5], err)
	}
}

func TestProblemHandsErrorsOn(t *testing.T) {
	rig, set, d := flowers(3)
	g := make([]float64, 28)
	p := learn.NewProblem(bench{rig, true}, &rule.Backprop{}, task.CrossEntropy{}, d, learn.Batch{Set: set})
	if _, err := p.Eval(make([]float64, 28), g); !errors.Is(err, errBench) || errors.Is(err, optim.ErrNoValue) {
		t.Errorf("a broken rig: %v", err)
	}
	if _, err := p.Evaluate(set); !errors.Is(err, errBench) {
		t.Errorf("a broken rig: %v", err)
	}
	if _, err := learn.MeanLoss(p.Rig, p.Loss, p.Batch); !errors.Is(err, errBench) {
		t.Errorf("a broken rig: %v", err)
	}
	p = learn.NewProblem(rig, &rule.Backprop{}, task.CrossEntropy{}, d, learn.Batch{Set: set})
	bad := fill(28, math.NaN())
	if _, err := p.Eval(bad, g); !errors.Is(err, optim.ErrNoValue) || !strings.Contains(err.Error(), "stiffness") {
		t.Errorf("a stiffness that is none: %v", err)
	}
	set = wanted(set)
	p = learn.NewProblem(rig, &rule.Backprop{}, task.MeanSquare{Scale: 1e-200}, d, learn.Batch{Set: set})
	if _, err := p.Eval(make([]float64, 28), g); !errors.Is(err, optim.ErrNoValue) || !strings.Contains(err.Error(), "the loss is infinite or no number") {
		t.Errorf("an infinite loss: %v", err)
	}
	n := p.Count()
	if err := p.Residuals(bad, make([]float64, n), make([]float64, n*28)); err == nil || !strings.Contains(err.Error(), "stiffness") {
		t.Errorf("a stiffness that is none: %v", err)
	}
}

// |r|^2 / 2 is the loss, J^T r its derivative, and J the derivative of r.
func TestResiduals(t *testing.T) {
	for _, bounds := range []design.Bounds{design.Projection, design.Sigmoid} {
		rig, set, d := flowers(6)
		d.Bounds, d.Free = bounds, d.Free[3:20]
		p := learn.NewProblem(rig, &rule.Backprop{}, task.MeanSquare{Scale: 1e-3}, d, learn.Batch{Set: wanted(set), Rows: []int32{1, 5, 3}, Divisor: 4})
		n, rows := p.Dim(), p.Count()
		if rows != 9 {
			t.Fatalf("%d residuals", rows)
		}
		x, g := spread(n), make([]float64, n)
		value, err := p.Eval(x, g)
		if err != nil {
			t.Fatal(err)
		}
		r, jacobian := fill(rows, 9e9), fill(rows*n, 9e9) // left over
		if err := p.Residuals(x, r, jacobian); err != nil {
			t.Fatal(err)
		}
		half := 0.0
		for _, v := range r {
			half += v * v / 2
		}
		if !(math.Abs(half-value) <= 1e-14*value) {
			t.Errorf("|r|^2/2 = %.15g, the loss %.15g", half, value)
		}
		for j := range n {
			slope := 0.0
			for i := range r {
				slope += r[i] * jacobian[i*n+j]
			}
			if !(math.Abs(slope-g[j]) <= 1e-12*max(1e-3, math.Abs(g[j]))) {
				t.Errorf("J^T r %d is %g, the derivative %g", j, slope, g[j])
			}
		}
		up, down := make([]float64, rows), make([]float64, rows)
		for j := range n {
			at, h := x[j], 1e-5
			x[j] = at + h
			if err := p.Residuals(x, up, nil); err != nil {
				t.Fatal(err)
			}
			x[j] = at - h
			if err := p.Residuals(x, down, nil); err != nil {
				t.Fatal(err)
			}
			x[j] = at
			for i := range r {
				if want := (up[i] - down[i]) / (2 * h); !(math.Abs(jacobian[i*n+j]-want) <= 1e-7*max(1, math.Abs(want))) {
					t.Errorf("J[%d, %d] = %g, by differences %g", i, j, jacobian[i*n+j], want)
				}
			}
		}
	}
}

func TestResidualsOfWhat(t *testing.T) {
	rig, set, d := flowers(3)
	for name, p := range map[string]*learn.Problem{
		"classes":     learn.NewProblem(rig, &rule.Backprop{}, task.CrossEntropy{}, d, learn.Batch{Set: set}),
		"on a bench ": learn.NewProblem(bench{rig, false}, &rule.Backprop{}, task.MeanSquare{Scale: 1}, d, learn.Batch{Set: wanted(set)}),
	} {
		if err := p.Residuals(make([]float64, 28), nil, nil); err == nil || !strings.Contains(err.Error(), "least squares") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Scores by hand, on a rig that superposes and on one that does not.
func TestScores(t *testing.T) {
	exact := chainRig(t, 2, 4) // under (6, 4) the outputs are 5 and 6, under (2, -2) 0 and -0.5, under (4, 0) 2 and 2, under (6, -4) 1 and 0
	d := &design.Design{Lo: fill(2, 1), Hi: fill(2, 9), Start: fill(2, 1), Gain: fill(2, 1), Unit: fill(2, 1), Free: []int32{0, 1}}
	f := []float64{6, 4, 2, -2, 4, 0, 6, -4}
	classes := &task.Set{N: 4, P: 2, Q: 2, F: f, Class: []int32{1, 0, 1, 0}}
	wants := &task.Set{N: 3, P: 2, Q: 2, F: f[:6], Want: []float64{5, 5, math.NaN(), -1, 2, math.NaN()}}
	nothing := &task.Set{N: 1, P: 2, Q: 2, F: f[:2], Want: []float64{math.NaN(), 0}}
	for name, rig := range map[string]learn.Rig{"exact": exact, "bench": bench{exact, false}} {
		score := func(loss task.Loss, set *task.Set) learn.Score {
			s, err := learn.NewProblem(rig, &rule.Backprop{}, loss, d, learn.Batch{}).Evaluate(set)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		same := func(what string, got, want float64) {
			if !(math.Abs(got-want) <= 1e-12) && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Errorf("%s: %s is %g, not %g", name, what, got, want)
			}
		}
		s := score(task.Hinge{Margin: 2}, classes) // 1 - 1/2, 1 + 0.5/2, 1 - 0, 1 - 1/2
		same("loss", s.Loss, (0.5+1.25+1+0.5)/4)
		same("accuracy", s.Accuracy, 2./4) // a tie is no answer
		same("relative", s.Relative, math.NaN())
		s = score(task.MeanSquare{Scale: 1}, wants) // errors 0, 1; 0.5; 0
		same("loss", s.Loss, (0.5+0.125)/3)
		same("relative", s.Relative, math.Sqrt(1.25/(25+25+1+4)))
		same("accuracy", s.Accuracy, math.NaN())
		s = score(task.MeanSquare{Scale: 1}, nothing) // nothing to be relative to
		same("loss", s.Loss, 18)
		same("relative", s.Relative, math.NaN())
		s = score(task.MeanSquare{Scale: 1}, &task.Set{P: 2, Q: 2, Want: []float64{}})
		same("loss of none", s.Loss, math.NaN())
		same("accuracy of none", s.Accuracy, math.NaN())
		same("relative of none", s.Relative, math.NaN())
	}
}
