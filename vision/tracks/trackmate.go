package tracks

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/internal/excerpt"
	"github.com/elastrain/elastrain/table"
)

// mateSpot is a spot of a model of TrackMate.
type mateSpot struct {
	x, y    float64
	frame   int
	visible bool
	line    int
}

// mateFile is the XML of TrackMate on its way: a model with spots and edges between them, or an export of tracks alone.
type mateFile struct {
	*builder
	x     *xml.Decoder
	spots map[string]*mateSpot
	order []string
	track map[string]string // of a spot
	kept  map[string]bool   // tracks that the filters left; nil: all
	now   string            // track that is open
	alone int               // tracks of an export, counted
}

func (m *mateFile) line() int {
	line, _ := m.x.InputPos()
	return line
}

func (m *mateFile) fail(cause, fix string) error {
	return &table.Error{Line: m.line(), Cause: cause, Fix: fix}
}

// trackMateXML reads a TrackMate file, or its export of tracks as XML.
func trackMateXML(text string, unit Unit) (*Set, error) {
	if at := strings.Index(text, "?>"); strings.HasPrefix(strings.TrimSpace(text), "<?xml") && at > 0 {
		text = strings.Repeat("\n", strings.Count(text[:at], "\n")) + text[at+2:] // it is UTF-8 by now
	}
	m := &mateFile{builder: newBuilder("TrackMate", unit), x: xml.NewDecoder(strings.NewReader(text)), spots: map[string]*mateSpot{}, track: map[string]string{}}
	for {
		token, err := m.x.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			var bad *xml.SyntaxError
			if errors.As(err, &bad) {
				return nil, &table.Error{Line: bad.Line, Cause: "it is no XML: " + excerpt.Of(bad.Msg, 200), Fix: "the file is damaged or cut off"}
			}
			return nil, m.fail("it is no XML: "+excerpt.Of(err.Error(), 200), "the file is damaged or cut off")
		}
		if e, ok := token.(xml.StartElement); ok {
			if err := m.element(e); err != nil {
				return nil, err
			}
		}
	}
	hidden := 0
	for _, id := range m.order {
		s := m.spots[id]
		track := m.track[id]
		if !s.visible {
			hidden++
			continue
		}
		if m.kept != nil && track != "" && !m.kept[track] {
			track = ""
		}
		if err := m.add(s.frame, track, s.x, s.y, false); err != nil {
			return nil, &table.Error{Line: s.line, Cause: err.Error()}
		}
	}
	if hidden > 0 {
		m.note("spots that the filters of TrackMate hide are left out: %d", hidden)
	}
	return m.set, nil
}

func (m *mateFile) element(e xml.StartElement) error {
	attribute := func(names ...string) string {
		for _, name := range names {
			for _, a := range e.Attr {
				if a.Name.Local == name {
					return a.Value
				}
			}
		}
		return ""
	}
	number := func(names ...string) (float64, error) {
		text := attribute(names...)
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || v-v != 0 {
			return 0, m.fail(fmt.Sprintf("%s of a <%s> is %s", names[0], e.Name.Local, table.Show(text)), "it must be a number")
		}
		return v, nil
	}
	whole := func(names ...string) (int, error) {
		v, err := number(names...)
		if err == nil && (v != float64(int32(v))) {
			err = m.fail(fmt.Sprintf("%s of a <%s> is %g", names[0], e.Name.Local, v), "frames are whole numbers")
		}
		return int(v), err
	}
	switch e.Name.Local {
	case "Model", "Tracks":
		if err := m.unit.agree(attribute("spatialunits", "spaceUnits"), m.line()); err != nil {
			return err
		}
	case "Spot":
		s := &mateSpot{visible: attribute("VISIBILITY") != "0", line: m.line()}
		var err error
		if s.x, err = number("POSITION_X"); err == nil {
			if s.y, err = number("POSITION_Y"); err == nil {
				s.frame, err = whole("FRAME")
			}
		}
		if err != nil {
			return err
		}
		id := attribute("ID")
		if m.spots[id] != nil {
			return m.fail("a second spot "+table.Show(id), "the file is damaged")
		}
		if len(m.order) == MostRows {
			return m.fail(fmt.Sprintf("more than %d spots", MostRows), "take some of them")
		}
		m.spots[id] = s
		m.order = append(m.order, id)
	case "Track":
		m.now = attribute("TRACK_ID")
	case "Edge":
		for _, id := range []string{attribute("SPOT_SOURCE_ID"), attribute("SPOT_TARGET_ID")} {
			if m.spots[id] == nil {
				return m.fail("an edge of spot "+table.Show(id)+", which does not exist", "the file is damaged")
			}
			m.track[id] = m.now
		}
	case "FilteredTracks":
		m.kept = map[string]bool{}
	case "TrackID":
		if m.kept != nil {
			m.kept[attribute("TRACK_ID")] = true
		}
	case "particle":
		m.alone++
	case "detection":
		frame, err := whole("t")
		if err != nil {
			return err
		}
		x, err := number("x")
		if err != nil {
			return err
		}
		y, err := number("y")
		if err != nil {
			return err
		}
		if err := m.add(frame, strconv.Itoa(m.alone), x, y, false); err != nil {
			return m.fail(err.Error(), "")
		}
	}
	return nil
}
