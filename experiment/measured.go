package experiment

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/elastrain/elastrain/snapshot"
	"github.com/elastrain/elastrain/table"
)

// Measured is how the widths of a part as it was made differ from those it should have.
type Measured struct {
	Bonds     int      `json:"bonds"`            // that were measured
	Mean      float64  `json:"mean_difference"`  // of the widths, as a share
	Deviation float64  `json:"deviation"`        // of these shares about their mean
	Farthest  int      `json:"farthest_bond"`    // bond with the largest difference
	Width     float64  `json:"farthest_width"`   // its width, m
	Planned   float64  `json:"farthest_planned"` // what it should be, m
	Notes     []string `json:"notes,omitempty"`
}

// WidthsError says where a table of measured widths is wrong.
type WidthsError struct {
	File  string
	Line  int    // 0 when it is about the whole
	Cause string // and after a semicolon the way out
}

func (e *WidthsError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s, line %d: %s", e.File, e.Line, e.Cause)
	}
	return e.File + ": " + e.Cause
}

// AsMeasured are parameters as they are where bonds have the widths of a table: columns bond and width with its unit. Bonds that
// are not in it stay as they are; of one that is measured several times the mean counts.
func (x *Experiment) AsMeasured(theta []float64, name string, r io.Reader) ([]float64, *Measured, error) {
	s, err := x.Snapshot(View{Theta: theta})
	if err != nil {
		return nil, nil, err
	}
	planned := s.Sections(s.Theta)
	sums, counts, notes, err := measuredWidths(name, r, planned[:s.Bonds()])
	if err != nil {
		return nil, nil, err
	}
	m, made := &Measured{Notes: notes}, s.Theta
	sum, squares, most, left, again := 0.0, 0.0, -1.0, 0, 0
	for i, n := range counts {
		if s.Elements[i].Cut {
			if n > 0 {
				m.Notes = append(m.Notes, fmt.Sprintf("bond %d is cut, so its width does not count", i+1))
			}
			continue
		}
		if n == 0 {
			left++
			continue
		}
		if n > 1 {
			again++
		}
		width := sums[i] / float64(n)
		if w := planned[i].Width; w > 0 && !(width > w/otherWidth && width < w*otherWidth) {
			return nil, nil, &WidthsError{File: name, Cause: fmt.Sprintf("bond %d is %.4g mm wide there and %.4g mm by its parameters; look for a unit in the header or an exponent that is mistyped", i+1, 1e3*width, 1e3*w)}
		}
		if err := widen(s, i, planned[i], width, made); err != nil {
			return nil, nil, &WidthsError{File: name, Cause: err.Error()}
		}
		share := width/planned[i].Width - 1
		m.Bonds++
		sum += share
		squares += share * share
		if math.Abs(share) > most {
			most, m.Farthest, m.Width, m.Planned = math.Abs(share), i+1, width, planned[i].Width
		}
	}
	if m.Bonds == 0 {
		return nil, nil, &WidthsError{File: name, Cause: "it has the width of no bond of this network; its rows are bonds, such as 1,2.03 below bond,width (mm)"}
	}
	m.Mean = sum / float64(m.Bonds)
	if m.Bonds > 1 {
		m.Deviation = math.Sqrt(max(0, squares-sum*m.Mean) / float64(m.Bonds-1))
	}
	if left > 0 {
		m.Notes = append(m.Notes, fmt.Sprintf("bonds without a measured width keep that of their parameters: %d", left))
	}
	if again > 0 {
		m.Notes = append(m.Notes, fmt.Sprintf("bonds measured several times have the mean: %d", again))
	}
	return made, m, nil
}

// widen gives a bond another width: what its parameters are of it follows.
func widen(s *snapshot.Snapshot, i int, planned snapshot.Section, width float64, theta []float64) error {
	el := &s.Elements[i]
	if !(planned.Width > 0) {
		return fmt.Errorf("nothing says what width bond %d has by its parameters (%s of law %s); write `material: {young: ..., thickness: ...}` in the experiment, of which w = k L / (Y t) follows", i+1, el.Kind, el.Law)
	}
	ratio := width / planned.Width
	area := ratio
	if planned.Round {
		area *= ratio
	}
	known := false
	for at, name := range s.Blocks[el.Block].Names {
		v := &theta[el.Theta+at]
		switch name {
		case "width", "diameter":
			*v = width
			known = true
		case "stiffness", "EA":
			*v *= area
			known = true
		case "EI", "EIz": // bends in the direction of the width
			*v *= area * ratio * ratio
		case "EIy", "GJ", "GAs", "GAy", "GAz":
			if s.Drawn.Dim == 3 && name != "GAs" {
				return fmt.Errorf("bond %d is a %s of law %s, whose sections in space do not follow from one width; give it a law with a width", i+1, el.Kind, el.Law)
			}
			*v *= area
		}
	}
	if !known {
		return fmt.Errorf("bond %d is a %s of law %s, which has no width; leave it out of the table", i+1, el.Kind, el.Law)
	}
	return nil
}

// otherWidth is by how many times a measured width may differ from that of the parameters.
const otherWidth = 100

// otherHeight is by how much the height of a bond in a table may differ from that of its section, as a share.
const otherHeight = 0.1

// measuredWidths reads a table of widths: the sum of those of every bond, m, and how many. A table that has heights too, as that
// of an export has, must be of the same sheet.
func measuredWidths(name string, r io.Reader, planned []snapshot.Section) (sums []float64, counts []int, notes []string, err error) {
	fail := func(err error) ([]float64, []int, []string, error) {
		var bad *table.Error
		if errors.As(err, &bad) {
			return nil, nil, nil, &WidthsError{File: name, Cause: bad.Error()}
		}
		return nil, nil, nil, err
	}
	t, err := table.Open(r, table.Options{})
	if err != nil {
		return fail(err)
	}
	bond, err := t.Find("bond", "bonds", "bondnumber", "number", "no", "element", "id")
	if err != nil {
		return fail(err)
	}
	width, err := t.Find("width", "measuredwidth", "widthmeasured", "measured", "w", "diameter")
	if err != nil {
		return fail(err)
	}
	if bond.At < 0 || width.At < 0 {
		return nil, nil, nil, &WidthsError{File: name, Line: t.Line, Cause: "there is no column " + map[bool]string{true: "bond", false: "width"}[bond.At < 0] + "; write a header such as bond,width (mm)"}
	}
	if !width.HasUnit {
		return nil, nil, nil, &WidthsError{File: name, Line: t.Line, Cause: fmt.Sprintf("the column `%s` says no unit; write it into the header, such as width (mm)", t.Header[width.At])}
	}
	unit, err := t.Length(width, "")
	if err != nil {
		return fail(err)
	}
	height, err := t.Find("height", "thickness")
	if err != nil {
		return fail(err)
	}
	heightUnit := unit
	if height.HasUnit {
		if heightUnit, err = t.Length(height, ""); err != nil {
			return fail(err)
		}
	}
	bonds := len(planned)
	sums, counts = make([]float64, bonds), make([]int, bonds)
	for t.Next() {
		n, err := t.Whole(bond.At)
		if err != nil {
			return fail(err)
		}
		if n < 1 || n > bonds {
			return nil, nil, nil, &WidthsError{File: name, Line: t.Line, Cause: fmt.Sprintf("there is no bond %d; this network has bonds 1 to %d", n, bonds)}
		}
		if table.Missing(t.Cell(width.At)) {
			continue // it was not measured
		}
		v, err := t.Number(width.At)
		if err != nil {
			return fail(err)
		}
		if !(unit.Of(v) > 0) || math.IsInf(unit.Of(v), 0) {
			return nil, nil, nil, &WidthsError{File: name, Line: t.Line, Cause: fmt.Sprintf("bond %d has a width of %g %s; a strut that is missing is cut with `elastrain damage`", n, v, unit.Symbol)}
		}
		if want := planned[n-1].Height; height.HasUnit && want > 0 && !table.Missing(t.Cell(height.At)) {
			if planned[n-1].Round {
				want = unit.Of(v)
			}
			h, err := t.Number(height.At)
			if err != nil {
				return fail(err)
			}
			if !(math.Abs(heightUnit.Of(h)/want-1) <= otherHeight) {
				return nil, nil, nil, &WidthsError{File: name, Line: t.Line, Cause: fmt.Sprintf("bond %d is %g %s high, and %.4g mm in the experiment: widths alone do not say how stiff it is; leave the column out where the sheet is the same, or give the experiment its thickness (and of an export leave --round and --thickness out)", n, h, heightUnit.Symbol, 1e3*want)}
			}
		}
		sums[n-1] += unit.Of(v)
		counts[n-1]++
	}
	if err := t.Err(); err != nil {
		return fail(err)
	}
	return sums, counts, t.Notes(), nil
}
