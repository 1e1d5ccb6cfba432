package insitu

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime/debug"
	"slices"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

// Request is what to train and where.
type Request struct {
	File      *spec.File
	Overrides []string
	Files     experiment.Files
	Options   Options

	// Start, when set, is the stiffness that the lattice has when a session begins.
	Start *Start

	Parent, Name string // the directory is Parent/Name
	Exact        bool   // the name is not to be changed if it is taken

	FS atomicfile.FS // nil: the machine's
	// Ready, when set, is asked before a bench is started; an error stops.
	Ready func(*Lab) error
	// Phase, when set, is told of every load that was measured.
	Phase func(t *Training)
	// Step, when set, is told of every commit.
	Step func(t *Training, s session.StepEvent)
}

// Training is a session with its directory. It holds a lock until Close.
type Training struct {
	Lab     *Lab
	Session *session.Session
	Dir     string
	Resumed bool     // an earlier session had begun it
	Done    *Result  // of a training that had ended before; then there is no Session
	Notes   []string // what was found to be damaged, or is not done as asked

	fs    atomicfile.FS
	head  *head
	log   *session.Log // when it was opened; nil if there was none
	more  bool         // it had ended and is given more steps
	bench lab.Bench
	close func() error
	lock  *atomicfile.HeldLock

	teller *teller
	untold error // the first of the log, which does not stop a session: the journal is what counts
}

// tell brings the log of the directory up to the journal.
func (t *Training) tell() {
	if t.untold != nil {
		return
	}
	if t.teller == nil {
		t.teller = &teller{fs: t.fs, dir: t.Dir, lab: t.Lab, identity: t.head.Identity, journal: func() (*session.Log, error) {
			if t.Session != nil {
				return t.Session.Log(), nil
			}
			return readLog(t.fs, t.Dir)
		}}
	}
	t.untold = t.teller.tell()
}

func (t *Training) note(format string, args ...any) {
	t.Notes = append(t.Notes, fmt.Sprintf(format, args...))
}

// Open builds the lab, finds or makes its directory, starts the bench and takes
// up the session at its last commit. Nothing moves yet. A session that has ended
// is concluded from its journal, unless it is given more steps.
func Open(ctx context.Context, q Request) (*Training, error) {
	rec := &run.Recorder{Read: q.Files}
	t := &Training{fs: q.FS}
	if t.fs == nil {
		t.fs = atomicfile.OS{}
	}
	mine := &head{Format: 1, Overrides: q.Overrides}
	var err error
	if t.Lab, err = buildAt(q, rec, func(x *experiment.Experiment) ([]float64, error) {
		if q.Start == nil {
			return nil, nil
		}
		return q.Start.read(x)
	}); err != nil {
		return nil, err
	}
	mine.Files, mine.Steps, mine.Identity = rec.Files, t.Lab.Spec.Steps, identity(q.File.Resolved(), rec.Files)
	if q.Start != nil {
		text := []byte(t.Lab.table(t.Lab.Start))
		sum := sha256.Sum256(text)
		mine.Start = &run.Input{Name: q.Start.Name, Copy: startCopy, SHA256: hex.EncodeToString(sum[:]), Text: text}
	}
	if err := t.settle(q, rec, mine); err != nil {
		return nil, errors.Join(err, t.Close(ctx))
	}
	if t.Done != nil {
		return t, nil
	}
	if q.Ready != nil {
		if err := q.Ready(t.Lab); err != nil {
			return nil, errors.Join(err, t.Close(ctx))
		}
	}
	if err := t.start(ctx, q); err != nil {
		return nil, errors.Join(err, t.Close(ctx))
	}
	return t, nil
}

// buildAt makes the lab of a request, at the stiffness that start gives (nil: as its file says).
func buildAt(q Request, rec *run.Recorder, start func(*experiment.Experiment) ([]float64, error)) (*Lab, error) {
	x, err := experiment.Build(q.File, rec.Open, experiment.Options{AsAsked: true})
	if err != nil {
		return nil, err
	}
	o := q.Options
	home := slices.Clone(x.Design.Start)
	if o.Start, err = start(x); err != nil {
		return nil, err
	}
	if o.Start != nil {
		o.Home = home
	}
	return Build(x, rec.Open, o)
}

// settle chooses, locks and writes the directory, and sees how far it is.
func (t *Training) settle(q Request, rec *run.Recorder, mine *head) error {
	fresh, broken, err := t.choose(q, mine)
	if err != nil {
		return err
	}
	if err := atomicfile.MakeDir(t.fs, t.Dir); err != nil {
		return err
	}
	if t.lock, err = take(t.Dir, "wait for it, or train in another directory with --out"); err != nil {
		return err
	}
	for _, dir := range []string{t.Dir, filepath.Join(t.Dir, figuresName), filepath.Join(t.Dir, filesName)} {
		if err := atomicfile.RemoveTemps(t.fs, dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if fresh {
		return create(t.fs, t.Dir, q.File, mine)
	}
	t.Resumed = true
	if broken != nil {
		if err := t.mend(q.File, mine); err != nil {
			return err
		}
		t.note("%v; it is mended from the experiment", broken)
	}
	if t.log, err = readLog(t.fs, t.Dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if t.log == nil || len(t.log.Phases)+len(t.log.Steps) == 0 {
		// Nothing has begun, and what is asked for now counts.
		if err := t.startAt(mine.Start); err != nil || t.log == nil {
			return err
		}
	}
	if mine.Start != nil || t.head.Start != nil {
		t.Lab, err = buildAt(q, rec, func(x *experiment.Experiment) ([]float64, error) { return t.head.startOf(t.fs, t.Dir, x) })
		if err != nil {
			return err
		}
		if mine.Start != nil && (t.head.Start == nil || t.head.Start.SHA256 != mine.Start.SHA256) {
			t.note("the session in %s goes on; the stiffness at the start counts only when one begins", t.Dir)
		}
	}
	if t.log.Stop == nil {
		return nil
	}
	asked, err := t.asked()
	if err != nil {
		return err
	}
	if t.more = t.log.Stop.ExitStatus == "success" && mine.Steps > asked; t.more {
		return nil
	}
	if t.Done, err = t.conclude(t.log); err == nil {
		t.tell() // what a process that was killed has not told
	}
	return err
}

// startAt writes where a session begins that has not begun yet; nil is where its experiment says.
func (t *Training) startAt(start *run.Input) error {
	if start == nil && t.head.Start == nil {
		return nil
	}
	t.head.Start = start
	if start != nil {
		if err := atomicfile.MakeDir(t.fs, filepath.Join(t.Dir, filesName)); err != nil {
			return err
		}
		if err := t.write(start.Copy, start.Text); err != nil {
			return err
		}
	}
	return run.WriteJSON(t.fs, filepath.Join(t.Dir, headName), t.head)
}

// asked is how many steps the session of the directory was last asked to take.
func (t *Training) asked() (int, error) {
	if t.head.Steps > 0 {
		return t.head.Steps, nil
	}
	path := filepath.Join(t.Dir, resolvedName)
	text, err := atomicfile.ReadFile(t.fs, path, mostBytes)
	if err != nil {
		return 0, err
	}
	file, err := spec.Parse(path, text)
	if err != nil {
		return 0, err
	}
	return file.Spec.Lab.Steps, nil
}

// start starts the bench and opens the session.
func (t *Training) start(ctx context.Context, q Request) error {
	k := t.Lab.Start
	if t.log != nil {
		k = t.Lab.last(t.log)
	}
	if err := t.Lab.agree(k, t.log, t.head.Start != nil); err != nil {
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
	setup.Reopen = t.more
	if t.head.Start != nil {
		setup.Start, setup.Home = t.Lab.Start, t.Lab.options.Home
	}
	setup.Info.Version, setup.Info.Revision, setup.Info.Spec = run.Version, revision(), t.head.Identity
	if q.Phase != nil {
		setup.Accept = func(*measurement.Record, *measurement.Response) (bool, string) { q.Phase(t); return true, "" }
	}
	setup.Written = t.tell
	if q.Step != nil {
		setup.Committed = func(s session.StepEvent) { q.Step(t, s) }
	}
	if err := t.unconclude(); err != nil {
		return err
	}
	if t.Session, err = session.Open(ctx, t.fs, filepath.Join(t.Dir, journalName), setup); err != nil {
		return err
	}
	t.Lab.session, t.Lab.options.Session = t.Session.Log().Start.UID, t.Dir
	if steps := t.Lab.Spec.Steps; t.head.Steps != steps {
		t.head.Steps = steps
		return run.WriteJSON(t.fs, filepath.Join(t.Dir, headName), t.head)
	}
	return nil
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
	if t.teller != nil {
		errs = append(errs, t.untold, t.teller.close())
		t.teller = nil
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
// one brought, and writes the result. After a *session.PausedError the same
// directory goes on.
func (t *Training) Train(ctx context.Context) (*Result, error) {
	if t.Done != nil {
		return t.Done, nil
	}
	came, err := t.Session.Run(ctx, t.Lab.Spec.Steps)
	if err != nil {
		var specimen *session.SpecimenError
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
	return t.conclude(t.Session.Log())
}
