package engine

import (
	"math"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/task"
)

// Score is how well the network does on a part of the data.
type Score struct {
	Name      string   `json:"name"`
	Loss      *float64 `json:"loss"` // null where it has none: nothing moves
	Accuracy  *float64 `json:"accuracy,omitempty"`
	Error     *float64 `json:"error,omitempty"`     // relative displacement error
	Confusion [][]int  `json:"confusion,omitempty"` // [true][predicted]
}

// score judges both parts, and tells what the outputs read in every sample.
func (e *Engine) score(q *request) (*answer, error) {
	o, err := e.one(q)
	if err != nil {
		return nil, err
	}
	var list []Score
	var arrays []message.Array
	beside, name := o.x.Beside()
	problem := o.x.NewProblem()
	for _, part := range []struct {
		name string
		set  *task.Set
	}{{"training", o.x.Train}, {name, beside}} {
		set := part.set
		if set.N == 0 {
			continue
		}
		score, err := problem.Evaluate(set)
		if err != nil {
			return nil, err
		}
		reached, err := experiment.Outputs(o.x.Rig, set)
		if err != nil {
			return nil, err
		}
		one := Score{Name: part.name, Loss: number(score.Loss), Accuracy: number(score.Accuracy), Error: number(score.Relative)}
		arrays = append(arrays, message.F8("reached:"+part.name, reached, set.N, set.Q))
		if set.Class != nil {
			var predicted []int
			one.Confusion, predicted = experiment.Confusion(set, reached)
			arrays = append(arrays, message.I4("predicted:"+part.name, whole(predicted), set.N))
		}
		list = append(list, one)
	}
	if list == nil {
		return nil, &learn.NotFiniteError{What: "the score of no samples"}
	}
	return &answer{map[string]any{"parts": list}, arrays}, nil
}

// number is a number that there may not be.
func number(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func whole(list []int) []int32 {
	out := make([]int32, len(list))
	for i, v := range list {
		out[i] = int32(v)
	}
	return out
}
