package rule

import (
	"errors"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// ErrNoInput refuses a sample whose nudges have no size.
var ErrNoInput = errors.New("a sample has no load at an input by which its nudges could be measured; give every sample one, or the rule a Load")

// nudgeBy is how large the largest load of an error beside an input hangs: load, N, or where that is zero a share of the largest load at
// an input, which is a force even where a displacement is given.
func nudgeBy(rig learn.Rig, in []float64, load, share float64) (float64, error) {
	if load > 0 {
		return load, nil
	}
	push, err := learn.Push(rig, in)
	if err == nil && push == 0 {
		err = ErrNoInput
	}
	return share * push, err
}

// contrasts refuses what a rule that compares states of a sample cannot serve.
func contrasts(r learn.Rule, rig learn.Rig, loss task.Loss) (learn.Energetic, task.SampleLoss, error) {
	energetic, ok := rig.(learn.Energetic)
	single, each := loss.(task.SampleLoss)
	if !ok || !each {
		return nil, nil, fmt.Errorf("%s needs a rig that tells its energy, and a loss of single samples", r.Name())
	}
	return energetic, single, task.Check(loss)
}

// most is the largest magnitude.
func most(v []float64) float64 {
	m := 0.0
	for _, x := range v {
		m = math.Max(m, math.Abs(x))
	}
	return m
}

// or is a number, or what stands for zero.
func or(v, zero float64) float64 {
	if v == 0 {
		return zero
	}
	return v
}
