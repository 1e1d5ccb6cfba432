package sequence

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Task is one of the tasks, by the name people give it.
type Task struct {
	Name  string
	Build func(seed uint64) (*experiment.Experiment, error)
}

// Study is tasks in the order in which they are learned, over seeds of their splits.
type Study struct {
	Tasks []Task // each once
	Order []int  // of Tasks, stage by stage
	Turns int    // in place of whole trainings in a row: so many epochs of each of Order in turns; 0: none
	Hold  float64
	Seeds int
	First uint64

	Told func(seed uint64, stage, epoch int, loss float64) // of every epoch; may be nil
}

// Score is how well a network does a task.
type Score struct {
	Loss     float64  `json:"loss"`
	Accuracy *float64 `json:"accuracy,omitempty"` // share of classes that are named right
	Error    *float64 `json:"error,omitempty"`    // of displacements, relative
}

// worth is what is kept or lost of a task: its accuracy, or where there are no classes less its loss.
func (s *Score) worth() float64 {
	if s.Accuracy != nil {
		return *s.Accuracy
	}
	return -s.Loss
}

// Stage is what a stage leaves behind: all that later stages depend on, and what is told of it.
type Stage struct {
	Seed       uint64    `json:"seed"`
	Number     int       `json:"stage"`                // from 1; 0 is before any learning
	Scores     []Score   `json:"scores"`               // of every task
	Losses     []float64 `json:"losses"`               // of the task of the stage on its training part: at first, and after each epoch; none in turns
	Right      []float64 `json:"accuracies,omitempty"` // likewise, of classes
	Parameters []float64 `json:"parameters"`
}

// Store keeps finished stages. Load returns nil where there is none.
type Store interface {
	Load(seed uint64, stage int) (*Stage, error)
	Save(*Stage) error
}

// Fit says why experiments cannot be a sequence on one network, with a way out after a semicolon; nil where they can. They stand in the order of Tasks.
func (s *Study) Fit(list []*experiment.Experiment) error {
	for i, x := range list {
		name := s.Tasks[i].Name
		if x.Valid.N == 0 && (x.Test.N > 0 || x.Table != nil) {
			return fmt.Errorf("%s has no rows that validate, and what is kept is not measured on a test part; add task.validation={share: 30 %%}", name)
		}
		if x.Spec.Task.Reading != nil {
			return fmt.Errorf("%s is read by electronics that learn for one task; leave task.reading out, or train one after another with `elastrain retrain`", name)
		}
		if err := x.CanLearn(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if _, untaught := x.Rule.(learn.Untaught); untaught {
			return fmt.Errorf("%s grows by a rule that follows no target; take another learn.rule", name)
		}
		if s.Hold > 0 && !slices.Contains([]string{"adam", "momentum", "gradient-descent"}, x.Spec.Learn.Method) {
			return fmt.Errorf("%s learns by %s, which does not see what change costs; write learn.method=adam, or leave --hold out", name, x.Spec.Learn.Method)
		}
		if i > 0 && !alike(list[0], x) {
			return fmt.Errorf("%s has another network than %s, or other ranges; give both the same network, bonds, elements and supports", name, s.Tasks[0].Name)
		}
	}
	return nil
}

// alike reports whether two experiments have one network, with the same parameters in the same ranges.
func alike(a, b *experiment.Experiment) bool {
	m, n := a.Network, b.Network
	if m.Dim != n.Dim || !slices.Equal(m.Pos, n.Pos) || len(m.Elements) != len(n.Elements) || !slices.Equal(m.Held, n.Held) {
		return false
	}
	for i := range m.Elements {
		if m.Elements[i] != n.Elements[i] {
			return false
		}
	}
	d, e := a.Design, b.Design
	return (a.Solid == nil) == (b.Solid == nil) && slices.Equal(d.Lo, e.Lo) && slices.Equal(d.Hi, e.Hi) && slices.Equal(d.Gain, e.Gain) && slices.Equal(d.Free, e.Free)
}

// Judged is the part of the data that scores of an experiment are of: validation, or training where there is no other.
func Judged(x *experiment.Experiment) (set *task.Set, name string) {
	if x.Valid.N > 0 {
		return x.Valid, "validation"
	}
	return x.Train, "training"
}

// Stages is how many stages a seed has.
func (s *Study) Stages() int {
	if s.Turns > 0 {
		return 1
	}
	return len(s.Order)
}

// Run goes through the stages that the store lacks, seed by seed.
func (s *Study) Run(ctx context.Context, store Store, done func(*Stage)) (*Report, error) {
	all := make([][]*Stage, s.Seeds)
	var judged []string
	for i := range all {
		w := &walk{Study: s, seed: s.First + uint64(i)}
		for stage := range s.Stages() + 1 {
			kept, err := store.Load(w.seed, stage)
			if err != nil {
				return nil, err
			}
			if kept == nil {
				if kept, err = w.stage(ctx, stage); err == nil {
					err = store.Save(kept)
				}
				if err != nil {
					return nil, err
				}
			}
			w.parameters = kept.Parameters
			done(kept)
			all[i] = append(all[i], kept)
		}
		if judged == nil {
			if err := w.build(); err != nil {
				return nil, err
			}
			for _, x := range w.built {
				_, name := Judged(x)
				judged = append(judged, name)
			}
		}
	}
	return s.report(all, judged), nil
}

// scored is a score without numbers that are none.
func scored(v learn.Score) Score {
	s := Score{Loss: v.Loss}
	if !math.IsNaN(v.Accuracy) {
		s.Accuracy = &v.Accuracy
	}
	if !math.IsNaN(v.Relative) {
		s.Error = &v.Relative
	}
	return s
}
