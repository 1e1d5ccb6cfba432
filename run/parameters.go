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
// place of the parameter in the list of its law. docs/file-formats.md lists kinds and laws.
func parametersOf(x *experiment.Experiment, theta, history []float64) []npz.Array {
	p := len(theta)
	element, place := make([]int32, p), make([]int32, p)
	for i := range x.Solid.Body.Elements {
		at := x.Solid.Body.ThetaOf(i)
		for j := range x.Solid.Body.Elements[i].Law.Params() {
			element[at+j], place[at+j] = int32(x.Solid.Body.Elements[i].Number), int32(j+1)
		}
	}
	return []npz.Array{npz.Float64s("theta", theta, p), npz.Float64s("theta_history", history, len(history)/max(p, 1), p),
		npz.Int32s("theta_element", element, p), npz.Int32s("theta_place", place, p)}
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
