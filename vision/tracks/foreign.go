package tracks

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/table"
)

// builder makes a set of what is no table of rows and columns.
type builder struct {
	unit      Unit
	set       *Set
	particles map[string]int
}

func newBuilder(format string, unit Unit) *builder {
	return &builder{unit: unit, set: &Set{Format: format}, particles: map[string]int{}}
}

// add keeps a point; lost says that the other program did not find it.
func (b *builder) add(frame int, particle string, x, y float64, lost bool) error {
	if lost || math.IsNaN(x+y) {
		b.set.Lost++
		return nil
	}
	if math.IsInf(x, 0) || math.IsInf(y, 0) {
		return fmt.Errorf("a place that is not finite")
	}
	if len(b.set.Points) == MostRows {
		return fmt.Errorf("more than %d points", MostRows)
	}
	number := -1
	if particle != "" {
		var known bool
		if number, known = b.particles[particle]; !known {
			number = len(b.particles)
			b.particles[particle] = number
		}
	}
	p := Point{Frame: frame, Particle: number, X: b.unit.at(x, y)}
	b.set.Points = append(b.set.Points, p)
	return nil
}

// at is a place of the file in the coordinates of the design, m.
func (u Unit) at(x, y float64) [2]float64 {
	up := u.Metre
	if u.Down {
		up = -up
	}
	return [2]float64{(x - u.Origin[0]) * u.Metre, (y - u.Origin[1]) * up}
}

func (b *builder) note(format string, args ...any) {
	b.set.Notes = append(b.set.Notes, fmt.Sprintf(format, args...))
}

// sure is the likelihood below which DeepLabCut itself takes a mark for not seen (pcutoff).
const sure = 0.6

// deepLabCut reads a table with three or four head lines, and three columns for every mark.
func deepLabCut(text string, unit Unit) (*Set, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	r.ReuseRecord = false
	var heads [][]string
	coords := -1
	fail := func(cause, fix string) error {
		line, _ := r.FieldPos(0)
		return &table.Error{Line: line, Cause: cause, Fix: fix}
	}
	for coords < 0 {
		row, err := r.Read()
		if err == io.EOF || len(heads) > 3 {
			return nil, &table.Error{Line: len(heads), Cause: "a file of DeepLabCut without its line `coords`", Fix: "export it again as CSV; there are the lines scorer, bodyparts and coords"}
		}
		if err != nil {
			return nil, &table.Error{Line: len(heads) + 1, Cause: err.Error()}
		}
		heads = append(heads, row)
		if table.Key(row[0]) == "coords" {
			coords = len(heads) - 1
		}
	}
	named := func(key string) []string {
		for _, h := range heads {
			if table.Key(h[0]) == key {
				return h
			}
		}
		return nil
	}
	parts, individuals, axes := named("bodyparts"), named("individuals"), heads[coords]
	if parts == nil || len(parts) != len(axes) {
		return nil, fail("the head lines `bodyparts` and `coords` are not of one length", "the file is damaged")
	}
	type mark struct{ x, y, likelihood int }
	marks, order := map[string]*mark{}, []string{}
	first := len(axes)
	for j, axis := range axes {
		axis = table.Key(axis)
		if j == 0 || axis == "" || axis == "coords" {
			continue
		}
		first = min(first, j)
		name := strings.TrimSpace(parts[j])
		if individuals != nil && j < len(individuals) {
			name = strings.TrimSpace(individuals[j]) + " " + name
		}
		m := marks[name]
		if m == nil {
			m = &mark{-1, -1, -1}
			marks[name] = m
			order = append(order, name)
		}
		to := map[string]*int{"x": &m.x, "y": &m.y, "likelihood": &m.likelihood}[axis]
		if to == nil || *to >= 0 {
			return nil, fail(fmt.Sprintf("column %d is %s of %s, which is not one x, y and likelihood for every mark", j+1, table.Show(axis), table.Show(name)), "the file is damaged")
		}
		*to = j
	}
	for _, name := range order {
		if m := marks[name]; m.x < 0 || m.y < 0 {
			return nil, fail(fmt.Sprintf("the mark %s has no x and y", table.Show(name)), "export it again as CSV")
		}
	}
	b := newBuilder("DeepLabCut", unit)
	unsure, frames := 0, map[int]bool{}
	for {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fail(err.Error(), "")
		}
		if len(row) != len(axes) {
			return nil, fail(fmt.Sprintf("%d cells, and the header has %d", len(row), len(axes)), "the line is cut off")
		}
		frame, ok := trailing(row[first-1])
		if !ok {
			return nil, fail(fmt.Sprintf("%s numbers no frame", table.Show(row[first-1])), "the first column is a number, or the name of a picture that ends in one")
		}
		if frames[frame] {
			return nil, fail(fmt.Sprintf("a second line of frame %d", frame), "keep one of them")
		}
		frames[frame] = true
		for _, name := range order {
			m := marks[name]
			var v [3]float64
			for i, j := range []int{m.x, m.y, m.likelihood} {
				if j < 0 {
					v[i] = 1
					continue
				}
				if isLost(strings.TrimSpace(row[j])) {
					v[i] = math.NaN()
					continue
				}
				if v[i], err = strconv.ParseFloat(strings.TrimSpace(row[j]), 64); err != nil {
					return nil, &table.Error{Line: lineOf(r, j), Column: j + 1, Header: name + " " + axes[j], Cause: table.Show(row[j]) + " is not a number", Fix: "mend it"}
				}
			}
			if v[2] < sure && !math.IsNaN(v[0]+v[1]) {
				unsure++
			}
			if err := b.add(frame, name, v[0], v[1], !(v[2] >= sure)); err != nil {
				return nil, fail(err.Error(), "")
			}
		}
	}
	if unsure > 0 {
		b.note("points with a likelihood below %g, the cutoff of DeepLabCut, count as lost: %d", sure, unsure)
	}
	return b.set, nil
}

func lineOf(r *csv.Reader, column int) int {
	line, _ := r.FieldPos(column)
	return line
}

// trailing is the number in which a word ends, without the ending of a file.
func trailing(word string) (int, bool) {
	word = strings.TrimSpace(word)
	if v, err := strconv.ParseFloat(word, 64); err == nil && v == math.Trunc(v) && math.Abs(v) < 1<<31 {
		return int(v), true
	}
	word = path.Base(strings.ReplaceAll(word, "\\", "/"))
	if ending := path.Ext(word); ending != "" {
		word = strings.TrimSuffix(word, ending)
	}
	digits := len(word)
	for digits > 0 && word[digits-1] >= '0' && word[digits-1] <= '9' {
		digits--
	}
	v, err := strconv.Atoi(word[digits:])
	return v, err == nil && v < 1<<31
}

// mTrackJ reads a .mdf file: points in tracks in clusters in assemblies.
func mTrackJ(text string, unit Unit) (*Set, error) {
	type point struct {
		track      string
		x, y, z, t float64
		line       int
	}
	var points []point
	assembly, cluster, track, channel := "", "", "", ""
	ended, line := false, 0
	tracks, groups := map[string]bool{}, map[string]bool{}
	for text != "" {
		var row string
		row, text, _ = strings.Cut(text, "\n")
		line++
		fail := func(cause, fix string) error { return &table.Error{Line: line, Cause: cause, Fix: fix} }
		w := strings.Fields(row)
		if len(w) == 0 {
			continue
		}
		switch w[0] {
		case "Assembly", "Cluster", "Track":
			if len(w) < 2 {
				return nil, fail(w[0]+" without a number", "the line is cut off")
			}
			switch w[0] {
			case "Assembly":
				assembly = w[1]
			case "Cluster":
				cluster = w[1]
			default:
				track = w[1]
			}
		case "Point":
			if len(w) < 6 {
				return nil, fail(fmt.Sprintf("a point of %d words", len(w)), "MTrackJ writes its number, x, y, z, t and channel")
			}
			var v [4]float64
			for i := range v {
				var err error
				if v[i], err = strconv.ParseFloat(w[2+i], 64); err != nil || v[i]-v[i] != 0 {
					return nil, &table.Error{Line: line, Column: 3 + i, Cause: table.Show(w[2+i]) + " is not a number", Fix: "mend it"}
				}
			}
			if len(w) > 6 {
				if channel != "" && channel != w[6] {
					return nil, fail(fmt.Sprintf("a point of channel %s, and others are of channel %s", w[6], channel), "keep the tracks of one channel")
				}
				channel = w[6]
			}
			if len(points) == MostRows {
				return nil, fail(fmt.Sprintf("more than %d points", MostRows), "take some of them")
			}
			name := assembly + " " + cluster + " " + track
			tracks[track], groups[name] = true, true
			points = append(points, point{name, v[0], v[1], v[2], v[3], line})
		case "End":
			ended = true
		}
	}
	if !ended {
		return nil, &table.Error{Line: line, Cause: "the file ends without `End of MTrackJ Data File`", Fix: "it is cut off"}
	}
	b := newBuilder("MTrackJ", unit)
	varies := func(of func(p point) float64) bool {
		return slices.ContainsFunc(points, func(p point) bool { return of(p) != of(points[0]) })
	}
	clock, name := func(p point) float64 { return p.t }, "t"
	if !varies(clock) && varies(func(p point) float64 { return p.z }) {
		clock, name = func(p point) float64 { return p.z }, "z"
		b.note("t is the same in all points, so frames are their slices z")
	} else if zs := map[float64]point{}; name == "t" {
		for _, p := range points {
			if before, ok := zs[p.t]; ok && before.z != p.z {
				return nil, &table.Error{Line: p.line, Cause: fmt.Sprintf("z is %g here and %g on line %d, at the same t: they would be read as one photograph", p.z, before.z, before.line), Fix: "keep the points of one slice"}
			}
			zs[p.t] = p
		}
	}
	for _, p := range points {
		frame := clock(p)
		if frame != math.Trunc(frame) || math.Abs(frame) > 1<<31 {
			return nil, &table.Error{Line: p.line, Cause: fmt.Sprintf("%s = %g is no number of a frame", name, frame), Fix: "frames are whole numbers"}
		}
		if err := b.add(int(frame), p.track, p.x, p.y, false); err != nil {
			return nil, &table.Error{Line: p.line, Cause: err.Error()}
		}
	}
	if len(groups) > len(tracks) {
		b.note("tracks of several clusters have one number, so particles are numbered in the order of the file")
	}
	return b.set, nil
}
