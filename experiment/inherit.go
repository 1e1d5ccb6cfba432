package experiment

import (
	"fmt"

	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
)

// CanCut says why bonds of a network cannot be cut one by one, and the keys by which it can have fewer; "" where they can.
func (x *Experiment) CanCut() (what, way string) {
	switch {
	case x.Spec.Hubs != nil:
		return "a network of hubs, whose springs have no numbers in its file that could be cut", "`hubs.number=...`, `hubs.branches=...` or `hubs.links=...`"
	case x.Spec.Comb != nil:
		return "a comb, whose leaves have no numbers in its file that could be cut", "`comb.tile=...` or `comb.stride=...`"
	}
	return "", ""
}

// Inherit are the parameters of a trained network k, made by the experiment from, in the order of this one, which has
// the same network with more bonds cut: what is no longer there is left out, and an angle that is new starts as the file
// says.
func (x *Experiment) Inherit(from *Experiment, k []float64) []float64 {
	if x.Solid == nil || from.Solid == nil || len(k) != from.Parameters() {
		return k // a lattice of springs keeps the places of its cut bonds; StartFrom refuses the rest
	}
	old, now := from.Solid.Body, x.Solid.Body
	// Bonds keep their numbers when others are cut, angles the nodes that they join.
	key := func(s *Solid, i int) string {
		el := &s.Body.Elements[i]
		if el.Kind.Ends() == 3 {
			return fmt.Sprint(el.Nodes)
		}
		return s.Number(i)
	}
	had := make(map[string]int, len(old.Elements))
	after := 0 // where what belongs to no element begins, such as places of nodes
	for i := range old.Elements {
		had[key(from.Solid, i)] = i
		after += len(old.Elements[i].Theta)
	}
	start := make([]float64, x.Parameters())
	x.Design.Init(start)
	rest := 0
	for i := range now.Elements {
		n := len(now.Elements[i].Theta)
		rest += n
		if j, ok := had[key(x.Solid, i)]; ok && len(old.Elements[j].Theta) == n {
			copy(start[now.ThetaOf(i):][:n], k[old.ThetaOf(j):][:n])
		}
	}
	if len(k)-after == len(start)-rest {
		copy(start[rest:], k[after:])
	}
	return start
}

// Handed are parameters k of this trained network as an experiment of the same network with the task of another file takes
// them. Electronics belong to the task: they are handed on where both read the same data. A lattice of springs whose next task
// reads it, or sets its stiffnesses, becomes a body, whose parameters may be widths; and the other way round.
func (x *Experiment) Handed(k []float64, to *spec.Spec) []float64 {
	next := &builder{Experiment: Experiment{Spec: to}}
	was, becomes := x.Solid != nil, next.isSolid()
	if was && x.Reading != nil && (to.Task.Reading == nil || to.Task.Data != x.Spec.Task.Data) {
		k = k[:x.Solid.Body.P]
	}
	if was == becomes || was && len(k) != x.Solid.Body.P {
		return k
	}
	b := builder{Experiment: *x}
	worth := func(bond int) float64 { // of a width
		if x.Spec.Bonds.Width.IsSet() && x.Network.Elements[bond].Kind == network.Bar {
			return b.gainOf(bond)
		}
		return 1
	}
	var list []float64
	if becomes {
		for i := range x.Network.Elements {
			if !x.Network.Elements[i].Cut {
				list = append(list, k[i]/worth(i))
			}
		}
		return list
	}
	list = make([]float64, len(x.Network.Elements))
	for i := range x.Solid.Body.Elements {
		if at, ok := x.Solid.place(i, x.bars()); ok {
			list[at] = k[x.Solid.Body.ThetaOf(i)] * worth(at)
		}
	}
	return list
}
