package experiment

import (
	"fmt"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
)

// AsSolid is the mechanics of an experiment as a body, with the parameters k of its rig: what is there already for
// networks of beams, angles, pipes and other laws, and made of its springs for any other.
func (x *Experiment) AsSolid(k []float64) (*Solid, error) {
	if x.Solid != nil {
		return x.Solid, x.Solid.Rig.SetStiffness(k)
	}
	net := x.Network
	plan := &body.Plan{Dim: net.Dim, Pos: net.Pos}
	bars := len(net.Elements) - len(x.Spec.Supports.Springs)
	for i := range net.Elements {
		el := &net.Elements[i]
		one := body.Element{Kind: element.Bar{}, Law: law.Spring{}, Nodes: el.Nodes[:], Theta: k[i : i+1], Number: i + 1}
		if el.Kind == network.Ground {
			one.Kind, one.Nodes, one.Dir, one.Number = element.Ground{}, el.Nodes[:1], el.Dir, i-bars+1
		}
		if !el.Cut {
			plan.Elements = append(plan.Elements, one)
		}
	}
	for i, held := range net.Held {
		if held {
			plan.Supports = append(plan.Supports, body.Support{Node: i / net.Dim, Part: element.Part(i % net.Dim)})
		}
	}
	for _, p := range x.In {
		if !p.Given {
			continue
		}
		axis := -1
		for a, v := range p.Dir {
			if v != 0 && axis < 0 {
				axis = a
			} else if v != 0 {
				axis = 3
			}
		}
		if p.Pair || axis > 2 {
			return nil, fmt.Errorf("a stretch, or a displacement along a slanted direction, is given to lattices of linear springs only, and solved by train")
		}
		plan.Supports = append(plan.Supports, body.Support{Node: p.Node, Part: element.Part(axis), Given: true})
	}
	b, err := body.New(plan)
	if err != nil {
		return nil, err
	}
	s := &Solid{Body: b, Eq: statics.New(b, false)}
	if err := s.Eq.Set(b.Theta()); err != nil {
		return nil, err
	}
	var in []learn.Input
	for _, p := range x.In {
		q := s.port(p)
		input := learn.Input{Port: q, Given: -1}
		if p.Given {
			input.Given, _ = b.Space.Column(q[0].Node, q[0].Part).IsGiven()
			if p.Dir[q[0].Part] < 0 {
				return nil, fmt.Errorf("give the displacement of node %d along the axis itself, not against it", p.Node+1)
			}
		}
		in = append(in, input)
	}
	var out []statics.Port
	for _, p := range x.Out {
		out = append(out, s.port(p))
	}
	s.Rig = learn.NewStatics(s.Eq, in, out)
	return s, s.Rig.SetStiffness(b.Theta())
}

// Finite reports whether the file asks for finite deformation.
func (x *Experiment) Finite() bool {
	return x.Spec.Statics != nil && x.Spec.Statics.Deformation == "finite"
}

// Answer is how a network stands under one load case or sample.
type Answer struct {
	Sample   int           `json:"sample"` // from 1
	Energy   float64       `json:"energy"` // stored, J
	Nodes    []NodeAnswer  `json:"nodes"`
	Elements []ModeAnswer  `json:"elements"`
	Supports []ForceAnswer `json:"reactions"`
	Outputs  []float64     `json:"outputs"` // as the task reads them
	Effort   Effort        `json:"effort"`

	Strain map[string]float64 `json:"strain,omitempty"` // of a periodic cell
	Stress map[string]float64 `json:"stress,omitempty"` // N/m
}

// Effort is what it took to find a state.
type Effort struct {
	Iterations int     `json:"newton_iterations"`
	Steps      int     `json:"load_steps"`
	Residual   float64 `json:"residual"` // largest force left over
	// The same, unknown by unknown, as a share of the forces that meet there: moments are not added to forces.
	Backward       float64 `json:"backward_error"`
	Factorisations int     `json:"factorisations"`
}

// NodeAnswer is what a node does: displacement (m), rotation (rad), potential (V); by the names of its components.
type NodeAnswer struct {
	Node  int                `json:"node"`
	Value map[string]float64 `json:"displacement"`
}

// ModeAnswer is deformation and force of one mode of an element.
type ModeAnswer struct {
	Kind        string  `json:"kind"`
	Element     int     `json:"element"`
	Mode        string  `json:"mode"`
	Deformation float64 `json:"deformation"` // in Unit
	Unit        string  `json:"deformation_unit"`
	Force       float64 `json:"force"` // in ForceUnit
	ForceUnit   string  `json:"force_unit"`
}

// ForceAnswer is what a support or a given value takes.
type ForceAnswer struct {
	Node  int     `json:"node"`
	Part  string  `json:"part"`
	Force float64 `json:"force"` // on the body, N, N m or A
}

// Answer finds the state under the input amplitudes f.
func (s *Solid) Answer(f []float64, number func(node int) int) (*Answer, error) {
	b := s.Body
	state := b.NewState()
	effort, err := s.Rig.Rest(f, state)
	if err != nil {
		return nil, err
	}
	a := &Answer{Energy: state.Energy, Effort: Effort{effort.Iterations, effort.Steps, effort.Residual, effort.Backward, effort.Factorisations}}
	s.strained(state, a)
	for node := range len(b.Pos) / b.Space.Dim {
		n := NodeAnswer{Node: number(node), Value: map[string]float64{}}
		for _, part := range b.Space.Parts {
			if c := b.Space.Column(node, part); c != body.Absent {
				n.Value[part.String()] = b.Value(state, node, part)
			}
		}
		if len(n.Value) > 0 {
			a.Nodes = append(a.Nodes, n)
		}
	}
	for i := range b.Elements {
		el := &b.Elements[i]
		for m, mode := range el.Kind.Modes(b.Space.Dim) {
			at := b.ModeOf(i) + m
			a.Elements = append(a.Elements, ModeAnswer{Kind: el.Kind.Name(), Element: el.Number, Mode: mode.Name,
				Deformation: state.E[at], Unit: mode.Unit, Force: state.T[at], ForceUnit: mode.Force})
		}
	}
	for _, r := range s.Eq.Reactions(state) {
		a.Supports = append(a.Supports, ForceAnswer{number(r.Node), r.Part.String(), r.Force})
	}
	for _, p := range s.Rig.Out {
		a.Outputs = append(a.Outputs, p.Read(&b.Space, state.U, state.G))
	}
	return a, nil
}
