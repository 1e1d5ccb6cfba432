package session

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/learn/rule"
)

// Resumed says what a session found in its journal.
type Resumed struct {
	Steps    int // committed before
	Reusable int // phases of an unfinished step that may be used again
	Reused   int // of these, used
	Repeated int // of these, measured again: at another stiffness, or of another load
}

// Resumed says what of the journal was used; complete once a step is committed.
func (s *Session) Resumed() Resumed { return s.resumed }

// document describes the session for the start of its journal.
func (s *Session) document(card lab.Card) Start {
	spec, set := s.setup.Specimen, &s.setup
	d := Start{Plan: "in situ training", Info: set.Info, Card: card, Limits: set.Limits, Protocol: set.Protocol, Method: s.method.Name(),
		Loss: set.Loss.Name(), Samples: set.Batch.Len(), Elongate: set.Protocol.Elongated(), Dim: spec.Net.Dim, Nodes: spec.Net.Pos,
		Elements: make([][2]int, len(spec.Net.Elements))}
	for i := range spec.Net.Elements {
		d.Elements[i] = spec.Net.Elements[i].Nodes
	}
	if set.Rule != nil && set.Rule.Name() != (&rule.Backprop{}).Name() {
		d.Rule = set.Rule.Name()
	}
	if spec.Model != nil {
		d.Values = spec.Values()
	}
	for _, p := range spec.In {
		d.In = append(d.In, portDoc(p))
	}
	for _, p := range spec.Out {
		d.Out = append(d.Out, portDoc(p))
	}
	return d
}

// matches refuses a journal of another training.
func (s *Start) matches(now *Start) error {
	for _, c := range []struct {
		what      string
		was, here any
	}{
		{"the specification", s.Spec, now.Spec},
		{"the lattice", []any{s.Dim, s.Nodes, s.Elements}, []any{now.Dim, now.Nodes, now.Elements}},
		{"the ports", []any{s.In, s.Out}, []any{now.In, now.Out}},
		{"the loss", []any{s.Loss, s.Samples}, []any{now.Loss, now.Samples}},
		{"the method", s.Method, now.Method},
		{"the learning rule", s.Rule, now.Rule},
		{"the protocol", s.Protocol, now.Protocol},
		{"the calibration of the camera", s.Calibration, now.Calibration},
	} {
		if !reflect.DeepEqual(c.was, c.here) {
			return fmt.Errorf("the journal is of another session: %s was changed since; go on with what it was, or start a new journal", c.what)
		}
	}
	return nil
}

// begin writes the head of a new journal, or takes up an old one at its last
// commit. Limits may have changed: whoever resumes may narrow them.
func (s *Session) begin(card lab.Card) error {
	log, now := s.journal.log, s.document(card)
	if log.Start != nil {
		if err := log.Start.matches(&now); err != nil {
			return err
		}
		if log.Stop != nil && !s.setup.Reopen {
			return fmt.Errorf("the session of this journal has ended (%s: %s); give it more steps, or start a new journal", log.Stop.ExitStatus, log.Stop.Reason)
		}
	}
	s.unsure = log.Start != nil
	_, looks := s.setup.Rule.(learn.Changing)
	if err := s.journal.start(now, len(s.x), s.first != "", s.setup.Hang != nil, looks, searches(s.method)); err != nil {
		return err
	}
	again := log.Stop != nil
	if again {
		if err := s.interruption(resumes, "more steps"); err != nil {
			return err
		}
	}
	for _, f := range s.method.State() {
		s.fresh = append(s.fresh, optim.Field{Name: f.Name, Data: slices.Clone(f.Data)})
	}
	if err := s.rewind(); err != nil {
		return err
	}
	if len(log.Steps) > 0 {
		s.guard.Believe(s.atFirst(s.k))
	}
	if n := len(log.Phases); n > 0 && log.Phases[n-1].At != nil && log.Phases[n-1].Step == len(log.Steps) {
		s.guard.Believe(s.at(log.Phases[n-1].Ask))
	}
	s.resumed = Resumed{Steps: len(log.Steps)}
	for i := range s.pending {
		if s.pending[i].Used {
			s.resumed.Reusable++
		}
	}
	s.paused = (len(log.Phases) > 0 || len(log.Steps) > 0) && !again
	return nil
}

// rewind goes back to the last commit. What has been measured since then waits
// to be used again.
func (s *Session) rewind() error {
	log := s.journal.log
	s.has, s.pending = nil, nil
	for _, p := range log.Phases {
		if p.Step == len(log.Steps) {
			s.pending = append(s.pending, p)
		}
	}
	s.remember()
	if !s.past.known {
		s.pending = slices.DeleteFunc(s.pending, func(p PhaseEvent) bool { return !p.Used && !p.Fell })
	}
	if len(log.Steps) == 0 {
		var err error
		if s.x, s.k, err = s.start(); err != nil {
			return err
		}
		return s.method.Restore(s.fresh)
	}
	last := &log.Steps[len(log.Steps)-1]
	if len(last.X) != len(s.x) || len(last.Stiffness) != len(s.k) {
		return fmt.Errorf("the journal has %d variables and %d bonds, the experiment %d and %d", len(last.X), len(last.Stiffness), len(s.x), len(s.k))
	}
	s.x, s.k = slices.Clone(last.X), slices.Clone(last.Stiffness)
	return s.method.Restore(last.Optimiser)
}

// start is where a session begins: its variables, and what the bench has.
func (s *Session) start() (x, k []float64, err error) {
	x = make([]float64, len(s.x))
	for j, i := range s.setup.Design.Free {
		x[j] = s.setup.Design.Latent(j, s.setup.Design.Start[i])
	}
	if s.setup.Start != nil {
		return x, slices.Clone(s.setup.Start), nil
	}
	k, err = s.wanted(x, nil)
	return x, k, err
}

// reuse finds the answer to a phase among those of the unfinished step: the same
// part, under the same load, of a lattice that was asked for the same stiffness.
func (s *Session) reuse(ask measurement.Ask, share *Share) *PhaseEvent {
	if s.past.known {
		return s.next(ask, share)
	}
	for i := range s.pending {
		if p := s.pending[i]; s.answers(&p, ask, share) {
			s.pending = slices.Delete(s.pending, i, i+1)
			s.resumed.Reused++
			return &p
		}
	}
	return nil
}

func (s *Session) answers(p *PhaseEvent, ask measurement.Ask, share *Share) bool {
	return p.Share.same(share) && p.Part == ask.Part && p.Number == ask.Number && p.Turn == ask.Turn && slices.Equal(p.Record.Load, ask.Load) && slices.Equal(p.Record.Holds, ask.Holds) && slices.Equal(p.Stiffness, s.k) && slices.Equal(p.Set, ask.Set) && slices.Equal(p.At, ask.At)
}
