package insitu

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/table"
)

// table is the stiffness of every bond (N/m), and its width where widths learn; of a body its parameters.
func (l *Lab) table(k []float64) string {
	x := l.Experiment
	if x.Solid != nil {
		return parameterTable(x, k)
	}
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

// readTable reads a table like those that sessions and runs write: the columns bond and
// stiffness (N/m), or after (N/m) as on step cards, in any place and way to write tables, further ones
// being passed over. Elements that are cut keep the stiffness of k. Of a body it is the table of its parameters.
func readTable(x *experiment.Experiment, name, text string, k []float64) error {
	if x.Solid != nil {
		return readParameters(x, name, text, k)
	}
	fail := func(err error) error {
		var bad *table.Error
		if !errors.As(err, &bad) {
			return &TableError{name, 0, err.Error()}
		}
		if bad.Fix != "" {
			return &TableError{name, bad.Line, bad.Cause + "; " + bad.Fix}
		}
		return &TableError{name, bad.Line, bad.Cause}
	}
	r, err := table.Open(strings.NewReader(text), table.Options{})
	var bad *table.Error
	if errors.As(err, &bad) && bad.Line == 0 {
		return &TableError{name, 0, "no table with the columns bond and stiffness (N/m): " + bad.Cause}
	}
	if err != nil {
		return fail(err)
	}
	bond, err := r.Find("bond")
	if err != nil {
		return fail(err)
	}
	value, err := r.Find("stiffness", "after")
	if err != nil {
		return fail(err)
	}
	if bond.At < 0 || value.At < 0 {
		return &TableError{name, r.Line, "the first line names the columns, and bond and stiffness (N/m) must be among them"}
	}
	worth, err := r.Stiffness(value, "")
	if err != nil {
		return fail(err)
	}
	given := make([]bool, len(k))
	for r.Next() {
		n, err := r.Whole(bond.At)
		if err == nil && n >= 1 && n <= len(k) && !tabled(x, n-1) && r.Cell(value.At) == "" {
			continue // of a bond that is cut
		}
		if err != nil || n < 1 || n > len(k) || !tabled(x, n-1) {
			return &TableError{name, r.Line, fmt.Sprintf("there is no bond %q; the bonds are 1 to %d", table.Clip(r.Cell(bond.At)), len(k))}
		}
		v, err := r.Number(value.At)
		if v = worth.Of(v); err != nil || !(v > 0) || math.IsInf(v, 0) {
			return &TableError{name, r.Line, fmt.Sprintf("bond %d has the stiffness %q; it is a number above 0, with a decimal point", n, table.Clip(r.Cell(value.At)))}
		}
		if given[n-1] {
			return &TableError{name, r.Line, fmt.Sprintf("bond %d is there twice", n)}
		}
		given[n-1], k[n-1] = true, v
	}
	if err := r.Err(); err != nil {
		return fail(err)
	}
	for i := range k {
		if tabled(x, i) && !given[i] && x.Network.Elements[i].Kind != network.Ground { // springs to ground cannot be set
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
	k := make([]float64, x.Parameters())
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
		case theta < lo-rounding*math.Abs(lo) || theta > hi+rounding*math.Abs(hi):
			name, unit := named(x, i)
			return nil, &TableError{s.Name, 0, fmt.Sprintf("%s has %.6g %s, outside its range in the experiment, %.6g to %.6g %[3]s", name, k[i], unit, d.Gain[i]*lo, d.Gain[i]*hi)}
		case learns[i]:
			d.Start[i] = min(max(theta, lo), hi)
		}
	}
	return k, nil
}

// For is the stiffness of every element, N/m, as a lab may be asked for it.
func (s *Start) For(l *Lab) ([]float64, error) {
	k := append([]float64(nil), l.Start...)
	return k, readTable(l.Experiment, s.Name, s.Text, k)
}
