package prune

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
)

// A node that bears nothing goes with its bonds, and nothing else changes; what is left has no such node.
func TestIdleNodesGo(t *testing.T) {
	x, theta := build(t, "disordered")
	study := &Study{Rule: "energy", Keep: 1e-6, Ends: true, Most: 60}
	report, err := study.Run(context.Background(), x, theta, &memory{}, func(Step) {})
	if err != nil {
		t.Fatal(err)
	}
	last, nodes := report.Before.Loss, 0
	for _, step := range report.Steps {
		if step.Node > 0 {
			nodes++
			if !near(step.Loss, last, 1e-9) || len(step.Also) > 1 {
				t.Errorf("%+v, and the loss was %v", step, last)
			}
		}
		last = step.Loss
	}
	if nodes == 0 || nodes != len(report.Loose) || len(report.Gone) != report.Bonds-report.Left {
		t.Errorf("%d nodes went, %d are named; %d bonds of %d, %d left", nodes, len(report.Loose), len(report.Gone), report.Bonds, report.Left)
	}
	p := start(t, x, theta)
	if _, err := p.replay(context.Background(), report.Steps); err != nil || !near(p.now.Loss, report.After.Loss, 1e-12) {
		t.Errorf("replayed: %v, %v", p.now, err)
	}
	for at := 1; at < len(report.Steps); at += 5 {
		again, err := study.Run(context.Background(), x, theta, &memory{slices.Clone(report.Steps[:at])}, func(Step) {})
		if err != nil {
			t.Fatal(err)
		}
		if again.Factorised = report.Factorised; !reflect.DeepEqual(again, report) {
			t.Errorf("gone on after %d steps it gives another report", at)
		}
	}
}

// rebuilt is a learner that builds and solves an example without some bonds.
func rebuilt(t *testing.T, name string) Learner {
	return func(from *experiment.Experiment, theta []float64, gone, _ []int, _ int) (*experiment.Experiment, []float64, error) {
		text, _ := examples.Text(name)
		list := strings.Trim(strings.ReplaceAll(fmt.Sprint(gone), " ", ","), "[]")
		file, err := spec.Parse(name, text, "network.cut=["+list+"]")
		if err != nil {
			t.Fatal(err)
		}
		x, err := experiment.Build(file, nil, experiment.Options{})
		if errors.As(err, new(spec.Errors)) {
			return nil, nil, nil
		}
		if err != nil {
			return nil, nil, err
		}
		x.Loss = from.Loss
		if err := x.StartFrom(x.Inherit(from, theta)); err != nil {
			return nil, nil, nil
		}
		return x, slices.Clone(x.Rig.Stiffness()), nil
	}
}

// A lattice of springs that is built and solved for every bond, as bodies are, has the losses of the formula and keeps the same bonds.
func TestBodiesAreBuiltForEveryBond(t *testing.T) {
	x, theta := build(t, "behaviour")
	p := start(t, x, theta)
	q := &pruning{Study: &Study{Until: 0.01, Learner: rebuilt(t, "behaviour")}, rule: &rules[0], lattice: p.lattice, aim: p.aim, x: x, theta: theta, body: true}
	if err := q.look(); err != nil || !near(q.now.Loss, p.now.Loss, 1e-9) {
		t.Fatalf("%v of %v, %v", q.now, p.now, err)
	}
	for i := range p.bars {
		a, err := p.try(i)
		if err != nil {
			t.Fatal(err)
		}
		b, err := q.try(i)
		if err != nil || (a == nil) != (b == nil) || a != nil && !near(a.Loss, b.Loss, 1e-9) {
			t.Errorf("bond %d: %v, built and solved %v, %v", i+1, a, b, err)
		}
	}
}

// Beams go as springs do, after any step to the same report; local rules and moduli are refused.
func TestFramesArePruned(t *testing.T) {
	x, theta := build(t, "frame")
	study := &Study{Rule: "exact", Until: 0.001, Most: 2, Learner: rebuilt(t, "frame")}
	report, err := study.Run(context.Background(), x, theta, &memory{}, func(Step) {})
	if err != nil {
		t.Fatal(err)
	}
	last := report.Before.Loss
	for _, step := range report.Steps {
		if !(step.Loss < last) {
			t.Errorf("%+v does not lower the loss %v", step, last)
		}
		last = step.Loss
	}
	if len(report.Steps) != 2 {
		t.Fatalf("%d beams went", len(report.Steps))
	}
	again, err := study.Run(context.Background(), x, theta, &memory{slices.Clone(report.Steps[:1])}, func(Step) {})
	if err != nil {
		t.Fatal(err)
	}
	if again.X, again.Theta, report.X, report.Theta = nil, nil, nil, nil; !reflect.DeepEqual(again.Steps, report.Steps) || !reflect.DeepEqual(again.Kept, report.Kept) {
		t.Error("gone on after one step it gives another report")
	}
	study.Rule = "gradient"
	if _, err := study.Run(context.Background(), x, theta, &memory{}, func(Step) {}); !errors.Is(err, ErrBody) {
		t.Errorf("a local rule: %v", err)
	}
}
