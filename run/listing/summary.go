package listing

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"
	"unicode"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run/events"
)

// States of a run.
const (
	Running = "running" // a process trains it
	Paused  = "paused"  // it has stopped at a checkpoint
	Ended   = "ended"   // the training is over
	Fault   = "fault"   // the process has ended with an error
	Stopped = "stopped" // the process is gone without a word
	Broken  = "broken"  // it cannot be read
)

// Row is a run or a session in the list.
type Row struct {
	ID       string    `json:"id"` // its path below the folder, with slashes
	Name     string    `json:"name"`
	Of       string    `json:"of"` // run or session
	Kind     string    `json:"kind"`
	Title    string    `json:"title"`
	State    string    `json:"state"`
	Epoch    int       `json:"epoch"`
	Epochs   int       `json:"epochs"`
	Loss     *float64  `json:"loss,omitempty"`
	Accuracy *float64  `json:"accuracy,omitempty"` // of the test part, where there is none of the validation or training part
	Error    *float64  `json:"error,omitempty"`    // likewise
	Began    float64   `json:"began,omitempty"`    // seconds since 1970
	Changed  float64   `json:"changed,omitempty"`
	Spark    []float64 `json:"spark"` // at most 64 losses, evenly spread, the last included
	Method   string    `json:"method"`
	Nodes    int       `json:"nodes"`
	Elements int       `json:"elements"`
	Seed     uint64    `json:"seed"`
	Why      string    `json:"why,omitempty"` // it is in this state

	Identity string `json:"-"`

	begun   bool    // the log tells last that it is trained
	sampled sampled // of Spark
}

// sampled is what was read of a log for its spark line. While the log has grown by less than the part between two of
// its places, the line is the same but for its end.
type sampled struct {
	log    string
	size   int64
	losses []float64
}

const (
	ManifestName = "manifest.json"
	SessionName  = "lab.json"
	LockName     = "lock"
	MostManifest = 64 << 20
	mostHead     = 1 << 20
	MostSpark    = 64
	tailWindow   = 1 << 16
	LongestLine  = 32 << 20 // of a log; the parameters of 2^18 elements take 6 MB
	wholeLog     = 1 << 18  // bytes of a log that is read whole for its spark line
	sampleWindow = 1 << 13
)

// Summarize is what the list says of a directory. It reads the ends of the log and a few places between them, so that
// a long one takes no longer; had is what it said the last time, or nil.
func (f Folder) Summarize(id string, had *Row) *Row {
	r := &Row{ID: id, Name: path.Base(id), Of: "run", Spark: []float64{}}
	if had != nil {
		r.sampled = had.sampled
	}
	if f.Is(path.Join(id, SessionName), false) {
		r.Of = "session"
	}
	if err := f.summary(r); err != nil {
		r.State, r.Why = Broken, err.Error()
	}
	for _, words := range []*string{&r.Kind, &r.Title, &r.Method, &r.Why} {
		*words = short(*words)
	}
	return r
}

// short is the beginning of words that a list has room for. Control characters, and those that turn the direction of
// what stands behind them, are left out.
func short(words string) string {
	const most = 400 // characters
	var b strings.Builder
	n := 0
	for _, c := range words {
		if unicode.IsControl(c) && c != '\n' && c != '\t' || c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069' {
			continue
		}
		if n++; n > most {
			b.WriteString("…")
			break
		}
		b.WriteRune(c)
	}
	return b.String()
}

// summary fills in a row.
func (f Folder) summary(r *Row) error {
	if err := f.asked(r); err != nil {
		return err
	}
	holder, elsewhere := f.Holder(r.ID)
	log, err := f.Open(path.Join(r.ID, events.Name))
	if errors.Is(err, fs.ErrNotExist) {
		err = f.older(r)
	} else if err == nil {
		err = errors.Join(f.told(r, log), log.Close())
	}
	switch {
	case err != nil:
		return err
	case elsewhere != "":
		r.State, r.Why = Running, "on "+elsewhere
	case holder != 0:
		r.State, r.Why = Running, ""
	case r.State == "":
		r.State, r.Why = Stopped, "its process is gone; it goes on from its last checkpoint"
	}
	return nil
}

// asked reads what a directory belongs to.
func (f Folder) asked(r *Row) error {
	name := ManifestName
	if r.Of == "session" {
		name = SessionName
	}
	text, err := atomicfile.ReadFile(f, path.Join(r.ID, name), MostManifest)
	if err != nil {
		return err
	}
	var m struct {
		Format   int
		Kind     string
		Identity string
		Epochs   int
		Steps    int
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return fmt.Errorf("%s is damaged: %w", name, err)
	}
	if m.Format != 1 {
		return fmt.Errorf("%s is of format %d, and this program reads format 1", name, m.Format)
	}
	r.Kind, r.Epochs, r.Identity = m.Kind, max(m.Epochs, m.Steps), m.Identity
	if r.Of == "session" {
		r.Kind = "lab"
	}
	return nil
}

// Holder is the process that trains a run, 0 for none; elsewhere is its machine, where that is another.
func (f Folder) Holder(id string) (pid int, elsewhere string) {
	text, err := f.Text(path.Join(id, LockName), 1<<16)
	if err != nil || text == nil {
		return 0, ""
	}
	pid, lives, elsewhere := atomicfile.Holder(text)
	if !lives {
		pid = 0
	}
	return pid, elsewhere
}

// told reads a log.
func (f Folder) told(r *Row, log atomicfile.Reader) error {
	if info, ok := log.(plainFile); ok {
		if stat, err := info.Stat(); err == nil {
			r.Changed = Seconds(stat.ModTime())
		}
	}
	first, err := line(log, 0, mostHead)
	if err != nil || first == nil {
		return err // it has just begun
	}
	head, err := events.Line(first)
	if err == nil && head.Head == nil {
		err = errors.New("it has no head")
	}
	if err != nil {
		return fmt.Errorf("%s is damaged in line 1: %w", events.Name, err)
	}
	h := head.Head
	r.Began, r.Title, r.Method, r.Nodes, r.Elements, r.Seed = head.Time, h.Title, h.Method, h.Nodes, h.Elements, h.Seed
	if s := &r.sampled; s.log != h.ID || log.Size() < s.size || log.Size()-s.size > s.size/MostSpark {
		r.spark(log)
		*s = sampled{h.ID, log.Size(), r.Spark}
	}
	r.Spark = append(make([]float64, 0, MostSpark), r.sampled.losses...)
	return r.last(log)
}

// last reads a log from its end to the last record that says how well the network does.
func (r *Row) last(log atomicfile.Reader) error {
	for window := int64(tailWindow); ; window *= 4 {
		from := max(0, log.Size()-window)
		text := make([]byte, log.Size()-from)
		if n, err := log.ReadAt(text, from); n < len(text) {
			return err
		}
		text = text[:bytes.LastIndexByte(text, '\n')+1]
		if from > 0 { // the first line may be cut
			text = text[bytes.IndexByte(text, '\n')+1:]
		}
		final := true
		for len(text) > 0 {
			at := bytes.LastIndexByte(text[:len(text)-1], '\n') + 1
			record, err := events.Line(text[at:])
			if err != nil {
				return fmt.Errorf("%s is damaged near its end: %w", events.Name, err)
			}
			if final {
				r.finally(&record)
			}
			final = false
			if record.Loss != nil {
				r.scores(&record)
				return nil
			}
			text = text[:at]
		}
		switch {
		case from == 0:
			return nil
		case window >= LongestLine:
			if final {
				return fmt.Errorf("%s has a last line of more than %d bytes", events.Name, window)
			}
			return nil // many loads of a session, and no epoch among them
		}
	}
}

// Begun reports whether a process that has had the lock since a time has told that it trains.
func (f Folder) Begun(id string, since time.Time) bool {
	info, err := f.Root.Stat(path.Join(id, events.Name))
	if err != nil || info.ModTime().Before(since) {
		return false
	}
	return f.Summarize(id, nil).begun
}

// finally takes the last record of a log.
func (r *Row) finally(record *events.Record) {
	r.Epoch, r.Epochs = record.Epoch, max(r.Epochs, record.Epochs)
	r.Why = record.Text
	switch record.Kind {
	case events.KindEnd:
		r.State = Ended
	case events.KindPause:
		r.State = Paused
	case events.KindFault:
		r.State = Fault
	case events.KindBegin, events.KindEpoch, events.KindLoad:
		r.begun, r.Why = true, ""
	default:
		r.Why = ""
	}
}

// scores takes how well the network does.
func (r *Row) scores(record *events.Record) {
	r.Loss = record.Loss
	for _, v := range []*float64{record.TestAccuracy, record.ValidAccuracy, record.TrainAccuracy} {
		if v != nil && r.Accuracy == nil {
			r.Accuracy = v
		}
	}
	for _, v := range []*float64{record.TestError, record.ValidError, record.TrainError} {
		if v != nil && r.Error == nil {
			r.Error = v
		}
	}
	if n := len(r.Spark); n == 0 || r.Spark[n-1] != *r.Loss {
		if n == MostSpark {
			r.Spark = r.Spark[:n-1]
		}
		r.Spark = append(r.Spark, *r.Loss)
	}
}

// spark takes losses from places spread over a log. A line that is damaged there is passed over: the reader of the
// whole log will say so.
func (r *Row) spark(log atomicfile.Reader) {
	take := func(text []byte) {
		var e struct {
			Kind string
			Loss *float64
		}
		if json.Unmarshal(text, &e) == nil && e.Kind == events.KindEpoch && e.Loss != nil {
			r.Spark = append(r.Spark, *e.Loss)
		}
	}
	if size := log.Size(); size > wholeLog {
		for i := range MostSpark {
			from := int64(0)
			if i > 0 { // the line that begins next
				from = size / MostSpark * int64(i)
				cut, err := line(log, from, sampleWindow)
				if err != nil || cut == nil {
					continue
				}
				from += int64(len(cut))
			}
			if text, err := line(log, from, sampleWindow); err == nil {
				take(text)
			}
		}
		return
	}
	text := make([]byte, log.Size())
	if n, _ := log.ReadAt(text, 0); n < len(text) {
		text = text[:n]
	}
	var lines [][]byte
	for text := range bytes.Lines(text) {
		if bytes.Contains(text[:min(len(text), 100)], []byte(`"kind":"epoch"`)) {
			lines = append(lines, text)
		}
	}
	for i := range min(len(lines), MostSpark) {
		take(lines[i*len(lines)/min(len(lines), MostSpark)])
	}
}

// line is the line of a file that begins at a byte, with its newline; nil where it has none within so many bytes.
func line(file atomicfile.Reader, from, most int64) ([]byte, error) {
	for size := min(int64(4096), most); ; size = min(4*size, most) {
		text := make([]byte, max(0, min(size, file.Size()-from)))
		if n, err := file.ReadAt(text, from); n < len(text) {
			return nil, err
		}
		if end := bytes.IndexByte(text, '\n'); end >= 0 {
			return text[:end+1], nil
		}
		if size == most || from+size >= file.Size() {
			return nil, nil
		}
	}
}

// Seconds is a time as records have it.
func Seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1e3 }

// older is a run of a version that kept no log: its result tells how it ended.
func (f Folder) older(r *Row) error {
	text, err := f.Text(path.Join(r.ID, "result.json"), MostManifest)
	if err != nil || text == nil {
		return err
	}
	var result struct {
		Epochs        int
		Loss          *float64
		TrainAccuracy *float64 `json:"train_accuracy"`
		TestAccuracy  *float64 `json:"test_accuracy"`
		TrainError    *float64 `json:"train_error"`
		TestError     *float64 `json:"test_error"`
		Verdict       struct{ Text string }
	}
	if err := json.Unmarshal(text, &result); err != nil {
		return fmt.Errorf("result.json is damaged: %w", err)
	}
	r.State, r.Epoch, r.Epochs, r.Why = Ended, result.Epochs, max(r.Epochs, result.Epochs), result.Verdict.Text
	if result.Loss != nil {
		r.scores(&events.Record{Loss: result.Loss, TrainAccuracy: result.TrainAccuracy, TestAccuracy: result.TestAccuracy, TrainError: result.TrainError, TestError: result.TestError})
	}
	return nil
}
