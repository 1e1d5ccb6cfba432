package network

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/elastrain/elastrain/table"
)

// CSVError says where a table of nodes or bonds is wrong, why, and what to do.
type CSVError struct {
	Table  string // "nodes" or "bonds"
	Line   int    // line of the file from 1; 0 when it is about the whole
	Column string // column by name; "" when it is about the whole line
	Cause  string
	Fix    string // "" when the cause says it all
	Err    error  // what the reader of the file said, if that is the cause
}

// Error is one line: place, cause, way out.
func (e *CSVError) Error() string {
	var b strings.Builder
	b.WriteString("table of " + e.Table)
	if e.Line > 0 {
		fmt.Fprintf(&b, ", line %d", e.Line)
	}
	if e.Column != "" {
		b.WriteString(", column " + e.Column)
	}
	b.WriteString(": " + e.Cause)
	if e.Fix != "" {
		b.WriteString("; " + e.Fix)
	}
	return b.String()
}

// Unwrap is the error of the underlying reader, or nil.
func (e *CSVError) Unwrap() error { return e.Err }

// mostBytes bounds a table: 40 million bonds are not larger.
const mostBytes = 1 << 30

// file is a table of nodes or of bonds on its way to a network.
type file struct {
	*table.Reader
	name  string // "nodes" or "bonds"
	notes []string
}

func open(name, due string, r io.Reader, o Options) (*file, error) {
	named := map[string]string{}
	for _, what := range columnsOf[name] {
		if header := o.Columns[what]; header != "" {
			named[what] = header
		}
	}
	t, err := table.Open(r, table.Options{MaxBytes: mostBytes, Columns: named})
	if err != nil {
		var bad *table.Error
		if !errors.As(err, &bad) {
			return nil, &CSVError{Table: name, Cause: "reading stopped: " + err.Error(), Err: err}
		}
		e := describe(name, bad)
		if bad.Cause == "empty file" {
			e.Cause, e.Fix = "the table is empty", "its first line must name the columns, such as "+due
		}
		return nil, e
	}
	f := &file{Reader: t, name: name}
	numbers := 0
	for _, h := range t.Header {
		if table.Numeric(h) {
			numbers++
		}
	}
	if numbers == len(t.Header) {
		return nil, &CSVError{Table: name, Line: t.Line, Cause: "the first line has numbers where the names of the columns are due", Fix: "put a line such as " + due + " above it"}
	}
	for _, what := range columnsOf[name] {
		if named[what] != "" && !t.Named(what) {
			return nil, &CSVError{Table: name, Line: t.Line, Cause: fmt.Sprintf("there is no column `%s`, which is named for %s: there are %s", table.Clip(named[what]), what, table.List(t.Header)), Fix: "write the name as it stands in the header"}
		}
	}
	return f, nil
}

// columnsOf is what columns of a table can be named for.
var columnsOf = map[string][]string{
	"nodes": {"node", "x", "y", "z"},
	"bonds": {"bond", "a", "b", "stiffness", "width", "length"},
}

// Options are what whoever gives a table says of it.
type Options struct {
	Length  string            // symbol of the unit of lengths where the header names none; "": metres
	Springs string            // likewise of stiffnesses; "": N/m
	Columns map[string]string // headers of columns that have no usual name, by what they are: node, x, y, z, bond, a, b, stiffness, width, length
}

func describe(name string, bad *table.Error) *CSVError {
	e := &CSVError{Table: name, Line: bad.Line, Column: table.Clip(bad.Header), Cause: bad.Cause, Fix: bad.Fix, Err: bad.Err}
	if bad.Column > 0 && bad.Header == "" {
		e.Column = fmt.Sprint(bad.Column)
	}
	return e
}

// wrap makes a *CSVError of what the table said.
func (f *file) wrap(err error) error {
	var bad *table.Error
	if errors.As(err, &bad) {
		return describe(f.name, bad)
	}
	return err
}

// number reads a cell; way says how such a number is written.
func (f *file) number(column int, way string) (float64, error) {
	v, err := f.Number(column)
	if err == nil {
		return v, nil
	}
	e := f.wrap(err).(*CSVError)
	if cell := f.Cell(column); table.Missing(cell) || !table.Numeric(cell) {
		e.Fix = way
	}
	return 0, e
}

// fail is an error about a cell of the row, or with column -1 about all of it.
func (f *file) fail(column int, cause, fix string) error {
	return describe(f.name, f.Fail(column, cause, fix))
}

// headless is an error about the header.
func (f *file) headless(cause, due string) error {
	return &CSVError{Table: f.name, Line: f.Line, Cause: cause + ": there are " + table.List(f.Header), Fix: "name them as in " + due + ", or say which they are, as in `columns: {" + say[f.name] + "}`"}
}

var say = map[string]string{
	"nodes": "x: \"Pos A\", y: \"Pos B\"",
	"bonds": "a: first, b: second",
}

// note keeps something to be said about the table.
func (f *file) note(format string, args ...any) {
	f.notes = append(f.notes, fmt.Sprintf(format, args...))
}

// first finds the first column of groups of names, the most telling group first.
func (f *file) first(groups ...[]string) (table.Column, error) {
	for _, names := range groups {
		for _, n := range names {
			if f.Named(n) {
				groups = [][]string{{n}}
			}
		}
	}
	for _, names := range groups {
		c, err := f.Find(names...)
		if err != nil {
			return c, f.wrap(err)
		}
		if c.At >= 0 {
			return c, nil
		}
	}
	return table.Column{At: -1}, nil
}

// unnamed is the first column if it has no name, as programs write that count rows.
func (f *file) unnamed() table.Column {
	if f.Header[0] == "" && len(f.Header) > 1 {
		return table.Column{At: 0}
	}
	return table.Column{At: -1}
}

// unread notes the columns that mean nothing here.
func (f *file) unread(used ...table.Column) {
	if others := f.Others(used...); len(others) > 0 {
		verb := "are"
		if len(others) == 1 {
			verb = "is"
		}
		f.note("%s %s not read", table.List(others), verb)
	}
}

// ReadCSV reads a network from a table of nodes and a table of bonds, written
// as ReadNodes and ReadBonds say. Nothing is held.
func ReadCSV(nodes, bonds io.Reader) (*Network, error) {
	n, err := ReadNodes(nodes, Options{})
	if err != nil {
		return nil, err
	}
	b, err := ReadBonds(bonds, n, Options{})
	if err != nil {
		return nil, err
	}
	if b.Stressed != nil {
		return nil, b.Stressed
	}
	return &Network{Dim: n.Dim, Pos: n.Pos, Elements: b.Elements, Held: make([]bool, len(n.Pos)), NodeNumbers: n.Numbers}, nil
}

// ReadNodesCSV reads node positions in metres, len nodes*dim, and the dimension:
// ReadNodes for who needs no more. Every error is a *CSVError.
func ReadNodesCSV(r io.Reader) (pos []float64, dim int, err error) {
	n, err := ReadNodes(r, Options{})
	if err != nil {
		return nil, 0, err
	}
	return n.Pos, n.Dim, nil
}

// ReadBondsCSV reads the bonds of a network that has the given number of nodes,
// which count from 1: ReadBonds for who needs no more. Every error is a *CSVError.
func ReadBondsCSV(r io.Reader, nodes int) ([]Element, error) {
	b, err := ReadBonds(r, &NodeTable{Dim: 1, count: nodes, listed: true}, Options{})
	if err != nil {
		return nil, err
	}
	return b.Elements, nil
}
