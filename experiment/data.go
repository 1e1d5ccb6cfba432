package experiment

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/task/data"
)

// fromData builds a regression or classification: ports, table, split, sets.
func (b *builder) fromData() {
	t := &b.Spec.Task
	if t.Data == "" {
		b.fail("E0401", "task", "a %s learns from data, and `data` is missing", t.Kind).
			WithHelp("write `data: iris` (or %s), data: linear, or a CSV file", strings.Join(data.Names(), ", "))
		return
	}
	if len(t.Inputs) == 0 || len(t.Outputs) == 0 {
		b.fail("E0409", "task", "a %s needs `inputs` and `outputs`", t.Kind).
			WithHelp("inputs say which node each feature pushes, outputs which displacements are read")
		return
	}
	b.dataPorts()
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
	for i, in := range t.Inputs {
		if p, ok := b.portAt(fmt.Sprintf("task.inputs[%d]", i+1), in.Node, in.Along, "input"); ok {
			b.In = append(b.In, p)
			b.Inputs = append(b.Inputs, fmt.Sprintf("node %d", in.Node))
		}
	}
	for i, out := range t.Outputs {
		path := fmt.Sprintf("task.outputs[%d]", i+1)
		p, ok := b.portAt(path, out.Node, out.Along, "output")
		if !ok {
			continue
		}
		if slices.Contains(b.Out, p) {
			b.fail("E0315", path, "this displacement is read twice").WithHelp("give every output a node or direction of its own")
		}
		b.Out = append(b.Out, p)
		b.Outputs = append(b.Outputs, fmt.Sprintf("node %d", out.Node))
	}
}

// linearData makes the synthetic regression of Li & Mao, Fig. 3.
func (b *builder) linearData() {
	t := &b.Spec.Task
	if len(t.Inputs) != 1 {
		b.fail("E0406", "task.inputs", "data: linear has one input force, not %d", len(t.Inputs))
		return
	}
	if !t.Range.IsSet() {
		b.fail("E0411", "task", "data: linear needs the range of its force").WithHelp("add `range: -196..196 mN`")
		return
	}
	if t.Inputs[0].Force != 0 || t.Inputs[0].Complement {
		b.fail("E0306", "task.inputs[1]", "the force of data: linear is given by `range`")
		return
	}
	slopes := make([]float64, len(t.Outputs))
	for o, out := range t.Outputs {
		if out.Slope == nil {
			b.fail("E0411", fmt.Sprintf("task.outputs[%d]", o+1), "this output has no slope to learn").WithHelp("add `slope: 16 mm/N`")
			return
		}
		slopes[o] = *out.Slope
	}
	points := t.Points
	if points == 0 {
		points = 100
	}
	x, y, err := data.Linear(points, t.Range.Min, t.Range.Max, slopes, t.Noise, b.Spec.Seed)
	if err != nil {
		b.fail("E0411", "task.range", "%v", err)
		return
	}
	table := &data.Table{Name: "linear", Features: []string{"force"}, X: x, Label: make([]int, points)}
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
	b.Train, b.Test = fill(b.TrainRow), fill(b.TestRow)
}

// tableData reads a built-in set or a CSV file.
func (b *builder) tableData() {
	t := &b.Spec.Task
	table, ok := b.table()
	if !ok {
		return
	}
	columns := make([]int, len(t.Inputs))
	for i, in := range t.Inputs {
		path := fmt.Sprintf("task.inputs[%d]", i+1)
		if in.Force == 0 {
			b.fail("E0411", path, "this input has no force").WithHelp("add `force: 49 mN`, the push for the largest value")
			continue
		}
		if in.Feature == "" {
			b.fail("E0406", path, "this input names no feature").WithHelp("the features are %s", strings.Join(table.Features, ", "))
			continue
		}
		column, err := table.Column(in.Feature)
		if err != nil {
			b.fail("E0403", path+".feature", "%v", err)
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
	if !b.split() {
		return
	}
	fit := b.TrainRow
	if t.Encode.Fit == "all" || b.Spec.Learn.Compat != "" {
		fit = nil
	}
	var err error
	if b.Encoding, err = data.Fit(t.Encode.By, table, fit, columns); err != nil {
		b.fail("E0408", "task.encode", "%v", err)
		return
	}
	b.Train, b.Test = b.encode(columns, b.TrainRow, goal), b.encode(columns, b.TestRow, goal)
}

func (b *builder) table() (*data.Table, bool) {
	t := &b.Spec.Task
	if !strings.HasSuffix(strings.ToLower(t.Data), ".csv") {
		table, err := data.Load(t.Data)
		if err != nil {
			b.fail("E0401", "task.data", "%v", err)
		}
		return table, err == nil
	}
	text, ok := b.read("E0402", "task.data", t.Data)
	if !ok {
		return nil, false
	}
	options := data.CSVOptions{Label: t.Label}
	if t.Kind == "regression" {
		options = data.CSVOptions{NoLabel: true}
	}
	table, err := data.ReadCSV(bytes.NewReader(text), t.Data, options)
	var bad *data.Error
	switch {
	case errors.As(err, &bad) && bad.Value != "":
		b.fail("E0407", "task.data", "%v", err)
	case err != nil:
		b.fail("E0402", "task.data", "%v", err)
	}
	return table, err == nil
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
			b.fail("E0404", path, "this output stands for no class").WithHelp("add `class: ...`; the classes are %s", strings.Join(table.Classes, ", "))
		case c < 0:
			b.fail("E0404", path+".class", "the data has no class `%s`", out.Class).WithLabel("the classes are %s", strings.Join(table.Classes, ", "))
		case output[c] >= 0:
			b.fail("E0404", path+".class", "two outputs stand for class `%s`", out.Class)
		default:
			output[c] = int32(o)
			b.Outputs[o] = out.Class
		}
	}
	for c, o := range output {
		if o < 0 && len(b.errors) == 0 {
			b.fail("E0404", "task.outputs", "no output stands for class `%s`", table.Classes[c])
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
		if out.Column == "" {
			b.fail("E0411", path, "this output has no column of wanted displacements").WithHelp("add `column: ...` and its `unit`")
			continue
		}
		column, err := table.Column(out.Column)
		if err != nil {
			b.fail("E0403", path+".column", "%v", err)
			continue
		}
		columns[o] = column
		units[o] = map[string]float64{"m": 1, "mm": 1e-3, "um": 1e-6}[out.Unit]
		b.Outputs[o] = table.Features[column]
	}
	return func(s *task.Set, row int) {
		for o, column := range columns {
			s.Want = append(s.Want, table.Row(row)[column]*units[o])
		}
	}
}

// split parts the rows of the table.
func (b *builder) split() bool {
	t := &b.Spec.Task
	var err error
	b.TrainRow, b.TestRow, err = data.Split(b.Table, t.Split, t.Stratify, b.Spec.Seed)
	if err != nil {
		b.fail("E0405", "task.split", "%v", err)
	}
	return err == nil
}

// encode turns rows of the table into forces and goals.
func (b *builder) encode(columns, rows []int, goal func(*task.Set, int)) *task.Set {
	p := len(columns)
	s := &task.Set{N: len(rows), P: p, Q: len(b.Out), F: make([]float64, 0, len(rows)*p)}
	x := make([]float64, p)
	for _, row := range rows {
		for i, column := range columns {
			x[i] = b.Table.Row(row)[column]
		}
		b.Forces(x, x)
		s.F = append(s.F, x...)
		goal(s, row)
	}
	return s
}

// Forces turns the features of a sample, in the order of Encoding.Features,
// into the forces at the input ports (both len P; they may be the same slice).
func (x *Experiment) Forces(features, forces []float64) {
	x.Encoding.Apply(features, forces)
	for i := range forces {
		in := &x.Spec.Task.Inputs[i]
		if in.Complement {
			forces[i] = 1 - forces[i]
		}
		forces[i] *= in.Force
	}
}
