package insitu

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/spec"
)

// told checks that the log of a session says what its journal says, document by document.
func told(t *testing.T, what, dir string) []events.Record {
	t.Helper()
	records, err := events.Read(atomicfile.OS{}, dir)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	log, err := readLog(atomicfile.OS{}, dir)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	count := map[string]int{}
	for i, r := range records {
		if r.Seq != i+1 || r.Time == 0 {
			t.Fatalf("%s: record %d is %+v", what, i+1, r)
		}
		switch count[r.Kind]++; r.Kind {
		case events.KindEpoch:
			step := log.Steps[r.Epoch]
			if r.Epoch != count[r.Kind]-1 || r.Time != step.Time || r.Loss == nil || len(r.Theta) != len(step.Stiffness) {
				t.Errorf("%s: commit %d is told as %+v", what, r.Epoch+1, r)
			}
		case events.KindLoad:
			p := log.Phases[count[r.Kind]-1]
			if r.Epoch != p.Step || r.Time != p.Time || r.Load.Part != p.Part || r.Load.Number != p.Number+1 || r.Load.Used != p.Used {
				t.Errorf("%s: load %d is told as %+v of %+v", what, count[r.Kind], r, r.Load)
			}
		}
	}
	stops := 0
	if log.Stop != nil {
		stops = 1
	}
	if count[events.KindHead] != 1 || count[events.KindEpoch] != len(log.Steps) || count[events.KindLoad] != len(log.Phases) || count[events.KindEnd] < stops ||
		count[events.KindBegin]-1+count[events.KindPause]+count[events.KindFault] != len(log.Interruptions) {
		t.Errorf("%s: %v of %d steps, %d phases, %d interruptions", what, count, len(log.Steps), len(log.Phases), len(log.Interruptions))
	}
	return records
}

// A session tells its log while it runs; the log can be followed; and whatever
// becomes of its file, it is again what the journal gives.
func TestLogOfSession(t *testing.T) {
	sketched(t)
	parent := t.TempDir()
	dir := filepath.Join(parent, "a")
	seen := 0
	done := make(chan error)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	check(t, os.Mkdir(dir, 0o777))
	go func() {
		for r, err := range events.Follow(ctx, dir, 1) {
			if err == nil && r.Seq != seen+1 {
				err = fmt.Errorf("record %d after %d", r.Seq, seen)
			}
			if err != nil {
				done <- err
				return
			}
			seen = r.Seq
		}
		done <- nil
	}()
	result, _, err := train(atomicfile.OS{}, parent, shaky)
	check(t, err)
	check(t, <-done)
	records := told(t, "trained", dir)
	end := records[len(records)-1]
	if seen != len(records) || end.Kind != events.KindEnd || end.Status != "success" || end.Loss == nil || *end.Loss != *result.After.Loss || end.Epoch != 2 {
		t.Errorf("%d of %d records were followed, the last is %+v", seen, len(records), end)
	}
	h := records[0].Head
	if h.Of != "session" || h.Bench != "twin" || h.Parameters != len(end.Theta) || h.Blocks[0].Units[0] != "N/m" || records[1].Epochs != 2 {
		t.Errorf("head %+v", h)
	}
	first := records[2]
	for first.Kind != events.KindEpoch {
		first = records[first.Seq]
	}
	if *first.Loss != *result.Before.Loss {
		t.Errorf("the loss before the first step is %g, %g is told", *result.Before.Loss, *first.Loss)
	}

	s, err := Snapshot(atomicfile.OS{}, dir)
	check(t, err)
	if scores := s.History.Scores; len(scores) != 3 || scores[0].Loss != *result.Before.Loss || scores[2].Loss != *result.After.Loss ||
		len(s.History.Theta) != 3*len(s.Theta) || !slices.Equal(s.History.Theta[2*len(s.Theta):], s.Theta) || len(s.Cases) != 1 {
		t.Errorf("history %+v of %d cases", s.History, len(s.Cases))
	}
	for _, score := range s.History.Scores {
		if s.Task != "behaviour" || !math.IsNaN(score.Accuracy) || !math.IsNaN(score.ValidLoss) || math.IsNaN(score.Error) {
			t.Errorf("a behaviour has an accuracy, a bench a validation part, or no error is there: %+v", score)
		}
	}
	path := filepath.Join(dir, events.Name)
	text, err := os.ReadFile(path)
	check(t, err)
	journal, err := os.ReadFile(filepath.Join(dir, journalName))
	check(t, err)
	again := func(what string, log []byte, same bool) {
		t.Helper()
		if log == nil {
			check(t, os.Remove(path))
		} else {
			check(t, os.WriteFile(path, log, 0o666))
		}
		_, _, err := train(atomicfile.OS{}, parent, shaky)
		check(t, err)
		told(t, what, dir)
		if now, err := os.ReadFile(path); err != nil || same && !bytes.Equal(now, text) {
			t.Errorf("%s: the log is another, %v", what, err)
		}
	}
	again("no log", nil, true) // as an earlier version leaves it
	end2 := bytes.LastIndexByte(text[:len(text)-1], '\n')
	for size := len(text); size > end2-300; size -= 41 {
		again(fmt.Sprintf("cut at byte %d", size), text[:size], true)
	}
	for at := 10; at < len(text); at += len(text) / 7 {
		flipped := bytes.Clone(text)
		flipped[at] ^= 1
		again(fmt.Sprintf("byte %d changed", at), flipped, true)
	}
	// More steps go on in the same log.
	_, _, err = train(atomicfile.OS{}, parent, shaky, "lab.steps=3")
	check(t, err)
	more := told(t, "more steps", dir)
	if more[len(records)].Kind != events.KindBegin || more[len(records)].Epochs != 3 || more[len(more)-1].Kind != events.KindEnd {
		t.Errorf("%+v", more[len(records)])
	}
	// Of a journal that was cut back by hand the log is another.
	check(t, os.WriteFile(filepath.Join(dir, journalName), journal, 0o666))
	_, _, err = train(atomicfile.OS{}, parent, shaky, "lab.steps=3")
	check(t, err)
	told(t, "journal cut", dir)
}

// A session that pauses and one that is ended by somebody else say so.
func TestLogOfPauseAndEnd(t *testing.T) {
	sketched(t)
	parent := t.TempDir()
	dir := filepath.Join(parent, "a")
	tr := opened(t, parent, func(tr *Training, s session.StepEvent) { tr.Session.Interrupt() })
	_, err := tr.Train(context.Background())
	var paused *session.PausedError
	if err = errors.Join(err, tr.Close(context.Background())); !errors.As(err, &paused) {
		t.Fatal(err)
	}
	records := told(t, "paused", dir)
	if last := records[len(records)-1]; last.Kind != events.KindPause || !strings.Contains(last.Text, "paused") || last.Epoch != 1 {
		t.Errorf("%+v", last)
	}
	check(t, End(atomicfile.OS{}, dir, "abort", "the lattice broke"))
	records = told(t, "aborted", dir)
	if last := records[len(records)-1]; last.Kind != events.KindEnd || last.Status != "abort" || last.Text != "the lattice broke" || last.Epoch != 1 {
		t.Errorf("%+v", last)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// opened is a session of shaky in parent/a that calls step after each commit.
func opened(t *testing.T, parent string, step func(*Training, session.StepEvent)) *Training {
	t.Helper()
	file, err := spec.Parse("a.yaml", []byte(shaky))
	check(t, err)
	tr, err := Open(context.Background(), Request{File: file, Parent: parent, Name: "a", Exact: true, Step: step})
	check(t, err)
	return tr
}
