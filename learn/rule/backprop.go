// Package rule holds learning rules: ways to measure dL/dk on a rig.
package rule

import (
	"errors"
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

// ErrNotLinear refuses a rig on which the error of the outputs cannot be hung.
var ErrNotLinear = errors.New("in situ backpropagation hangs the error of the outputs as a load, and this rig neither obeys superposition nor tells what small loads add to its state: " +
	"give it the method Superposes or About, set Backprop.Nudge to a small force in N, or measure by finite differences")

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

func (b *Backprop) superpose(r *mechanics.Responses, loss task.Loss, batch learn.Batch, g []float64) float64 {
	for i := range batch.Len() {
		r.Outputs(b.u[i*r.Q:(i+1)*r.Q], batch.Set.Force(batch.Row(i)))
	}
	value := task.Total(loss, batch.Set, batch.Rows, b.u, b.g)
	clear(b.weights)
	for i := range batch.Len() {
		f := batch.Set.Force(batch.Row(i))
		for o, slope := range b.g[i*r.Q : (i+1)*r.Q] {
			w := b.weights[o*r.P : (o+1)*r.P]
			for a := range w {
				w[a] += slope * f[a]
			}
		}
	}
	mean := batch.Mean()
	for i := range g {
		e := r.E[i*r.Stride : i*r.Stride+r.P+r.Q]
		in, out := e[:r.P], e[r.P:]
		sum := 0.0
		for o, eOut := range out {
			w := b.weights[o*r.P : (o+1)*r.P]
			s := 0.0
			for a, eIn := range in {
				s += w[a] * eIn
			}
			sum += eOut * s
		}
		g[i] = -mean * sum // the adjoint load is -dL/du
	}
	return value * mean
}

// perSample loads the rig with every sample twice: with its input and with its
// error. A loss of single samples takes them one after the other; a loss of the
// whole set needs every output first, and so a third loading.
func (b *Backprop) perSample(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	if !b.canHang(rig) {
		return 0, ErrNotLinear
	}
	_, q := rig.Ports()
	if len(b.forward.Elongation) != rig.Modes() || len(b.forward.Out) != q {
		b.forward = learn.Measurement{Out: make([]float64, q), Elongation: make([]float64, rig.Modes())}
		b.adjoint = learn.Measurement{Out: make([]float64, q), Elongation: make([]float64, rig.Modes())}
	}
	value := 0.0
	single, each := loss.(task.SampleLoss)
	if !each {
		for i := range batch.Len() {
			if err := rig.Apply(batch.Set.Force(batch.Row(i)), nil, &b.forward); err != nil {
				return 0, err
			}
			copy(b.u[i*q:], b.forward.Out)
		}
		value = task.Total(loss, batch.Set, batch.Rows, b.u, b.g)
	}
	clear(g)
	for i := range batch.Len() {
		row, slope := batch.Row(i), b.g[i*q:(i+1)*q]
		if err := rig.Apply(batch.Set.Force(row), nil, &b.forward); err != nil {
			return 0, err
		}
		if each {
			value += single.Eval(b.forward.Out, batch.Set.Goal(row), slope)
		}
		for o := range slope {
			slope[o] = -slope[o]
		}
		if err := b.hangError(rig, batch.Set.Force(row), slope); err != nil {
			return 0, err
		}
		for m := range g {
			g[m] += b.adjoint.Elongation[m] * b.forward.Elongation[m]
		}
	}
	mean := batch.Mean()
	for m := range g {
		g[m] *= mean
	}
	return value * mean, nil
}

// canHang reports whether the error of the outputs can be hung on a rig.
func (b *Backprop) canHang(rig learn.Rig) bool {
	switch rig.(type) {
	case learn.Linear, learn.Superposing, learn.Tangential:
		return true
	}
	return b.Nudge > 0
}

// hangError sets the adjoint elongations under the error -dL/du of a sample with input in.
func (b *Backprop) hangError(rig learn.Rig, in, adjoint []float64) error {
	switch r := rig.(type) {
	case learn.Linear, learn.Superposing:
		return rig.Apply(nil, adjoint, &b.adjoint)
	case learn.Tangential:
		return r.About(in, adjoint, &b.adjoint)
	}
	q := len(adjoint)
	if len(b.nudged) != q+rig.Modes() {
		b.nudged = make([]float64, q+rig.Modes())
	}
	load, above := b.nudged[:q], b.nudged[q:]
	most := 0.0
	for _, v := range adjoint {
		most = max(most, math.Abs(v))
	}
	if most == 0 {
		clear(b.adjoint.Elongation)
		return nil
	}
	scale := b.Nudge / most
	for _, sign := range [2]float64{1, -1} {
		for o, v := range adjoint {
			load[o] = sign * scale * v
		}
		if err := rig.Apply(in, load, &b.adjoint); err != nil {
			return err
		}
		if sign > 0 {
			copy(above, b.adjoint.Elongation)
		}
	}
	for m, below := range b.adjoint.Elongation {
		b.adjoint.Elongation[m] = (above[m] - below) / (2 * scale)
	}
	return nil
}
