package experiment

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/table"
	"github.com/elastrain/elastrain/unit"
)

// mostTold is how many loads or wanted displacements tables may give in all: more would not fit into an experiment file.
const mostTold = 5000

// caseTables puts the loads and targets that cases take from tables into the cases, as if the file listed them: a case
// of a run then needs no table.
func (b *builder) caseTables() {
	told := 0
	for i := range b.Spec.Task.Cases {
		c := &b.Spec.Task.Cases[i]
		path := fmt.Sprintf("task.cases[%d]", i+1)
		b.fromTable(path+".loads", c.Loads, i+1, &told, forceColumns, func(node int, along spec.Direction, v float64) {
			c.Push = append(c.Push, spec.Push{Node: node, Along: along, Force: &v})
		})
		b.fromTable(path+".targets", c.Targets, i+1, &told, moveColumns, func(node int, along spec.Direction, v float64) {
			c.Want = append(c.Want, spec.Want{Node: node, Along: along, Move: &v})
		})
		c.Loads, c.Targets = "", ""
	}
}

// fromTable reads a table of vectors at nodes, if there is one.
func (b *builder) fromTable(path, file string, number int, told *int, c vectorColumns, add func(node int, along spec.Direction, v float64)) {
	if file == "" {
		return
	}
	text, ok := b.read("E0304", path, file)
	if !ok {
		return
	}
	rows, notes, err := readVectors(text, c, number, b.Network.Dim)
	if err == nil {
		if *told += len(rows); *told > mostTold {
			err = fmt.Errorf("more than %d loads and targets in all; take some of the nodes", mostTold)
		}
	}
	for _, r := range rows {
		if _, there := b.Network.FindNode(r.node); !there && err == nil {
			err = fmt.Errorf("line %d: node %d does not exist; this network has nodes %s", r.line, r.node, b.nodes())
		}
	}
	if err != nil {
		b.failBy("E0304", path, fmt.Errorf("%s: %w", file, err))
		return
	}
	b.note(file, notes)
	for _, r := range rows {
		add(r.node, r.along, r.value)
	}
}

// vectorColumns are the columns of a table of vectors at nodes: of their components, or of their sizes along directions.
type vectorColumns struct {
	what  string
	axes  [3][]string
	size  []string
	units []unit.Unit
	like  string

	skipZero bool // a zero says that there is none
}

var (
	forceColumns = vectorColumns{"force", [3][]string{{"fx", "forcex", "loadx", "px"}, {"fy", "forcey", "loady", "py"}, {"fz", "forcez", "loadz", "pz"}}, []string{"force", "load", "f"}, unit.Forces, "fx (N)", true}
	moveColumns  = vectorColumns{"displacement", [3][]string{{"ux", "dx", "displacementx", "movex", "u"}, {"uy", "dy", "displacementy", "movey", "v"}, {"uz", "dz", "displacementz", "movez", "w"}},
		[]string{"move", "displacement", "want", "target"}, unit.Lengths, "ux (mm)", false}
)

// vector is a component of a row.
type vector struct {
	node  int
	along spec.Direction
	value float64 // SI
	line  int
}

func readVectors(text []byte, c vectorColumns, number, dim int) (rows []vector, notes []string, err error) {
	t, err := table.Open(bytes.NewReader(text), table.Options{})
	if err != nil {
		return nil, nil, err
	}
	node, err := t.Find("node", "nodeid", "nodenumber", "id", "number", "no", "nr")
	if err != nil {
		return nil, nil, err
	}
	of, err := t.Find("case", "loadcase", "caseid", "casenumber")
	if err != nil {
		return nil, nil, err
	}
	along, err := t.Find("along", "direction", "axis")
	if err != nil {
		return nil, nil, err
	}
	due := fmt.Sprintf("write a header such as node,%s,%s, or node,along,%s", c.like, strings.Replace(c.like, "x", "y", 1), strings.Replace(c.like, c.like[:2], c.size[0], 1))
	if node.At < 0 {
		return nil, nil, &table.Error{Line: t.Line, Cause: "there is no column of nodes: there are " + table.List(t.Header), Fix: due}
	}
	columns, names := []table.Column{}, c.axes[:]
	if along.At >= 0 {
		names = [][]string{c.size}
	}
	for axis, list := range names {
		column, err := t.Find(list...)
		if err != nil {
			return nil, nil, err
		}
		if column.At >= 0 && along.At < 0 && axis >= dim {
			return nil, nil, &table.Error{Line: t.Line, Column: column.At + 1, Header: t.Header[column.At], Cause: fmt.Sprintf("the network has %d dimensions", dim), Fix: "remove the column"}
		}
		columns = append(columns, column)
	}
	used, found := []table.Column{node, of, along}, false
	units := make([]unit.Unit, len(columns))
	for i, column := range columns {
		used = append(used, column)
		if column.At < 0 {
			continue
		}
		found = true
		known := false
		if column.HasUnit {
			units[i], known = unit.Find(c.units, column.Unit)
		}
		if !known {
			cause := "the unit is missing"
			if column.HasUnit {
				cause = fmt.Sprintf("%s is no unit of a %s that is read", table.Show(column.Unit), c.what)
			}
			return nil, nil, &table.Error{Line: t.Line, Column: column.At + 1, Header: t.Header[column.At], Cause: cause, Fix: "write such as `" + c.like + "`; `elastrain explain units` lists the units"}
		}
	}
	if !found {
		return nil, nil, &table.Error{Line: t.Line, Cause: fmt.Sprintf("there is no column of the %s: there are %s", c.what, table.List(t.Header)), Fix: due}
	}
	type at struct {
		node  int
		along string
	}
	first := map[at]int{}
	for t.Next() {
		if of.At >= 0 {
			n, err := t.Whole(of.At)
			if err != nil {
				return nil, nil, err
			}
			if n != number {
				continue
			}
		}
		n, err := t.Whole(node.At)
		if err != nil {
			return nil, nil, err
		}
		for i, column := range columns {
			if column.At < 0 || table.Missing(t.Cell(column.At)) {
				continue
			}
			word := "xyz"[i : i+1]
			if along.At >= 0 {
				word = strings.ToLower(t.Cell(along.At))
			}
			direction, ok := axisNamed(word, dim)
			if !ok {
				return nil, nil, t.Fail(along.At, fmt.Sprintf("%s is no direction here", table.Show(word)), "write x, y or z, with a minus for the opposite, as far as the network has them")
			}
			v, err := t.Number(column.At)
			if err != nil {
				return nil, nil, err
			}
			if v == 0 && c.skipZero {
				continue
			}
			if v = units[i].Of(v); math.IsInf(v, 0) {
				return nil, nil, t.Fail(column.At, table.Show(t.Cell(column.At))+" is too large", "check the number and the unit")
			}
			key := at{n, strings.TrimPrefix(word, "-")}
			if before, twice := first[key]; twice {
				return nil, nil, t.Fail(column.At, fmt.Sprintf("node %d has a %s along %s on line %d already", n, c.what, key.along, before), "keep one of them")
			}
			first[key] = t.Line
			if rows = append(rows, vector{n, direction, v, t.Line}); len(rows) > mostTold {
				return nil, nil, t.Fail(-1, fmt.Sprintf("more than %d of them", mostTold), "take some of the nodes")
			}
		}
	}
	if err := t.Err(); err != nil {
		return nil, nil, err
	}
	if len(rows) == 0 {
		return nil, nil, &table.Error{Line: t.Line, Cause: fmt.Sprintf("there is no %s for case %d", c.what, number), Fix: "add rows, or leave the table out"}
	}
	notes = t.Notes()
	if others := t.Others(used...); len(others) > 0 {
		notes = append(notes, table.List(others)+" not read")
	}
	return rows, notes, nil
}

// axisNamed is the direction of x, -y and the like.
func axisNamed(word string, dim int) (spec.Direction, bool) {
	sign := 1.0
	if rest, minus := strings.CutPrefix(word, "-"); minus {
		word, sign = rest, -1
	}
	axis := strings.Index("xyz", strings.TrimPrefix(word, "+"))
	if len(strings.TrimPrefix(word, "+")) != 1 || axis < 0 || axis >= dim {
		return nil, false
	}
	d := spec.Direction{0, 0, 0}
	d[axis] = sign
	return d, true
}
