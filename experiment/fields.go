package experiment

import (
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/task"
)

// Fields are the two states of in situ backpropagation under one sample, and the derivatives that they give.
type Fields struct {
	Loss, MeanLoss float64 // of the sample; of all training samples

	U, AdjointU           []float64  // displacement of every node and axis under the input, and under the error of the outputs
	Strain, AdjointStrain [3]float64 // of a periodic cell under each: exx, eyy, gxy

	Forward, Adjoint []float64 // deformation of every mode under each: m, and m for each unit of the adjoint load
	Gradient         []float64 // derivative of the sample's loss by every parameter
	Mean             []float64 // of the mean loss of all training samples
}

// Fields runs the two steps of in situ backpropagation on sample i (from 0) of a set, and the rule on all of the training part, at the
// parameters set last.
func (x *Experiment) Fields(set *task.Set, i int) (*Fields, error) {
	f := &Fields{Mean: make([]float64, x.Parameters()), Gradient: make([]float64, x.Parameters())}
	var err error
	backprop := &rule.Backprop{}
	if f.MeanLoss, err = backprop.Gradient(x.Rig, x.Loss, learn.Batch{Set: x.Train}, f.Mean); err != nil {
		return nil, err
	}
	if x.Solid != nil {
		return f, x.solidFields(f, set, i)
	}
	forward := learn.Measurement{Out: make([]float64, set.Q), Elongation: make([]float64, x.Rig.Modes())}
	adjoint := learn.Measurement{Out: make([]float64, set.Q), Elongation: make([]float64, x.Rig.Modes())}
	if err := x.Rig.Apply(set.Force(i), nil, &forward); err != nil {
		return nil, err
	}
	f.U = x.displacements()
	slope, err := x.slope(f, set, i, forward.Out)
	if err != nil {
		return nil, err
	}
	if !learn.AllFinite(f.Mean) || !learn.AllFinite(forward.Elongation) {
		return nil, &learn.NotFiniteError{What: "the loss, or its derivative,"}
	}
	for o := range slope {
		slope[o] = -slope[o]
	}
	if err := x.Rig.Apply(nil, slope, &adjoint); err != nil {
		return nil, err
	}
	f.AdjointU, f.Forward, f.Adjoint = x.displacements(), forward.Elongation, adjoint.Elongation
	for i, e := range f.Forward {
		f.Gradient[i] = e * f.Adjoint[i]
	}
	return f, nil
}

// slope is dL/du of a sample at its outputs u, logits where there is a reading. A loss of the whole set is differentiated with all
// samples in place; the slope is then this sample's share of it.
func (x *Experiment) slope(f *Fields, set *task.Set, i int, u []float64) (slope []float64, err error) {
	slope = make([]float64, set.Q)
	if single, ok := x.Loss.(task.SampleLoss); ok {
		f.Loss = single.Eval(u, set.Goal(i), slope)
	} else {
		all, err := Outputs(x.Rig, set)
		if err != nil {
			return nil, err
		}
		slopes := make([]float64, len(all))
		f.Loss = task.Total(x.Loss, set, nil, all, slopes) / float64(set.N)
		copy(slope, slopes[i*set.Q:])
	}
	if !learn.AllFinite([]float64{f.Loss, f.MeanLoss}) || !learn.AllFinite(slope) {
		return nil, &learn.NotFiniteError{What: "the loss, or its derivative,"}
	}
	return slope, nil
}

// solidFields are the fields of a body: what the error adds to the state under the input, at its tangent.
func (x *Experiment) solidFields(f *Fields, set *task.Set, i int) error {
	var err error
	if f.Loss, err = (&rule.Backprop{}).Gradient(x.Rig, x.Loss, learn.Batch{Set: set, Rows: []int32{int32(i)}}, f.Gradient); err != nil {
		return err
	}
	s := x.Solid
	b := s.Body
	state, adjoint := b.NewState(), b.NewState()
	if _, err := s.Rig.Rest(set.Force(i), state); err != nil {
		return err
	}
	u := make([]float64, len(s.Rig.Out))
	for o := range u {
		u[o] = s.Rig.Read(o, state)
	}
	answers := u
	if x.Reading != nil {
		answers = make([]float64, set.Q)
		x.Reading.Logits(u, answers)
	}
	loss := f.Loss
	slope, err := x.slope(f, set, i, answers)
	if err != nil {
		return err
	}
	f.Loss = loss
	if x.Reading != nil {
		x.Reading.Slopes(slope, u)
		slope = u
	}
	if err := s.Rig.Adjoint(set.Force(i), state, slope, adjoint); err != nil {
		return err
	}
	f.Forward, f.Adjoint, f.Strain, f.AdjointStrain = state.E, adjoint.E, s.strain(state), s.strain(adjoint)
	dim := b.Space.Dim
	for node := range len(b.Pos) / dim {
		for axis := range dim {
			f.U = append(f.U, b.Value(state, node, element.Part(axis)))
			f.AdjointU = append(f.AdjointU, b.Value(adjoint, node, element.Part(axis)))
		}
	}
	if !learn.AllFinite(f.Mean) || !learn.AllFinite(f.Gradient) || !learn.AllFinite(f.Forward) || !learn.AllFinite(f.Adjoint) {
		return &learn.NotFiniteError{What: "the loss, or its derivative,"}
	}
	return nil
}
