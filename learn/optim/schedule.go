package optim

import (
	"fmt"
	"math"
)

// Schedule changes the rate of a first-order method from step to step: it rises in a straight line over the first WarmUp
// steps, and is multiplied by what Fall says of step t, counted from 0.
type Schedule struct {
	WarmUp int
	Fall   Fall
	Steps  int     // of Cosine: planned
	Every  int     // steps, of Stairs and Exponential
	Factor float64 // of these and of Plateau
}

// Fall is how a rate falls.
type Fall uint8

const (
	Constant    Fall = iota // 1
	Cosine                  // (1 + cos(pi t/Steps)) / 2 over the planned steps, zero at their end and after it
	Stairs                  // Factor^floor(t/Every)
	Exponential             // Factor^(t/Every)
	Plateau                 // Factor^n, where n counts the calls of Lower
)

// Lowered is a Method whose rate falls when it is told to. It counts that in its state.
type Lowered interface {
	Method
	Lower()
}

// Share is the part of the rate that step t takes, counted from 0, after the rate was lowered so often.
func (s *Schedule) Share(t, lowered int) float64 {
	share := 1.0
	if t < s.WarmUp {
		share = float64(t+1) / float64(s.WarmUp+1)
	}
	switch s.Fall {
	case Cosine:
		if t >= s.Steps {
			return 0
		}
		share *= (1 + math.Cos(math.Pi*float64(t)/float64(s.Steps))) / 2
	case Stairs:
		share *= math.Pow(s.Factor, float64(t/s.Every))
	case Exponential:
		share *= math.Pow(s.Factor, float64(t)/float64(s.Every))
	case Plateau:
		share *= math.Pow(s.Factor, float64(lowered))
	}
	return share
}

// Check refuses a schedule that leads nowhere.
func (s *Schedule) Check() error {
	switch {
	case s.WarmUp < 0:
		return fmt.Errorf("a warm-up of %d steps; take 0 or more", s.WarmUp)
	case s.Fall == Cosine && s.Steps < 1:
		return fmt.Errorf("a rate that falls to zero over %d steps; plan one at least", s.Steps)
	case (s.Fall == Stairs || s.Fall == Exponential) && s.Every < 1:
		return fmt.Errorf("a rate that falls every %d steps; take 1 or more", s.Every)
	case s.Fall > Cosine && !(s.Factor > 0 && s.Factor < 1):
		return fmt.Errorf("a rate that falls to %g of itself; take more than 0 and less than 1", s.Factor)
	}
	return nil
}

// scheduled is the state of a schedule under way: steps done, then what it is, so that a saved state is not carried on under
// another one unseen.
type scheduled struct {
	Schedule
	// t, WarmUp and Steps (0 where the rate does not fall so); of the falls after Cosine also which it is, Every, Factor and how often the
	// rate was lowered; nil without a schedule.
	state []float64
}

// Plan sets the schedule, before the first step.
func (s *scheduled) Plan(schedule Schedule) error {
	if err := schedule.Check(); err != nil {
		return err
	}
	s.Schedule = schedule
	s.state = []float64{0, float64(schedule.WarmUp), 0}
	switch {
	case schedule.Fall == Cosine:
		s.state[2] = float64(schedule.Steps)
	case schedule.Fall > Cosine:
		s.state = append(s.state, float64(schedule.Fall), float64(schedule.Every), schedule.Factor, 0)
	}
	return nil
}

// Lower implements Lowered.
func (s *scheduled) Lower() {
	if s.Fall == Plateau {
		s.state[6]++
	}
}

// Lowerings is how often the rate was lowered.
func (s *scheduled) Lowerings() int {
	if s.Fall == Plateau {
		return int(s.state[6])
	}
	return 0
}

// next is the share of the rate that the coming step takes, which then counts as done.
func (s *scheduled) next() float64 {
	if s.state == nil {
		return 1
	}
	share := s.Share(int(s.state[0]), s.Lowerings())
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

// restore is restore for a method with a schedule.
func (s *scheduled) restore(live, saved []Field) error {
	if n := len(saved) - 1; s.state != nil && n >= 0 && saved[n].Name == "schedule" && len(saved[n].Data) == len(s.state) {
		was := saved[n].Data
		if was[1] != s.state[1] || was[2] != s.state[2] {
			return fmt.Errorf("the saved optimiser follows a schedule of %g steps after %g of warm-up, and this one has %g after %g", was[2], was[1], s.state[2], s.state[1])
		}
		for i := 3; i < len(was) && i < 6; i++ {
			if was[i] != s.state[i] {
				return fmt.Errorf("the saved optimiser follows another schedule (%g, %g, %g) than this one (%g, %g, %g)", was[3], was[4], was[5], s.state[3], s.state[4], s.state[5])
			}
		}
	}
	return restore(live, saved)
}
