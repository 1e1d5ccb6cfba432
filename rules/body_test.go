package rules_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/rules"
)

// On a body far from where it was built rules that pay for what they see find the gradient: in situ backpropagation by errors to both sides of
// the input, with three loads, and off by the square of the nudge.
func TestBodyGradient(t *testing.T) {
	x := experimentOf("large-deformation")
	if err := x.NewProblem().Set(x.StartPoint()); err != nil {
		t.Fatal(err)
	}
	batch := learn.Batch{Set: x.Train}
	want, g := make([]float64, x.Rig.Modes()), make([]float64, x.Rig.Modes())
	if _, err := (&rule.Backprop{}).Gradient(x.Rig, x.Loss, batch, want); err != nil {
		t.Fatal(err)
	}
	off := func(nudge float64, by learn.Rule, terms rules.Terms) (apart float64, spent rules.Loads) {
		rig := rules.NewBody(x.Solid.Rig, terms, nudge)
		if _, err := by.Gradient(rig, x.Loss, batch, g); err != nil {
			t.Fatal(err)
		}
		most := 0.0
		for i, w := range want {
			apart, most = math.Max(apart, math.Abs(g[i]-w)), math.Max(most, math.Abs(w))
		}
		return apart / most, rig.Spent()
	}
	first, spent := off(0.03, &rule.Backprop{}, rules.Terms{})
	second, _ := off(0.01, &rule.Backprop{}, rules.Terms{})
	if power := math.Log(first/second) / math.Log(3); math.Abs(power-2) > 0.1 || !(second < 1e-3) {
		t.Errorf("backpropagation is %g off, and the error falls with the power %.2f of the nudge", second, power)
	}
	if spent.Input != 1 || spent.Nudged != 2 || spent.Sum() != 3 {
		t.Errorf("it hangs %+v", spent)
	}
	if d, _ := off(0, &rule.Coupled{Eta: 1e-4}, rules.Terms{}); !(d < 1e-3) {
		t.Errorf("coupled learning is %g off", d)
	}
	// Noise of 20 um is small beside motions of 20 mm, and is there; so is a bias, which a product feels as much as its factors do.
	if d, _ := off(0.1, &rule.Backprop{}, rules.Terms{Noise: 20e-6, Seed: 3}); !(d > 1e-3) || !(d < 0.3) {
		t.Errorf("with noise backpropagation is %g off", d)
	}
	if d, _ := off(0.01, &rule.Backprop{}, rules.Terms{Bias: 0.05, Seed: 3}); !(d > 0.01) || !(d < 0.3) {
		t.Errorf("with biased gauges backpropagation is %g off", d)
	}
	if d, _ := off(0, &rule.Nudge{Most: 0.01, Side: 1}, rules.Terms{Bias: 0.05, Seed: 3}); !(d > 1) {
		t.Errorf("with biased gauges a difference of two states is %g off", d)
	}
}

// A body that answers in proportion hangs its errors by themselves, as large as the input, and scales what it sees.
func TestBodyInProportion(t *testing.T) {
	x := experimentOf("rest-length-16", "statics.deformation=linear", "elements=[{kind: bar, stiffness: 0.5..2 N/m at 1 N/m}]", "learn={method: adam}")
	if err := x.NewProblem().Set(x.StartPoint()); err != nil {
		t.Fatal(err)
	}
	rig := rules.NewBody(x.Solid.Rig, rules.Terms{Size: 0.1}, 0)
	g, want := make([]float64, rig.Modes()), make([]float64, rig.Modes())
	for of, into := range map[learn.Rig][]float64{rig: g, x.Rig: want} {
		if _, err := (&rule.Backprop{}).Gradient(of, x.Loss, learn.Batch{Set: x.Train}, into); err != nil {
			t.Fatal(err)
		}
	}
	most := 0.0
	for i := range want {
		most = math.Max(most, math.Abs(want[i]))
	}
	for i := range want {
		if math.Abs(g[i]-want[i]) > 1e-9*most {
			t.Fatalf("parameter %d: %g and %g", i+1, g[i], want[i])
		}
	}
	if s := rig.Spent(); s.Input != 1 || s.Error != 1 || s.Sum() != 2 {
		t.Errorf("it hangs %+v", s)
	}
}

// Where samples have no load that nudges could be a share of, rules that hang them are refused, and a rule that cannot hold its outputs ends its own
// trial and not those of others.
func TestUnloadedSamples(t *testing.T) {
	x := experimentOf("rest-angle")
	for _, n := range rules.All() {
		study := rules.Study{Names: []string{n.Name}, Seeds: 1, Budget: 8, Method: "adam", Rate: 0.02, Bench: rules.Terms{Seed: 1}, Sizes: sizes}
		hangs := map[string]bool{"bp": true, "ep": true, "ep+": true, "ep-": true, "freq": true, "tcl": true}[n.Short]
		err := study.Fit(x)
		if (err != nil) != hangs || hangs && !strings.Contains(err.Error(), "; leave it out") {
			t.Errorf("%s: %v", n.Name, err)
		}
		if n.Short != "coupled" && n.Short != "pattern" {
			continue
		}
		report, err := study.Run(context.Background(), x, nowhere{}, func(*rules.Trial) {})
		if err != nil {
			t.Errorf("%s: %v", n.Name, err)
			continue
		}
		if held := n.Short == "coupled" || n.Short == "ageing"; held != strings.Contains(report.Rows[0].Trials[0].Ended, "where they are to be held") {
			t.Errorf("%s ended: %s", n.Name, report.Rows[0].Trials[0].Ended)
		}
	}
	rig := rules.NewBody(x.Solid.Rig, rules.Terms{}, 0.1)
	if err := x.NewProblem().Set(x.StartPoint()); err != nil {
		t.Fatal(err)
	}
	if _, err := (&rule.Backprop{}).Gradient(rig, x.Loss, learn.Batch{Set: x.Train}, make([]float64, x.Rig.Modes())); !errors.Is(err, rule.ErrNoInput) {
		t.Errorf("errors beside no input: %v", err)
	}
}
