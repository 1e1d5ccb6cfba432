package folder

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/table"
	"github.com/elastrain/elastrain/unit"
)

// MaxBytes is the largest file of tracks.
const MaxBytes = 16 << 20

// mostFixed is the most marks on the frame.
const mostFixed = 1000

// Tracks are the marks of one file.
type Tracks struct {
	Nodes []lab.Mark // len Card.Nodes
	Fixed []lab.Mark
	Load  int // the number of the order that a line "# load 7" names; 0 if there is none
}

// TextError says what is wrong with a line of a file.
type TextError struct {
	Line  int // from 1
	Cause string
}

func (e *TextError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Cause) }

var (
	loadPattern = regexp.MustCompile(`(?m)^#\s*load[ :=]+(\d{1,9})\s*$`)
)

// Parse reads a table with a header: the node from 1 (or f1, f2, ... for marks
// on the frame), and x, y, z and sigma with their units, as in
//
//	node,x (mm),y (mm),sigma (um)
//	1,0.012,16.003,5
//	f1,-10,-10,
//
// It may be written in any of the ways that package table reads; columns of other names are passed
// over. A node without a row, or with an empty x, was not seen.
func Parse(text []byte, card lab.Card) (t Tracks, err error) {
	if len(text) > MaxBytes {
		return t, fmt.Errorf("the file is larger than %d MiB", MaxBytes>>20)
	}
	all, err := table.Text(text)
	if err != nil {
		return t, lineOf(err)
	}
	if m := loadPattern.FindStringSubmatch(all); m != nil {
		t.Load, _ = strconv.Atoi(m[1]) // at most nine digits
	}
	r, err := table.Open(strings.NewReader(all), table.Options{Short: true})
	if err != nil {
		var bad *table.Error
		if errors.As(err, &bad) && bad.Line == 0 {
			return t, &TextError{1, "there is no header such as node,x (mm),y (mm)"}
		}
		return t, lineOf(err)
	}
	columns, err := readHeader(r.Header, card.Dim)
	if err != nil {
		return t, &TextError{r.Line, err.Error()}
	}
	t.Nodes = make([]lab.Mark, card.Nodes)
	given := map[string]bool{}
	for r.Next() {
		if err := t.row(r, columns, given, card.Dim); err != nil {
			return t, &TextError{r.Line, err.Error()}
		}
	}
	if err := r.Err(); err != nil {
		return t, lineOf(err)
	}
	if len(given) == 0 {
		return t, &TextError{r.Line, "there is a header and no row; a file is read when it has stopped growing, so write it in one go"}
	}
	return t, nil
}

func lineOf(err error) error {
	var bad *table.Error
	if errors.As(err, &bad) {
		cause := bad.Cause
		if bad.Fix != "" {
			cause += "; " + bad.Fix
		}
		return &TextError{max(bad.Line, 1), cause}
	}
	return err
}

// columns are the places of what is read; -1 is missing.
type columns struct {
	node  int
	x     [3]int
	sigma int
	unit  [4]unit.Unit // of x, y, z and sigma
}

func readHeader(header []string, dim int) (columns, error) {
	c := columns{node: -1, x: [3]int{-1, -1, -1}, sigma: -1}
	for i, cell := range header {
		base, symbol, _ := table.Split(cell)
		name := table.Key(base)
		place, k := &c.sigma, 3
		switch name {
		case "node":
			place, k = &c.node, -1
		case "x", "y", "z":
			k = int(name[0] - 'x')
			place = &c.x[k]
		case "sigma":
		default:
			continue
		}
		if *place >= 0 {
			return c, fmt.Errorf("the column %s is there twice", table.Clip(name))
		}
		*place = i
		if k < 0 {
			continue
		}
		u, ok := unit.Length(symbol)
		if !ok {
			return c, fmt.Errorf("the column %q needs its unit of length (m, cm, mm or um), as in %s (mm)", table.Clip(cell), table.Clip(name))
		}
		c.unit[k] = u
	}
	if c.node < 0 {
		return c, errors.New("there is no column node; the header is such as node,x (mm),y (mm)")
	}
	for k := range dim {
		if c.x[k] < 0 {
			return c, fmt.Errorf("there is no column %c, and the lattice has %d dimensions", 'x'+k, dim)
		}
	}
	return c, nil
}

// row puts one mark in its place.
func (t *Tracks) row(r *table.Reader, c columns, given map[string]bool, dim int) error {
	cell := r.Cell
	name := strings.ToLower(cell(c.node))
	if given[name] {
		return fmt.Errorf("node %s is there twice", table.Clip(name))
	}
	given[name] = true
	mark, err := t.place(name)
	if err != nil {
		return err
	}
	if cell(c.x[0]) == "" {
		return nil // not seen
	}
	for k := range dim {
		if mark.X[k], err = length(r, c.x[k], c.unit[k]); err != nil {
			return fmt.Errorf("the %c of node %s %w", 'x'+k, table.Clip(name), err)
		}
	}
	if s := cell(c.sigma); s != "" {
		if mark.Sigma, err = length(r, c.sigma, c.unit[3]); err != nil || mark.Sigma < 0 {
			return fmt.Errorf("the sigma of node %s is %q, no length of 0 or more", table.Clip(name), table.Clip(s))
		}
	}
	mark.Seen = true
	return nil
}

func (t *Tracks) place(name string) (*lab.Mark, error) {
	digits, fixed := strings.CutPrefix(name, "f")
	most := len(t.Nodes)
	if fixed {
		most = mostFixed
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > most {
		return nil, fmt.Errorf("there is no node %q; nodes are 1 to %d, and marks on the frame f1, f2 and so on", table.Clip(name), len(t.Nodes))
	}
	if !fixed {
		return &t.Nodes[n-1], nil
	}
	for len(t.Fixed) < n {
		t.Fixed = append(t.Fixed, lab.Mark{})
	}
	return &t.Fixed[n-1], nil
}

// length reads a number of some unit. Nothing on a bench is 10 m away.
func length(r *table.Reader, column int, u unit.Unit) (float64, error) {
	const most = 10
	x, err := r.Number(column)
	if err != nil {
		return 0, fmt.Errorf("is %q, no number with a decimal point", table.Clip(r.Cell(column)))
	}
	if x = u.Of(x); !(math.Abs(x) <= most) {
		return 0, fmt.Errorf("is %g m, and no bench is so large: check the unit", x)
	}
	return x, nil
}
