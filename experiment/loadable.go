package experiment

import "github.com/elastrain/elastrain/learn"

// Loadable is the rig as one that takes batches of any size there and back, to parameters and to inputs.
func (x *Experiment) Loadable() learn.Loadable {
	if x.Exact != nil {
		return learn.NewSuperposed(x.Exact)
	}
	return x.Rig.(learn.Loadable) // every rig of a body is one
}

// Constant is the load of an input that always hangs, whatever stands in the data, and whether input i (from 0) is one.
func (x *Experiment) Constant(i int) (amplitude float64, always bool) {
	if x.amounts == nil || !x.amounts[i].constant {
		return 0, false
	}
	return x.amounts[i].times, true
}
