package run

import (
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/run/checkpoint"
	"github.com/elastrain/elastrain/train"
)

// Shared is a run whose training several processes share. One of them, which has the whole experiment, writes the directory: it is
// told what came out, and trains nothing itself. What only a trainer knows is in Parts; checkpoints hold what reading a run needs.
type Shared struct {
	*Run
	parts *PartsManifest // to go on from; nil: from the beginning
}

// OpenShared is Open for a training that is shared; fits says what of an experiment cannot be, before anything is written.
func OpenShared(q Request, fits func(*experiment.Experiment) error) (*Shared, error) {
	r, err := ask(q, func(x *experiment.Experiment) (*train.Trainer, error) {
		return &train.Trainer{Plan: &train.Plan{Epochs: x.Spec.Learn.Epochs}, Problem: &learn.Problem{Rig: x.Rig, Design: x.Design}}, fits(x)
	})
	if err != nil {
		return nil, err
	}
	f, err := r.settle(q)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	s := &Shared{Run: r}
	if err := s.prepare(f); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return s, nil
}

// Parts is where the state of the training is kept.
func (s *Shared) Parts() Parts { return Parts{FS: s.fs, Dir: s.Dir} }

// State is the state to go on from; nil where the training begins.
func (s *Shared) State() *PartsManifest { return s.parts }

// Result is that of a run which is complete.
func (s *Shared) Result() (*Result, error) { return s.done, s.overAlready() }

// prepare writes or reads the directory.
func (s *Shared) prepare(f found) (err error) {
	for _, name := range []string{"", checkpointsName, figuresName, filesName} {
		if err := atomicfile.RemoveTemps(s.fs, filepath.Join(s.Dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	s.store = checkpoint.Store{FS: s.fs, Dir: filepath.Join(s.Dir, checkpointsName)}
	s.history = newHistory(s.Trainer)
	s.Manifest = f.manifest
	if s.parts, err = s.Parts().Manifest(); err != nil {
		return err
	}
	if steps, err := s.store.Steps(); err != nil {
		return err
	} else if s.parts == nil && len(steps) > 0 && f.state != vacant && !s.Parts().begun() { // else it ended before its first state counted
		if result, found, err := s.readResult(); !found || err != nil || result.Identity != s.asked.Identity {
			return &DirectoryError{Code: "E0601", Dir: s.Dir, Cause: "this training was begun by one process, whose state is not in parts",
				Help: "go on with `elastrain train`, or train it anew with another --out"}
		}
	}
	switch {
	case f.state == vacant:
		err = s.create()
	case f.state == less:
		if err := s.fs.Remove(filepath.Join(s.Dir, resultName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &atomicfile.Error{Op: "remove", Path: filepath.Join(s.Dir, resultName), Err: err}
		}
		err = s.create()
	case f.broken != nil:
		s.mended("manifest.json", "the experiment file")
		err = s.create()
	default:
		err = s.mendInputs()
	}
	if err != nil {
		return err
	}
	if s.complete, err = s.audit(); err != nil || s.complete {
		s.Resumed = s.complete
		s.clock = clock{previous: s.previousSessions()}
		return err
	}
	return s.goOn()
}

// goOn puts the journals and the history back to where the state is.
func (s *Shared) goOn() error {
	m := s.parts
	if m == nil {
		if err := s.openJournals(0, 0); err != nil {
			return err
		}
	} else {
		p := &m.Progress
		if p.Identity != s.Manifest.Identity && p.Training != s.asked.Training {
			return &DirectoryError{Code: "E0602", Dir: s.Dir, Cause: "the folder " + partsName + " does not belong to this experiment", Help: "train in another directory with --out"}
		}
		s.Resumed = true
		s.Trainer.Epoch, s.Trainer.Steps = p.Epoch, p.Steps
		if err := s.store.Rewind(int64(p.Epoch)); err != nil {
			return err
		}
		if saved, err := s.store.At(int64(p.Epoch)); err == nil { // else the frames until here are lost, and no more
			h, err := frames(saved.Sections)
			if err == nil && len(h.Theta) == len(h.Epochs)*s.history.width {
				for _, epoch := range h.Epochs {
					s.history.epochs = append(s.history.epochs, int64(epoch))
				}
				s.history.stiffness = h.Theta
				s.history.thin(p.Done && (p.Why != train.LastEpoch || p.Epoch >= s.asked.Epochs))
			}
		}
		if err := s.mendJournals(*p); err != nil {
			return err
		}
		if err := s.openJournals(p.Events, p.Metrics); err != nil {
			return err
		}
	}
	if err := s.openLog(); err != nil {
		return err
	}
	s.clock = startClock(s.Trainer.Epoch, s.previousSessions())
	return nil
}

// Progress is how far a training has come, and its journals with it.
type Progress = progress

// Done is what a trainer has come to, as all processes know it.
type Done struct {
	Record   train.Record
	Finished bool
	Why      string
	FirstKKT float64
	Within   train.Within
	Method   string
}

// Begin tells that the process begins, and of a training that begins writes the state it begins with.
func (s *Shared) Begin() error {
	if err := s.beginning(); err != nil {
		return err
	}
	for _, sink := range s.sinks {
		sink.Begin(s.Run, s.Trainer.Epoch)
	}
	return s.writeEnvironment()
}

// Frame is whether the history has a frame of this epoch: then Record is to be given the stiffnesses.
func (s *Shared) Frame(d *Done) bool {
	n := len(s.history.epochs)
	return (d.Record.Epoch%s.history.every == 0 || d.Finished) && (n == 0 || s.history.epochs[n-1] != int64(d.Record.Epoch))
}

// Record writes the state after an epoch, or at the start; k is the stiffness of every mode where Frame asks for it.
func (s *Shared) Record(d *Done, k []float64) error {
	s.Trainer.Epoch, s.Trainer.Steps, s.Trainer.Done = d.Record.Epoch, d.Record.Steps, d.Finished
	kind := "epoch"
	if s.events.Size() == 0 {
		kind = "start"
	}
	if err := s.journal(kind, d.Record); err != nil {
		return err
	}
	if k != nil {
		s.history.epochs = append(s.history.epochs, int64(d.Record.Epoch))
		s.history.stiffness = append(s.history.stiffness, k...)
	}
	return s.announce(d.Record)
}

// Save writes a checkpoint for readers, and returns what the state in parts is to say of the training. It counts when
// that is committed.
func (s *Shared) Save(d *Done, k []float64) (Progress, error) {
	if err := s.log.Flush(); err != nil {
		return Progress{}, err
	}
	if err := errors.Join(s.events.Sync(), s.metrics.Sync()); err != nil {
		return Progress{}, err
	}
	p := Progress{Epoch: d.Record.Epoch, Steps: d.Record.Steps, Done: d.Finished, Why: d.Why, Events: s.events.Size(), Metrics: s.metrics.Size(),
		Identity: s.Manifest.Identity, Method: d.Method, Solver: s.Experiment.SolverName(), Training: s.asked.Training, EventsSum: s.events.Sum(), MetricsSum: s.metrics.Sum()}
	if d.Within.Steps > 0 {
		p.WithinSteps, p.WithinSeen = d.Within.Steps, &d.Within.Seen
	}
	head, err := checkpoint.JSON(sectionProgress, p)
	if err != nil {
		return p, err
	}
	return p, s.store.Save(int64(d.Record.Epoch), []checkpoint.Section{head, checkpoint.Float64s(sectionStiffness, k),
		checkpoint.Int64s(sectionEpochs, s.history.epochs), checkpoint.Float64s(sectionHistory, s.history.stiffness)})
}

// Stop tells how the process leaves a training that is not over, and returns the cause.
func (s *Shared) Stop(cause error) error {
	s.clock.stop()
	cause = s.leave(s.mechanics(cause))
	if s.log != nil {
		cause = errors.Join(cause, s.writeEnvironment())
	}
	for _, sink := range s.sinks {
		sink.End(s.Run, cause)
	}
	return cause
}

// Finish writes all that a run which has come to its end has, of a network of stiffness k. The experiment solves for it, and
// solved is called when it needs to no longer.
func (s *Shared) Finish(d *Done, verdict train.Verdict, best int, k []float64, solved func() error) (*Result, error) {
	s.clock.stop()
	s.solved = solved
	if err := s.Experiment.Rig.SetStiffness(k); err != nil {
		return nil, s.mechanics(err)
	}
	result, err := s.result(verdict, d.Record)
	if err != nil {
		return nil, err
	}
	if best >= 0 {
		result.BestEpoch = &best
	}
	s.store.Keep = 1
	if _, err := s.Save(d, k); err != nil {
		return nil, err
	}
	if result, err = s.conclude(result, d.Record, k); err != nil {
		return nil, err
	}
	s.complete = true
	for _, sink := range s.sinks {
		sink.End(s.Run, nil)
	}
	return result, nil
}
