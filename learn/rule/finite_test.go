package rule_test

import (
	"errors"
	"math"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics/finite"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// hidden is a rig of which nothing is known but what it does.
type hidden struct{ learn.Rig }

// On a rig whose displacements are not small the gradient is that of the rig, by finite differences:
// told by the rig, or by small nudges beside the input.
func TestGradientOfFiniteDeformation(t *testing.T) {
	in := []network.Port{testnet.Port(14, 0, -1), testnet.Port(12, 0, -1)}
	out := []network.Port{testnet.Port(8, 1, 0), testnet.Port(2, 1, 0), testnet.Port(3, 0, 1)}
	rig, err := learn.NewFinite(finite.New(testnet.Trapezoid()), in, out)
	if err != nil {
		t.Fatal(err)
	}
	if err := rig.SetStiffness(testnet.Stiffness(28, 100, 170, 2)); err != nil {
		t.Fatal(err)
	}
	set := &task.Set{N: 2, P: 2, Q: 3, F: []float64{0.3, 0.1, 0.05, 0.35}, Want: []float64{1e-3, -1e-3, 2e-3, 0, 1e-3, math.NaN()}}
	batch, loss := learn.Batch{Set: set}, task.MeanSquare{Scale: 1e-3}
	want, value := gradient(t, &rule.Difference{Step: 1e-4}, rig, loss, batch)
	far := room(rig)
	if err := rig.Apply(set.Force(0), nil, far); err != nil || !(math.Abs(far.Out[2]) > 3e-3) {
		t.Fatalf("the outputs move by %v, which is small; %v", far.Out, err)
	}
	for name, test := range map[string]struct {
		rule  *rule.Backprop
		rig   learn.Rig
		apart float64
	}{
		"told":   {&rule.Backprop{}, rig, 1e-6},
		"nudged": {&rule.Backprop{Nudge: 1e-4}, hidden{rig}, 1e-5},
	} {
		g, v := gradient(t, test.rule, test.rig, loss, batch)
		if d := apart(g, want); !(d <= test.apart) || math.Abs(v-value) > 1e-9*value {
			t.Errorf("%s: the gradient differs by %.1e, the loss by %g", name, d, v-value)
		}
	}
	if _, err := (&rule.Backprop{}).Gradient(hidden{rig}, loss, batch, make([]float64, 28)); !errors.Is(err, rule.ErrNotLinear) {
		t.Errorf("a rig of which nothing is known: %v", err)
	}
	// What was done before: the error hung by itself, from rest, as if it were newtons.
	wrong, _ := gradient(t, &rule.Backprop{}, superposing{rig}, task.MeanSquare{Scale: 1e-1}, batch)
	true_, _ := gradient(t, &rule.Difference{Step: 1e-4}, rig, task.MeanSquare{Scale: 1e-1}, batch)
	if d := apart(wrong, true_); !(d > 0.05) {
		t.Errorf("hung by itself the error gives the gradient to %.1e, so this test shows nothing", d)
	}
}

// superposing claims what is not so.
type superposing struct{ learn.Rig }

func (superposing) Superposes() {}

func room(rig learn.Rig) *learn.Measurement {
	_, q := rig.Ports()
	return &learn.Measurement{Out: make([]float64, q), Elongation: make([]float64, rig.Modes())}
}

// Nudged and told agree with the linear rule on a linear rig.
func TestNudgedLinearRig(t *testing.T) {
	rig, set := specimen(t, 3)
	want, _ := gradient(t, &rule.Backprop{}, rig, task.CrossEntropy{}, learn.Batch{Set: set})
	got, _ := gradient(t, &rule.Backprop{Nudge: 1e-3}, hidden{rig}, task.CrossEntropy{}, learn.Batch{Set: set})
	if d := apart(got, want); !(d < 1e-11) {
		t.Errorf("apart by %.1e", d)
	}
}

func TestFiniteRefusesPairs(t *testing.T) {
	eq := finite.New(testnet.Trapezoid())
	if _, err := learn.NewFinite(eq, nil, []network.Port{{Node: 1, Other: 2, Pair: true, Dir: [3]float64{1}}}); err == nil {
		t.Error("a pair passes")
	}
	if _, err := learn.NewFinite(eq, []network.Port{{Node: 1, Given: true, Dir: [3]float64{1}}}, nil); err == nil {
		t.Error("a given displacement passes")
	}
}
