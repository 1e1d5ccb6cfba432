package matter

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Tables are the calibrations of all bonds, in the order of the file.
type Tables [][]Point

// mostRows bounds a table of calibration.
const mostRows = 1_000_000

// TableError says where a table of calibration is wrong, why, and what to do.
type TableError struct {
	Line   int    // of the file from 1; 0 when it is about the whole
	Column string // by name; "" when it is about the whole line
	Cause  string
	Fix    string
	Err    error // what the reader of the file said, if that is the cause
}

// Error is one line: place, cause, way out.
func (e *TableError) Error() string {
	s := "table of calibration"
	if e.Line > 0 {
		s += fmt.Sprintf(", line %d", e.Line)
	}
	if e.Column != "" {
		s += ", column " + e.Column
	}
	s += ": " + e.Cause
	if e.Fix != "" {
		s += "; " + e.Fix
	}
	return s
}

// Unwrap is the error of the underlying reader, or nil.
func (e *TableError) Unwrap() error { return e.Err }

// ReadCSV reads the calibrations of a lattice with the given number of bonds. The
// first line names the columns: bond,setting,stiffness or
// bond,setting,stiffness,direction. Bonds are numbered from 1; the word `all`
// stands for every bond without rows of its own. The stiffness is in N/m, the direction
// up, down or empty. Every error is a *TableError.
func ReadCSV(r io.Reader, bonds int) (Tables, error) {
	lines := bufio.NewScanner(r)
	line := 0
	var columns []string
	own, rest := make(Tables, bonds), []Point(nil)
	rows := 0
	for lines.Scan() {
		line++
		text := lines.Text()
		if line == 1 {
			text = strings.TrimPrefix(text, "\ufeff") // some spreadsheets put it first
		}
		if strings.TrimSpace(text) == "" {
			continue
		}
		fields := split(text)
		if columns == nil {
			if header := strings.Join(fields, ","); header != "bond,setting,stiffness" && header != "bond,setting,stiffness,direction" {
				return nil, &TableError{Line: line, Cause: "the columns are named " + quote(header), Fix: "they must be bond,setting,stiffness or bond,setting,stiffness,direction, separated by commas"}
			}
			columns = fields
			continue
		}
		if rows++; rows > mostRows {
			return nil, &TableError{Line: line, Cause: fmt.Sprintf("more than %d rows", mostRows), Fix: "leave points out"}
		}
		bond, point, err := row(fields, columns, bonds)
		if err != nil {
			err.Line = line
			return nil, err
		}
		if bond < 0 {
			rest = append(rest, point)
		} else {
			own[bond] = append(own[bond], point)
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, &TableError{Line: line + 1, Cause: fmt.Sprintf("the line is longer than %d bytes", bufio.MaxScanTokenSize), Fix: "check that the file is a CSV table", Err: err}
	case err != nil:
		return nil, &TableError{Line: line + 1, Cause: "reading stopped: " + err.Error(), Err: err}
	case columns == nil:
		return nil, &TableError{Cause: "the table is empty", Fix: "its first line must name the columns: bond,setting,stiffness"}
	}
	for bond := range own {
		if own[bond] != nil {
			continue
		}
		if rest == nil {
			return nil, &TableError{Cause: fmt.Sprintf("there are no rows for bond %d", bond+1), Fix: "add its rows, or rows with the word all for every bond without rows of its own"}
		}
		own[bond] = rest
	}
	return own, nil
}

// row reads one line; bond is -1 for all.
func row(fields, columns []string, bonds int) (bond int, p Point, _ *TableError) {
	if len(fields) != len(columns) {
		return 0, p, &TableError{Cause: fmt.Sprintf("the first line names %d columns, but the row has %d", len(columns), len(fields)), Fix: "give one value for each column"}
	}
	bond = -1
	if fields[0] != "all" {
		n, err := strconv.Atoi(fields[0])
		if err != nil || n < 1 || n > bonds {
			return 0, p, &TableError{Column: "bond", Cause: quote(fields[0]) + " is no bond", Fix: fmt.Sprintf("write a number from 1 to %d, or all", bonds)}
		}
		bond = n - 1
	}
	var err *TableError
	if p.Setting, err = number(fields[1], "setting"); err != nil {
		return 0, p, err
	}
	if p.Stiffness, err = number(fields[2], "stiffness"); err != nil {
		return 0, p, err
	}
	if !(p.Stiffness > 0) {
		return 0, p, &TableError{Column: "stiffness", Cause: quote(fields[2]) + " is not positive", Fix: "write the stiffness in N/m, such as 137.5"}
	}
	if len(fields) > 3 {
		switch fields[3] {
		case "":
		case "up":
			p.Direction = Up
		case "down":
			p.Direction = Down
		default:
			return 0, p, &TableError{Column: "direction", Cause: quote(fields[3]) + " is no direction", Fix: "write up where the setting rose, down where it fell, or nothing"}
		}
	}
	return bond, p, nil
}

func number(text, column string) (float64, *TableError) {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(x) || math.Abs(x) > 1e100 {
		return 0, &TableError{Column: column, Cause: quote(text) + " is not a finite number", Fix: "write a number without a unit, such as 0.35"}
	}
	return x, nil
}

// split strips blanks, and the quotes some programs put around every field.
func split(text string) []string {
	fields := strings.Split(text, ",")
	for i, f := range fields {
		f = strings.TrimSpace(f)
		if len(f) >= 2 && f[0] == '"' && f[len(f)-1] == '"' {
			f = strings.TrimSpace(f[1 : len(f)-1])
		}
		fields[i] = f
	}
	return fields
}

// quote shortens what a stray file may hold to something that fits a message.
func quote(text string) string {
	if len(text) > 40 {
		text = text[:40] + "..."
	}
	return strconv.Quote(text)
}

// WriteCSV writes tables that ReadCSV reads back to the same bits.
func (t Tables) WriteCSV(w io.Writer) error {
	out := bufio.NewWriter(w)
	out.WriteString("bond,setting,stiffness,direction\n")
	for bond, points := range t {
		for _, p := range points {
			fmt.Fprintf(out, "%d,%s,%s,%s\n", bond+1, strconv.FormatFloat(p.Setting, 'g', -1, 64), strconv.FormatFloat(p.Stiffness, 'g', -1, 64), p.Direction)
		}
	}
	return out.Flush() // keeps the first error of all writes
}

// Curves are the laws of bonds that follow their tables; see NewCurve.
func (t Tables) Curves(smooth bool) (Bonds, error) {
	return t.laws(func(points []Point) (Law, error) { return NewCurve(points, smooth) })
}

// Levels are the laws of bonds that know only the rows of their tables.
// Directions have no meaning for them.
func (t Tables) Levels() (Bonds, error) {
	return t.laws(func(points []Point) (Law, error) {
		setting, stiffness := make([]float64, len(points)), make([]float64, len(points))
		for i, p := range points {
			if p.Direction != Either {
				return nil, fmt.Errorf("its rows have directions, which levels do not know: make a curve of them, or leave the directions out")
			}
			setting[i], stiffness[i] = p.Setting, p.Stiffness
		}
		return NewLevels(setting, stiffness)
	})
}

func (t Tables) laws(law func([]Point) (Law, error)) (Bonds, error) {
	b := make(Bonds, len(t))
	for i, points := range t {
		l, err := law(points)
		if err != nil {
			return nil, &Error{Bond: i, Cause: err.Error()}
		}
		b[i] = l
	}
	return b, nil
}
