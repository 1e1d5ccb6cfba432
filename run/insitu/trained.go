package insitu

import (
	"errors"
	"math"
	"slices"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/snapshot"
)

// IsSession reports whether a directory is that of a session.
func IsSession(fsys atomicfile.FS, dir string) bool {
	_, err := readHead(fsys, dir)
	var damaged *run.DirectoryError
	return err == nil || errors.As(err, &damaged)
}

// LoadTrained reads the directory of a session as if its lattice had been trained
// by computation: the network with the stiffness that was asked of the bench last.
// The session may still be going on; ended says whether it does not.
func LoadTrained(fsys atomicfile.FS, dir string) (t *run.Trained, ended bool, err error) {
	r, err := Load(fsys, dir)
	if err != nil {
		return nil, false, err
	}
	t, err = r.trained(fsys)
	return t, r.Log.Stop != nil, err
}

// Snapshot reads the directory of a session into plain data, as run.Snapshot does that of a run. Its history is that of the
// commits, with the scores that were measured.
func Snapshot(fsys atomicfile.FS, dir string) (*snapshot.Snapshot, error) {
	r, err := Load(fsys, dir)
	if err != nil {
		return nil, err
	}
	t, err := r.trained(fsys)
	if err != nil {
		return nil, err
	}
	v := t.Experiment.AllCases()
	v.Samples = true
	return t.Snapshot(fsys, v)
}

// trained is the network of a session with the stiffness that was asked of the bench last.
func (r *Recorded) trained(fsys atomicfile.FS) (*run.Trained, error) {
	h, err := readHead(fsys, r.Dir)
	if err != nil {
		return nil, err
	}
	x := r.Lab.Experiment
	k := r.Lab.Start
	if n := len(r.Log.Phases); n > 0 {
		k = r.Log.Phases[n-1].Stiffness
	}
	steps := len(r.Log.Steps)
	if steps > 0 {
		k = r.Log.Steps[steps-1].Stiffness
	}
	if err := x.Rig.SetStiffness(k); err != nil {
		return nil, err
	}
	m := &run.Manifest{Format: 1, Kind: "lab", Identity: h.Identity, Overrides: h.Overrides, Files: h.Files}
	return &run.Trained{Dir: r.Dir, Manifest: m, File: x.File, Experiment: x, Stiffness: k, Epoch: steps, History: r.history()}, nil
}

// history is that of the commits, with the scores that were measured.
func (r *Recorded) history() (h snapshot.History) {
	h.Epochs, h.Theta = []int{0}, slices.Clone(r.Lab.Start)
	for i := range r.Log.Steps {
		h.Epochs, h.Theta = append(h.Epochs, i+1), append(h.Theta, r.Log.Steps[i].Stiffness...)
	}
	none := math.NaN() // a bench has no validation part
	for step := range len(r.Log.Steps) + 1 {
		train, test, err := r.Lab.Measured(r.Log, step)
		if err != nil {
			continue // it was not measured, or by a newer version otherwise
		}
		for _, part := range []*learn.Score{&train, &test} { // displacements are not right or wrong, and classes have no distance
			if r.Lab.Experiment.Train.Class == nil {
				part.Accuracy = none
			} else {
				part.Relative = none
			}
		}
		h.Scores = append(h.Scores, snapshot.Score{Epoch: step, Steps: step, Loss: train.Loss, Accuracy: train.Accuracy, Error: train.Relative,
			TestLoss: test.Loss, TestAccuracy: test.Accuracy, TestError: test.Relative, ValidLoss: none, ValidAccuracy: none, ValidError: none})
	}
	return h
}
