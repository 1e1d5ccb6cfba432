package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"

	"github.com/elastrain/elastrain/internal/vec"
	"github.com/elastrain/elastrain/lab"
)

// maxJournal is the most a journal may hold, bytes: some years of training.
const maxJournal = 1 << 30

// maxElements and so on keep a forged start from asking for all memory.
const maxNodes = 4_000_000

// Log is what a journal holds.
type Log struct {
	Start         *Start
	Phases        []PhaseEvent
	Steps         []StepEvent
	Interruptions []InterruptionData
	Stop          *Stop
	Torn          int // bytes of a last line without its newline; they do not count

	streams []*stream
	uids    map[string]bool
	seal    seal
}

// PhaseEvent is one measured phase.
type PhaseEvent struct {
	UID  string
	Time float64
	PhaseData
}

// StepEvent is one commit.
type StepEvent struct {
	UID  string
	Time float64
	StepData
}

// LogError says where a journal is not one.
type LogError struct {
	Path  string
	Line  int // from 1
	Cause string
}

func (e *LogError) Error() string {
	return fmt.Sprintf("%s: line %d: %s; the journal was changed by something else, or is of another program", e.Path, e.Line, e.Cause)
}

// Help is the way out.
func (e *LogError) Help() string {
	if e.Line == 1 {
		return "restore the journal from a copy, or train anew in another directory"
	}
	return fmt.Sprintf("restore the journal from a copy; or keep what was measured before: move it away, write its first %d lines back (`head -n %d`), and the same command goes on from there", e.Line-1, e.Line-1)
}

type envelope struct {
	Name string          `json:"name"`
	Doc  json.RawMessage `json:"doc"`
}

type stream struct {
	Descriptor
	events int
}

func (l *Log) stream(name string) *stream {
	for _, s := range l.streams {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// ReadLog reads a journal; name is for errors. A last line without its newline,
// torn by a crash, is left out. Other damage is a *LogError.
func ReadLog(name string, r io.Reader) (*Log, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxJournal+1))
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", name, err)
	}
	if len(text) > maxJournal {
		return nil, fmt.Errorf("%s is larger than %d bytes: that is no journal of a session", name, maxJournal)
	}
	return parseLog(name, text)
}

func parseLog(path string, text []byte) (*Log, error) {
	l := &Log{}
	for line := 1; len(text) > 0; line++ {
		end := bytes.IndexByte(text, '\n')
		if end < 0 {
			if broken(text) {
				return nil, &LogError{path, line, "its last byte is no newline"}
			}
			l.Torn = len(text)
			break
		}
		e, err := l.seal.take(text[:end])
		if err == nil {
			err = l.take(e)
		}
		if err != nil {
			return nil, &LogError{path, line, err.Error()}
		}
		text = text[end+1:]
	}
	return l, nil
}

// take adds one document, if it may come now.
func (l *Log) take(e envelope) error {
	switch {
	case l.Stop != nil && e.Name != "event" && e.Name != "descriptor":
		return fmt.Errorf("a %s comes after the stop", e.Name)
	case (l.Start == nil) != (e.Name == "start"):
		return fmt.Errorf("a %s, but the one start document comes first", e.Name)
	}
	switch e.Name {
	case "start":
		var s Start
		if err := json.Unmarshal(e.Doc, &s); err != nil {
			return err
		}
		if err := s.validate(); err != nil {
			return err
		}
		l.Start, l.uids = &s, map[string]bool{}
		return l.unique(s.UID)
	case "descriptor":
		var d Descriptor
		if err := json.Unmarshal(e.Doc, &d); err != nil {
			return err
		}
		if d.RunStart != l.Start.UID || l.stream(d.Name) != nil {
			return fmt.Errorf("the descriptor of %q belongs to another run, or is a second one", d.Name)
		}
		if d.Name != PhaseStream && d.Name != StepStream && d.Name != InterruptionStream {
			return fmt.Errorf("no stream is called %q", d.Name)
		}
		l.streams = append(l.streams, &stream{Descriptor: d})
		return l.unique(d.UID)
	case "event":
		return l.event(e.Doc)
	case "stop":
		var s Stop
		if err := json.Unmarshal(e.Doc, &s); err != nil {
			return err
		}
		if s.RunStart != l.Start.UID {
			return fmt.Errorf("the stop belongs to another run")
		}
		l.Stop = &s
		return l.unique(s.UID)
	}
	return fmt.Errorf("no document is called %q", e.Name)
}

func (l *Log) unique(uid string) error {
	if uid == "" || l.uids[uid] {
		return fmt.Errorf("the uid %q is empty or was there before", uid)
	}
	l.uids[uid] = true
	return nil
}

func (l *Log) event(doc []byte) error {
	var e Event
	if err := json.Unmarshal(doc, &e); err != nil {
		return err
	}
	var in *stream
	for _, s := range l.streams {
		if s.UID == e.Descriptor {
			in = s
		}
	}
	if in == nil {
		return fmt.Errorf("an event without its descriptor")
	}
	if e.SeqNum != in.events+1 {
		return fmt.Errorf("event %d of stream %s, but %d is due: lines are missing", e.SeqNum, in.Name, in.events+1)
	}
	if l.Stop != nil && in.Name != InterruptionStream {
		return fmt.Errorf("an event of stream %s comes after the stop", in.Name)
	}
	switch in.Name {
	case PhaseStream:
		p := PhaseEvent{UID: e.UID, Time: e.Time}
		if err := json.Unmarshal(e.Data, &p.PhaseData); err != nil {
			return err
		}
		if p.Step != len(l.Steps) {
			return fmt.Errorf("a phase of step %d during step %d", p.Step+1, len(l.Steps)+1)
		}
		if err := l.Start.phase(&p.PhaseData); err != nil {
			return err
		}
		l.Phases = append(l.Phases, p)
	case StepStream:
		s := StepEvent{UID: e.UID, Time: e.Time}
		if err := json.Unmarshal(e.Data, &s.StepData); err != nil {
			return err
		}
		if s.Step != len(l.Steps) {
			return fmt.Errorf("the commit of step %d where that of step %d is due", s.Step+1, len(l.Steps)+1)
		}
		n := l.Start.count()
		if len(s.Stiffness) != n || s.Fell == "" && (len(s.Gradient) != n || len(s.Sigma) != n || len(s.Known) != n || s.Bias != nil && len(s.Bias) != n) {
			return fmt.Errorf("step %d has numbers for other than the %d bonds or parameters", s.Step+1, n)
		}
		l.Steps = append(l.Steps, s)
	case InterruptionStream:
		var i InterruptionData
		if err := json.Unmarshal(e.Data, &i); err != nil {
			return err
		}
		if l.Stop != nil && i.Kind != resumes {
			return fmt.Errorf("a %s comes after the stop", i.Kind)
		}
		l.Stop = nil // it was given more steps
		l.Interruptions = append(l.Interruptions, i)
	}
	in.events++
	return l.unique(e.UID)
}

// maxShots is the most loads of which a wanted one can be made.
const maxShots = 100_000

// validate refuses a start whose lattice is none.
func (s *Start) validate() error {
	if s.Dim < 1 || s.Dim > 3 || len(s.Nodes)%s.Dim != 0 || len(s.Nodes) == 0 || len(s.Nodes) > 3*maxNodes {
		return fmt.Errorf("the start describes no lattice: %d coordinates in %d dimensions", len(s.Nodes), s.Dim)
	}
	nodes := len(s.Nodes) / s.Dim
	for i, e := range s.Elements {
		if min(e[0], e[1]) < 0 || max(e[0], e[1]) >= nodes {
			return fmt.Errorf("bond %d joins nodes that are not there", i+1)
		}
	}
	for _, p := range append(append([]PortDoc(nil), s.In...), s.Out...) {
		other := p.Node
		if p.Other != nil {
			other = *p.Other
		}
		if min(p.Node, other) < 0 || max(p.Node, other) >= nodes {
			return fmt.Errorf("a port is at nodes %d and %d, and not both are there", p.Node+1, other+1)
		}
	}
	return nil
}

// phase refuses a phase that is not one of this lattice.
func (s *Start) phase(p *PhaseData) error {
	if len(p.Stiffness) != s.count() {
		return fmt.Errorf("a phase with %d stiffnesses or other parameters for %d", len(p.Stiffness), s.count())
	}
	if sets := s.sets(); len(p.Set) != sets {
		return fmt.Errorf("a phase with %d inputs that set stiffnesses; %d do", len(p.Set), sets)
	}
	for _, v := range p.Set {
		if !(v >= 0 && v <= 1) {
			return fmt.Errorf("an input that sets stiffnesses at %g; it is 0 to 1", v)
		}
	}
	if p.At != nil && len(p.At) != s.count() {
		return fmt.Errorf("a phase at %d stiffnesses or other parameters for %d", len(p.At), s.count())
	}
	nodes, fixed := len(s.Nodes)/s.Dim, -1
	for _, frames := range [][]lab.Frame{p.Zero, p.Loaded, p.After} {
		for i := range frames {
			f := &frames[i]
			if fixed < 0 {
				fixed = len(f.Fixed)
			}
			if len(f.Nodes) != nodes || len(f.Fixed) != fixed {
				return fmt.Errorf("a frame shows %d nodes and %d fixed marks; %d and %d are due", len(f.Nodes), len(f.Fixed), nodes, fixed)
			}
			for _, m := range append(append([]lab.Mark(nil), f.Nodes...), f.Fixed...) {
				if !(vec.Norm(m.X) < 1e6) || !(m.Sigma >= 0 && m.Sigma < 1e6) || math.IsNaN(m.Sigma) {
					return fmt.Errorf("a mark at %v m", m.X)
				}
			}
		}
	}
	if p.Shots < 0 || p.Shots > maxShots || p.Shot < 0 || p.Shot >= max(p.Shots, 1) {
		return fmt.Errorf("shot %d of %d", p.Shot+1, p.Shots)
	}
	if p.Used && p.Fell {
		return fmt.Errorf("a phase that was used and under which the lattice fell")
	}
	if p.Used && (len(p.Zero) == 0 || len(p.Loaded) == 0) {
		return fmt.Errorf("a phase without frames")
	}
	return nil
}
