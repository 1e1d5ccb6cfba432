package run

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/snapshot"
)

// Deformation draws how the network deforms: under one sample of each class, or
// under each load case, coloured by elongation. A single shape stands beside
// another one that is coloured by displacement. What the remark says of it stands
// below. Of a network of hubs it is what the outputs read.
func Deformation(s *snapshot.Snapshot, remark string) figure.Picture {
	if s.Hubs != nil {
		return Readings(s)
	}
	p := figure.Shapes{Network: s.Built, Signed: true, Note: strings.Trim(s.Note+"; "+remark, "; "), Clamped: s.Clamped, Earthed: s.Earthed}
	in, out := arrows(s.Inputs), arrows(s.Outputs)
	if len(in)+len(out) <= 8 || len(s.Cases) == 1 {
		p.Inputs, p.Outputs = in, out
	}
	var stretches [][]float64
	for i := range s.Cases {
		c := &s.Cases[i]
		state := figure.State{Title: c.Title, Values: s.First(c.Deformation), Displacement: c.Displacement, Strain: c.Strain}
		state.Turns, state.Bent = Bent(s, c)
		p.States = append(p.States, state)
		stretches = append(stretches, state.Values)
	}
	mode := s.Mode()
	_, unit := InUnit(mode.Unit, stretches...)
	p.ValueTitle = mode.Name + " (" + unit + ")"
	if len(s.Cases) != 1 {
		p.Inputs, p.Outputs = nameless(p.Inputs), nameless(p.Outputs)
		return p
	}
	u := p.States[0].Displacement
	moved := Displaced(s, u, -1)
	_, unit = InUnit("m", moved)
	left := figure.Lattice{Title: p.States[0].Title, Network: s.Built, Clamped: s.Clamped, Earthed: s.Earthed, Values: p.States[0].Values, ValueTitle: p.ValueTitle, Signed: true,
		Displacement: u, Turns: p.States[0].Turns, Bent: p.States[0].Bent, Strain: p.States[0].Strain, Inputs: in, Outputs: out}
	right := left
	right.Title = ""
	if left.Title != "" {
		right.Title = "the same, coloured by displacement"
	}
	right.Values, right.ValueTitle, right.Signed = moved, "displacement ("+unit+")", false
	right.Inputs, right.Outputs = nameless(in), nameless(out)
	return figure.Grid{Plain: true, Columns: 2, Note: p.Note, Panels: []figure.Panel{{Picture: left}, {Picture: right}}}
}

// Bent are the rotations of nodes and the bonds that a picture in the plane bends by them; nil where there are none.
func Bent(s *snapshot.Snapshot, c *snapshot.Case) (turns []float64, welded []bool) {
	if welded = s.Welded(); welded == nil || s.Drawn.Dim != 2 {
		return nil, nil
	}
	return c.Turns, welded
}

// nameless are the arrows of ports alone.
func nameless(ports []figure.Port) []figure.Port {
	out := slices.Clone(ports)
	for i := range out {
		out[i].Label = ""
	}
	return out
}

// Remark says in a line what warnings mean for a picture of displacements; "" where
// there is nothing to say.
func Remark(warnings []experiment.Warning) string {
	var words []string
	for _, w := range warnings {
		switch {
		case w.Carried != nil:
			words = append(words, fmt.Sprintf("linear theory, which does not hold here: beyond %.0f %% of the load there is no equilibrium nearby", 100**w.Carried))
		case w.Linear != nil && w.Finite != nil:
			worth, unit := figure.Prefixed(*w.Linear, "m")
			number := func(v float64) string { return strings.ReplaceAll(fmt.Sprintf("%.3g ", v/worth), "-", "−") + unit }
			words = append(words, fmt.Sprintf("linear theory, strains up to %.2g %%: %s moves by %s, and by %s with finite deformation",
				100*w.Stretch, w.Output, number(*w.Linear), number(*w.Finite)))
		case w.Stretch > 0:
			words = append(words, fmt.Sprintf("linear theory, strains up to %.2g %%", 100*w.Stretch))
		case w.Digits != nil:
			words = append(words, fmt.Sprintf("about %.0f digits are right", *w.Digits))
		}
	}
	return strings.Join(words, "; ")
}

// size is the length of a vector.
func size(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s = math.Hypot(s, x)
	}
	return s
}

// Displaced is, for each element, how far the middle between its ends moves, m:
// along an axis from 0, or in all if the axis is -1.
func Displaced(s *snapshot.Snapshot, u []float64, axis int) []float64 {
	dim := s.Drawn.Dim
	at := func(node int) float64 {
		if axis >= 0 {
			return u[node*dim+axis]
		}
		return size(u[node*dim : (node+1)*dim])
	}
	out := make([]float64, len(s.Drawn.Elements))
	for i, e := range s.Drawn.Elements {
		out[i] = (at(e.Nodes[0]) + at(e.Nodes[1])) / 2
	}
	return out
}

// InUnit turns values from an SI unit into the multiple of it in which the largest
// reads best, and tells what that is worth and its name.
func InUnit(unit string, values ...[]float64) (worth float64, name string) {
	most := 0.0
	for _, list := range values {
		for _, v := range list {
			most = math.Max(most, math.Abs(v))
		}
	}
	worth, name = figure.Prefixed(most, unit)
	for _, list := range values {
		for i := range list {
			list[i] /= worth
		}
	}
	return worth, name
}
