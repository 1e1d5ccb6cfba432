package insitu

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"path/filepath"
	"runtime/debug"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/atomicfile"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

// Request is what to train and where.
type Request struct {
	File      *spec.File
	Overrides []string
	Files     experiment.Files
	Options   Options

	Parent, Name string // the directory is Parent/Name
	Exact        bool   // the name is not to be changed if it is taken

	FS atomicfile.FS // nil: the machine's
	// Ready, when set, is asked before a bench is started; an error stops.
	Ready func(*Lab) error
	// Phase, when set, is told of every load that was measured.
	Phase func(t *Training)
	// Step, when set, is told of every commit.
	Step func(t *Training, s lab.StepEvent)
}

// Training is a session with its directory. It holds a lock until Close.
type Training struct {
	Lab     *Lab
	Session *lab.Session
	Dir     string
	Resumed bool    // an earlier session had begun it
	Done    *Result // of a training that had ended before; then there is no Session

	fs    atomicfile.FS
	bench lab.Bench
	close func() error
	lock  *atomicfile.HeldLock
}

// Open builds the lab, finds or makes its directory, starts the bench and takes
// up the session at its last commit. Nothing moves yet.
func Open(ctx context.Context, q Request) (*Training, error) {
	rec := &recorder{read: q.Files}
	x, err := experiment.Build(q.File, rec.open, experiment.Options{})
	if err != nil {
		return nil, err
	}
	l, err := Build(x, rec.open, q.Options)
	if err != nil {
		return nil, err
	}
	t := &Training{Lab: l, fs: q.FS}
	if t.fs == nil {
		t.fs = atomicfile.OS{}
	}
	h := &head{Format: 1, Identity: identity(q.File.Resolved(), rec.files), Overrides: q.Overrides, Files: rec.files}
	if err := t.settle(q, h); err != nil {
		return nil, errors.Join(err, t.Close(ctx))
	}
	if t.Done != nil {
		return t, nil
	}
	if q.Ready != nil {
		if err := q.Ready(l); err != nil {
			return nil, errors.Join(err, t.Close(ctx))
		}
	}
	if err := t.start(ctx, q, h); err != nil {
		return nil, errors.Join(err, t.Close(ctx))
	}
	return t, nil
}

// settle chooses, locks and writes the directory.
func (t *Training) settle(q Request, h *head) (err error) {
	var fresh bool
	if t.Dir, fresh, err = choose(t.fs, q.Parent, q.Name, q.Exact, h.Identity); err != nil {
		return err
	}
	if err := atomicfile.MakeDir(t.fs, t.Dir); err != nil {
		return err
	}
	t.lock, err = atomicfile.Lock(filepath.Join(t.Dir, lockName))
	var held *atomicfile.LockedError
	if errors.As(err, &held) {
		return &run.DirectoryError{Code: "E0604", Dir: t.Dir, Cause: "another process trains here", Err: err, Help: "wait for it, or train in another directory with --out"}
	}
	if err != nil {
		return err
	}
	if err := atomicfile.RemoveTemps(t.fs, t.Dir); err != nil {
		return err
	}
	if fresh {
		return create(t.fs, t.Dir, q.File, h)
	}
	t.Resumed = true
	t.Done, err = readResult(t.fs, t.Dir)
	return err
}

// start starts the bench and opens the session.
func (t *Training) start(ctx context.Context, q Request, h *head) error {
	path := filepath.Join(t.Dir, journalName)
	k := t.Lab.Start
	if log, err := readLog(t.fs, t.Dir); err == nil && len(log.Steps) > 0 {
		k = log.Steps[len(log.Steps)-1].Stiffness
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var err error
	if t.bench, t.close, err = t.Lab.Open(k); err != nil {
		return err
	}
	if _, err := t.Lab.hello(ctx, t.bench); err != nil {
		return err
	}
	setup, err := t.Lab.Setup(t.bench)
	if err != nil {
		return err
	}
	setup.Info.Version, setup.Info.Revision, setup.Info.Spec = run.Version, revision(), h.Identity
	if q.Phase != nil {
		setup.Accept = func(*lab.Record, *lab.Response) (bool, string) { q.Phase(t); return true, "" }
	}
	if q.Step != nil {
		setup.Committed = func(s lab.StepEvent) { q.Step(t, s) }
	}
	t.Session, err = lab.Open(ctx, t.fs, path, setup)
	return err
}

func revision() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	return ""
}

// Close leaves the lattice safe, ends the bench and releases the directory.
func (t *Training) Close(ctx context.Context) error {
	var errs []error
	if t.Session != nil {
		errs = append(errs, t.Session.Close(ctx))
		t.Session = nil
	}
	if t.close != nil {
		errs = append(errs, t.close())
		t.close = nil
	}
	if t.lock != nil {
		errs = append(errs, t.lock.Unlock())
		t.lock = nil
	}
	return errors.Join(errs...)
}

// Train takes the steps that the file asks for, looks once more at what the last
// one brought, and writes the result. After a *lab.PausedError the same
// directory goes on.
func (t *Training) Train(ctx context.Context) (*Result, error) {
	if t.Done != nil {
		return t.Done, nil
	}
	came, err := t.Session.Run(ctx, t.Lab.Spec.Steps)
	if err != nil {
		var specimen *lab.SpecimenError
		if errors.As(err, &specimen) {
			err = errors.Join(err, t.writeTable(specimen.Stiffness))
		}
		return nil, err
	}
	why := came.Why
	if why == "" {
		why = "all steps that were asked for are taken"
	}
	if _, err := t.Session.Exam(ctx); err != nil {
		return nil, err
	}
	if err := t.Session.Stop(ctx, why); err != nil {
		return nil, err
	}
	return t.finish(why)
}

// Measured is how well the lattice was seen to do before a step (from 0), on the
// training and on the test part; after the last step, if there was an exam.
func (l *Lab) Measured(log *lab.Log, step int) (train, test learn.Score, err error) {
	out, err := log.Looked(step, l.Estimator())
	if err != nil {
		nan := learn.Score{Loss: math.NaN(), Accuracy: math.NaN(), Relative: math.NaN()}
		return nan, nan, err
	}
	x := l.Experiment
	return lab.Score(x.Loss, x.Train, out.U), lab.Score(x.Loss, x.Test, out.Of(x.Test)), nil
}

// Truth is how well a lattice with stiffness k (N/m) does when nothing disturbs
// it: what a twin would show without noise and with any load.
func (l *Lab) Truth(k []float64) (train, test learn.Score, err error) {
	x := l.Experiment
	u, err := l.TrueOutputs(k, x.Train)
	if err != nil {
		return train, test, err
	}
	other, err := l.TrueOutputs(k, x.Test)
	return lab.Score(x.Loss, x.Train, u), lab.Score(x.Loss, x.Test, other), err
}

// TrueOutputs are the displacements at the outputs (m; N x q) that belong to Truth.
func (l *Lab) TrueOutputs(k []float64, set *task.Set) ([]float64, error) {
	x := l.Experiment
	ideal, err := twin.New(x.Network, k, twin.Config{Finite: l.Spec.Bench == "twin" && l.Spec.Twin.Deformation == "finite"})
	if err != nil {
		return nil, err
	}
	ctx, dim := context.Background(), x.Network.Dim
	if err := ideal.Arm(ctx, lab.Limits{}); err != nil {
		return nil, err
	}
	u := make([]float64, set.N*set.Q)
	for i := range set.N {
		if _, err := ideal.Load(ctx, l.Specimen.Forces(x.In, set.Force(i))); err != nil {
			return nil, err
		}
		frames, err := ideal.Measure(ctx, 1)
		if err != nil {
			return nil, err
		}
		for o, p := range x.Out {
			for axis := range dim {
				u[i*set.Q+o] += p.Dir[axis] * (frames[0].Nodes[p.Node].X[axis] - x.Network.At(p.Node)[axis])
			}
		}
	}
	return u, nil
}
