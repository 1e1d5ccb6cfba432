package session

import (
	"context"
	"fmt"
	"slices"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/optim"
)

// A step can lead to a lattice that does not bear the loads: it finds no equilibrium, or goes out of reach. That is no fault of
// the bench but a step too far. The load counts, the step is committed as one that fell, and the session goes on from a place
// nearer to where the lattice was last measured whole.

// mostFalls is how often in a row a step is halved; then it is taken back wholly. A lattice that falls there too is another than
// it was, and the session ends with a fault.
const mostFalls = 6

// Falling is a method that takes note when its last step led to a lattice that fell. One that is no Falling goes on as it was
// before that step.
type Falling interface {
	optim.Method
	Fell()
}

// fallen is a lattice that fell.
type fallen struct {
	why   string // in the journal
	cause error  // what the guard said; nil where the journal alone knows
}

func (e *fallen) Error() string { return e.why }

// Unwrap returns the cause.
func (e *fallen) Unwrap() error {
	if e.cause == nil {
		return &lab.RefusedError{Verb: "Load", Cause: e.why, Fell: true}
	}
	return e.cause
}

// fall writes a load down under which the lattice fell.
func (s *Session) fall(ask measurement.Ask, cause error) error {
	if err := s.write(PhaseData{Record: measurement.Record{Load: ask.Load, Holds: ask.Holds}, Why: cause.Error(), Fell: true}); err != nil {
		return err
	}
	return &fallen{cause.Error(), cause}
}

// stood is the last step that was measured whole; -1 where there is none.
func (l *Log) stood() int {
	for i := len(l.Steps) - 1; i >= 0; i-- {
		if l.Steps[i].Fell == "" {
			return i
		}
	}
	return -1
}

// before is where a step (from 0) was measured: the variables, and the state of the method then. Before any it is home.
func (s *Session) before(step int) (x []float64, method []optim.Field, err error) {
	if step < 0 {
		x = make([]float64, len(s.x))
		for j, i := range s.setup.Design.Free {
			x[j] = s.setup.Design.Latent(j, s.setup.Home[i])
		}
		return x, s.fresh, nil
	}
	if step > 0 {
		last := &s.journal.log.Steps[step-1]
		return last.X, last.Optimiser, nil
	}
	x, _, err = s.start()
	return x, s.fresh, err
}

// stepBack commits a step that fell: half of the way back to where the lattice was last measured whole, or all of it.
func (s *Session) stepBack(ctx context.Context, cause error, wholly bool) (Result, error) {
	log := s.journal.log
	good := log.stood()
	falls := len(log.Steps) - 1 - good // in a row, before this one
	if good < 0 && s.setup.Home == nil || falls > mostFalls {
		return s.result(), cause
	}
	loss := 0.0
	if good >= 0 {
		loss = log.Steps[good].Loss
	}
	from, method, err := s.before(good)
	if err != nil {
		return s.result(), err
	}
	if err := s.rearm(ctx); err != nil {
		return s.result(), err
	}
	x := halfway(s.x, from, wholly || falls == mostFalls)
	k, err := s.wanted(x, s.k)
	if err != nil {
		return s.result(), err
	}
	if _, draws := s.setup.Rule.(learn.Stepping); slices.Equal(k, s.k) && !draws {
		return s.result(), fmt.Errorf("%w; and its bonds cannot go back to where it stood", cause)
	}
	moved := 0
	for j := range x {
		if x[j] != s.x[j] {
			moved++
		}
	}
	if f, ok := s.method.(Falling); ok {
		f.Fell()
	} else if err := s.method.Restore(method); err != nil {
		return s.result(), err
	}
	s.x = x
	return s.commit(ctx, StepData{Loss: loss, Moved: moved, Scale: 1, Fell: cause.Error()}, k, from)
}

// halfway is between two places, or wholly at the second.
func halfway(x, from []float64, wholly bool) []float64 {
	out := slices.Clone(from)
	if !wholly {
		for j := range out {
			out[j] = (x[j] + from[j]) / 2
		}
	}
	return out
}

// rearm makes a bench ready again that is safe after a fall.
func (s *Session) rearm(ctx context.Context) error {
	s.guard.Reset()
	return s.guard.Arm(ctx, s.setup.Limits)
}

// give gives the bench the stiffness k, or where it does not bear that less of the step from the variables at from (nil: all of
// it or nothing). It returns what it gave.
func (s *Session) give(ctx context.Context, k, from []float64, data *StepData) ([]float64, error) {
	for {
		err := s.stiffen(ctx, s.atFirst(k))
		if err == nil {
			return k, nil
		}
		halved := len(data.Shorter)
		if !lab.Fell(err) || from == nil || halved > mostFalls {
			return nil, err
		}
		data.Shorter = append(data.Shorter, err.Error())
		if err := s.rearm(ctx); err != nil {
			return nil, err
		}
		s.x = halfway(s.x, from, halved == mostFalls)
		if k, err = s.wanted(s.x, s.k); err != nil {
			return nil, err
		}
	}
}
