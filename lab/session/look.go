package session

import (
	"context"
	"errors"
	"fmt"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
)

// Exam measures what the lattice does under its inputs as it is now. The phases go
// into the journal; a session that goes on uses them for its next step.
func (s *Session) Exam(ctx context.Context) (*measurement.Outputs, error) {
	var out *measurement.Outputs
	_, err := s.attend(ctx, func(ctx context.Context) (Result, error) {
		if err := s.prepare(ctx); err != nil {
			return s.result(), err
		}
		var err error
		for {
			s.phases = s.phases[:0]
			out, err = s.estimator().Outputs(func(ask measurement.Ask, zero []lab.Frame) (*measurement.Record, *measurement.Response, error) {
				return s.source(ctx, ask, zero)
			})
			if !lab.Fell(err) {
				break
			}
			if _, err := s.stepBack(ctx, err, true); err != nil { // no step follows that would find out how far it may go
				return s.result(), err
			}
		}
		if err == nil {
			// What was asked again from the journal must be there for the next step.
			err = s.rewind()
		}
		if err == nil {
			err = s.guard.Safe(ctx)
		}
		return s.result(), err
	})
	return out, err
}

// oldLook is the turn of the input phases of an exam in old journals, where the loss is of a whole set.
const oldLook = 2

// UnmeasuredError says that a journal does not have a phase that is asked for.
type UnmeasuredError struct {
	Step int // from 0
	Ask  measurement.Ask
}

func (e *UnmeasuredError) Error() string {
	return fmt.Sprintf("step %d of the journal has no phase of %s %d", e.Step+1, e.Ask.Part, e.Ask.Number+1)
}

// Looked are the outputs that were measured for a step of a journal (from 0), or
// after the last one by an exam.
func (l *Log) Looked(step int, e *measurement.Estimator) (*measurement.Outputs, error) {
	protocol := l.Start.Protocol
	again := &measurement.Estimator{Specimen: e.Specimen, Protocol: &protocol, Loss: e.Loss, Batch: e.Batch, Rule: e.Rule, Theta: l.stiffnessAt(step, e.Theta)}
	var used map[string]bool
	if step < len(l.Steps) {
		used = map[string]bool{}
		for _, uid := range l.Steps[step].Phases {
			used[uid] = true
		}
	}
	find := func(ask measurement.Ask, shot int) (*PhaseEvent, error) {
		for i := len(l.Phases) - 1; i >= 0; i-- { // the last look counts
			p := &l.Phases[i]
			if p.Step == step && p.Used && (used == nil || used[p.UID]) && p.Shot == shot && p.answers(ask) {
				return p, nil
			}
		}
		return nil, &UnmeasuredError{step, ask}
	}
	return again.Outputs(func(ask measurement.Ask, _ []lab.Frame) (*measurement.Record, *measurement.Response, error) {
		p, err := find(ask, 0)
		if err != nil {
			return nil, nil, err
		}
		return gather(e.Specimen, &protocol, p, func(shot int) (*PhaseEvent, error) { return find(ask, shot) })
	})
}

// answers reports whether a phase is the one that is asked for.
func (p *PhaseData) answers(ask measurement.Ask) bool {
	return p.At == nil && p.Part == ask.Part && p.Number == ask.Number && (p.Turn == ask.Turn || ask.Turn == 0 && p.Turn == oldLook)
}

// EndJournal writes the stop document of a journal whose session nobody runs; status
// is "success" or "abort". A journal that has ended stays as it is.
func EndJournal(fsys atomicfile.FS, path, status, reason string) error {
	j, err := openJournal(fsys, path, nil, nil)
	if err != nil {
		return err
	}
	if j.log.Start == nil {
		err = fmt.Errorf("%s has no start", path)
	} else {
		err = j.stop(status, reason)
	}
	return errors.Join(err, j.Close())
}
