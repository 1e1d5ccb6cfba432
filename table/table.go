// Package table reads tables as people and programs write them: one header line
// that names the columns, and rows below it.
//
// Its one idea is that how a table is written is found out, once for every
// reader of the house, and what it means is never guessed. Commas, semicolons,
// tabs, bars or blanks may part the cells; commas or points the decimals; text is
// UTF-8 or UTF-16, lines end in LF, CRLF or CR; cells may be quoted; lines that begin with
// #, %, // or *** are comments, and so is the line sep=; of spreadsheets. A cell that
// could mean two things is an error with its line and column.
//
// [Open] reads the header. [Reader.Next] moves from row to row, [Reader.Find] finds
// columns by their usual names and units, [Reader.Number] reads a cell. What a reader of
// people's files should tell them, such as that decimal commas were read, is in [Reader.Notes].
package table

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Options bound a table, so that a wrong file does not eat the machine.
type Options struct {
	MaxBytes   int // 256 MiB if 0
	MaxColumns int // 10 000 if 0
	// Words says that cells may be any words, also such as begin with #: below
	// the header there are no comments then.
	Words bool
	// Short says that cells which a row lacks at its end are empty. Without it they may only be of columns that nobody looked for.
	Short bool
	// Columns says which column is meant by a name that a reader looks for, such as x: by its whole header. Such a column is
	// nothing else.
	Columns map[string]string
}

const (
	mostBytes   = 256 << 20
	mostColumns = 10_000
)

// Reader is a table on its way to its rows.
type Reader struct {
	Header []string // names of the columns, white space made single blanks
	Line   int      // of the row read last, from 1; of the header before the first

	text   []byte // UTF-8, LF, comments blank, from the header on
	first  int    // lines of the file before text
	comma  rune   // ' ' for blanks
	short  bool
	units  bool           // the line below the header names units
	last   int            // the last column that was found by its name
	lacks  int            // line of the first row that has fewer cells than the header
	named  map[string]int // columns that were named for what a reader looks for
	notes  []string
	csv    *csv.Reader
	blank  *blankReader
	cells  []string
	ragged *Error // why the rows end; nil at the end of the file
	style  Style  // of the numbers that Number has read
}

// Style is how decimals are written: where the first point and the first comma of a number stand.
type Style struct{ point, comma place }

// Commas and Points tell whether there are such numbers.
func (s *Style) Commas() bool { return s.comma.line > 0 }
func (s *Style) Points() bool { return s.point.line > 0 }

// Mixed is why numbers of both styles are not read.
func Mixed(a, b *Style) (cause, fix string) {
	return fmt.Sprintf("there is a decimal comma in %s on line %d, and a decimal point in %s on line %d", Show(a.comma.value), a.comma.line, Show(b.point.value), b.point.line),
		"write the numbers of a table in one way, and thousands without a sign between them"
}

// Note says that decimal commas were read.
func (s *Style) Note() string {
	return fmt.Sprintf("decimal commas are read as decimal points, such as %s on line %d", Show(s.comma.value), s.comma.line)
}

// Line is the line of the first decimal comma.
func (s *Style) Line() int { return s.comma.line }

// place is a cell, for a message; Line 0 is none.
type place struct {
	line  int
	value string
}

// Open reads the header of a table.
func Open(r io.Reader, o Options) (*Reader, error) {
	if o.MaxBytes == 0 {
		o.MaxBytes = mostBytes
	}
	if o.MaxColumns == 0 {
		o.MaxColumns = mostColumns
	}
	raw, err := io.ReadAll(io.LimitReader(r, int64(o.MaxBytes)+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > o.MaxBytes {
		return nil, &Error{Cause: fmt.Sprintf("larger than %d bytes", o.MaxBytes), Fix: "take a part of the rows"}
	}
	t := &Reader{short: o.Short}
	if err := foreign(raw); err != nil {
		return nil, err
	}
	if err := t.decode(raw); err != nil {
		return nil, err
	}
	t.comments(o.Words)
	if err := t.header(o.MaxColumns); err != nil {
		return nil, err
	}
	t.unitsBelow()
	if err := t.name(o.Columns); err != nil {
		return nil, err
	}
	t.Rewind()
	return t, nil
}

// Separator parts the cells: , ; tab | or a blank.
func (t *Reader) Separator() rune { return t.comma }

// Notes is what the one who reads the messages should know, without the name of the file.
func (t *Reader) Notes() []string {
	notes := t.notes[:len(t.notes):len(t.notes)]
	if t.style.Commas() {
		notes = append(notes, t.style.Note())
	}
	if t.lacks > 0 && !t.short {
		notes = append(notes, fmt.Sprintf("cells that rows lack at their end count as empty, such as on line %d", t.lacks))
	}
	return notes
}

// Rewind goes back to the header, for another pass.
func (t *Reader) Rewind() {
	t.start()
	if _, err := t.read(); err == nil { // the header, read before
		t.Line = t.lineOf(0)
	}
	if t.units {
		_, _ = t.read() // read before
	}
	t.ragged = nil
}

func (t *Reader) start() {
	t.csv, t.blank = nil, nil
	if t.comma == ' ' {
		t.blank = &blankReader{text: t.text}
		return
	}
	t.csv = csv.NewReader(bytes.NewReader(t.text))
	t.csv.Comma = t.comma
	t.csv.FieldsPerRecord = -1 // Next says it better
	t.csv.ReuseRecord = true
	t.csv.TrimLeadingSpace = t.comma != '\t' // a tab is space too, and would swallow empty cells
}

// read is the next line that is not empty.
func (t *Reader) read() ([]string, error) {
	if t.blank != nil {
		return t.blank.read()
	}
	return t.csv.Read()
}

// lineOf is the line of the file on which a cell of the row read last begins.
func (t *Reader) lineOf(column int) int {
	if t.blank != nil {
		return t.first + t.blank.line
	}
	line, _ := t.csv.FieldPos(column)
	return t.first + line
}

// Next moves to the next row; false at the end of the table, or at a row that
// cannot be read, for which see Err. Rows of empty cells are passed over, as empty lines are.
func (t *Reader) Next() bool {
	for {
		cells, err := t.read()
		if err == io.EOF {
			return false
		}
		if err != nil {
			t.ragged = t.quotes(err)
			return false
		}
		t.cells, t.Line = cells, t.lineOf(0)
		switch n := len(t.Header); {
		case n > 1 && len(cells) > 1 && empty(cells):
			continue
		case len(cells) > n && !empty(cells[n:]), len(cells) < n && !t.short && (t.blank != nil || len(cells) == 1 || t.last >= len(cells)):
			t.ragged = t.wrongLength(len(cells))
			return false
		case len(cells) < n && t.lacks == 0:
			t.lacks = t.Line
		}
		return true
	}
}

func empty(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// Err says why the rows ended early; nil at the end of the table.
func (t *Reader) Err() error {
	if t.ragged == nil {
		return nil
	}
	return t.ragged
}

// Cell is a cell of the row, without white space around it.
func (t *Reader) Cell(column int) string {
	if column < 0 || column >= len(t.cells) {
		return ""
	}
	return strings.TrimSpace(t.cells[column])
}

// Fail is an error about a cell of the row, or with column -1 about all of it.
func (t *Reader) Fail(column int, cause, fix string) *Error {
	e := &Error{Line: t.Line, Cause: cause, Fix: fix}
	if column >= len(t.cells) && column < len(t.Header) && !t.short {
		return t.wrongLength(len(t.cells))
	}
	if column >= 0 {
		if len(t.cells) > column {
			e.Line = t.lineOf(column)
		}
		e.Column, e.Header, e.Value = column+1, t.Header[column], t.Cell(column)
	}
	return e
}

// wrongLength is about a row of another length than the header.
func (t *Reader) wrongLength(cells int) *Error {
	e := &Error{Line: t.Line, Cause: fmt.Sprintf("%d fields, but the header has %d", cells, len(t.Header))}
	switch {
	case cells < len(t.Header):
		e.Fix = "fill in the missing ones"
	case t.comma == ' ' && cells == len(t.Header)+1:
		e.Fix = "name every column; R leaves out the name of its row names, which `row.names = FALSE` does not write"
	case t.comma == ',':
		e.Fix = "remove the surplus, and write decimal points, not decimal commas"
	default:
		e.Fix = "remove the surplus"
	}
	return e
}

// quotes puts an error of encoding/csv, which is always about quotes here, into words.
func (t *Reader) quotes(err error) *Error {
	var p *csv.ParseError
	if !errors.As(err, &p) {
		return &Error{Cause: err.Error(), Err: err}
	}
	if errors.Is(p.Err, csv.ErrBareQuote) {
		return &Error{Line: t.first + p.Line, Cause: "a quotation mark inside an unquoted field",
			Fix: `quote the whole field and double the mark inside it, as in "5"" pipe"`}
	}
	return &Error{Line: t.first + p.StartLine, Cause: "a quoted field does not end where the field ends",
		Fix: "close the quotation mark just before the separator"}
}

// blankReader splits lines at blanks and tabs outside quotes.
type blankReader struct {
	text  []byte
	line  int
	cells []string
}

func (b *blankReader) read() ([]string, error) {
	for len(b.text) > 0 {
		line, rest, _ := bytes.Cut(b.text, []byte("\n"))
		b.text = rest
		b.line++
		var closed bool
		if b.cells, closed = blanks(string(line), b.cells[:0]); !closed {
			return nil, &csv.ParseError{StartLine: b.line, Line: b.line, Err: csv.ErrQuote}
		}
		if len(b.cells) > 0 {
			return b.cells, nil
		}
	}
	return nil, io.EOF
}

// blanks appends the words of a line; a word that begins with a quotation mark
// ends with one.
func blanks(line string, words []string) (_ []string, closed bool) {
	for {
		line = strings.TrimLeft(line, " \t")
		if line == "" {
			return words, true
		}
		if line[0] == '"' {
			word, rest, ok := strings.Cut(line[1:], `"`)
			if !ok || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
				return words, false
			}
			words, line = append(words, word), rest
			continue
		}
		end := strings.IndexAny(line, " \t")
		if end < 0 {
			end = len(line)
		}
		words, line = append(words, line[:end]), line[end:]
	}
}
