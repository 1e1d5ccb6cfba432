package snapshot

import "github.com/elastrain/elastrain/export/npz"

// Arrays are the arrays of network.npz: what a training has made of a network.
// docs/file-formats.md lists them. Node and element numbers count from 1.
func (s *Snapshot) Arrays() []npz.Array {
	net := s.Drawn
	n, d, m := net.Nodes(), net.Dim, len(net.Elements)
	pairs, cut, held := make([]int32, 0, 2*m), make([]uint8, m), make([]uint8, len(net.Held))
	for i := range net.Elements {
		el := &net.Elements[i]
		pairs = append(pairs, int32(el.Nodes[0]+1), int32(el.Nodes[1]+1))
		if el.Cut {
			cut[i] = 1
		}
	}
	for i, h := range net.Held {
		if h {
			held[i] = 1
		}
	}
	epochs := make([]int32, len(s.History.Epochs))
	for i, e := range s.History.Epochs {
		epochs[i] = int32(e)
	}
	name, p := "theta", len(s.Theta)
	if s.Springs {
		name = "stiffness"
	}
	arrays := []npz.Array{
		npz.Float64s("positions", net.Pos, n, d),
		npz.Int32s("elements", pairs, m, 2),
		{Name: "cut", Shape: []int{m}, Data: cut},
		{Name: "held", Shape: []int{n, d}, Data: held},
		npz.Float64s(name, s.Theta, p), npz.Float64s(name+"_history", s.History.Theta, len(epochs), p),
		npz.Int32s("history_epoch", epochs, len(epochs)),
	}
	arrays = append(append(arrays, portsOf("input", s.Inputs, d)...), portsOf("output", s.Outputs, d)...)
	if !s.Springs {
		arrays = append(arrays, parameters(s)...)
	}
	if r := s.Reading; r != nil {
		arrays = append(arrays, npz.Float64s("reading_gain", []float64{r.Gain}, 1), npz.Float64s("reading_offsets", r.Offsets, len(r.Offsets)), npz.Float64s("reading_tares", r.Tares, len(r.Tares)), npz.Float64s("reading_directions", r.Directions, len(r.Directions)))
	}
	return append(append(arrays, special("input", s.Inputs)...), special("output", s.Outputs)...)
}

// portsOf are nodes and directions of ports.
func portsOf(side string, ports []Port, dim int) []npz.Array {
	nodes, directions := make([]int32, 0, len(ports)), make([]float64, 0, dim*len(ports))
	for i := range ports {
		nodes = append(nodes, int32(max(ports[i].Node, 0)+1)) // a strain of a cell has none, and says 1
		directions = append(directions, ports[i].Dir[:dim]...)
	}
	return []npz.Array{npz.Int32s(side+"_nodes", nodes, len(ports)), npz.Float64s(side+"_directions", directions, len(ports), dim)}
}

// parameters say what each parameter of elements of all kinds is: the element (as people number it among those of its
// kind) and its place in the list of the law. Where places of nodes learn, theta_node is the node of each, 0 for
// parameters of laws, and theta_place the axis.
func parameters(s *Snapshot) []npz.Array {
	p := len(s.Theta)
	element, place := make([]int32, p), make([]int32, p)
	for i := range s.Elements {
		el := &s.Elements[i]
		if el.Theta < 0 {
			continue
		}
		for j := range s.Blocks[el.Block].Names {
			element[el.Theta+j], place[el.Theta+j] = int32(el.Number), int32(j+1)
		}
	}
	first := p - len(s.Places)
	if s.Reading != nil {
		first = s.Reading.First - len(s.Places)
	}
	node := make([]int32, p)
	for i, at := range s.Places {
		place[first+i], node[first+i] = int32(at.Axis+1), int32(s.Drawn.NodeNumber(at.Node))
	}
	arrays := []npz.Array{npz.Int32s("theta_element", element, p), npz.Int32s("theta_place", place, p)}
	if len(s.Places) > 0 {
		arrays = append(arrays, npz.Int32s("theta_node", node, p), npz.Float64s("positions_built", s.Built.Pos, s.Built.Nodes(), s.Built.Dim))
	}
	return arrays
}

// special are the arrays of ports that say more than a node and a direction, and
// only where there are such ports.
func special(side string, ports []Port) (arrays []npz.Array) {
	other, given := make([]int32, len(ports)), make([]uint8, len(ports))
	pairs, givens := false, false
	var means []int32 // port and node
	for i := range ports {
		p := &ports[i]
		if p.Pair {
			other[i], pairs = int32(p.Other+1), true
		}
		if p.Given {
			given[i], givens = 1, true
		}
		for _, node := range p.Mean {
			means = append(means, int32(i+1), int32(node+1))
		}
	}
	if pairs {
		arrays = append(arrays, npz.Int32s(side+"_pairs", other, len(ports)))
	}
	if means != nil {
		arrays = append(arrays, npz.Int32s(side+"_means", means, len(means)/2, 2))
	}
	if givens {
		arrays = append(arrays, npz.Array{Name: side + "_given", Shape: []int{len(ports)}, Data: given})
	}
	return arrays
}
