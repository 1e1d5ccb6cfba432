package experiment

import (
	"slices"

	"github.com/elastrain/elastrain/mechanics/element"
)

// Every bond and spring to ground has one value in a picture: of an element with more deformations, or parameters, the first.

// place is the place of element i of the body among those of the network; ok is false where it is none of them, as an
// angle is.
func (s *Solid) place(i, bars int) (at int, ok bool) {
	el := &s.Body.Elements[i]
	switch {
	case el.Kind.Ends() == 1:
		return bars + el.Number - 1, true
	case el.Kind.Ends() == 2:
		return el.Number - 1, true
	}
	return 0, false
}

// bars is the number of bonds of the network, cut or not.
func (x *Experiment) bars() int { return len(x.Network.Elements) - len(x.Spec.Supports.Springs) }

// Turns are the rotations of all nodes under forces on the training scale, rad, and which elements are
// welded to them, so that a picture can bend them; nil for networks without rotations in the plane.
func (x *Experiment) Turns(f []float64) (turns []float64, beams []bool, err error) {
	if x.Solid == nil || x.Network.Dim != 2 {
		return nil, nil, nil
	}
	return x.Solid.turns(f, len(x.Network.Elements), len(x.Network.Elements)-len(x.Spec.Supports.Springs))
}

// turns is Experiment.Turns.
func (s *Solid) turns(f []float64, elements, bars int) (turns []float64, beams []bool, err error) {
	beams = make([]bool, elements)
	for i, el := range s.Body.Elements {
		if at, ok := s.place(i, bars); ok {
			beams[at] = el.Kind.Ends() == 2 && slices.Contains(el.Kind.Parts(2), element.TurnZ)
		}
	}
	if !slices.Contains(beams, true) {
		return nil, nil, nil
	}
	state := s.Body.NewState()
	if _, err := s.Rig.Rest(f, state); err != nil {
		return nil, nil, err
	}
	for node := range len(s.Body.Pos) / s.Body.Space.Dim {
		turns = append(turns, s.Body.Value(state, node, element.TurnZ))
	}
	return turns, beams, nil
}

// Tensions are the forces of bonds and springs to ground (len elements of the network) under input amplitudes f, at the
// parameters k that were set last: axial forces of beams, N, and currents of pipes, A.
func (x *Experiment) Tensions(f, k []float64) ([]float64, error) {
	t := make([]float64, len(x.Network.Elements))
	if x.Solid == nil {
		_, e, err := x.Deform(f)
		if err != nil {
			return nil, err
		}
		for i := range e {
			t[i] = k[i] * e[i]
		}
		return t, nil
	}
	s := x.Solid
	state := s.Body.NewState()
	if _, err := s.Rig.Rest(f, state); err != nil {
		return nil, err
	}
	for i := range s.Body.Elements {
		if at, ok := s.place(i, x.bars()); ok {
			t[at] = state.T[s.Body.ModeOf(i)]
		}
	}
	return t, nil
}

// Mode is the deformation of a bond that pictures show, with the units of it and of its force.
func (x *Experiment) Mode() element.Mode {
	if x.Solid != nil {
		for i := range x.Solid.Body.Elements {
			if k := x.Solid.Body.Elements[i].Kind; k.Ends() == 2 {
				return k.Modes(x.Network.Dim)[0]
			}
		}
	}
	return element.Bar{}.Modes(x.Network.Dim)[0]
}

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

// Angles are the elements between two arms of a node: the first, the corner, the last, from 0. Those that go to an image of
// a periodic cell are left out.
func (x *Experiment) Angles() (angles [][3]int) {
	if x.Solid == nil {
		return nil
	}
	for i := range x.Solid.Body.Elements {
		if el := &x.Solid.Body.Elements[i]; el.Kind.Ends() == 3 && !slices.ContainsFunc(el.Shift, func(s [3]int) bool { return s != [3]int{} }) {
			angles = append(angles, [3]int(el.Nodes))
		}
	}
	return angles
}

// BendingMoments are the largest bending moments of the bonds (len elements of the network) under input amplitudes f, N m; zero for
// those that do not bend. ok is false where none does.
func (x *Experiment) BendingMoments(f []float64) (moments []float64, ok bool, err error) {
	s := x.Solid
	if s == nil {
		return nil, false, nil
	}
	state := s.Body.NewState()
	moments = make([]float64, len(x.Network.Elements))
	for i := range s.Body.Elements {
		kind, bends := s.Body.Elements[i].Kind.(element.Bending)
		at, drawn := s.place(i, x.bars())
		if !bends || !drawn {
			continue
		}
		if !ok {
			if _, err := s.Rig.Rest(f, state); err != nil {
				return nil, false, err
			}
			ok = true
		}
		moments[at] = kind.Moment(state.T[s.Body.ModeOf(i):])
	}
	return moments, ok, nil
}
