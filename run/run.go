package run

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/run/checkpoint"
	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

// Request is what to train and where.
type Request struct {
	File      *spec.File
	Overrides []string // as given, for the manifest
	Files     experiment.Files
	Options   experiment.Options

	Parent string // directory of runs
	Name   string // of the run in it
	Exact  bool   // the name is not to be changed if it is taken
	Kin    string // unless Exact: names that begin so may hold the same training with fewer epochs; a new run goes on from there

	Kind     string    // train, retrain or damage; "" is train
	Ancestor *Ancestor // of a retrained or damaged run
	Start    []float64 // stiffness of every element to start from, N/m; nil: as the spec says

	NoFigures bool // no pictures are drawn

	FS    atomicfile.FS // nil: the machine's
	Sinks []Sink
}

// Sink receives what happens in a run: a progress bar, a live page.
type Sink interface {
	// Begin is called once, with the epochs already done by an earlier session.
	Begin(r *Run, done int)
	// Epoch is called for every record.
	Epoch(train.Record)
	// End is called once; err is nil when training came to its end.
	End(r *Run, err error)
}

// Run is a training with a directory.
type Run struct {
	Dir        string
	Manifest   *Manifest
	Experiment *experiment.Experiment
	Trainer    *train.Trainer
	Resumed    bool // an earlier session had begun it
	Skipped    []checkpoint.Skipped
	Mended     []string // what was damaged or missing, and is made anew; each a sentence for people
	From       string   // the shorter run that a new one goes on from

	asked        *Manifest // of what is asked for
	specText     []byte    // spec.yaml and resolved.yaml of what is asked for
	resolvedText []byte

	fs       atomicfile.FS
	figures  bool     // to be drawn
	drawn    []string // files of pictures
	store    checkpoint.Store
	lock     *atomicfile.HeldLock
	events   *journal
	metrics  *journal
	log      *events.Log
	complete bool    // an earlier session came to the end
	done     *Result // of a complete run
	history  history
	sinks    []Sink
	clock    clock
	health   *Health      // at the end
	solved   func() error // called when nothing is left to solve for; nil: nothing
}

// ErrStopped means that a run was asked to stop and saved a checkpoint; the
// same command goes on from there.
var ErrStopped = errors.New("stopped at a checkpoint")

// Open builds the experiment and finds or makes its directory. The run that is
// returned holds a lock until Close. If the run is complete already, Train
// returns what came out and has nothing to do.
func Open(q Request) (*Run, error) {
	r, err := ask(q, (*experiment.Experiment).NewTrainer)
	if err != nil {
		return nil, err
	}
	f, err := r.settle(q)
	if err == nil {
		err = r.prepare(q, f)
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// ask builds the experiment and its trainer, and says what is asked for, before anything is looked at in a directory.
func ask(q Request, trainer func(*experiment.Experiment) (*train.Trainer, error)) (*Run, error) {
	rec := &Recorder{Read: q.Files}
	x, err := experiment.Build(q.File, rec.Open, q.Options)
	if err != nil {
		return nil, err
	}
	full, choices := x.InForce()
	if x.Spec.Learn.Epochs > 0 {
		if err := x.CanLearn(); err != nil {
			return nil, err
		}
	}
	if q.Start != nil {
		if err := x.StartFrom(q.Start); err != nil {
			return nil, err
		}
	}
	r := &Run{Experiment: x, fs: q.FS, sinks: q.Sinks, figures: !q.NoFigures, specText: q.File.Text, resolvedText: resolved(full),
		asked: &Manifest{Format: 1, Kind: q.Kind, Overrides: q.Overrides, Files: rec.Files, Parent: q.Ancestor, Start: q.Start,
			Epochs: q.File.Spec.Learn.Epochs, Chosen: experiment.Keys(choices)}}
	if r.fs == nil {
		r.fs = atomicfile.OS{}
	}
	if q.Kind == "" {
		r.asked.Kind = "train"
	}
	if r.Trainer, err = trainer(x); err != nil {
		return nil, err
	}
	r.asked.Identity = identity(q.File.Resolved(), rec.Files, q.Start)
	r.asked.Training = training(q.File.Spec, rec.Files, q.Start)
	r.asked.Spec, r.asked.Resolved = sumHex(r.specText), sumHex(r.resolvedText)
	return r, nil
}

// settle chooses the directory and locks it.
func (r *Run) settle(q Request) (f found, err error) {
	for {
		if r.Dir, f, err = r.choose(q.Parent, q.Name, q.Exact); err != nil {
			return f, err
		}
		if err := atomicfile.MakeDir(r.fs, r.Dir); err != nil {
			return f, err
		}
		if r.lock, err = atomicfile.Lock(filepath.Join(r.Dir, lockName)); err != nil {
			return f, held(r.Dir, err, "wait for it, or train in another directory with --out")
		}
		// Another process may have made or changed a run here before the lock was ours.
		now, err := r.look(r.Dir)
		if err != nil {
			return f, err
		}
		if now.state == f.state {
			return now, nil
		}
		if err := r.Close(); err != nil {
			return f, err
		}
	}
}

// prepare writes or reads the directory and puts the trainer where it left off.
func (r *Run) prepare(q Request, f found) error {
	for _, name := range []string{"", checkpointsName, figuresName, filesName, damageName} {
		if err := atomicfile.RemoveTemps(r.fs, filepath.Join(r.Dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	r.store = checkpoint.Store{FS: r.fs, Dir: filepath.Join(r.Dir, checkpointsName)}
	r.history = newHistory(r.Trainer)
	r.Manifest = f.manifest
	var err error
	switch {
	case f.state == vacant:
		if err = r.create(); err == nil {
			err = r.goOnFrom(q)
		}
	case f.state == less:
		return r.lengthen()
	case f.broken != nil:
		r.mended("manifest.json", "the experiment file")
		err = r.create()
	default:
		err = r.mendInputs()
	}
	if err != nil {
		return err
	}
	if r.complete, err = r.audit(); err != nil {
		return err
	}
	if r.complete { // nothing is to be done, and nothing to be touched
		r.Resumed = true
		r.clock = clock{previous: r.previousSessions()}
		return nil
	}
	if err := r.resume(); err != nil {
		return err
	}
	if err := r.openLog(); err != nil {
		return err
	}
	r.clock = startClock(r.Trainer.Epoch, r.previousSessions())
	return nil
}

// Close releases the directory. It may be called twice.
func (r *Run) Close() error {
	var errs []error
	if r.log != nil {
		errs = append(errs, r.log.Close())
		r.log = nil
	}
	if r.events != nil {
		errs = append(errs, r.events.Close())
		r.events = nil
	}
	if r.metrics != nil {
		errs = append(errs, r.metrics.Close())
		r.metrics = nil
	}
	if r.lock != nil {
		errs = append(errs, r.lock.Unlock())
		r.lock = nil
	}
	return errors.Join(errs...)
}

// Complete reports whether an earlier session came to the end.
func (r *Run) Complete() bool { return r.complete }

// Where the spec names no number of epochs, checkpoints are this time apart, and so much that
// saving the state of a large training takes at most a twentieth of the time.
const (
	checkpointEvery = time.Second
	checkpointShare = 20

	// Within a long epoch the clock is looked at after so many steps.
	stepsBetweenLooks = 8
)

// Train trains to the end and writes the outputs. When ctx is cancelled it
// saves a checkpoint and returns ErrStopped. A run that is complete returns its
// result again.
func (r *Run) Train(ctx context.Context) (*Result, error) {
	if r.complete {
		return r.done, r.overAlready()
	}
	for _, s := range r.sinks {
		s.Begin(r, r.Trainer.Epoch)
	}
	result, err := r.train(ctx)
	if err != nil {
		err = r.leave(err)
	}
	r.complete = err == nil
	for _, s := range r.sinks {
		s.End(r, err)
	}
	return result, err
}

func (r *Run) train(ctx context.Context) (*Result, error) {
	t := r.Trainer
	if err := r.beginning(); err != nil {
		return nil, err
	}
	if t.Epoch == 0 && r.events.Size() == 0 {
		if err := r.begin(); err != nil {
			return nil, err
		}
		if err := r.save(); err != nil { // a start that fails should fail early
			return nil, err
		}
	}
	if err := r.writeEnvironment(); err != nil {
		return nil, err
	}
	last, pause := time.Now(), checkpointEvery
	every := r.Experiment.Spec.Learn.Save
	for !t.Done {
		if ctx.Err() != nil {
			if err := r.save(); err != nil {
				return nil, err
			}
			r.clock.stop()
			if err := r.writeEnvironment(); err != nil {
				return nil, err
			}
			return nil, ErrStopped
		}
		epoch, steps := t.Epoch, 0
		if err := t.AdvanceUntil(func() bool {
			steps++
			return steps%stepsBetweenLooks == 0 && (ctx.Err() != nil || every == 0 && time.Since(last) > pause)
		}); err != nil {
			return nil, r.mechanics(err)
		}
		if t.Within.Steps > 0 {
			if ctx.Err() == nil { // else it is saved above
				began := time.Now()
				if err := r.save(); err != nil {
					return nil, err
				}
				last = time.Now()
				pause = max(checkpointEvery, checkpointShare*last.Sub(began))
			}
			continue
		}
		if t.Epoch == epoch {
			break // there was none left
		}
		if err := r.record(); err != nil {
			return nil, err
		}
		if due := every > 0 && t.Epoch%every == 0 || every == 0 && time.Since(last) > pause; due && !t.Done {
			began := time.Now()
			if err := r.save(); err != nil {
				return nil, err
			}
			last = time.Now()
			pause = max(checkpointEvery, checkpointShare*last.Sub(began))
		}
	}
	r.clock.stop()
	return r.finish()
}
