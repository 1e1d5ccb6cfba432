package prune

import (
	"math"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
)

// Quick reports whether the loss without any bond follows from one factorisation: of lattices and cells of linear springs. Any other network that
// fits is built and solved without each bond.
func Quick(x *experiment.Experiment) bool { return x.Solid == nil || springs(x.Solid) }

// verdictOf is how well the network of an experiment does as it stands; nil where its task has no answer.
func verdictOf(x *experiment.Experiment) (*Verdict, error) {
	problem := x.NewProblem()
	score, err := problem.Evaluate(x.Train)
	if err == nil && math.IsNaN(score.Loss) {
		return nil, nil
	}
	v := &Verdict{Loss: score.Loss}
	if err == nil && x.Valid.N > 0 {
		score, err = problem.Evaluate(x.Valid)
	}
	if learn.NoValue(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !math.IsNaN(score.Accuracy) {
		v.Accuracy = &score.Accuracy
	}
	if !math.IsNaN(score.Relative) {
		v.Error = &score.Relative
	}
	return v, nil
}

// lookBody judges a body as it is.
func (p *pruning) lookBody() error {
	v, err := verdictOf(p.x)
	if err == nil && v == nil {
		err = &learn.NotFiniteError{What: "the loss"}
	}
	if err == nil {
		p.now = *v
	}
	return err
}

// tryBody builds and solves a body without one more bond; nil where it does not hold.
func (p *pruning) tryBody(bond int) (*Verdict, error) {
	x, _, err := p.Learner(p.x, p.theta, append(slices.Clone(p.gone), bond+1), nil, 0)
	if err != nil || x == nil {
		return nil, err
	}
	return verdictOf(x)
}

// keptBody are the bonds without any one of which a body does not hold.
func (p *pruning) keptBody() (list []Kept, err error) {
	for i := range p.bars {
		if p.net.Elements[i].Cut {
			continue
		}
		v, err := p.tryBody(i)
		if err != nil {
			return nil, err
		}
		if v == nil {
			list = append(list, Kept{i + 1, "what is left does not hold, or has no answer to the task"})
		}
	}
	return list, nil
}
