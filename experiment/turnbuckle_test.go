package experiment_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
)

// example builds an example with changes.
func example(t *testing.T, name string, overrides ...string) *experiment.Experiment {
	t.Helper()
	text, _ := examples.Text(name)
	file, err := spec.Parse(name, text, overrides...)
	if err != nil {
		t.Fatal(err)
	}
	x, err := experiment.Build(file, nil, experiment.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// A motion divider learns target after target by its rest lengths: to rounding where they can have any length, and where they are
// set by half turns within what half a turn of both springs at once is worth, half of 0.35 mm to either side.
func TestMotionDivider(t *testing.T) {
	for _, c := range []struct {
		matter string
		within float64
	}{{"matter=null", 1e-8}, {"matter={levels: 101, spacing: distance}", 0.175e-3}} {
		var k []float64
		for _, target := range [][2]float64{{20, 0.16}, {-10, 0.32}, {7, 0.48}, {-12, 0.40}} {
			wanted := target[0] * target[1]
			x := example(t, "motion-divider", c.matter, fmt.Sprintf("task.cases=[{push: [{node: 3, along: x, move: %g mm}], want: [{node: 2, along: x, move: %g mm}]}]", target[0], wanted))
			if k != nil {
				if err := x.StartFrom(k); err != nil {
					t.Fatal(err)
				}
			}
			trainer, err := x.NewTrainer()
			if err != nil {
				t.Fatal(err)
			}
			r, err := trainer.Run(nil)
			if err != nil {
				t.Fatal(err)
			}
			wrong := r.Train.Relative * math.Abs(wanted) * 1e-3
			t.Logf("%s: %g of %g mm: off by %.4f mm", c.matter, target[1], target[0], 1e3*wrong)
			if wrong > c.within {
				t.Errorf("off by %g m, want at most %g", wrong, c.within)
			}
			now, err := trainer.Stiffness()
			if err != nil {
				t.Fatal(err)
			}
			k = append(k[:0], now...)
			for i, p := range x.Solid.Params {
				turns := (k[i] - 0.120) / 0.35e-3
				if p.Name == "rest" && c.matter != "matter=null" && math.Abs(turns-math.Round(turns)) > 1e-6 {
					t.Errorf("a rest length of %g m is not a number of half turns", k[i])
				}
			}
		}
	}
}

// Levels are of stiffnesses where any learns, and rest lengths then stay free.
func TestLevelsBesideRestLengths(t *testing.T) {
	x := example(t, "motion-divider", "elements=[{kind: bar, stiffness: 50..100 N/m, rest: 120..155 mm at 137.5 mm}]", "learn.rule=backprop", "learn.eta=null")
	for i, p := range x.Solid.Params {
		if leveled := x.Design.Places[i] != nil; leveled != (p.Name == "stiffness") {
			t.Errorf("%s has levels: %v", p.Name, leveled)
		}
	}
}

// Two springs are mounted askew, and the network learns to hang straight, under a weight that it was not shown too.
func TestSymmetrises(t *testing.T) {
	x := example(t, "symmetrise")
	trainer, err := x.NewTrainer()
	if err != nil {
		t.Fatal(err)
	}
	askew := func() float64 {
		u, _, err := x.Deform([]float64{2})
		if err != nil {
			t.Fatal(err)
		}
		return math.Abs(u[4*2])
	}
	before := askew()
	if _, err := trainer.Run(nil); err != nil {
		t.Fatal(err)
	}
	after := askew()
	t.Logf("under 2 N it hangs %.3f mm askew, and was %.3f mm", 1e3*after, 1e3*before)
	if before < 5e-3 || after > 0.35e-3 {
		t.Errorf("%g m askew, and %g before", after, before)
	}
}
