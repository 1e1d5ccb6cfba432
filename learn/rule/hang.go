package rule

import (
	"errors"
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// ErrNotLinear refuses a rig on which the error of the outputs cannot be hung.
var ErrNotLinear = errors.New("in situ backpropagation hangs the error of the outputs as a load, and this rig neither obeys superposition nor tells what small loads add to its state: " +
	"give it the method Superposes or About, set Backprop.Nudge to a small force in N, or measure by finite differences")

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
