package run

import (
	"errors"
	"io/fs"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/snapshot"
)

// Snapshot reads a run directory into plain data: the network as it is trained by now,
// how it stands under its load cases, what it makes of the data, and its history. The
// run may still be training.
func Snapshot(fsys atomicfile.FS, dir string) (*snapshot.Snapshot, error) {
	t, err := Load(fsys, dir)
	if err != nil {
		return nil, err
	}
	v := t.Experiment.AllCases()
	v.Samples = true
	return t.Snapshot(fsys, v)
}

// Snapshot is the trained network in plain data.
func (t *Trained) Snapshot(fsys atomicfile.FS, v experiment.View) (*snapshot.Snapshot, error) {
	if v.Theta == nil {
		v.Theta = t.Stiffness
	}
	s, err := t.Experiment.Snapshot(v)
	if err != nil {
		return nil, err
	}
	s.History = t.History
	s.History.Scores, err = t.Scores(fsys)
	return s, err
}

// Scores are those of recorded epochs; none where a directory keeps none.
func (t *Trained) Scores(fsys atomicfile.FS) ([]snapshot.Score, error) {
	if t.History.Scores != nil {
		return t.History.Scores, nil
	}
	return scores(fsys, t.Dir)
}

// snapshot is the network as it is trained by now, with its history.
func (r *Run) snapshot(v experiment.View) (s *snapshot.Snapshot, err error) {
	if v.Theta == nil {
		v.Theta, err = r.Trainer.Stiffness()
	}
	if err == nil {
		s, err = r.Experiment.Snapshot(v)
	}
	if err != nil {
		return nil, r.mechanics(err)
	}
	s.History.Theta = r.history.stiffness
	for _, epoch := range r.history.epochs {
		s.History.Epochs = append(s.History.Epochs, int(epoch))
	}
	return s, nil
}

// scores are the lines of metrics.csv; none where a directory has no such file.
func scores(fsys atomicfile.FS, dir string) ([]snapshot.Score, error) {
	records, err := ReadMetrics(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	list := make([]snapshot.Score, len(records))
	for i, r := range records {
		list[i] = snapshot.Score{Epoch: r.Epoch, Steps: r.Steps, Loss: r.Train.Loss, Accuracy: r.Train.Accuracy, Error: r.Train.Relative,
			TestLoss: r.Test.Loss, TestAccuracy: r.Test.Accuracy, TestError: r.Test.Relative,
			ValidLoss: r.Valid.Loss, ValidAccuracy: r.Valid.Accuracy, ValidError: r.Valid.Relative}
	}
	return list, err
}
