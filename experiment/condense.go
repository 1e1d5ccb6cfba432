package experiment

import (
	"slices"

	"github.com/elastrain/elastrain/learn/condense"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// condense lets batches go through a body whose parts are condensed, where inputs set parts of it.
func (b *builder) condense() {
	if !slices.ContainsFunc(b.In, func(p network.Port) bool { return p.Part == network.Value }) {
		return
	}
	rig, err := condense.New(b.Solid.Rig)
	if err != nil {
		b.Why += "; a sample at a time, as parts that inputs set cannot be condensed: " + err.Error()
		return
	}
	if b.options.Threads > 0 {
		rig.SetThreads(b.options.Threads)
	}
	b.Why += "; " + rig.Describe()
	most := b.batch() // samples in a step, or those that are scored
	for _, set := range []*task.Set{b.Train, b.Valid, b.Test} {
		if set != nil {
			most = max(most, set.N)
		}
	}
	b.Memory.insert("samples whose inputs set stiffnesses", rig.Bytes(most))
	if b.admit(b.Memory, "about") {
		b.Rig = rig
	}
}

// mostLost is the share of a solution that a condensed body may lose to rounding.
const mostLost = 1e-10

// uncondense goes back to a sample at a time where the first state loses digits: those are found again by what is left over at each
// element.
func (b *builder) uncondense(lost float64) {
	if _, ok := b.Rig.(*condense.Rig); ok && !(lost <= mostLost) {
		b.Rig, b.Why = b.Solid.Rig, "the only one for elements of all kinds; a sample at a time, as stiffnesses are so far apart that digits are lost and found again"
	}
}
