package train

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/learn/optim"
)

// By is what says how good an epoch is.
type By uint8

const (
	ByAccuracyThenLoss By = iota // of the validation part: the accuracy, where it is equal or there is none the loss
	ByLoss                       // of the validation part
	ByAccuracy                   // of the validation part
	ByTrainingLoss               // which says nothing of new samples
)

// String names the score.
func (b By) String() string {
	return [...]string{"validation accuracy, then validation loss", "validation loss", "validation accuracy", "training loss"}[b]
}

// of is the score of a record, and whether more of it is better.
func (b By) of(r Record) (score float64, more bool) {
	switch b {
	case ByTrainingLoss:
		return r.Train.Loss, false
	case ByAccuracy:
		return r.Valid.Accuracy, true
	}
	return r.Valid.Loss, false
}

// watch sees whether a score stands still. It is part of the state of a training.
type watch struct{ state []float64 } // the best score so far, and the epoch from which patience counts; NaN and 0 at first

// see takes the score of an epoch, and reports for how many epochs none was better by the gain. Of a loss the gain is a share of the best so far.
func (w watch) see(epoch int, score float64, more bool, gain float64) (still int) {
	best := w.state[0]
	better := score < best-gain*math.Abs(best)
	if more {
		better = score > best+gain
	}
	if better || math.IsNaN(best) {
		w.state[0], w.state[1] = score, float64(epoch)
	}
	return w.still(epoch)
}

func (w watch) still(epoch int) int { return epoch - int(w.state[1]) }

// startWatches prepares for seeing scores that stand still.
func (t *Trainer) startWatches() {
	if t.Plan.Stop.Patience > 0 {
		t.stop.state = []float64{math.NaN(), 0}
	}
	if t.Plan.LowerAfter > 0 {
		t.rate.state = []float64{math.NaN(), 0}
	}
}

// judge looks at the epoch that is over: whether it is the best, whether the rate falls, and whether training ends. A training that
// needs none of this is not scored here.
func (t *Trainer) judge() error {
	if t.best.score == nil && t.stop.state == nil && t.rate.state == nil {
		return nil
	}
	r, err := t.epochScore()
	if err != nil {
		return err
	}
	t.compare(r)
	t.remember(r)
	t.judged = r
	score, more := t.Plan.WatchBy.of(r)
	if t.rate.state != nil && t.rate.see(t.Epoch, score, more, t.Plan.LowerGain) >= t.Plan.LowerAfter {
		if m, ok := t.Method.(optim.Lowered); ok {
			m.Lower()
		}
		t.rate.state[1] = float64(t.Epoch)
	}
	if t.stop.state == nil || t.Done {
		return nil
	}
	if t.stop.see(t.Epoch, score, more, t.Plan.Stop.Gain); t.tired() {
		t.finish(fmt.Sprintf("the %s has not become better for %d epochs: the best is %.6g after epoch %d", t.Plan.WatchBy, t.Plan.Stop.Patience, t.stop.state[0], int(t.stop.state[1])))
	}
	return nil
}

// tired reports whether a score has stood still for as long as the plan bears it.
func (t *Trainer) tired() bool {
	return t.stop.state != nil && t.stop.still(t.Epoch) >= t.Plan.Stop.Patience
}

// EarlyStop says why a training was stopped by a score that stood still.
type EarlyStop struct {
	Score    string  `json:"score"` // which
	Best     float64 `json:"best"`
	Epoch    int     `json:"epoch"`    // of the best
	Patience int     `json:"patience"` // epochs without a better one
}

// early is how the training was stopped by a score that stood still; nil where it was not.
func (t *Trainer) early() *EarlyStop {
	if !t.Done || !t.tired() || math.IsNaN(t.stop.state[0]) {
		return nil
	}
	return &EarlyStop{t.Plan.WatchBy.String(), t.stop.state[0], int(t.stop.state[1]), t.Plan.Stop.Patience}
}

// WatchState is what is kept of scores that may stand still, for checkpoints: live slices, none where none is watched.
func (t *Trainer) WatchState() []optim.Field {
	var list []optim.Field
	if t.stop.state != nil {
		list = append(list, optim.Field{Name: "stop", Data: t.stop.state})
	}
	if t.rate.state != nil {
		list = append(list, optim.Field{Name: "rate", Data: t.rate.state})
	}
	return list
}
