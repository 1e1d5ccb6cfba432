package insitu

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/lab/twin"
)

// staged is a twin whose stage does something wrong.
type staged struct {
	*twin.Bench
	fault string
	held  []lab.Hold
}

func (s *staged) Hold(ctx context.Context, load []lab.Force, holds []lab.Hold) (time.Duration, error) {
	s.held = holds
	switch s.fault {
	case "does nothing":
		return s.Load(ctx, load)
	case "obeys": // whatever the limit
		if err := s.Arm(ctx, lab.Limits{}); err != nil {
			return 0, err
		}
	}
	return s.Bench.Hold(ctx, load, holds)
}

func (s *staged) Load(ctx context.Context, load []lab.Force) (time.Duration, error) {
	if s.fault == "keeps hold" && s.held != nil {
		return s.Bench.Hold(ctx, load, s.held)
	}
	return s.Bench.Load(ctx, load)
}

// A driver that says that it holds is asked to, and what its stage does wrong is found.
func TestExerciseOfAStage(t *testing.T) {
	for _, c := range []struct {
		fault, want string
		fails       int
	}{
		{"", "pass  hold: node 14 halfway back", 0},
		{"does nothing", "fail  it stands where it is held", 2},
		{"keeps hold", "fail  it is let go", 1},
		{"obeys", "fail  to hold a node beyond the limit is refused: it was obeyed", 1},
	} {
		l, err := build(t, onTwin, "lab.rule=coupled-learning", "lab.twin={noise: 1 um, quantum: 0 N}")
		if err != nil {
			t.Fatal(err)
		}
		bench, err := l.Twin(l.Start)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		err = driver.Exercise(t.Context(), &staged{Bench: bench, fault: c.fault}, &out)
		if !strings.Contains(out.String(), c.want) || (err == nil) != (c.fault == "") {
			t.Errorf("%q: %v\n%s", c.fault, err, out.String())
		}
		if n := strings.Count(out.String(), "fail  "); n != c.fails {
			t.Errorf("%q: %d checks failed\n%s", c.fault, n, out.String())
		}
	}
	l, err := build(t, onTwin)
	if err != nil {
		t.Fatal(err)
	}
	bench, err := l.Twin(l.Start)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := driver.Exercise(t.Context(), bench, &out); err != nil || !strings.Contains(out.String(), "skip  hold: the card says no `holds`") {
		t.Errorf("%v\n%s", err, out.String())
	}
}
