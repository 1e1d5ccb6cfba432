package sequence

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/train"
)

// walk is the way of one seed through its stages.
type walk struct {
	*Study
	seed       uint64
	built      []*experiment.Experiment // of Tasks; nil until one is asked for
	parameters []float64                // where the last stage left them
}

func (w *walk) build() error {
	for i := len(w.built); i < len(w.Tasks); i++ {
		x, err := w.Tasks[i].Build(w.seed)
		if err != nil {
			return err
		}
		w.built = append(w.built, x)
	}
	return nil
}

// stage is a stage from where the last one left the network.
func (w *walk) stage(ctx context.Context, number int) (*Stage, error) {
	if err := w.build(); err != nil {
		return nil, err
	}
	s := &Stage{Seed: w.seed, Number: number}
	var err error
	switch {
	case number == 0:
		err = w.begin()
	case w.Turns > 0:
		err = w.inTurns(ctx)
	default:
		err = w.train(ctx, s)
	}
	if err != nil {
		return nil, err
	}
	s.Parameters = w.parameters
	for _, x := range w.built {
		t, err := w.trainer(x)
		if err != nil {
			return nil, err
		}
		if err := t.Problem.Set(t.Point); err != nil {
			return nil, err
		}
		set, _ := Judged(x)
		score, err := t.Problem.Evaluate(set)
		if err != nil {
			return nil, err
		}
		s.Scores = append(s.Scores, scored(score))
	}
	return s, nil
}

// begin takes the start of the task that is learned first.
func (w *walk) begin() error {
	t, err := w.built[w.Order[0]].NewTrainer()
	if err != nil {
		return err
	}
	return w.leave(t)
}

// leave remembers where a training has left the network.
func (w *walk) leave(t *train.Trainer) error {
	k, err := t.Stiffness()
	w.parameters = slices.Clone(k)
	return err
}

// trainer is a training that starts where the network is.
func (w *walk) trainer(x *experiment.Experiment) (*train.Trainer, error) {
	if err := x.StartFrom(w.parameters); err != nil {
		return nil, err
	}
	return x.NewTrainer()
}

// train is a whole training.
func (w *walk) train(ctx context.Context, s *Stage) error {
	x := w.built[w.Order[s.Number-1]]
	t, err := w.trainer(x)
	if err != nil {
		return err
	}
	before, err := t.Score()
	if err != nil {
		return err
	}
	s.note(before)
	if w.Hold > 0 && s.Number > 1 {
		t.Problem.Rule = &held{t.Problem.Rule, w.parameters, x.Design.Widths(w.parameters), w.Hold * math.Abs(before.Train.Loss)}
	}
	for !t.Done {
		if err := w.advance(ctx, t); err != nil {
			return err
		}
		r, err := t.EpochScore()
		if err != nil {
			return err
		}
		s.note(r)
		if w.Told != nil {
			w.Told(w.seed, s.Number, t.Epoch, r.Train.Loss)
		}
	}
	return w.leave(t)
}

// note remembers how well the training part is done.
func (s *Stage) note(r train.Record) {
	s.Losses = append(s.Losses, r.Train.Loss)
	if !math.IsNaN(r.Train.Accuracy) {
		s.Right = append(s.Right, r.Train.Accuracy)
	}
}

// inTurns is an epoch of each task, again and again. Each keeps the state of its method; one that can do no more begins anew at its next turn, because
// the others have moved the network.
func (w *walk) inTurns(ctx context.Context) error {
	going := make([]*train.Trainer, len(w.built))
	for turn := range w.Turns {
		for _, i := range w.Order {
			x, t := w.built[i], going[i]
			if err := x.StartFrom(w.parameters); err != nil {
				return err
			}
			if t == nil || t.Done {
				plan, err := x.Plan()
				if err != nil {
					return err
				}
				plan.Epochs = w.Turns * len(w.Order)
				if t, err = train.New(plan); err != nil {
					return err
				}
				going[i] = t
			}
			copy(t.Point, x.StartPoint())
			if err := w.advance(ctx, t); err != nil {
				return err
			}
			if err := w.leave(t); err != nil {
				return err
			}
		}
		if w.Told != nil {
			w.Told(w.seed, 1, turn+1, 0)
		}
	}
	return nil
}

// advance is one epoch.
func (w *walk) advance(ctx context.Context, t *train.Trainer) error {
	err := t.AdvanceUntil(func() bool { return ctx.Err() != nil })
	if err == nil && ctx.Err() != nil {
		err = fmt.Errorf("seed %d: %w", w.seed, ctx.Err())
	}
	return err
}
