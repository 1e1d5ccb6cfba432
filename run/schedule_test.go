package run

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
)

// A training with a schedule that is stopped after any epoch ends as one that was not.
func TestScheduleIsExactOnResume(t *testing.T) {
	quickly(t)
	for _, learn := range []string{
		"{method: adam, rate: 0.1, beta1: 0.8, beta2: 0.99, epsilon: 1e-6, scale: log, batch: 40, epochs: 6, schedule: cosine, warm_up: 5}",
		"{method: momentum, rate: 0.05, batch: 40, epochs: 4, warm_up: 6}",
	} {
		fsys, parent := memory(t)
		q := Request{File: parse(t, example("iris"), "learn="+learn), FS: fsys, Parent: parent, Name: "a", Exact: true}
		_, result := trained(t, q)
		want := tree(t, fsys, filepath.Join(parent, "a"))
		for stop := range 4 {
			fsys := faultfs.New()
			check(t, atomicfile.MakeDir(fsys, parent))
			q.FS = fsys
			stopAfter(t, q, stop)
			r, got := trained(t, q)
			if got.Loss != result.Loss {
				t.Errorf("stopped after %d: loss %g, not %g", stop, got.Loss, result.Loss)
			}
			equal(t, fmt.Sprintf("stopped after %d", stop), tree(t, fsys, r.Dir), want)
		}
	}
}

// With a cosine the number of epochs belongs to the training: more of them are trained anew, in a directory of their own, to
// the end of one that asked for them from the beginning.
func TestMoreEpochsWithCosine(t *testing.T) {
	quickly(t)
	fsys, parent := memory(t, "a-2", "b")
	epochs := func(n int, name string) Request {
		return Request{File: parse(t, example("iris"), fmt.Sprintf("learn={method: adam, rate: 0.1, batch: 40, schedule: cosine, epochs: %d}", n)), FS: fsys, Parent: parent, Name: name}
	}
	first, _ := trained(t, epochs(3, "a"))
	second, longer := trained(t, epochs(5, "a"))
	if first.Dir == second.Dir || second.From != "" || second.Resumed {
		t.Errorf("5 epochs go on in %s from %q", second.Dir, second.From)
	}
	_, anew := trained(t, epochs(5, "b"))
	if longer.Loss != anew.Loss {
		t.Errorf("loss %g, and from the beginning %g", longer.Loss, anew.Loss)
	}
	q := epochs(4, "a")
	q.Exact = true
	if _, err := Open(q); err == nil || !strings.Contains(err.Error(), "with `schedule: cosine` is another training") {
		t.Error(err)
	}
}

// Every fall of a rate, early stopping and each way to choose the best, stopped after any epoch: the same bytes. More epochs go on to the
// bytes of a training that asked for them from the beginning; where the score has ended it already, they change nothing that was trained.
func TestJudgedTrainingsAreExact(t *testing.T) {
	quickly(t)
	for name, learn := range map[string]string{
		"step":          "schedule: step, every: 2, factor: 0.3, warm_up: 5, epochs: %d",
		"exponential":   "schedule: exponential, every: 2, epochs: %d",
		"plateau":       "schedule: plateau, patience: 1, rate: 0.5, keep: best, score: loss, epochs: %d",
		"early":         "rate: 0.5, keep: best, score: accuracy, stop: {patience: 2}, epochs: %d",
		"never early":   "stop: {patience: 100, gain: 1 %%}, epochs: %d",
		"training loss": "rate: 0.5, keep: best, score: training-loss, stop: {patience: 1}, epochs: %d",
	} {
		q := func(epochs int, dir string) Request {
			return Request{File: parse(t, example("iris"), "task.validation={share: 30 %}", "learn={method: adam, batch: 40, "+fmt.Sprintf(learn, epochs)+"}"), Name: dir, Exact: true}
		}
		fsys, parent := memory(t)
		whole := q(7, "a")
		whole.FS, whole.Parent = fsys, parent
		_, result := trained(t, whole)
		want := tree(t, fsys, filepath.Join(parent, "a"))
		if early := result.Verdict.Early; (early != nil) != (name == "early" || name == "training loss") || early != nil && result.Epochs == 7 {
			t.Errorf("%s: after %d epochs: %s", name, result.Epochs, result.Verdict.Text)
		}
		step := 3 // a sample of the stops
		if os.Getenv(everyFlip) != "" {
			step = 1
		}
		for stop := 1; stop < 7; stop += step {
			for _, fewer := range []bool{false, true} {
				fsys := faultfs.New()
				check(t, atomicfile.MakeDir(fsys, parent))
				whole.FS = fsys
				if fewer {
					short := q(stop, "a")
					short.FS, short.Parent = fsys, parent
					trained(t, short)
				} else {
					stopAfter(t, whole, stop)
				}
				r, _ := trained(t, whole)
				equal(t, fmt.Sprintf("%s, stopped after %d (ended is %v)", name, stop, fewer), tree(t, fsys, r.Dir), want)
			}
		}
	}
}

// Killed at random moments while scores are watched.
func TestKilledWhileJudged(t *testing.T) {
	text := strings.Replace(digits, "rate: 0.3, batch: 100, epochs: 6", "rate: 0.5, batch: 20, epochs: 40, save: 3, schedule: plateau, patience: 2, gain: 0.1 %, stop: {patience: 25}", 1)
	killTest(t, text, often(10), 300*time.Millisecond)
}
