// Package rule holds learning rules: ways to measure dL/dk on a rig.
package rule

import (
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/task"
)

// Backprop is in situ backpropagation (Li & Mao 2024, Eq. 6): for every sample
// the forward elongation e under the input, then the elongation e_adj under the
// adjoint load -dL/du at the outputs with the input removed; dL/dk = e_adj o e.
//
// On a linear rig, and where it is cheaper, both states are superposed from the
// answers to unit loads: the sum over a batch is then
// rowsum((E_out G F^T) o E_in), and its cost does not grow with the batch.
//
// On a rig that is not linear the error must be small beside the input, which stays: the adjoint elongation is what the
// error adds to the forward state. A Tangential rig tells it; any other is nudged by +-Nudge if that is given, and else refused with
// ErrNotLinear: dL/du is no force, and hung by itself it would give another state and a wrong gradient.
type Backprop struct {
	// Nudge is the largest force, N, of the error that is hung beside the input of a rig that is neither linear nor
	// Tangential. The gradient is then wrong by about the square of what it moves.
	Nudge float64

	u, g    []float64 // outputs and dL/du of every sample; len B*Q
	weights []float64 // sum of g f^T over the batch; Q x P
	forward learn.Measurement
	adjoint learn.Measurement
	nudged  []float64 // loads of a nudge, then elongations under one; len Q + M
}

// Name implements learn.Rule.
func (*Backprop) Name() string { return "in situ backpropagation" }

// Gradient implements learn.Rule. It returns task.ErrStill when the loss has no
// value because nothing moves.
func (b *Backprop) Gradient(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	if err := task.Check(loss); err != nil {
		return 0, err
	}
	p, q := rig.Ports()
	if n := batch.Len() * q; cap(b.u) < n || len(b.weights) != p*q {
		b.u, b.g, b.weights = make([]float64, n), make([]float64, n), make([]float64, p*q)
	}
	b.u, b.g = b.u[:batch.Len()*q], b.g[:batch.Len()*q]
	var value float64
	var err error
	if whole, ok := rig.(learn.Differentiable); ok {
		value, err = b.thereAndBack(whole, loss, batch, g)
	} else if linear, ok := rig.(learn.Linear); ok && batch.Superposes(p, q) {
		var answers *mechanics.Responses
		if answers, err = linear.Respond(); err == nil {
			value = b.superpose(answers, loss, batch, g)
		}
	} else {
		value, err = b.perSample(rig, loss, batch, g)
	}
	if err == nil && math.IsNaN(value) {
		err = task.ErrStill
	}
	return value, err
}

// thereAndBack lets the rig take the whole batch to its outputs, and what the loss makes of them back.
func (b *Backprop) thereAndBack(rig learn.Differentiable, loss task.Loss, batch learn.Batch, g []float64) (value float64, err error) {
	single, each := loss.(task.SampleLoss)
	if one, ok := rig.(learn.OneByOne); ok && each && one.OneByOne() {
		value, err = b.sampleBySample(rig, single, batch, g)
	} else {
		if err := rig.Forward(batch, b.u); err != nil {
			return 0, err
		}
		if value = task.Total(loss, batch.Set, batch.Rows, b.u, b.g); math.IsNaN(value) {
			return 0, task.ErrStill
		}
		err = rig.Backward(b.g, g)
	}
	mean := batch.Mean()
	for i := range g {
		g[i] *= mean
	}
	return value * mean, err
}

// sampleBySample takes every sample there and back before the next one.
func (b *Backprop) sampleBySample(rig learn.Differentiable, loss task.SampleLoss, batch learn.Batch, g []float64) (float64, error) {
	clear(g)
	q, value := batch.Set.Q, 0.0
	one, part := learn.Batch{Set: batch.Set, Rows: make([]int32, 1)}, make([]float64, len(g))
	for i := range batch.Len() {
		u, slope := b.u[i*q:(i+1)*q], b.g[i*q:(i+1)*q]
		one.Rows[0] = int32(batch.Row(i))
		if err := rig.Forward(one, u); err != nil {
			return 0, err
		}
		if value += loss.Eval(u, batch.Set.Goal(batch.Row(i)), slope); math.IsNaN(value) {
			return 0, task.ErrStill
		}
		if err := rig.Backward(slope, part); err != nil {
			return 0, err
		}
		for m, v := range part {
			g[m] += v
		}
	}
	return value, nil
}
