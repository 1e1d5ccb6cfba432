package insitu

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/events"
)

// teller makes the log of a session from its journal, which is on the disk before
// the log hears of it. Every document gives the same records whenever it is read,
// so the log is the journal's first documents, and what it lacks is told later.
type teller struct {
	fs       atomicfile.FS
	dir      string
	lab      *Lab
	identity string
	journal  func() (*session.Log, error) // what the journal holds

	log     *events.Log
	there   []events.Record // that the log had when it was opened
	at      int64           // bytes of the journal that are told
	count   int             // records that they gave
	streams map[string]string
	commits int
	theta   []float64 // stiffness under the last load
}

// document is what the log takes from a document of the journal.
type document struct {
	Name string `json:"name"`
	Doc  struct {
		UID        string  `json:"uid"`
		Time       float64 `json:"time"`
		Version    string  `json:"elastrain_version"`
		Method     string  `json:"method"`
		Rule       string  `json:"rule"`
		Name       string  `json:"name"`
		Descriptor string  `json:"descriptor"`
		ExitStatus string  `json:"exit_status"`
		Reason     string  `json:"reason"`
		Data       struct {
			measurement.Ask
			Shot      int       `json:"shot"`
			Shots     int       `json:"shots"`
			Used      bool      `json:"used"`
			Why       string    `json:"why"`
			Stiffness []float64 `json:"stiffness"`
			Loss      float64   `json:"loss"`
			Fall      string    `json:"fall"`
			Kind      string    `json:"interruption"`
		} `json:"data"`
	} `json:"doc"`
}

// tell brings the log up to the journal.
func (t *teller) tell() error {
	text, err := t.unread()
	if err != nil || len(text) == 0 {
		return err
	}
	if t.log == nil {
		if err := t.open(); err != nil {
			return err
		}
	}
	for line := range bytes.Lines(text) {
		var d document
		if err := json.Unmarshal(line, &d); err != nil {
			return err
		}
		list, err := t.records(&d)
		if err != nil {
			return err
		}
		for i := range list {
			if t.count++; t.count > t.log.Count() {
				err = t.log.TellAgain(list[i])
			} else if !same(&t.there[t.count-1], &list[i]) {
				return t.anew()
			}
			if err != nil {
				return err
			}
		}
		t.at += int64(len(line))
	}
	if t.log.Count() > t.count { // the journal was cut
		return t.anew()
	}
	return t.log.Flush()
}

// same reports whether a record of the log is the one that the journal gives.
func same(had, due *events.Record) bool {
	return had.Kind == due.Kind && had.Time == due.Time && had.Epoch == due.Epoch && (had.Head == nil || had.Head.ID == due.Head.ID)
}

// unread is the whole lines of the journal that are not told yet.
func (t *teller) unread() ([]byte, error) {
	path := filepath.Join(t.dir, journalName)
	f, err := t.fs.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		text := make([]byte, max(0, f.Size()-t.at))
		_, err = f.ReadAt(text, t.at)
		if err = errors.Join(err, f.Close()); err == nil {
			return text[:bytes.LastIndexByte(text, '\n')+1], nil
		}
	}
	return nil, &atomicfile.Error{Op: "read", Path: path, Err: err}
}

func (t *teller) open() (err error) {
	t.streams = map[string]string{}
	t.there, err = events.Read(t.fs, t.dir)
	var broken *events.DamagedError
	switch {
	case errors.Is(err, events.ErrFormat):
		return &run.DirectoryError{Code: "E0602", Dir: t.dir, Cause: "the log is of another version", Err: err, Help: "use the version of elastrain that wrote it"}
	case errors.As(err, &broken):
		return t.begin()
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	t.log, err = events.Open(t.fs, t.dir)
	return err
}

// anew makes the log again: the one that is there is not made of this journal.
func (t *teller) anew() error {
	if err := t.begin(); err != nil {
		return err
	}
	return t.tell()
}

// begin begins another log.
func (t *teller) begin() (err error) {
	if t.log != nil {
		if err := t.log.Close(); err != nil {
			return err
		}
	}
	path := filepath.Join(t.dir, events.Name)
	if err := t.fs.Remove(path); err != nil {
		return &atomicfile.Error{Op: "remove", Path: path, Err: err}
	}
	t.there, t.at, t.count, t.commits, t.theta = nil, 0, 0, 0, nil
	t.log, err = events.Open(t.fs, t.dir)
	return err
}

// close closes the log.
func (t *teller) close() error {
	if t.log == nil {
		return nil
	}
	return t.log.Close()
}

// records are those that a document of the journal gives.
func (t *teller) records(d *document) ([]events.Record, error) {
	data := &d.Doc.Data
	r := events.Record{Time: d.Doc.Time, Epoch: t.commits, Steps: t.commits}
	begin := r
	begin.Kind, begin.Epochs, begin.Version = events.KindBegin, t.lab.Spec.Steps, run.Version
	switch d.Name {
	case "start":
		h := run.Head(t.lab.Experiment)
		h.ID, h.Of, h.Kind, h.Identity, h.Bench = d.Doc.UID, "session", "lab", t.identity, t.lab.Spec.Bench
		h.Version, h.Method, begin.Version = d.Doc.Version, d.Doc.Method, d.Doc.Version
		if d.Doc.Rule != "" {
			h.Rule = d.Doc.Rule
		}
		r.Kind, r.Head = events.KindHead, h
		return []events.Record{r, begin}, nil
	case "descriptor":
		t.streams[d.Doc.UID] = d.Doc.Name
		return nil, nil
	case "stop":
		r.Kind, r.Status, r.Text, r.Theta = events.KindEnd, d.Doc.ExitStatus, d.Doc.Reason, t.theta
		err := t.measured(&r)
		return []events.Record{r}, err
	}
	switch t.streams[d.Doc.Descriptor] {
	case session.PhaseStream:
		t.theta = data.Stiffness
		r.Kind, r.Text = events.KindLoad, data.Why
		r.Load = &events.Load{Part: data.Part, Number: data.Number + 1, Turn: data.Turn, Shots: data.Shots, Used: data.Used}
		if data.Shots > 0 {
			r.Load.Shot = data.Shot + 1
		}
	case session.StepStream:
		r.Kind, r.Theta, r.Loss = events.KindEpoch, t.theta, run.Number(data.Loss)
		if data.Fall != "" {
			r.Loss, r.Text = nil, data.Fall
		}
		if err := t.measured(&r); err != nil {
			return nil, err
		}
		t.commits, t.theta = t.commits+1, data.Stiffness
	case session.InterruptionStream:
		switch data.Kind {
		case "resume":
			return []events.Record{begin}, nil
		case "pause":
			r.Kind, r.Text = events.KindPause, data.Why
		default:
			r.Kind, r.Text = events.KindFault, data.Why
		}
	default:
		return nil, nil
	}
	return []events.Record{r}, nil
}

// measured adds how well the lattice was seen to do after so many commits, where that was measured.
func (t *teller) measured(r *events.Record) error {
	log, err := t.journal()
	if err != nil {
		return err
	}
	train, test, err := t.lab.Measured(log, t.commits)
	if err != nil {
		return nil // a session that was ended before, or phases that a newer version reads otherwise: nothing is known
	}
	m := marksOf(train, test)
	r.Loss, r.TrainAccuracy, r.TrainError = m.Loss, m.Accuracy, m.Relative
	r.TestLoss, r.TestAccuracy, r.TestError = m.TestLoss, m.TestAccuracy, m.TestRelative
	return nil
}
