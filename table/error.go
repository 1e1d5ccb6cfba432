package table

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/internal/excerpt"
)

// Error is what is wrong with a table, where, and how to mend it.
type Error struct {
	Line   int    // of the file, from 1; 0: the file as a whole
	Column int    // counted in cells from 1; 0: the line as a whole
	Header string // name of the column; "" where none is meant
	Value  string // the cell as it stands in the file; "" where none is meant
	Cause  string
	Fix    string // "" when the cause says it all
	Err    error  // what the reader of the file said, if that is the cause
}

// Error reads like: line 17, column 4 `petal width`: empty; remove the row ...
func (e *Error) Error() string {
	var b strings.Builder
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d", e.Line)
		if e.Column > 0 {
			fmt.Fprintf(&b, ", column %d", e.Column)
			if e.Header != "" {
				fmt.Fprintf(&b, " `%s`", Clip(e.Header))
			}
		}
		b.WriteString(": ")
	}
	b.WriteString(e.Cause)
	if e.Fix != "" {
		b.WriteString("; " + e.Fix)
	}
	return b.String()
}

// Unwrap is the error of the reader below, or nil.
func (e *Error) Unwrap() error { return e.Err }

// Show quotes a cell for a message, shortened and without control characters.
func Show(cell string) string { return strconv.Quote(Clip(cell)) }

// Clip shortens what a stray file may hold to something that fits a message.
func Clip(text string) string {
	return excerpt.Of(text, 40)
}

// List shows names in a message, the first dozen of them.
func List(names []string) string {
	const most = 12
	shown := make([]string, 0, most)
	for _, n := range names[:min(len(names), most)] {
		shown = append(shown, "`"+Clip(n)+"`")
	}
	s := strings.Join(shown, ", ")
	if rest := len(names) - most; rest > 0 {
		s += fmt.Sprintf(" and %d more", rest)
	}
	return s
}
