package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/snapshot"
)

var csvFormat = Format{
	Name: "csv", Ending: ".csv", Cases: AllCases, Wants: Wants{Gradient: true, Samples: true},
	Holds: "tables in SI units with units in their headers: nodes, elements, what every state does to them, samples with inputs, targets and predictions, history, scores",
	Opens: "pandas, R, spreadsheets",
	Lacks: func(in *Input) []string {
		if n := historyRows(in.Snapshot); n > mostHistoryRows {
			return []string{fmt.Sprintf("the history is left out: its table would have %d rows; a .npz file holds it", n)}
		}
		return nil
	},
	WriteAll: writeTables,
}

// mostHistoryRows is how many rows a table of the history may have.
const mostHistoryRows = 5_000_000

func historyRows(s *snapshot.Snapshot) int { return len(s.History.Epochs) * len(s.Theta) }

// table writes rows of a table; an error ends it, and the next call says so.
type table struct {
	w   *csv.Writer
	row []string
}

func (t *table) text(cells ...string) { t.row = append(t.row, cells...) }

func (t *table) whole(v int) { t.row = append(t.row, strconv.Itoa(v)) }

// number adds a number that reads back to the same bits, or an empty cell where there is none.
func (t *table) number(values ...float64) {
	for _, v := range values {
		if math.IsNaN(v) {
			t.row = append(t.row, "")
			continue
		}
		t.row = append(t.row, strconv.FormatFloat(v, 'g', -1, 64))
	}
}

func (t *table) end() error {
	err := t.w.Write(t.row)
	t.row = t.row[:0]
	return err
}

// writeTables writes the tables that there is something for.
func writeTables(create Create, in *Input) error {
	s := in.Snapshot
	for _, file := range []struct {
		ending string
		there  bool
		write  func(t *table, s *snapshot.Snapshot) error
	}{
		{"-nodes.csv", true, nodeTable},
		{"-elements.csv", true, elementTable},
		{"-states-of-nodes.csv", len(s.Cases) > 0, nodeStates},
		{"-states-of-elements.csv", len(s.Cases) > 0, elementStates},
		{"-samples.csv", len(s.Parts) > 0, sampleTable},
		{"-history.csv", len(s.History.Epochs) > 0 && historyRows(s) <= mostHistoryRows, historyTable},
		{"-scores.csv", len(s.History.Scores) > 0, scoreTable},
	} {
		if !file.there {
			continue
		}
		err := create(file.ending, func(w io.Writer) error {
			t := &table{w: csv.NewWriter(w)}
			if err := file.write(t, s); err != nil {
				return err
			}
			t.w.Flush()
			return t.w.Error()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// axes are the names of the axes of a network.
func axes(s *snapshot.Snapshot) []string { return []string{"x", "y", "z"}[:s.Drawn.Dim] }

func nodeTable(t *table, s *snapshot.Snapshot) error {
	in, out := ports(s, s.Inputs), ports(s, s.Outputs)
	t.text("node")
	for _, axis := range axes(s) {
		t.text(axis + " (m)")
	}
	for _, axis := range axes(s) {
		t.text("held_" + axis)
	}
	t.text("input", "output")
	if err := t.end(); err != nil {
		return err
	}
	d := s.Drawn.Dim
	for node := range s.Drawn.Nodes() {
		t.whole(s.Drawn.NodeNumber(node))
		t.number(s.Built.At(node)...)
		for axis := range d {
			held := "0"
			if s.Drawn.Held != nil && s.Drawn.Held[node*d+axis] {
				held = "1"
			}
			t.text(held)
		}
		t.whole(in[node])
		t.whole(out[node])
		if err := t.end(); err != nil {
			return err
		}
	}
	return nil
}

// nodesOf are the nodes of an element as people number them, "1-4-7".
func nodesOf(s *snapshot.Snapshot, el *snapshot.Element) string {
	words := make([]string, len(el.Nodes))
	for i, node := range el.Nodes {
		words[i] = strconv.Itoa(s.Drawn.NodeNumber(node))
	}
	return strings.Join(words, "-")
}

func elementTable(t *table, s *snapshot.Snapshot) error {
	columns := atElements(s, nil)
	t.text("kind", "number", "nodes", "law", "cut")
	for i := range columns {
		t.text(columns[i].head())
	}
	if err := t.end(); err != nil {
		return err
	}
	for i := range s.Elements {
		el := &s.Elements[i]
		t.text(el.Kind, strconv.Itoa(el.Number), nodesOf(s, el), el.Law, map[bool]string{true: "1", false: "0"}[el.Cut])
		for j := range columns {
			t.number(columns[j].at(i, 0))
		}
		if err := t.end(); err != nil {
			return err
		}
	}
	return nil
}

// stateColumns are what a case does to nodes.
func stateColumns(s *snapshot.Snapshot, c *snapshot.Case) (list []column) {
	d := s.Drawn.Dim
	flat := func(name, unit string, parts int, values []float64) {
		if values != nil {
			list = append(list, column{name: name, unit: unit, parts: parts, at: func(node, part int) float64 { return values[node*parts+part] }})
		}
	}
	flat("displacement", "m", d, c.Displacement)
	flat("rotation", "rad", len(c.Turns)/s.Drawn.Nodes(), c.Turns)
	flat("potential", "V", 1, c.Potential)
	for _, f := range append(forces(s, "load", c.Loads), forces(s, "reaction", c.Reactions)...) {
		if f.unit == "N" {
			f.parts = d
		}
		list = append(list, f)
	}
	return list
}

func nodeStates(t *table, s *snapshot.Snapshot) error {
	var names []string // of the columns that some case has
	for i := range s.Cases {
		for _, c := range stateColumns(s, &s.Cases[i]) {
			for part := range c.parts {
				head := columnHead(&c, part)
				if !slices.Contains(names, head) {
					names = append(names, head)
				}
			}
		}
	}
	t.text("part", "row", "node")
	t.text(names...)
	if err := t.end(); err != nil {
		return err
	}
	for i := range s.Cases {
		c := &s.Cases[i]
		columns := stateColumns(s, c)
		for node := range s.Drawn.Nodes() {
			t.text(partName(s, c.Part))
			t.whole(c.Sample)
			t.whole(s.Drawn.NodeNumber(node))
			row := make([]float64, len(names))
			for j := range columns {
				for part := range columns[j].parts {
					row[slices.Index(names, columnHead(&columns[j], part))] = columns[j].at(node, part)
				}
			}
			t.number(row...)
			if err := t.end(); err != nil {
				return err
			}
		}
	}
	return nil
}

// columnHead is the name of a part of a column: displacement_x (m).
func columnHead(c *column, part int) string {
	one := *c
	switch {
	case c.name == "rotation" && c.parts == 1:
		one.name += "_z"
	case c.parts > 1:
		one.name += "_" + "xyz"[part:part+1]
	}
	return one.head()
}

func elementStates(t *table, s *snapshot.Snapshot) error {
	t.text("part", "row", "kind", "number")
	for _, c := range caseColumns(s, &s.Cases[0]) {
		t.text(c.head())
	}
	if err := t.end(); err != nil {
		return err
	}
	for i := range s.Cases {
		c := &s.Cases[i]
		columns := caseColumns(s, c)
		for j := range s.Elements {
			el := &s.Elements[j]
			if el.Cut {
				continue
			}
			t.text(partName(s, c.Part), strconv.Itoa(c.Sample), el.Kind, strconv.Itoa(el.Number))
			for k := range columns {
				t.number(columns[k].at(j, 0))
			}
			if err := t.end(); err != nil {
				return err
			}
		}
	}
	return nil
}

// caseColumns are what a case does to elements, with the parameters where inputs set them.
func caseColumns(s *snapshot.Snapshot, c *snapshot.Case) []column {
	list := modes(s, c)
	if c.Theta != nil {
		list = append(list, parameters(s, c.Theta, "")...)
	}
	return list
}

func sampleTable(t *table, s *snapshot.Snapshot) error {
	unit := func(p *snapshot.Port, what string) string {
		c := column{name: what + " " + p.Name, unit: p.Unit}
		return c.head()
	}
	classes := s.Classes()
	t.text("part", "row")
	for i := range s.Inputs {
		t.text(unit(&s.Inputs[i], "input"))
	}
	for i := range s.Outputs {
		t.text(unit(&s.Outputs[i], "output"))
	}
	if classes {
		t.text("class", "predicted")
	} else {
		for i := range s.Outputs {
			t.text(unit(&s.Outputs[i], "target"))
		}
	}
	if err := t.end(); err != nil {
		return err
	}
	p, q := len(s.Inputs), len(s.Outputs)
	for i := range s.Parts {
		part := &s.Parts[i]
		for n := range part.N {
			t.text(part.Name)
			t.whole(part.Rows[n])
			t.number(part.Input[n*p : (n+1)*p]...)
			t.number(part.Reached[n*q : (n+1)*q]...)
			if classes {
				t.text(s.Outputs[part.Class[n]].Name, s.Outputs[part.Predicted[n]].Name)
			} else {
				t.number(part.Wanted[n*q : (n+1)*q]...)
			}
			if err := t.end(); err != nil {
				return err
			}
		}
	}
	return nil
}

func historyTable(t *table, s *snapshot.Snapshot) error {
	t.text("epoch", "kind", "number", "parameter", "value", "unit")
	if err := t.end(); err != nil {
		return err
	}
	for frame, epoch := range s.History.Epochs {
		theta := s.History.Theta[frame*len(s.Theta):]
		for i := range s.Elements {
			el := &s.Elements[i]
			if el.Theta < 0 {
				continue
			}
			b := &s.Blocks[el.Block]
			for j, name := range b.Names {
				t.text(strconv.Itoa(epoch), el.Kind, strconv.Itoa(el.Number), name)
				t.number(theta[el.Theta+j])
				t.text(b.Units[j])
				if err := t.end(); err != nil {
					return err
				}
			}
		}
		for i, at := range s.Places {
			t.text(strconv.Itoa(epoch), "place", strconv.Itoa(s.Drawn.NodeNumber(at.Node)), "xyz"[at.Axis:at.Axis+1])
			t.number(theta[len(s.Theta)-len(s.Places)+i])
			t.text("m")
			if err := t.end(); err != nil {
				return err
			}
		}
	}
	return nil
}

func scoreTable(t *table, s *snapshot.Snapshot) error {
	t.text("epoch", "steps")
	for _, c := range scoreColumns {
		t.text(c.name)
	}
	if err := t.end(); err != nil {
		return err
	}
	for i := range s.History.Scores {
		score := &s.History.Scores[i]
		t.whole(score.Epoch)
		t.whole(score.Steps)
		for _, c := range scoreColumns {
			t.number(c.value(score))
		}
		if err := t.end(); err != nil {
			return err
		}
	}
	return nil
}
