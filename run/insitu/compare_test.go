package insitu

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
)

// With small steps and without a camera what a bench measures by holding outputs is what the exact rig does, whose clamps are loads that are
// searched for.
func TestHoldingIsThatOfTheExactRig(t *testing.T) {
	l, err := build(t, onTwin, "lab.twin={noise: 0 um, quantum: 0 N, scatter: 0 %, deformation: linear, stage: 0 um}", "lab.protocol.noise=1 nm")
	if err != nil {
		t.Fatal(err)
	}
	c, err := l.Compare(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	x := l.Experiment
	if err := x.Exact.SetStiffness(l.Start); err != nil {
		t.Fatal(err)
	}
	for _, by := range []learn.Rule{&rule.Coupled{Eta: 0.1}, &rule.Coupled{Eta: 0.1, Reach: 0.5}, &rule.Ageing{}} {
		want, g := make([]float64, len(l.Start)), make([]float64, len(l.Start))
		if _, err := by.Gradient(x.Exact, x.Loss, learn.Batch{Set: x.Train}, want); err != nil {
			t.Fatal(err)
		}
		if _, err := by.Gradient(c, x.Loss, learn.Batch{Set: x.Train}, g); err != nil {
			t.Fatal(err)
		}
		most, worst := 0.0, 0.0
		for i, w := range want {
			most, worst = max(most, math.Abs(w)), max(worst, math.Abs(g[i]-w))
		}
		if !(worst < 1e-6*most) {
			t.Errorf("%s is off by %g of its largest derivative", by.Name(), worst/most)
		}
	}
}

// A twin to be compared on counts what hangs, is another print for another seed, and its truth is that of the print.
func TestCompared(t *testing.T) {
	l, err := build(t, onTwin, "lab.twin={noise: 0 um, quantum: 0 N, scatter: 3 %, deformation: linear}", "lab.protocol.noise=1 nm")
	if err != nil {
		t.Fatal(err)
	}
	var losses []float64
	for _, seed := range []uint64{1, 2, 1} {
		c, err := l.Compare(t.Context(), seed)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.SetStiffness(l.Start); err != nil {
			t.Fatal(err)
		}
		g := make([]float64, c.Modes())
		loss, err := (&rule.Nudge{Most: 0.1}).Gradient(c, l.Experiment.Loss, learn.Batch{Set: l.Experiment.Train}, g)
		if err != nil {
			t.Fatal(err)
		}
		truth, err := c.Judge(c.Stiffness())
		if err != nil || math.Abs(truth-loss) > 1e-6*loss {
			t.Errorf("seed %d: it sees a loss of %g, and has %g; %v", seed, loss, truth, err)
		}
		if _, err := (&rule.Backprop{}).Gradient(c, l.Experiment.Loss, learn.Batch{Set: l.Experiment.Train}, g); err != nil {
			t.Fatal(err)
		}
		if s := c.Spent(); s.Input != 2 || s.Nudged != 2 || s.Error != 1 || s.Settings != 1 {
			t.Errorf("seed %d: %+v", seed, s)
		}
		if _, err := (&rule.Coupled{Eta: 0.5}).Gradient(c, l.Experiment.Loss, learn.Batch{Set: l.Experiment.Train}, g); err != nil {
			t.Fatal(err)
		}
		if s := c.Spent(); s.Input != 3 || s.Clamped != 1 {
			t.Errorf("seed %d, after outputs were held: %+v", seed, s)
		}
		losses = append(losses, loss)
	}
	if losses[0] == losses[1] || losses[0] != losses[2] {
		t.Errorf("losses of prints 1, 2, 1: %v", losses)
	}
}
