package insitu

import (
	"context"
	"errors"
	"math"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Measured is how well the lattice was seen to do before a step (from 0), on the
// training and on the test part; after the last step, if there was an exam.
func (l *Lab) Measured(log *session.Log, step int) (train, test learn.Score, err error) {
	out, err := log.Looked(step, l.Estimator())
	if err != nil {
		nan := learn.Score{Loss: math.NaN(), Accuracy: math.NaN(), Relative: math.NaN()}
		return nan, nan, err
	}
	x := l.Experiment
	return scores(x, l.inOrder(out.U), out.Of(x.Test))
}

// MeasuredLoss is the loss on the training part before a step (from 0) as it was measured, with its standard deviation as
// the noise of the marks makes it; after the last step, if there was an exam.
func (l *Lab) MeasuredLoss(log *session.Log, step int) (loss, sigma float64, err error) {
	out, err := log.Looked(step, l.Estimator())
	if err != nil {
		return math.NaN(), math.NaN(), err
	}
	x := l.Experiment
	u, sd := l.inOrder(out.U), l.inOrder(out.Sigma)
	slope := make([]float64, len(u))
	loss = task.Total(x.Loss, x.Train, nil, u, slope) / float64(x.Train.N)
	for i := range slope {
		sigma = math.Hypot(sigma, slope[i]*sd[i]/float64(x.Train.N))
	}
	return loss, sigma, nil
}

// Truth is how well a lattice with stiffness k (N/m; of a body its parameters) does when nothing
// disturbs it: what a twin would show without noise and with any load.
func (l *Lab) Truth(k []float64) (train, test learn.Score, err error) {
	ideal, err := l.ideal(k)
	if err != nil {
		return train, test, err
	}
	return l.truthOf(ideal, k)
}

// truthOf is how well a twin that was asked for k does as it is when nothing stands in between.
func (l *Lab) truthOf(b *twin.Bench, k []float64) (train, test learn.Score, err error) {
	x := l.Experiment
	u, err := l.outputsOf(b, k, x.Train)
	if err != nil {
		return train, test, err
	}
	other, err := l.outputsOf(b, k, x.OpenTest())
	if err != nil {
		return train, test, err
	}
	return scores(x, u, other)
}

// scores judges outputs of both parts (m; N x q), nil where nobody knows them.
func scores(x *experiment.Experiment, u, other []float64) (train, test learn.Score, err error) {
	train, err = learn.ScoreOf(x.Loss, x.Train, u)
	test, more := learn.ScoreOf(x.Loss, x.OpenTest(), other)
	return train, test, errors.Join(err, more)
}

// TrueOutputs are the displacements at the outputs (m; N x q) that belong to Truth.
func (l *Lab) TrueOutputs(k []float64, set *task.Set) ([]float64, error) {
	ideal, err := l.ideal(k)
	if err != nil {
		return nil, err
	}
	return l.outputsOf(ideal, k, set)
}

// ideal is a twin without imperfections.
func (l *Lab) ideal(k []float64) (*twin.Bench, error) {
	x, config := l.Experiment, twin.Config{Finite: l.twinFinite()}
	if x.Solid == nil {
		return twin.New(x.Network, k, config)
	}
	config.Finite = config.Finite || x.Finite() && l.Spec.Bench != "twin"
	return twin.NewBody(x.Network, l.form(), k, config)
}

func (l *Lab) outputsOf(b *twin.Bench, k []float64, set *task.Set) ([]float64, error) {
	x, see := l.Experiment, b.Truth
	if x.Solid == nil {
		see = l.photographed(b)
	}
	u := make([]float64, set.N*set.Q)
	for i := range set.N {
		in := set.Force(i)
		if at := l.Specimen.Set(in); at != nil {
			see = func(load []lab.Force) ([]float64, error) { return b.TruthAt(l.Specimen.Theta(k, at), load) }
		}
		moved, err := see(l.Specimen.Forces(x.In, in))
		if err != nil {
			return nil, err
		}
		for o, p := range x.Out {
			u[i*set.Q+o] = measurement.Reading(p, moved, x.Network.Dim)
		}
	}
	return u, nil
}

// photographed is what a camera without noise sees of an ideal twin: displacements, rounded as places are. Results of
// lattices of linear springs are compared to the last bit with those that were written before.
func (l *Lab) photographed(b *twin.Bench) func(load []lab.Force) ([]float64, error) {
	net, ctx := l.Experiment.Network, context.Background()
	moved := make([]float64, len(net.Pos))
	return func(load []lab.Force) ([]float64, error) {
		if err := b.Arm(ctx, lab.Limits{}); err != nil {
			return nil, err
		}
		if _, err := b.Load(ctx, load); err != nil {
			return nil, err
		}
		frames, err := b.Measure(ctx, 1)
		if err != nil {
			return nil, err
		}
		for i := range moved {
			moved[i] = frames[0].Nodes[i/net.Dim].X[i%net.Dim] - net.Pos[i]
		}
		return moved, nil
	}
}
