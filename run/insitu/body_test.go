package insitu

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/spec"
)

// examplesFiles are those beside the examples.
func examplesFiles(name string) ([]byte, error) {
	return os.ReadFile(filepath.Join("../../examples", name))
}

// What a bench cannot hang or see, and what a rule cannot bear, is refused at its line with the way out.
func TestBodyIsRefused(t *testing.T) {
	for _, c := range []struct {
		overrides []string
		at, want  string
	}{
		{[]string{"task.cases[1].push[1]={node: 17, moment: 1 N mm}"}, "task.cases[1].push[1].moment", "a moment is put on"},
		{[]string{"task.cases[1].push[1]={node: 17, along: x, move: 1 mm}"}, "task.cases[1].push[1].move", "a displacement is given"},
		{[]string{"task.cases[1].push[1]={node: 17, turn: 1 mrad}"}, "task.cases[1].push[1].turn", "a rotation is given"},
		{[]string{"task.cases[1].want[2]={node: 10, turn: 1 mrad}"}, "task.cases[1].want[2].turn", "a rotation is read"},
		{[]string{"geometry=[{move: 1 mm}]"}, "geometry", "places of nodes learn"},
		{[]string{"network.periodic=true", "supports.clamped=~"}, "network.periodic", "a cell of a lattice without end"},
		{[]string{"statics.deformation=finite"}, "statics.deformation", "lab.rule: equilibrium-propagation"},
		{[]string{"statics.deformation=finite", "lab.rule=backpropagation"}, "lab.rule", "it deforms far"},
		{[]string{"elements[1]={kind: bar, law: hardening, stiffness: 1..2 N/m, scale: 1 mm}", "network.bare=~"}, "elements", "lab.rule: equilibrium-propagation"},
		{[]string{"elements[1]={kind: bar, stiffness: 100 N/m, rest: 11..13 mm}", "network.bare=~", frameRule}, "elements", "the rest of bar 1 learns"},
		{[]string{"elements[1]={kind: bar, stiffness: 100..200 N/m, rest: 11 mm}", "network.bare=~", frameRule}, "elements", "pulls before anything hangs"},
		{[]string{frameRule, "lab.protocol.loads=ports"}, "lab.protocol.loads", "leave `loads` out"},
		{[]string{frameRule, "lab.protocol.error=raw"}, "lab.protocol.error", "hangs no error by itself"},
		{[]string{frameRule, "lab.protocol.adjoint=1 N"}, "lab.protocol.adjoint", "lab.nudge"},
		{[]string{frameRule, "task.loss=fisher", "task.cases[1].want=[{node: 17, along: x, most: true}, {node: 10, along: x}]"}, "lab.rule", "loss of single samples"},
		{[]string{frameRule, "statics.deformation=finite"}, "lab.protocol.alternate", "leave `alternate` out"},
		{[]string{"lab.limits.step=5 N/m"}, "lab.limits.step", "give `step_width`"},
		{[]string{"elements[1]={kind: beam, law: section, EA: 1..2 N, EI: 1e-6..2e-6 N m2}", "lab.limits.step_width=0.1 mm"}, "lab.limits", "several units"},
		{[]string{"lab.matter.calibration=bonds.csv"}, "lab.matter.calibration", "give `levels`"},
	} {
		_, err := build(t, frameText(t), c.overrides...)
		errs, ok := err.(spec.Errors)
		if !ok {
			t.Errorf("%v: %v", c.overrides, err)
			continue
		}
		if e := errs[0]; e.Code != "E0902" || e.Path != c.at || e.Help == "" || !strings.Contains(e.Error()+e.Help, c.want) {
			t.Errorf("%v: at %s, want %s:\n%v\nwant %q", c.overrides, e.Path, c.at, err, c.want)
		}
	}
	for name, at := range map[string]string{"comb": "task.reading", "flow": "task.cases[1].push[1].potential"} {
		text, _ := examples.Text(name)
		var errs spec.Errors
		if _, err := buildWith(t, string(text), examplesFiles, "lab.bench=twin"); !errors.As(err, &errs) || errs[0].Code != "E0902" || errs[0].Path != at {
			t.Errorf("%s: %v, want E0902 at %s", name, err, at)
		}
	}
	if _, err := build(t, onTwin, "lab.limits.step_width=1 mm"); err == nil || !strings.Contains(err.Error(), "what this bench changes are stiffnesses") {
		t.Errorf("a lattice of springs: %v", err)
	}
	for _, good := range [][]string{{"lab.limits.step_width=0.1 mm"}, {"lab.matter.levels=8"}, {"lab.matter.softening=true"}, {frameRule, "lab.nudge=1 mN"},
		{"task.cases[1].want[2]={nodes: [10, 17], stretch: 0.1 mm}"}, {"task.cases[1].want[2]={mean: [10, 11], along: x, move: 0.1 mm}"}} {
		if _, err := build(t, frameText(t), good...); err != nil {
			t.Errorf("%v: %v", good, err)
		}
	}
}

// Lattices that do not answer in proportion learn on the bench too, where the error hangs beside the input.
func TestNonlinearLearnsOnTheTwin(t *testing.T) {
	sketched(t)
	for name, better := range map[string]float64{"hardening": 20, "large-deformation": 100} {
		text, ok := examples.Text(name)
		if !ok {
			t.Fatal(name)
		}
		r, _, err := train(atomicfile.OS{}, t.TempDir(), string(text), "lab.bench=twin", frameRule, "lab.steps=10")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		t.Logf("%s: loss %.4g before, %.4g after %d steps of %d loads in all; %.4g without noise", name, *r.Before.Loss, *r.After.Loss, r.Steps, r.Loads, *r.Truth.Loss)
		if *r.Truth.Loss > *r.Before.Loss/better || math.Abs(*r.Truth.Loss-*r.After.Loss) > 0.01**r.Before.Loss {
			t.Errorf("%s: loss %g before, %g after, %g without noise", name, *r.Before.Loss, *r.After.Loss, *r.Truth.Loss)
		}
	}
}

// Springs that are written as elements are the same lattice on the bench: the same loads hang, and the same gradient is measured.
func TestSpringsAsElements(t *testing.T) {
	sketched(t)
	const head = "elastrain: 1\nnetwork: {lattice: triangular, rows: 5-4-3-2, spacing: 16 mm}\n"
	tail := onTwin[strings.Index(onTwin, "supports:"):]
	more := []string{"lab.weights.masses=4 x 3 g, 2 x 1 g", "lab.steps=1", "lab.protocol.sure=0", "lab.twin.modulus=2%"}
	var plans [][]PlannedLoad
	var logs []*session.Log
	for _, how := range []string{"bonds: {stiffness: 60..140 N/m, start: 100 N/m}\n", "elements: [{kind: bar, stiffness: 60..140 N/m at 100 N/m}]\n"} {
		l, err := build(t, head+how+tail, more...)
		if err != nil {
			t.Fatal(err)
		}
		loads, err := l.Plan(6e-6)
		if err != nil {
			t.Fatal(err)
		}
		plans = append(plans, loads)
		dir := t.TempDir()
		r, _, err := train(atomicfile.OS{}, dir, head+how+tail, more...)
		if err != nil {
			t.Fatal(err)
		}
		recorded, err := Load(atomicfile.OS{}, r.Run)
		if err != nil {
			t.Fatal(err)
		}
		logs = append(logs, recorded.Log)
	}
	for i, p := range plans[0] {
		q := plans[1][i]
		a, b := p.Plan.Options[p.Plan.Taken], q.Plan.Options[q.Plan.Taken]
		if p.Name != q.Name || len(a.Shots) != len(b.Shots) || a.Name != b.Name {
			t.Fatalf("%s hangs as %s, and of elements %s as %s", p.Name, a.Name, q.Name, b.Name)
		}
		for j := range a.Shots {
			if !near(a.Shots[j].Load(p.Plan.Gravity), b.Shots[j].Load(q.Plan.Gravity)) {
				t.Errorf("%s: %+v hangs, and of elements %+v", p.Name, a.Shots[j], b.Shots[j])
			}
		}
		if math.Abs(a.Error/b.Error-1) > 1e-9 || math.Abs(a.Noise/b.Noise-1) > 1e-9 || math.Abs(a.Rounding-b.Rounding) > 1e-9 {
			t.Errorf("%s: %v is predicted, and of elements %v", p.Name, a.Prediction, b.Prediction)
		}
	}
	s, e := logs[0].Steps[0], logs[1].Steps[0]
	most := 0.0
	for _, v := range s.Gradient {
		most = max(most, math.Abs(v))
	}
	for i := range s.Gradient {
		if math.Abs(s.Gradient[i]-e.Gradient[i]) > 1e-6*most || math.Abs(s.Stiffness[i]-e.Stiffness[i]) > 1e-9*s.Stiffness[i] {
			t.Errorf("bond %d: gradient %g and %g, stiffness %g and %g", i+1, s.Gradient[i], e.Gradient[i], s.Stiffness[i], e.Stiffness[i])
		}
	}
	if math.Abs(s.Loss/e.Loss-1) > 1e-6 {
		t.Errorf("loss %g and %g", s.Loss, e.Loss)
	}
}
