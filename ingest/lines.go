package ingest

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/table"
)

// lines goes through a text line by line.
type lines struct {
	text string
	line int // of the one read last, from 1
}

// textOf is a file as text.
func textOf(data []byte) (*lines, error) {
	text, err := table.Text(data)
	if err != nil {
		if bad, ok := err.(*table.Error); ok {
			return nil, &Error{Line: bad.Line, Cause: bad.Cause, Fix: bad.Fix}
		}
		return nil, err
	}
	return &lines{text: text}, nil
}

// next is the next line; false at the end.
func (l *lines) next() (string, bool) {
	if l.text == "" {
		return "", false
	}
	line, rest, _ := strings.Cut(l.text, "\n")
	l.text = rest
	l.line++
	return line, true
}

// filled is the next line that is not empty, without what follows a comment sign, if there is one ("" for none).
func (l *lines) filled(comment string) (string, bool) {
	for {
		line, ok := l.next()
		if !ok {
			return "", false
		}
		if comment != "" {
			line, _, _ = strings.Cut(line, comment)
		}
		if line = strings.TrimSpace(line); line != "" {
			return line, true
		}
	}
}

// fail is an error at the line read last.
func (l *lines) fail(cause, fix string) error { return fail(l.line, cause, fix) }

// number reads a word of the line read last; column counts words from 1.
func (l *lines) number(words []string, column int) (float64, error) {
	if column > len(words) {
		return 0, l.fail(fmt.Sprintf("%d words, and %d are due", len(words), column), "the line is cut off, or of another form")
	}
	word := words[column-1]
	v, err := strconv.ParseFloat(word, 64)
	if err != nil && strings.ContainsAny(word, "dD") { // of Fortran
		v, err = strconv.ParseFloat(strings.NewReplacer("D", "e", "d", "e").Replace(word), 64)
	}
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || strings.ContainsAny(word, "xX_") {
		return 0, &Error{Line: l.line, Column: column, Cause: table.Show(word) + " is not a number", Fix: numberFix(word)}
	}
	return v, nil
}

func numberFix(word string) string {
	if strings.Count(word, ",") == 1 {
		return "write a decimal point"
	}
	return "mend it"
}

// whole is number for counts and names of things.
func (l *lines) whole(words []string, column int) (int, error) {
	v, err := l.number(words, column)
	if err != nil {
		return 0, err
	}
	if v != math.Trunc(v) || math.Abs(v) > 1<<53 {
		return 0, &Error{Line: l.line, Column: column, Cause: table.Show(words[column-1]) + " is not a whole number", Fix: "mend it"}
	}
	return int(v), nil
}

// point reads up to three coordinates.
func (l *lines) point(words []string, column, count int) (x [3]float64, err error) {
	for axis := range count {
		if x[axis], err = l.number(words, column+axis); err != nil {
			return x, err
		}
	}
	return x, nil
}
