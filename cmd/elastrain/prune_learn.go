package main

import (
	"errors"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/prune"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

// without is the file of the network with more bonds cut (from 1), or fewer where they were, that learns so many epochs; below zero: as many as it says. Nodes
// that have no bond left are held.
func (p *pruned) without(gone, loose []int, epochs int) (*spec.File, *run.Ancestor, error) {
	gone = slices.Sorted(slices.Values(gone))
	var file *spec.File
	var ancestor *run.Ancestor
	var err error
	if p.trained != nil {
		file, ancestor, err = p.trained.Damaged(gone)
	} else {
		of := p.x.File.Spec
		out := map[int]bool{}
		for _, bond := range slices.Concat(of.Network.Cut, gone) {
			out[bond] = !out[bond]
		}
		of.Network.Cut = nil
		for bond, is := range out {
			if is {
				of.Network.Cut = append(of.Network.Cut, bond)
			}
		}
		slices.Sort(of.Network.Cut)
		file, err = spec.Parse(p.x.File.Name+", pruned", (&spec.File{Name: p.x.File.Name, Spec: of}).Resolved())
	}
	if err != nil || epochs < 0 && len(loose) == 0 {
		return file, ancestor, err
	}
	if epochs >= 0 {
		file.Spec.Learn.Epochs = epochs
	}
	file.Spec.Supports.Pinned = slices.Concat(file.Spec.Supports.Pinned, loose)
	file, err = spec.Parse(file.Name, file.Resolved())
	return file, ancestor, err
}

// learner builds what is left and lets it learn so many epochs by the method of the file, under the loss of the whole network.
func (p *pruned) learner(options experiment.Options) prune.Learner {
	return func(from *experiment.Experiment, theta []float64, gone, loose []int, epochs int) (*experiment.Experiment, []float64, error) {
		file, _, err := p.without(gone, loose, epochs)
		if err != nil {
			return nil, nil, err
		}
		x, err := experiment.Build(file, p.files, options)
		var broken spec.Errors
		if errors.As(err, &broken) {
			return nil, nil, nil // by the tolerance of building it does not hold
		}
		if err != nil {
			return nil, nil, err
		}
		x.Loss = p.x.Loss
		if err := x.StartFrom(x.Inherit(from, theta)); err != nil {
			return nil, nil, hopeless(err)
		}
		if epochs == 0 {
			return x, slices.Clone(x.Rig.Stiffness()), nil
		}
		trainer, err := x.NewTrainer()
		if err != nil {
			return nil, nil, hopeless(err)
		}
		if _, err := trainer.Run(nil); err != nil {
			return nil, nil, hopeless(err)
		}
		return x, slices.Clone(x.Rig.Stiffness()), nil
	}
}

// hopeless takes an error that says that a network has no answer.
func hopeless(err error) error {
	if learn.NoValue(err) {
		return nil
	}
	return err
}

// leave makes a run of the pruned network.
func (c *pruneCommand) leave(s *session, p *pruned, report *pruneReport, dir string) error {
	epochs, kind := 0, "train"
	if c.Learn {
		epochs = -1
	}
	if p.trained != nil {
		kind = "damage"
	}
	file, ancestor, err := p.without(report.Gone, report.Loose, epochs)
	if err != nil {
		return err
	}
	options, err := c.Options()
	if err != nil {
		return err
	}
	x, err := experiment.Build(file, p.files, options)
	if err != nil {
		return err
	}
	request := run.Request{File: file, Kind: kind, Ancestor: ancestor, Start: x.Inherit(report.X, report.Theta), Options: options, Files: p.files,
		NoFigures: c.NoFigures, Parent: dir, Name: "run"} // run-2 where more or fewer bonds went before
	r, err := run.Open(request)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // after an error, which counts; else it is closed below
	report.Run = r.Dir
	result, err := r.Train(s.ctx)
	if err != nil {
		return err
	}
	if c.Learn {
		report.Learnt = &learnt{Epochs: result.Epochs, Loss: result.Loss, Accuracy: result.TrainAccuracy, Error: result.TrainError}
	}
	return r.Close()
}
