package optim

import (
	"math"
	"slices"
)

// Valued is a Problem that tells its value alone, for less than the slope costs.
type Valued interface {
	Problem
	Value(x []float64) (float64, error) // as Eval, without a derivative
}

// Measured is a Problem whose values are measured, each with some noise. A search looks at x anew in every step, so that a value
// that was read too low does not stay the least, and goes no further than one sweep or generation.
type Measured interface {
	Problem
	// Margin is by how much the value that was told last must be below that of x to be known to be less.
	Margin() float64
}

// valueOf is the value at a place; unused takes a slope that nobody wants (len Dim).
func valueOf(p Problem, x, unused []float64) (float64, error) {
	if v, ok := p.(Valued); ok {
		return v.Value(x)
	}
	return p.Eval(x, unused)
}

// PatternSearch is partial pattern search, as Lee et al. 2022 trained their lattice of 21 beams: one variable after the other is
// tried a step to one side and to the other, and stays where the loss is less. When none helps any more, steps are halved. It
// needs values alone, about two for each variable and sweep. Of a Measured problem a change stays where the loss is less by more than
// its margin, and the search ends where in a whole sweep no loss stood out.
type PatternSearch struct {
	step, at, value []float64 // of length 1; at: the next variable
	known           []float64 // 1: value is that of x
	failed          []float64 // of every variable 1: it has not helped since one did; 2: nor stood out of the noise
	unused, trial   []float64
}

// leastPattern is the step below which a search ends: nothing in matter is set more finely.
const leastPattern = 1e-9

// NewPatternSearch makes the method for n variables.
func NewPatternSearch(n int) *PatternSearch {
	one := func(v float64) []float64 { return []float64{v} }
	return &PatternSearch{step: one(0.25), at: one(0), value: one(0), known: one(0), failed: make([]float64, n), unused: make([]float64, n), trial: make([]float64, n)}
}

// Name implements Method.
func (*PatternSearch) Name() string { return "pattern-search" }

// Searches implements Searching.
func (*PatternSearch) Searches() {}

// EndsItself implements SelfEnding.
func (*PatternSearch) EndsItself() {}

// FullBatch implements Method.
func (*PatternSearch) FullBatch() bool { return true }

// State implements Method.
func (s *PatternSearch) State() []Field {
	return []Field{{"pattern step", s.step}, {"variable", s.at}, {"value", s.value}, {"known", s.known}, {"failed", s.failed}}
}

// Restore implements Method.
func (s *PatternSearch) Restore(saved []Field) error { return restore(s.State(), saved) }

// Step implements Method: it tries until something helps.
func (s *PatternSearch) Step(p Problem, x []float64) (Report, error) {
	noisy, measured := p.(Measured)
	if s.known[0] == 0 || measured {
		value, err := valueOf(p, x, s.unused)
		if err != nil {
			return Report{}, err
		}
		s.value[0], s.known[0] = value, 1
	}
	report := Report{Value: s.value[0]}
	if len(x) == 0 {
		report.Done, report.Why = true, "nothing learns"
		return report, nil
	}
	lo, hi := p.Box()
	for s.step[0] > leastPattern {
		i, mark := int(s.at[0]), 1.0
		if measured {
			mark = 2
		}
		for _, sign := range [2]float64{1, -1} {
			copy(s.trial, x)
			s.trial[i] += sign * s.step[0]
			clip(s.trial, lo, hi)
			if s.trial[i] == x[i] {
				continue
			}
			value, err := orWorst(valueOf(p, s.trial, s.unused))
			if err != nil {
				return report, err
			}
			margin := 0.0
			if measured {
				margin = noisy.Margin()
			}
			if !(math.Abs(value-s.value[0]) <= margin) {
				mark = 1
			}
			if value < s.value[0]-margin {
				s.value[0] = value
				clear(s.failed)
				s.at[0] = math.Mod(s.at[0]+1, float64(len(x)))
				copy(x, s.trial)
				return report, nil
			}
		}
		s.at[0] = math.Mod(s.at[0]+1, float64(len(x)))
		if s.failed[i] = mark; slices.Contains(s.failed, 0) {
			continue
		}
		if measured && !slices.Contains(s.failed, 1) {
			report.Done, report.Why = true, "no change of one variable stands out of the noise; take more repeats to learn more"
			return report, nil
		}
		s.step[0] /= 2
		if clear(s.failed); measured {
			return report, nil
		}
	}
	report.Done, report.Why = true, "no change of one variable by a billionth of its range improves the loss"
	return report, nil
}
