package learn

import (
	"slices"

	"github.com/elastrain/elastrain/task"
)

// found says of what the states of a Statics are: of all samples of a set, at some parameters.
type found struct {
	set      *task.Set // nil: of nothing that is known
	revision uint64    // of the parameters
	steps    int
	finite   bool
	force    []float64 // of all samples, as they were
}

func (f *found) forget() { f.set = nil }

// note says that the states are those of a whole set now.
func (f *found) note(r *Statics, set *task.Set) {
	f.set, f.revision, f.steps, f.finite = set, r.Eq.Revision(), r.Eq.Steps, r.Eq.Finite
	f.force = append(f.force[:0], set.F...)
}

// knows reports whether the states are those of a batch.
func (f *found) knows(r *Statics, batch *Batch) bool {
	return f.set != nil && f.set == batch.Set && batch.Rows == nil && f.revision == r.Eq.Revision() &&
		f.steps == r.Eq.Steps && f.finite == r.Eq.Finite && slices.Equal(f.force, batch.Set.F)
}
