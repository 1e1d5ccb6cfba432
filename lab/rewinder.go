package lab

import (
	"encoding/json"
	"fmt"
	"math"
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

// Towards is the way to a stiffness, in settings between which no bond changes by more than the limit at a time; k alone where it is one, or
// where nobody knows what the bench has.
func (g *Guard) Towards(limits Limits, k []float64) [][]float64 {
	pieces := 1
	for i, from := range g.k {
		if limit := limits.StiffnessStep; limit > 0 && len(g.k) == len(k) && !(math.Abs(k[i]-from) <= limit) {
			pieces = max(pieces, int(min(math.Ceil(math.Abs(k[i]-from)/limit*(1+1e-9)), mostPieces)))
		}
	}
	way := make([][]float64, pieces)
	for n := range way[:pieces-1] {
		way[n] = make([]float64, len(k))
		for i, from := range g.k {
			way[n][i] = from + (k[i]-from)*float64(n+1)/float64(pieces)
		}
	}
	way[pieces-1] = k
	return way
}

// mostPieces bounds what a wrong number asks for.
const mostPieces = 1e6

// Believe tells the guard what stiffness the bench has.
func (g *Guard) Believe(k []float64) { g.k = slices.Clone(k) }
