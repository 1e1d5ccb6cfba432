package experiment

import (
	"math"
	"slices"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/snapshot"
	"github.com/elastrain/elastrain/task"
)

// View says what a snapshot shows beside the network itself.
type View struct {
	Theta   []float64 // parameters; nil: those that the rig has
	Cases   []int     // training samples, from 0, under which it is solved
	Titles  []string  // of these; nil for none
	Note    string    // what they were chosen from, where that is not all
	Samples bool      // every sample of both parts, with what the outputs read

	Beside   []int // samples of the part beside the training part, from 0, under which it is solved, too
	Gradient bool  // of the loss of the training part
	Matrix   bool  // C
	Bare     bool  // of a lattice of springs, no list of elements: a third of its memory, which network.npz and bonds.csv do without
}

// Snapshot is the experiment in plain data, as it is now.
func (x *Experiment) Snapshot(v View) (*snapshot.Snapshot, error) {
	if v.Theta == nil {
		v.Theta = x.Rig.Stiffness()
	} else if v.Cases != nil || v.Beside != nil || v.Samples || v.Gradient {
		if err := x.Rig.SetStiffness(v.Theta); err != nil {
			return nil, err
		}
	}
	s := &snapshot.Snapshot{Title: x.Spec.Title, Task: x.Spec.Task.Kind, Springs: x.Solid == nil, Finite: x.Finite(),
		Comb: x.comb, Drawn: x.Network, Built: x.Built(v.Theta), Clamped: x.Clamped(), Earthed: x.Earthed(),
		Theta: slices.Clone(v.Theta), Learns: make([]bool, len(v.Theta)), Blocks: x.Blocks(), Reading: x.readings(v.Theta), Note: v.Note}
	m := &x.Spec.Material
	s.Material = snapshot.Material{Young: m.Young, Thickness: m.Thickness, Shear: m.Shear}
	for _, i := range x.Design.Free {
		s.Learns[i] = true
	}
	s.Inputs, s.Outputs = x.Ports()
	s.Hubs = x.hubsPlain()
	if x.Solid == nil {
		x.springs(s, v.Bare)
	} else {
		x.Solid.elements(s, x.bars())
	}
	if v.Matrix {
		s.C = x.matrix()
	}
	if v.Gradient {
		s.Gradient = make([]float64, len(v.Theta))
		if _, err := x.Rule.Gradient(x.Rig, x.Loss, learn.Batch{Set: x.Train}, s.Gradient); err != nil {
			return nil, err
		}
		if !learn.AllFinite(s.Gradient) {
			return nil, &learn.NotFiniteError{What: "the derivative of the loss"}
		}
	}
	for n, sample := range v.Cases {
		title := ""
		if v.Titles != nil {
			title = v.Titles[n]
		}
		if err := x.addCase(s, x.Train, sample, snapshot.Case{Title: title}); err != nil {
			return nil, err
		}
	}
	if v.Beside != nil {
		beside, _ := x.Beside()
		for _, sample := range v.Beside {
			if err := x.addCase(s, beside, sample, snapshot.Case{Part: 1}); err != nil {
				return nil, err
			}
		}
	}
	if v.Samples {
		if err := x.samples(s); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// addCase adds how the network stands under a sample of a part.
func (x *Experiment) addCase(s *snapshot.Snapshot, set *task.Set, sample int, c snapshot.Case) (err error) {
	c.Sample, c.Input = x.Rows(set)[sample], slices.Clone(set.Force(sample))
	if x.Solid == nil {
		err = x.stand(s, &c)
	} else {
		err = x.Solid.stand(s, x.bars(), &c)
	}
	s.Cases = append(s.Cases, c)
	return err
}

// modesOf are the modes of a kind, and whether its elements turn with their nodes.
func modesOf(kind element.Kind, dim int) (modes []snapshot.Mode, welded bool) {
	for _, m := range kind.Modes(dim) {
		modes = append(modes, snapshot.Mode{Name: m.Name, Unit: m.Unit, ForceUnit: m.Force})
	}
	parts := kind.Parts(dim)
	return modes, kind.Ends() == 2 && slices.Contains(parts, element.TurnZ)
}

// springs lists the elements of a lattice of linear springs, each of which has a parameter and a mode.
func (x *Experiment) springs(s *snapshot.Snapshot, bare bool) {
	s.Modes = len(x.Network.Elements)
	if bare {
		return
	}
	bar, ground := &snapshot.Group{Kind: element.Bar{}.Name(), Law: law.Spring{}.Name()}, &snapshot.Group{Kind: element.Ground{}.Name(), Law: law.Spring{}.Name(), Block: len(s.Blocks) - 1}
	bar.Modes, _ = modesOf(element.Bar{}, x.Network.Dim)
	ground.Modes, _ = modesOf(element.Ground{}, x.Network.Dim)
	bars := x.bars()
	s.Elements = make([]snapshot.Element, len(x.Network.Elements))
	for i := range s.Elements {
		el := &x.Network.Elements[i]
		one := snapshot.Element{Group: bar, Number: i + 1, Nodes: el.Nodes[:], Cut: el.Cut, Theta: i, Mode: i}
		if el.Shift != [3]int{} {
			one.Shift = [][3]int{{}, el.Shift}
		}
		if i >= bars {
			one.Group, one.Number, one.Nodes = ground, i-bars+1, el.Nodes[:1]
		}
		s.Elements[i] = one
	}
}

// elements lists those of a body: first those of the network, then the others.
func (s *Solid) elements(to *snapshot.Snapshot, bars int) {
	b := s.Body
	to.Modes = b.M
	for _, m := range b.Moves {
		to.Places = append(to.Places, snapshot.Place{Node: m.Node, Axis: m.Axis})
	}
	missing := &snapshot.Group{Kind: element.Bar{}.Name()}
	for i := range to.Drawn.Elements {
		to.Elements = append(to.Elements, snapshot.Element{Group: missing, Number: i + 1, Nodes: to.Drawn.Elements[i].Nodes[:], Cut: true, Theta: -1})
	}
	block := make([]int, len(to.Theta)) // of every parameter
	for n := range to.Blocks {
		for at := range to.Blocks[n].Len() {
			block[to.Blocks[n].First+at] = n
		}
	}
	type key struct {
		kind element.Kind
		law  law.Law
	}
	groups := map[key]*snapshot.Group{}
	for i := range b.Elements {
		el := &b.Elements[i]
		one := snapshot.Element{Group: groups[key{el.Kind, el.Law}], Number: el.Number, Nodes: el.Nodes, Shift: el.Shift, Theta: b.ThetaOf(i), Mode: b.ModeOf(i)}
		if one.Group == nil {
			one.Group = &snapshot.Group{Kind: el.Kind.Name(), Law: el.Law.Name()}
			one.Modes, one.Welded = modesOf(el.Kind, b.Space.Dim)
			if len(el.Law.Params()) > 0 {
				one.Block = block[one.Theta]
			}
			groups[key{el.Kind, el.Law}] = one.Group
		}
		if len(el.Law.Params()) == 0 {
			one.Theta = -1
		}
		if at, ok := s.place(i, bars); ok {
			to.Elements[at] = one
		} else {
			to.Elements = append(to.Elements, one)
		}
	}
}

// samples adds both parts of the data.
func (x *Experiment) samples(s *snapshot.Snapshot) error {
	beside, name := x.Beside()
	for i, set := range []*task.Set{x.Train, beside} {
		if i == 1 && set.N == 0 {
			continue
		}
		u, err := Outputs(x.Rig, set)
		if err != nil {
			return err
		}
		p := snapshot.Part{Name: []string{"training", name}[i], N: set.N, Rows: x.Rows(set), Wanted: set.Want, Reached: u}
		for i := range set.N {
			p.Input = append(p.Input, set.Force(i)...)
		}
		for i := range set.N {
			if set.Class == nil {
				break
			}
			goal := set.Goal(i)
			predicted, _ := goal.Predict(u[i*set.Q : (i+1)*set.Q])
			p.Class, p.Predicted = append(p.Class, int(goal.Class)), append(p.Predicted, predicted)
		}
		s.Parts = append(s.Parts, p)
	}
	return nil
}

// mostPrinted is the largest displacement, m, that still is a number in millimetres.
const mostPrinted = 1e300

// Outputs are the displacements at the output ports under every sample of a set (N x Q).
func Outputs(rig learn.Rig, set *task.Set) ([]float64, error) {
	u := make([]float64, set.N*set.Q)
	if err := learn.Outputs(rig, learn.Batch{Set: set}, u); err != nil {
		return nil, err
	}
	for _, v := range u {
		if !(math.Abs(v) <= mostPrinted) {
			return nil, &learn.NotFiniteError{What: "a displacement of the outputs"}
		}
	}
	return u, nil
}
