package rule_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// On a linear lattice the centred nudge is exact: energies are squares, and what is left of the difference is the product.
func TestNudgeIsExactOnALinearLattice(t *testing.T) {
	net := testnet.Trapezoid()
	rig := learn.NewExact(mechanics.NewEquilibrium(net, nil), []network.Port{testnet.Port(11, 0, -1), testnet.Port(7, 1, 0)}, []network.Port{testnet.Port(13, 0, 1), testnet.Port(8, 1, 0)})
	if err := rig.SetStiffness(testnet.Stiffness(28, 100, 170, 2)); err != nil {
		t.Fatal(err)
	}
	set := &task.Set{N: 2, P: 2, Q: 2, F: []float64{0.05, 0.01, 0, 0.03}, Want: []float64{1e-3, 0, 0, 4e-4}}
	batch, loss := learn.Batch{Set: set}, task.MeanSquare{Scale: 1e-3}
	want, got := make([]float64, 28), make([]float64, 28)
	a, err := (&rule.Backprop{}).Gradient(rig, loss, batch, want)
	if err != nil {
		t.Fatal(err)
	}
	for _, load := range []float64{0, 0.02} {
		b, err := (&rule.Nudge{Load: load}).Gradient(rig, loss, batch, got)
		if err != nil || math.Abs(a-b) > 1e-12*a {
			t.Fatalf("loss %g and %g, %v", a, b, err)
		}
		worst, largest := 0.0, 0.0
		for i, v := range want {
			worst, largest = math.Max(worst, math.Abs(got[i]-v)), math.Max(largest, math.Abs(v))
		}
		if worst > 1e-9*largest {
			t.Errorf("nudged with %g N: off by %.1e of the largest", load, worst/largest)
		}
	}
	if _, err := (&rule.Nudge{}).Gradient(struct{ learn.Rig }{rig}, loss, batch, got); err == nil {
		t.Error("a rig that does not tell its energy passes")
	}
	if _, err := (&rule.Nudge{}).Gradient(rig, task.Fisher{}, batch, got); err == nil {
		t.Error("a loss of the whole set passes")
	}
}
