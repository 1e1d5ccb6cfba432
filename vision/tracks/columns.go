package tracks

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/table"
	"github.com/elastrain/elastrain/unit"
)

// clock is a column that tells of which frame, time, slice or channel a row is.
type clock struct {
	at    int
	kind  string // "frame", "slice", "time", or "part" for what is no time
	cells []string
	value []float64 // of frames, slices and times
}

// clockNames are the columns that tell rows apart, the best first.
var clockNames = []struct {
	kind  string
	names []string
}{
	{"frame", []string{"frame", "frames", "framenumber", "frameno", "framenr", "frameid", "frameindex", "framenum", "bild", "bildnr"}},
	{"slice", []string{"image", "imagenumber", "imageno", "imageid", "imageindex", "img", "photo", "step", "loadstep"}},
	{"slice", []string{"slice", "slicenumber", "sliceno", "stack", "stackposition", "position"}},
	{"time", []string{"time", "t", "positiont", "timepoint", "timestamp", "seconds", "sec", "zeit"}},
	{"part", []string{"ch", "channel", "zslice", "series", "specimen", "file", "filename", "imagename", "well"}},
	{"part", []string{"label"}},
}

// findClocks finds them.
func (f *file) findClocks() error {
	taken := []int{f.x.At, f.y.At, f.u.At, f.v.At, f.sigma.At, f.particle.At}
	if f.Named("frame") {
		c, err := f.Find("frame")
		if err != nil {
			return err
		}
		f.clocks = append(f.clocks, clock{at: c.At, kind: "frame"})
		taken = append(taken, c.At)
	}
	for _, c := range clockNames {
		for j, h := range f.Header {
			base, _, _ := table.Split(h)
			if !slices.Contains(taken, j) && (slices.Contains(c.names, table.Key(base)) || slices.Contains(c.names, table.Key(h))) {
				f.clocks = append(f.clocks, clock{at: j, kind: c.kind})
				taken = append(taken, j)
			}
		}
	}
	// Names that only begin or end like these are columns of frames, slices and times as well.
	for j, h := range f.Header {
		key := table.Key(h)
		for _, c := range []struct{ part, kind string }{{"frame", "frame"}, {"slice", "slice"}, {"image", "slice"}, {"photo", "slice"}, {"time", "time"}, {"channel", "part"}} {
			if strings.Contains(key, c.part) && !slices.Contains(taken, j) {
				f.clocks = append(f.clocks, clock{at: j, kind: c.kind})
				taken = append(taken, j)
			}
		}
	}
	for j, h := range f.Header { // of the rest nobody knows; see blocks
		if h != "" && !slices.Contains(taken, j) {
			f.others = append(f.others, clock{at: j, kind: "part"})
		}
	}
	return nil
}

// add keeps the cell of the present row.
func (c *clock) add(f *file) error {
	cell := f.Cell(c.at)
	c.cells = append(c.cells, string([]byte(cell)))
	if c.kind == "part" {
		return nil
	}
	v, err := f.Number(c.at)
	if err != nil {
		if c.kind == "frame" {
			return err
		}
		v = math.NaN() // a time in words counts only if there is nothing better
	}
	const most = 1 << 31
	if c.kind == "frame" && (v != math.Trunc(v) || math.Abs(v) > most) {
		return f.Fail(c.at, "a frame of "+table.Show(cell), "frames are whole numbers")
	}
	c.value = append(c.value, v)
	return nil
}

// varies tells whether a column has several values.
func (c *clock) varies() bool {
	for _, cell := range c.cells {
		if cell != c.cells[0] {
			return true
		}
	}
	return false
}

// frames says of which frame each point is: by the first column of frames, slices or
// times that has several values. Any other column that tells rows apart must be the same in all rows of
// a frame, for else rows of several times or channels would be read as one.
func (f *file) frames() error {
	var chosen *clock
	for i := range f.clocks {
		c := &f.clocks[i]
		if c.kind == "part" {
			continue
		}
		if chosen == nil || !chosen.varies() && c.varies() {
			chosen = c
		}
	}
	f.set.framed = chosen != nil && (chosen.kind == "frame" || chosen.varies())
	f.set.numbered = f.particle.At >= 0
	switch {
	case chosen == nil:
	case chosen.kind == "time":
		if err := f.rank(chosen); err != nil {
			return err
		}
	default:
		for i, v := range chosen.value {
			if math.IsNaN(v) && !chosen.varies() {
				break // the name of the one photograph
			}
			if v != math.Trunc(v) || math.Abs(v) > 1<<31 {
				return &table.Error{Line: f.lines[i], Column: chosen.at + 1, Header: f.Header[chosen.at], Cause: table.Show(chosen.cells[i]) + " is no number of a frame", Fix: "frames are whole numbers"}
			}
			f.set.Points[i].Frame = int(v)
		}
	}
	for i := range f.clocks {
		if c := &f.clocks[i]; c != chosen {
			if err := f.agree(c, chosen); err != nil {
				return err
			}
		}
	}
	for i := range f.others {
		if err := f.unitCells(&f.others[i]); err != nil {
			return err
		}
	}
	if f.set.Moves() {
		return f.sameplace()
	}
	if chosen != nil && chosen.varies() {
		return nil
	}
	for i := range f.others {
		if err := f.blocks(&f.others[i]); err != nil {
			return err
		}
		if err := f.again(&f.others[i]); err != nil {
			return err
		}
	}
	return f.twice()
}

// again refuses a column that nobody knows and whose values come again in the same order, as 1, 2, 3, 1, 2, 3: it
// numbers the points of several photographs.
func (f *file) again(c *clock) error {
	period, seen := 0, map[string]bool{}
	for i, cell := range c.cells {
		if period == 0 && seen[cell] {
			period = i
		}
		if period > 0 && cell != c.cells[i%period] {
			return nil
		}
		seen[cell] = true
	}
	if period < 2 || len(c.cells)%period != 0 {
		return nil
	}
	return &table.Error{Line: f.lines[period], Column: c.at + 1, Header: f.Header[c.at],
		Cause: fmt.Sprintf("its values come again every %d rows, and there is no column of frames", period), Fix: "write a column `frame` if these are several photographs, or remove the column"}
}

// twice refuses a particle that has two places in a file of one photograph.
func (f *file) twice() error {
	if f.particle.At < 0 {
		return nil
	}
	first := make(map[string]int, len(f.names))
	for i, n := range f.names {
		if isLost(n) {
			continue
		}
		before, seen := first[n]
		if seen && f.set.Points[before].X != f.set.Points[i].X {
			return &table.Error{Line: f.lines[i], Column: f.particle.At + 1, Header: f.Header[f.particle.At],
				Cause: fmt.Sprintf("%s has another place on line %d, and there is no column of frames", table.Show(n), f.lines[before]), Fix: "write a column `frame` that numbers the photographs, or keep the rows of one"}
		}
		first[n] = i
	}
	return nil
}

// blocks refuses a column that nobody knows and that parts rows of no other frames into equal blocks: it
// numbers photographs more often than not.
func (f *file) blocks(c *clock) error {
	seen := map[string]bool{}
	size, run, blocks := 0, 0, 0
	for i, cell := range c.cells {
		if i > 0 && cell == c.cells[i-1] {
			run++
			continue
		}
		if seen[cell] || blocks > 1 && run != size {
			return nil // comes again, or the blocks differ
		}
		if blocks == 1 {
			size = run
		}
		seen[cell] = true
		run = 1
		blocks++
	}
	if blocks < 2 || run != size || size < 2 {
		return nil
	}
	return &table.Error{Line: f.lines[size], Column: c.at + 1, Header: f.Header[c.at],
		Cause: fmt.Sprintf("it parts the rows into %d blocks of %d, and there is no column of frames", blocks, size), Fix: "call it `frame` if it numbers photographs, or remove it"}
}

// sameplace refuses displacements of one point at several times as those of one.
func (f *file) sameplace() error {
	type place struct {
		frame int
		x     [2]float64
	}
	first := make(map[place]int, len(f.set.Points))
	for i, p := range f.set.Points {
		at := place{p.Frame, p.X}
		if before, ok := first[at]; ok {
			return &table.Error{Line: f.lines[i], Cause: fmt.Sprintf("the point of line %d has a second displacement in the same frame", f.lines[before]), Fix: "write a column `frame` that numbers the photographs, or keep the rows of one"}
		}
		first[at] = i
	}
	return nil
}

// rank numbers times from 0.
func (f *file) rank(c *clock) error {
	for i, v := range c.value {
		if math.IsNaN(v) {
			return &table.Error{Line: f.lines[i], Column: c.at + 1, Header: f.Header[c.at], Cause: table.Show(c.cells[i]) + " is no number", Fix: "write a column `frame` of whole numbers"}
		}
	}
	times := slices.Sorted(slices.Values(c.value))
	times = slices.Compact(times)
	for i, v := range c.value {
		f.set.Points[i].Frame, _ = slices.BinarySearch(times, v)
	}
	if len(times) > 1 {
		f.set.Notes = append(f.set.Notes, fmt.Sprintf("frames are the times of `%s` in their order: frame 0 is %g, frame %d is %g", table.Clip(f.Header[c.at]), times[0], len(times)-1, times[len(times)-1]))
	}
	return nil
}

// agree wants a column to be the same in all rows of a frame.
func (f *file) agree(c, chosen *clock) error {
	if table.Key(f.Header[c.at]) == "label" {
		distinct := map[string]bool{}
		for _, cell := range c.cells {
			distinct[cell] = true
		}
		if len(distinct) == len(c.cells) || chosen != nil {
			return nil // a name for every row
		}
	}
	first := map[int]int{} // row of each frame
	for i, cell := range c.cells {
		frame := f.set.Points[i].Frame
		before, seen := first[frame]
		if !seen {
			first[frame] = i
			continue
		}
		if cell == c.cells[before] {
			continue
		}
		where, way := "there is no column of frames", "write a column `frame` that numbers the photographs, or keep the rows of one"
		if chosen != nil {
			where = fmt.Sprintf("`%s` is %s in both rows", table.Clip(f.Header[chosen.at]), chosen.cells[i])
			way = "keep the rows of one, or remove the column if it says nothing about when and where"
		}
		return &table.Error{Line: f.lines[i], Column: c.at + 1, Header: f.Header[c.at],
			Cause: fmt.Sprintf("%s here and %s on line %d, and %s: they would be read as one photograph", table.Show(cell), table.Show(c.cells[before]), f.lines[before], where), Fix: way}
	}
	return nil
}

// particles numbers the particles: as the file does, or names in their order.
func (f *file) particles() {
	words := false
	for _, n := range f.names {
		v, err := strconv.ParseFloat(n, 64)
		words = words || !isLost(n) && (err != nil || v != math.Trunc(v) || math.Abs(v) > 1<<31)
	}
	if f.onlyRows() {
		for i := range f.set.Points {
			f.set.Points[i].Particle = -1
		}
		f.set.Notes = append(f.set.Notes, fmt.Sprintf("`%s` never comes twice, so it numbers rows and no particles", table.Clip(f.Header[f.particle.At])))
		return
	}
	number := map[string]int{}
	for i, n := range f.names {
		p := &f.set.Points[i]
		switch {
		case isLost(n) || f.particle.At < 0:
			p.Particle = -1
		case words:
			if _, ok := number[n]; !ok {
				number[n] = len(number)
			}
			p.Particle = number[n]
		default:
			v, _ := strconv.ParseFloat(n, 64)
			p.Particle = int(v)
		}
	}
}

// onlyRows tells that there are several frames and no particle is in two of them.
func (f *file) onlyRows() bool {
	if f.particle.At < 0 {
		return false
	}
	frame, several := map[string]int{}, false
	for i, n := range f.names {
		at := f.set.Points[i].Frame
		several = several || at != f.set.Points[0].Frame
		if isLost(n) {
			continue
		}
		if before, ok := frame[n]; ok && before != at {
			return false
		}
		frame[n] = at
	}
	return several
}

// unitCells compares the units that a column of units names, row by row, with the one that was given.
func (f *file) unitCells(c *clock) error {
	switch table.Key(f.Header[c.at]) {
	case "unit", "units", "einheit", "lengthunit", "unitoflength":
	default:
		return nil
	}
	for i, cell := range c.cells {
		u, ok := unit.Length(cell)
		if ok && math.Abs(u.Float()-f.unit.Metre) > 1e-9*f.unit.Metre {
			return &table.Error{Line: f.lines[i], Column: c.at + 1, Header: f.Header[c.at],
				Cause: fmt.Sprintf("the file says %s, and one unit is given as %g m", cell, f.unit.Metre), Fix: fmt.Sprintf("give --unit %s, or mend the file", u.Symbol)}
		}
	}
	return nil
}

// checkUnit compares the unit that the file names with the one that was given.
func (f *file) checkUnit(at int, symbol string, named bool) error {
	if at < 0 || !named {
		return nil
	}
	err := f.unit.agree(symbol, f.Line)
	var bad *table.Error
	if errors.As(err, &bad) {
		bad.Column, bad.Header = at+1, f.Header[at]
	}
	return err
}

// oneKind refuses places in pixels beside others in a unit of length: one of the two is not what is given.
func (f *file) oneKind() error {
	at := [2]int{-1, -1} // a column in pixels, and one in a length
	for _, c := range []table.Column{f.x, f.y, f.u, f.v} {
		switch {
		case c.At < 0 || !c.HasUnit || c.Unit == "":
		case table.Pixels(c.Unit):
			at[0] = c.At
		default:
			at[1] = c.At
		}
	}
	if at[0] < 0 || at[1] < 0 {
		return nil
	}
	return &table.Error{Line: f.Line, Column: at[0] + 1, Header: f.Header[at[0]], Cause: "pixels, and " + table.Show(f.Header[at[1]]) + " is a length", Fix: "turn all columns into one unit"}
}

// agree compares a unit that a file names ("" for none) with the one that was given. Pixels may be of any size.
func (u Unit) agree(symbol string, line int) error {
	if symbol == "" || table.Pixels(symbol) {
		return nil
	}
	given, ok := unit.Length(symbol)
	if !ok {
		return &table.Error{Line: line, Cause: fmt.Sprintf("%s is no unit of length that is read", table.Show(symbol)), Fix: "write such as `x (mm)`; `elastrain explain units` lists them"}
	}
	if math.Abs(given.Float()-u.Metre) > 1e-9*u.Metre {
		return &table.Error{Line: line, Cause: fmt.Sprintf("the file says %s, and one unit is given as %g m", symbol, u.Metre), Fix: fmt.Sprintf("give --unit %s, or mend the file", given.Symbol)}
	}
	return nil
}
