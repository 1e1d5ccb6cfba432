package hang

import (
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// Model is how a lattice answers small loads, which is in proportion.
type Model interface {
	// Size is its nodes and the dimensions of space.
	Size() (nodes, dim int)
	// Answer is what a load does.
	Answer(load []lab.Force) (Answer, error)
	// Spread is the variance of every deformation where each coordinate of every marker has a variance of one.
	Spread() []float64
}

// Answer is what a load does to a lattice.
type Answer struct {
	U []float64 // displacement of every node, m; len nodes*dim, node-major, 0 where held
	// E is the deformations whose products with those of another load are the gradient: elongations of bars, and of a
	// body its modes, scaled so that all products have one unit.
	E       []float64
	Stretch []float64 // change of the length of every bond, m
}

// bars is the model of a lattice of linear springs.
type bars struct {
	net *network.Network
	eq  *mechanics.Equilibrium // with its stiffness set
}

// Size implements Model.
func (b bars) Size() (nodes, dim int) { return len(b.eq.C.Unknown) / b.eq.C.Dim, b.eq.C.Dim }

// Answer implements Model.
func (b bars) Answer(load []lab.Force) (Answer, error) {
	c := b.eq.C
	u := make([]float64, c.N)
	for _, l := range load {
		for axis := range c.Dim {
			if unknown := c.Unknown[l.Node*c.Dim+axis]; unknown >= 0 {
				u[unknown] += l.F[axis]
			}
		}
	}
	err := b.eq.Displace(u)
	a := Answer{U: make([]float64, len(c.Unknown)), E: make([]float64, c.M)}
	for i, unknown := range c.Unknown {
		if unknown >= 0 {
			a.U[i] = u[unknown]
		}
	}
	c.Elongations(a.E, u, 1)
	a.Stretch = a.E
	return a, err
}

// Spread implements Model: an elongation is seen from the markers at its ends.
func (b bars) Spread() []float64 {
	c := b.eq.C
	spread := make([]float64, c.M)
	for i, el := range b.net.Elements {
		for m := c.Mode[i]; m < c.Mode[i+1]; m++ {
			switch {
			case el.Cut:
			case el.Kind == network.Ground:
				spread[m] = 1
			default:
				spread[m] = 2
			}
		}
	}
	return spread
}
