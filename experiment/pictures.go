package experiment

import (
	"bytes"
	"errors"
	"math"
	"strings"

	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task/data"
)

// table reads the data of the task: a built-in set, a known one on this machine, a CSV file or pictures; pooled if that is asked
// for, and with the test part that it comes with or that the spec names.
func (b *builder) table() (*data.Table, bool) {
	t := &b.Spec.Task
	table, ok := b.tableOf("task.data", t.Data, nil)
	if !ok {
		return nil, false
	}
	if t.Test != "" {
		if !b.addTest(table) {
			return nil, false
		}
	}
	b.tableBytes = table.Bytes()
	if t.Encode.Full > 0 {
		table.Full = t.Encode.Full
	}
	if side := int(math.Round(math.Sqrt(float64(len(table.Features))))); t.Encode.By == data.Pixel && table.Wide == 0 && side*side == len(table.Features) {
		table.Wide, table.High = side, side // they are said to be pixels
	}
	if t.Pool > 0 {
		pooled, err := table.Pool(t.Pool)
		if err != nil {
			b.failBy("E0417", "task.pool", err)
			return nil, false
		}
		table = pooled
		b.tableBytes += table.Bytes() // the pictures as they were take their place until both are there
	}
	return table, true
}

// readTable reads a set by its name. classes are those of the training part, nil where this is it.
func (b *builder) readTable(path, name string, classes []string) (*data.Table, bool) {
	switch known, ok := data.IsKnown(name); {
	case spec.IsTable(name):
		return b.csvTable(path, name, classes)
	case data.IsNPZ(name):
		text, ok := b.read("E0402", path, name)
		if !ok {
			return nil, false
		}
		if !b.foresee(data.NPZSize(text)) {
			return nil, false
		}
		table, err := data.ReadNPZ(text, name, classes)
		if err != nil {
			b.failBy("E0402", path, err)
		}
		return table, err == nil
	case data.IsIDX(name):
		return b.pictures(path, name, classes)
	case ok:
		if !b.foresee(known.Rows, known.Features) {
			return nil, false
		}
		table, err := known.Load()
		if err != nil {
			b.failBy("E0418", path, err).WithNote("`elastrain data` lists the sets, where they can be had and whether they are here")
		}
		return table, err == nil
	}
	table, err := data.Load(name)
	if err != nil {
		names := data.Names()
		for _, k := range data.KnownSets() {
			names = append(names, k.Name)
		}
		b.fail("E0401", path, "there is no built-in data set `%s`", name).
			WithHelp("choose %s or linear, or name a file of your own that ends in .csv, or a file of pictures (.npz, or IDX: -ubyte, -ubyte.gz)", strings.Join(names, ", "))
	}
	return table, err == nil
}

// pictures reads an IDX file of pictures and the file of labels that is named beside it.
func (b *builder) pictures(path, name string, classes []string) (*data.Table, bool) {
	labels := data.Labels(name)
	if labels == "" {
		b.fail("E0402", path, "which file has the labels of %s?", name).
			WithHelp("name both files as those of MNIST: train-images-idx3-ubyte and train-labels-idx1-ubyte, with or without .gz")
		return nil, false
	}
	var parts [2]data.IDX
	for i, file := range []string{name, labels} {
		text, ok := b.read("E0402", path, file)
		if !ok {
			return nil, false
		}
		if i == 0 && !b.foresee(data.IDXSize(text)) {
			return nil, false
		}
		var err error
		if parts[i], err = data.ReadIDX(text, file); err != nil {
			b.failBy("E0402", path, err)
			return nil, false
		}
	}
	table, err := data.FromPictures(name, data.Pictures{Pictures: parts[0], Labels: parts[1]}, data.Pictures{}, classes)
	if err != nil {
		b.failBy("E0402", path, err)
	}
	return table, err == nil
}

// csvTable reads a CSV file.
func (b *builder) csvTable(path, name string, classes []string) (*data.Table, bool) {
	t := &b.Spec.Task
	text, ok := b.read("E0402", path, name)
	if !ok {
		return nil, false
	}
	options := data.CSVOptions{Label: t.Label, Classes: classes}
	if t.Kind == "regression" {
		options = data.CSVOptions{NoLabel: true}
	}
	table, err := data.ReadCSV(bytes.NewReader(text), name, options)
	var bad *data.Error
	switch {
	case errors.As(err, &bad) && bad.Value != "":
		b.failBy("E0407", path, err)
	case bad != nil && bad.NoLabel:
		b.failBy("E0403", "task.label", err)
	case err != nil:
		b.failBy("E0402", path, err)
	case len(table.Classes) == 0 && t.Kind == "classification":
		b.fail("E0404", path, "%s has no column of classes", name).
			WithHelp("name the column with `label: ...`, or use kind: regression")
		return nil, false
	}
	if err == nil {
		b.note(name, table.Notes)
	}
	return table, err == nil
}

// addTest puts the test part that the spec names behind the rows of a table.
func (b *builder) addTest(table *data.Table) bool {
	t := &b.Spec.Task
	if table.TestFrom > 0 {
		b.failKey("E0412", "task.test", "`test` means nothing for %s: the set has a test part of its own", t.Data).WithHelp("leave `test` out")
		return false
	}
	classes := table.Classes
	if len(classes) == 0 {
		classes = nil
	}
	test, ok := b.tableOf("task.test", t.Test, classes)
	if !ok {
		return false
	}
	if err := table.AddTest(test); err != nil {
		b.failBy("E0403", "task.test", err)
		return false
	}
	return true
}

// split parts the rows of the table: into training and test, then off the training part what validates.
func (b *builder) split() bool {
	t := &b.Spec.Task
	if n := b.Table.TestFrom; n > 0 {
		if b.File.Given("task.split") && t.Split != usualSplit {
			b.failKey("E0412", "task.split", "`split` means nothing here: %s has a test part of its own", b.Table.Name).WithHelp("leave `split` out; `validation` splits the training part")
			return false
		}
		for row := range b.Table.Rows() {
			if row < n {
				b.TrainRow = append(b.TrainRow, row)
			} else {
				b.TestRow = append(b.TestRow, row)
			}
		}
	} else {
		var err error
		if b.TrainRow, b.TestRow, err = data.Split(b.Table, t.Split, t.Stratify, b.Spec.Seed); err != nil {
			b.failBy("E0405", "task.split", err)
			return false
		}
	}
	return b.holdOut()
}

// usualSplit is the default of task.split.
const usualSplit = 0.7

// holdOut takes the validation part off the training part.
func (b *builder) holdOut() bool {
	v := b.Spec.Task.Validation
	if v == nil {
		return true
	}
	const path = "task.validation"
	n := len(b.TrainRow)
	count := v.Count
	switch {
	case (v.Share > 0) == (v.Count > 0):
		b.fail("E0405", path, "how many rows of the training part validate?").WithHelp("write `validation: {share: 10 %%}` or `validation: {count: 5000}`")
		return false
	case v.Share > 0:
		count = int(math.Round(v.Share * float64(n)))
	}
	if v.Stratify && (v.From == "last" || b.Spec.Task.Kind != "classification") {
		b.failKey("E0412", path+".stratify", "`stratify` is for classes, and rows that are drawn at random").WithHelp("leave `stratify` out")
		return false
	}
	if count < 1 || count >= n {
		b.fail("E0405", path, "a validation part of %d rows out of %d of the training part leaves nothing to validate, or nothing to train on", count, n).WithHelp("take at least 1 and at most %d", n-1)
		return false
	}
	var err error
	b.TrainRow, b.ValidRow, err = data.HoldOut(b.Table, b.TrainRow, count, v.From == "last", v.Stratify, b.Spec.Seed)
	if err != nil {
		b.failBy("E0405", path, err)
	}
	return err == nil
}

// ChosenOn says by which part of the data settings can have been chosen, in a word for records: "validation" where a part of the
// training data validates, and the test part stays closed while it trains; "test" where the test part is scored beside the
// training, so that nobody can tell that it chose nothing; "training" where there is no other; "" where nothing is learned from data.
func (x *Experiment) ChosenOn() string {
	switch {
	case x.Table == nil:
		return ""
	case x.Valid.N > 0:
		return "validation"
	case x.Test.N > 0 && !x.Closed():
		return "test"
	}
	return "training"
}

// augment prepares what happens to pictures. column is the feature of every input, probe where it has none.
func (b *builder) augment(column []int) {
	a := b.Spec.Learn.Augment
	if a == nil {
		return
	}
	const path = "learn.augment"
	switch t := b.Table; {
	case a.Shift == 0 && a.Erase == 0:
		b.fail("E0506", path, "nothing is to happen to the pictures").WithHelp("add `shift: 1` or `erase: 50 %%`, or leave `augment` out")
		return
	case t.Wide == 0:
		b.fail("E0506", path, "%s are no pictures", t.Name).WithHelp("leave `augment` out; a CSV file of square pictures says so by `encode: {by: pixel, full: 255}`")
		return
	case b.Encoding.By != data.Pixel && b.Encoding.By != data.Largest:
		b.fail("E0506", path, "encoded by %s, a grey is not the same for every pixel", b.Encoding.By).WithHelp("use `encode: {by: pixel}`")
		return
	case b.Spec.Learn.Batch == 0 || int(b.Spec.Learn.Batch) >= b.Train.N:
		b.fail("E0506", path, "pictures change from step to step of small batches, and every step takes all samples").WithHelp("add `batch: 128`, or leave `augment` out")
		return
	}
	m := &data.Moves{Wide: b.Table.Wide, High: b.Table.High, Shift: a.Shift, Erase: a.Erase}
	zero, one := make([]float64, len(column)), make([]float64, len(column))
	copy(one, b.Encoding.Hi)
	b.Forces(zero, zero)
	b.Forces(one, one)
	for i, c := range column {
		p := data.PixelColumn{Pixel: -1}
		if c != probe && one[i] != zero[i] {
			p = data.PixelColumn{Pixel: c, Scale: one[i] - zero[i], Offset: zero[i], Peg: b.amounts[i].peg, Pegs: b.amounts[i].pegs}
		}
		m.Columns = append(m.Columns, p)
	}
	m.Prepare()
	b.moves = m
}
