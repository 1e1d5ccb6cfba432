package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"math"
	"path/filepath"
	"sync"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab/driver/manual"
	"github.com/elastrain/elastrain/run/insitu"
)

// Record is what a session has measured, as its journal has it.
type Record struct {
	Steps  []Step  `json:"steps"`
	Loads  []Load  `json:"loads"`
	Photos []Photo `json:"photos"` // that were rejected

	Lattice *Lattice `json:"lattice,omitempty"`
}

// Step is a commit, and the look at the end.
type Step struct {
	Step  int      `json:"step"` // from 1
	Loss  *float64 `json:"loss,omitempty"`
	Sigma *float64 `json:"sigma,omitempty"` // of the loss, by the noise of the marks
	Noise float64  `json:"noise,omitempty"` // of a coordinate, m
	Drift float64  `json:"drift,omitempty"` // of the zero, in its standard deviations
	Moved int      `json:"moved"`           // variables that the step changed
	Fell  string   `json:"fell,omitempty"`
	Exam  bool     `json:"exam,omitempty"`
}

// Load is a load that was hung and measured.
type Load struct {
	Step   int     `json:"step"` // from 1
	Time   float64 `json:"time"` // seconds since 1970
	Part   string  `json:"part"`
	Number int     `json:"number"`          // from 1
	Shot   int     `json:"shot,omitempty"`  // from 1, of a load that is hung in pieces
	Shots  int     `json:"shots,omitempty"` // these pieces
	Forces []Force `json:"forces"`
	Looks  int     `json:"looks"`
	Used   bool    `json:"used"`
	Why    string  `json:"why,omitempty"`
}

// Force is a force on a node.
type Force struct {
	Node int        `json:"node"` // from 1
	F    [3]float64 `json:"f"`    // N
}

// Photo is a photograph that was rejected, by its reader or by a person.
type Photo struct {
	Time   time.Time `json:"time"`
	Card   int       `json:"card"`
	Photo  string    `json:"photo"`
	By     string    `json:"by"`
	Reason string    `json:"reason"`
}

// Lattice is what there is to draw of a lattice.
type Lattice struct {
	Dim    int          `json:"dim"`
	Points [][2]float64 `json:"points"` // m, from the front
	Bonds  [][2]int     `json:"bonds"`  // nodes from 0
	Held   []int        `json:"held"`   // nodes from 0
}

// record is one that was read, as long as the journal is as long as then.
type record struct {
	mu       sync.Mutex
	size     int64
	rejected int64
	r        *Record
}

const (
	mostJournal  = 256 << 20 // bytes of a journal that a page is told of
	mostRejected = 16 << 20
)

// Record reads the journal of a session.
func (h *Host) Record(id string) (*Record, error) {
	if !local(id) {
		return nil, errNoSession
	}
	if err := h.unlinked(id); err != nil {
		return nil, err
	}
	h.mu.Lock()
	kept := h.records[id]
	if kept == nil {
		kept = &record{}
		h.records[id] = kept
	}
	h.mu.Unlock()
	kept.mu.Lock()
	defer kept.mu.Unlock()
	size := h.size(id + "/journal.jsonl")
	rejected := ""
	l := h.live(id)
	if l != nil && l.lab != nil {
		rejected = h.idOf(filepath.Join(filepath.Join(l.request.Options.Folder, l.lab.Spec.Orders), "rejected.jsonl"))
	}
	bad := h.size(rejected)
	if kept.r != nil && kept.size == size && kept.rejected == bad {
		return kept.r, nil
	}
	r := &Record{Steps: []Step{}, Loads: []Load{}, Photos: []Photo{}}
	switch {
	case size > mostJournal:
		return nil, &refusal{422, "the journal is too long to be shown here", "`elastrain lab replay` reads it"}
	case size > 0:
		read, err := insitu.Load(atomicfile.OS{}, filepath.Join(h.dir, filepath.FromSlash(id)))
		if err != nil {
			return nil, err
		}
		r.fill(read)
	case l != nil && l.lab != nil:
		r.Lattice = lattice(l.lab)
	}
	if bad > 0 {
		r.Photos = h.rejections(rejected)
	}
	kept.size, kept.rejected, kept.r = size, bad, r
	return r, nil
}

// size of a file, 0 where there is none.
func (h *Host) size(name string) int64 {
	if !local(name) {
		return 0
	}
	if info, err := h.root.Stat(filepath.FromSlash(name)); err == nil && info.Mode().IsRegular() {
		return info.Size()
	}
	return 0
}

func number(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// fill takes what the journal has.
func (r *Record) fill(read *insitu.Recorded) {
	r.Lattice = lattice(read.Lab)
	for i := range read.Log.Steps {
		s := &read.Log.Steps[i]
		step := Step{Step: s.Step + 1, Noise: s.Noise, Drift: s.Drift, Moved: s.Moved, Fell: s.Fell}
		if s.Fell == "" {
			if step.Loss = number(s.Loss); step.Loss != nil {
				if _, sigma, err := read.Lab.MeasuredLoss(read.Log, i); err == nil {
					step.Sigma = number(sigma)
				}
			}
		}
		r.Steps = append(r.Steps, step)
	}
	n := len(read.Log.Steps)
	if loss, sigma, err := read.Lab.MeasuredLoss(read.Log, n); err == nil { // an exam, or the inputs of a step that goes on
		r.Steps = append(r.Steps, Step{Step: n + 1, Loss: number(loss), Sigma: number(sigma), Exam: true})
	}
	for i := range read.Log.Phases {
		p := &read.Log.Phases[i]
		load := Load{Step: p.Step + 1, Time: p.Time, Part: p.Part, Number: p.Number + 1, Shots: p.Shots, Forces: []Force{},
			Looks: len(p.Zero) + len(p.Loaded) + len(p.After), Used: p.Used, Why: p.Why}
		if p.Shots > 0 {
			load.Shot = p.Shot + 1
		}
		for _, f := range p.Record.Load {
			load.Forces = append(load.Forces, Force{f.Node + 1, f.F})
		}
		r.Loads = append(r.Loads, load)
	}
}

// rejections are the photographs of a bench that were rejected since the session began.
func (h *Host) rejections(name string) []Photo {
	out := []Photo{}
	text, err := h.read(filepath.FromSlash(name), mostRejected)
	if err != nil {
		return out // the list is shown without them
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		var p manual.Rejected
		if json.Unmarshal(lines.Bytes(), &p) == nil {
			out = append(out, Photo{p.Time, p.Step, filepath.Base(p.Photo), p.By, p.Reason})
		}
	}
	return out
}

// mostDrawn is the most bonds that a page draws by itself.
const mostDrawn = 20_000

// lattice is what there is to draw; nil where that is too much.
func lattice(l *insitu.Lab) *Lattice {
	net := l.Experiment.Network
	if len(net.Elements) > mostDrawn {
		return nil
	}
	out := &Lattice{Dim: net.Dim, Bonds: [][2]int{}, Held: []int{}}
	for i := range net.Nodes() {
		var at [3]float64
		copy(at[:], net.At(i))
		out.Points = append(out.Points, [2]float64{at[0], at[1]})
		for axis := range net.Dim {
			if net.Held[i*net.Dim+axis] {
				out.Held = append(out.Held, i)
				break
			}
		}
	}
	for i := range net.Elements {
		el := &net.Elements[i]
		if a, b := el.Nodes[0], el.Nodes[1]; !el.Cut && a >= 0 && b >= 0 && a != b {
			out.Bonds = append(out.Bonds, [2]int{a, b})
		}
	}
	return out
}
