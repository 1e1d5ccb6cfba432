package run

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// Cuts is what becomes of a trained network when each of its bonds is cut alone and nothing is retrained.
type Cuts struct {
	Before     learn.Score // of the whole network, on the part that the cuts are scored on
	Bonds      []Cut
	Mechanisms int // cuts after which the network no longer holds
	Refactored int // cuts for which the stiffness matrix was factorised after all
}

// CutOnly cuts every bond of a trained network in turn and scores what is left, from one
// factorisation: the outputs without a bond follow from its self-compliance and its elongations
// under unit loads at the ports (mechanics.Modified), exactly; a body of other elements is built and solved for each. Scores are of the same part as
// those of CutEach and equal to them but for rounding. Beside each loss stands what the gradient foretells, the loss before less
// k dL/dk. done is told of each bond, with how many there are in all.
func (t *Trained) CutOnly(ctx context.Context, done func(cut Cut, all int)) (*Cuts, error) {
	x := t.Experiment
	set, _ := x.Beside()
	if set.N == 0 {
		set = x.Train
	}
	if x.Solid != nil || slices.ContainsFunc(x.In, func(p network.Port) bool { return p.Given }) {
		return t.cutAndSolve(ctx, set, done)
	}
	m := mechanics.NewModified(x.Eq, x.In, x.Out)
	if err := m.Begin(x.Eq); err != nil {
		return nil, err
	}
	base := m.Responses()
	rest := &mechanics.Responses{P: base.P, Q: base.Q, S: make([]float64, len(base.S))}
	problem := learn.NewProblem(damagedRig{x.Exact, rest}, x.Rule, x.Loss, x.Design, learn.Batch{Set: set})
	cuts := &Cuts{}
	copy(rest.S, base.S)
	var err error
	if cuts.Before, err = problem.Evaluate(set); err != nil {
		return nil, err
	}
	slope, err := t.slopes(set)
	if err != nil {
		return nil, err
	}
	all := 0
	for i := range t.bars() {
		if !x.Network.Elements[i].Cut {
			all++
		}
	}
	for i := range t.bars() {
		if x.Network.Elements[i].Cut {
			continue
		}
		if ctx.Err() != nil {
			return cuts, fmt.Errorf("after %d of %d bonds: %w", len(cuts.Bonds), all, ctx.Err())
		}
		cut := Cut{Bond: i + 1, Before: learn.Score{Loss: math.NaN()}, After: learn.Score{Loss: math.NaN()}}
		mode := int(x.Eq.C.Mode[i])
		err := m.Cut(mode, rest.S)
		var left *mechanics.MechanismError
		switch {
		case errors.As(err, &left):
			cut.Mechanism = left.Motion.String()
			cuts.Mechanisms++
		case err != nil:
			return cuts, fmt.Errorf("bond %d: %w", i+1, err)
		default:
			if cut.Before, err = problem.Evaluate(set); err != nil {
				return cuts, fmt.Errorf("bond %d: %w", i+1, err)
			}
			cut.Loss, cut.Accuracy, cut.Error = Number(cut.Before.Loss), Number(cut.Before.Accuracy), Number(cut.Before.Relative)
			if slope != nil {
				cut.LossFirstOrder = Number(cuts.Before.Loss - t.Stiffness[mode]*slope[mode])
			}
		}
		cuts.Bonds = append(cuts.Bonds, cut)
		if done != nil {
			done(cut, all)
		}
	}
	cuts.Refactored = m.Refactored
	return cuts, nil
}

// cutAndSolve is CutOnly where no factorisation of the whole network tells what is left of it: of bodies, and where
// displacements are given. Each network is built and solved.
func (t *Trained) cutAndSolve(ctx context.Context, set *task.Set, done func(cut Cut, all int)) (cuts *Cuts, err error) {
	cuts = &Cuts{}
	if cuts.Before, err = t.Experiment.NewProblem().Evaluate(set); err != nil {
		return nil, err
	}
	all := 0
	for i := range t.bars() {
		if !t.Experiment.Network.Elements[i].Cut {
			all++
		}
	}
	cuts.Bonds, err = t.CutEach(ctx, atomicfile.OS{}, Nothing, func(cut Cut) {
		cuts.Refactored++
		if cut.Mechanism != "" {
			cuts.Mechanisms++
		}
		if done != nil {
			done(cut, all)
		}
	})
	return cuts, err
}

// slopes is dL/dk of the undamaged network (len M); nil where the loss has none.
func (t *Trained) slopes(set *task.Set) ([]float64, error) {
	x := t.Experiment
	g := make([]float64, x.Eq.C.M)
	_, err := (&rule.Backprop{}).Gradient(x.Rig, x.Loss, learn.Batch{Set: set}, g)
	if errors.Is(err, task.ErrStill) {
		return nil, nil
	}
	return g, err
}

// damagedRig answers at the ports as a damaged network does. It is there to be scored.
type damagedRig struct {
	*learn.Exact
	rest *mechanics.Responses // only P, Q and S
}

var _ learn.Linear = damagedRig{}

// Respond implements learn.Linear.
func (r damagedRig) Respond() (*mechanics.Responses, error) { return r.rest, nil }

// Apply implements learn.Rig for loads at the inputs; it says nothing of elongations.
func (r damagedRig) Apply(in, out []float64, m *learn.Measurement) error {
	if out != nil || m.Elongation != nil {
		panic("run: a damaged network is asked for more than its outputs")
	}
	r.rest.Outputs(m.Out, in)
	return nil
}
