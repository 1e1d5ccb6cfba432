package insitu

import (
	"context"
	"errors"
	"math"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Measured is how well the lattice was seen to do before a step (from 0), on the
// training and on the test part; after the last step, if there was an exam.
func (l *Lab) Measured(log *lab.Log, step int) (train, test learn.Score, err error) {
	out, err := log.Looked(step, l.Estimator())
	if err != nil {
		nan := learn.Score{Loss: math.NaN(), Accuracy: math.NaN(), Relative: math.NaN()}
		return nan, nan, err
	}
	x := l.Experiment
	return scores(x, out.U, out.Of(x.Test))
}

// Truth is how well a lattice with stiffness k (N/m) does when nothing disturbs
// it: what a twin would show without noise and with any load.
func (l *Lab) Truth(k []float64) (train, test learn.Score, err error) {
	x := l.Experiment
	u, err := l.TrueOutputs(k, x.Train)
	if err != nil {
		return train, test, err
	}
	other, err := l.TrueOutputs(k, x.Test)
	if err != nil {
		return train, test, err
	}
	return scores(x, u, other)
}

// scores judges outputs of both parts (m; N x q), nil where nobody knows them.
func scores(x *experiment.Experiment, u, other []float64) (train, test learn.Score, err error) {
	train, err = learn.ScoreOf(x.Loss, x.Train, u)
	test, more := learn.ScoreOf(x.Loss, x.Test, other)
	return train, test, errors.Join(err, more)
}

// TrueOutputs are the displacements at the outputs (m; N x q) that belong to Truth.
func (l *Lab) TrueOutputs(k []float64, set *task.Set) ([]float64, error) {
	x := l.Experiment
	ideal, err := twin.New(x.Network, k, twin.Config{Finite: l.Spec.Bench == "twin" && l.Spec.Twin.Deformation == "finite"})
	if err != nil {
		return nil, err
	}
	ctx, dim := context.Background(), x.Network.Dim
	if err := ideal.Arm(ctx, lab.Limits{}); err != nil {
		return nil, err
	}
	u := make([]float64, set.N*set.Q)
	for i := range set.N {
		if _, err := ideal.Load(ctx, l.Specimen.Forces(x.In, set.Force(i))); err != nil {
			return nil, err
		}
		frames, err := ideal.Measure(ctx, 1)
		if err != nil {
			return nil, err
		}
		for o, p := range x.Out {
			for axis := range dim {
				u[i*set.Q+o] += p.Dir[axis] * (frames[0].Nodes[p.Node].X[axis] - x.Network.At(p.Node)[axis])
			}
		}
	}
	return u, nil
}
