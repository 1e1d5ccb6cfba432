package statics

import (
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
)

// Port is one number that is put in or read: a force or displacement along a direction, a moment, a current, the
// stretch of a pair of nodes, a mean over a set, a strain. What is put in and what is read work on each other.
type Port []Term

// Term is a component at a node with its weight. Node -1 is a strain of the cell, and Part then its number.
type Term struct {
	Node   int
	Part   element.Part
	Weight float64
}

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
		if c := Column(s, t); c.Free() {
			f[c] += amplitude * t.Weight
		}
	}
}

// Read is what a port shows of a state.
func (p Port) Read(s *body.Space, u, g []float64) float64 {
	sum := 0.0
	for _, t := range p {
		c := Column(s, t)
		if c.Free() {
			sum += t.Weight * u[c]
		} else if i, ok := c.IsGiven(); ok {
			sum += t.Weight * g[i]
		}
	}
	return sum
}
