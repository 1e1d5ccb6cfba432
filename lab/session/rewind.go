package session

import (
	"slices"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
)

// Last is the state of the simulated bench when the last document of a journal was written,
// for Rewinder.Restore; "" where none is known.
func (l *Log) Last() (string, error) {
	state := ""
	if n := len(l.Steps); n > 0 {
		state = l.Steps[n-1].Bench
	}
	if n := len(l.Phases); n > 0 && l.Phases[n-1].Step == len(l.Steps) {
		state = l.Phases[n-1].Bench
	}
	if state == "" {
		return "", nil
	}
	return lab.Inside(state)
}

// past is where a simulated bench stood when what waits to be used again was
// measured. Those phases are used in the order in which they were measured: the
// first that is asked for otherwise ends that, and the bench goes on from there,
// as that of a session that nobody killed would.
type past struct {
	known bool             // the bench can be put back, and the journal says where to
	due   bool             // it must be, before it is asked for anything
	state string           // where to
	set   bool             // it had been given a stiffness by the session there
	at    func() []float64 // which
}

// remember finds out where the bench stood at the last commit.
func (s *Session) remember() {
	log := s.journal.log
	s.past = past{state: s.first}
	if n := len(log.Steps); n > 0 && s.guard.Card().Stiffens {
		// A bench that does not stiffen holds a new specimen after each commit.
		s.past.state, s.past.set, s.past.at = log.Steps[n-1].Bench, true, func() []float64 { return s.atFirst(s.k) }
	}
	s.past.known = s.past.state != ""
	for i := range s.pending {
		s.past.known = s.past.known && s.pending[i].Bench != ""
	}
	s.past.due = s.past.known
}

// standBack puts the bench where it stood when the last phase that was used
// again had been measured.
func (s *Session) standBack() error {
	if !s.past.due {
		return nil
	}
	s.past.due = false
	s.drop()
	var k []float64
	if s.past.set {
		k = s.past.at()
	}
	if err := s.guard.Restore(s.past.state, k); err != nil {
		return err
	}
	s.measurer.Forget()
	s.has = slices.Clone(k)
	return nil
}

// next is the phase to use again in a simulated session; nil if it is not the
// one that is asked for.
func (s *Session) next(ask measurement.Ask, share *Share) *PhaseEvent {
	at := slices.IndexFunc(s.pending, func(p PhaseEvent) bool { return p.Used || p.Fell })
	if at < 0 {
		at = len(s.pending) - 1 // tries that were rejected before the kill
	}
	if at < 0 || !s.answers(&s.pending[at], ask, share) {
		s.drop()
		return nil
	}
	found := s.pending[at]
	s.pending = s.pending[at+1:]
	s.past.state, s.past.set = found.Bench, s.guard.Card().Stiffens
	s.past.at = func() []float64 { return s.at(found.Ask) }
	if !found.Used && !found.Fell {
		return nil
	}
	s.resumed.Reused++
	return &found
}

// drop gives up what is left to be used again.
func (s *Session) drop() {
	for i := range s.pending {
		if s.pending[i].Used {
			s.resumed.Repeated++
		}
	}
	s.pending = nil
}
