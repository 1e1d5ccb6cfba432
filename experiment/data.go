package experiment

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
	tables "github.com/elastrain/elastrain/table"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/task/data"
	"github.com/elastrain/elastrain/unit"
)

// fromData builds a regression or classification: ports, table, split, sets.
func (b *builder) fromData() {
	t := &b.Spec.Task
	if b.comb != nil {
		b.combPorts()
	} else if b.hubs != nil {
		b.hubPorts()
	} else {
		b.dataPorts()
	}
	if len(b.errors) > 0 {
		return
	}
	switch {
	case t.Data == "linear" && t.Kind == "regression":
		b.linearData()
	case t.Data == "linear":
		b.fail("E0401", "task.data", "the data set `linear` has displacements to reach, not classes").WithHelp("use kind: regression")
	default:
		b.tableData()
	}
}

func (b *builder) dataPorts() {
	t := &b.Spec.Task
	b.listAmounts()
	for i, in := range t.Inputs {
		if in.Elements != nil {
			b.In, b.Inputs = append(b.In, valuePort), append(b.Inputs, fmt.Sprintf("input %d", i+1))
			continue
		}
		path := fmt.Sprintf("task.inputs[%d]", i+1)
		size, part, given := 0.0, network.Move, false
		if push := pushOf(&in); pushes(push) && t.Data != "linear" {
			var one bool
			if size, part, given, one = b.amount(path, push); !one {
				continue
			}
		}
		if p, ok := b.portOf(path, place{in.Node, in.Nodes, in.Mean}, in.Along, part, in.About, "input"); ok {
			p.Given = given
			b.amounts[i].times = size
			b.In = append(b.In, p)
			b.Inputs = append(b.Inputs, b.portName(p))
		}
	}
	for i, out := range t.Outputs {
		path := fmt.Sprintf("task.outputs[%d]", i+1)
		part := map[string]network.PortPart{"": network.Move, "turn": network.Turn, "potential": network.Potential}[out.Reads]
		p, ok := b.portOf(path, place{out.Node, out.Nodes, out.Mean}, out.Along, part, out.About, "output")
		if !ok {
			continue
		}
		if same := slices.IndexFunc(b.Out, func(other network.Port) bool { return sameReading(p, other) }); same >= 0 {
			b.fail("E0315", path, "this displacement is read twice").WithLabel("as by output %d", same+1).
				WithHelp("give every output a node or direction of its own")
		}
		b.Out = append(b.Out, p)
		b.Outputs = append(b.Outputs, b.portName(p))
	}
}

// linearData makes the synthetic regression of Li & Mao, Fig. 3.
func (b *builder) linearData() {
	t := &b.Spec.Task
	if len(t.Inputs) != 1 {
		b.fail("E0406", "task.inputs[2]", "data: linear has one force, and this is a second input").WithHelp("keep one input")
		return
	}
	for _, key := range []string{"force", "move", "stretch", "moment", "turn", "current", "potential"} {
		b.refuse("task.inputs[1]."+key, "data: linear", "its force is given by `range`")
	}
	b.refuse("task.inputs[1].feature", "data: linear", "it has one force and no features")
	b.refuse("task.inputs[1].complement", "data: linear", "its force is given by `range`")
	slopes := make([]float64, len(t.Outputs))
	for o, out := range t.Outputs {
		path := fmt.Sprintf("task.outputs[%d]", o+1)
		b.refuse(path+".class", "a regression", "it has displacements to reach, not classes")
		b.refuse(path+".reads", "data: linear", "its slope is a displacement by a force")
		b.refuse(path+".column", "data: linear", "what is wanted is given by `slope`")
		if out.Slope == nil {
			b.fail("E0411", path, "this output has no slope to learn").WithHelp("add `slope: 16 mm/N`")
			continue
		}
		slopes[o] = *out.Slope
	}
	if len(b.errors) > 0 {
		return
	}
	x, y, err := data.Linear(t.Points, t.Range.Min, t.Range.Max, slopes, t.Noise, b.Spec.Seed)
	if err != nil {
		b.failBy("E0411", "task.range", err)
		return
	}
	table := &data.Table{Name: "linear", Features: []string{"force"}, X: x, Label: make([]int, t.Points)}
	for i := range table.Label {
		table.Label[i] = -1
	}
	b.Inputs[0] = "force"
	b.Table = table
	if !b.split() {
		return
	}
	fill := func(rows []int) *task.Set {
		s := &task.Set{N: len(rows), P: 1, Q: len(slopes)}
		for _, i := range rows {
			s.F = append(s.F, x[i])
			s.Want = append(s.Want, y[i*len(slopes):(i+1)*len(slopes)]...)
		}
		return s
	}
	b.Train, b.Valid, b.Test = fill(b.TrainRow), fill(b.ValidRow), fill(b.TestRow)
}

// refuse reports a key that is given and would have no effect.
func (b *builder) refuse(path, beside, why string) {
	if b.File.Given(path) {
		key := path[strings.LastIndexByte(path, '.')+1:]
		b.failKey("E0412", path, "`%s` means nothing for %s: %s", key, beside, why).WithHelp("leave `%s` out", key)
	}
}

// tableData reads a built-in set or a CSV file.
func (b *builder) tableData() {
	t := &b.Spec.Task
	table, ok := b.table()
	if !ok {
		return
	}
	b.refuse("task.noise", "measured data", "it is for data: linear")
	if b.comb != nil {
		b.combData(table)
		return
	}
	if b.hubs != nil {
		b.hubData(table)
		return
	}
	columns := make([]int, len(t.Inputs))
	listed := false // long lists of features are shown once
	for i, in := range t.Inputs {
		path := fmt.Sprintf("task.inputs[%d]", i+1)
		if !pushes(pushOf(&in)) && in.Elements == nil {
			b.fail("E0411", path, "this input has no force").WithHelp("add `force: 49 mN`, the push for the largest value")
			continue
		}
		if in.Feature == "" && in.Elements == nil && b.written() {
			columns[i] = probe
			continue
		}
		if in.Feature == "" {
			b.fail("E0406", path, "this input names no feature").WithHelp("add `feature: ...`; %s", names("features", table.Features))
			continue
		}
		column, err := table.Column(in.Feature)
		var bad *data.Error
		if errors.As(err, &bad) {
			b.failBy("E0407", path+".feature", err)
			continue
		}
		if err != nil {
			e := b.fail("E0403", path+".feature", "the data have no feature `%s`", in.Feature)
			if !listed {
				listed = true
				e.WithHelp("%s", names("features", table.Features))
			}
			continue
		}
		columns[i] = column
		b.Inputs[i] = table.Features[column]
	}
	var goal func(s *task.Set, row int)
	if t.Kind == "classification" {
		goal = b.classes(table)
	} else {
		goal = b.targets(table)
	}
	if len(b.errors) > 0 {
		return
	}
	b.Table = table
	given := slices.Clone(columns)
	first := slices.IndexFunc(columns, func(c int) bool { return c != probe })
	for i, c := range columns {
		if c == probe { // it hangs with every sample, whatever its column says
			columns[i] = columns[first]
		}
	}
	if !b.split() {
		return
	}
	fit := b.TrainRow
	if t.Encode.Fit == "all" || b.Spec.Learn.Compat != "" {
		fit = nil
	}
	for i, column := range columns { // one by one, to name the input at fault
		if given[i] == probe {
			continue
		}
		if _, err := data.Fit(t.Encode.By, table, fit, []int{column}); err != nil {
			b.failBy("E0408", fmt.Sprintf("task.inputs[%d].feature", i+1), err)
		}
	}
	if len(b.errors) > 0 {
		return
	}
	b.Encoding, _ = data.Fit(t.Encode.By, table, fit, columns)
	b.Train, b.Valid, b.Test = b.encode(columns, b.TrainRow, goal), b.encode(columns, b.ValidRow, goal), b.encode(columns, b.TestRow, goal)
	b.augment(given)
}

// classes matches outputs with the classes of the table.
func (b *builder) classes(table *data.Table) func(*task.Set, int) {
	t := &b.Spec.Task
	output := make([]int32, len(table.Classes))
	for c := range output {
		output[c] = -1
	}
	for o, out := range t.Outputs {
		path := fmt.Sprintf("task.outputs[%d]", o+1)
		c := slices.Index(table.Classes, out.Class)
		switch {
		case out.Class == "":
			b.fail("E0404", path, "this output stands for no class").WithHelp("add `class: ...`; %s", names("classes", table.Classes))
		case c < 0:
			b.fail("E0404", path+".class", "the data have no class `%s`", out.Class).WithHelp("%s", names("classes", table.Classes))
		case output[c] >= 0:
			b.fail("E0404", path+".class", "two outputs stand for class `%s`", out.Class).
				WithLabel("as output %d does", output[c]+1).WithHelp("%s", names("classes", table.Classes))
		default:
			output[c] = int32(o)
			b.Outputs[o] = out.Class
		}
	}
	for c, o := range output {
		if o < 0 && len(b.errors) == 0 {
			b.failKey("E0404", "task.outputs", "no output stands for class `%s`", table.Classes[c]).
				WithHelp("add an output with `class: %s`", table.Classes[c])
		}
	}
	b.OutputOf = output
	return func(s *task.Set, row int) { s.Class = append(s.Class, output[table.Label[row]]) }
}

// targets finds the columns of wanted displacements of a regression.
func (b *builder) targets(table *data.Table) func(*task.Set, int) {
	t := &b.Spec.Task
	columns := make([]int, len(t.Outputs))
	units := make([]float64, len(t.Outputs))
	for o, out := range t.Outputs {
		path := fmt.Sprintf("task.outputs[%d]", o+1)
		b.refuse(path+".class", "a regression", "it has displacements to reach, not classes")
		b.refuse(path+".slope", "measured data", "what is wanted is in a `column`")
		if out.Column == "" {
			b.fail("E0411", path, "this output has no column of wanted displacements").WithHelp("add `column: ...` and its `unit`")
			continue
		}
		column, err := table.Column(out.Column)
		var bad *data.Error
		if errors.As(err, &bad) {
			b.failBy("E0407", path+".column", err)
			continue
		}
		if err != nil {
			b.fail("E0403", path+".column", "the data have no column `%s`", out.Column).WithHelp("%s", names("columns", table.Features))
			continue
		}
		columns[o] = column
		worth, ok := b.unitOf(path, &out)
		if !ok {
			continue
		}
		units[o] = worth
		if _, said, ok := tables.Split(table.Features[column]); ok {
			if u, length := unit.Length(said); length && u.Float() != units[o] {
				b.fail("E0415", path, "the column `%s` says %s, and its `unit` is %s", table.Features[column], said, out.Unit).WithHelp("write `unit: %s`, or mend the header", u.Symbol)
			}
		}
		b.Outputs[o] = table.Features[column]
	}
	return func(s *task.Set, row int) {
		for o, column := range columns {
			s.Want = append(s.Want, table.At(row, column)*units[o])
		}
	}
}

// unitOf is what one of the unit of a column of wanted values is worth: a length, or of rotations and potentials one of theirs.
func (b *builder) unitOf(path string, out *spec.Output) (worth float64, ok bool) {
	units := unit.Lengths
	switch out.Reads {
	case "turn":
		units = unit.Angles
	case "potential":
		units = unit.Potentials
	}
	symbol := out.Unit
	if out.Reads != "" && !b.File.Given(path+".unit") {
		symbol = units[0].Symbol
	}
	u, ok := unit.Find(units, symbol)
	if !ok {
		b.fail("E0415", path+".unit", "%s is no unit of what this output reads", symbol).WithHelp("write `unit: %s`", units[0].Symbol)
	}
	return u.Float(), ok
}

// names lists what one can choose from.
func names(what string, list []string) string {
	const most = 30
	text := strings.Join(list[:min(len(list), most)], ", ")
	if len(list) > most {
		text += ", ..."
	}
	return fmt.Sprintf("the %s are %s", what, text)
}

// encode turns rows of the table into forces and goals.
func (b *builder) encode(columns, rows []int, goal func(*task.Set, int)) *task.Set {
	p := len(columns)
	s := &task.Set{N: len(rows), P: p, Q: len(b.Out), Signed: b.signed(), F: make([]float64, 0, len(rows)*p)}
	x := make([]float64, p)
	for _, row := range rows {
		for i, column := range columns {
			x[i] = b.Table.At(row, column)
		}
		b.Forces(x, x)
		s.F = append(s.F, x...)
		goal(s, row)
	}
	return s
}

// probe is the column of an input without a feature, which hangs with every sample.
const probe = -1

// pushOf is what an input of data does to its node where its encoded value is 1.
func pushOf(in *spec.Input) *spec.Push {
	p := &spec.Push{Nodes: in.Nodes, Move: in.Move, Stretch: in.Stretch, Moment: in.Moment, Turn: in.Turn, Current: in.Current, Potential: in.Potential}
	if in.Force != 0 {
		p.Force = &in.Force
	}
	return p
}

// pushes reports whether a push has a size.
func pushes(p *spec.Push) bool {
	return p.Force != nil || p.Move != nil || p.Stretch != nil || p.Moment != nil || p.Turn != nil || p.Current != nil || p.Potential != nil
}

// InputSize is what an input of data does where its encoded value is 1: its size in SI, and the key and unit that the file has for it.
func (x *Experiment) InputSize(i int) (size float64, key, unit string) {
	in := &x.Spec.Task.Inputs[i]
	for _, k := range []struct {
		value     *float64
		key, unit string
	}{{in.Move, "move", "m"}, {in.Stretch, "stretch", "m"}, {in.Moment, "moment", "N m"}, {in.Turn, "turn", "rad"}, {in.Current, "current", "A"}, {in.Potential, "potential", "V"}} {
		if k.value != nil {
			return *k.value, k.key, k.unit
		}
	}
	return in.Force, "force", "N"
}

// Forces turns the features of a sample, in the order of Encoding.Features,
// into the forces at the input ports (both len P; they may be the same slice).
func (x *Experiment) Forces(features, forces []float64) {
	x.Encoding.Apply(features, forces)
	for i := range forces {
		forces[i] = x.amounts[i].of(forces[i])
	}
}
