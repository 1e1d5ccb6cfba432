package engine

import (
	"math"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/snapshot"
	"github.com/elastrain/elastrain/task"
)

// Shape is what an experiment is. Nodes and elements count from 0; arrays say what people call them.
type Shape struct {
	Title    string       `json:"title"`
	Dim      int          `json:"dim"`
	Nodes    int          `json:"nodes"`
	Elements int          `json:"elements"`
	Kinds    []string     `json:"kinds"` // of elements; array kind has places in it
	Supports []Support    `json:"supports"`
	Cell     [][3]float64 `json:"cell,omitempty"` // lattice vectors of a periodic cell, m

	Task    string `json:"task"`
	Springs bool   `json:"springs"` // linear springs that move little: parameters are their stiffnesses
	Finite  bool   `json:"finite"`  // ends may move far
	Method  string `json:"method"`
	Rule    string `json:"rule,omitempty"`
	Loss    string `json:"loss"`
	Seed    uint64 `json:"seed"`
	Epochs  int    `json:"epochs"`

	Inputs      []Port           `json:"inputs"`
	Outputs     []Port           `json:"outputs"`
	InputNames  []string         `json:"input_names"`
	OutputNames []string         `json:"output_names"`
	InputUnit   string           `json:"input_unit"`  // of all inputs; "" where they differ
	OutputUnit  string           `json:"output_unit"` // of all outputs; "" where they differ
	InputScale  []float64        `json:"input_scale"` // largest amplitude of each in the training part
	Classes     []string         `json:"classes,omitempty"`
	Reading     bool             `json:"reading"` // electronics make logits of the outputs
	Parts       []Part           `json:"parts"`
	Blocks      []snapshot.Block `json:"blocks"`    // of the parameters
	Parameter   string           `json:"parameter"` // unit of the first parameter of bonds; "" where it differs
	Name        string           `json:"parameter_name"`
}

// Port is where a task pushes or reads.
type Port struct {
	Name   string     `json:"name"`
	Unit   string     `json:"unit"`
	Kind   string     `json:"kind"`            // move, turn, potential, strain or value
	Node   int        `json:"node"`            // from 0; -1 of a strain or a value
	Other  *int       `json:"other,omitempty"` // of a pair
	Mean   []int      `json:"mean,omitempty"`
	Dir    [3]float64 `json:"dir"`
	Given  bool       `json:"given,omitempty"`
	Strain string     `json:"strain,omitempty"`
	Sets   []int      `json:"sets,omitempty"` // parameters that a value sets
}

// Support is a component of a node that is held.
type Support struct {
	Node int    `json:"node"`
	Part string `json:"part"` // x, y, z, turn or potential
}

// Part is samples of the data.
type Part struct {
	Name string `json:"name"`
	N    int    `json:"n"`
}

// shapeOf says all of an experiment that is open.
func shapeOf(o *opened) (*Shape, []message.Array, error) {
	x, p := o.x, o.plain
	s, arrays := lattice(p.Built, p.Elements, p.Clamped, p.Earthed)
	spec := x.Spec
	s.Title, s.Task, s.Springs, s.Finite, s.Method, s.Rule, s.Loss, s.Seed, s.Epochs = p.Title, p.Task, p.Springs, p.Finite, spec.Learn.Method, x.Rule.Name(), x.Loss.Name(), spec.Seed, spec.Learn.Epochs
	s.Inputs, s.Outputs, s.InputNames, s.OutputNames = ports(p.Inputs), ports(p.Outputs), names(p.Inputs), names(p.Outputs)
	s.InputUnit, s.OutputUnit, s.Blocks, s.Reading = unitOf(p.Inputs), unitOf(p.Outputs), p.Blocks, x.Reading != nil
	_, s.Name, s.Parameter = p.Parameter(p.Theta)
	s.InputScale = make([]float64, len(x.In))
	for i := range x.Train.N {
		for k, v := range x.Train.Force(i) {
			s.InputScale[k] = max(s.InputScale[k], math.Abs(v))
		}
	}
	if x.Train.Class != nil {
		s.Classes = s.OutputNames
	}
	beside, name := x.Beside()
	for _, part := range []struct {
		name string
		set  *task.Set
	}{{"training", x.Train}, {name, beside}} {
		if part.set.N == 0 && part.name != "training" {
			continue
		}
		s.Parts = append(s.Parts, Part{part.name, part.set.N})
		arrays = append(arrays, samples(x, part.name, part.set)...)
	}
	arrays = append(arrays, parameters(o)...)
	return s, arrays, nil
}

// lattice is what a network is without a task. Elements are those of a snapshot.
func lattice(net *network.Network, elements []snapshot.Element, clamped, earthed []int) (*Shape, []message.Array) {
	n, m := net.Nodes(), len(elements)
	s := &Shape{Dim: net.Dim, Nodes: n, Elements: m, Cell: net.Cell, Kinds: []string{}, Supports: []Support{}, Inputs: []Port{}, Outputs: []Port{}, Parts: []Part{}, Blocks: []snapshot.Block{}}
	points, numbers := spread(net.Pos, net.Dim), make([]int32, n)
	for i := range numbers {
		numbers[i] = int32(net.NodeNumber(i))
	}
	for i, held := range net.Held {
		if held {
			s.Supports = append(s.Supports, Support{i / net.Dim, element.Part(i % net.Dim).String()})
		}
	}
	for _, node := range clamped {
		s.Supports = append(s.Supports, Support{node, "turn"})
	}
	for _, node := range earthed {
		s.Supports = append(s.Supports, Support{node, "potential"})
	}
	ends, third, kind, number, of := make([]int32, 2*m), make([]int32, m), make([]int32, m), make([]int32, m), make([]int32, m)
	cut, shift, thirds := make([]byte, m), make([]int32, 3*m), make([]int32, 3*m)
	for i := range elements {
		el := &elements[i]
		ends[2*i], ends[2*i+1], third[i], of[i], number[i] = int32(el.Nodes[0]), -1, -1, int32(el.Theta), int32(el.Number)
		switch nodes := el.Nodes; len(nodes) {
		case 1:
		case 4: // a fold: its crease
			ends[2*i], ends[2*i+1] = int32(nodes[1]), int32(nodes[2])
		default:
			if ends[2*i+1] = int32(nodes[1]); len(nodes) > 2 {
				third[i] = int32(nodes[2])
			}
		}
		if len(el.Shift) > 1 {
			for axis, v := range el.Shift[1] {
				shift[3*i+axis] = int32(v - el.Shift[0][axis])
			}
		}
		if len(el.Shift) == 3 {
			for axis, v := range el.Shift[2] {
				thirds[3*i+axis] = int32(v - el.Shift[0][axis])
			}
		}
		if el.Cut {
			cut[i] = 1
		}
		at := slices.Index(s.Kinds, el.Kind)
		if at < 0 {
			at, s.Kinds = len(s.Kinds), append(s.Kinds, el.Kind)
		}
		kind[i] = int32(at)
	}
	arrays := []message.Array{message.F8("points", points, n, 3), message.I4("numbers", numbers, n), message.I4("ends", ends, m, 2), message.I4("third", third, m),
		message.I4("kind", kind, m), message.I4("number", number, m), message.U1("cut", cut, m), message.I4("theta_of", of, m)}
	if net.Cell != nil {
		arrays = append(arrays, message.I4("shift", shift, m, 3), message.I4("third_shift", thirds, m, 3))
	}
	return s, arrays
}

// spread gives every node three components.
func spread(v []float64, dim int) []float64 {
	n := len(v) / max(dim, 1)
	all := make([]float64, 3*n)
	for i := range n {
		copy(all[3*i:3*i+3], v[i*dim:(i+1)*dim])
	}
	return all
}

// parameters are those of an experiment, with their ranges.
func parameters(o *opened) []message.Array {
	d, p := o.x.Design, len(o.plain.Theta)
	lower, upper, learns := slices.Clone(o.plain.Theta), slices.Clone(o.plain.Theta), make([]byte, p)
	for _, i := range d.Free {
		lower[i], upper[i], learns[i] = d.Gain[i]*d.Lo[i], d.Gain[i]*d.Hi[i], 1
	}
	return []message.Array{message.F8("theta", slices.Clone(o.plain.Theta), p), message.F8("lower", lower, p), message.F8("upper", upper, p), message.U1("learns", learns, p)}
}

// samples are those of a part.
func samples(x *experiment.Experiment, name string, set *task.Set) []message.Array {
	rows := make([]int32, set.N)
	for i, row := range x.Rows(set) {
		rows[i] = int32(row)
	}
	input := make([]float64, 0, set.N*set.P)
	for i := range set.N {
		input = append(input, set.Force(i)...)
	}
	arrays := []message.Array{message.F8("input:"+name, input, set.N, set.P), message.I4("rows:"+name, rows, set.N)}
	if set.Want != nil {
		arrays = append(arrays, message.F8("wanted:"+name, set.Want, set.N, set.Q))
	}
	if set.Class != nil {
		arrays = append(arrays, message.I4("class:"+name, set.Class, set.N))
	}
	return arrays
}

func ports(list []snapshot.Port) []Port {
	out := make([]Port, len(list))
	for i, p := range list {
		out[i] = Port{Name: p.Name, Unit: p.Unit, Kind: p.Kind, Node: p.Node, Mean: p.Mean, Dir: p.Dir, Given: p.Given, Strain: p.Strain, Sets: p.Sets}
		if p.Pair {
			out[i].Other = &list[i].Other
		}
	}
	return out
}

// names are those of ports; an input that follows one less its feature says so.
func names(list []snapshot.Port) []string {
	out := make([]string, len(list))
	for i, p := range list {
		if out[i] = p.Name; p.Lack {
			out[i] = "1 - " + p.Name
		}
	}
	return out
}

// unitOf is the unit of all ports, "" where they differ.
func unitOf(list []snapshot.Port) string {
	unit := ""
	for i, p := range list {
		if i > 0 && p.Unit != unit {
			return ""
		}
		unit = p.Unit
	}
	return unit
}
