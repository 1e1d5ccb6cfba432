package prune

import (
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/network"
)

// Fit says why bonds cannot be taken out of the network of an experiment, nil where they can; the words after a semicolon are the way out.
func Fit(x *experiment.Experiment) error {
	switch s := x.Solid; {
	case x.Spec.Hubs != nil || x.Spec.Comb != nil:
		return fmt.Errorf("this network has no list of bonds that could be cut; hubs and combs are made smaller by their keys")
	case x.Reading != nil || slices.ContainsFunc(x.In, func(p network.Port) bool { return p.Part == network.Value }):
		return fmt.Errorf("bonds are taken out where inputs are loads and outputs are read as they are; leave `reading` and inputs that set stiffnesses out")
	case s != nil && len(x.Network.Elements) == len(x.Spec.Supports.Springs):
		return fmt.Errorf("this network has no bonds that could be cut; its elements are listed by their nodes")
	}
	return nil
}

// springs reports whether a body is bars and springs to ground with one parameter each that move little.
func springs(s *experiment.Solid) bool {
	if s.Eq.Finite || len(s.Body.Moves) > 0 {
		return false
	}
	for i := range s.Body.Elements {
		el := &s.Body.Elements[i]
		_, linear := el.Law.(law.Linear)
		if name := el.Kind.Name(); !linear || len(el.Theta) != 1 || name != "bar" && name != "ground" {
			return false
		}
	}
	return true
}

// stiffness of every element of the network, N/m, of parameters theta of an experiment that fits. What is cut has 1.
func stiffness(x *experiment.Experiment, theta []float64) []float64 {
	if x.Solid == nil {
		return slices.Clone(theta)
	}
	k := make([]float64, len(x.Network.Elements))
	for i := range k {
		k[i] = 1
	}
	for i := range x.Solid.Body.Elements {
		el := &x.Solid.Body.Elements[i]
		at := el.Number - 1
		if el.Kind.Ends() == 1 {
			at += len(k) - len(x.Spec.Supports.Springs)
		}
		size := 1.0
		if el.Kind.Ends() == 2 {
			size = length(x.Network, &x.Network.Elements[at])
		}
		w := make([]float64, 1)
		el.Law.(law.Linear).Weigh(&law.Span{N: 1, Theta: theta[x.Solid.Body.ThetaOf(i):][:1], Size: []float64{size}, E: w}, w)
		k[at] = w[0]
	}
	return k
}

// length of a bar as built, m.
func length(net *network.Network, el *network.Element) (l float64) {
	a, b := net.At(el.Nodes[0]), net.At(el.Nodes[1])
	for axis := range net.Dim {
		d := b[axis] - a[axis]
		for i, v := range net.Cell {
			d += float64(el.Shift[i]) * v[axis]
		}
		l = math.Hypot(l, d)
	}
	return l
}
