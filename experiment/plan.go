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
		Learns: x.learns(), Wanted: x.wants(), FromData: x.Table != nil, Replay: l.Compat != ""}, nil
}

// learns is what learns, one of it.
func (x *Experiment) learns() string {
	if x.Solid != nil {
		return "parameter"
	}
	return "bond"
}

// wants is what is wanted of the outputs, in one word.
func (x *Experiment) wants() string {
	switch x.OutputsUnit() {
	case "m":
		return "displacements"
	case "rad":
		return "rotations"
	case "V":
		return "potentials"
	case "1":
		return "strains"
	}
	return "values"
}

// NewTrainer starts it.
func (x *Experiment) NewTrainer() (*train.Trainer, error) {
	plan, err := x.Plan()
	if err != nil {
		return nil, err
	}
	return train.New(plan)
}
