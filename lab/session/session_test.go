package session

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/benchtest"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

const diary = "d/journal.jsonl"

func disk(t testing.TB) *faultfs.FS {
	t.Helper()
	fsys := faultfs.New()
	check(t, atomicfile.MakeDir(fsys, "d"))
	return fsys
}

// behaviour is the training of Fig. 2 on a desk.
func behaviour(sigma float64, loss task.Loss, set *task.Set) (Setup, *benchtest.Desk) {
	s, k := trapezoid()
	set.N, set.P, set.Q, set.F = 1, 1, 2, []float64{9.8 * 0.005}
	d := benchtest.NewDesk(s.Net, k, sigma, 5)
	d.Memory = true
	p := quick()
	return Setup{Bench: d, Specimen: s, Loss: loss, Batch: learn.Batch{Set: set}, Design: widths(), Protocol: p}, d
}

// trained runs a setup and returns the loss of the stiffness it ends with.
func trained(t testing.TB, setup Setup, steps int) (float64, *Session) {
	t.Helper()
	s, err := Open(context.Background(), disk(t), diary, setup)
	check(t, err)
	_, err = s.Run(context.Background(), steps)
	check(t, err)
	check(t, s.Stop(context.Background(), "enough"))
	e := s.estimator()
	value, _ := exact(t, e, s.Stiffness())
	return value, s
}

// With 6 um of noise a session comes as close to the published optimum of
// Fig. 2 as can be told apart.
func TestSessionLearnsBehaviour(t *testing.T) {
	const best = 0.5696
	setup, d := behaviour(6e-6, task.CrossEntropy{}, &task.Set{Class: []int32{1}})
	start, _ := exact(t, &measurement.Estimator{Specimen: setup.Specimen, Loss: setup.Loss, Batch: setup.Batch, Protocol: &setup.Protocol}, fill(28, 137.5))
	got, s := trained(t, setup, 25)
	t.Logf("cross-entropy %.4f -> %.4f after %d steps and %d loads (best %.4f)", start, got, len(s.Log().Steps), d.Loads, best)
	if share := (got - best) / (start - best); share > 0.02 {
		t.Errorf("%.1f %% of what can be learned is missing", 100*share)
	}
	if !slices.Equal(d.K, s.Stiffness()) {
		t.Error("the bench has another stiffness than the session says")
	}
}

func TestSessionReachesDisplacements(t *testing.T) {
	setup, d := behaviour(6e-6, task.MeanSquare{Scale: 1e-3}, &task.Set{Want: []float64{-0.5e-3, -0.6e-3}})
	got, s := trained(t, setup, 40)
	miss := math.Sqrt(2*got) * 1e-3
	t.Logf("both outputs together miss by %.1f um after %d steps and %d loads", 1e6*miss, len(s.Log().Steps), d.Loads)
	if miss > 10e-6 {
		t.Errorf("outputs miss by %g m", miss)
	}
}

// A lattice that takes only some stiffnesses learns all the same, because the
// optimiser goes on from what it wanted.
func TestSessionWithLevels(t *testing.T) {
	setup, _ := behaviour(6e-6, task.MeanSquare{Scale: 1e-3}, &task.Set{Want: []float64{-0.5e-3, -0.6e-3}})
	setup.Apply = func(_, wanted []float64) ([]float64, error) {
		k := make([]float64, len(wanted))
		for i, v := range wanted {
			const step = (171.875 - 103.125) / 8
			k[i] = 103.125 + step*math.Round((v-103.125)/step)
		}
		return k, nil
	}
	got, s := trained(t, setup, 40)
	miss := math.Sqrt(2*got) * 1e-3
	t.Logf("nine levels: outputs miss by %.1f um after %d steps", 1e6*miss, len(s.Log().Steps))
	if miss > 30e-6 {
		t.Errorf("outputs miss by %g m", miss)
	}
}

// The methods compared, over noise and levels: what a session needs is fewer
// loads, and an end that does not wander.
func TestMethodsCompared(t *testing.T) {
	if testing.Short() {
		t.Skip("a comparison, for the record")
	}
	for _, sigma := range []float64{0, 6e-6, 20e-6} {
		for _, m := range []optim.Method{nil, optim.NewAdam(28, 0.1), optim.NewAdam(28, 0.03), optim.NewMomentum(28, 0.1, 0.9)} {
			for _, loss := range []string{"ce", "mse"} {
				var setup Setup
				if loss == "ce" {
					setup, _ = behaviour(sigma, task.CrossEntropy{}, &task.Set{Class: []int32{1}})
				} else {
					setup, _ = behaviour(sigma, task.MeanSquare{Scale: 1e-3}, &task.Set{Want: []float64{-0.5e-3, -0.6e-3}})
				}
				setup.Method, setup.Protocol.Sigma = m, 1e-12
				if m != nil {
					fresh, _ := optim.New("adam", 28, 0.1)
					_ = m.Restore(fresh.State())
				}
				var losses []float64
				setup.Committed = func(s StepEvent) { losses = append(losses, s.Loss) }
				got, s := trained(t, setup, 40)
				name := "resilient"
				if a, ok := m.(*optim.Adam); ok {
					name = fmt.Sprintf("adam %g", a.Rate)
				} else if m != nil {
					name = m.Name()
				}
				at := func(i int) float64 { return losses[min(i, len(losses)-1)] }
				t.Logf("sigma %4.0f um, %-3s, %-9s: loss after 5, 10, 20 steps %.3g %.3g %.3g, end %.4g (%d steps)", 1e6*sigma, loss, name, at(5), at(10), at(20), got, len(s.Log().Steps))
			}
		}
	}
}

var uids atomic.Int64

// small is a training that is over in no time: two bars.
func small(fsys atomicfile.FS) (Setup, *benchtest.Desk) {
	net := testnet.TwoBars(0.7)
	s := measurement.NewSpecimen(net, []network.Port{testnet.Port(1, 0, -1)}, []network.Port{testnet.Port(1, 0, 1), testnet.Port(1, 1, 0)})
	k := fill(2, 100)
	d := benchtest.NewDesk(net, k, 1e-6, 3)
	d.FixedMark = false
	d.Limits = lab.Limits{Force: 1, Stiffness: [2]float64{50, 200}, StiffnessStep: 40}
	p := quick()
	p.Repeats, p.Adjoint = 2, 0.1
	return Setup{Bench: d, Specimen: s, Loss: task.MeanSquare{Scale: 1e-3},
		Batch:  learn.Batch{Set: &task.Set{N: 1, P: 1, Q: 2, F: []float64{0.1}, Want: []float64{-1.5e-3, 0.1e-3}}},
		Design: &design.Design{Lo: fill(2, 50), Hi: fill(2, 200), Gain: fill(2, 1), Start: fill(2, 100), Unit: fill(2, 1), Free: []int32{0, 1}},
		Clock:  func() time.Time { return time.Unix(1e9, 0) },
		UID:    func() string { return fmt.Sprint("uid ", uids.Add(1)) }, Protocol: p}, d
}

func content(t testing.TB, fsys atomicfile.FS) []byte {
	t.Helper()
	text, err := atomicfile.ReadFile(fsys, diary, maxJournal)
	check(t, err)
	return text
}

// A session killed at any moment leaves a journal cut anywhere. Whatever is left
// of it, it is resumed, measures only what is missing, and ends with the same
// stiffness.
func TestResumeAfterEveryByte(t *testing.T) {
	const steps = 2
	fsys := disk(t)
	setup, d := small(fsys)
	s, err := Open(context.Background(), fsys, diary, setup)
	check(t, err)
	result, err := s.Run(context.Background(), steps)
	check(t, err)
	check(t, s.Close(context.Background()))
	if result.Steps != steps {
		t.Fatalf("%d steps", result.Steps)
	}
	whole, loads := content(t, fsys), d.Loads
	// Every end of a line, and every byte of the last two lines.
	lines := bytes.SplitAfter(whole, []byte("\n"))
	last := len(whole) - len(lines[len(lines)-2]) - len(lines[len(lines)-3])
	every := 1
	if testing.Short() {
		every = 29
	}
	for size := 0; size <= len(whole); size++ {
		if size > 0 && whole[size-1] != '\n' && (size < last || size%every != 0) {
			continue
		}
		after := disk(t)
		check(t, atomicfile.WriteFile(after, diary, whole[:size]))
		again, d := small(after)
		r, err := Open(context.Background(), after, diary, again)
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		before, reusable := len(r.Log().Steps), r.Resumed().Reusable
		got, err := r.Run(context.Background(), steps)
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		if got.Steps != steps || !slices.Equal(got.Stiffness, result.Stiffness) {
			t.Fatalf("%d bytes: %d steps to %v, want %d to %v", size, got.Steps, got.Stiffness, steps, result.Stiffness)
		}
		phases := 2*(steps-before) - reusable
		if d.Loads != 3*phases || r.Resumed().Reused != reusable {
			t.Fatalf("%d bytes: %d loads for %d phases; %+v", size, d.Loads, phases, r.Resumed())
		}
		check(t, r.Close(context.Background()))
	}
	if loads != 3*2*steps {
		t.Errorf("%d loads for %d steps", loads, steps)
	}
}

// Every call of the file system fails once: the bench is made safe, and what
// comes after goes on to the same end.
func TestSessionSurvivesTheDisk(t *testing.T) {
	const steps = 2
	setup, _ := small(disk(t))
	clean, err := Open(context.Background(), disk(t), diary, setup)
	check(t, err)
	result, err := clean.Run(context.Background(), steps)
	check(t, err)
	want := result.Stiffness
	for _, how := range faultfs.Faults {
		for n := 1; ; n++ {
			fsys := disk(t)
			setup, d := small(fsys)
			calls := fsys.Calls()
			fsys.Fail(n, how)
			s, err := Open(context.Background(), fsys, diary, setup)
			if err == nil {
				_, err = s.Run(context.Background(), steps)
				if d.Hanging != nil {
					t.Fatalf("%v at call %d: a load hangs after %v", how, n, err)
				}
				err = errors.Join(err, s.Close(context.Background()))
			}
			over := fsys.Calls()-calls < n
			fsys = fsys.Reboot(faultfs.Synced)
			again, _ := small(fsys)
			r, openErr := Open(context.Background(), fsys, diary, again)
			if openErr != nil {
				t.Fatalf("%v at call %d: after %v: %v", how, n, err, openErr)
			}
			got, err := r.Run(context.Background(), steps)
			check(t, err)
			if !slices.Equal(got.Stiffness, want) {
				t.Fatalf("%v at call %d: the end is %v, want %v", how, n, got.Stiffness, want)
			}
			if over {
				break
			}
		}
	}
}

// A phase in which an output was not seen is not used again: when its mark is
// clean, the session goes on.
func TestUnseenOutputIsMeasuredAgain(t *testing.T) {
	ctx := context.Background()
	fsys := disk(t)
	setup, d := small(fsys)
	d.Tamper = func(f *lab.Frame, _ int) { f.Nodes[1].Seen = false }
	s, err := Open(ctx, fsys, diary, setup)
	check(t, err)
	if _, err := s.Run(ctx, 1); !errors.As(err, new(*measurement.MissingError)) {
		t.Fatalf("a hidden output: %v", err)
	}
	check(t, s.Close(ctx))
	for _, old := range []bool{false, true} {
		text := content(t, fsys)
		if old { // before, it was written down as one that counts
			text = bytes.ReplaceAll(unsealed(t, text), []byte(`"used":false`), []byte(`"used":true`))
		}
		again := disk(t)
		check(t, atomicfile.WriteFile(again, diary, text))
		setup, d := small(again)
		s, err := Open(ctx, again, diary, setup)
		check(t, err)
		if got, err := s.Run(ctx, 1); err != nil || got.Steps != 1 || d.Loads != 3*2 {
			t.Errorf("after the mark is clean: %d steps, %d loads, %v", got.Steps, d.Loads, err)
		}
		check(t, s.Close(ctx))
	}
}
