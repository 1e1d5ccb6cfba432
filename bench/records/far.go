package records

import (
	"errors"
	"math"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/task"
)

// Far is what is left of a frame that learned by linear theory where it is read as far as it moves.
type Far struct {
	Samples     int     // of the part that is scored
	Linear      float64 // accuracy by linear theory
	Untared     float64 // at finite deformation, with the tares of linear theory
	Tared       float64 // with tares taken anew
	Tares       int     // training samples by which they are
	Least, Most float64 // of these: what readings are more than by linear theory, as a share
}

// Judge answers the samples of a set at finite deformation, from the parameters theta of an experiment whose outputs are read with tares.
func Judge(x *experiment.Experiment, theta []float64, set *task.Set, tares int) (*Far, error) {
	if x.Solid == nil || x.Reading == nil || !x.Solid.Eq.Linear() {
		return nil, errors.New("this is for frames that are read class by class, and moved little while they learned")
	}
	if set.N == 0 || set.Class == nil {
		return nil, errors.New("there are no classes to tell in this part of the data")
	}
	first, q := x.Solid.Body.P, len(x.Out)
	whole := learn.NewStatics(statics.New(x.Solid.Body, true), x.Solid.Rig.In, x.Solid.Rig.Out)
	if err := whole.SetStiffness(theta[:first]); err != nil {
		return nil, err
	}
	near, far := learn.Measurement{Out: make([]float64, q)}, learn.Measurement{Out: make([]float64, q)}
	read := func(in []float64) error {
		return errors.Join(x.Reading.Inner().Apply(in, nil, &near), whole.Apply(in, nil, &far))
	}
	f := &Far{Samples: set.N, Tares: min(tares, x.Train.N), Least: math.Inf(1), Most: math.Inf(-1)}
	linear := make([]float64, q) // tares
	copy(linear, theta[first+1+q:])
	anew := append([]float64(nil), linear...)
	for i := range f.Tares {
		if err := read(x.Train.Force(i * x.Train.N / f.Tares)); err != nil {
			return nil, err
		}
		for c, v := range far.Out {
			anew[c] += (v - near.Out[c]) / float64(f.Tares)
			f.Least, f.Most = min(f.Least, v/near.Out[c]-1), max(f.Most, v/near.Out[c]-1)
		}
	}
	logits := make([]float64, q)
	share := func(sample int, y, tare []float64) float64 {
		for c := range logits {
			logits[c] = theta[first]*theta[first+1+2*q+c]*(y[c]-tare[c]) + theta[first+1+c]
		}
		goal := set.Goal(sample)
		if goal.Right(logits) {
			return 1 / float64(set.N)
		}
		return 0
	}
	for i := range set.N {
		if err := read(set.Force(i)); err != nil {
			return nil, err
		}
		f.Linear += share(i, near.Out, linear)
		f.Untared += share(i, far.Out, linear)
		f.Tared += share(i, far.Out, anew)
	}
	return f, nil
}
