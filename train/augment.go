package train

import (
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Augment changes samples of a step at random. What it does to a sample depends on the seed, the epoch and the sample alone: not
// on the steps before, so that a training that was killed goes on with the same samples.
type Augment interface {
	// Sample sets to (len P) to what becomes of the input from, of that sample in that epoch.
	Sample(seed, epoch uint64, sample int, from, to []float64)
}

// augmented is the batch of rows of the training part, changed.
func (t *Trainer) augmented(rows []int32) learn.Batch {
	full, s := t.Plan.Train, &t.changed
	s.N, s.P, s.Q, s.Signed = len(rows), full.P, full.Q, full.Signed
	s.F, s.Want, s.Class = s.F[:0], s.Want[:0], s.Class[:0]
	if n := len(rows) * full.P; cap(s.F) < n {
		s.F = make([]float64, 0, n)
	}
	for _, row := range rows {
		at := len(s.F)
		s.F = s.F[:at+full.P]
		t.Plan.Augment.Sample(t.Plan.Seed, uint64(t.Epoch), int(row), full.Force(int(row)), s.F[at:])
		goal := full.Goal(int(row))
		if full.Want != nil {
			s.Want = append(s.Want, goal.Want...)
		}
		if full.Class != nil {
			s.Class = append(s.Class, full.Class[row])
		}
	}
	if full.Want == nil {
		s.Want = nil
	}
	if full.Class == nil {
		s.Class = nil
	}
	return learn.Batch{Set: s}
}

// Part is some rows of a set, as a set of its own.
func Part(set *task.Set, rows []int32) *task.Set {
	p := &task.Set{N: len(rows), P: set.P, Q: set.Q, Signed: set.Signed, F: make([]float64, 0, len(rows)*set.P)}
	for _, row := range rows {
		goal := set.Goal(int(row))
		p.F = append(p.F, set.Force(int(row))...)
		if set.Want != nil {
			p.Want = append(p.Want, goal.Want...)
		}
		if set.Class != nil {
			p.Class = append(p.Class, set.Class[row])
		}
	}
	return p
}

// Spread is n rows of a set, evenly spread over it: a fixed part that can be scored after every epoch.
func Spread(set *task.Set, n int) *task.Set {
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i * set.N / n)
	}
	return Part(set, rows)
}
