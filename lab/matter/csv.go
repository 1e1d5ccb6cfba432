package matter

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/table"
	"github.com/elastrain/elastrain/unit"
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

// ReadCSV reads the calibrations of a lattice with the given number of bonds, written in any of the
// ways that package table reads. The first line names the columns, in any order and case:
// bond, setting, stiffness and perhaps direction. Bonds are numbered from 1; the word `all`
// stands for every bond without rows of its own. The stiffness is in N/m, or in the unit of the header, as in
// `stiffness (N/mm)`; the direction is up, down or empty. Every error is a *TableError.
func ReadCSV(r io.Reader, bonds int) (Tables, error) {
	t, err := table.Open(r, table.Options{})
	if err != nil {
		return nil, wrap(err)
	}
	c, err := findColumns(t)
	if err != nil {
		return nil, wrap(err)
	}
	own, rest := make(Tables, bonds), []Point(nil)
	rows := 0
	for t.Next() {
		if rows++; rows > mostRows {
			return nil, wrap(t.Fail(-1, fmt.Sprintf("more than %d rows", mostRows), "leave points out"))
		}
		bond, point, err := c.row(t, bonds)
		if err != nil {
			return nil, wrap(err)
		}
		if bond < 0 {
			rest = append(rest, point)
		} else {
			own[bond] = append(own[bond], point)
		}
	}
	if err := t.Err(); err != nil {
		return nil, wrap(err)
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

// wrap makes a *TableError of what the table said.
func wrap(err error) error {
	var bad *table.Error
	if !errors.As(err, &bad) {
		return &TableError{Cause: "reading stopped: " + err.Error(), Err: err}
	}
	if bad.Cause == "empty file" {
		return &TableError{Cause: "the table is empty", Fix: "its first line must name the columns: bond,setting,stiffness"}
	}
	return &TableError{Line: bad.Line, Column: table.Clip(bad.Header), Cause: bad.Cause, Fix: bad.Fix, Err: bad.Err}
}

// columns of a table of calibration.
type columns struct {
	bond, setting, stiffness, direction table.Column
	unit                                unit.Unit // of the stiffness
}

func findColumns(t *table.Reader) (c columns, err error) {
	for _, find := range []struct {
		to    *table.Column
		names []string
	}{{&c.bond, []string{"bond", "bondnumber", "bondid"}}, {&c.setting, []string{"setting"}}, {&c.stiffness, []string{"stiffness", "k"}}, {&c.direction, []string{"direction"}}} {
		if *find.to, err = t.Find(find.names...); err != nil {
			return c, err
		}
	}
	if c.bond.At < 0 || c.setting.At < 0 || c.stiffness.At < 0 {
		return c, &table.Error{Line: t.Line, Cause: "the columns are named " + table.List(t.Header), Fix: "there must be bond, setting and stiffness, and there may be direction"}
	}
	c.unit, err = t.Stiffness(c.stiffness, "")
	return c, err
}

// row reads one line; bond is -1 for all.
func (c *columns) row(t *table.Reader, bonds int) (bond int, p Point, err error) {
	if bond = -1; !strings.EqualFold(t.Cell(c.bond.At), "all") {
		n, err := t.Whole(c.bond.At)
		if err != nil || n < 1 || n > bonds {
			return 0, p, t.Fail(c.bond.At, table.Show(t.Cell(c.bond.At))+" is no bond", fmt.Sprintf("write a number from 1 to %d, or all", bonds))
		}
		bond = n - 1
	}
	if p.Setting, err = number(t, c.setting.At); err != nil {
		return 0, p, err
	}
	if p.Stiffness, err = number(t, c.stiffness.At); err != nil {
		return 0, p, err
	}
	if p.Stiffness = c.unit.Of(p.Stiffness); !(p.Stiffness > 0) {
		return 0, p, t.Fail(c.stiffness.At, table.Show(t.Cell(c.stiffness.At))+" is not positive", "write the stiffness in N/m, such as 137.5")
	}
	if c.direction.At >= 0 {
		switch strings.ToLower(t.Cell(c.direction.At)) {
		case "":
		case "up":
			p.Direction = Up
		case "down":
			p.Direction = Down
		default:
			return 0, p, t.Fail(c.direction.At, table.Show(t.Cell(c.direction.At))+" is no direction", "write up where the setting rose, down where it fell, or nothing")
		}
	}
	return bond, p, nil
}

func number(t *table.Reader, column int) (float64, error) {
	x, err := t.Number(column)
	if err == nil && math.Abs(x) <= 1e100 {
		return x, nil
	}
	var bad *table.Error
	if errors.As(err, &bad) && table.Numeric(t.Cell(column)) && !table.Missing(t.Cell(column)) {
		return 0, err // it says why
	}
	return 0, t.Fail(column, table.Show(t.Cell(column))+" is not a finite number", "write a number without a unit, such as 0.35")
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
