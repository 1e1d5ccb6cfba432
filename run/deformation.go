package run

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
)

// mostShapes is how many deformed shapes stand side by side.
const mostShapes = 3

// Deformation draws how the network deforms: under one sample of each class, or
// under each load case, coloured by elongation. A single shape stands beside
// another one that is coloured by displacement. What the warnings say of it stands
// below.
func Deformation(x *experiment.Experiment, warnings []experiment.Warning) (figure.Picture, error) {
	samples, titles, note := shapesOf(x)
	note = strings.Trim(note+"; "+Remark(warnings), "; ")
	net := x.Built(x.Rig.Stiffness())
	p := figure.Shapes{Network: net, Signed: true, Note: note, Clamped: x.Clamped(), Earthed: x.Earthed()}
	in, out := figurePorts(x)
	if len(in)+len(out) <= 8 || len(samples) == 1 {
		p.Inputs, p.Outputs = in, out
	}
	var stretches [][]float64
	for s, i := range samples {
		u, e, err := x.Deform(x.Train.Force(i))
		if err != nil {
			return nil, err
		}
		turns, beams, err := x.Turns(x.Train.Force(i))
		if err != nil {
			return nil, err
		}
		stretches = append(stretches, e)
		p.States = append(p.States, figure.State{Title: titles[s], Values: e, Displacement: u, Turns: turns, Bent: beams, Strain: x.Strain(x.Train.Force(i))})
	}
	mode := x.Mode()
	_, unit := InUnit(mode.Unit, stretches...)
	p.ValueTitle = mode.Name + " (" + unit + ")"
	if len(samples) != 1 {
		p.Inputs, p.Outputs = nameless(p.Inputs), nameless(p.Outputs)
		return p, nil
	}
	u := p.States[0].Displacement
	moved := Displaced(x, u, -1)
	_, unit = InUnit("m", moved)
	left := figure.Lattice{Title: p.States[0].Title, Network: net, Clamped: x.Clamped(), Earthed: x.Earthed(), Values: p.States[0].Values, ValueTitle: p.ValueTitle, Signed: true,
		Displacement: u, Turns: p.States[0].Turns, Bent: p.States[0].Bent, Strain: p.States[0].Strain, Inputs: in, Outputs: out}
	right := left
	right.Title = ""
	if left.Title != "" {
		right.Title = "the same, coloured by displacement"
	}
	right.Values, right.ValueTitle, right.Signed = moved, "displacement ("+unit+")", false
	right.Inputs, right.Outputs = nameless(in), nameless(out)
	return figure.Grid{Plain: true, Columns: 2, Note: note, Panels: []figure.Panel{{Picture: left}, {Picture: right}}}, nil
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

// shapesOf chooses the training samples to draw, with their titles, and says what
// was chosen from.
func shapesOf(x *experiment.Experiment) (samples []int, titles []string, note string) {
	rows := x.Rows(x.Train)
	switch {
	case x.Train.Class != nil && x.Spec.Task.Kind != "behaviour":
		for o := range x.Outputs {
			for i, class := range x.Train.Class {
				if int(class) == o && len(samples) < mostShapes {
					samples = append(samples, i)
					titles = append(titles, fmt.Sprintf("%s (row %d)", x.Outputs[o], rows[i]))
					break
				}
			}
		}
		if len(x.Outputs) > mostShapes {
			note = fmt.Sprintf("%d of %d classes", len(samples), len(x.Outputs))
		}
	case x.Table != nil:
		largest := 0
		for i := range x.Train.N {
			if size(x.Train.Force(i)) > size(x.Train.Force(largest)) {
				largest = i
			}
		}
		return []int{largest}, []string{fmt.Sprintf("the largest load: row %d of the data", rows[largest])}, ""
	default:
		for i := range min(x.Train.N, mostShapes) {
			samples, titles = append(samples, i), append(titles, fmt.Sprintf("load case %d", i+1))
		}
		if x.Train.N > mostShapes {
			note = fmt.Sprintf("%d of %d load cases", mostShapes, x.Train.N)
		}
	}
	return samples, titles, note
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
func Displaced(x *experiment.Experiment, u []float64, axis int) []float64 {
	dim := x.Network.Dim
	at := func(node int) float64 {
		if axis >= 0 {
			return u[node*dim+axis]
		}
		return size(u[node*dim : (node+1)*dim])
	}
	out := make([]float64, len(x.Network.Elements))
	for i, e := range x.Network.Elements {
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
