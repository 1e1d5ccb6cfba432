package lab

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Rewinder is a simulated Bench, which can be put back to where it was. What it
// measures after Restore is what it would have measured after State, to the last
// bit. Neither arms nor disarms it.
type Rewinder interface {
	State() (string, error)
	Restore(state string) error
}

// moment is a guarded simulated bench at one time.
type moment struct {
	Hung  bool          `json:"hung"` // and the last load came at
	Last  time.Duration `json:"last"`
	Clock time.Duration `json:"clock"`
	Bench string        `json:"bench"`
}

// state is the bench as it is, "" where it is real and cannot be put back.
func (g *Guard) state() (string, error) {
	bench, ok := g.inner.(Rewinder)
	if !ok {
		return "", nil
	}
	state, err := bench.State()
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(moment{Hung: g.hung, Last: g.lastBy, Clock: g.clock, Bench: state})
	return string(text), err
}

// restore puts the bench back, at which the bonds had the stiffness k (nil when
// nobody had set any).
func (g *Guard) restore(state string, k []float64) error {
	var m moment
	if err := json.Unmarshal([]byte(state), &m); err != nil {
		return fmt.Errorf("the state of the simulated bench in the journal: %w", err)
	}
	if err := g.inner.(Rewinder).Restore(m.Bench); err != nil {
		return err
	}
	g.hung, g.lastBy, g.clock = m.Hung, m.Last, m.Clock
	g.k, g.zero, g.bare = slices.Clone(k), nil, false
	return nil
}

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
	var m moment
	err := json.Unmarshal([]byte(state), &m)
	return m.Bench, err
}

// past is where a simulated bench stood when what waits to be used again was
// measured. Those phases are used in the order in which they were measured: the
// first that is asked for otherwise ends that, and the bench goes on from there,
// as that of a session that nobody killed would.
type past struct {
	known bool   // the bench can be put back, and the journal says where to
	due   bool   // it must be, before it is asked for anything
	state string // where to
	set   bool   // it had been given the stiffness of the session there
}

// remember finds out where the bench stood at the last commit.
func (s *Session) remember() {
	log := s.journal.log
	s.past = past{state: s.first}
	if n := len(log.Steps); n > 0 && s.guard.card.Stiffens {
		// A bench that does not stiffen holds a new specimen after each commit.
		s.past.state, s.past.set = log.Steps[n-1].Bench, true
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
		k = s.k
	}
	if err := s.guard.restore(s.past.state, k); err != nil {
		return err
	}
	s.measurer.looked, s.set = false, s.past.set
	return nil
}

// next is the phase to use again in a simulated session; nil if it is not the
// one that is asked for.
func (s *Session) next(ask Ask, share *Share) *PhaseEvent {
	at := slices.IndexFunc(s.pending, func(p PhaseEvent) bool { return p.Used })
	if at < 0 {
		at = len(s.pending) - 1 // tries that were rejected before the kill
	}
	if at < 0 || !s.answers(&s.pending[at], ask, share) {
		s.drop()
		return nil
	}
	found := s.pending[at]
	s.pending = s.pending[at+1:]
	s.past.state, s.past.set = found.Bench, s.guard.card.Stiffens
	if !found.Used {
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
