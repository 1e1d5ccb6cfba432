package engine

import (
	"fmt"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/train"
)

const (
	budget     = 30    // ms that a call trains where it does not say so
	mostBudget = 60000 // ms: others wait for the engine meanwhile
	mostEpochs = 100_000_000
)

// Record is the state of a training after an epoch, as in a run's log; what a task does not have is absent.
type Record struct {
	Epoch         int      `json:"epoch"`
	Steps         int      `json:"steps"`
	Loss          *float64 `json:"loss,omitempty"`
	TrainAccuracy *float64 `json:"train_accuracy,omitempty"`
	TrainError    *float64 `json:"train_error,omitempty"`
	TestLoss      *float64 `json:"test_loss,omitempty"`
	TestAccuracy  *float64 `json:"test_accuracy,omitempty"`
	TestError     *float64 `json:"test_error,omitempty"`
	ValidLoss     *float64 `json:"validation_loss,omitempty"`
	ValidAccuracy *float64 `json:"validation_accuracy,omitempty"`
	ValidError    *float64 `json:"validation_error,omitempty"`
}

// Trained is how far a training has come.
type Trained struct {
	Records []Record       `json:"records"` // of the epochs of this call
	Epoch   int            `json:"epoch"`
	Epochs  int            `json:"epochs"` // asked for in all
	Done    bool           `json:"done"`
	Why     string         `json:"why"` // it is done
	Verdict *train.Verdict `json:"verdict,omitempty"`
}

// training is one under way. Its experiment is its own: what a page looks at meanwhile changes nothing of it.
type training struct {
	x *experiment.Experiment
	t *train.Trainer
}

// train begins a training, lets it go on for a while, gives it more epochs, or forgets it.
func (e *Engine) train(q *request) (*answer, error) {
	o, ok := e.open[q.ID]
	if !ok {
		return nil, message.Refuse("open it again", "experiment %d is not open", q.ID)
	}
	o.used = e.uses
	if q.Epochs < 0 || q.Epochs > mostEpochs {
		return nil, message.Refuse("", "`epochs` is %d, and must be from 0 to %d", q.Epochs, mostEpochs)
	}
	if q.MS != nil && *q.MS > mostBudget {
		return nil, message.Refuse("ask again for the rest", "`ms` is %g, and at most %d at once are trained", *q.MS, mostBudget)
	}
	switch q.Do {
	case "begin":
		return e.begin(o, q)
	case "reset":
		o.training = nil
		return &answer{head: Trained{Records: []Record{}}}, nil
	case "go", "extend":
	default:
		return nil, message.Refuse("`do` is begin, go, extend or reset", "train does not know how to do %q", q.Do)
	}
	if o.training == nil {
		return nil, message.Refuse("", "no training of experiment %d has begun", q.ID)
	}
	if q.Do == "extend" {
		return o.training.extend(q.Epochs)
	}
	return e.goOn(o.training, q)
}

// begin starts a training of its own experiment, from parameters if there are some.
func (e *Engine) begin(o *opened, q *request) (*answer, error) {
	theta, err := q.theta()
	if err != nil {
		return nil, err
	}
	var more []string
	if q.Epochs > 0 {
		more = []string{fmt.Sprintf("learn.epochs=%d", q.Epochs)}
	}
	file, err := o.from.parse(more...)
	if err != nil {
		return nil, err
	}
	o.training = nil
	x, err := e.build(file, o.from.files, o)
	if err != nil {
		return nil, err
	}
	if theta != nil {
		if err := x.StartFrom(theta); err != nil {
			return nil, err
		}
	}
	t, err := x.NewTrainer()
	if err != nil {
		return nil, err
	}
	tr := &training{x, t}
	first, err := t.EpochScore()
	if err != nil {
		return nil, err
	}
	o.training = tr
	return tr.answer([]Record{RecordOf(first)})
}

// extend puts the end off.
func (tr *training) extend(epochs int) (*answer, error) {
	if tr.x.Spec.Learn.Schedule == "cosine" {
		return nil, message.Refuse("begin again with more `learn.epochs`", "steps that shrink along a cosine do so over all epochs, and cannot be given more")
	}
	if epochs == 0 {
		epochs = tr.x.Spec.Learn.Epochs
	}
	if epochs > mostEpochs-tr.t.Plan.Epochs {
		return nil, message.Refuse("", "a training has at most %d epochs", mostEpochs)
	}
	tr.t.Plan.Epochs += epochs
	tr.t.GoOn()
	return tr.answer([]Record{})
}

// goOn trains until the time or the epochs of a request are over.
func (e *Engine) goOn(tr *training, q *request) (*answer, error) {
	t, until := tr.t, 0.0
	if e.Now != nil {
		until = e.Now() + budget
		if q.MS != nil {
			until = e.Now() + *q.MS
		}
	}
	over := func() bool { return e.Now != nil && e.Now() >= until }
	last := t.Total()
	if q.Epochs > 0 {
		last = t.Epoch + q.Epochs
	}
	list := []Record{}
	for !t.Done && t.Epoch < last {
		epoch := t.Epoch
		if err := t.AdvanceUntil(over); err != nil {
			return nil, err
		}
		if t.Within.Steps == 0 && t.Epoch > epoch && t.Recorded() {
			r, err := t.EpochScore()
			if err != nil {
				return nil, err
			}
			list = append(list, RecordOf(r))
		}
		if over() {
			break
		}
	}
	return tr.answer(list)
}

// answer says how far it has come, with the parameters now; of one that is done those of the result.
func (tr *training) answer(list []Record) (*answer, error) {
	t := tr.t
	a := Trained{Records: list, Epoch: t.Epoch, Epochs: t.Total(), Done: t.Done, Why: t.Why}
	theta, err := t.LastStiffness()
	if err == nil && t.Done {
		var v train.Verdict
		if v, err = t.Verdict(); err == nil {
			a.Verdict = &v
			theta, err = t.Stiffness()
		}
	}
	if err != nil {
		return nil, err
	}
	return &answer{a, []message.Array{message.F8("theta", append([]float64(nil), theta...), len(theta))}}, nil
}

// RecordOf is a record of the trainer as pages take it.
func RecordOf(r train.Record) Record {
	return Record{r.Epoch, r.Steps, number(r.Train.Loss), number(r.Train.Accuracy), number(r.Train.Relative),
		number(r.Test.Loss), number(r.Test.Accuracy), number(r.Test.Relative), number(r.Valid.Loss), number(r.Valid.Accuracy), number(r.Valid.Relative)}
}
