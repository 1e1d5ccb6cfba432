package sweep

import (
	"errors"
	"math"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

// Row is what came out of one training. Its numbers are those that `elastrain train` writes of the same experiment, to the last bit.
type Row struct {
	Point  int      `json:"point"`            // from 1
	Key    string   `json:"key"`              // SHA-256 of the resolved experiment and the files it reads: the identity of a run of it
	Values []string `json:"values"`           // of the keys that vary, in their order
	Seed   uint64   `json:"seed"`             // in force
	Rung   int      `json:"rung,omitempty"`   // of halving, from 1
	Kept   bool     `json:"kept,omitempty"`   // by halving: it goes on to the next rung
	State  string   `json:"state"`            // finished, or failed: by mechanics, or because the experiment cannot be built
	Code   string   `json:"code,omitempty"`   // of a failure, such as E0702
	Reason string   `json:"reason,omitempty"` // why training ended, or failed

	Epochs        int      `json:"epochs"`
	Steps         int      `json:"steps"`
	StartLoss     *float64 `json:"start_loss,omitempty"`
	Loss          *float64 `json:"loss,omitempty"`
	LeastLoss     *float64 `json:"least_loss,omitempty"` // of the epochs that a run records
	TrainAccuracy *float64 `json:"train_accuracy,omitempty"`
	TrainError    *float64 `json:"train_error,omitempty"`
	ValidLoss     *float64 `json:"validation_loss,omitempty"`
	ValidAccuracy *float64 `json:"validation_accuracy,omitempty"`
	ValidError    *float64 `json:"validation_error,omitempty"`
	TestLoss      *float64 `json:"test_loss,omitempty"`
	TestAccuracy  *float64 `json:"test_accuracy,omitempty"`
	TestError     *float64 `json:"test_error,omitempty"`
	BestEpoch     *int     `json:"best_epoch,omitempty"`
	ChosenOn      string   `json:"chosen_on,omitempty"` // validation or training; absent where the test part was open
	Converged     bool     `json:"converged"`
	KKT           *float64 `json:"kkt,omitempty"`
	Feasible      string   `json:"feasible,omitempty"`
	Goal          string   `json:"goal,omitempty"`
	AtChance      bool     `json:"at_chance,omitempty"`

	Curve Curve `json:"-"` // in the file of a chunk it has a line of its own
}

// The states of a row.
const (
	Finished = "finished"
	Failed   = "failed"
)

// Curve is how a training went, at epochs evenly spread. Lists that a task does not have are absent.
type Curve struct {
	Epoch         []int     `json:"epoch"`
	Loss          []float64 `json:"loss,omitempty"`
	TrainAccuracy []float64 `json:"train_accuracy,omitempty"`
	ValidLoss     []float64 `json:"validation_loss,omitempty"`
	ValidAccuracy []float64 `json:"validation_accuracy,omitempty"`
	TestLoss      []float64 `json:"test_loss,omitempty"`
	TestAccuracy  []float64 `json:"test_accuracy,omitempty"`
}

// mostCurve is about how many epochs a curve has.
const mostCurve = 64

// history gathers what a row says of the way of a training.
type history struct {
	curve        Curve
	start, least float64
	begun        bool
}

// see is told of every record of a training of so many epochs; last says that it has ended.
func (h *history) see(r train.Record, total int, last bool) {
	if !h.begun {
		h.begun, h.start, h.least = true, r.Train.Loss, r.Train.Loss
	}
	if r.Train.Loss < h.least {
		h.least = r.Train.Loss
	}
	every := 1 + (total-1)/mostCurve
	if r.Epoch%every != 0 && !last {
		return
	}
	c := &h.curve
	if n := len(c.Epoch); n > 0 && c.Epoch[n-1] == r.Epoch {
		return
	}
	c.Epoch = append(c.Epoch, r.Epoch)
	for _, l := range []struct {
		to *[]float64
		v  float64
	}{{&c.Loss, r.Train.Loss}, {&c.TrainAccuracy, r.Train.Accuracy}, {&c.ValidLoss, r.Valid.Loss}, {&c.ValidAccuracy, r.Valid.Accuracy}, {&c.TestLoss, r.Test.Loss}, {&c.TestAccuracy, r.Test.Accuracy}} {
		if run.Number(l.v) != nil {
			*l.to = append(*l.to, l.v)
		}
	}
}

// finished fills in what a training ended with.
func (row *Row) finished(x *experiment.Experiment, h *history, end train.Record, v train.Verdict, best *int) {
	row.State, row.Reason = Finished, v.Reason
	row.Epochs, row.Steps = end.Epoch, end.Steps
	row.StartLoss, row.Loss, row.LeastLoss = run.Number(h.start), run.Number(end.Train.Loss), run.Number(math.Min(h.least, end.Train.Loss))
	row.TrainAccuracy, row.TrainError = run.Number(end.Train.Accuracy), run.Number(end.Train.Relative)
	row.ValidLoss, row.ValidAccuracy, row.ValidError = run.Number(end.Valid.Loss), run.Number(end.Valid.Accuracy), run.Number(end.Valid.Relative)
	row.TestLoss, row.TestAccuracy, row.TestError = run.Number(end.Test.Loss), run.Number(end.Test.Accuracy), run.Number(end.Test.Relative)
	row.BestEpoch, row.Converged, row.KKT, row.Feasible, row.Goal, row.AtChance = best, v.Converged, run.Number(v.KKT), v.Feasible, v.Goal, v.AtChance
	if x.Valid.N > 0 || x.Closed() {
		row.ChosenOn = x.ChosenOn()
	}
	row.Curve = h.curve
}

// failed says why a training has no result. Words of a place are those of the experiment, never of this machine.
func (row *Row) failed(err error) {
	row.State, row.Curve = Failed, Curve{Epoch: []int{}}
	var many spec.Errors
	if errors.As(err, &many) && len(many) > 0 {
		row.Code, row.Reason = many[0].Code, many[0].Message
		return
	}
	var directory *run.DirectoryError
	if errors.As(err, &directory) {
		row.Code, row.Reason = directory.Code, directory.Cause
		if directory.Err != nil {
			row.Reason += ": " + directory.Err.Error()
		}
		return
	}
	if told, ok := experiment.Tell(err); ok {
		row.Code, row.Reason = told.Code, told.Message
		return
	}
	row.Code, row.Reason = "E0801", err.Error()
}
