package engine

import (
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/snapshot"
)

// Solved is how a network stands under a load.
type Solved struct {
	Outputs   []float64          `json:"outputs"`             // as they are read
	Logits    []float64          `json:"logits,omitempty"`    // that electronics make of them
	Predicted *int               `json:"predicted,omitempty"` // class, from 0
	Energy    float64            `json:"energy"`
	Readings  []float64          `json:"readings"` // of the inputs, on which their loads do work
	Loads     []Force            `json:"loads"`    // that hang, and what it takes to give a displacement
	Reactions []Force            `json:"reactions"`
	Residual  float64            `json:"residual"` // what is not balanced, as a share of the largest forces that meet
	Strain    map[string]float64 `json:"strain,omitempty"`
}

// Force acts on a component of a node.
type Force struct {
	Node  int     `json:"node"` // from 0; -1 of a strain
	Part  string  `json:"part"`
	Value float64 `json:"value"` // N, N m or A
}

// solve finds how the network stands under a sample or under amplitudes.
func (e *Engine) solve(q *request) (*answer, error) {
	o, err := e.one(q)
	if err != nil {
		return nil, err
	}
	input, set, err := o.load(q)
	if err != nil {
		return nil, err
	}
	x, n := o.x, o.plain.Drawn.Nodes()
	c, err := x.Stand(o.plain, input)
	if err != nil {
		return nil, err
	}
	for _, v := range [][]float64{c.Output, c.Displacement, c.Deformation, c.Force, {c.Energy}} {
		if !learn.AllFinite(v) {
			return nil, &learn.NotFiniteError{What: "a displacement, a force or the energy"}
		}
	}
	s := &Solved{Outputs: c.Output, Energy: c.Energy, Readings: c.Reading, Loads: forces(c.Loads), Reactions: forces(c.Reactions), Residual: c.Residual}
	answers := c.Output
	if x.Reading != nil {
		s.Logits = make([]float64, len(c.Output))
		x.Reading.Logits(c.Output, s.Logits)
		answers = s.Logits
	}
	if set.Class != nil && set.N > 0 {
		goal := set.Goal(0)
		class, _ := goal.Predict(answers)
		s.Predicted = &class
	}
	s.Strain = strainOf(o.plain.Drawn, c.Strain)
	arrays := []message.Array{message.F8("u", spread(c.Displacement, o.plain.Drawn.Dim), n, 3)}
	if c.Turns != nil {
		arrays = append(arrays, message.F8("turn", c.Turns, n, len(c.Turns)/n))
	}
	if c.Potential != nil {
		arrays = append(arrays, message.F8("potential", c.Potential, n))
	}
	m := len(o.plain.Elements)
	return &answer{s, append(arrays, message.F8("e", first(o.plain, c.Deformation), m), message.F8("force", first(o.plain, c.Force), m))}, nil
}

// first are the values of the first mode of every element; 0 of one that is cut.
func first(s *snapshot.Snapshot, values []float64) []float64 {
	out := make([]float64, len(s.Elements))
	for i := range out {
		if el := &s.Elements[i]; len(el.Modes) > 0 {
			out[i] = values[el.Mode]
		}
	}
	return out
}

func forces(list []snapshot.Force) []Force {
	out := make([]Force, len(list))
	for i, f := range list {
		out[i] = Force{f.Node, f.Component, f.Value}
	}
	return out
}
