package data

import (
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/table"
)

// Error is what is wrong with a CSV file, where, and how to mend it.
type Error struct {
	Name    string // of the file, as given to ReadCSV
	Line    int    // line of the file, from 1; 0: the file as a whole
	Column  int    // column, counted in fields from 1; 0: the line as a whole
	Header  string // name of the column; "" where it has none or none is meant
	Value   string // the field as it stands in the file; "" where none is meant
	Message string // what is wrong and what to do, without the place
	NoLabel bool   // the class column that was asked for is not there
}

// Error reads like: flowers.csv: line 17, column 4 `petal width`: empty; ...
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Name)
	if e.Line > 0 {
		fmt.Fprintf(&b, ": line %d", e.Line)
		if e.Column > 0 {
			fmt.Fprintf(&b, ", column %d", e.Column)
		}
		if e.Header != "" {
			fmt.Fprintf(&b, " `%s`", table.Clip(e.Header))
		}
	}
	b.WriteString(": ")
	b.WriteString(e.Message)
	return b.String()
}
