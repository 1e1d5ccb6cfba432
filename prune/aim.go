package prune

import (
	"math"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// Verdict is how well a network does.
type Verdict struct {
	Loss     float64  `json:"loss"`               // of the training part
	Error    *float64 `json:"error,omitempty"`    // relative; of the part that is judged
	Accuracy *float64 `json:"accuracy,omitempty"` // of the part that is judged
	Cell     *Cell    `json:"cell,omitempty"`     // where moduli are wanted
}

// miss is what is compared with a goal: the relative error, or the share of wrong classes.
func (v *Verdict) miss() float64 {
	switch {
	case v.Accuracy != nil:
		return 1 - *v.Accuracy
	case v.Error != nil:
		return *v.Error
	}
	return math.NaN()
}

// aim judges outputs by inputs (Q x P) of a network at its ports.
type aim interface {
	ports() (in, out []network.Port)
	judge(s []float64) (Verdict, error)
	part() string // what is judged
}

// taskAim is the task of an experiment.
type taskAim struct {
	x     *experiment.Experiment
	train *task.Set
	valid *task.Set // that is judged: the validation part, or the training part
	u     []float64
}

func newTaskAim(x *experiment.Experiment) *taskAim {
	t := &taskAim{x: x, train: asForces(x, x.Train)}
	t.valid = t.train
	if x.Valid.N > 0 {
		t.valid = asForces(x, x.Valid)
	}
	return t
}

// asForces is a set whose stresses are made forces on strains: by the area of the cell.
func asForces(x *experiment.Experiment, set *task.Set) *task.Set {
	if x.Network.Cell == nil {
		return set
	}
	of := *set
	of.F = slices.Clone(set.F)
	for i := range of.F {
		if p := x.In[i%of.P]; p.Part == network.Strain && !p.Given {
			of.F[i] *= math.Abs(x.Network.Area())
		}
	}
	return &of
}

func (t *taskAim) ports() (in, out []network.Port) { return t.x.In, t.x.Out }

// part names what is judged.
func (t *taskAim) part() string {
	if t.valid != t.train {
		return "validation"
	}
	return "training"
}

func (t *taskAim) judge(s []float64) (v Verdict, err error) {
	score, err := t.score(t.train, s)
	if err != nil {
		return v, err
	}
	v.Loss = score.Loss
	if t.valid != t.train {
		if score, err = t.score(t.valid, s); err != nil {
			return v, err
		}
	}
	if !math.IsNaN(score.Accuracy) {
		v.Accuracy = &score.Accuracy
	}
	if !math.IsNaN(score.Relative) {
		v.Error = &score.Relative
	}
	return v, nil
}

// score judges the outputs of every sample of a set.
func (t *taskAim) score(set *task.Set, s []float64) (learn.Score, error) {
	r := outputsOf(s, set.P)
	if n := set.N * set.Q; len(t.u) < n {
		t.u = make([]float64, n)
	}
	u := t.u[:set.N*set.Q]
	for i := range set.N {
		r.Outputs(u[i*set.Q:(i+1)*set.Q], set.Force(i))
	}
	return learn.ScoreOf(t.x.Loss, set, u)
}
