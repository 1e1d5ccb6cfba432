package task_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/elastrain/elastrain/task"
)

func TestSignedSoftmaxByHand(t *testing.T) {
	e := math.Exp(1)
	for _, c := range []struct {
		loss  task.SignedSoftmax
		u     []float64
		goal  task.Goal
		value float64
		g     []float64
	}{
		{task.SignedSoftmax{Sharpness: 1}, []float64{1, -2}, task.Goal{Class: 1}, math.Log(1 + e*e*e), []float64{e * e * e / (1 + e*e*e), -e * e * e / (1 + e*e*e)}},
		{task.SignedSoftmax{Sharpness: 6}, []float64{0, 9, 0}, task.Goal{Want: []float64{0, nan, 0}, Class: 2}, math.Log(2), []float64{3, 0, -3}},
		{task.SignedSoftmax{Sharpness: 1e9}, []float64{1, 0}, task.Goal{Class: 0}, 0, []float64{0, 0}},
		{task.SignedSoftmax{Sharpness: 1, Smoothing: 0.3}, []float64{5, 5, 5}, task.Goal{Class: 1}, math.Log(3), []float64{1./3 - 0.1, 1./3 - 0.8, 1./3 - 0.1}},
	} {
		g := []float64{7, 7, 7}[:len(c.u)]
		if v := c.loss.Eval(c.u, c.goal, g); !(math.Abs(v-c.value) <= 1e-14) {
			t.Errorf("%+v of %v: %.17g, not %.17g", c.loss, c.u, v, c.value)
		}
		for o, want := range c.g {
			if !(math.Abs(g[o]-want) <= 1e-14) {
				t.Errorf("%+v of %v: derivative by output %d is %g, not %g", c.loss, c.u, o+1, g[o], want)
			}
		}
	}
}

func TestSignedSoftmaxByComplexStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.IntRange(2, 6).Draw(t, "outputs")
		u, z, g := make([]float64, q), make([]complex128, q), make([]float64, q)
		for o := range u {
			u[o] = rapid.Float64Range(-20, 20).Draw(t, "u")
		}
		goal := task.Goal{Class: rapid.Int32Range(0, int32(q-1)).Draw(t, "class"), Signed: true}
		loss := task.SignedSoftmax{Sharpness: rapid.Float64Range(0.1, 3).Draw(t, "sharpness"), Smoothing: rapid.SampledFrom([]float64{0, 0.1, 0.5}).Draw(t, "smoothing")}
		value := loss.Eval(u, goal, g)
		const h = 1e-30
		for o := range u {
			for i := range z {
				z[i] = complex(u[i], 0)
			}
			z[o] = complex(u[o], h)
			found := loss.Complex(z, goal)
			if !(math.Abs(real(found)-value) <= 1e-13*max(1, value)) {
				t.Fatalf("%.17g, complex %.17g", value, real(found))
			}
			if want := imag(found) / h; !(math.Abs(g[o]-want) <= 1e-13*loss.Sharpness) {
				t.Fatalf("derivative by output %d is %.17g, by complex step %.17g", o, g[o], want)
			}
		}
	})
}

func TestSmoothingsThatCannotBe(t *testing.T) {
	for _, l := range []task.SignedSoftmax{{}, {Sharpness: 1, Smoothing: 1}, {Sharpness: 1, Smoothing: -0.1}, {Sharpness: 1, Smoothing: nan}, {Sharpness: math.Inf(1)}} {
		if task.Check(l) == nil {
			t.Errorf("%+v is accepted", l)
		}
	}
	if err := task.Check(task.SignedSoftmax{Sharpness: 1, Smoothing: 0.1}); err != nil {
		t.Error(err)
	}
}

// Where signs count, an output that is far below zero has not answered.
func TestSignedPrediction(t *testing.T) {
	set := task.Set{N: 1, Q: 3, Class: []int32{1}, Signed: true}
	for _, c := range []struct {
		u     []float64
		class int
		tie   bool
	}{{[]float64{-9, 1, 0}, 1, false}, {[]float64{-9, -2, -3}, 1, false}, {[]float64{3, -9, -3}, 0, false}, {[]float64{-3, -3, -4}, 0, true}} {
		goal := set.Goal(0)
		class, tie := goal.Predict(c.u)
		if class != c.class || tie != c.tie || goal.Right(c.u) != (c.class == 1 && !c.tie) {
			t.Errorf("%v: class %d, tie %v, right %v", c.u, class, tie, goal.Right(c.u))
		}
		plain := task.Goal{Class: 1}
		if c.u[0] == -9 && plain.Right(c.u) {
			t.Errorf("%v: the largest magnitude is the first", c.u)
		}
	}
}
