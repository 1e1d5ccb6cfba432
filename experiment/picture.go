package experiment

import "github.com/elastrain/elastrain/mechanics/element"

// place is the place of element i of the body among those of the network; ok is false where it is none of them, as an
// angle is.
func (s *Solid) place(i, bars int) (at int, ok bool) {
	el := &s.Body.Elements[i]
	switch {
	case el.Kind == element.Kind(element.Pair{}):
		return 0, false
	case el.Kind.Ends() == 1:
		return bars + el.Number - 1, true
	case el.Kind.Ends() == 2:
		return el.Number - 1, true
	}
	return 0, false
}

// bars is the number of bonds of the network, cut or not.
func (x *Experiment) bars() int { return len(x.Network.Elements) - len(x.Spec.Supports.Springs) }

// Clamped are the nodes (from 0) that neither move nor turn.
func (x *Experiment) Clamped() []int {
	if x.Solid == nil {
		return nil
	}
	return x.numbered(x.Spec.Supports.Clamped)
}

// Earthed are the nodes (from 0) at potential zero.
func (x *Experiment) Earthed() []int { return x.numbered(x.Spec.Supports.Earthed) }

// numbered are the nodes of numbers that people give.
func (x *Experiment) numbered(numbers []int) (nodes []int) {
	for _, number := range numbers {
		if node, ok := x.Network.FindNode(number); ok {
			nodes = append(nodes, node)
		}
	}
	return nodes
}
