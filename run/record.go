package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/train"
)

// Event is a line of events.jsonl. Values that a task does not have are absent.
type Event struct {
	Event         string         `json:"event"` // start, epoch or end
	Epoch         int            `json:"epoch"`
	Steps         int            `json:"steps"`
	Loss          *float64       `json:"loss,omitempty"`
	TrainAccuracy *float64       `json:"train_accuracy,omitempty"`
	TrainError    *float64       `json:"train_error,omitempty"` // relative displacement error
	TestLoss      *float64       `json:"test_loss,omitempty"`
	TestAccuracy  *float64       `json:"test_accuracy,omitempty"`
	TestError     *float64       `json:"test_error,omitempty"`
	ValidLoss     *float64       `json:"validation_loss,omitempty"`
	ValidAccuracy *float64       `json:"validation_accuracy,omitempty"`
	ValidError    *float64       `json:"validation_error,omitempty"`
	Verdict       *train.Verdict `json:"verdict,omitempty"`
}

// Number is nil for NaN and infinities, which JSON does not have.
func Number(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func newEvent(kind string, r train.Record) Event {
	return Event{Event: kind, Epoch: r.Epoch, Steps: r.Steps,
		Loss: Number(r.Train.Loss), TrainAccuracy: Number(r.Train.Accuracy), TrainError: Number(r.Train.Relative),
		TestLoss: Number(r.Test.Loss), TestAccuracy: Number(r.Test.Accuracy), TestError: Number(r.Test.Relative),
		ValidLoss: Number(r.Valid.Loss), ValidAccuracy: Number(r.Valid.Accuracy), ValidError: Number(r.Valid.Relative)}
}

// record is the record that an event was made of; values that are absent are NaN.
func (e *Event) record() train.Record {
	number := func(v *float64) float64 {
		if v == nil {
			return math.NaN()
		}
		return *v
	}
	return train.Record{Epoch: e.Epoch, Steps: e.Steps, StepLoss: math.NaN(),
		Train: learn.Score{Loss: number(e.Loss), Accuracy: number(e.TrainAccuracy), Relative: number(e.TrainError)},
		Test:  learn.Score{Loss: number(e.TestLoss), Accuracy: number(e.TestAccuracy), Relative: number(e.TestError)},
		Valid: learn.Score{Loss: number(e.ValidLoss), Accuracy: number(e.ValidAccuracy), Relative: number(e.ValidError)}}
}

const metricsHeader = "epoch,steps,loss,train_accuracy,train_error,test_loss,test_accuracy,test_error"

// validHeader is what follows in a run with a validation part.
const validHeader = ",validation_loss,validation_accuracy,validation_error"

// metricsHead is the first line of metrics.csv.
func metricsHead(r train.Record) []byte {
	if math.IsNaN(r.Valid.Loss) {
		return []byte(metricsHeader)
	}
	return []byte(metricsHeader + validHeader)
}

// metricsLine is the record as a line of metrics.csv; absent values are empty.
func metricsLine(r train.Record) []byte {
	b := strconv.AppendInt(nil, int64(r.Epoch), 10)
	b = strconv.AppendInt(append(b, ','), int64(r.Steps), 10)
	scores := []float64{r.Train.Loss, r.Train.Accuracy, r.Train.Relative, r.Test.Loss, r.Test.Accuracy, r.Test.Relative}
	if !math.IsNaN(r.Valid.Loss) {
		scores = append(scores, r.Valid.Loss, r.Valid.Accuracy, r.Valid.Relative)
	}
	for _, s := range scores {
		b = append(b, ',')
		if Number(s) != nil {
			b = strconv.AppendFloat(b, s, 'g', -1, 64)
		}
	}
	return b
}

// begin writes the first lines of the journals.
func (r *Run) begin() error {
	return r.write("start")
}

// record writes the state after an epoch, if it is one of the recorded ones.
func (r *Run) record() error {
	if !r.Trainer.Recorded() {
		return nil
	}
	return r.write("epoch")
}

func (r *Run) write(kind string) error {
	rec, err := r.Trainer.EpochScore()
	if err != nil {
		return r.mechanics(err)
	}
	if err := r.journal(kind, rec); err != nil {
		return err
	}
	if err := r.history.add(rec.Epoch, r.Trainer); err != nil {
		return r.mechanics(err)
	}
	return r.announce(rec)
}

// journal adds a record to both journals.
func (r *Run) journal(kind string, rec train.Record) error {
	line, err := json.Marshal(newEvent(kind, rec))
	if err != nil {
		return err
	}
	if kind == "start" {
		if err := r.metrics.Append(metricsHead(rec)); err != nil {
			return err
		}
	}
	if err := r.events.Append(line); err != nil {
		return err
	}
	return r.metrics.Append(metricsLine(rec))
}

// announce tells the log and the sinks of a record.
func (r *Run) announce(rec train.Record) error {
	if err := r.tell(rec); err != nil {
		return err
	}
	for _, s := range r.sinks {
		s.Epoch(rec)
	}
	return nil
}

// history is the stiffness of every element at evenly spread epochs.
type history struct {
	width     int // modes
	every     int // epochs between frames
	epochs    []int64
	stiffness []float64 // len(epochs) x width
}

// A history has at most about this many frames and numbers.
const (
	mostFrames  = 200
	mostNumbers = 1 << 21
)

func newHistory(t *train.Trainer) history {
	width := t.Problem.Rig.Modes()
	frames := max(2, min(mostFrames, mostNumbers/max(width, 1)))
	return history{width: width, every: 1 + (t.Total()-1)/frames}
}

func (h *history) add(epoch int, t *train.Trainer) error {
	if epoch%h.every != 0 && !t.Done {
		return nil
	}
	if n := len(h.epochs); n > 0 && h.epochs[n-1] == int64(epoch) {
		return nil
	}
	k, err := t.LastStiffness()
	if err != nil {
		return err
	}
	h.epochs = append(h.epochs, int64(epoch))
	h.stiffness = append(h.stiffness, k...)
	return nil
}

// thin takes out the frames that the history of a longer training does not have,
// where the frames it does have are among them. The last of one that has ended stays.
func (h *history) thin(ended bool) {
	n := len(h.epochs)
	if n < 2 || h.every%max(int(h.epochs[1]-h.epochs[0]), 1) != 0 {
		return
	}
	epochs, stiffness := h.epochs[:0], h.stiffness[:0]
	for i, epoch := range h.epochs {
		if int(epoch)%h.every == 0 || ended && i == n-1 {
			epochs = append(epochs, epoch)
			stiffness = append(stiffness, h.stiffness[i*h.width:(i+1)*h.width]...)
		}
	}
	h.epochs, h.stiffness = epochs, stiffness
}

// mechanics makes a failure of the mechanics during training name the run.
func (r *Run) mechanics(err error) error { return Mechanics(r.Experiment, r.Dir, err) }

// Mechanics is a failure of the mechanics while an experiment was trained in a directory, "" where it has none, in the words of the field.
func Mechanics(x *experiment.Experiment, dir string, err error) error {
	var singular *mechanics.SingularError
	var stiffness *mechanics.StiffnessError
	var inaccurate *mechanics.InaccurateError
	var notFinite *learn.NotFiniteError
	var overflow *mechanics.NotFiniteError
	var unstable *statics.UnstableError
	var stuck *statics.ConvergenceError
	if errors.As(err, &unstable) || errors.As(err, &stuck) {
		return &DirectoryError{Code: "E0710", Dir: dir, Cause: "under its load the network has no equilibrium", Err: err,
			Help: "lower the loads of the task, or raise the lower ends of the ranges"}
	}
	if errors.As(err, &singular) {
		if x.Eq == nil {
			// of a body, which says itself what moves
		} else if soft := x.Eq.SoftMotion(); len(soft.Nodes) > 0 {
			err = fmt.Errorf("%w; %v", err, soft)
		}
	} else if errors.As(err, &notFinite) || errors.As(err, &overflow) {
		return &DirectoryError{Code: "E0704", Dir: dir, Cause: "a number left the range of computers while the network learned", Err: err,
			Help: "lower the rate, or look for quantities of the file whose exponent is mistyped"}
	} else if !errors.As(err, &stiffness) && !errors.As(err, &inaccurate) {
		return err
	}
	help := "raise the lower bound of the bonds, or lower the rate"
	if x != nil && x.Eq != nil && x.Eq.Solver != nil && x.Eq.Solver.Name() == "multigrid" {
		help += "; or use --solver sparse, which bears stiffnesses that differ by more"
	}
	return &DirectoryError{Code: "E0702", Dir: dir, Cause: "the network lost its stiffness while it learned", Err: err, Help: help}
}
