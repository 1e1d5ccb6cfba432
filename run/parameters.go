package run

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/export/npz"
)

// parametersOf are the arrays of a network whose elements have parameters of their own in place of one stiffness each:
// theta and its history, and what each of them is: the element (as people number it among those of its kind) and the
// place of the parameter in the list of its law. Where places of nodes learn, theta_node is the node of each, 0 for
// parameters of laws, and theta_place the axis. docs/file-formats.md lists kinds and laws.
func parametersOf(x *experiment.Experiment, theta, history []float64) []npz.Array {
	p := len(theta)
	element, place := make([]int32, p), make([]int32, p)
	for i := range x.Solid.Body.Elements {
		at := x.Solid.Body.ThetaOf(i)
		for j := range x.Solid.Body.Elements[i].Law.Params() {
			element[at+j], place[at+j] = int32(x.Solid.Body.Elements[i].Number), int32(j+1)
		}
	}
	b := x.Solid.Body
	for i, m := range b.Moves {
		place[b.FirstMove()+i] = int32(m.Axis + 1)
	}
	arrays := []npz.Array{npz.Float64s("theta", theta, p), npz.Float64s("theta_history", history, len(history)/max(p, 1), p),
		npz.Int32s("theta_element", element, p), npz.Int32s("theta_place", place, p)}
	if len(b.Moves) > 0 {
		node := make([]int32, p)
		for i, m := range b.Moves {
			node[b.FirstMove()+i] = int32(x.Network.NodeNumber(m.Node))
		}
		built := x.Built(theta)
		arrays = append(arrays, npz.Int32s("theta_node", node, p), npz.Float64s("positions_built", built.Pos, built.Nodes(), built.Dim))
	}
	return arrays
}

// writeNodes writes where the nodes are built, m, and how far from where they are drawn.
func writeNodes(w io.Writer, x *experiment.Experiment, theta []float64) error {
	out := csv.NewWriter(w)
	drawn, built := x.Network, x.Built(theta)
	axes := []string{"x", "y", "z"}[:drawn.Dim]
	head := append([]string{"node"}, axes...)
	for _, axis := range axes {
		head = append(head, "moved_"+axis)
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for node := range drawn.Nodes() {
		row := []string{strconv.Itoa(drawn.NodeNumber(node))}
		for _, v := range built.At(node) {
			row = append(row, strconv.FormatFloat(v, 'g', -1, 64))
		}
		for axis, v := range built.At(node) {
			row = append(row, strconv.FormatFloat(v-drawn.At(node)[axis], 'g', -1, 64))
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// writeElements writes a table with a line for every parameter: kind and number of its element, the nodes that it
// joins, law, name, value and unit.
func writeElements(w io.Writer, x *experiment.Experiment, theta []float64) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"kind", "number", "nodes", "law", "parameter", "value", "unit"}); err != nil {
		return err
	}
	b := x.Solid.Body
	for i := range b.Elements {
		el := &b.Elements[i]
		nodes := make([]string, len(el.Nodes))
		for j, node := range el.Nodes {
			nodes[j] = strconv.Itoa(x.Network.NodeNumber(node))
		}
		for j, p := range el.Law.Params() {
			row := []string{el.Kind.Name(), strconv.Itoa(el.Number), strings.Join(nodes, "-"), el.Law.Name(), p.Name,
				strconv.FormatFloat(theta[b.ThetaOf(i)+j], 'g', -1, 64), p.Unit}
			if err := out.Write(row); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}
