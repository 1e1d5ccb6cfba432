package session

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
)

// Journal writes the documents of one session. Every document is on the disk
// when its method returns: a measurement of a bench takes minutes, a sync does not.
type Journal struct {
	lines *atomicfile.Journal
	log   *Log // what the journal holds, kept up to date
	now   func() time.Time
	uid   func() string

	written func() // told of every document that is on the disk; may be nil
}

// openJournal opens a journal, or starts one, and reads what it holds. A last
// line torn by a crash is cut off.
func openJournal(fsys atomicfile.FS, path string, now func() time.Time, uid func() string) (*Journal, error) {
	if now == nil {
		now = time.Now
	}
	if uid == nil {
		uid = newUID
	}
	log := &Log{}
	text, err := atomicfile.ReadFile(fsys, path, maxJournal)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	default:
		if log, err = parseLog(path, text); err != nil {
			return nil, err
		}
	}
	lines, err := atomicfile.OpenJournal(fsys, path)
	if err != nil {
		return nil, err
	}
	return &Journal{lines: lines, log: log, now: now, uid: uid}, nil
}

// newUID is a random UUID (version 4).
func newUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand does not fail
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// put writes one document and takes it into the log.
func (j *Journal) put(name string, doc any) error {
	body, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("the journal cannot hold a %s: %w", name, err)
	}
	line, err := json.Marshal(envelope{name, body})
	if err != nil {
		return fmt.Errorf("the journal cannot hold a %s: %w", name, err)
	}
	line = j.log.seal.close(line)
	if err := j.lines.Append(line); err != nil {
		return err
	}
	if err := j.lines.Sync(); err != nil {
		return err
	}
	e, err := j.log.seal.take(line)
	if err == nil {
		err = j.log.take(e)
	}
	if err == nil && j.written != nil {
		j.written()
	}
	return err
}

// start writes the start document and the descriptors that are not there yet.
// A crash may have come after any of them.
func (j *Journal) start(s Start, variables int, simulated, shots, looks, searches bool) error {
	if j.log.Start == nil {
		s.UID, s.Time = j.uid(), unix(j.now())
		if err := j.put("start", s); err != nil {
			return err
		}
	}
	keys := dataKeys(len(s.Elements), variables, simulated, shots)
	if sets := s.sets(); sets > 0 {
		keys[PhaseStream]["set"] = key("array", "", "elastrain", sets)
	}
	if searches {
		keys[StepStream]["looks"] = key("array", "", "elastrain", 0)
	}
	if looks || searches {
		keys[PhaseStream]["at"] = key("array", "N/m", "elastrain", s.count())
	}
	for _, name := range []string{PhaseStream, StepStream, InterruptionStream} {
		if j.log.stream(name) != nil {
			continue
		}
		d := Descriptor{UID: j.uid(), RunStart: j.log.Start.UID, Time: unix(j.now()), Name: name, DataKeys: keys[name]}
		if err := j.put("descriptor", d); err != nil {
			return err
		}
	}
	return nil
}

// event adds an event to a stream and returns its uid.
func (j *Journal) event(name string, data any) (string, error) {
	s := j.log.stream(name)
	body, err := json.Marshal(data)
	if err != nil {
		return "", fmt.Errorf("the journal cannot hold a %s: %w", name, err)
	}
	at := unix(j.now())
	e := Event{UID: j.uid(), Descriptor: s.UID, Time: at, SeqNum: s.events + 1, Data: body, Timestamps: map[string]float64{}, Filled: map[string]bool{}}
	for k := range s.DataKeys {
		e.Timestamps[k] = at
	}
	return e.UID, j.put("event", e)
}

// stop ends the journal.
func (j *Journal) stop(status, reason string) error {
	if j.log.Stop != nil {
		return nil
	}
	d := Stop{UID: j.uid(), RunStart: j.log.Start.UID, Time: unix(j.now()), ExitStatus: status, Reason: reason, NumEvents: map[string]int{}}
	for _, s := range j.log.streams {
		d.NumEvents[s.Name] = s.events
	}
	return j.put("stop", d)
}

// Close closes the file.
func (j *Journal) Close() error { return j.lines.Close() }
