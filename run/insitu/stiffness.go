package insitu

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/atomicfile"
	"github.com/elastrain/elastrain/network"
)

// table is the stiffness of every bond (N/m), and its width where widths learn.
func (l *Lab) table(k []float64) string {
	x := l.Experiment
	var b strings.Builder
	b.WriteString("bond,node,node,stiffness (N/m)")
	width := x.Spec.Bonds.Width.IsSet()
	if width {
		b.WriteString(",width (mm)")
	}
	b.WriteByte('\n')
	for i := range k {
		if !tabled(x, i) {
			continue
		}
		el := &x.Network.Elements[i]
		other := strconv.Itoa(el.Nodes[1] + 1)
		if el.Kind == network.Ground {
			other = "ground"
		}
		fmt.Fprintf(&b, "%d,%d,%s,%.17g", i+1, el.Nodes[0]+1, other, k[i])
		if width {
			fmt.Fprintf(&b, ",%.6g", 1e3*k[i]/x.Design.Gain[i])
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// tabled reports whether an element has a row in the table: whole bars and springs to ground.
func tabled(x *experiment.Experiment, i int) bool { return !x.Network.Elements[i].Cut }

// TableError says where a table of stiffnesses is wrong, and the way out.
type TableError struct {
	Name  string // of the file
	Line  int    // from 1; 0 when it is about the whole
	Cause string
}

func (e *TableError) Error() string {
	at := e.Name
	if e.Line > 0 {
		at += fmt.Sprintf(": line %d", e.Line)
	}
	return at + ": " + e.Cause
}

// readTable reads a table like those that sessions write: the columns bond and
// stiffness (N/m), or after (N/m) as on step cards, in any place, further ones
// being passed over. Elements that are cut keep
// the stiffness of k.
func readTable(x *experiment.Experiment, name, text string, k []float64) error {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.Comment, r.FieldsPerRecord, r.TrimLeadingSpace = '#', -1, true
	header, err := r.Read()
	if err != nil {
		return &TableError{name, 0, "no table with the columns bond and stiffness (N/m)"}
	}
	bond, value := -1, -1
	for i, cell := range header {
		switch strings.ToLower(strings.TrimSpace(cell)) {
		case "bond":
			bond = i
		case "stiffness (n/m)", "after (n/m)":
			value = i
		}
	}
	line, _ := r.FieldPos(0)
	if bond < 0 || value < 0 {
		return &TableError{name, line, "the first line names the columns, and bond and stiffness (N/m) must be among them"}
	}
	given := make([]bool, len(k))
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			var at *csv.ParseError
			if errors.As(err, &at) {
				return &TableError{name, at.Line, at.Err.Error()}
			}
			return &TableError{name, 0, err.Error()}
		}
		line, _ := r.FieldPos(0)
		if len(row) <= max(bond, value) {
			return &TableError{name, line, "the row is shorter than the first line"}
		}
		n, err := strconv.Atoi(strings.TrimSpace(row[bond]))
		if err != nil || n < 1 || n > len(k) || !tabled(x, n-1) {
			return &TableError{name, line, fmt.Sprintf("there is no bond %q; the bonds are 1 to %d", row[bond], len(k))}
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(row[value]), 64)
		if err != nil || !(v > 0) || math.IsInf(v, 0) {
			return &TableError{name, line, fmt.Sprintf("bond %d has the stiffness %q; it is a number above 0, with a decimal point", n, row[value])}
		}
		if given[n-1] {
			return &TableError{name, line, fmt.Sprintf("bond %d is there twice", n)}
		}
		given[n-1], k[n-1] = true, v
	}
	for i := range k {
		if tabled(x, i) && !given[i] {
			return &TableError{name, 0, fmt.Sprintf("bond %d has no row; every bond needs one", i+1)}
		}
	}
	return nil
}

// Start is the stiffness that a lattice has when a session begins, as a table.
type Start struct{ Name, Text string }

// StartFrom is where another session left its lattice.
func StartFrom(fsys atomicfile.FS, dir string) (*Start, error) {
	r, err := Load(fsys, dir)
	if err != nil {
		return nil, err
	}
	return &Start{Name: dir, Text: r.Lab.table(r.Lab.last(r.Log))}, nil
}

// read is the stiffness of every element (N/m), within the ranges of an experiment.
func (s *Start) read(x *experiment.Experiment) ([]float64, error) {
	d := x.Design
	k := make([]float64, x.Eq.C.M)
	d.Init(k)
	if err := readTable(x, s.Name, s.Text, k); err != nil {
		return nil, err
	}
	learns := make([]bool, len(k))
	for _, i := range d.Free {
		learns[i] = true
	}
	const rounding = 1e-9
	for i := range k {
		theta := k[i] / d.Gain[i]
		lo, hi := d.Lo[i], d.Hi[i]
		if !learns[i] {
			lo, hi = d.Start[i], d.Start[i]
		}
		switch {
		case !tabled(x, i):
		case theta < lo*(1-rounding) || theta > hi*(1+rounding):
			return nil, &TableError{s.Name, 0, fmt.Sprintf("bond %d has %.6g N/m, outside its range in the experiment, %.6g to %.6g N/m", i+1, k[i], d.Gain[i]*lo, d.Gain[i]*hi)}
		case learns[i]:
			d.Start[i] = min(max(theta, lo), hi)
		}
	}
	return k, nil
}
