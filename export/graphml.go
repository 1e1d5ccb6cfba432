package export

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/elastrain/elastrain/snapshot"
)

var graphmlFormat = Format{
	Name: "graphml", Ending: ".graphml", Cases: OneCase, Wants: Wants{Gradient: true},
	Holds: "the graph: nodes with places, supports, ports and displacements; bonds with stiffness, width, elongation, force",
	Opens: "NetworkX, igraph, Gephi, yEd, Cytoscape",
	Lacks: func(in *Input) []string {
		return append(lacksCut(in.Snapshot), lacksKinds(in.Snapshot, 2, "a graph")...)
	},
	Write: writeGraphML,
}

// lacksKinds names kinds of elements of fewer or more ends than a format has.
func lacksKinds(s *snapshot.Snapshot, ends int, what string) (list []string) {
	counts := map[string]int{} // looked up only
	var names []string
	for i := range s.Elements {
		if el := &s.Elements[i]; len(el.Nodes) != ends {
			if counts[el.Kind] == 0 {
				names = append(names, el.Kind)
			}
			counts[el.Kind]++
		}
	}
	for _, name := range names {
		list = append(list, fmt.Sprintf("elements of kind %s (%d) are left out: %s has bonds of two nodes only", name, counts[name], what))
	}
	return list
}

// attribute is a key of a .graphml file with its value for a node or an edge.
type attribute struct {
	name, typ string
	text      func(i int) string // "" for none
}

func decimal(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

func writeGraphML(to io.Writer, in *Input) error {
	s := in.Snapshot
	var c *snapshot.Case
	if len(s.Cases) > 0 {
		c = &s.Cases[0]
	}
	w := bufio.NewWriter(to)
	printf := func(format string, args ...any) { fmt.Fprintf(w, format, args...) } // the first error comes out of Flush
	printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n<!-- %s. SI units. -->\n", comment(in.Source))
	nodes, edges := nodeAttributes(s, c), edgeAttributes(s, c)
	for i, a := range nodes {
		printf("<key id=\"n%d\" for=\"node\" attr.name=\"%s\" attr.type=\"%s\"/>\n", i, escaped(a.name), a.typ)
	}
	for i, a := range edges {
		printf("<key id=\"e%d\" for=\"edge\" attr.name=\"%s\" attr.type=\"%s\"/>\n", i, escaped(a.name), a.typ)
	}
	printf("<graph id=\"network\" edgedefault=\"undirected\">\n")
	data := func(letter string, list []attribute, i int) {
		for j, a := range list {
			if text := a.text(i); text != "" {
				printf("<data key=\"%s%d\">%s</data>", letter, j, escaped(text))
			}
		}
	}
	for node := range s.Drawn.Nodes() {
		printf("<node id=\"%d\">", s.Drawn.NodeNumber(node))
		data("n", nodes, node)
		printf("</node>\n")
	}
	for i := range s.Elements {
		el := &s.Elements[i]
		if el.Cut || len(el.Nodes) != 2 {
			continue
		}
		printf("<edge id=\"%s%d\" source=\"%d\" target=\"%d\">", el.Kind, el.Number, s.Drawn.NodeNumber(el.Nodes[0]), s.Drawn.NodeNumber(el.Nodes[1]))
		data("e", edges, i)
		printf("</edge>\n")
	}
	printf("</graph>\n</graphml>\n")
	return w.Flush()
}

func nodeAttributes(s *snapshot.Snapshot, c *snapshot.Case) (list []attribute) {
	d := s.Drawn.Dim
	for axis, name := range axes(s) {
		list = append(list, attribute{name, "double", func(node int) string { return decimal(s.Built.At(node)[axis]) }})
	}
	for axis, name := range axes(s) {
		list = append(list, attribute{"held_" + name, "boolean", func(node int) string {
			return strconv.FormatBool(s.Drawn.Held != nil && s.Drawn.Held[node*d+axis])
		}})
	}
	for _, side := range []struct {
		name  string
		ports []snapshot.Port
	}{{"input", s.Inputs}, {"output", s.Outputs}} {
		at := ports(s, side.ports)
		list = append(list, attribute{side.name, "string", func(node int) string {
			if at[node] == 0 {
				return ""
			}
			return side.ports[at[node]-1].Name
		}})
	}
	if c == nil {
		return list
	}
	for _, column := range stateColumns(s, c) {
		for part := range column.parts {
			one := column
			one.unit = ""
			list = append(list, attribute{columnHead(&one, part), "double", func(node int) string { return decimal(column.at(node, part)) }})
		}
	}
	return list
}

func edgeAttributes(s *snapshot.Snapshot, c *snapshot.Case) []attribute {
	list := []attribute{
		{"kind", "string", func(i int) string { return s.Elements[i].Kind }},
		{"number", "int", func(i int) string { return strconv.Itoa(s.Elements[i].Number) }},
		{"law", "string", func(i int) string { return s.Elements[i].Law }},
	}
	if s.Drawn.Periodic() {
		for axis := range s.Drawn.Dim {
			list = append(list, attribute{"shift_" + strconv.Itoa(axis+1), "int", func(i int) string {
				if el := &s.Elements[i]; el.Shift != nil {
					return strconv.Itoa(el.Shift[1][axis] - el.Shift[0][axis])
				}
				return "0"
			}})
		}
	}
	for _, column := range atElements(s, c) {
		list = append(list, attribute{column.name, "double", func(i int) string { return decimal(column.at(i, 0)) }})
	}
	return list
}
