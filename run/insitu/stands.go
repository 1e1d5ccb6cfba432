package insitu

import (
	"math"

	"github.com/elastrain/elastrain/mechanics/statics"
)

// reserve is how much weaker every part of a lattice may be made than it is asked for: by scatter and by errors of a drive.
const reserve = 0.05

// stands is how a session sees that a step leaves the lattice standing, nil where every lattice of the ranges does: where no
// parameter can be below zero. It asks the model of the experiment with every parameter less by a share, those below zero more so.
func (l *Lab) stands() (func(k []float64) bool, error) {
	x := l.Experiment
	signed := false
	for _, i := range x.Design.Free {
		signed = signed || x.Solid != nil && x.Design.Lo[i] < 0 && x.Solid.Params[i].Name == "drive"
	}
	if !signed {
		return nil, nil
	}
	q, err := fresh(x, x.Finite())
	if err != nil {
		return nil, err
	}
	weak, none, state := make([]float64, len(l.Start)), &statics.Load{F: make([]float64, x.Solid.Body.Space.N)}, x.Solid.Body.NewState()
	return func(k []float64) bool {
		for i, v := range k {
			weak[i] = v
			if x.Solid.Params[i].Name != "rest" {
				weak[i] -= reserve * math.Abs(v)
			}
		}
		if q.Set(weak) != nil {
			return false
		}
		_, err := q.Rest(none, state)
		return err == nil
	}, nil
}
