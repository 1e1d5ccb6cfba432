package body

import "github.com/elastrain/elastrain/mechanics/element"

// Reaction is the force that a support, or a given displacement, exerts on the body.
type Reaction struct {
	Node  int
	Part  element.Part
	Force float64 // N, N m or A
}

// Reactions are those of a state, node by node: what the elements pull at every component that is held or given. Loads
// that fall on supports are not among them.
func (b *Body) Reactions(s *State, finite bool, theta []float64) []Reaction {
	return b.ReactionsUnder(s, finite, theta, nil)
}

// ReactionsUnder is Reactions where moving is small and elements pull as built.
func (b *Body) ReactionsUnder(s *State, finite bool, theta []float64, stress *Stress) (list []Reaction) {
	w := b.NewWork()
	now := b.NewState()
	now.Copy(s)
	b.Stand(w, now, finite)
	b.Resist(w, theta, now)
	parts := len(b.Space.Parts)
	sum := make([]float64, len(b.Space.At))
	slot := [element.Parts]int{}
	for i, part := range b.Space.Parts {
		slot[part] = i
	}
	for i := range b.Elements {
		el, run := &b.Elements[i], &b.Runs[b.run[i]]
		t, c := now.T[b.ModeOf(i):][:run.Modes], w.rows(i)
		kinds := el.Kind.Parts(b.Space.Dim)
		for p := range run.Local {
			for m, v := range t {
				sum[el.Nodes[p/len(kinds)]*parts+slot[kinds[p%len(kinds)]]] += c[m*run.Local+p] * v
			}
		}
	}
	if stress != nil {
		stress.each(b, w, func(i, n int, h []float64) {
			el, local := &b.Elements[i], w.f[:n]
			clear(local)
			addProduct(h, b.read(i, now.U, now.G, w.u), local)
			kinds := el.Kind.Parts(b.Space.Dim)
			for p, v := range local {
				sum[el.Nodes[p/len(kinds)]*parts+slot[kinds[p%len(kinds)]]] += v
			}
		})
	}
	for i, c := range b.Space.At {
		if _, given := c.IsGiven(); c == Held || given {
			list = append(list, Reaction{Node: i / parts, Part: b.Space.Parts[i%parts], Force: sum[i]})
		}
	}
	return list
}

// GivenForces are what the elements put up against each given value (len G): what tells it its value, loads that fall on it
// included. Given readings are among them. stress may be nil.
func (b *Body) GivenForces(s *State, finite bool, theta []float64, stress *Stress) []float64 {
	w, now := b.NewWork(), b.NewState()
	now.Copy(s)
	b.Stand(w, now, finite)
	b.Resist(w, theta, now)
	free, given := make([]float64, b.Space.N), make([]float64, b.Space.G)
	b.Forces(w, now.T, 1, free, given)
	if stress != nil {
		stress.Forces(b, w, now, 1, free, given)
	}
	return given
}
