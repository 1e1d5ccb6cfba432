package network

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
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

// ReadCSV reads a network from a table of nodes and a table of bonds, written
// as ReadNodesCSV and ReadBondsCSV say. Nothing is held.
func ReadCSV(nodes, bonds io.Reader) (*Network, error) {
	pos, dim, err := ReadNodesCSV(nodes)
	if err != nil {
		return nil, err
	}
	elements, err := ReadBondsCSV(bonds, len(pos)/dim)
	if err != nil {
		return nil, err
	}
	return &Network{Dim: dim, Pos: pos, Elements: elements, Held: make([]bool, len(pos))}, nil
}

// ReadNodesCSV reads node positions in metres. The first line names the columns:
// x, or x,y, or x,y,z, with or without a first column `node` that numbers the
// rows from 1. Rows with numbers may come in any order, but no number may be
// missing or come twice. It returns the positions node by node, len nodes*dim,
// and the dimension. Every error is a *CSVError.
func ReadNodesCSV(r io.Reader) (pos []float64, dim int, err error) {
	t, err := openTable("nodes", "node", r, "x", "x,y", "x,y,z")
	if err != nil {
		return nil, 0, err
	}
	dim = len(t.columns)
	for t.next() {
		if t.rows > MaxNodes {
			return nil, 0, t.fail("", fmt.Sprintf("more than %d nodes", MaxNodes), "use a smaller network")
		}
		for i := range t.columns {
			pos = append(pos, t.metres(i))
		}
	}
	order, err := t.order()
	if err != nil {
		return nil, 0, err
	}
	if order == nil {
		return pos, dim, nil
	}
	sorted := make([]float64, len(pos))
	for row, node := range order {
		copy(sorted[node*dim:(node+1)*dim], pos[row*dim:])
	}
	return sorted, dim, nil
}

// ReadBondsCSV reads the bonds of a network that has the given number of nodes.
// The first line names the columns: a,b, or bond,a,b. Columns a and b are node
// numbers from 1; the optional column `bond` numbers the rows from 1, in any
// order, none missing and none twice. It returns one Bar a row, its nodes
// counted from 0 and its ends in the order written. Every error is a *CSVError;
// duplicates are left to Validate.
func ReadBondsCSV(r io.Reader, nodes int) ([]Element, error) {
	t, err := openTable("bonds", "bond", r, "a,b")
	if err != nil {
		return nil, err
	}
	var bonds []Element
	for t.next() {
		if t.rows > MaxBonds {
			return nil, t.fail("", fmt.Sprintf("more than %d bonds", MaxBonds), "use a smaller network")
		}
		var ends [2]int
		for i := range ends {
			ends[i] = t.number(t.columns[i], t.values()[i], "node numbers count from 1") - 1
			if t.err == nil && ends[i] >= nodes {
				t.fail(t.columns[i], fmt.Sprintf("node %d does not exist", ends[i]+1), fmt.Sprintf("the network has nodes 1 to %d", nodes))
			}
		}
		if t.err == nil && ends[0] == ends[1] {
			t.fail("", fmt.Sprintf("the bond joins node %d to itself", ends[0]+1), "give it two different ends")
		}
		bonds = append(bonds, Element{Kind: Bar, Nodes: ends})
	}
	order, err := t.order()
	if err != nil {
		return nil, err
	}
	if order == nil {
		return bonds, nil
	}
	sorted := make([]Element, len(bonds))
	for row, bond := range order {
		sorted[bond] = bonds[row]
	}
	return sorted, nil
}

// table reads comma-separated numbers below a line of column names. It keeps
// the first error and stops there, so that a caller reads rows without asking
// after each value.
type table struct {
	name     string
	counter  string // name of the optional first column
	lines    *bufio.Scanner
	line     int      // of the file, from 1
	rows     int      // read so far
	columns  []string // without the counter
	numbered bool     // there is a counter
	fields   []string // of this row; len columns, and one more if numbered
	numbers  []int    // counter of each row, from 1; len rows if numbered
	at       []int    // line of each row; len rows if numbered
	err      error
}

const byteOrderMark = "\ufeff" // some spreadsheets put it first

// openTable reads the line of column names and checks it against those allowed.
func openTable(name, counter string, r io.Reader, allowed ...string) (*table, error) {
	t := &table{name: name, counter: counter, lines: bufio.NewScanner(r)}
	wanted := strings.Join(allowed, " or ") + ", with or without a first column " + counter
	if !t.scan() {
		if t.err == nil {
			t.fail("", "the table is empty", "its first line must name the columns: "+wanted)
		}
		return nil, t.err
	}
	t.fields[0] = unquote(strings.TrimPrefix(t.fields[0], byteOrderMark))
	t.columns = slices.Clone(t.fields)
	if t.columns[0] == counter {
		t.numbered = true
		t.columns = t.columns[1:]
	}
	header := strings.Join(t.columns, ",")
	if slices.Contains(allowed, header) {
		return t, nil
	}
	fix := "they must be " + wanted
	if strings.ContainsAny(header, ";\t") {
		fix = "separate columns by commas; " + fix
	}
	return nil, t.fail("", "the columns are named "+quote(strings.Join(t.fields, ",")), fix)
}

// fail notes the first error, at the present line, and returns it.
func (t *table) fail(column, cause, fix string) error {
	if t.err == nil {
		t.err = &CSVError{Table: t.name, Line: t.line, Column: column, Cause: cause, Fix: fix}
	}
	return t.err
}

// scan splits the next line that is not blank into fields.
func (t *table) scan() bool {
	for t.err == nil && t.lines.Scan() {
		t.line++
		text := t.lines.Text()
		if strings.TrimSpace(text) == "" {
			continue
		}
		t.fields = t.fields[:0]
		for field := range strings.SplitSeq(text, ",") {
			t.fields = append(t.fields, unquote(field))
		}
		return true
	}
	switch err := t.lines.Err(); {
	case t.err != nil || err == nil:
	case errors.Is(err, bufio.ErrTooLong):
		t.line++
		t.fail("", fmt.Sprintf("the line is longer than %d bytes", bufio.MaxScanTokenSize), "check that the file is a CSV table")
	default:
		t.err = &CSVError{Table: t.name, Line: t.line + 1, Cause: "reading stopped: " + err.Error(), Err: err}
	}
	return false
}

// unquote strips blanks, and the quotes some programs put around every field.
func unquote(field string) string {
	field = strings.TrimSpace(field)
	if len(field) >= 2 && field[0] == '"' && field[len(field)-1] == '"' {
		field = strings.TrimSpace(field[1 : len(field)-1])
	}
	return field
}

// next moves to the next row of values.
func (t *table) next() bool {
	if !t.scan() {
		return false
	}
	t.rows++
	want := len(t.columns)
	if t.numbered {
		want++
	}
	if len(t.fields) != want {
		t.fail("", fmt.Sprintf("the first line names %d columns, but the row has %d", want, len(t.fields)), "give one value for each column")
		return false
	}
	if t.numbered {
		number := t.number(t.counter, t.fields[0], "rows are numbered from 1")
		t.numbers = append(t.numbers, number)
		t.at = append(t.at, t.line)
	}
	return t.err == nil
}

// values is the fields of the row that belong to columns.
func (t *table) values() []string { return t.fields[len(t.fields)-len(t.columns):] }

// metres reads a coordinate.
func (t *table) metres(column int) float64 {
	text := t.values()[column]
	x, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		t.fail(t.columns[column], fmt.Sprintf("%s is not a number", quote(text)), "write metres without a unit, such as 0.016")
	case math.IsNaN(x) || math.IsInf(x, 0):
		t.fail(t.columns[column], fmt.Sprintf("%s is not a finite length", quote(text)), "write metres, such as 0.016")
	case !isLength(x):
		t.fail(t.columns[column], fmt.Sprintf("%s is beyond %g m", quote(text), farthest), "write metres, such as 0.016")
	}
	return x
}

// number reads a number that counts from 1.
func (t *table) number(column, text, fix string) int {
	n, err := strconv.Atoi(text)
	switch {
	case err != nil && errors.Is(err, strconv.ErrRange):
		t.fail(column, quote(text)+" is out of range", fix)
	case err != nil:
		t.fail(column, quote(text)+" is not a whole number", fix)
	case n < 1:
		t.fail(column, quote(text)+" is below 1", fix)
	}
	return n
}

// quote shortens what a stray file may hold to something that fits a message.
func quote(text string) string {
	if len(text) > 40 {
		text = text[:40] + "..."
	}
	return strconv.Quote(text)
}

// order ends the reading. It returns for each row the place (from 0) that its
// number gives it, nil if rows are not numbered, and any error met so far.
func (t *table) order() ([]int, error) {
	if t.err != nil {
		return nil, t.err
	}
	if t.rows == 0 {
		return nil, t.fail("", "there are no rows below the column names", "add one row for each of the "+t.name)
	}
	if !t.numbered {
		return nil, nil
	}
	places := make([]int, t.rows)
	taken := make([]int, t.rows) // line on which a number was used; 0 not yet
	for row, number := range t.numbers {
		t.line = t.at[row]
		if number > t.rows {
			return nil, t.fail(t.counter, fmt.Sprintf("number %d in a table of %d rows", number, t.rows), "number the rows from 1 without gaps")
		}
		if before := taken[number-1]; before > 0 {
			return nil, t.fail(t.counter, fmt.Sprintf("number %d was used on line %d", number, before), "give every row a number of its own")
		}
		taken[number-1] = t.line
		places[row] = number - 1
	}
	return places, nil
}
