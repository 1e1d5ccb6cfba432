package insitu

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/table"
	"github.com/elastrain/elastrain/unit"
)

// parameterTable is what every parameter of a body is set to, in the order in which a bench is told them: its place there,
// its element with the nodes that it joins, its name, value and unit.
func parameterTable(x *experiment.Experiment, theta []float64) string {
	var b strings.Builder
	b.WriteString("place,kind,number,nodes,parameter,value,unit\n")
	for i, p := range x.Solid.Params {
		el := &x.Solid.Body.Elements[p.Element]
		nodes := make([]string, len(el.Nodes))
		for j, node := range el.Nodes {
			nodes[j] = strconv.Itoa(x.Network.NodeNumber(node))
		}
		fmt.Fprintf(&b, "%d,%s,%d,%s,%s,%.17g,%s\n", i+1, el.Kind.Name(), el.Number, strings.Join(nodes, "-"), p.Name, theta[i], p.Unit)
	}
	return b.String()
}

// readParameters reads a table like those that sessions, runs and step cards write: the columns kind, number, parameter
// and value (or after), further ones being passed over. A unit may stand in the column unit.
func readParameters(x *experiment.Experiment, name, text string, theta []float64) error {
	fail := func(line int, format string, args ...any) error {
		return &TableError{name, line, fmt.Sprintf(format, args...)}
	}
	bad := func(err error) error {
		var t *table.Error
		if !errors.As(err, &t) {
			return fail(0, "%v", err)
		}
		if t.Fix != "" {
			return fail(t.Line, "%s; %s", t.Cause, t.Fix)
		}
		return fail(t.Line, "%s", t.Cause)
	}
	const columns = "the first line names the columns, and kind, number, parameter and value must be among them, as in the table of a session of this network"
	r, err := table.Open(strings.NewReader(text), table.Options{})
	if err != nil {
		return bad(err)
	}
	at, all := map[string]int{}, "" // unit of all values, where their column says it
	for _, names := range [][]string{{"kind"}, {"number"}, {"parameter"}, {"unit"}, {"value", "after"}} {
		c, err := r.Find(names...)
		if err != nil {
			return bad(err)
		}
		if at[names[0]] = c.At; c.At < 0 && names[0] != "unit" {
			return fail(r.Line, "there is no column %s; %s", names[0], columns)
		}
		all = c.Unit
	}
	place := map[string]int{}
	for i, p := range x.Solid.Params {
		place[fmt.Sprintf("%s %s", x.Solid.Number(p.Element), p.Name)] = i
	}
	given := make([]bool, len(theta))
	for r.Next() {
		number, err := r.Whole(at["number"])
		what := fmt.Sprintf("%s %d", strings.ToLower(r.Cell(at["kind"])), number)
		i, there := place[what+" "+r.Cell(at["parameter"])]
		if err != nil || !there {
			return fail(r.Line, "the network has no %s %s with a parameter %q", table.Clip(r.Cell(at["kind"])), table.Clip(r.Cell(at["number"])), table.Clip(r.Cell(at["parameter"])))
		}
		p := x.Solid.Params[i]
		v, err := r.Number(at["value"])
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return fail(r.Line, "the %s of %s is %q; it is a number, with a decimal point", p.Name, what, table.Clip(r.Cell(at["value"])))
		}
		in := all
		if at["unit"] >= 0 {
			in = cmp.Or(r.Cell(at["unit"]), all)
		}
		if in != "" && in != p.Unit {
			length, ok := unit.Length(in)
			if !ok || p.Unit != "m" {
				return fail(r.Line, "the %s of %s is in %s; it must be in %s", p.Name, what, in, p.Unit)
			}
			v = length.Of(v)
		}
		if given[i] {
			return fail(r.Line, "the %s of %s is there twice", p.Name, what)
		}
		given[i], theta[i] = true, v
	}
	if err := r.Err(); err != nil {
		return bad(err)
	}
	for i, there := range given {
		if p := x.Solid.Params[i]; !there {
			return fail(0, "the %s of %s has no row; every parameter needs one", p.Name, x.Solid.Number(p.Element))
		}
	}
	return nil
}
