package insitu

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"path/filepath"
	"reflect"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/run"
)

// A session has ended when its journal has a stop document. Whatever else a
// directory holds then follows from the journal, without a bench: it is written
// after the stop, and again by whoever opens the directory and finds it missing
// or different.

// outcome is what came out of a session that has ended.
func (l *Lab) outcome(dir string, log *session.Log) (*Result, error) {
	r := &Result{Run: dir, Bench: l.Spec.Bench, Steps: len(log.Steps), Why: log.Stop.Reason, Ended: log.Stop.ExitStatus}
	for i := range log.Phases {
		p := &log.Phases[i]
		r.Loads++
		r.Looks += len(p.Zero) + len(p.Loaded) + len(p.After)
	}
	r.Settings, r.Set = l.settingsOf(log)
	r.Updates = l.updatesOf(log)
	if n := len(log.Steps); n > 0 {
		r.Noise = log.Steps[n-1].Noise
	}
	var err error
	if r.Before, err = l.marks(log, 0); err != nil {
		return nil, err
	}
	if r.After, err = l.marks(log, len(log.Steps)); err != nil {
		return nil, err
	}
	k := l.last(log)
	if r.Truth, err = l.truth(log, k); err != nil {
		return nil, err
	}
	if err := l.Experiment.Rig.SetStiffness(k); err == nil {
		p := l.Experiment.NewProblem()
		train, err := p.Evaluate(l.Experiment.Train)
		if err != nil {
			return nil, err
		}
		test, err := p.Evaluate(l.Experiment.OpenTest())
		if err != nil {
			return nil, err
		}
		m := marksOf(train, test)
		r.Model = &m
	}
	return r, nil
}

// last is the stiffness that the bench was asked for last, N/m.
func (l *Lab) last(log *session.Log) []float64 {
	switch {
	case len(log.Steps) > 0:
		return log.Steps[len(log.Steps)-1].Stiffness
	case len(log.Phases) > 0:
		return log.Phases[0].Stiffness
	}
	return l.Start
}

// marks are those before a step; none where a session was ended before its
// inputs were measured.
func (l *Lab) marks(log *session.Log, step int) (Marks, error) {
	train, test, err := l.Measured(log, step)
	if unmeasured := (*session.UnmeasuredError)(nil); errors.As(err, &unmeasured) {
		return Marks{}, nil
	}
	return marksOf(train, test), err
}

// truth is what a twin would show without noise; nil for other benches, and
// where a journal does not say what a scattering update has made of the twin.
func (l *Lab) truth(log *session.Log, k []float64) (*Marks, error) {
	if l.Spec.Bench != "twin" {
		return nil, nil
	}
	b, err := l.Twin(k)
	if err != nil {
		return nil, err
	}
	if !l.Spec.Twin.Fixed { // a fixed one is a new specimen after every step
		state, err := log.Last()
		switch {
		case err != nil:
			return nil, err
		case state != "":
			if err := b.Restore(state); err != nil {
				return nil, err
			}
		case l.Spec.Twin.Update > 0:
			return nil, nil
		}
	}
	judge := func() (train, test learn.Score, err error) { return l.Truth(b.Stiffness()) }
	if l.Experiment.Solid != nil { // the modulus of its print is not among its parameters
		judge = func() (train, test learn.Score, err error) { return l.truthOf(b, k) }
	}
	train, test, err := judge()
	if err != nil {
		return nil, err
	}
	m := marksOf(train, test)
	return &m, nil
}

// conclude gives the result of a session that has ended. What is missing of its
// directory, or is not what the journal says, is made anew.
func (t *Training) conclude(log *session.Log) (*Result, error) {
	want, err := t.Lab.outcome(t.Dir, log)
	if err != nil {
		return nil, err
	}
	have, err := t.readOutcome()
	if err != nil {
		return nil, err
	}
	same := false // to the last bit, and not only but for rounding
	if have != nil {
		have.Run = t.Dir
		if have.Ended == "" { // written before it was told
			have.Ended = want.Ended
		}
		if have.Updates == nil { // likewise
			have.Updates = want.Updates
		}
		if want.Truth == nil {
			want.Truth = have.Truth
		}
		same = reflect.DeepEqual(have, want)
	}
	table := t.Lab.table(t.Lab.last(log))
	written, err := atomicfile.ReadFile(t.fs, filepath.Join(t.Dir, tableName), mostBytes)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case same && string(written) == table:
		return have, nil
	case have != nil && string(written) != table:
		t.note("%s was not what the journal says, and is made anew", tableName)
	case have != nil && !have.says(want):
		t.note("%s was not what the journal says, and is made anew", outcomeName)
	}
	return want, t.finish(log, want)
}

// readOutcome reads the result of a directory; nil if there is none that can be read.
func (t *Training) readOutcome() (*Result, error) {
	text, err := atomicfile.ReadFile(t.fs, filepath.Join(t.Dir, outcomeName), mostBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := new(Result)
	err = json.Unmarshal(text, r)
	if again, other := run.JSON(r); err != nil || other != nil || !bytes.Equal(text, again) {
		t.note("%s was damaged, and is made anew from the journal", outcomeName)
		return nil, nil
	}
	return r, nil
}

// says reports whether two results are the same but for rounding, which another
// processor or version may do otherwise.
func (r *Result) says(other *Result) bool {
	var a, b any
	for from, to := range map[*Result]*any{r: &a, other: &b} {
		text, err := json.Marshal(from)
		if err != nil || json.Unmarshal(text, to) != nil {
			return false
		}
	}
	return alike(a, b)
}

func alike(a, b any) bool {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for key := range x {
			if !alike(x[key], y[key]) {
				return false
			}
		}
		return true
	case float64:
		y, ok := b.(float64)
		return ok && math.Abs(x-y) <= 1e-9*max(math.Abs(x), math.Abs(y))
	}
	return a == b
}

// finish writes everything that an ended session has; the outcome comes last.
func (t *Training) finish(log *session.Log, r *Result) error {
	k := t.Lab.last(log)
	if err := atomicfile.MakeDir(t.fs, filepath.Join(t.Dir, figuresName)); err != nil {
		return err
	}
	if err := errors.Join(t.writeTable(k), t.writeFigures(log, k)); err != nil {
		return err
	}
	return run.WriteJSON(t.fs, filepath.Join(t.Dir, outcomeName), r)
}

// unconclude takes away the result of a session that goes on.
func (t *Training) unconclude() error {
	if err := t.fs.Remove(filepath.Join(t.Dir, outcomeName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// End ends the journal of a session that nobody runs, "success" or "abort", and
// writes its result. A session that had ended stays as it is.
func End(fsys atomicfile.FS, dir, status, reason string) error {
	r, err := Load(fsys, dir)
	if err != nil {
		return err
	}
	h, err := readHead(fsys, dir)
	if err != nil {
		return err
	}
	t := &Training{Lab: r.Lab, Dir: dir, fs: fsys, head: h}
	if t.lock, err = take(dir, "press Ctrl-C there first"); err != nil {
		return err
	}
	err = session.EndJournal(fsys, filepath.Join(dir, journalName), status, reason)
	if err == nil {
		var log *session.Log
		if log, err = readLog(fsys, dir); err == nil {
			_, err = t.conclude(log)
		}
		t.tell()
	}
	return errors.Join(err, t.Close(context.Background()))
}

// take takes the lock of a directory.
func take(dir, help string) (*atomicfile.HeldLock, error) {
	lock, err := atomicfile.Lock(filepath.Join(dir, lockName))
	var held *atomicfile.LockedError
	if errors.As(err, &held) {
		return nil, &run.DirectoryError{Code: "E0604", Dir: dir, Cause: "another process trains here", Err: err, Help: help}
	}
	return lock, err
}
