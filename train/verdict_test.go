package train_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/train"
)

// promise is by how much a verdict says that the loss can fall.
var promise = regexp.MustCompile(`lower the loss by up to (\S+) `)

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
		{"steep", displacements("-0.6"), []string{"learn.method=adam", "learn.rate=0.3", "learn.epochs=40"}, false, "open", []string{"leads to first order below zero, so the loss"}},
		{"classes", iris, nil, false, "", []string{"Trained by small batches until the last epoch is over; ", "More epochs may improve it."}},
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
		if m := promise.FindStringSubmatch(v.Text); m != nil {
			loss, err := trainer.Score()
			if by, bad := strconv.ParseFloat(m[1], 64); err != nil || bad != nil || !(by < loss.Train.Loss*1.01) {
				t.Errorf("%s: %q, and the loss is %g", test.name, v.Text, loss.Train.Loss)
			}
		}
		lower, upper := trainer.Problem.Design.OnBounds(trainer.Point)
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

const chain = `
elastrain: 1
network: {lattice: chain, size: 2, spacing: 10 mm}
bonds: {stiffness: 1.. N/m}
supports: {pinned: [1]}
task: {kind: behaviour, cases: [{push: [{node: 2, along: x, force: 0.1 N}], want: [{node: 3, along: x, move: 0.01 mm}]}]}
learn: {method: gradient-descent, epochs: 400}
`

// A start far away makes the first residual large, and what is left small beside
// it: that is not convergence. Nor is a point where every slope is zero.
func TestNotConverged(t *testing.T) {
	for _, test := range []struct {
		name      string
		overrides []string
		says      string
	}{
		{"far start", []string{"learn={method: l-bfgs, epochs: 400, stop: {loss: 0.01}}"}, "Not converged: the loss fell to"},
		{"no slope", []string{"bonds.frozen=[1]"}, "Every slope is zero"},
	} {
		trainer := begin(t, chain, test.overrides...)
		finish(t, trainer)
		v, err := trainer.Verdict()
		if err != nil {
			t.Fatal(err)
		}
		if v.Converged || v.Feasible != "open" || !strings.Contains(v.Text, test.says) {
			t.Errorf("%s: %+v", test.name, v)
		}
		if test.name == "far start" && v.KKT > 1e-6 {
			t.Errorf("the residual %g of the first shows nothing", v.KKT)
		}
	}
}

// Goals are met or missed, and accuracies no better than guessing are named.
func TestGoalAndChance(t *testing.T) {
	judge := func(text string, overrides ...string) train.Verdict {
		trainer := begin(t, text, overrides...)
		finish(t, trainer)
		v, err := trainer.Verdict()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if v := judge(displacements("-0.6"), "learn.stop.loss=1e-6"); v.Goal != "met" || strings.Contains(v.Text, "missed") {
		t.Errorf("%+v", v)
	}
	if v := judge(displacements("-0.8"), "learn.stop.loss=1e-6"); v.Goal != "missed" || !strings.Contains(v.Text, "The goal is missed: the loss is") {
		t.Errorf("%+v", v)
	}
	if v := judge(displacements("-0.6")); v.Goal != "" || v.Chance != 0 || v.AtChance {
		t.Errorf("%+v", v)
	}
	if v := judge(iris, "learn={method: l-bfgs, epochs: 60}"); v.AtChance || v.Chance < 0.33 || v.Chance > 0.45 || strings.Contains(v.Text, "chance") {
		t.Errorf("%+v", v)
	}
	// A few small steps leave it where guessing is.
	if v := judge(iris); !v.AtChance || !strings.Contains(v.Text, "is at chance level: naming always the most frequent class gives 34.29 %") || !strings.Contains(v.Text, "elastrain ports") {
		t.Errorf("%+v", v)
	}
}

func TestChance(t *testing.T) {
	set := &task.Set{N: 100, Class: make([]int32, 100)}
	for i := range 30 {
		set.Class[i] = 1
	}
	for accuracy, want := range map[float64]bool{0.3: true, 0.7: true, 0.79: true, 0.8: false, 1: false} {
		if level, at := train.Chance(set, accuracy); level != 0.7 || at != want {
			t.Errorf("%g: %g, %v", accuracy, level, at)
		}
	}
	if level, at := train.Chance(&task.Set{}, 0.5); level != 0 || at {
		t.Errorf("nothing: %g, %v", level, at)
	}
}

// A range without an upper end has no bound to be on: what runs away along it is told by itself.
func TestRangesWithoutEnd(t *testing.T) {
	for name, c := range map[string]struct {
		overrides []string
		endless   int
	}{
		"runs away": {[]string{"task.cases[1].want[1].move=-0.01 mm", "learn.stop.gradient=1e-18"}, 2},
		"reached":   {nil, 0},
	} {
		trainer := begin(t, chain, append(c.overrides, "learn.method=l-bfgs")...)
		finish(t, trainer)
		v, err := trainer.Verdict()
		if err != nil {
			t.Fatal(err)
		}
		if v.UpperBounds != 0 || (v.Endless > 0) != (c.endless > 0) || strings.Contains(v.Text, "no upper end") != (c.endless > 0) {
			t.Errorf("%s: %+v", name, v)
		}
	}
}
