package spec

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/internal/excerpt"
)

// Error is one thing that is wrong with an experiment file. Code, Message and
// the position are always set once an error has left Parse or File.Errorf.
type Error struct {
	Code    string // such as E0312; Explain says more about it
	Path    string // such as task.outputs[2].node; "" is the whole file
	Message string // what is wrong: lower case, no final period
	Label   string // a few words beside the caret; may be empty
	Help    string // the way out; may be empty or have several lines
	Note    string // background; may be empty
	File    string // name of the file, or "command line" for an override
	Source  string // the line at fault, without its newline
	Line    int    // from 1
	Column  int    // from 1, in characters
	Width   int    // characters to underline, at least 1
	order   int    // 0 in the file, n in the n-th override
}

// Error is the error on one line, in the form editors and people know from
// compilers: file:line:column: message [code].
func (e *Error) Error() string {
	where := ""
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d:%d: ", e.File, e.Line, e.Column)
	}
	return where + e.Message + " [" + e.Code + "]"
}

// short cuts texts of a file that would fill the screen; what the house says is less.
func short(args []any) []any {
	const longest = 1000
	out := slices.Clone(args)
	for i, a := range out {
		if s, ok := a.(string); ok {
			out[i] = excerpt.Of(s, longest)
		}
	}
	return out
}

// WithLabel sets the words beside the caret and returns e.
func (e *Error) WithLabel(format string, args ...any) *Error {
	e.Label = fmt.Sprintf(format, short(args)...)
	return e
}

// WithHelp sets the way out and returns e.
func (e *Error) WithHelp(format string, args ...any) *Error {
	e.Help = fmt.Sprintf(format, short(args)...)
	return e
}

// WithNote sets the background and returns e.
func (e *Error) WithNote(format string, args ...any) *Error {
	e.Note = fmt.Sprintf(format, short(args)...)
	return e
}

// paint holds the ANSI sequences of a rendering; all empty without colour.
type paint struct{ red, blue, bold, off string }

func palette(color bool) paint {
	if !color {
		return paint{}
	}
	return paint{red: "\x1b[1;31m", blue: "\x1b[1;34m", bold: "\x1b[1m", off: "\x1b[0m"}
}

// Render draws the error as the Rust compiler does: the line at fault with
// carets, the label beside them, help and notes below. It ends in a newline.
func (e *Error) Render(color bool) string {
	c := palette(color)
	var b strings.Builder
	fmt.Fprintf(&b, "%serror[%s]%s%s: %s%s\n", c.red, e.Code, c.off, c.bold, e.Message, c.off)
	gutter := ""
	if e.Line > 0 {
		number := strconv.Itoa(e.Line)
		gutter = strings.Repeat(" ", len(number))
		source, column := crop(e.Source, e.Column)
		width := max(1, min(e.Width, len([]rune(source))-column+1))
		label := ""
		if e.Label != "" {
			label = " " + e.Label
		}
		fmt.Fprintf(&b, "%s%s-->%s %s:%d:%d\n", gutter, c.blue, c.off, e.File, e.Line, e.Column)
		fmt.Fprintf(&b, "%s%s |%s\n", gutter, c.blue, c.off)
		fmt.Fprintf(&b, "%s%s |%s %s\n", c.blue, number, c.off, source)
		fmt.Fprintf(&b, "%s%s |%s %s%s%s%s%s\n", gutter, c.blue, c.off,
			strings.Repeat(" ", column-1), c.red, strings.Repeat("^", width), label, c.off)
	}
	remark := func(kind, text string) {
		if text == "" {
			return
		}
		indent := "\n" + gutter + strings.Repeat(" ", len(" = : ")+len(kind))
		fmt.Fprintf(&b, "%s%s =%s %s%s%s: %s\n", gutter, c.blue, c.off, c.bold, kind, c.off,
			strings.ReplaceAll(text, "\n", indent))
	}
	remark("help", e.Help)
	remark("note", e.Note)
	remark("note", "more: elastrain explain "+e.Code)
	return b.String()
}

// widest is the number of characters of a source line that a rendering shows.
const widest = 110

// crop makes a source line fit to print: tabs become spaces, so that carets
// stand below what they mean, and of a very long line only the part around
// the column remains. It returns the line and the column in it.
func crop(source string, column int) (string, int) {
	runes := []rune(strings.ReplaceAll(source, "\t", " "))
	column = max(1, min(column, len(runes)+1))
	if len(runes) <= widest {
		return strings.TrimRight(string(runes), " "), column
	}
	from := max(0, min(column-1-widest/3, len(runes)-widest))
	to := min(len(runes), from+widest)
	line, shift := string(runes[from:to]), from
	if from > 0 {
		line, shift = "..."+line, from-len("...")
	}
	if to < len(runes) {
		line += "..."
	}
	return line, column - shift
}

// Errors is every error of one file, sorted by position.
type Errors []*Error

// Error is the first error on one line, and how many follow it.
func (e Errors) Error() string {
	switch len(e) {
	case 0:
		return "no errors"
	case 1:
		return e[0].Error()
	case 2:
		return e[0].Error() + " (and 1 more error)"
	}
	return fmt.Sprintf("%s (and %d more errors)", e[0].Error(), len(e)-1)
}

// Unwrap lets errors.As find an *Error.
func (e Errors) Unwrap() []error {
	out := make([]error, len(e))
	for i, err := range e {
		out[i] = err
	}
	return out
}

// rendered is how many errors a rendering shows in full: with more, the first
// ones are what one mends.
const rendered = 20

// Render draws the errors one below the other, with an empty line between.
func (e Errors) Render(color bool) string {
	var parts []string
	for _, err := range e[:min(len(e), rendered)] {
		parts = append(parts, err.Render(color))
	}
	if more := len(e) - rendered; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more\n", more))
	}
	return strings.Join(parts, "\n")
}

// Sort puts errors in the order of the file; those of overrides come last, in
// the order of the command line.
func (e Errors) Sort() {
	sort.SliceStable(e, func(i, j int) bool {
		a, b := e[i], e[j]
		if a.order != b.order {
			return a.order < b.order
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Column < b.Column
	})
}

// WordError is an error about a word of the command line, at a column of it (from 1, in characters): the number-th of those that change an
// experiment.
func WordError(number int, word string, column, width int, format string, args ...any) *Error {
	return &Error{Code: "E0802", Message: fmt.Sprintf(format, args...), File: "command line", Source: word, Line: number, Column: column, Width: max(width, 1), order: number}
}
