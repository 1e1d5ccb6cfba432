package statics

import "github.com/elastrain/elastrain/mechanics/body"

// Port is one number that is put in or read: a force or displacement along a direction, a moment, a current, the
// stretch of a pair of nodes, a mean over a set, a strain. What is put in and what is read work on each other.
type Port []Term

// Term is a component at a node with its weight.
type Term = body.Term

// Column of a term.
func Column(s *body.Space, t Term) body.Column {
	if t.Node < 0 {
		return s.Strain[t.Part]
	}
	return s.Column(t.Node, t.Part)
}

// Put adds the load of an amplitude at a port to f (len N). What falls on a support it takes.
func (p Port) Put(s *body.Space, amplitude float64, f []float64) {
	for _, t := range p {
		for c, by := range s.Shares(Column(s, t)) {
			if c.Free() {
				f[c] += amplitude * t.Weight * by
			}
		}
	}
}

// PutGiven adds what the load of an amplitude puts on given values to g (len G).
func (p Port) PutGiven(s *body.Space, amplitude float64, g []float64) {
	for _, t := range p {
		for c, by := range s.Shares(Column(s, t)) {
			if i, ok := c.IsGiven(); ok {
				g[i] += amplitude * t.Weight * by
			}
		}
	}
}

// Read is what a port shows of a state.
func (p Port) Read(s *body.Space, u, g []float64) float64 {
	sum := 0.0
	for _, t := range p {
		for c, by := range s.Shares(Column(s, t)) {
			if c.Free() {
				sum += t.Weight * by * u[c]
			} else if i, ok := c.IsGiven(); ok {
				sum += t.Weight * by * g[i]
			}
		}
	}
	return sum
}

// Moves reports whether a port has anything to push or read: an unknown or a given value.
func (p Port) Moves(s *body.Space) bool {
	for _, t := range p {
		for range s.Shares(Column(s, t)) {
			return true
		}
	}
	return false
}
