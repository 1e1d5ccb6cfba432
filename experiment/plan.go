package experiment

import (
	"slices"

	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/train"
)

// Plan is the training that the file describes, at its start.
func (x *Experiment) Plan() (*train.Plan, error) {
	method, err := x.NewMethod()
	if err != nil {
		return nil, err
	}
	l := &x.Spec.Learn
	plan := &train.Plan{Problem: x.NewProblem(), Method: method, Start: x.StartPoint(), Train: x.Train, Valid: x.Valid, Scored: x.Scored(), KeepBest: l.Keep == "best",
		Test:   x.OpenTest(),
		Epochs: l.Epochs, Batch: int(l.Batch), Seed: x.Spec.Seed, Stop: train.Stop{Loss: l.Stop.Loss, Change: l.Stop.Change, Gradient: l.Stop.Gradient, Patience: l.Stop.Patience, Gain: l.Stop.Gain},
		Learns: x.learns(), Wanted: x.wants(), FromData: x.Table != nil, Advice: x.Advice(), Replay: l.Compat != ""}
	if l.Schedule == "plateau" {
		plan.LowerAfter, plan.LowerGain = l.Patience, l.Gain
	}
	plan.BestBy, plan.WatchBy = x.judges()
	if x.moves != nil {
		plan.Augment = x.moves
	}
	return plan, nil
}

// Advice is what may help where classes are named no better than by guessing.
func (x *Experiment) Advice() string {
	reading := x.Reading != nil
	switch {
	case x.writes() && !reading:
		return "A reading with a gain, offsets and tares may tell the classes apart, where outputs that compete by size do not: `task: {reading: {tare: mean}}`."
	case x.writes():
		return "Other bonds for the inputs, complements or wider ranges may tell the classes apart; `elastrain outlook` looks at them."
	case reading:
		return "Other ports may tell the classes apart; `elastrain outlook` says what bounds these."
	case slices.ContainsFunc(append(slices.Clone(x.In), x.Out...), func(p network.Port) bool { return p.Pair || p.Mean != nil }): // none of which `ports` looks for
		return "Other ports may tell the classes apart, or a reading with offsets: `task: {reading: {tare: mean}}`."
	}
	return "Other ports may tell the classes apart; `elastrain ports` looks for them. So may a reading with offsets: `task: {reading: {tare: mean}}`."
}

// Closed reports whether the test part is not looked at while it trains: where another part validates, or the spec says so.
func (x *Experiment) Closed() bool { return x.Valid.N > 0 || x.Spec.Task.Closed }

// OpenTest is the test part, or where that is closed an empty one.
func (x *Experiment) OpenTest() *task.Set {
	if x.Closed() {
		return &task.Set{P: x.Test.P, Q: x.Test.Q, Signed: x.Test.Signed}
	}
	return x.Test
}

// Beside is the part that is scored beside the training part, and its name: what validates, or the test part unless that is
// closed; an empty set where there is none.
func (x *Experiment) Beside() (set *task.Set, name string) {
	switch {
	case x.Valid.N > 0:
		return x.Valid, "validation"
	case x.Closed():
		return x.Valid, ""
	}
	return x.Test, "test"
}

// Part is a part of the data by its name: validation, test or training; empty where there is none. "" is the one that Beside is,
// or the training part.
func (x *Experiment) Part(name string) (set *task.Set, called string) {
	switch name {
	case "validation":
		return x.Valid, name
	case "test":
		return x.Test, name
	case "":
		if set, called = x.Beside(); set.N > 0 {
			return set, called
		}
	}
	return x.Train, "training"
}

// A large training part is scored by a fixed part of it, or scoring would take longer than training.
const (
	manyRows   = 10000
	scoredRows = 5000
)

// Scored is what stands for the training part in scores: itself, or of pictures and of what has a validation part
// scoredRows evenly spread rows where it has more than manyRows.
func (x *Experiment) Scored() *task.Set {
	if x.Train.N <= manyRows || x.Valid.N == 0 && (x.Table == nil || x.Table.Wide == 0) {
		return x.Train
	}
	if x.scored == nil {
		x.scored = train.Spread(x.Train, scoredRows)
	}
	return x.scored
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
