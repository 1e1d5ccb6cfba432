package experiment

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/spec"
)

// ruleWords are the rules of the file format.
func ruleWords(t *testing.T) []string {
	t.Helper()
	field, ok := reflect.TypeOf(spec.Learn{}).FieldByName("Rule")
	words := strings.Split(field.Tag.Get("oneof"), "|")
	if !ok || len(words) < 10 {
		t.Fatal(words)
	}
	return words
}

// Every word is a rule of its own.
func TestRuleOf(t *testing.T) {
	seen := map[string]string{}
	for _, word := range ruleWords(t) {
		made := fmt.Sprintf("%T %+v", ruleOf(&spec.Spec{Learn: spec.Learn{Rule: word}}), ruleOf(&spec.Spec{Learn: spec.Learn{Rule: word}}))
		if other, ok := seen[made]; ok {
			t.Errorf("%s and %s are one rule, %s", word, other, made)
		}
		seen[made] = word
	}
}

// Every rule of the file format that follows a target learns with adam, to the same bits on any number of threads, near and far.
func TestRules(t *testing.T) {
	for _, name := range []string{"behaviour", "large-deformation"} {
		text, _ := examples.Text(name)
		for _, word := range ruleWords(t) {
			if word == "bone" || word == "vein" || name != "behaviour" && (word == "finite-difference" || word == "two-frequency") {
				continue // they follow none; it takes long, and no thread knows it; it is refused there
			}
			var first []float64
			for _, threads := range []int{1, 2, 3} {
				x, err := tryBuild(string(text), Options{Threads: threads}, "learn.method=adam", "learn.rule="+word)
				if err != nil {
					t.Fatalf("%s, %s: %v", name, word, err)
				}
				p, at := x.NewProblem(), x.StartPoint()
				method := optim.NewAdam(len(at), 0.01)
				for step := range 3 {
					if drawn, ok := x.Rule.(learn.Stepping); ok {
						drawn.AtStep(step)
					}
					if _, err := method.Step(p, at); err != nil {
						t.Fatalf("%s, %s: %v", name, word, err)
					}
				}
				if first == nil {
					first = at
				} else if !slices.Equal(first, at) {
					t.Errorf("%s, %s: %d threads have other bits", name, word, threads)
				}
			}
			if slices.Equal(first, build(t, string(text)).StartPoint()) {
				t.Errorf("%s, %s: nothing is learnt", name, word)
			}
		}
	}
	text, _ := examples.Text("behaviour")
	x := build(t, string(text), "learn.method=adam", "learn.rule=coupled-learning", "learn.eta=30%")
	if c, ok := x.Rule.(*rule.Coupled); !ok || c.Eta != 0.3 {
		t.Errorf("the clamp is %+v", x.Rule)
	}
}

// A rule that cannot serve a task or a method is refused at its place, with the way out.
func TestRulesRefused(t *testing.T) {
	for _, tt := range []struct {
		example   string
		overrides []string
		code, way string
	}{
		{"iris", []string{"learn.rule=coupled-learning", "learn.method=adam"}, "E0501", "loss: cross-entropy"},
		{"iris", []string{"learn.rule=equilibrium-propagation-positive"}, "E0501", "loss: cross-entropy"},
		{"behaviour", []string{"learn.rule=spsa"}, "E0501", "method adam"},
		{"behaviour", []string{"learn.rule=directed-ageing", "learn.method=l-bfgs"}, "E0501", "method adam"},
		{"behaviour", []string{"learn.rule=coupled-learning", "learn.method=frank-wolfe"}, "E0501", "method adam"},
		{"rest-length", []string{"learn.rule=equilibrium-propagation"}, "E0501", "coupled-learning"},
		{"rest-length", []string{"learn.rule=temporal-contrastive", "learn.method=adam"}, "E0501", "coupled-learning"},
		{"behaviour", []string{"learn.rule=temporal-contrastive", "learn.method=l-bfgs"}, "E0501", "method adam"},
		{"large-deformation", []string{"learn.rule=two-frequency"}, "E0501", "equilibrium-propagation"},
		{"hardening", []string{"learn.rule=two-frequency"}, "E0501", "equilibrium-propagation"},
		{"bone", []string{"learn.set_point=~"}, "E0501", "set_point: 20 um"},
		{"bone", []string{"matter.scatter=3%"}, "E0501", "leave `matter` out"},
		{"bone", []string{"learn.method=adam"}, "E0501", "method: gradient-descent"},
		{"bone", []string{"learn.scale=linear"}, "E0501", "scale: log"},
		{"vein", []string{"learn.vein=~", "learn.rule=bone", "learn.set_point=1 um"}, "E0501", "use `bonds`"},
		{"bone", []string{"learn.set_point=~", "learn.rule=vein"}, "E0501", "kind pipe"},
		{"vein", []string{"learn.bounds=sigmoid"}, "E0501", "leave `bounds` out"},
		{"behaviour", []string{"learn.eta=10%"}, "", "rule"},
		{"behaviour", []string{"learn.rule=coupled-learning", "learn.method=adam", "learn.eta=110%"}, "", "eta"},
	} {
		text, _ := examples.Text(tt.example)
		_, err := tryBuild(string(text), Options{}, tt.overrides...)
		if err == nil || !strings.Contains(renderedError(err), tt.way) || !strings.Contains(renderedError(err), tt.code) {
			t.Errorf("%s %v: %v", tt.example, tt.overrides, err)
		}
	}
}

func renderedError(err error) string {
	if e, ok := err.(interface{ Render(bool) string }); ok {
		return e.Render(false)
	}
	return err.Error()
}

// Bone and vein are what the file says, and vein without its section grows as its defaults say.
func TestGrowthOfFiles(t *testing.T) {
	text, _ := examples.Text("bone")
	if r, ok := build(t, string(text)).Rule.(*rule.Bone); !ok || r.SetPoint != 50e-6*50e-6/2 {
		t.Errorf("%+v", r)
	}
	text, _ = examples.Text("vein")
	for _, c := range []struct {
		change string
		want   rule.Vein
	}{{"seed=1", rule.Vein{Power: 1.1, Flow: 1, Conductance: 1}}, {"learn.vein=~", rule.Vein{Power: 0.8, Flow: 1, Conductance: 1}},
		{"learn.vein={flow: 20 mA}", rule.Vein{Power: 0.8, Flow: 0.02, Conductance: 1}}} {
		r, ok := build(t, string(text), c.change).Rule.(*rule.Vein)
		if !ok || r.Power != c.want.Power || r.Flow != c.want.Flow || r.Conductance != c.want.Conductance {
			t.Errorf("%s: %+v", c.change, r)
		}
	}
}
