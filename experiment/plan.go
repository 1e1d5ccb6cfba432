package experiment

import "github.com/elastrain/elastrain/train"

// Plan is the training that the file describes, at its start.
func (x *Experiment) Plan() (*train.Plan, error) {
	method, err := x.NewMethod()
	if err != nil {
		return nil, err
	}
	l := &x.Spec.Learn
	return &train.Plan{Problem: x.NewProblem(), Method: method, Start: x.StartPoint(), Train: x.Train, Test: x.Test,
		Epochs: l.Epochs, Batch: int(l.Batch), Seed: x.Spec.Seed, Stop: train.Stop{Loss: l.Stop.Loss, Change: l.Stop.Change, Gradient: l.Stop.Gradient},
		FromData: x.Table != nil, Replay: l.Compat != ""}, nil
}

// NewTrainer starts it.
func (x *Experiment) NewTrainer() (*train.Trainer, error) {
	plan, err := x.Plan()
	if err != nil {
		return nil, err
	}
	return train.New(plan)
}
