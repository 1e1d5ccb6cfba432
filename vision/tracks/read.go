package tracks

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/table"
)

// Limits of what Read takes.
const (
	MostBytes = 256 << 20
	MostRows  = 4_000_000
	mostCells = 256
)

// Unit says what the numbers of a file mean.
type Unit struct {
	Metre  float64    // metres of one unit: 1e-3 for a file in millimetres, millimetres a pixel × 1e-3 for pixels
	Origin [2]float64 // where the origin of the design is, in units of the file
	Down   bool       // y of the file points down, as it does in pictures

	// Columns says which column is meant by frame, particle, x, y, u or v, by its header, where the headers of a table have no usual names.
	Columns map[string]string
}

// Named are the names of Unit.Columns.
var Named = []string{"frame", "particle", "x", "y", "u", "v"}

// Set is a file.
type Set struct {
	Format string // "trackpy", "TrackMate", "ImageJ", "DICe", "DeepLabCut", "MTrackJ", "napari", "x y u v" or "x y"
	Points []Point
	Lost   int      // rows that say that nothing was found
	Notes  []string // what whoever gave the file should know

	framed, numbered bool // by columns of frames and of particles
}

// Point is a row.
type Point struct {
	Frame    int        // as in the file; of a file with times their number from 0; 0 if it has neither
	Particle int        // as in the file, of names their number from 0; -1 if it has none
	X        [2]float64 // m
	U        [2]float64 // displacement, m, if the set has any
	Sigma    float64    // standard deviation of a coordinate, m; 0 unknown
}

// Moves tells whether the points have displacements.
func (s *Set) Moves() bool { return s.Format == "DICe" || s.Format == "x y u v" }

// Read recognises the format by the names of its columns, in any case.
func Read(r io.Reader, unit Unit) (*Set, error) {
	if !(unit.Metre > 0) || !finite(unit.Metre) || !finite(unit.Origin[0]) || !finite(unit.Origin[1]) {
		return nil, fmt.Errorf("say what the file measures in: one unit is %g m, its origin at %v", unit.Metre, unit.Origin)
	}
	raw, err := io.ReadAll(io.LimitReader(r, MostBytes+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > MostBytes {
		return nil, fmt.Errorf("the file is larger than %d MiB", MostBytes>>20)
	}
	if set, err := foreign(raw, unit); set != nil || err != nil {
		if err == nil && len(set.Points) == 0 {
			err = fmt.Errorf("the %s file has no points", set.Format)
		}
		if err != nil {
			return nil, err
		}
		return set, nil
	}
	t, err := table.Open(bytes.NewReader(raw), table.Options{MaxBytes: MostBytes, MaxColumns: mostCells, Columns: unit.Columns})
	if err != nil {
		return nil, err
	}
	for what, header := range unit.Columns {
		if !t.Named(what) {
			return nil, &table.Error{Line: t.Line, Cause: fmt.Sprintf("there is no column `%s`, which is named for %s: there are %s", table.Clip(header), what, table.List(t.Header)), Fix: "write the name as it stands in the header"}
		}
	}
	f := file{Reader: t, unit: unit, set: &Set{}}
	if err := f.columns(); err != nil {
		return nil, err
	}
	if err := f.rows(); err != nil {
		return nil, err
	}
	if err := f.frames(); err != nil {
		return nil, err
	}
	f.particles()
	if len(f.set.Points) == 0 {
		return nil, fmt.Errorf("the %s file has no points", f.set.Format)
	}
	f.set.Notes = append(f.set.Notes, t.Notes()...)
	return f.set, nil
}

// foreign reads what is no table of one header line; nil where it is one.
func foreign(raw []byte, unit Unit) (*Set, error) {
	// UTF-16 shows as the letters between zeros.
	head := strings.ToValidUTF8(strings.ReplaceAll(string(raw[:min(len(raw), 1<<16)]), "\x00", ""), "")
	head = strings.TrimSpace(strings.TrimPrefix(head, "\ufeff"))
	if head == "" {
		return nil, nil
	}
	var read func(string, Unit) (*Set, error)
	first, _, _ := strings.Cut(head, ",")
	switch {
	case strings.HasPrefix(head, "MTrackJ"):
		read = mTrackJ
	case strings.HasPrefix(head, "<"):
		if !strings.Contains(head, "<TrackMate") && !strings.Contains(head, "<Tracks") {
			return nil, &table.Error{Line: 1, Cause: "an XML file that is not TrackMate's", Fix: "known are the files of TrackMate and its export of tracks"}
		}
		read = trackMateXML
	case table.Key(strings.Trim(first, `"`)) == "scorer":
		read = deepLabCut
	default:
		return nil, nil
	}
	if unit.Columns != nil {
		return nil, fmt.Errorf("columns are named, and the file is no table with one header line")
	}
	text, err := table.Text(raw)
	if err != nil {
		return nil, err
	}
	return read(text, unit)
}

// file is a table on its way to a set.
type file struct {
	*table.Reader
	unit Unit
	set  *Set

	x, y, u, v, sigma, particle table.Column
	clocks                      []clock  // the columns that tell which frame a row is of, the best first
	others                      []clock  // what nobody knows
	names                       []string // of the particle of each point; "" without one
	groups                      []int    // columns in whose values alone a particle has its name: clusters of MTrackJ
	lines                       []int    // of each point
}

// Names of columns, as table.Key makes them.
var (
	placeNames = func(x string) []string {
		return []string{x, "position" + x, "pos" + x, x + "pos", x + "position", x + "coord", x + "coordinate", "coord" + x}
	}
	moveNames     = func(u, x string) []string { return []string{u, "displacement" + x, "disp" + x, "u" + x} }
	particleNames = [][]string{{"particle", "particleid"}, {"trackid", "track", "trajectory", "trajectoryid", "tid"}, {"subsetid"}, {"marker", "markerid", "point", "pointid", "node", "bodypart"}, {"id"}}
)

// first finds the first column of groups of names.
func (f *file) first(groups ...[]string) (table.Column, error) {
	for _, names := range groups {
		c, err := f.Find(names...)
		if err != nil || c.At >= 0 {
			return c, err
		}
	}
	return table.Column{At: -1}, nil
}

func (f *file) columns() error {
	napari, err := f.napari()
	if err != nil {
		return err
	}
	place := func(to *table.Column, groups ...[]string) func() error {
		return func() (err error) { *to, err = f.first(groups...); return err }
	}
	for _, find := range []func() error{
		place(&f.x, placeNames("x"), []string{"coordinatex"}, []string{"xm"}), place(&f.y, placeNames("y"), []string{"coordinatey"}, []string{"ym"}),
		place(&f.u, moveNames("u", "x")), place(&f.v, moveNames("v", "y")),
		place(&f.particle, particleNames...),
	} {
		if err := find(); err != nil {
			return err
		}
	}
	if f.particle.At >= 0 && table.Key(f.Header[f.particle.At]) == "tid" {
		for at, h := range f.Header {
			if key := table.Key(h); key == "aid" || key == "cid" {
				f.groups = append(f.groups, at)
			}
		}
	}
	dice, _ := f.Find("coordinatex")
	mate, _ := f.Find("positionx")
	lower, _ := f.Find("x")
	f.sigma = table.Column{At: -1}
	switch {
	case napari:
		f.set.Format = "napari"
	case f.x.At < 0 || f.y.At < 0 || (f.u.At < 0) != (f.v.At < 0):
		return fmt.Errorf("no format known here has the columns %s; known are trackpy (frame, particle, x, y), "+
			"TrackMate (POSITION_X, POSITION_Y, FRAME), ImageJ (X, Y), napari (axis-0, axis-1), DICe (COORDINATE_X, DISPLACEMENT_X, ...) and x, y, u, v; "+
			"others are named by --columns, as x=NAME,y=NAME,frame=NAME,particle=NAME", table.List(f.Header))
	case f.u.At >= 0 && dice.At >= 0:
		f.set.Format = "DICe"
		f.sigma, err = f.Find("sigma")
	case f.u.At >= 0:
		f.set.Format = "x y u v"
	case mate.At >= 0:
		f.set.Format = "TrackMate"
	default:
		f.set.Format = "ImageJ"
	}
	if err == nil {
		err = f.findClocks()
	}
	if napari {
		f.clocks = slices.DeleteFunc(f.clocks, func(c clock) bool { return table.Key(f.Header[c.at]) == "index" })
	}
	if err == nil && f.set.Format == "ImageJ" {
		switch frame := f.clocks; {
		case f.particle.At >= 0 && table.Key(f.Header[f.particle.At]) == "tid":
			f.set.Format = "MTrackJ"
		case f.particle.At >= 0 && len(frame) > 0 && frame[0].kind == "frame":
			f.set.Format = "trackpy"
			f.sigma, err = f.Find("ep")
		case lower.At >= 0 && f.Header[lower.At] != "X":
			f.set.Format = "x y"
		}
	}
	if err != nil {
		return err
	}
	for _, c := range []table.Column{f.x, f.y, f.u, f.v, f.sigma} {
		if err := f.checkUnit(c.At, c.Unit, c.HasUnit); err != nil {
			return err
		}
	}
	if err := f.oneKind(); err != nil {
		return err
	}
	used := []table.Column{f.x, f.y, f.u, f.v, f.sigma, f.particle}
	for _, at := range f.groups {
		used = append(used, table.Column{At: at})
	}
	for _, c := range f.clocks {
		used = append(used, table.Column{At: c.at})
	}
	if others := f.Others(used...); len(others) > 0 {
		f.set.Notes = append(f.set.Notes, "not read: "+table.List(others))
	}
	return nil
}

// napari says whether these are the columns of a points layer of napari, and names its coordinates: the last two axes are y and x.
// The first of three may be the time or the depth, so it must be named.
func (f *file) napari() (bool, error) {
	axes := 0
	for axes < 5 && slices.ContainsFunc(f.Header, func(h string) bool { return table.Key(h) == fmt.Sprintf("axis%d", axes) }) {
		axes++
	}
	if axes < 2 {
		return false, nil
	}
	if shapes, _ := f.Find("shapetype"); shapes.At >= 0 {
		return false, errors.New("these are shapes of napari, not points: save the points layer")
	}
	if !f.Named("x") {
		f.Name("x", fmt.Sprintf("axis%d", axes-1))
	}
	if !f.Named("y") {
		f.Name("y", fmt.Sprintf("axis%d", axes-2))
	}
	if axes > 2 && !f.Named("frame") {
		return false, fmt.Errorf("napari writes %d axes without names, and axis-0 may be the time or the depth: say that it is the time by --columns frame=axis-0", axes)
	}
	return true, nil
}

// rows reads the points; which frame they are of is for frames.
func (f *file) rows() error {
	head := f.Line
	for f.Next() {
		if f.set.Format == "TrackMate" && f.Line <= head+3 && !table.Numeric(f.Cell(f.x.At)) && f.Cell(f.x.At) != "" {
			// TrackMate writes three more head lines: names, short names and units.
			if base, symbol, ok := table.Split("x " + f.Cell(f.x.At)); ok && base == "x" {
				if err := f.checkUnit(f.x.At, symbol, true); err != nil {
					return err
				}
			}
			continue
		}
		if len(f.set.Points) == MostRows {
			return fmt.Errorf("the file has more than %d rows", MostRows)
		}
		p, lost, err := f.point()
		switch {
		case err != nil:
			return err
		case lost:
			f.set.Lost++
			continue
		}
		f.set.Points = append(f.set.Points, p)
		f.names = append(f.names, f.name())
		f.lines = append(f.lines, f.Line)
		for i := range f.clocks {
			if err := f.clocks[i].add(f); err != nil {
				return err
			}
		}
		if len(f.set.Points) > 100_000 { // more than the marks of some photographs: memory counts
			f.others = nil
		}
		for i := range f.others {
			if err := f.others[i].add(f); err != nil {
				return err
			}
		}
	}
	return f.Err()
}

// name is that of the particle of the present row.
func (f *file) name() string {
	name := f.Cell(f.particle.At)
	if len(f.groups) == 0 || isLost(name) {
		return string([]byte(name))
	}
	var b strings.Builder
	for _, at := range f.groups {
		b.WriteString(f.Cell(at) + " ")
	}
	return b.String() + name
}

// point reads a row. It is lost if a value is NaN or empty, or if DICe's SIGMA is
// negative, which says that the correlation failed.
func (f *file) point() (p Point, lost bool, err error) {
	value := func(c table.Column) float64 {
		if c.At < 0 {
			return 0
		}
		if isLost(f.Cell(c.At)) {
			return math.NaN()
		}
		v, e := f.Number(c.At)
		if e != nil && err == nil {
			err = e
		}
		return v
	}
	x, y, u, v, sigma := value(f.x), value(f.y), value(f.u), value(f.v), value(f.sigma)
	if err != nil {
		return p, false, err
	}
	for _, c := range f.clocks {
		if c.kind == "frame" && isLost(f.Cell(c.at)) {
			return p, true, nil
		}
	}
	if math.IsNaN(x+y+u+v) || sigma < 0 {
		return p, true, nil
	}
	up := f.unit.Metre
	if f.unit.Down {
		up = -up
	}
	p = Point{X: f.unit.at(x, y), U: [2]float64{u * f.unit.Metre, v * up}}
	if !math.IsNaN(sigma) {
		p.Sigma = sigma * f.unit.Metre
	}
	return p, false, nil
}

// isLost tells whether a cell says that nothing was found.
func isLost(cell string) bool {
	switch table.Key(cell) {
	case "", "nan", "+nan", "na", "n/a", "?", "none", "null":
		return true
	}
	return false
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
