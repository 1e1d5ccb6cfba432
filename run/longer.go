package run

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run/checkpoint"
)

// A training with more epochs goes on where the same one with fewer has ended, and
// comes to the same end as one that asked for them from the beginning. In its own
// directory it takes the place of the shorter; under another name it copies what
// it goes on from.

// lengthen makes the run in this directory the longer one that is asked for. It
// can be killed anywhere: until the manifest is written the directory holds the
// shorter run, with its last checkpoint, and afterwards the longer.
func (r *Run) lengthen() error {
	_, changed, err := r.Manifest.verify(r.fs, r.Dir)
	if err != nil {
		return err
	}
	for _, name := range changed {
		r.mended(name, "the experiment file")
	}
	if err := r.resume(); err != nil {
		return err
	}
	if r.Resumed { // give a checkpoint of an earlier version what it lacks
		if err := r.admit(); err != nil {
			return err
		}
	}
	if !r.figures {
		if err := r.removePictures(); err != nil {
			return err
		}
	}
	if err := r.remove(resultName); err != nil {
		return err
	}
	if err := r.writeManifest(); err != nil {
		return err
	}
	if err := r.writeInputs(); err != nil {
		return err
	}
	r.clock = startClock(r.Trainer.Epoch, r.previousSessions())
	return r.openLog()
}

// removePictures takes away the pictures of the shorter run where the longer draws none: they would show another network
// than the one beside them. What else lies in their folder stays.
func (r *Run) removePictures() error {
	result, found, err := r.readResult()
	if !found || err != nil {
		return nil // nothing says which pictures are its own
	}
	for name := range result.Files {
		if picture, ok := strings.CutPrefix(name, figuresName+"/"); ok && picture == filepath.Base(picture) {
			if err := r.remove(name); err != nil {
				return err
			}
		}
	}
	if names, err := r.fs.List(filepath.Join(r.Dir, figuresName)); err != nil || len(names) > 0 {
		return nil
	}
	return r.remove(figuresName)
}

// remove deletes a file of the run, if it is there.
func (r *Run) remove(name string) error {
	path := filepath.Join(r.Dir, filepath.FromSlash(name))
	if err := r.fs.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &atomicfile.Error{Op: "remove", Path: path, Err: err}
	}
	return nil
}

// admit writes the newest checkpoint again so that the longer run takes it for its
// own; for the shorter it stays what it was.
func (r *Run) admit() error {
	saved, _, err := r.store.Latest()
	if err != nil {
		return err
	}
	sections, err := r.admitted(saved.Sections)
	if err != nil || sections == nil {
		return err
	}
	return r.store.Save(saved.Step, sections)
}

// admitted are the sections of a checkpoint with the mark of the training that is
// asked for; nil where it has it.
func (r *Run) admitted(sections []checkpoint.Section) ([]checkpoint.Section, error) {
	p, err := progressOf(sections)
	if err != nil || p.Training == r.asked.Training {
		return nil, err
	}
	p.Training = r.asked.Training
	head, err := checkpoint.JSON(sectionProgress, p)
	if err != nil {
		return nil, err
	}
	marked := []checkpoint.Section{head}
	for _, s := range sections {
		if s.Name != sectionProgress {
			marked = append(marked, s)
		}
	}
	return marked, nil
}

// goOnFrom looks beside a new run for the same training with fewer epochs, and
// copies its last checkpoint and journals. Where there is none, or it is not
// whole, the training begins at its beginning: the end is the same.
func (r *Run) goOnFrom(q Request) error {
	if q.Exact || q.Kin == "" {
		return nil
	}
	names, err := r.fs.List(q.Parent)
	if err != nil {
		return nil // the training needs nothing from there
	}
	most, from := 0, ""
	for _, name := range names {
		rest, kin := strings.CutPrefix(name, q.Kin)
		if !kin || rest != "" && rest[0] != '@' && rest[0] != '-' || filepath.Join(q.Parent, name) == r.Dir {
			continue
		}
		dir := filepath.Join(q.Parent, name)
		m, err := readManifest(r.fs, dir)
		if err != nil {
			continue
		}
		epochs, equal, err := r.epochsOf(m, dir)
		if err == nil && equal && epochs < r.asked.Epochs && epochs > most {
			most, from = epochs, dir
		}
	}
	if from == "" {
		return nil
	}
	other := &Run{Dir: from, fs: r.fs}
	saved, _, err := checkpoint.Store{FS: r.fs, Dir: filepath.Join(from, checkpointsName)}.Latest()
	if err != nil {
		return nil
	}
	p, err := progressOf(saved.Sections)
	if err != nil || p.Solver != r.Experiment.SolverName() {
		return nil
	}
	if name, _, err := other.judgeJournals(p); err != nil || name != "" {
		return nil
	}
	for _, journal := range []struct {
		name string
		size int64
	}{{eventsName, p.Events}, {metricsName, p.Metrics}} {
		text, err := other.head(journal.name, journal.size)
		if err == nil {
			err = atomicfile.WriteFile(r.fs, filepath.Join(r.Dir, journal.name), text)
		}
		if err != nil {
			return err
		}
	}
	sections, err := r.admitted(saved.Sections)
	if err != nil {
		return err
	}
	if sections == nil {
		sections = saved.Sections
	}
	r.From = from
	return r.store.Save(saved.Step, sections)
}
