package task_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/elastrain/elastrain/task"
)

var nan = math.NaN()

// values and derivatives of every loss, by hand.
func TestLossesByHand(t *testing.T) {
	e := math.Exp(1)
	for _, test := range []struct {
		name  string
		loss  task.SampleLoss
		u     []float64
		goal  task.Goal
		value float64
		g     []float64
	}{
		{"mean square", task.MeanSquare{Scale: 2}, []float64{3, -1}, task.Goal{Want: []float64{1, 1}, Class: -1}, 1, []float64{0.5, -0.5}},
		{"mean square, not all asked", task.MeanSquare{Scale: 2}, []float64{3, 5}, task.Goal{Want: []float64{1, nan}, Class: -1}, 0.5, []float64{0.5, 0}},
		{"mean square, nothing asked", task.MeanSquare{Scale: 2}, []float64{3}, task.Goal{Want: []float64{nan}, Class: -1}, 0, []float64{0}},
		{"mean square, reached", task.MeanSquare{Scale: 1e-3}, []float64{1e-3}, task.Goal{Want: []float64{1e-3}, Class: -1}, 0, []float64{0}},

		{"cross-entropy", task.CrossEntropy{}, []float64{1, -3}, task.Goal{Class: 0}, math.Log(4), []float64{0.25 - 1, -0.25}},
		{"cross-entropy, the other way", task.CrossEntropy{}, []float64{1, -3}, task.Goal{Class: 1}, math.Log(4. / 3), []float64{0.25, -0.25 + 1./3}},
		{"cross-entropy, tie", task.CrossEntropy{}, []float64{2, 2}, task.Goal{Class: 0}, math.Log(2), []float64{-0.25, 0.25}},
		{"cross-entropy, wrong output at rest", task.CrossEntropy{}, []float64{2, 0}, task.Goal{Class: 0}, 0, []float64{0, 0.5}},
		{"cross-entropy, one left out", task.CrossEntropy{}, []float64{1, 7, 3}, task.Goal{Want: []float64{0, nan, 0}, Class: 0}, math.Log(4), []float64{0.25 - 1, 0, 0.25}},

		{"softmax", task.Softmax{Sharpness: 1}, []float64{1, -2}, task.Goal{Class: 1}, math.Log(1 + 1/e), []float64{1 / (1 + e), 1 / (1 + e)}},
		{"softmax, all at rest", task.Softmax{Sharpness: 6}, []float64{0, 0, 0}, task.Goal{Class: 1}, math.Log(3), []float64{2, -4, 2}},
		{"softmax, one left out", task.Softmax{Sharpness: 6}, []float64{0, 9, 0}, task.Goal{Want: []float64{0, nan, 0}, Class: 2}, math.Log(2), []float64{3, 0, -3}},
		{"softmax, smoothed", task.Softmax{Sharpness: 6, Smoothing: 0.3}, []float64{1, -1, 1}, task.Goal{Class: 1}, math.Log(3), []float64{6 * (1./3 - 0.1), -6 * (1./3 - 0.8), 6 * (1./3 - 0.1)}},
		{"softmax, smoothed, one left out", task.Softmax{Sharpness: 2, Smoothing: 0.2}, []float64{1, 9, 0}, task.Goal{Want: []float64{0, nan, 0}, Class: 0}, math.Log(1+math.Exp(-2)) + 0.2, []float64{2 * (0.1 - 1/(1+math.Exp(2))), 0, 2 * (1/(1+math.Exp(2)) - 0.1)}},
		{"softmax, certain", task.Softmax{Sharpness: 1e9}, []float64{1, 0}, task.Goal{Class: 0}, 0, []float64{0, 0}},
		{"softmax, certainly wrong", task.Softmax{Sharpness: 1e9}, []float64{1, 0}, task.Goal{Class: 1}, 1e9, []float64{1e9, -1e9}},

		{"hinge", task.Hinge{Margin: 4}, []float64{-3, 2}, task.Goal{Class: 0}, 0.75, []float64{0.25, 0.25}},
		{"hinge, behind", task.Hinge{Margin: 4}, []float64{1, -3}, task.Goal{Class: 0}, 1.5, []float64{-0.25, -0.25}},
		{"hinge, the best rival", task.Hinge{Margin: 4}, []float64{3, 1, 2}, task.Goal{Class: 0}, 0.75, []float64{-0.25, 0, 0.25}},
		{"hinge, tie of rivals: the first", task.Hinge{Margin: 4}, []float64{3, 2, -2}, task.Goal{Class: 0}, 0.75, []float64{-0.25, 0.25, 0}},
		{"hinge, ahead", task.Hinge{Margin: 4}, []float64{9, 1}, task.Goal{Class: 0}, 0, []float64{0, 0}},
		{"hinge, just ahead", task.Hinge{Margin: 4}, []float64{5, 1}, task.Goal{Class: 0}, 0, []float64{0, 0}},
		{"hinge, no rival", task.Hinge{Margin: 4}, []float64{1, 9}, task.Goal{Want: []float64{0, nan}, Class: 0}, 0, []float64{0, 0}},
		{"hinge, rivals at rest", task.Hinge{Margin: 4}, []float64{0, 0}, task.Goal{Class: 1}, 1, []float64{0.25, -0.25}},
	} {
		g := make([]float64, len(test.u))
		for o := range g {
			g[o] = 1e9 // left over from the sample before
		}
		value := test.loss.Eval(test.u, test.goal, g)
		if !(math.Abs(value-test.value) <= 1e-15*max(1, math.Abs(test.value))) {
			t.Errorf("%s: %.17g, not %.17g", test.name, value, test.value)
		}
		for o, want := range test.g {
			if !(math.Abs(g[o]-want) <= 1e-15*max(1, math.Abs(want))) {
				t.Errorf("%s: derivative by output %d is %.17g, not %.17g", test.name, o, g[o], want)
			}
		}
	}
}

func TestCrossEntropyAtRest(t *testing.T) {
	g := make([]float64, 2)
	if v := (task.CrossEntropy{}).Eval([]float64{0, 0}, task.Goal{Class: 0}, g); !math.IsNaN(v) {
		t.Errorf("nothing moves: %g", v)
	}
	// The right output does not move: finite, and the way out is to move it.
	v := (task.CrossEntropy{}).Eval([]float64{0, 1}, task.Goal{Class: 0}, g)
	if !(math.Abs(v-math.Log(1e12)) <= 1e-12) || !(g[0] < -1e11) || math.IsInf(g[0], 0) || g[1] != 1 {
		t.Errorf("right output at rest: %g, %v", v, g)
	}
}

// drawLoss is any loss, a goal that fits it, and outputs none of which is at a
// kink.
func drawLoss(t *rapid.T) (task.SampleLoss, []float64, task.Goal) {
	q := rapid.IntRange(1, 6).Draw(t, "outputs")
	u := make([]float64, q)
	for o := range u {
		u[o] = rapid.Float64Range(0.05, 3).Draw(t, "u")
		if rapid.Bool().Draw(t, "negative") {
			u[o] = -u[o]
		}
	}
	goal := task.Goal{Class: rapid.Int32Range(0, int32(q-1)).Draw(t, "class")}
	if rapid.Bool().Draw(t, "some left out") {
		goal.Want = make([]float64, q)
		for o := range u {
			if o != int(goal.Class) && rapid.Bool().Draw(t, "left out") {
				goal.Want[o] = nan
			}
		}
	}
	size := rapid.Float64Range(0.1, 5).Draw(t, "size")
	switch rapid.IntRange(0, 3).Draw(t, "loss") {
	case 0:
		goal.Class = -1
		goal.Want = make([]float64, q)
		for o := range u {
			goal.Want[o] = rapid.Float64Range(-3, 3).Draw(t, "want")
			if rapid.IntRange(0, 3).Draw(t, "asked") == 0 {
				goal.Want[o] = nan
			}
		}
		return task.MeanSquare{Scale: size}, u, goal
	case 1:
		return task.CrossEntropy{}, u, goal
	case 2:
		return task.Softmax{Sharpness: size, Smoothing: rapid.SampledFrom([]float64{0, 0.1, 0.7}).Draw(t, "smoothing")}, u, goal
	}
	return task.Hinge{Margin: size}, u, goal
}

// Eval and Complex are written separately: value and every derivative agree.
func TestDerivativeByComplexStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loss, u, goal := drawLoss(t)
		g := make([]float64, len(u))
		value := loss.Eval(u, goal, g)
		largest := 0.1
		for _, v := range g {
			largest = max(largest, math.Abs(v))
		}
		const h = 1e-30
		z := make([]complex128, len(u))
		for o := range u {
			for i := range z {
				z[i] = complex(u[i], 0)
			}
			z[o] = complex(u[o], h)
			found := loss.Complex(z, goal)
			if !(math.Abs(real(found)-value) <= 1e-14*max(1, value)) {
				t.Fatalf("%s: %.17g, complex %.17g", loss.Name(), value, real(found))
			}
			if want := imag(found) / h; !(math.Abs(g[o]-want) <= 1e-13*largest) {
				t.Fatalf("%s: derivative by output %d is %.17g, by complex step %.17g", loss.Name(), o, g[o], want)
			}
		}
	})
}

// Cross-entropy is a matter of ratios; softmax and hinge of lengths beside their
// own; all but mean-square of sizes only.
func TestInvarianceOfLosses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loss, u, goal := drawLoss(t)
		g, unused := make([]float64, len(u)), make([]float64, len(u))
		value := loss.Eval(u, goal, g)
		s := rapid.Float64Range(1e-6, 1e6).Draw(t, "unit")
		scaled := make([]float64, len(u))
		other := task.Goal{Class: goal.Class, Want: append([]float64(nil), goal.Want...)}
		if goal.Want == nil {
			other.Want = nil
		}
		for o := range u {
			scaled[o] = s * u[o]
			if goal.Want != nil {
				other.Want[o] *= s
			}
		}
		inUnit := loss
		switch l := loss.(type) {
		case task.MeanSquare:
			inUnit = task.MeanSquare{Scale: l.Scale * s}
		case task.Softmax:
			inUnit = task.Softmax{Sharpness: l.Sharpness / s, Smoothing: l.Smoothing}
		case task.Hinge:
			inUnit = task.Hinge{Margin: l.Margin * s}
		}
		if v := inUnit.Eval(scaled, other, unused); !(math.Abs(v-value) <= 1e-12*max(1, value)) {
			t.Fatalf("%s: %.17g in other units, not %.17g", loss.Name(), v, value)
		}
		if goal.Class < 0 {
			return
		}
		o := rapid.IntRange(0, len(u)-1).Draw(t, "mirrored")
		u[o] = -u[o]
		if v := loss.Eval(u, goal, unused); v != value || unused[o] != -g[o] {
			t.Fatalf("%s: %.17g with one output mirrored, not %.17g", loss.Name(), v, value)
		}
	})
}

func TestNames(t *testing.T) {
	for name, loss := range map[string]task.Loss{"mean-square": task.MeanSquare{}, "cross-entropy": task.CrossEntropy{}, "softmax": task.Softmax{}, "hinge": task.Hinge{}, "fisher": task.Fisher{}} {
		if loss.Name() != name {
			t.Errorf("%q is called %q", name, loss.Name())
		}
	}
}

func TestLossesAllocateNothing(t *testing.T) {
	u, g := []float64{1, -2, 3}, make([]float64, 3)
	for _, loss := range []task.SampleLoss{task.CrossEntropy{}, task.Softmax{Sharpness: 2}, task.Softmax{Sharpness: 2, Smoothing: 0.1}, task.Hinge{Margin: 9}} {
		if n := testing.AllocsPerRun(10, func() { loss.Eval(u, task.Goal{Class: 1}, g) }); n != 0 {
			t.Errorf("%s: %g allocations", loss.Name(), n)
		}
	}
}

// strange is a Loss that is of neither kind.
type strange struct{}

func (strange) Name() string { return "strange" }

// The sum over a batch, sample by sample, for all rows and for some.
func TestTotalOfSampleLosses(t *testing.T) {
	s := &task.Set{N: 3, P: 1, Q: 2, F: make([]float64, 3), Class: []int32{0, 1, 1}}
	loss := task.CrossEntropy{}
	for _, rows := range [][]int32{nil, {2, 0}, {1, 1}, {}} {
		n := len(rows)
		if rows == nil {
			n = 3
		}
		u, g, z := make([]float64, 2*n), make([]float64, 2*n), make([]complex128, 2*n)
		want, slopes := 0.0, make([]float64, 2*n)
		for i := range n {
			row := i
			if rows != nil {
				row = int(rows[i])
			}
			u[2*i], u[2*i+1] = float64(1+i), -3
			want += loss.Eval(u[2*i:2*i+2], s.Goal(row), slopes[2*i:2*i+2])
		}
		for i := range z {
			z[i] = complex(u[i], 0)
		}
		if got := task.Total(loss, s, rows, u, g); got != want {
			t.Errorf("rows %v: %g, not %g", rows, got, want)
		}
		if got := task.TotalComplex(loss, s, rows, z); !(math.Abs(real(got)-want) <= 1e-14) || imag(got) != 0 {
			t.Errorf("rows %v: %g, not %g", rows, got, want)
		}
		for i := range g {
			if g[i] != slopes[i] {
				t.Errorf("rows %v: slopes %v, not %v", rows, g, slopes)
			}
		}
	}
}

func TestTotalNeedsAKnownKind(t *testing.T) {
	s := &task.Set{N: 1, P: 1, Q: 1}
	for name, do := range map[string]func(){
		"Total":        func() { task.Total(strange{}, s, nil, []float64{1}, []float64{0}) },
		"TotalComplex": func() { task.TotalComplex(strange{}, s, nil, []complex128{1}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s takes a loss of no kind", name)
				}
			}()
			do()
		}()
	}
}
