package data

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/table"
)

// Limits of ReadCSV. They keep a wrong file from eating the machine.
const (
	MaxBytes   = 256 << 20
	MaxRows    = 10_000_000
	MaxColumns = 10_000
)

// CSVOptions says which column names the class. The zero value takes the last
// column of words (one without a single number in it), if there is one.
type CSVOptions struct {
	Label   string   // class column by name, or number from 1; "": the last column of words
	NoLabel bool     // there is no class column, every column is numeric (regression); Label is ignored
	Classes []string // class names of a trained network, in its order: any other is an error; nil: as found in the file
}

// ReadCSV reads a table from text with one header line of column names, written in any of the ways that
// package table reads. Every column but the class column is a feature and holds finite decimal
// numbers. A column that does not (words, gaps, no name or the name of another) is in the way only of who asks for
// it: [Table.Column] says what is wrong. White space inside a column or class name becomes a single space.
//
// Classes are numbered in the order in which they first appear in the file,
// unless opt.Classes fixes it; without that, at least two must appear. name
// is for messages, and becomes the Name and Source of the table.
//
// What is wrong with the text is an [*Error]; an error of r is wrapped.
func ReadCSV(r io.Reader, name string, opt CSVOptions) (*Table, error) {
	return readCSV(r, name, opt, limits{bytes: MaxBytes, rows: MaxRows, columns: MaxColumns})
}

type limits struct{ bytes, rows, columns int }

func readCSV(r io.Reader, name string, opt CSVOptions, most limits) (*Table, error) {
	t, err := table.Open(r, table.Options{MaxBytes: most.bytes, MaxColumns: most.columns, Words: true})
	f := csvFile{Reader: t, name: name, most: most}
	if err != nil {
		return nil, f.wrap(err)
	}
	if err := f.checkHeader(); err != nil {
		return nil, err
	}
	if err := f.chooseLabel(opt); err != nil {
		return nil, err
	}
	return f.readRows(opt.Classes)
}

// csvFile is a file on its way to a table.
type csvFile struct {
	*table.Reader
	name   string
	most   limits
	label  int      // class column, from 0; -1: none
	auto   bool     // the class column was chosen, not given
	faults []*Error // of each column, the first; len columns
	styles []table.Style
	notes  []string
}

// wrap makes an *Error of what the table said.
func (f *csvFile) wrap(err error) error {
	var bad *table.Error
	if !errors.As(err, &bad) {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	return f.describe(bad)
}

func (f *csvFile) describe(bad *table.Error) *Error {
	e := &Error{Name: f.name, Line: bad.Line, Column: bad.Column, Header: bad.Header, Value: bad.Value, Message: bad.Cause}
	if bad.Fix != "" {
		e.Message += "; " + bad.Fix
	}
	return e
}

// checkHeader refuses a first line that is no header, and marks columns that nobody can ask for by name.
func (f *csvFile) checkHeader() error {
	f.faults, f.styles = make([]*Error, len(f.Header)), make([]table.Style, len(f.Header))
	seen := make(map[string]int, len(f.Header)) // name -> column from 1
	for j, n := range f.Header {
		fail := func(column int, message string) *Error {
			return &Error{Name: f.name, Line: f.Line, Column: column, Header: n, Value: n, Message: message}
		}
		switch {
		case table.Numeric(n):
			return fail(j+1, "a number where a column name is due; the first line must be a header such as `length,width,class`")
		case n == "":
			f.faults[j] = fail(j+1, "the column has no name; name it, or remove the column")
		case seen[n] > 0:
			f.faults[j] = fail(j+1, fmt.Sprintf("column %d has the same name; rename one of them", seen[n]))
			f.faults[seen[n]-1] = f.faults[j]
		}
		seen[n] = j + 1
	}
	return nil
}

// chooseLabel finds the class column.
func (f *csvFile) chooseLabel(opt CSVOptions) error {
	f.label = -1
	switch {
	case opt.NoLabel:
	case opt.Label != "":
		j, ok := find(f.Header, tidy(opt.Label))
		if !ok {
			return &Error{Name: f.name, Line: f.Line, NoLabel: true,
				Message: fmt.Sprintf("no class column `%s`; the columns are %s", table.Clip(opt.Label), list(f.Header))}
		}
		f.label = j
	default:
		f.label = f.lastWords(opt.Classes)
		f.auto = f.label >= 0
	}
	if f.label < 0 {
		return nil
	}
	if len(f.Header) == 1 {
		return &Error{Name: f.name, Line: f.Line, Column: 1, Header: f.Header[0],
			Message: "the class column is the only one; features are missing"}
	}
	if bad := f.faults[f.label]; bad != nil {
		return bad
	}
	return nil
}

// lastWords is the last column that has words and not a single number, or -1. Where
// the classes are known it is the last one that holds any of them.
// A column of numbers with a slip in it is thus no class column, and readRows
// reports the slip. A line that cannot be read ends the search: readRows says why.
func (f *csvFile) lastWords(classes []string) int {
	words := make([]bool, len(f.Header))
	numbers := make([]bool, len(f.Header))
	known := make([]bool, len(f.Header))
	for f.Next() {
		for j := range f.Header {
			field := f.Cell(j)
			switch {
			case table.Numeric(field):
				numbers[j] = true
			case !table.Missing(field):
				words[j] = true
				known[j] = known[j] || slices.Contains(classes, tidy(field))
			}
		}
	}
	f.Rewind()
	last, others := -1, 0
	for j := len(words) - 1; j >= 0; j-- {
		if !words[j] || numbers[j] {
			continue
		}
		if classes != nil && !known[j] {
			f.notes = append(f.notes, fmt.Sprintf("`%s` holds none of the classes and is no class column", table.Clip(f.Header[j])))
			continue
		}
		if last < 0 {
			last = j
		} else {
			others++
		}
	}
	if others > 0 {
		f.notes = append(f.notes, fmt.Sprintf("the class is `%s`, the last column of words; `label` may name another", table.Clip(f.Header[last])))
	}
	return last
}

// readRows reads the lines below the header. fixed are the classes to expect, or nil.
func (f *csvFile) readRows(fixed []string) (*Table, error) {
	t := &Table{Name: f.name, Source: f.name, Features: slices.Clone(f.Header)}
	head := f.Line
	classes := make(map[string]int) // name -> number
	if f.label >= 0 {
		t.ClassColumn = f.Header[f.label]
		t.Features = slices.Delete(t.Features, f.label, f.label+1)
		t.Classes = slices.Clone(fixed)
		for c, name := range fixed {
			classes[name] = c
		}
	}
	for f.Next() {
		if t.Rows() == f.most.rows {
			return nil, f.describe(f.Fail(-1, fmt.Sprintf("more than %d rows", f.most.rows), "take a part of them"))
		}
		class := -1
		for j := range f.Header {
			if j == f.label {
				var complaint string
				if class, complaint = f.class(t, classes, f.Cell(j), fixed != nil); complaint != "" {
					return nil, f.describe(f.Fail(j, complaint, ""))
				}
				continue
			}
			v := math.NaN() // of a column that nobody may ask for
			if f.faults[j] == nil {
				var err error
				if v, err = f.NumberOf(j, &f.styles[j]); err != nil {
					v = math.NaN()
					f.faults[j] = f.fault(j, err)
				}
			}
			t.X = append(t.X, v)
		}
		t.Label = append(t.Label, class)
	}
	if err := f.Err(); err != nil {
		return nil, f.wrap(err)
	}
	if t.Rows() == 0 {
		return nil, &Error{Name: f.name, Line: head, Message: "no rows below the header"}
	}
	if f.label >= 0 && fixed == nil && len(t.Classes) < 2 {
		return nil, &Error{Name: f.name, Line: head, Column: f.label + 1, Header: f.Header[f.label],
			Message: fmt.Sprintf("only one class, `%s`, in the file; a classification needs two or more", table.Clip(t.Classes[0]))}
	}
	f.oneStyle()
	f.keepFaults(t)
	t.Notes = append(f.notes, f.Notes()...)
	return t, nil
}

// oneStyle refuses columns with decimal commas beside columns with decimal points: in one of them
// the sign parts thousands. Columns that are refused anyway do not count.
func (f *csvFile) oneStyle() {
	var points, commas *table.Style
	for j := range f.styles {
		if f.faults[j] == nil && f.styles[j].Points() && points == nil {
			points = &f.styles[j]
		}
	}
	for j := range f.styles {
		s := &f.styles[j]
		if f.faults[j] != nil || !s.Commas() {
			continue
		}
		if points != nil {
			cause, fix := table.Mixed(s, points)
			f.faults[j] = &Error{Name: f.name, Line: s.Line(), Column: j + 1, Header: f.Header[j], Message: cause + "; " + fix}
		} else if commas == nil {
			commas = s
			f.notes = append(f.notes, s.Note())
		}
	}
}

// fault is what is wrong with a cell of a feature.
func (f *csvFile) fault(column int, err error) *Error {
	var bad *table.Error
	if !errors.As(err, &bad) {
		bad = f.Fail(column, err.Error(), "")
	}
	e := f.describe(bad)
	if cell := f.Cell(column); f.auto && !table.Missing(cell) && !table.Numeric(cell) {
		e.Message += fmt.Sprintf(" (the class is `%s`, the last column of words)", table.Clip(f.Header[f.label]))
	}
	return e
}

// keepFaults gives the table the faults of its features, none if there are none.
func (f *csvFile) keepFaults(t *Table) {
	if !slices.ContainsFunc(f.faults, func(e *Error) bool { return e != nil }) {
		return
	}
	t.faults = slices.Clone(f.faults)
	if f.label >= 0 {
		t.faults = slices.Delete(t.faults, f.label, f.label+1)
	}
	for j, bad := range t.faults { // numbers above a slip are of no use to anybody
		for i := range t.Rows() {
			if bad != nil {
				t.X[i*len(t.Features)+j] = math.NaN()
			}
		}
	}
}

// class is the number of the class a field names; a new name becomes a new
// class unless the classes are fixed.
func (f *csvFile) class(t *Table, classes map[string]int, field string, fixed bool) (c int, complaint string) {
	if table.Missing(field) {
		what := "empty"
		if field != "" {
			what = table.Show(field) + " marks a missing value"
		}
		return -1, what + "; remove the row or fill the value"
	}
	name := tidy(field)
	c, known := classes[name]
	if known {
		return c, ""
	}
	if fixed {
		return -1, fmt.Sprintf("class %s is unknown; the classes are %s", table.Show(name), list(t.Classes))
	}
	c = len(t.Classes)
	name = strings.Clone(name) // else the class keeps the whole line alive
	t.Classes = append(t.Classes, name)
	classes[name] = c
	return c, ""
}

// tidy trims a name and makes its inner white space, line breaks included, single spaces.
func tidy(name string) string { return table.Tidy(name) }
