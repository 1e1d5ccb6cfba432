package experiment

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/table"
	"github.com/elastrain/elastrain/unit"
)

// points is a measured curve, and where each of its points stands.
type points struct {
	rows  [][2]float64 // m and N
	path  string       // of the key
	file  string       // "" for points that stand in the spec
	lines []int        // of the file
}

// Names of the columns of a curve, as table.Key makes them, and their units.
var curveColumns = [2]struct {
	what  string
	names []string
	units []unit.Unit
	like  string
}{
	{"elongation", []string{"elongation", "extension", "displacement", "deformation", "stretch", "travel", "position", "e", "u", "x", "dl"}, unit.Lengths, "elongation (mm)"},
	{"force", []string{"force", "load", "tension", "f", "t"}, unit.Forces, "force (N)"},
}

// points reads the curve at a path of the file.
func (b *builder) points(path string, curve spec.Points) (p points, ok bool) {
	p = points{rows: curve.Rows, path: path, file: curve.File}
	if p.file == "" {
		return p, true
	}
	text, ok := b.read("E0304", path, p.file)
	if !ok {
		return p, false
	}
	if err := b.readPoints(&p, text); err != nil {
		b.failBy("E0304", path, fmt.Errorf("%s: %w", p.file, err))
		return p, false
	}
	return p, true
}

// mostPoints bounds a curve: a testing machine does not write more.
const mostPoints = 1 << 20

func (b *builder) readPoints(p *points, text []byte) error {
	t, err := table.Open(bytes.NewReader(text), table.Options{})
	if err != nil {
		return err
	}
	var columns [2]table.Column
	var units [2]unit.Unit
	for i, c := range curveColumns {
		if columns[i], err = t.Find(c.names...); err != nil {
			return err
		}
		at := columns[i].At
		if at < 0 {
			return &table.Error{Line: t.Line, Cause: fmt.Sprintf("there is no column of the %s: there are %s", c.what, table.List(t.Header)), Fix: "name the columns, such as `elongation (mm),force (N)`"}
		}
		known := false
		if columns[i].HasUnit {
			units[i], known = unit.Find(c.units, columns[i].Unit)
		}
		if !known {
			cause := "the unit is missing"
			if columns[i].HasUnit {
				cause = fmt.Sprintf("%s is no unit of %s that is read", table.Show(columns[i].Unit), c.what)
			}
			return &table.Error{Line: t.Line, Column: at + 1, Header: t.Header[at], Cause: cause, Fix: "write such as `" + c.like + "`; `elastrain explain units` lists the units"}
		}
	}
	for t.Next() {
		var row [2]float64
		for i, c := range columns {
			v, err := t.Number(c.At)
			if err != nil {
				return err
			}
			row[i] = units[i].Of(v)
		}
		if p.rows, p.lines = append(p.rows, row), append(p.lines, t.Line); len(p.rows) > mostPoints {
			return errors.New("more points than a curve needs; take some of them")
		}
	}
	if err := t.Err(); err != nil {
		return err
	}
	notes := t.Notes()
	if others := t.Others(columns[:]...); len(others) > 0 {
		notes = append(notes, table.List(others)+" not read")
	}
	b.note(p.file, notes)
	return nil
}

// wrongPoint reports what a law says of one of its points, at that point.
func (b *builder) wrongPoint(p points, bad *law.PointError) {
	path, cause := p.path, error(bad)
	switch {
	case p.file != "" && bad.Point >= 0:
		cause = fmt.Errorf("%s, line %d: %w", p.file, p.lines[bad.Point], bad)
	case p.file != "":
		cause = fmt.Errorf("%s: %w", p.file, bad)
	case bad.Point >= 0:
		path = fmt.Sprintf("%s[%d]", path, bad.Point+1)
	}
	b.failBy("E0323", path, cause)
}
