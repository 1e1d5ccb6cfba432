package session

import (
	"bytes"
	"context"
	"errors"
	"math"
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

// searching is a small training by losses alone, on a lattice that falls where bond 1 is softer than some.
func searching(fsys atomicfile.FS, method string, soft float64) (Setup, *benchtest.Desk) {
	setup, d := falling(fsys, method, soft, 0)
	d.Says = d.Sigma // with two looks at three marks their scatter says little
	if setup.Method = optim.NewPatternSearch(2); method == "genetic" {
		g := optim.NewGenetic(2)
		g.Seed = 3
		setup.Method = g
	}
	return setup, d
}

// watched is a bench that counts what hangs, and sees that no bond is changed by more than the card allows.
type watched struct {
	*unsound
	t    *testing.T
	hung int
}

func (w *watched) Load(ctx context.Context, load []lab.Force) (time.Duration, error) {
	if len(load) > 0 {
		w.hung++
	}
	return w.unsound.Load(ctx, load)
}

func (w *watched) SetStiffness(ctx context.Context, k []float64) error {
	for i, v := range k {
		if math.Abs(v-w.K[i]) > 40*(1+1e-12) || v < 50*(1-1e-12) || v > 200*(1+1e-12) {
			w.t.Errorf("bond %d goes from %g to %g N/m at once", i+1, w.K[i], v)
		}
	}
	return w.unsound.SetStiffness(ctx, k)
}

// A method that asks for losses alone is served by looks: each of them hangs the inputs once, no bond goes farther at a time than the
// bench allows, a lattice that falls is only a bad place, a replay finds every loss, and a session that was killed after any document
// goes on to the same end with no load hung twice.
func TestSearches(t *testing.T) {
	ctx := context.Background()
	const steps = 8
	for _, method := range []string{"pattern-search", "genetic"} {
		t.Run(method, func(t *testing.T) {
			fsys := disk(t)
			setup, d := searching(fsys, method, 88)
			bench := &watched{unsound: setup.Bench.(*unsound), t: t}
			setup.Bench = bench
			s, err := Open(ctx, fsys, diary, setup)
			check(t, err)
			result, err := s.Run(ctx, steps)
			check(t, err)
			log := s.Log()
			fell, looks, phases := 0, 0, 0
			for i := range log.Steps {
				step := &log.Steps[i]
				sum := 0
				for _, l := range step.Looks {
					if sum += l.Phases; l.Fell {
						fell++
					}
				}
				if looks += len(step.Looks); sum != len(step.Phases) || step.Loss != step.Looks[0].Loss || !(step.Looks[0].Sigma > 0) {
					t.Errorf("step %d: %d phases in looks, %d in all; loss %g, %+v", i+1, sum, len(step.Phases), step.Loss, step.Looks[0])
				}
				phases += sum
			}
			if fell == 0 || bench.unsound.hung != fell || bench.hung != phases {
				t.Errorf("%d looks fell, and the bench %d times; %d loads, and the journal has %d", fell, bench.unsound.hung, bench.hung, phases)
			}
			first, last := log.Steps[0].Loss, log.Steps[len(log.Steps)-1].Loss
			t.Logf("%d steps, %d looks, %d loads, loss %.3g to %.3g at %v", result.Steps, looks, phases, first, last, d.K)
			if !(last < first/2) || d.K[0] < 88 {
				t.Errorf("loss %g to %g at %v", first, last, d.K)
			}
			e := &measurement.Estimator{Specimen: setup.Specimen, Protocol: &setup.Protocol, Loss: setup.Loss, Batch: setup.Batch}
			again, err := Replay(log, e)
			check(t, err)
			for _, r := range again {
				if r.LossApart != 0 || r.Gradient.Loss != log.Steps[r.Step].Loss {
					t.Errorf("step %d is replayed %g apart", r.Step+1, r.LossApart)
				}
			}
			changed := log.Steps[1].Looks
			for changed[len(changed)-1].Phases == 0 || changed[len(changed)-1].Fell {
				changed = changed[:len(changed)-1]
			}
			changed[len(changed)-1].Loss *= 1.001
			if again, err = Replay(log, e); err != nil || !(again[1].LossApart > 1e-4) {
				t.Errorf("a loss was changed, and a replay finds %v", err)
			}
			check(t, s.Close(ctx))
			want, hung := slices.Clone(d.K), bench.hung

			lines := bytes.SplitAfter(content(t, fsys), []byte("\n"))
			for n := 1; n < len(lines); n += 1 + n/2 {
				after := disk(t)
				check(t, atomicfile.WriteFile(after, diary, bytes.Join(lines[:n], nil)))
				setup, d := searching(after, method, 88)
				bench := &watched{unsound: setup.Bench.(*unsound), t: t}
				setup.Bench = bench
				r, err := Open(ctx, after, diary, setup)
				check(t, err)
				had := 0
				for i := range r.Log().Phases {
					had++
					copy(d.K, r.Log().Phases[i].Had())
				}
				if k := r.Log().Steps; len(k) > 0 && (had == 0 || r.Log().Phases[had-1].Step < len(k)) {
					copy(d.K, k[len(k)-1].Stiffness)
				}
				if _, err := r.Run(ctx, steps); err != nil {
					t.Fatalf("cut after document %d: %v", n, err)
				}
				if !slices.Equal(d.K, want) || had+bench.hung != hung {
					t.Errorf("cut after document %d: it ends at %v after %d loads, not at %v after %d", n, d.K, had+bench.hung, want, hung)
				}
				check(t, r.Close(ctx))
			}
		})
	}
}

// A search ends where a loss is small enough, and where nothing stands out of the noise; what it cannot be is told in words.
func TestEndsOfSearches(t *testing.T) {
	ctx := context.Background()
	setup, d := searching(disk(t), "pattern-search", 0)
	setup.Enough = 1
	s, err := Open(ctx, disk(t), diary, setup)
	check(t, err)
	result, err := s.Run(ctx, 100)
	check(t, err)
	if !result.Done || !strings.Contains(result.Why, "is reached") || len(s.Log().Steps) != 0 || d.Loads != 3 {
		t.Errorf("%+v after %d steps and %d loads", result, len(s.Log().Steps), d.Loads)
	}
	check(t, s.Close(ctx))

	setup, d = searching(disk(t), "pattern-search", 0)
	d.Sigma, d.Says = 0.1e-3, 0.1e-3
	s, err = Open(ctx, disk(t), diary, setup)
	check(t, err)
	if result, err = s.Run(ctx, 1000); err != nil || !result.Done || !strings.Contains(result.Why, "out of the noise") {
		t.Errorf("%+v, %v", result, err)
	}
	check(t, s.Close(ctx))

	setup, d = searching(disk(t), "genetic", 0)
	d.Rigid = true
	if _, err := Open(ctx, disk(t), diary, setup); err == nil || !strings.Contains(err.Error(), "changes none") {
		t.Errorf("a bench that changes no bonds: %v", err)
	}
	setup, _ = searching(disk(t), "genetic", 0)
	setup.Method = optim.NewLBFGS(2)
	if _, err := Open(ctx, disk(t), diary, setup); err == nil || !strings.Contains(err.Error(), "losses alone") {
		t.Errorf("l-bfgs: %v", err)
	}

	// Where the lattice as it is falls, that is no bad place but a fault.
	setup, _ = searching(disk(t), "genetic", 1000)
	s, err = Open(ctx, disk(t), diary, setup)
	check(t, err)
	var fault *lab.FaultError
	if _, err := s.Run(ctx, 2); !errors.As(err, &fault) {
		t.Errorf("%v", err)
	}
	check(t, s.Close(ctx))
}
