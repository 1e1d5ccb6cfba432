package experiment

import (
	"math"
	"slices"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/snapshot"
)

// Stand is how the network stands under amplitudes at its inputs, at the parameters that its rig has. s is a snapshot of it with
// these parameters as Theta; it is not changed.
func (x *Experiment) Stand(s *snapshot.Snapshot, input []float64) (*snapshot.Case, error) {
	c := &snapshot.Case{Input: slices.Clone(input)}
	if x.Solid == nil {
		return c, x.stand(s, c)
	}
	return c, x.Solid.stand(s, x.bars(), c)
}

// stand is how a lattice of springs stands under the input amplitudes of a case.
func (x *Experiment) stand(s *snapshot.Snapshot, c *snapshot.Case) error {
	m := learn.Measurement{Out: make([]float64, len(x.Out)), Elongation: make([]float64, x.Eq.C.M)}
	if err := x.Rig.Apply(c.Input, nil, &m); err != nil {
		return err
	}
	c.Output, c.Deformation, c.Displacement = m.Out, m.Elongation, x.displacements()
	c.Force = make([]float64, len(m.Elongation))
	net := x.Network
	pull, size := make([]float64, len(net.Pos)), make([]float64, len(net.Pos))
	for i, e := range c.Deformation {
		el := &net.Elements[i]
		if el.Cut {
			continue
		}
		t := s.Theta[i] * e
		c.Force[i] = t
		c.Energy += t * e / 2
		dir, sign := el.Dir, 1.0
		if el.Kind == network.Bar {
			dir = net.Along(i)
			long := length(dir)
			for axis := range dir {
				dir[axis] /= long
			}
			sign = -1
		}
		for end, node := range el.Nodes {
			if end == 1 && el.Kind == network.Ground {
				break
			}
			for axis := range net.Dim {
				pull[node*net.Dim+axis] += sign * t * dir[axis]
				size[node*net.Dim+axis] += math.Abs(t * dir[axis])
			}
			sign = 1
		}
	}
	load, told := make([]float64, len(net.Pos)), make([]bool, len(net.Pos))
	c.Reading = make([]float64, len(x.In))
	for i, p := range x.In {
		for _, t := range termsOf(p, net.Dim) {
			at := t.Node*net.Dim + int(t.Part)
			c.Reading[i] += t.Weight * c.Displacement[at]
			if p.Given {
				told[at] = true
				continue
			}
			load[at] += c.Input[i] * t.Weight
		}
	}
	worst, most := 0.0, 0.0
	for at, f := range load {
		part := element.Part(at % net.Dim).String()
		if net.Held != nil && net.Held[at] {
			c.Reactions = append(c.Reactions, snapshot.Force{Node: at / net.Dim, Component: part, Value: pull[at]})
		} else if told[at] { // what it takes
			f = pull[at]
		} else {
			worst = max(worst, math.Abs(pull[at]-f))
		}
		if f != 0 {
			c.Loads = append(c.Loads, snapshot.Force{Node: at / net.Dim, Component: part, Value: f})
		}
		most = max(most, size[at]+math.Abs(f))
	}
	if most > 0 {
		c.Residual = worst / most
	}
	return nil
}

// displacements are those of every node and axis under the load that the rig had last, m; 0 where held.
func (x *Experiment) displacements() []float64 {
	u := make([]float64, len(x.Eq.C.Unknown))
	for i, unknown := range x.Eq.C.Unknown {
		if unknown >= 0 {
			u[i] = x.Exact.Displacements()[unknown]
		}
	}
	return u
}

// stand is how a body stands under the input amplitudes of a case.
func (s *Solid) stand(to *snapshot.Snapshot, bars int, c *snapshot.Case) error {
	b := s.Body
	state := b.NewState()
	if _, err := s.Rig.Rest(c.Input, state); err != nil {
		return err
	}
	c.Deformation, c.Force, c.Energy, c.Residual = state.E, state.T, state.Energy, s.Eq.Backward()
	dim, nodes := b.Space.Dim, len(b.Pos)/b.Space.Dim
	read := func(part element.Part) bool {
		for _, p := range b.Space.Parts {
			if p == part {
				return true
			}
		}
		return false
	}
	turns := []element.Part{element.TurnX, element.TurnY, element.TurnZ}
	if dim < 3 {
		turns = turns[2:]
	}
	for node := range nodes {
		for axis := range dim {
			c.Displacement = append(c.Displacement, b.Value(state, node, element.Part(axis)))
		}
		for _, part := range turns {
			if read(element.TurnZ) {
				c.Turns = append(c.Turns, b.Value(state, node, part))
			}
		}
		if read(element.Potential) {
			c.Potential = append(c.Potential, b.Value(state, node, element.Potential))
		}
	}
	c.Strain, c.Moment = s.strain(state), s.moments(state, len(to.Drawn.Elements), bars)
	for o := range s.Rig.Out {
		c.Output = append(c.Output, s.Rig.Read(o, state))
	}
	if slices.ContainsFunc(s.Rig.In, func(in learn.Input) bool { return in.Write != nil }) {
		c.Theta = slices.Clone(s.Eq.Theta())
	}
	var force []float64
	force, c.Reading = s.Rig.Work(c.Input, state)
	c.Loads = s.loads(force)
	for _, r := range s.Eq.Reactions(state) {
		if b.Space.Column(r.Node, r.Part) == body.Held {
			c.Reactions = append(c.Reactions, snapshot.Force{Node: r.Node, Component: r.Part.String(), Value: r.Force})
		}
	}
	return nil
}

// loads are those that the inputs put on nodes, and on the strains of a cell, where each bears a force.
func (s *Solid) loads(force []float64) (list []snapshot.Force) {
	at := map[statics.Term]int{} // with a weight of zero
	for i, in := range s.Rig.In {
		if in.Write != nil {
			continue
		}
		for _, t := range in.Port {
			key := statics.Term{Node: t.Node, Part: t.Part}
			n, known := at[key]
			if !known {
				n = len(list)
				at[key] = n
				component := t.Part.String()
				if t.Node < 0 {
					component = strains[t.Part]
				}
				list = append(list, snapshot.Force{Node: t.Node, Component: component})
			}
			list[n].Value += force[i] * t.Weight
		}
	}
	return list
}

// moments are the largest bending moments of the elements of the network in a state, N m; zero for those that do not
// bend, nil where none does.
func (s *Solid) moments(state *body.State, elements, bars int) (moments []float64) {
	for i := range s.Body.Elements {
		kind, bends := s.Body.Elements[i].Kind.(element.Bending)
		at, drawn := s.place(i, bars)
		if !bends || !drawn {
			continue
		}
		if moments == nil {
			moments = make([]float64, elements)
		}
		moments[at] = kind.Moment(state.T[s.Body.ModeOf(i):])
	}
	return moments
}
