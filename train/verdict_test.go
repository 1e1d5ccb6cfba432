package train_test

import (
	"math"
	"strings"
	"testing"
)

func TestVerdicts(t *testing.T) {
	for _, test := range []struct {
		name      string
		text      string
		overrides []string
		converged bool
		feasible  string
		says      []string
	}{
		{"reached", displacements("-0.6"), nil, true, "reached", []string{"are reached to"}},
		{"infeasible", displacements("-0.8"), []string{"learn.method=l-bfgs", "learn.epochs=500"}, true, "infeasible", []string{"cannot be reached from here", "best reachable nearby", "27 of 28 bonds on a bound"}},
		{"open", displacements("-0.6"), []string{"learn.method=adam", "learn.epochs=3"}, false, "open", []string{"Not converged: the last epoch is over", "method l-bfgs"}},
		{"open, whole set", displacements("-0.8"), []string{"learn.method=l-bfgs", "learn.epochs=2"}, false, "open", []string{"Not converged", "more epochs may improve it"}},
		{"stopped by itself", displacements("-0.8"), []string{"learn.method=adam", "learn.epochs=500", "learn.stop.change=0.1"}, false, "open", []string{"Not converged: no bond changed", "more epochs would not change it"}},
		{"corner", ratio, nil, true, "", []string{"Converged: no bond can lower the loss 0.569594", "28 of 28 bonds on a bound (14 lower, 14 upper)"}},
		{"classes", iris, nil, false, "", []string{"Not converged"}},
	} {
		trainer := begin(t, test.text, test.overrides...)
		finish(t, trainer)
		v, err := trainer.Verdict()
		if err != nil {
			t.Fatal(err)
		}
		if v.Converged != test.converged || v.Feasible != test.feasible || v.FreeBonds != 28 || v.Reason != trainer.Why {
			t.Errorf("%s: %+v", test.name, v)
		}
		for _, words := range test.says {
			if !strings.Contains(v.Text, words) {
				t.Errorf("%s: %q does not say %q", test.name, v.Text, words)
			}
		}
		lower, upper := trainer.Experiment.Design.OnBounds(trainer.Point)
		if v.LowerBounds != lower || v.UpperBounds != upper {
			t.Errorf("%s: %d and %d bonds on bounds, not %d and %d", test.name, v.LowerBounds, v.UpperBounds, lower, upper)
		}
	}
}

// With every bond frozen nothing is trained, and the verdict claims nothing of a training.
func TestNothingLearns(t *testing.T) {
	for _, text := range []string{displacements("-0.6"), ratio, iris} {
		trainer := begin(t, text, "bonds.width=2..2 mm", "learn.epochs=3", "learn.method=adam")
		r := finish(t, trainer)
		if r.Epoch != 0 || trainer.Why != "no bond can learn" || math.IsNaN(r.Train.Loss) {
			t.Errorf("%+v, %s", r, trainer.Why)
		}
		v, err := trainer.Verdict()
		if err != nil || v.Converged || v.FreeBonds != 0 || !strings.Contains(v.Text, "No bond can learn") {
			t.Errorf("%+v, %v", v, err)
		}
	}
}
