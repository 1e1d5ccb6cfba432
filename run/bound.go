package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn/bound"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// Bounded is how little the loss of a network of the bonds of a run can be.
type Bounded struct {
	Run     string  `json:"run"`
	Of      string  `json:"of"`   // levels, or ranges: what stiffnesses the bonds can have
	Loss    float64 `json:"loss"` // of the run, on its training part
	Bonds   int     `json:"bonds"`
	Limit   int     `json:"most_boxes"`
	Stopped bool    `json:"stopped,omitempty"` // by somebody, before so many
	bound.Result
	Stiffness []float64 `json:"stiffness,omitempty"` // N/m, of every element: a better network than that of the run, if one was met
}

// boundName is the file of a run that has it.
const boundName = "bound.json"

// ErrNoBound says that nothing bounds the loss of a network.
type ErrNoBound struct{ Cause, Help string }

func (e *ErrNoBound) Error() string { return e.Cause }

// Bound looks for the least loss that any network of the bonds of a run can have on its training part: with the levels that they
// have, or with ranges (whole). It looks at up to so many boxes, and writes what it knows into the run.
func (t *Trained) Bound(ctx context.Context, fsys atomicfile.FS, whole bool, boxes int, done func(boxes int, lower float64)) (*Bounded, error) {
	x := t.Experiment
	_, square := x.Loss.(task.MeanSquare)
	_, most := x.Loss.(task.CrossEntropy)
	switch {
	case x.Exact == nil:
		return nil, &ErrNoBound{"only lattices of linear springs have a bound that is computed", "the verdict of a training says what is known of others"}
	case slices.ContainsFunc(x.In, func(p network.Port) bool { return p.Given }):
		return nil, &experiment.Misfit{Path: x.GivenPath(), Cause: "an input is a displacement that is given, and only answers to forces have a bound", Help: "push with a force, such as `force: 49 mN`, and train again"}
	case !square && !(most && x.Train.N == 1):
		return nil, &ErrNoBound{"only wanted displacements (loss: mean-square), or one case in which an output is to move most (cross-entropy), have a bound, and this is " + x.Loss.Name(),
			"frank-wolfe says where no bond can improve to first order"}
	case x.Train.N == 0 || x.Design.Dim() == 0:
		return nil, &ErrNoBound{"nothing learns, or there is nothing to learn", "train something"}
	}
	b := &Bounded{Run: t.Dir, Of: "levels", Bonds: x.Design.Dim(), Limit: boxes}
	if whole = whole || !x.Design.Leveled(); whole {
		b.Of = "ranges"
	}
	q := &bound.Task{Modes: x.Design.Free, Whole: whole, Set: x.Train, Loss: x.Loss, Boxes: boxes, Done: done}
	for j, i := range x.Design.Free {
		places := x.Design.PlacesOf(j)
		if whole {
			places = []float64{x.Design.Lo[i], x.Design.Hi[i]}
		}
		list := make([]float64, len(places))
		for n, theta := range places {
			list[n] = x.Design.Gain[i] * theta
		}
		if !(list[0] > 0) || !(list[len(list)-1] < 1e300) {
			return nil, &ErrNoBound{fmt.Sprintf("bond %d has no range from above zero to an end", i+1), "give every bond both ends"}
		}
		q.Levels = append(q.Levels, list)
		q.Best = append(q.Best, t.Stiffness[i])
	}
	problem := x.NewProblem()
	if err := x.Rig.SetStiffness(t.Stiffness); err != nil {
		return nil, err
	}
	score, err := problem.Evaluate(x.Train)
	if err != nil {
		return nil, err
	}
	b.Loss, q.Value = score.Loss, score.Loss
	q.Network = bound.NewLattice(x.Eq, x.In, x.Out, x.Design.Free)
	r, err := bound.Prove(ctx, q)
	if errors.Is(err, bound.ErrMechanism) {
		return nil, &ErrNoBound{err.Error(), "give every bond a softest level above zero"}
	}
	if err != nil {
		return nil, err
	}
	b.Result, b.Stopped = *r, ctx.Err() != nil
	if r.K != nil {
		b.Stiffness = slices.Clone(t.Stiffness)
		for j, i := range x.Design.Free {
			b.Stiffness[i] = r.K[j]
		}
	}
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return nil, err
	}
	return b, atomicfile.WriteFile(fsys, filepath.Join(t.Dir, boundName), append(text, 10))
}
