package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/train"
)

// The log tells what happens while it happens, with times; events.jsonl keeps
// what came out, equal for equal experiments, and goes back to a checkpoint with
// the training. What the log has told it does not tell again: the epochs that a
// killed run trains anew are those that it has trained before, to the last bit.

// mostTheta caps the parameters in a log, in all.
const mostTheta = 1 << 18

// Head is what the log of a training says of an experiment.
func Head(x *experiment.Experiment) *events.Head {
	h := &events.Head{Format: 1, Title: x.Spec.Title, Spec: filepath.Base(x.File.Name), Version: Version, Seed: x.Spec.Seed,
		Method: x.Spec.Learn.Method, Rule: x.Rule.Name(), Loss: x.Loss.Name(),
		Dim: x.Network.Dim, Nodes: x.Network.Nodes(), Elements: len(x.Network.Elements), Parameters: x.Parameters(), Learn: x.Design.Dim(),
		Train: x.Train.N, Test: x.Test.N, Valid: x.Valid.N, Blocks: x.Blocks()}
	if n := x.Scored().N; n < x.Train.N {
		h.Scored = n
	}
	if x.Solid != nil {
		h.Elements = len(x.Solid.Body.Elements)
	}
	h.Inputs, h.Outputs = x.Ports()
	return h
}

// openLog opens the log and tells what it lacks: its head, and the epochs that
// events.jsonl has, of a run that an earlier version began, that goes on from
// another directory, or whose last lines went with the power.
func (r *Run) openLog() error {
	var err error
	r.log, err = events.Open(r.fs, r.Dir)
	var broken *events.DamagedError
	if errors.As(err, &broken) && !errors.Is(err, events.ErrFormat) {
		r.mended(events.Name, eventsName)
		if err := r.fs.Remove(broken.Path); err != nil {
			return &atomicfile.Error{Op: "remove", Path: broken.Path, Err: err}
		}
		r.log, err = events.Open(r.fs, r.Dir)
	}
	if errors.Is(err, events.ErrFormat) {
		return damaged(r.Dir, "the log is of another version", err, "use the version of elastrain that wrote it")
	}
	if err != nil {
		return err
	}
	if r.log.Count() == 0 {
		h := Head(r.Experiment)
		h.ID, h.Of, h.Kind, h.Identity = events.NewID(), "run", r.Manifest.Kind, r.Manifest.Identity
		if err := r.log.Tell(events.Record{Kind: events.KindHead, Head: h}); err != nil {
			return err
		}
	}
	size := int64(mostBytes)
	if r.events != nil {
		size = r.events.Size() // where the training goes on
	}
	text, err := r.head(eventsName, size)
	if err != nil {
		return err
	}
	for line := range bytes.Lines(text) {
		var e Event
		if json.Unmarshal(line, &e) == nil && e.Epoch > r.log.Epoch() {
			if err := r.log.TellAgain(r.told(e.record())); err != nil {
				return err
			}
		}
	}
	return nil
}

// beginning tells that the process begins, or goes on.
func (r *Run) beginning() error {
	if r.Trainer.Done && r.log.Ended() {
		return nil // nothing is trained; what is missing of the directory is made anew
	}
	return r.log.Tell(events.Record{Kind: events.KindBegin, Epoch: r.Trainer.Epoch, Steps: r.Trainer.Steps, Epochs: r.Trainer.Total(), Version: Version})
}

// told is an epoch as the log has it, with the parameters where they are known.
func (r *Run) told(rec train.Record) events.Record {
	return events.Record{Kind: events.KindEpoch, Epoch: rec.Epoch, Steps: rec.Steps,
		Loss: Number(rec.Train.Loss), TrainAccuracy: Number(rec.Train.Accuracy), TrainError: Number(rec.Train.Relative),
		TestLoss: Number(rec.Test.Loss), TestAccuracy: Number(rec.Test.Accuracy), TestError: Number(rec.Test.Relative),
		ValidLoss: Number(rec.Valid.Loss), ValidAccuracy: Number(rec.Valid.Accuracy), ValidError: Number(rec.Valid.Relative), Theta: r.history.told(rec.Epoch)}
}

// told are the parameters at an epoch, where the history has them and so many fit into a log; else nil.
func (h *history) told(epoch int) []float64 {
	at, ok := slices.BinarySearch(h.epochs, int64(epoch))
	if !ok || h.width > mostTheta || at%(1+mostFrames*h.width/mostTheta) != 0 {
		return nil
	}
	return h.stiffness[at*h.width : (at+1)*h.width]
}

// tell tells of an epoch, unless that was done before.
func (r *Run) tell(rec train.Record) error {
	if rec.Epoch <= r.log.Epoch() {
		return nil
	}
	return r.log.Tell(r.told(rec))
}

// leave tells how the process leaves a training that is not over, and returns the cause.
func (r *Run) leave(cause error) error {
	if r.log == nil {
		return cause
	}
	t := events.Record{Kind: events.KindFault, Epoch: r.Trainer.Epoch, Steps: r.Trainer.Steps, Text: cause.Error()}
	if errors.Is(cause, ErrStopped) {
		t.Kind = events.KindPause
	}
	if err := errors.Join(r.log.Tell(t), r.log.Flush()); err != nil {
		return errors.Join(cause, err)
	}
	return cause
}

// over tells that the training has ended, unless that was done before.
func (r *Run) over(result *Result) error {
	if r.log.Ended() {
		return r.log.Flush()
	}
	rec := train.Record{Epoch: result.Epochs, Steps: result.Steps}
	t := r.told(rec)
	t.Kind, t.Status, t.Text = events.KindEnd, "not converged", result.Verdict.Text
	if result.Verdict.Converged {
		t.Status = "converged"
	}
	t.Loss, t.TrainAccuracy, t.TrainError = Number(result.Loss), result.TrainAccuracy, result.TrainError
	t.TestLoss, t.TestAccuracy, t.TestError = result.TestLoss, result.TestAccuracy, result.TestError
	t.ValidLoss, t.ValidAccuracy, t.ValidError = result.ValidLoss, result.ValidAccuracy, result.ValidError
	var err error
	if t.Verdict, err = json.Marshal(result.Verdict); err != nil {
		return err
	}
	return errors.Join(r.log.Tell(t), r.log.Flush())
}

// overAlready tells the end of a complete run whose process was killed before it did. An earlier version kept no log.
func (r *Run) overAlready() error {
	records, err := events.Read(r.fs, r.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if n := len(records); n > 0 && records[n-1].Kind == events.KindEnd && records[n-1].Epoch >= r.done.Epochs {
		return nil
	}
	if err := r.openLog(); err != nil {
		return err
	}
	return r.over(r.done)
}
