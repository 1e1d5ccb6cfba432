package experiment

import "github.com/elastrain/elastrain/train"

// judges say by what epochs are compared: to keep the best, and to see that nothing becomes better any more.
func (x *Experiment) judges() (best, watched train.By) {
	switch x.Spec.Learn.Score {
	case "loss":
		return train.ByLoss, train.ByLoss
	case "accuracy":
		return train.ByAccuracy, train.ByAccuracy
	case "training-loss":
		return train.ByTrainingLoss, train.ByTrainingLoss
	}
	switch {
	case x.Valid.N == 0: // of a plateau, which chooses nothing
		return train.ByTrainingLoss, train.ByTrainingLoss
	case x.Train.Class == nil:
		return train.ByLoss, train.ByLoss
	}
	return train.ByAccuracyThenLoss, train.ByLoss
}

// checkScore refuses to choose an epoch by anything but a validation part, unless the file says so.
func (b *builder) checkScore() {
	l := &b.Spec.Learn
	if l.Score == "accuracy" && b.Valid.N > 0 && b.Train.Class == nil {
		b.fail("E0507", "learn.score", "displacements have no accuracy").WithHelp("write `score: loss`")
		return
	}
	if b.Valid.N > 0 || l.Score == "training-loss" {
		return
	}
	const note = "the test part says how good a network is that was chosen without it, so it chooses nothing"
	help := "add `validation: {share: 10 %}` to the task, or let the training part choose, which says nothing of new samples: `score: training-loss`"
	if b.Table == nil {
		help = "write `score: training-loss`: the loss of these cases is all that there is"
	}
	switch {
	case l.Score != "":
		b.fail("E0507", "learn.score", "this is a score of the validation part, and there is none").WithNote(note).WithHelp("%s", help)
	case l.Keep == "best":
		b.fail("E0507", "learn.keep", "the best epoch is chosen on a validation part, and there is none").WithNote(note).WithHelp("%s", help)
	case l.Stop.Patience > 0:
		b.fail("E0507", "learn.stop.patience", "training ends early by a validation part, and there is none").WithNote(note).WithHelp("%s", help)
	}
}
