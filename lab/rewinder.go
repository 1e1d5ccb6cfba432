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

// State is the bench as it is, "" where it is real and cannot be put back.
func (g *Guard) State() (string, error) {
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

// Restore puts the bench back, at which the bonds had the stiffness k (nil when
// nobody had set any).
func (g *Guard) Restore(state string, k []float64) error {
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

// Inside is the state of the bench itself in one of a Guard.
func Inside(state string) (string, error) {
	var m moment
	err := json.Unmarshal([]byte(state), &m)
	return m.Bench, err
}

// Card is what the bench said of itself, once it has been asked.
func (g *Guard) Card() Card { return g.card }

// Believe tells the guard what stiffness the bench has.
func (g *Guard) Believe(k []float64) { g.k = slices.Clone(k) }
