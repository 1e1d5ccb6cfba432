package run

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
)

// journal is events.jsonl or metrics.csv with the sum of what is in it.
type journal struct {
	*atomicfile.Journal
	sum hash.Hash
}

// openJournal opens a journal and cuts it to a length.
func (r *Run) openJournal(name string, size int64) (*journal, error) {
	path := filepath.Join(r.Dir, name)
	j, err := atomicfile.OpenJournal(r.fs, path)
	if err != nil {
		return nil, err
	}
	if err := j.TruncateTo(size); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	text, err := atomicfile.ReadFile(r.fs, path, mostBytes)
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	sum := sha256.New()
	sum.Write(text)
	return &journal{j, sum}, nil
}

// Append adds a line to the journal and to its sum.
func (j *journal) Append(line []byte) error {
	if err := j.Journal.Append(line); err != nil {
		return err
	}
	j.sum.Write(line)
	j.sum.Write([]byte("\n"))
	return nil
}

// Sum is the SHA-256 of what is in it.
func (j *journal) Sum() string { return hex.EncodeToString(j.sum.Sum(nil)) }

// metricsOf writes metrics.csv from the lines of events.jsonl; both hold the same
// numbers. Lines that are not as this program writes them are an error.
func metricsOf(events []byte) ([]byte, error) {
	text := []byte(metricsHeader + "\n")
	count := 0
	for line := range bytes.Lines(events) {
		var e Event
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, err
		}
		if kind := []string{"start", "epoch"}[min(count, 1)]; e.Event != kind {
			return nil, fmt.Errorf("line %d of %s is `%s`, and `%s` is due", count+1, eventsName, e.Event, kind)
		}
		count++
		again, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(append(again, '\n'), line) {
			return nil, fmt.Errorf("%s is not a line of %s", line, eventsName)
		}
		if count == 1 {
			text = append(metricsHead(e.record()), '\n')
		}
		text = append(append(text, metricsLine(e.record())...), '\n')
	}
	return text, nil
}

// eventsOf writes the lines of events.jsonl but the last from metrics.csv.
func eventsOf(metrics []byte) ([]byte, error) {
	records, err := parseMetrics(metrics)
	if err != nil {
		return nil, err
	}
	var text []byte
	again := []byte(metricsHeader + "\n")
	for i, rec := range records {
		kind := "epoch"
		if i == 0 {
			kind = "start"
			again = append(metricsHead(rec), '\n')
		}
		line, err := json.Marshal(newEvent(kind, rec))
		if err != nil {
			return nil, err
		}
		text = append(append(text, line...), '\n')
		again = append(append(again, metricsLine(rec)...), '\n')
	}
	if !bytes.Equal(again, metrics) {
		return nil, fmt.Errorf("a line is not as %s has them", metricsName)
	}
	return text, nil
}

// mendJournals sees to it that both journals hold what they held at a checkpoint.
// Each can be made from the other; the sums in the checkpoint say which is whole.
// Checkpoints of earlier versions have none: then the two must agree.
func (r *Run) mendJournals(p progress) error {
	name, text, err := r.judgeJournals(p)
	if err != nil || name == "" {
		return err
	}
	from := eventsName
	if name == eventsName {
		from = metricsName
	}
	r.mended(name, from)
	return atomicfile.WriteFile(r.fs, filepath.Join(r.Dir, name), text)
}

// judgeJournals names the journal that is to be made anew, if one is, with its text.
func (r *Run) judgeJournals(p progress) (name string, text []byte, err error) {
	events, err := r.head(eventsName, p.Events)
	if err != nil {
		return "", nil, err
	}
	metrics, err := r.head(metricsName, p.Metrics)
	if err != nil {
		return "", nil, err
	}
	sound := func(text []byte, size int64, sum string) bool {
		return int64(len(text)) == size && (sum == "" || sumHex(text) == sum)
	}
	eventsSound, metricsSound := sound(events, p.Events, p.EventsSum), sound(metrics, p.Metrics, p.MetricsSum)
	if p.EventsSum != "" && p.MetricsSum != "" && eventsSound && metricsSound {
		return "", nil, nil
	}
	fromEvents, eventsErr := metricsOf(events)
	fromMetrics, metricsErr := eventsOf(metrics)
	eventsSound, metricsSound = eventsSound && eventsErr == nil, metricsSound && metricsErr == nil
	switch {
	case eventsSound && metricsSound:
		if bytes.Equal(fromEvents, metrics) && bytes.Equal(fromMetrics, events) {
			return "", nil, nil
		}
		return "", nil, damaged(r.Dir, fmt.Sprintf("%s and %s do not hold the same numbers: one was changed, from line %d of the second on", eventsName, metricsName, firstApart(fromEvents, metrics)), nil,
			"delete the one that is wrong, and the same command makes it anew from the other")
	case eventsSound && sound(fromEvents, p.Metrics, p.MetricsSum):
		return metricsName, fromEvents, nil
	case metricsSound && sound(fromMetrics, p.Events, p.EventsSum):
		return eventsName, fromMetrics, nil
	}
	return "", nil, damaged(r.Dir, eventsName+" and "+metricsName+" are both damaged or have lost lines, so neither can be made from the other", errors.Join(eventsErr, metricsErr),
		"restore one from a copy; or delete the folder checkpoints, and the same command trains anew from the beginning")
}

// head is the first bytes of a file, or all of it where it is shorter or missing.
func (r *Run) head(name string, size int64) ([]byte, error) {
	text, err := atomicfile.ReadFile(r.fs, filepath.Join(r.Dir, name), mostBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return text[:min(size, int64(len(text)))], nil
}

// firstApart is the first line, from 1, at which two texts differ.
func firstApart(a, b []byte) int {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	return 1 + bytes.Count(a[:at], []byte("\n"))
}
