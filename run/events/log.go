package events

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
)

// Log is the log of a directory, open for writing. It belongs to one goroutine
// of the one process that has the lock of the directory.
type Log struct {
	Now func() time.Time // the machine's clock

	lines   *atomicfile.Journal
	count   int    // records told
	epoch   int    // highest epoch that was told; -1: none
	last    string // kind of the last record
	waiting []byte // lines not yet written
	told    time.Time
	written time.Time
}

// Lines come together where epochs are quick: a write a line would cost more than
// the step it tells of.
const (
	patience = 50 * time.Millisecond // lines wait for at most so long while others follow
	quick    = 5 * time.Millisecond  // between two records: only then do they wait
	most     = 1 << 16               // bytes that wait
)

// mostBytes caps a log that is read.
const mostBytes = 1 << 30

// Open opens the log of a directory, or begins one, and cuts a last line that a
// crash has torn. A log that is not whole is a *DamagedError, and nothing is
// changed.
func Open(fsys atomicfile.FS, dir string) (*Log, error) {
	l := &Log{Now: time.Now, epoch: -1}
	records, err := Read(fsys, dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for i := range records {
		l.take(&records[i])
	}
	if l.lines, err = atomicfile.OpenJournal(fsys, filepath.Join(dir, Name)); err != nil {
		return nil, err
	}
	return l, nil
}

// take counts a record.
func (l *Log) take(r *Record) {
	l.count, l.last = r.Seq, r.Kind
	if r.Kind == KindEpoch {
		l.epoch = max(l.epoch, r.Epoch)
	}
}

// Count is how many records were told.
func (l *Log) Count() int { return l.count }

// Epoch is the highest epoch that was told; -1 where none was.
func (l *Log) Epoch() int { return l.epoch }

// Ended reports whether the last record is an end.
func (l *Log) Ended() bool { return l.last == KindEnd }

// Tell adds a record, numbered and with the time of now.
func (l *Log) Tell(r Record) error {
	now := l.Now()
	r.Time = math.Round(float64(now.UnixNano())/1e6) / 1e3
	if err := l.TellAgain(r); err != nil {
		return err
	}
	together := now.Sub(l.told) < quick && now.Sub(l.written) < patience && len(l.waiting) < most
	if l.told = now; together {
		return nil
	}
	l.written = now
	return l.Flush()
}

// TellAgain adds a record of which the time is known, or is not (0). It is
// written with the next one that Tell adds, or by Flush.
func (l *Log) TellAgain(r Record) (err error) {
	r.Seq = l.count + 1
	if slices.ContainsFunc(r.Theta, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
		r.Theta = nil
	}
	if l.waiting, err = appendLine(l.waiting, &r); err != nil {
		return err
	}
	l.take(&r)
	return nil
}

// Flush writes the records that wait. What cannot be written now is written with
// the next.
func (l *Log) Flush() error {
	if err := l.lines.AppendLines(l.waiting); err != nil {
		return err
	}
	l.waiting = l.waiting[:0]
	return nil
}

// Close writes what waits and closes the log. It may be called twice.
func (l *Log) Close() error {
	if l.lines == nil {
		return nil
	}
	err := errors.Join(l.Flush(), l.lines.Close())
	l.lines = nil
	return err
}

// Read reads the log of a directory. A last line without its newline does not
// count.
func Read(fsys atomicfile.FS, dir string) ([]Record, error) {
	path := filepath.Join(dir, Name)
	text, err := atomicfile.ReadFile(fsys, path, mostBytes)
	if err != nil {
		return nil, err
	}
	return Parse(path, text)
}

// Parse reads the text of a log; name is for errors.
func Parse(name string, text []byte) (records []Record, err error) {
	for {
		end := bytes.IndexByte(text, '\n')
		if end < 0 {
			return records, nil
		}
		r, err := parseLine(text[:end], len(records)+1)
		if err != nil {
			return nil, &DamagedError{name, len(records) + 1, err}
		}
		records, text = append(records, r), text[end+1:]
	}
}

// NewID is a name for a new log.
func NewID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // crypto/rand does not fail
	return hex.EncodeToString(b[:])
}
