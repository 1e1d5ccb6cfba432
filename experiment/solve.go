package experiment

import (
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
		return x.Solid, x.Solid.Rig.SetStiffness(k[:x.Solid.Body.P]) // without those of a reading
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
	var told []network.Port
	for _, p := range x.In {
		if p.Given {
			p.Given = false
			told = tell(plan, net, p, told)
		}
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
			input.Given, _ = s.given(p, q, told)
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
	Energy   float64       `json:"energy"` // stored, J; of pipes half the power that they take, W
	Unit     string        `json:"energy_unit"`
	Nodes    []NodeAnswer  `json:"nodes"`
	Elements []ModeAnswer  `json:"elements"`
	Supports []ForceAnswer `json:"reactions"`
	Inputs   []InputAnswer `json:"inputs"`
	Outputs  []float64     `json:"outputs"`              // as the task reads them
	Beyond   []string      `json:"beyond_law,omitempty"` // elements that deform more than their law is known for
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

// InputAnswer is an input under a load case: the load that hangs there or that it takes to give it its displacement, and
// what it reads, on which that load does work. Of an input that sets stiffnesses Force is the value, 0 to 1, and has no unit.
type InputAnswer struct {
	Input       string  `json:"input"`
	Given       bool    `json:"given"` // displacement, not load
	Force       float64 `json:"force"`
	ForceUnit   string  `json:"force_unit"`
	Reading     float64 `json:"reading"`
	ReadingUnit string  `json:"reading_unit"`

	Complement bool `json:"complement,omitempty"` // it follows one less the feature
}

// Called is the input as people call it: 1 - a of the complement of feature a.
func (a *InputAnswer) Called() string {
	if a.Complement {
		return "1 - " + a.Input
	}
	return a.Input
}

// AtInputs are the inputs in a state that a rig of this experiment has found under amplitudes f.
func (x *Experiment) AtInputs(rig *learn.Statics, f []float64, state *body.State) (list []InputAnswer) {
	force, reading := rig.Work(f, state)
	for i, p := range x.In {
		units := portUnits(p)
		a := InputAnswer{Input: x.Inputs[i], Given: p.Given && p.Drive == 0, Force: force[i], ForceUnit: units[0], Reading: reading[i], ReadingUnit: units[1],
			Complement: i < len(x.amounts) && x.amounts[i].complement}
		if p.Part == network.Value {
			a.Force = f[i]
		}
		if p.Part == network.Strain { // it works by the area
			if p.Given {
				a.Force /= rig.Eq.Body.Area
			} else {
				a.Reading /= rig.Eq.Body.Area
			}
		}
		list = append(list, a)
	}
	return list
}

// portUnits are the units of the load at a port and of what it reads.
func portUnits(p network.Port) [2]string {
	switch p.Part {
	case network.Turn:
		return [2]string{"N m", "rad"}
	case network.Potential:
		return [2]string{"A", "V"}
	case network.Strain:
		return [2]string{"N/m", "1"}
	case network.Value:
		return [2]string{"", ""}
	}
	return [2]string{"N", "m"}
}

// energyUnit is that of forces times deformations: J, and W of pipes.
func (s *Solid) energyUnit() string {
	flows := 0
	for i := range s.Body.Elements {
		if s.Body.Elements[i].Kind.Modes(s.Body.Space.Dim)[0].Force == "A" {
			flows++
		}
	}
	switch flows {
	case 0:
		return "J"
	case len(s.Body.Elements):
		return "W"
	}
	return "J + W"
}

// Answer finds the state of s, which AsSolid made, under the input amplitudes f.
func (x *Experiment) Answer(s *Solid, f []float64) (*Answer, error) {
	b, number := s.Body, x.Network.NodeNumber
	state := b.NewState()
	effort, err := s.Rig.Rest(f, state)
	if err != nil {
		return nil, err
	}
	a := &Answer{Energy: state.Energy, Unit: s.energyUnit(), Effort: Effort{effort.Iterations, effort.Steps, effort.Residual, s.Eq.Backward(), effort.Factorisations}}
	for i := range s.Rig.In { // of a spring that is made longer only what it is longer than that is stored
		if in := &s.Rig.In[i]; in.Drive > 0 && len(in.Write) == 0 {
			a.Energy += s.Eq.Theta()[s.Body.ThetaOf(in.Drive-1)] * f[i] * (f[i]/2 - state.E[s.Body.ModeOf(in.Drive-1)])
		}
	}
	s.strained(state, a)
	a.Inputs = x.AtInputs(s.Rig, f, state)
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
	for _, i := range s.beyond(state) {
		a.Beyond = append(a.Beyond, s.Number(i))
	}
	for o := range s.Rig.Out {
		a.Outputs = append(a.Outputs, s.Rig.Read(o, state))
	}
	return a, nil
}
