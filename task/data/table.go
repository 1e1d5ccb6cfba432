package data

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/table"
)

// Table is rows of measured numbers, each with at most one class.
type Table struct {
	Name     string    // of the built-in set, or as given to ReadCSV
	Features []string  // column names; len is the number of features
	X        []float64 // finite (NaN in columns that Column refuses), in the units of the source, row-major; len Rows()*len(Features)
	Classes  []string  // class names; none for regression data
	Label    []int     // class of each row as an index into Classes, -1 where it has none; len Rows()
	Source   string    // where the numbers come from, with licence; the file name for a CSV

	ClassColumn string   // name of the class column of a CSV file; "" where there is none
	Notes       []string // what whoever gave the file should know

	// Of pictures: features are pixels, row by row from the top. Zero for other tables.
	Wide, High int
	Full       float64 // what the brightest pixel can be: 255 of bytes; 0 where nobody knows
	TestFrom   int     // rows from here on are the test part that the set comes with; 0: it has none

	greys  [][]byte // of pictures, in place of X: those of the training part, and of the test part if there is one, as they were read
	shades []uint16 // of pooled pictures, in place of X: pixels in units of shade
	shade  float64

	faults []*Error // of each feature that is not all numbers, nil for the others; nil if there are none
}

// Share is a table with the same numbers: what is changed or added in one of the two the other does not see, as long as nobody writes to the numbers.
func (t *Table) Share() *Table {
	own := *t
	own.X, own.Label, own.greys, own.Notes = slices.Clip(t.X), slices.Clip(t.Label), slices.Clip(t.greys), slices.Clip(t.Notes)
	own.faults = slices.Clone(t.faults)
	return &own
}

// Rows is the number of rows.
func (t *Table) Rows() int { return len(t.Label) }

// At is feature j of row i.
func (t *Table) At(i, j int) float64 {
	f := len(t.Features)
	switch {
	case t.greys != nil:
		if len(t.greys) > 1 && i >= t.TestFrom {
			return float64(t.greys[1][(i-t.TestFrom)*f+j])
		}
		return float64(t.greys[0][i*f+j])
	case t.shades != nil:
		return t.shade * float64(t.shades[i*f+j])
	}
	return t.X[i*f+j]
}

// Bytes is what the numbers of a table take.
func (t *Table) Bytes() int64 {
	sum := int64(len(t.X)+len(t.Label))*8 + int64(len(t.shades))*2
	for _, part := range t.greys {
		sum += int64(len(part))
	}
	return sum
}

// Row is row i, len len(Features). It shares memory with X; of pictures, which are kept as bytes, it is a copy.
func (t *Table) Row(i int) []float64 {
	f := len(t.Features)
	if t.greys != nil || t.shades != nil {
		row := make([]float64, f)
		for j := range row {
			row[j] = t.At(i, j)
		}
		return row
	}
	return t.X[i*f : (i+1)*f : (i+1)*f]
}

// Column finds a feature by its name or, where no feature has that name, by
// its number from 1 (the class column of a CSV file is not counted). The index
// it returns counts from 0. A column that is not all numbers is an [*Error] that says
// where and why.
func (t *Table) Column(feature string) (int, error) {
	if j, ok := find(t.Features, feature); ok {
		if t.faults != nil && t.faults[j] != nil {
			return 0, t.faults[j]
		}
		return j, nil
	}
	return 0, fmt.Errorf("%s: no feature `%s`; there are %s, or a number from 1 to %d",
		t.Name, table.Clip(feature), list(t.Features), len(t.Features))
}

// Select returns a new table with the named features only, in the order given,
// as the columns a trained network expects them. Each is named as in [Table.Column].
// A feature may be named twice, when it pushes two nodes.
func (t *Table) Select(features []string) (*Table, error) {
	if len(features) == 0 {
		return nil, fmt.Errorf("%s: no feature selected; name at least one of %s", t.Name, list(t.Features))
	}
	columns := make([]int, len(features))
	names := make([]string, len(features))
	for i, f := range features {
		j, err := t.Column(f)
		if err != nil {
			return nil, err
		}
		columns[i], names[i] = j, t.Features[j]
	}
	x := make([]float64, 0, t.Rows()*len(columns))
	for i := range t.Rows() {
		for _, j := range columns {
			x = append(x, t.At(i, j))
		}
	}
	return &Table{
		Name:     t.Name,
		Features: names,
		X:        x,
		Classes:  slices.Clone(t.Classes),
		Label:    slices.Clone(t.Label),
		Source:   t.Source,
	}, nil
}

// find looks s up among names, first as a name, then as a number from 1, then as a name
// without regard to capitals, if one only is spelt so, or as it stood behind the # of a header.
func find(names []string, s string) (int, bool) {
	if j := slices.Index(names, s); j >= 0 {
		return j, true
	}
	if n, err := strconv.Atoi(s); err == nil && n >= 1 && n <= len(names) {
		return n - 1, true
	}
	at, found := -1, 0
	for j, n := range names {
		if strings.EqualFold(n, s) || strings.EqualFold(n, strings.TrimSpace(strings.TrimPrefix(s, "#"))) {
			at = j
			found++
		}
	}
	return at, found == 1
}

// list shows names in a message, the first dozen of them.
func list(names []string) string { return table.List(names) }

// AddTest puts the rows of a table with the same features behind those of t, as its test part.
func (t *Table) AddTest(test *Table) error {
	if len(test.Features) != len(t.Features) || (test.greys == nil) != (t.greys == nil) || test.Wide != t.Wide {
		return fmt.Errorf("%s has %d features, and %s has %d; a test part has the features of its training part", test.Name, len(test.Features), t.Name, len(t.Features))
	}
	for j, name := range t.Features {
		if test.Features[j] != name {
			return fmt.Errorf("%s: column %d is `%s`, and `%s` in %s; a test part has the features of its training part", test.Name, j+1, table.Clip(test.Features[j]), table.Clip(name), t.Name)
		}
		if test.faults != nil && test.faults[j] != nil {
			if t.faults == nil {
				t.faults = make([]*Error, len(t.Features))
			}
			if t.faults[j] == nil {
				t.faults[j] = test.faults[j]
			}
		}
	}
	t.TestFrom = t.Rows()
	t.X, t.greys, t.Label = append(t.X, test.X...), append(t.greys, test.greys...), append(t.Label, test.Label...)
	t.Notes = append(t.Notes, test.Notes...)
	return nil
}
