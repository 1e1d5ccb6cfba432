package tracks

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Limits of what Read takes.
const (
	MostBytes = 256 << 20
	MostRows  = 4_000_000
	mostLine  = 1 << 16
	mostCells = 256
)

// Unit says what the numbers of a file mean.
type Unit struct {
	Metre  float64    // metres of one unit: 1e-3 for a file in millimetres, millimetres a pixel × 1e-3 for pixels
	Origin [2]float64 // where the origin of the design is, in units of the file
	Down   bool       // y of the file points down, as it does in pictures
}

// Set is a file.
type Set struct {
	Format string // "trackpy", "TrackMate", "ImageJ", "DICe" or "x y u v"
	Points []Point
	Lost   int // rows that say that nothing was found
}

// Point is a row.
type Point struct {
	Frame    int        // as in the file; 0 if it has none
	Particle int        // as in the file; -1 if it has none
	X        [2]float64 // m
	U        [2]float64 // displacement, m, if the set has any
	Sigma    float64    // standard deviation of a coordinate, m; 0 unknown
}

// Moves tells whether the points have displacements.
func (s *Set) Moves() bool { return s.Format == "DICe" || s.Format == "x y u v" }

// columns of a format: names as they stand in the head line; empty if there is none.
type columns struct {
	format                               string
	x, y, u, v, frame, particle, sigma   string
	needFrame, needParticle, unitsBeside bool
}

var formats = []columns{
	{format: "trackpy", x: "x", y: "y", frame: "frame", particle: "particle", sigma: "ep", needFrame: true, needParticle: true},
	// TrackMate writes three more head lines: names, short names and units.
	{format: "TrackMate", x: "POSITION_X", y: "POSITION_Y", frame: "FRAME", particle: "TRACK_ID", needFrame: true, unitsBeside: true},
	{format: "DICe", x: "COORDINATE_X", y: "COORDINATE_Y", u: "DISPLACEMENT_X", v: "DISPLACEMENT_Y", frame: "FRAME", particle: "SUBSET_ID", sigma: "SIGMA"},
	{format: "x y u v", x: "x", y: "y", u: "u", v: "v", frame: "frame"},
	{format: "ImageJ", x: "X", y: "Y", frame: "Slice"},
	{format: "ImageJ", x: "XM", y: "YM", frame: "Slice"},
}

// Read recognises the format by the names of its columns, which may be separated
// by commas, semicolons, tabs or blanks.
func Read(r io.Reader, unit Unit) (*Set, error) {
	if !(unit.Metre > 0) || !finite(unit.Metre) || !finite(unit.Origin[0]) || !finite(unit.Origin[1]) {
		return nil, fmt.Errorf("say what the file measures in: one unit is %g m, its origin at %v", unit.Metre, unit.Origin)
	}
	limited := &io.LimitedReader{R: r, N: MostBytes + 1}
	lines := bufio.NewScanner(limited)
	lines.Buffer(make([]byte, 0, mostLine), mostLine)
	t := table{lines: lines}
	set, err := t.read(unit)
	if err == nil {
		err = lines.Err()
	}
	switch {
	case limited.N <= 0:
		return nil, fmt.Errorf("the file has more than %d MB", MostBytes>>20)
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("line %d has more than %d characters: this is no table", t.line+1, mostLine)
	case err != nil && t.line > 0:
		return nil, fmt.Errorf("line %d: %w", t.line, err)
	case err != nil:
		return nil, err
	case len(set.Points) == 0:
		return nil, fmt.Errorf("the %s file has no points", set.Format)
	}
	return set, nil
}

type table struct {
	lines *bufio.Scanner
	line  int
	comma string // separator; empty for blanks
}

// next is the next line that is not empty and no comment.
func (t *table) next() (string, bool) {
	for t.lines.Scan() {
		t.line++
		text := strings.TrimSpace(strings.TrimPrefix(t.lines.Text(), "\ufeff"))
		if text != "" && !strings.HasPrefix(text, "***") && !strings.HasPrefix(text, "%") && !strings.HasPrefix(text, "#") {
			return text, true
		}
	}
	return "", false
}

func (t *table) cells(text string) []string {
	if t.comma == "" {
		return strings.Fields(text)
	}
	cells := strings.Split(text, t.comma)
	for i := range cells {
		cells[i] = strings.Trim(cells[i], " \"")
	}
	return cells
}

func (t *table) read(unit Unit) (*Set, error) {
	head, ok := t.next()
	if !ok {
		return nil, errors.New("the file is empty")
	}
	for _, c := range []string{",", ";", "\t"} {
		if strings.Contains(head, c) {
			t.comma = c
			break
		}
	}
	names := t.cells(head)
	if len(names) > mostCells {
		return nil, fmt.Errorf("the table has %d columns", len(names))
	}
	is, at, err := recognise(names)
	if err != nil {
		return nil, err
	}
	set := &Set{Format: is.format}
	for {
		text, ok := t.next()
		if !ok {
			return set, nil
		}
		cells := t.cells(text)
		if is.unitsBeside && t.line <= 4 {
			if _, err := strconv.ParseFloat(cell(cells, at.x), 64); err != nil {
				continue
			}
		}
		if len(cells) != len(names) {
			return set, fmt.Errorf("there are %d values under %d names", len(cells), len(names))
		}
		if len(set.Points) == MostRows {
			return set, fmt.Errorf("the file has more than %d rows", MostRows)
		}
		p, lost, err := at.point(cells, unit)
		switch {
		case err != nil:
			return set, err
		case lost:
			set.Lost++
		default:
			set.Points = append(set.Points, p)
		}
	}
}

func cell(cells []string, i int) string {
	if i < 0 || i >= len(cells) {
		return ""
	}
	return cells[i]
}

// positions of the columns in the table, -1 if there is none.
type positions struct{ x, y, u, v, frame, particle, sigma int }

func recognise(names []string) (columns, positions, error) {
	find := func(name string) int {
		if name == "" {
			return -1
		}
		return slices.Index(names, name)
	}
	for _, f := range formats {
		p := positions{find(f.x), find(f.y), find(f.u), find(f.v), find(f.frame), find(f.particle), find(f.sigma)}
		if p.x >= 0 && p.y >= 0 && (f.u == "" || p.u >= 0 && p.v >= 0) && (!f.needFrame || p.frame >= 0) && (!f.needParticle || p.particle >= 0) {
			return f, p, nil
		}
	}
	return columns{}, positions{}, fmt.Errorf("no format known here has the columns %.200q; known are trackpy (frame, particle, x, y), "+
		"TrackMate (POSITION_X, POSITION_Y, FRAME), ImageJ (X, Y), DICe (COORDINATE_X, DISPLACEMENT_X, ...) and x, y, u, v", strings.Join(names, ", "))
}

// point reads a row. It is lost if a value is NaN or empty, or if DICe's SIGMA is
// negative, which says that the correlation failed.
func (at positions) point(cells []string, unit Unit) (p Point, lost bool, err error) {
	value := func(i int) float64 {
		if i < 0 {
			return 0
		}
		if cells[i] == "" {
			return math.NaN()
		}
		v, e := strconv.ParseFloat(cells[i], 64)
		if e != nil || math.IsInf(v, 0) {
			err = fmt.Errorf("`%.40s` is not a number", cells[i])
		}
		return v
	}
	x, y, u, v, sigma := value(at.x), value(at.y), value(at.u), value(at.v), value(at.sigma)
	frame, particle := value(at.frame), value(at.particle)
	if err != nil {
		return p, false, err
	}
	if math.IsNaN(x+y+u+v+frame) || sigma < 0 {
		return p, true, nil
	}
	if math.IsNaN(particle) || at.particle < 0 {
		particle = -1
	}
	const most = 1 << 31
	if math.Abs(frame) > most || math.Abs(particle) > most || frame != math.Trunc(frame) || particle != math.Trunc(particle) {
		return p, false, fmt.Errorf("frame %g and particle %g must be whole numbers", frame, particle)
	}
	up := unit.Metre
	if unit.Down {
		up = -up
	}
	p = Point{
		Frame: int(frame), Particle: int(particle),
		X: [2]float64{(x - unit.Origin[0]) * unit.Metre, (y - unit.Origin[1]) * up},
		U: [2]float64{u * unit.Metre, v * up},
	}
	if !math.IsNaN(sigma) {
		p.Sigma = sigma * unit.Metre
	}
	return p, false, nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
