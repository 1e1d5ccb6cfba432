package table

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/elastrain/elastrain/unit"
)

// header finds the separator and takes the names of the columns from the first line.
func (t *Reader) header(most int) error {
	if len(bytes.TrimSpace(t.text)) == 0 {
		return &Error{Cause: "empty file", Fix: "it must hold a header line and rows"}
	}
	if t.comma == 0 {
		t.comma = t.sniff()
	}
	t.start()
	names, err := t.read()
	if err == io.EOF {
		return &Error{Cause: "empty file", Fix: "it must hold a header line and rows"}
	}
	if err != nil {
		return t.quotes(err)
	}
	t.Line = t.lineOf(0)
	if len(names) > most {
		return &Error{Line: t.Line, Cause: fmt.Sprintf("%d columns; at most %d are read", len(names), most)}
	}
	if t.comma == ' ' {
		names = joinUnits(names)
	}
	for _, n := range names {
		t.Header = append(t.Header, Tidy(n))
	}
	return nil
}

// sniff finds the separator. It is among those that stand in the header outside
// quotes the one that parts most of the first rows as it parts the header, then the
// most frequent. A header without any is parted by blanks if the rows below are, and
// else has one column.
func (t *Reader) sniff() rune {
	const look = 20 // rows
	var lines []string
	text := t.text
	for len(text) > 0 && len(lines) <= look {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		if s := string(line[:min(len(line), 1<<20)]); strings.TrimSpace(s) != "" {
			lines = append(lines, s)
		}
		text = rest
	}
	lines = lines[t.title(lines):]
	best, bestScore := ',', -1
	for _, comma := range []rune{',', ';', '\t', '|'} {
		n := len(split(lines[0], comma))
		if n < 2 {
			continue
		}
		score := n
		for _, line := range lines[1:] {
			if len(split(line, comma)) == n {
				score += mostColumns
			}
		}
		if score > bestScore {
			best, bestScore = comma, score
		}
	}
	if bestScore >= 0 {
		return best
	}
	if head := joinUnits(split(lines[0], ' ')); len(head) > 1 && len(lines) > 1 && len(split(lines[1], ' ')) > 1 {
		return ' '
	}
	return ','
}

// title is 1 where the first line is no header but the name of the table: it has one cell, alone or before empty ones, and a sign
// parts the line below, which has words alone, as it parts the one below that. The line is passed over with a note.
func (t *Reader) title(lines []string) int {
	if len(lines) < 3 {
		return 0
	}
	for _, comma := range []rune{',', ';', '\t', '|'} {
		name, head := split(lines[0], comma), split(lines[1], comma)
		if len(head) < 2 || len(split(lines[2], comma)) != len(head) || name[0] == "" || len(name) > 1 && !empty(name[1:]) {
			continue
		}
		if len(name) == 1 && (strings.ContainsAny(lines[0], ",;\t|") || len(split(lines[0], ' ')) == len(split(lines[2], ' '))) {
			continue
		}
		words := 0
		for _, cell := range head {
			r, _ := utf8.DecodeRuneInString(cell)
			switch {
			case unicode.IsLetter(r) && !Numeric(cell):
				words++
			case cell != "":
				words = -len(head)
			}
		}
		if words < 2 || len(name) > 1 && !slices.ContainsFunc(append(split(lines[2], comma), split(lines[min(3, len(lines)-1)], comma)...), Numeric) {
			continue
		}
		for before := ""; before == ""; { // empty lines are lines of the file too
			line, rest, _ := bytes.Cut(t.text, []byte("\n"))
			before = strings.TrimSpace(string(line))
			t.text = rest
			t.first++
		}
		t.notes = append(t.notes, fmt.Sprintf("the line %s above the header is passed over", Show(name[0])))
		return 1
	}
	return 0
}

// joinUnits puts units that stand apart back to their names: x (mm).
func joinUnits(names []string) []string {
	var out []string
	for _, n := range names {
		if len(out) > 0 && n != "" && (n[0] == '(' || n[0] == '[') {
			out[len(out)-1] += " " + n
		} else {
			out = append(out, n)
		}
	}
	return out
}

// Tidy trims a name and makes its inner white space, line breaks included, single blanks.
func Tidy(name string) string { return strings.Join(strings.Fields(name), " ") }

// Split parts the name of a column from its unit: x (mm), x [mm], x/mm, x_mm and x in mm.
// What stands in brackets is a unit, whatever it is; after the other signs only a length is.
// There is no unit if ok is false.
func Split(name string) (base, symbol string, ok bool) {
	name = strings.TrimSpace(name)
	for _, pair := range []string{"()", "[]", "<>"} {
		if from := strings.IndexByte(name, pair[0]); from > 0 && strings.HasSuffix(name, pair[1:]) {
			return strings.TrimSpace(name[:from]), strings.TrimSpace(name[from+1 : len(name)-1]), true
		}
	}
	for _, sign := range []string{" in ", "/", "_", ", ", " "} {
		if at := strings.LastIndex(name, sign); at > 0 {
			symbol := strings.TrimSpace(name[at+len(sign):])
			if _, known := unit.Length(symbol); known || Pixels(symbol) {
				return strings.TrimSpace(name[:at]), symbol, true
			}
		}
	}
	return name, "", false
}

// Pixels reports whether a unit is pixels, which may be of any size.
func Pixels(symbol string) bool {
	switch Key(symbol) {
	case "px", "pix", "pixel", "pixels":
		return true
	}
	return false
}

// Key is a name without regard to case, blanks, hyphens and underscores.
func Key(name string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '_', '-', '.':
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// Column is a column that was found.
type Column struct {
	At      int    // from 0; -1: there is none
	Unit    string // as the header names it
	HasUnit bool
}

// Find finds the one column with any of the names; names are as [Key] makes them.
// Two such columns are an error, for nobody can tell which is meant.
func (t *Reader) Find(names ...string) (c Column, err error) {
	c = Column{At: -1}
	defer func() { t.last = max(t.last, c.At) }()
	for _, n := range names {
		if at, ok := t.named[n]; ok {
			_, symbol, hasUnit := Split(t.Header[at])
			return Column{At: at, Unit: symbol, HasUnit: hasUnit}, nil
		}
	}
	for j, h := range t.Header {
		if t.isNamed(j) {
			continue
		}
		base, symbol, hasUnit := Split(h)
		match := false
		for _, n := range names {
			match = match || Key(base) == n || Key(h) == n
		}
		if !match {
			continue
		}
		if c.At >= 0 {
			return c, &Error{Line: t.Line, Column: j + 1, Header: h, Cause: fmt.Sprintf("column %d `%s` says the same", c.At+1, t.Header[c.At]), Fix: "rename or remove one of them"}
		}
		c = Column{At: j, Unit: symbol, HasUnit: hasUnit}
	}
	return c, nil
}

// Length is the unit of a column of lengths: what its header says, else fallback (a
// symbol, "" for none), else metres. What they say apart is an error.
func (t *Reader) Length(c Column, fallback string) (unit.Unit, error) {
	given, ok := unit.Length(fallback)
	if !ok {
		given = unit.Lengths[0]
	}
	if c.At < 0 || !c.HasUnit {
		return given, nil
	}
	u, known := unit.Length(c.Unit)
	if Pixels(c.Unit) {
		return u, t.unitError(c, "pixels are of any size", "turn them into lengths, such as `x (mm)`")
	}
	if !known {
		return u, t.unitError(c, fmt.Sprintf("%s is no unit of length that is read", Show(c.Unit)), "write such as `x (mm)`; `elastrain explain units` lists them")
	}
	if ok && u.Symbol != given.Symbol {
		return u, t.unitError(c, fmt.Sprintf("the header says %s, and the unit of the table is given as %s", c.Unit, fallback), "let both say the same, or leave one out")
	}
	return u, nil
}

// Stiffness is the unit of a column of stiffnesses: what its header says, else fallback (a symbol, "" for none), else N/m. What
// they say apart is an error.
func (t *Reader) Stiffness(c Column, fallback string) (unit.Unit, error) {
	given, known := unit.Stiffness(fallback)
	if fallback == "" {
		given, known = unit.Stiffness("N/m")
	}
	if !known {
		return given, t.unitError(c, Show(fallback)+" is no unit of stiffness that is read", "write such as N/mm; `elastrain explain units` lists them")
	}
	if !c.HasUnit {
		return given, nil
	}
	u, known := unit.Stiffness(c.Unit)
	if !known {
		return u, t.unitError(c, Show(c.Unit)+" is no unit of stiffness that is read", "write such as `stiffness (N/m)`; `elastrain explain units` lists them")
	}
	if fallback != "" && math.Abs(u.Float()-given.Float()) > 1e-9*u.Float() {
		return u, t.unitError(c, fmt.Sprintf("the header says %s, and the unit of stiffnesses is given as %s", c.Unit, fallback), "let both say the same, or leave one out")
	}
	return u, nil
}

func (t *Reader) unitError(c Column, cause, fix string) error {
	return &Error{Line: t.Line, Column: c.At + 1, Header: t.Header[c.At], Cause: cause, Fix: fix}
}

// Others lists the columns that are not among those given, unnamed ones left out.
func (t *Reader) Others(used ...Column) (names []string) {
	for j, h := range t.Header {
		taken := h == ""
		for _, c := range used {
			taken = taken || c.At == j
		}
		if !taken {
			names = append(names, h)
		}
	}
	return names
}
