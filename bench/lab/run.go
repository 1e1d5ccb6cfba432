package main

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/run/insitu"
	"github.com/elastrain/elastrain/spec"
)

// outcome is one training.
type outcome struct {
	loads, looks float64
	steps        float64
	loss         float64   // without noise, after
	accuracy     float64   // without noise, after: of the test part, NaN without classes
	train        float64   // the same of the training part
	missed       float64   // without noise, after: relative error of the outputs, NaN with classes
	outputs      []float64 // of the training samples without noise, m
	failed       bool      // it could not go on
}

// train runs an experiment in a session of its own. What is measured stays in a
// directory only as long as it takes.
func train(ctx context.Context, path string, overrides ...string) (*outcome, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	file, err := spec.Parse(path, text, overrides...)
	if err != nil {
		return nil, err
	}
	x, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		return nil, err
	}
	l, err := insitu.Build(x, nil, insitu.Options{})
	if err != nil {
		return nil, err
	}
	bench, err := l.Twin(l.Start)
	if err != nil {
		return nil, err
	}
	setup, err := l.Setup(bench)
	if err != nil {
		return nil, err
	}
	o := &outcome{}
	setup.Accept = func(r *measurement.Record, _ *measurement.Response) (bool, string) {
		o.loads++
		o.looks += float64(len(r.Zero) + len(r.Loaded) + len(r.After))
		return true, ""
	}
	dir, err := os.MkdirTemp("", "elastrain-lab")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a temporary directory
	s, err := session.Open(ctx, atomicfile.OS{}, filepath.Join(dir, "journal.jsonl"), setup)
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close(ctx) }() // what was measured is there already
	came, err := s.Run(ctx, l.Spec.Steps)
	var drift *measurement.DriftError
	if o.failed = errors.As(err, &drift); err != nil && !o.failed {
		return nil, err
	}
	o.steps = float64(came.Steps)
	before, after, err := l.Truth(bench.Stiffness())
	if err != nil {
		return nil, err
	}
	o.loss, o.train, o.accuracy, o.missed = before.Loss, before.Accuracy, after.Accuracy, before.Relative
	if o.outputs, err = l.TrueOutputs(bench.Stiffness(), x.Train); err != nil {
		return nil, err
	}
	return o, nil
}

// apart is how far outputs are from others, as a share of these.
func apart(u, from []float64) float64 {
	miss, size := 0.0, 0.0
	for i := range u {
		miss += (u[i] - from[i]) * (u[i] - from[i])
		size += from[i] * from[i]
	}
	return math.Sqrt(miss / size)
}
