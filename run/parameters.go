package run

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/snapshot"
)

// writeNodes writes where the nodes are built, m, and how far from where they are drawn.
func writeNodes(w io.Writer, s *snapshot.Snapshot) error {
	out := csv.NewWriter(w)
	drawn, built := s.Drawn, s.Built
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
func writeElements(w io.Writer, s *snapshot.Snapshot) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"kind", "number", "nodes", "law", "parameter", "value", "unit"}); err != nil {
		return err
	}
	for i := range s.Elements {
		el := &s.Elements[i]
		if el.Theta < 0 {
			continue
		}
		nodes := make([]string, len(el.Nodes))
		for j, node := range el.Nodes {
			nodes[j] = strconv.Itoa(s.Drawn.NodeNumber(node))
		}
		for j, name := range s.Blocks[el.Block].Names {
			row := []string{el.Kind, strconv.Itoa(el.Number), strings.Join(nodes, "-"), el.Law, name,
				strconv.FormatFloat(s.Theta[el.Theta+j], 'g', -1, 64), s.Blocks[el.Block].Units[j]}
			if err := out.Write(row); err != nil {
				return err
			}
		}
	}
	if r := s.Reading; r != nil {
		for _, b := range s.Blocks {
			for i := 0; i < b.Len() && b.Kind == "reading"; i++ {
				class, name := strconv.Itoa(i+1), ""
				if b.Names[0] == "gain" {
					class = ""
				} else {
					name = s.Outputs[i].Name
				}
				row := []string{b.Kind, class, name, "", b.Names[0], strconv.FormatFloat(s.Theta[b.First+i], 'g', -1, 64), b.Units[0]}
				if err := out.Write(row); err != nil {
					return err
				}
			}
		}
	}
	out.Flush()
	return out.Error()
}
