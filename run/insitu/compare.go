package insitu

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/rules"
)

// Compared is the twin of a lab as package rules meets it: every load that hangs and every setting is counted, and the guard stands before it.
// What it truly does is told beside it, free of charge.
type Compared struct {
	*measurement.Rig
	lab   *Lab
	bench *counted
}

// counted counts what a twin is asked for.
type counted struct {
	*twin.Bench
	kind  *int // which of the loads
	spent rules.Loads
}

// Load implements lab.Bench.
func (c *counted) Load(ctx context.Context, load []lab.Force) (time.Duration, error) {
	if lab.Largest(load) > 0 {
		*c.kind++
	}
	return c.Bench.Load(ctx, load)
}

// Hold implements lab.Stage.
func (c *counted) Hold(ctx context.Context, load []lab.Force, holds []lab.Hold) (time.Duration, error) {
	*c.kind++
	return c.Bench.Hold(ctx, load, holds)
}

// SetStiffness implements lab.Bench.
func (c *counted) SetStiffness(ctx context.Context, k []float64) error {
	c.spent.Settings++
	return c.Bench.SetStiffness(ctx, k)
}

// Compare makes the twin of a seed: one print, with its scatter, its camera and its weights.
func (l *Lab) Compare(ctx context.Context, seed uint64) (*Compared, error) {
	if l.Spec.Bench != "twin" {
		return nil, l.fail("lab.bench", fmt.Errorf("rules are compared on simulated specimens, and this bench is %s; write `bench: twin`", l.Describe()))
	}
	own, x := *l, *l.Experiment
	s := *x.Spec
	s.Seed = seed
	x.Spec, own.Experiment = &s, &x
	own.Protocol.PerSample, own.Protocol.Ports = true, false
	c := &Compared{lab: &own}
	own.staged = true // whichever rule comes
	made, err := own.Twin(own.Start)
	if err != nil {
		return nil, l.fail("lab.twin", err)
	}
	c.bench = &counted{Bench: made}
	c.bench.kind = &c.bench.spent.Input
	guard := lab.NewGuard(c.bench, own.Specimen.Net, nil)
	guard.Patience, guard.Predict = own.Patience(), own.Predict
	if err := guard.Arm(ctx, own.Limits); err != nil {
		return nil, err
	}
	e := own.Estimator()
	e.Rule = nil
	c.Rig, err = measurement.OnBench(ctx, &measurement.Measurer{Bench: guard, Specimen: own.Specimen, Protocol: &own.Protocol}, e)
	return c, err
}

// Spent implements rules.Counting.
func (c *Compared) Spent() rules.Loads { return c.bench.spent }

// Judge is the loss of the training part of the specimen as it is, asked for k, without camera, weights and creep.
func (c *Compared) Judge(k []float64) (float64, error) {
	x := c.lab.Experiment
	u, err := c.lab.outputsOf(c.bench.Bench, k, x.Train)
	if err != nil {
		return 0, refusedBy(err)
	}
	score, err := learn.ScoreOf(x.Loss, x.Train, u)
	return score.Loss, err
}

// refusal is what a guard or a specimen does not bear, or the camera does not see: a network without a value, for who trains.
type refusal struct{ error }

func (r refusal) Is(target error) bool { return target == optim.ErrNoValue }
func (r refusal) Unwrap() error        { return r.error }

func refusedBy(err error) error {
	var refused *lab.RefusedError
	var missing *measurement.MissingError
	var drift *measurement.DriftError
	if errors.As(err, &refused) || errors.As(err, &missing) || errors.As(err, &drift) {
		return refusal{err}
	}
	return err
}

func loaded(v []float64) bool {
	return slices.ContainsFunc(v, func(x float64) bool { return x != 0 })
}

// as lets loads that follow count as of a kind.
func (c *Compared) as(in, out []float64) {
	switch {
	case !loaded(out):
		c.bench.kind = &c.bench.spent.Input
	case !loaded(in):
		c.bench.kind = &c.bench.spent.Error
	default:
		c.bench.kind = &c.bench.spent.Nudged
	}
}

// SetStiffness implements learn.Rig. What the specimen has already costs nothing.
func (c *Compared) SetStiffness(k []float64) error {
	if c.bench.spent.Settings > 0 && slices.Equal(k, c.Stiffness()) {
		return nil
	}
	return refusedBy(c.Rig.SetStiffness(k))
}

// Apply implements learn.Rig.
func (c *Compared) Apply(in, out []float64, m *learn.Measurement) error {
	c.as(in, out)
	return refusedBy(c.Rig.Apply(in, out, m))
}

// EnergyRate implements learn.Energetic.
func (c *Compared) EnergyRate(in, out []float64, scale float64, seen, g []float64) error {
	c.as(in, out)
	return refusedBy(c.Rig.EnergyRate(in, out, scale, seen, g))
}

// Clamp implements learn.Clamping.
func (c *Compared) Clamp(in, want []float64, scale float64, pull, g []float64) error {
	c.bench.kind = &c.bench.spent.Clamped
	return refusedBy(c.Rig.Clamp(in, want, scale, pull, g))
}

// Forward implements learn.Differentiable.
func (c *Compared) Forward(batch learn.Batch, out []float64) error {
	c.as(nil, nil)
	return refusedBy(c.Rig.Forward(batch, out))
}

// Backward implements learn.Differentiable.
func (c *Compared) Backward(slope, g []float64) error {
	c.bench.kind = &c.bench.spent.Error
	return refusedBy(c.Rig.Backward(slope, g))
}
