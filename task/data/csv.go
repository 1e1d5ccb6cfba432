package data

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
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

// ReadCSV reads a table from text with one header line of column names. The
// separator is the comma, semicolon or tab that is most frequent in the
// header. Fields may be quoted and padded with spaces, lines may end in LF or
// CRLF, empty lines are skipped, and a UTF-8 byte order mark is ignored. Every column but
// the class column is a feature and holds finite decimal numbers. White space
// inside a column or class name becomes a single space.
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
	text, err := io.ReadAll(io.LimitReader(r, int64(most.bytes)+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(text) > most.bytes {
		return nil, &Error{Name: name, Message: fmt.Sprintf("larger than %d bytes; take a part of the rows", most.bytes)}
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	f := csvFile{name: name, text: text, comma: sniff(text), most: most}
	if err := f.checkText(); err != nil {
		return nil, err
	}
	if err := f.readHeader(); err != nil {
		return nil, err
	}
	if err := f.chooseLabel(opt); err != nil {
		return nil, err
	}
	return f.readRows(opt.Classes)
}

// csvFile is a file on its way to a table.
type csvFile struct {
	name   string
	text   []byte
	comma  rune
	most   limits
	header []string // column names; len columns
	line   int      // line of the header, from 1
	label  int      // class column, from 0; -1: none
	auto   bool     // the class column was chosen, not given
}

// sniff finds the separator: the most frequent candidate outside quotes in the
// first line that is not empty; the comma when there is none.
func sniff(text []byte) rune {
	text = bytes.TrimLeft(text, "\r\n")
	candidates := []byte{',', ';', '\t'}
	count := make([]int, len(candidates))
	quoted := false
	for _, c := range text {
		if c == '"' {
			quoted = !quoted
		}
		if quoted {
			continue
		}
		if c == '\n' || c == '\r' {
			break
		}
		if i := bytes.IndexByte(candidates, c); i >= 0 {
			count[i]++
		}
	}
	best := 0
	for i := range count {
		if count[i] > count[best] {
			best = i
		}
	}
	return rune(candidates[best])
}

// checkText refuses what is no CSV file at all, before the reader below
// explains it in terms of quotes and fields.
func (f *csvFile) checkText() error {
	complain := func(at int, message string) error {
		line := 0
		if at >= 0 {
			line = 1 + bytes.Count(f.text[:at], []byte("\n"))
		}
		return &Error{Name: f.name, Line: line, Message: message}
	}
	head := f.text[:min(len(f.text), 4)]
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return complain(-1, "a spreadsheet or zip file, not text; export the sheet as CSV")
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return complain(-1, "a gzip file, not text; decompress it first")
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return complain(-1, "UTF-16 text; save the file as CSV in UTF-8")
	}
	// Control characters have no place in a table, and could play tricks on a
	// terminal that shows a message with a name from the file.
	if at := bytes.IndexFunc(f.text, func(r rune) bool {
		return (r < ' ' || r == 0x7f) && r != '\t' && r != '\r' && r != '\n'
	}); at >= 0 {
		return complain(at, fmt.Sprintf("control character %#02x: not plain text; save the file as CSV in UTF-8", f.text[at]))
	}
	if !utf8.Valid(f.text) {
		at := 0
		for at < len(f.text) {
			r, size := utf8.DecodeRune(f.text[at:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			at += size
		}
		return complain(at, "a letter that is not UTF-8; save the file as CSV in UTF-8")
	}
	if bytes.IndexByte(f.text, '\r') >= 0 && bytes.IndexByte(f.text, '\n') < 0 {
		return complain(-1, "lines end in CR only; save the file with LF or CRLF line ends")
	}
	return nil
}

// open starts reading the file from its first line.
func (f *csvFile) open() *csv.Reader {
	r := csv.NewReader(bytes.NewReader(f.text))
	r.Comma = f.comma
	r.FieldsPerRecord = -1 // readRows says it better
	r.ReuseRecord = true
	r.TrimLeadingSpace = f.comma != '\t' // a tab is space too, and would swallow empty fields
	return r
}

// readHeader takes the column names from the first line.
func (f *csvFile) readHeader() error {
	r := f.open()
	names, err := r.Read()
	if err == io.EOF {
		return &Error{Name: f.name, Message: "empty file; it must hold a header line and rows"}
	}
	if err != nil {
		return f.quoteError(err)
	}
	f.line, _ = r.FieldPos(0)
	if len(names) > f.most.columns {
		return &Error{Name: f.name, Line: f.line, Message: fmt.Sprintf("%d columns; at most %d are read", len(names), f.most.columns)}
	}
	f.header = make([]string, len(names))
	seen := make(map[string]int, len(names)) // name -> column from 1
	for j, n := range names {
		n = tidy(n)
		f.header[j] = n
		fail := func(message string) error {
			return &Error{Name: f.name, Line: f.line, Column: j + 1, Header: n, Value: names[j], Message: message}
		}
		switch {
		case numeric(n):
			return fail("a number where a column name is due; the first line must be a header such as `length,width,class`")
		case n == "":
			return fail("the column has no name; name it, or remove the column")
		case seen[n] > 0:
			return fail(fmt.Sprintf("column %d has the same name; rename one of them", seen[n]))
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
		j, ok := find(f.header, tidy(opt.Label))
		if !ok {
			return &Error{Name: f.name, Line: f.line, NoLabel: true,
				Message: fmt.Sprintf("no class column `%s`; the columns are %s", opt.Label, list(f.header))}
		}
		f.label = j
	default:
		f.label = f.lastWords()
		f.auto = f.label >= 0
	}
	if f.label >= 0 && len(f.header) == 1 {
		return &Error{Name: f.name, Line: f.line, Column: 1, Header: f.header[0],
			Message: "the class column is the only one; features are missing"}
	}
	return nil
}

// lastWords is the last column that has words and not a single number, or -1.
// A column of numbers with a slip in it is thus no class column, and readRows
// reports the slip. A line that cannot be read ends the search: readRows says why.
func (f *csvFile) lastWords() int {
	words := make([]bool, len(f.header))
	numbers := make([]bool, len(f.header))
	r := f.open()
	_, _ = r.Read() // the header, read before
	for {
		record, err := r.Read()
		if err != nil || len(record) != len(words) {
			break
		}
		for j, field := range record {
			field = strings.TrimSpace(field)
			if numeric(field) {
				numbers[j] = true
			} else if !missing(field) {
				words[j] = true
			}
		}
	}
	for j := len(words) - 1; j >= 0; j-- {
		if words[j] && !numbers[j] {
			return j
		}
	}
	return -1
}

// readRows reads the lines below the header. fixed are the classes to expect, or nil.
func (f *csvFile) readRows(fixed []string) (*Table, error) {
	t := &Table{Name: f.name, Source: f.name, Features: slices.Clone(f.header)}
	classes := make(map[string]int) // name -> number
	if f.label >= 0 {
		t.Features = slices.Delete(t.Features, f.label, f.label+1)
		t.Classes = slices.Clone(fixed)
		for c, name := range fixed {
			classes[name] = c
		}
	}
	r := f.open()
	_, _ = r.Read() // the header, read before
	for {
		record, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, f.quoteError(err)
		}
		line, _ := r.FieldPos(0)
		if t.Rows() == f.most.rows {
			return nil, &Error{Name: f.name, Line: line, Message: fmt.Sprintf("more than %d rows; take a part of them", f.most.rows)}
		}
		if len(record) != len(f.header) {
			return nil, f.raggedError(line, len(record))
		}
		class := -1
		for j, field := range record {
			line, _ := r.FieldPos(j)
			field = strings.TrimSpace(field)
			var complaint string
			if j == f.label {
				class, complaint = f.class(t, classes, field, fixed != nil)
			} else {
				var v float64
				v, complaint = number(field)
				t.X = append(t.X, v)
				if f.auto && complaint != "" && !missing(field) && !numeric(field) {
					complaint += fmt.Sprintf(" (the class is `%s`, the last column of words)", f.header[f.label])
				}
			}
			if complaint != "" {
				return nil, &Error{Name: f.name, Line: line, Column: j + 1, Header: f.header[j], Value: field, Message: complaint}
			}
		}
		t.Label = append(t.Label, class)
	}
	if t.Rows() == 0 {
		return nil, &Error{Name: f.name, Line: f.line, Message: "no rows below the header"}
	}
	if f.label >= 0 && fixed == nil && len(t.Classes) < 2 {
		return nil, &Error{Name: f.name, Line: f.line, Column: f.label + 1, Header: f.header[f.label],
			Message: fmt.Sprintf("only one class, `%s`, in the file; a classification needs two or more", t.Classes[0])}
	}
	return t, nil
}

// class is the number of the class a field names; a new name becomes a new
// class unless the classes are fixed.
func (f *csvFile) class(t *Table, classes map[string]int, field string, fixed bool) (c int, complaint string) {
	if missing(field) {
		return -1, missingComplaint(field)
	}
	name := tidy(field)
	c, known := classes[name]
	if known {
		return c, ""
	}
	if fixed {
		return -1, fmt.Sprintf("class %s is unknown; the classes are %s", show(name), list(t.Classes))
	}
	c = len(t.Classes)
	name = strings.Clone(name) // else the class keeps the whole line alive
	t.Classes = append(t.Classes, name)
	classes[name] = c
	return c, ""
}

// raggedError is about a line of another length than the header.
func (f *csvFile) raggedError(line, fields int) error {
	message := fmt.Sprintf("%d fields, but the header has %d; ", fields, len(f.header))
	switch {
	case fields < len(f.header):
		message += "fill in the missing ones"
	case f.comma == ',':
		message += "remove the surplus, and write decimal points, not decimal commas"
	default:
		message += "remove the surplus"
	}
	return &Error{Name: f.name, Line: line, Message: message}
}

// quoteError puts an error of encoding/csv, which is always about quotes here, into words.
func (f *csvFile) quoteError(err error) error {
	var p *csv.ParseError
	if !errors.As(err, &p) {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	e := &Error{Name: f.name, Line: p.StartLine}
	if errors.Is(p.Err, csv.ErrBareQuote) {
		e.Line = p.Line
		e.Message = `a quotation mark inside an unquoted field; quote the whole field and double the mark inside it, as in "5"" pipe"`
	} else {
		e.Message = "a quoted field does not end where the field ends; close the quotation mark just before the separator"
	}
	return e
}
