package main

import "github.com/elastrain/elastrain/experiment"

// parameterGradient is the derivative by one parameter of a network of beams, angles, pipes or nonlinear bonds.
type parameterGradient struct {
	Kind     string  `json:"kind"`
	Element  int     `json:"element"` // as people number those of its kind; of kind node: the node, whose value is how far it is moved; of kind reading: the class, 0 of the gain
	Name     string  `json:"parameter"`
	Unit     string  `json:"unit"`
	Value    float64 `json:"value"`
	Gradient float64 `json:"gradient"`
	Mean     float64 `json:"mean_gradient"`
}

// solid fills a report with the derivatives by every parameter: of one sample, and the mean of all.
func (r *gradientReport) solid(x *experiment.Experiment, f *experiment.Fields) {
	g, mean := f.Gradient, f.Mean
	b := x.Solid.Body
	for i := range b.Elements {
		el := &b.Elements[i]
		at := b.ThetaOf(i)
		for j, p := range el.Law.Params() {
			r.Parameters = append(r.Parameters, parameterGradient{Kind: el.Kind.Name(), Element: el.Number, Name: p.Name, Unit: p.Unit,
				Value: x.Rig.Stiffness()[at+j], Gradient: g[at+j], Mean: mean[at+j]})
		}
	}
	for i, m := range b.Moves {
		at := b.FirstMove() + i
		p := &x.Solid.Params[at]
		r.Parameters = append(r.Parameters, parameterGradient{Kind: "node", Element: x.Network.NodeNumber(m.Node), Name: p.Name, Unit: p.Unit,
			Value: x.Rig.Stiffness()[at], Gradient: g[at], Mean: mean[at]})
	}
	for i, p := range x.ReadingParams() {
		at := x.Reading.First() + i
		r.Parameters = append(r.Parameters, parameterGradient{Kind: "reading", Element: x.ReadingOf(i), Name: p.Name, Unit: p.Unit,
			Value: x.Rig.Stiffness()[at], Gradient: g[at], Mean: mean[at]})
	}
}
