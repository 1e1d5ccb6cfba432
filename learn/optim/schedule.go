package optim

import (
	"fmt"
	"math"
)

// Schedule changes the rate of a first-order method from step to step: it rises in a straight line over the first WarmUp
// steps, and where Cosine is set falls as (1 + cos(pi t / Steps)) / 2 over the planned steps, to zero at their end and after it.
type Schedule struct {
	WarmUp int
	Cosine bool
	Steps  int // planned; only of Cosine
}

// Share is the part of the rate that step t takes, counted from 0.
func (s *Schedule) Share(t int) float64 {
	share := 1.0
	if t < s.WarmUp {
		share = float64(t+1) / float64(s.WarmUp+1)
	}
	switch {
	case !s.Cosine:
	case t >= s.Steps:
		return 0
	default:
		share *= (1 + math.Cos(math.Pi*float64(t)/float64(s.Steps))) / 2
	}
	return share
}

// Check refuses a schedule that leads nowhere.
func (s *Schedule) Check() error {
	switch {
	case s.WarmUp < 0:
		return fmt.Errorf("a warm-up of %d steps; take 0 or more", s.WarmUp)
	case s.Cosine && s.Steps < 1:
		return fmt.Errorf("a rate that falls to zero over %d steps; plan one at least", s.Steps)
	}
	return nil
}

// scheduled is the state of a schedule under way: steps done, then what it is, so that a saved state is not carried on under
// another one unseen.
type scheduled struct {
	Schedule
	state []float64 // t, WarmUp, Steps (0 where the rate does not fall); nil without a schedule
}

// Plan sets the schedule, before the first step.
func (s *scheduled) Plan(schedule Schedule) error {
	if err := schedule.Check(); err != nil {
		return err
	}
	s.Schedule = schedule
	s.state = []float64{0, float64(schedule.WarmUp), 0}
	if schedule.Cosine {
		s.state[2] = float64(schedule.Steps)
	}
	return nil
}

// next is the share of the rate that the coming step takes, which then counts as done.
func (s *scheduled) next() float64 {
	if s.state == nil {
		return 1
	}
	share := s.Share(int(s.state[0]))
	s.state[0]++
	return share
}

// with adds the state of the schedule to that of a method.
func (s *scheduled) with(fields ...Field) []Field {
	if s.state != nil {
		fields = append(fields, Field{"schedule", s.state})
	}
	return fields
}

// restoreScheduled is restore for a method with a schedule.
func (s *scheduled) restore(live, saved []Field) error {
	if n := len(saved) - 1; s.state != nil && n >= 0 && saved[n].Name == "schedule" && len(saved[n].Data) == 3 {
		if was := saved[n].Data; was[1] != s.state[1] || was[2] != s.state[2] {
			return fmt.Errorf("the saved optimiser follows a schedule of %g steps after %g of warm-up, and this one has %g after %g", was[2], was[1], s.state[2], s.state[1])
		}
	}
	return restore(live, saved)
}
