package bench

import (
	"errors"
	"path"
	"path/filepath"
	"slices"
	"sync"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/run/events"
)

// State is all that a page shows of a session at a time.
type State struct {
	ID    string `json:"id"`
	Spec  string `json:"spec,omitempty"` // experiment file, from the folder of the studio
	Title string `json:"title,omitempty"`
	Bench string `json:"bench,omitempty"`
	// Phase: opening, running, pausing (when this load is measured), stopping (the bench is made safe), paused, stopped (the
	// process was killed), fault, ended, elsewhere (another process runs it), new (nothing was measured).
	Phase  string   `json:"phase"`
	Why    string   `json:"why,omitempty"`
	Help   string   `json:"help,omitempty"`
	Unsafe bool     `json:"unsafe,omitempty"` // nobody has confirmed that nothing hangs
	Notes  []string `json:"notes,omitempty"`

	Turn  *Turn  `json:"turn,omitempty"`
	Waits string `json:"waits,omitempty"` // what a bench without a person waits for
	// Rest is how long a person waits after a load until it is looked at, s.
	Rest float64 `json:"rest,omitempty"`

	Step  int  `json:"step"`  // that is being measured, from 1
	Steps int  `json:"steps"` // that are asked for
	Load  int  `json:"load"`  // of this step, from 1
	Of    int  `json:"of"`    // so many
	Exam  bool `json:"exam,omitempty"`
	Left  int  `json:"left"` // loads to go at most
	// Seconds until the end at the pace of this process so far; absent before its first load.
	Seconds  float64  `json:"seconds,omitempty"`
	Loss     *float64 `json:"loss,omitempty"`
	Measured int      `json:"measured"` // records of the log: with another number there is more to show
}

// Turn is what a person is asked.
type Turn struct {
	ID       string   `json:"id,omitempty"` // "" while nothing can be answered
	Kind     string   `json:"kind"`
	Card     int      `json:"card,omitempty"`
	Title    string   `json:"title,omitempty"`
	Actions  []Action `json:"actions,omitempty"`
	Note     string   `json:"note,omitempty"`
	Bare     bool     `json:"bare,omitempty"`
	Number   int      `json:"number,omitempty"`
	Of       int      `json:"of,omitempty"`
	Question string   `json:"question,omitempty"`
	Answers  []string `json:"answers,omitempty"`
	File     string   `json:"file,omitempty"`
	Picture  bool     `json:"picture,omitempty"` // there is one of what was read
	Why      string   `json:"why,omitempty"`
	Came     bool     `json:"came,omitempty"` // the photograph has come
	Nodes    []Seen   `json:"nodes,omitempty"`
}

// Action is one line of a card.
type Action struct {
	Node int        `json:"node,omitempty"` // from 1
	Text string     `json:"text"`
	F    [3]float64 `json:"f"` // N
}

// State of the session of a directory.
func (h *Host) State(id string) (*State, error) {
	if l := h.live(id); l != nil && l.running() {
		return l.state(h.tail(id)), nil
	}
	if !local(id) {
		return nil, errNoSession
	}
	if err := h.unlinked(id); err != nil {
		return nil, err
	}
	if info, err := h.root.Stat(filepath.FromSlash(id) + "/lab.json"); err != nil || !info.Mode().IsRegular() {
		return nil, errNoSession
	}
	s := &State{ID: id, Phase: "new"}
	h.tail(id).fill(s)
	if pid, elsewhere := h.holder(id); pid != 0 {
		s.Phase = "elsewhere"
		if s.Help = "answer in its terminal; this page follows it"; elsewhere != "" {
			s.Help = "answer on " + elsewhere + "; this page follows it"
		}
		return s, nil
	}
	if l := h.live(id); l != nil {
		l.last(s)
	}
	return s, nil
}

// holder is the process that has a session, 0 for none.
func (h *Host) holder(id string) (pid int, elsewhere string) {
	text, err := h.read(filepath.FromSlash(id)+"/lock", 1<<16)
	if err != nil {
		return 0, ""
	}
	pid, lives, elsewhere := atomicfile.Holder(text)
	if !lives && elsewhere == "" {
		pid = 0
	}
	return pid, elsewhere
}

// state of a session that this process runs.
func (l *live) state(t *tail) *State {
	l.mu.Lock()
	s := &State{ID: l.id, Spec: l.spec, Phase: l.phase, Notes: l.notes}
	if l.lab != nil {
		s.Title, s.Bench = l.lab.Experiment.Spec.Title, l.lab.Spec.Bench
	}
	session, p := l.session, l.pace
	l.mu.Unlock()
	t.fill(s)
	s.Phase, s.Why, s.Help = l.at(), "", ""
	if session != nil {
		s.Step, s.Steps, s.Load, s.Of, s.Exam = p.step+1, p.steps, p.due, p.of(), p.step >= p.steps
		s.Rest = l.lab.Protocol.Settle.Wait.Seconds()
		left, d := p.left()
		s.Left, s.Seconds = left, d.Seconds()
		if !l.lab.ByHand() {
			s.Waits, _ = session.Guard().Waiting()
		}
	}
	s.Turn = l.turn()
	return s
}

func (l *live) at() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.phase
}

// last adds how the session that this process ran last came to its end.
func (l *live) last(s *State) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s.Spec = l.spec
	if l.why != "" {
		s.Why = l.why
	}
	var unsafe *lab.UnsafeError
	switch {
	case l.fault != nil && s.Phase != "ended":
		s.Phase = "fault"
		_, e := words(l.fault)
		s.Why, s.Help = e.Message, e.Help
	case s.Phase == "running" || s.Phase == "stopped":
		s.Phase = "paused"
	}
	s.Unsafe = errors.As(l.fault, &unsafe)
}

// turn is what is asked now.
func (l *live) turn() *Turn {
	p := l.page
	p.mu.Lock()
	t := p.now
	if t == nil {
		p.mu.Unlock()
		return nil
	}
	w := t.wish
	out := &Turn{ID: t.id, Kind: w.Kind, Card: w.Card, Title: w.Title, Note: w.Note, Bare: w.Bare, Number: w.Number, Of: w.Of,
		Question: t.question, Why: w.Why, Came: t.photo.sum != "", Picture: w.Picture != ""}
	out.Answers = slices.DeleteFunc(slices.Clone(t.answers), func(a string) bool { return a == "stop" }) // the page pauses instead
	if t.answered != "" {
		out.ID = "" // it is on its way
	}
	p.mu.Unlock()
	if w.File != "" {
		out.File = filepath.Base(w.File)
	}
	for _, a := range w.Actions {
		out.Actions = append(out.Actions, Action{a.Node, a.Text, a.F})
	}
	if w.Kind == driver.ToJudge {
		out.Nodes = l.sight.look(&l.request, w.Marks)
	}
	return out
}

// tail follows the log of a session for all who look at it.
type tail struct {
	mu    sync.Mutex
	t     *events.Tail
	first *events.Record
	count int
	last  events.Record // but for theta
	epoch int
	steps int
	loss  *float64
	err   error
}

// read takes what is new.
func (t *tail) read() {
	var records []events.Record
	records, t.err = t.t.New()
	for i := range records {
		r := &records[i]
		switch r.Kind {
		case events.KindHead:
			t.first = r
		case events.KindBegin:
			t.steps = r.Epochs
		}
		if r.Loss != nil {
			t.loss = r.Loss
		}
		t.count, t.epoch, t.last = t.count+1, r.Epoch, *r
		t.last.Theta = nil
	}
}

func (t *tail) head() *events.Record {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.read()
	return t.first
}

// fill says of a session what its log does.
func (t *tail) fill(s *State) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.read()
	if t.first == nil {
		return
	}
	h := t.first.Head
	s.Title, s.Bench, s.Loss, s.Measured = h.Title, h.Bench, t.loss, t.count
	if s.Spec == "" {
		s.Spec = path.Clean(filepath.ToSlash(h.Spec))
	}
	s.Step, s.Steps = t.epoch+1, t.steps
	switch t.last.Kind {
	case events.KindPause:
		s.Phase, s.Why = "paused", t.last.Text
	case events.KindFault:
		s.Phase, s.Why = "fault", t.last.Text
	case events.KindEnd:
		s.Phase, s.Why, s.Step = "ended", t.last.Text, t.epoch
	default:
		s.Phase, s.Why = "stopped", "the process that ran it has ended without a word; nothing that was measured is lost"
		s.Help = "take off what hangs, or go on: the first card asks for it"
	}
}
