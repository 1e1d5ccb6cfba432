package session

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/benchtest"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/learn/optim"
)

// falling is a small training on a bench whose lattice falls under a load where bond 1 is softer than some (N/m), and is not to be
// had at all (SetStiffness) where it is softer than others.
func falling(fsys atomicfile.FS, method string, soft, softest float64) (Setup, *benchtest.Desk) {
	setup, d := small(fsys)
	switch method {
	case "adam":
		setup.Method = optim.NewAdam(2, 0.2)
	case "momentum":
		setup.Method = optim.NewMomentum(2, 0.2, 0.9)
	}
	setup.Bench = &unsound{Desk: d, soft: soft, softest: softest}
	return setup, d
}

// unsound is a desk that falls.
type unsound struct {
	*benchtest.Desk
	soft, softest float64
	hung          int // loads under which it fell
}

func (u *unsound) Load(ctx context.Context, load []lab.Force) (time.Duration, error) {
	if len(load) > 0 && u.K[0] < u.soft {
		u.hung++
		return 0, &lab.RefusedError{Verb: "Load", Cause: "node 2 fell over", Fell: true}
	}
	return u.Desk.Load(ctx, load)
}

func (u *unsound) SetStiffness(ctx context.Context, k []float64) error {
	if k[0] < u.softest {
		return &lab.RefusedError{Verb: "SetStiffness", Cause: "node 2 sags", Fell: true}
	}
	return u.Desk.SetStiffness(ctx, k)
}

// Whatever the method, a step that leads to a lattice that falls is taken back, and the session learns on: beside the loads that
// were used the journal has those under which it fell, a replay finds the gradients that were measured, and a
// session that was killed after any document goes on to the same end without hanging again what made it fall.
func TestFallsAreStepsTakenBack(t *testing.T) {
	ctx := context.Background()
	const steps = 8
	for _, method := range []string{"resilient", "adam", "momentum"} {
		t.Run(method, func(t *testing.T) {
			fsys := disk(t)
			setup, d := falling(fsys, method, 88, 75)
			s, err := Open(ctx, fsys, diary, setup)
			check(t, err)
			result, err := s.Run(ctx, steps)
			check(t, err)
			_, err = s.Exam(ctx)
			check(t, err)
			log := s.Log()
			falls, shorter, phases := 0, 0, 0
			for i := range log.Steps {
				step := &log.Steps[i]
				if step.Fell != "" {
					falls++
					if !strings.Contains(step.Fell, "node 2 fell over") || step.Gradient != nil || step.Loss != log.Steps[i-1].Loss && log.Steps[i-1].Fell == "" {
						t.Errorf("step %d: %+v", i+1, step)
					}
				}
				shorter += len(step.Shorter)
				phases += len(step.Phases)
			}
			hung := setup.Bench.(*unsound).hung
			if falls == 0 || hung == 0 || d.K[0] < 88 {
				t.Fatalf("%d falls under %d loads; the end is %v", falls, hung, d.K)
			}
			fell := 0
			for i := range log.Phases {
				if log.Phases[i].Fell {
					fell++
				}
			}
			if fell != hung {
				t.Errorf("%d loads in the journal under which it fell; %d did", fell, hung)
			}
			t.Logf("%d falls, %d shorter steps, %d phases, loss %.3g to %.3g, ends at %v", falls, shorter, phases, log.Steps[0].Loss, log.Steps[len(log.Steps)-1].Loss, result.Stiffness)
			if !(log.Steps[len(log.Steps)-1].Loss < log.Steps[0].Loss) {
				t.Errorf("nothing was learned: %g to %g", log.Steps[0].Loss, log.Steps[len(log.Steps)-1].Loss)
			}
			again, err := Replay(log, &measurement.Estimator{Specimen: setup.Specimen, Protocol: &setup.Protocol, Loss: setup.Loss, Batch: setup.Batch})
			check(t, err)
			if len(again) != len(log.Steps)-falls {
				t.Errorf("%d of %d steps are replayed", len(again), len(log.Steps)-falls)
			}
			check(t, s.Close(ctx))
			want := d.K

			text := content(t, fsys)
			lines := bytes.SplitAfter(text, []byte("\n"))
			for n := 1; n < len(lines); n++ {
				after := disk(t)
				check(t, atomicfile.WriteFile(after, diary, bytes.Join(lines[:n], nil)))
				setup, d := falling(after, method, 88, 75)
				r, err := Open(ctx, after, diary, setup)
				check(t, err)
				copy(d.K, r.Stiffness())
				had := 0
				for i := range r.Log().Phases {
					if r.Log().Phases[i].Fell {
						had++
					}
				}
				if _, err := r.Run(ctx, steps); err != nil {
					t.Fatalf("cut after document %d: %v", n, err)
				}
				_, err = r.Exam(ctx)
				check(t, err)
				if !slices.Equal(d.K, want) {
					t.Errorf("cut after document %d: it ends at %v, not %v", n, d.K, want)
				}
				if more := setup.Bench.(*unsound).hung; had+more != hung {
					t.Errorf("cut after document %d: it fell under %d loads and %d more, of %d", n, had, more, hung)
				}
				check(t, r.Close(ctx))
			}
		})
	}
}

// A bench that cannot be given what a step asks for is given less, and the journal says so.
func TestShorterSteps(t *testing.T) {
	ctx := context.Background()
	fsys := disk(t)
	setup, d := falling(fsys, "resilient", 0, 84)
	s, err := Open(ctx, fsys, diary, setup)
	check(t, err)
	_, err = s.Run(ctx, 6)
	check(t, err)
	shorter := 0
	for i := range s.Log().Steps {
		shorter += len(s.Log().Steps[i].Shorter)
	}
	if last := s.Log().Steps[5]; shorter == 0 || !slices.Equal(d.K, last.Stiffness) || d.K[0] < 84 {
		t.Errorf("%d times shorter; the bench has %v, the journal %v", shorter, d.K, last.Stiffness)
	}
	check(t, s.Close(ctx))
}

// A lattice that falls before anything was measured, or where it stood before too, is no step too far: the session ends with what
// the bench says.
func TestFallsThatAreFaults(t *testing.T) {
	ctx := context.Background()
	setup, _ := falling(disk(t), "resilient", 1000, 0)
	s, err := Open(ctx, disk(t), diary, setup)
	check(t, err)
	if _, err = s.Run(ctx, 3); err == nil || !strings.Contains(err.Error(), "fell over") || len(s.Log().Steps) != 0 {
		t.Errorf("%v after %d steps", err, len(s.Log().Steps))
	}
	check(t, s.Close(ctx))

	setup, _ = falling(disk(t), "resilient", 0, 0)
	bench := setup.Bench.(*unsound)
	setup.Committed = func(e StepEvent) { bench.soft = 1000 } // something broke
	s, err = Open(ctx, disk(t), diary, setup)
	check(t, err)
	var fault *lab.FaultError
	if _, err = s.Run(ctx, 30); !errors.As(err, &fault) || len(s.Log().Steps) != 1+mostFalls+1 {
		t.Errorf("%v after %d steps", err, len(s.Log().Steps))
	}
	check(t, s.Close(ctx))
	if last := s.Log().Steps[mostFalls+1]; !slices.Equal(last.Stiffness, []float64{100, 100}) {
		t.Errorf("it went back to %v", last.Stiffness)
	}
}
