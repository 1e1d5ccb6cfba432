package cli

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/checkpoint"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

// open makes a run of the chain.
func open(t *testing.T, overrides ...string) *run.Run {
	t.Helper()
	file, err := spec.Parse("chain.yaml", []byte(example("chain")), overrides...)
	check(t, err)
	r, err := run.Open(run.Request{File: file, Parent: t.TempDir(), Name: "chain"})
	check(t, err)
	t.Cleanup(func() { r.Close() })
	return r
}

func record(epoch int) train.Record {
	nan := math.NaN()
	return train.Record{Epoch: epoch, Train: learn.Score{Loss: 0.25, Accuracy: nan, Relative: 0.05}, Test: learn.Score{Loss: nan, Accuracy: nan, Relative: nan}, Valid: learn.Score{Loss: nan, Accuracy: nan, Relative: nan}}
}

// Where nothing can be redrawn, a line is written now and then.
func TestProgressLines(t *testing.T) {
	term, out, errs := terminal("")
	r := open(t)
	p := term.NewProgress().(*Progress)
	p.Begin(r, 0)
	if want := "training 4 bonds on 1 sample in " + r.Dir + "\n"; errs.String() != want {
		t.Errorf("begins with %q, want %q", errs, want)
	}
	errs.Reset()
	p.Epoch(record(1))
	if errs.Len() > 0 {
		t.Errorf("a line at once: %q", errs)
	}
	p.last = time.Now().Add(-lineEvery)
	p.Epoch(record(2))
	p.Epoch(record(3))
	if !regexp.MustCompile(`^epoch 2 of 50  loss 0.25  error 5 %  at most \S+ to go\n$`).MatchString(errs.String()) {
		t.Errorf("line %q", errs)
	}
	errs.Reset()
	p.eta, p.last = eta{}, time.Time{}
	p.Epoch(record(4))
	if !strings.Contains(errs.String(), "at most ? to go") {
		t.Errorf("without an epoch to measure: %q", errs)
	}
	p.End(r, nil)
	if out.Len() > 0 || strings.Contains(errs.String(), "\r") {
		t.Errorf("out %q, errors %q", out, errs)
	}
}

func TestProgressOfResumedRuns(t *testing.T) {
	term, _, errs := terminal("")
	r := open(t)
	r.Resumed = true
	r.Skipped = []checkpoint.Skipped{{Path: filepath.Join("a", "ckpt"), Err: errors.New("it is damaged")}}
	term.NewProgress().Begin(r, 7)
	want := "going on with " + r.Dir + " at epoch 7 of 50\nskipped the damaged checkpoint " + filepath.Join("a", "ckpt") + ": it is damaged\n"
	if errs.String() != want {
		t.Errorf("%q, want %q", errs, want)
	}
}

// A live terminal shows a bar, and takes it away at the end.
func TestProgressBar(t *testing.T) {
	term, _, errs := terminal("")
	term.Live = true
	r := open(t, "learn.epochs=3")
	p := term.NewProgress()
	p.Begin(r, 1)
	time.Sleep(100 * time.Millisecond) // the bar is redrawn every 80 ms at most
	p.Epoch(record(2))
	p.Epoch(record(99)) // never beyond its end
	p.End(r, nil)
	if text := errs.String(); !strings.Contains(text, "loss 0.25") || !strings.Contains(text, "\r") {
		t.Errorf("%q", text)
	}
}

func TestDescribe(t *testing.T) {
	r := record(1)
	r.Train.Accuracy, r.Train.Relative, r.Test.Accuracy = 0.5, math.NaN(), 1
	if got := describe(r); got != "loss 0.25  train 50.0 %  test 100.0 %" {
		t.Error(got)
	}
	r.Valid.Accuracy, r.Test.Accuracy = 0.25, math.NaN()
	if got := describe(r); got != "loss 0.25  train 50.0 %  validation 25.0 %" {
		t.Error(got)
	}
}

// The sink follows a training from its beginning to its end.
func TestProgressOfATraining(t *testing.T) {
	term, _, errs := terminal("")
	file, err := spec.Parse("chain.yaml", []byte(example("chain")))
	check(t, err)
	r, err := run.Open(run.Request{File: file, Parent: t.TempDir(), Name: "a", Sinks: []run.Sink{term.NewProgress()}})
	check(t, err)
	_, err = r.Train(context.Background())
	check(t, errors.Join(err, r.Close()))
	if got := strings.Count(errs.String(), "\n"); got != 1 {
		t.Errorf("%q", errs)
	}
}
