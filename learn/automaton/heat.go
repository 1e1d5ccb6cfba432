package automaton

import "github.com/elastrain/elastrain/mechanics/thermal"

// heat is how far the lattice is from where it would rest: because it comes to rest slowly, and because it is warm. The motion is exact for
// the stiffness that the bonds had when the last bit was said.
type heat struct {
	of    *Life
	bath  *thermal.Bath
	u     []float64
	stirs bool
	was   []float64
}

func newHeat(l *Life) (*heat, error) {
	s, err := thermal.Of(l.eq.C, l.k)
	if err != nil {
		return nil, err
	}
	h := &heat{of: l, was: make([]float64, len(l.u)), u: make([]float64, len(l.u))}
	h.bath = thermal.NewBath(s, l.s.Heat, l.s.Relaxation*s.Softest(), l.random[heatStream])
	return h, nil
}

// turn goes by the stiffness that bonds have now.
func (h *heat) turn() error {
	if h == nil {
		return nil
	}
	s, err := thermal.Of(h.of.eq.C, h.of.k)
	if err == nil {
		h.bath.Change(s)
	}
	return err
}

// pass lets time pass.
func (h *heat) pass(t float64) {
	if h != nil && t > 0 {
		h.bath.Pass(t)
		h.stirs = true
	}
}

// deviation is the distance from where it would rest, nil where it is there; len N.
func (h *heat) deviation() []float64 {
	if h == nil {
		return nil
	}
	if h.stirs {
		h.bath.Displacements(h.u)
		h.stirs = false
	}
	return h.u
}

func (h *heat) before(u []float64) { copy(h.was, u) }

// after keeps the lattice where it was, now that it would rest elsewhere.
func (h *heat) after(u []float64) {
	for i, v := range u {
		h.was[i] -= v
	}
	h.bath.Push(h.was)
	h.stirs = true
}
