package session

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/lab/measurement"
)

// interrupted runs a session of some steps, at the n-th load of which a person presses Ctrl-C
// so many times; it is told to go on until it ends.
func interrupted(t *testing.T, at, times, steps int) (stiffness []float64, pauses []PausedError, loads int, log *Log) {
	t.Helper()
	ctx := context.Background()
	fsys := disk(t)
	setup, d := small(fsys)
	s, err := Open(ctx, fsys, diary, setup)
	check(t, err)
	d.OnVerb = func(verb string) error {
		if verb == "Load" && d.Loads+1 == at {
			for range times {
				s.Interrupt()
			}
			at = -1
		}
		return nil
	}
	for {
		result, err := s.Run(ctx, steps)
		var paused *PausedError
		if errors.As(err, &paused) {
			pauses = append(pauses, *paused)
			if len(d.Hanging) > 0 || d.Armed {
				t.Errorf("paused with %v hanging, armed %v", d.Hanging, d.Armed)
			}
			if len(pauses) > 1 {
				t.Fatal("it pauses again and again")
			}
			continue
		}
		check(t, err)
		check(t, s.Close(ctx))
		return result.Stiffness, pauses, d.Loads, s.Log()
	}
}

// Once: it pauses at the next checkpoint and loses nothing. Twice: it pauses now, and repeats only
// the phase that was cut short. Either way it ends where an undisturbed session ends.
func TestInterrupts(t *testing.T) {
	const steps = 2
	want, none, whole, _ := interrupted(t, -1, 0, steps)
	if len(none) != 0 || whole != 3*2*steps {
		t.Fatalf("%v, %d loads", none, whole)
	}
	for at := 1; at <= whole; at++ {
		for times := 1; times <= 2; times++ {
			got, pauses, loads, log := interrupted(t, at, times, steps)
			if !slices.Equal(got, want) {
				t.Errorf("Ctrl-C %d times at load %d: ends with %v, not %v", times, at, got, want)
			}
			last := times == 1 && at > whole-3 // no checkpoint comes before the end
			if last != (len(pauses) == 0) || !last && pauses[0].Now != (times == 2) {
				t.Errorf("Ctrl-C %d times at load %d: paused %v", times, at, pauses)
			}
			if most := whole + 3*(times-1); loads > most || times == 1 && loads != whole {
				t.Errorf("Ctrl-C %d times at load %d: %d loads, and %d without", times, at, loads, whole)
			}
			var kinds []string
			for _, e := range log.Interruptions {
				kinds = append(kinds, e.Kind)
			}
			if !last && !slices.Equal(kinds, []string{"pause", "resume"}) {
				t.Errorf("Ctrl-C %d times at load %d: the journal has %v", times, at, kinds)
			}
		}
	}
}

// A replay finds the gradients that were recorded, and notices when one is not
// what the marks say.
func TestReplay(t *testing.T) {
	_, _, _, log := interrupted(t, 5, 2, 2)
	setup, _ := small(disk(t))
	e := &measurement.Estimator{Specimen: setup.Specimen, Protocol: &setup.Protocol, Loss: setup.Loss, Batch: setup.Batch}
	again, err := Replay(log, e)
	check(t, err)
	if len(again) != 2 {
		t.Fatalf("%d steps", len(again))
	}
	for _, r := range again {
		if r.Apart != 0 || r.LossApart != 0 {
			t.Errorf("step %d: apart by %g and %g", r.Step+1, r.Apart, r.LossApart)
		}
	}
	log.Steps[1].Gradient[0] *= 1.001
	again, err = Replay(log, e)
	check(t, err)
	if again[0].Apart != 0 || !(again[1].Apart > 1e-5) {
		t.Errorf("a gradient was changed: apart by %g and %g", again[0].Apart, again[1].Apart)
	}
}

// An interrupt counts from when it is given until the pause is told, also between two calls:
// nothing is hung any more.
func TestInterruptsBetweenCalls(t *testing.T) {
	ctx := context.Background()
	for times := 1; times <= 2; times++ {
		setup, d := small(disk(t))
		s, err := Open(ctx, disk(t), diary, setup)
		check(t, err)
		for range times {
			s.Interrupt()
		}
		_, err = s.Run(ctx, 2)
		if !errors.As(err, new(*PausedError)) || d.Loads != 0 {
			t.Errorf("Ctrl-C %d times before the start: %d loads, %v", times, d.Loads, err)
		}
		if _, err := s.Run(ctx, 2); err != nil || d.Loads != 3*2*2 {
			t.Errorf("going on: %d loads, %v", d.Loads, err)
		}
		check(t, s.Close(ctx))
	}
	setup, d := small(disk(t))
	var s *Session
	setup.Committed = func(e StepEvent) {
		if e.Step == 1 {
			s.Interrupt()
		}
	}
	s, err := Open(ctx, disk(t), diary, setup)
	check(t, err)
	_, err = s.Run(ctx, 2)
	check(t, err)
	loads := d.Loads
	if _, err := s.Exam(ctx); !errors.As(err, new(*PausedError)) || d.Loads != loads {
		t.Errorf("Ctrl-C during the last commit: %d more loads, %v", d.Loads-loads, err)
	}
	if _, err := s.Exam(ctx); err != nil || d.Loads == loads {
		t.Errorf("going on: %d more loads, %v", d.Loads-loads, err)
	}
}
