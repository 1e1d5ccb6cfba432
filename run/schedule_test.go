package run

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

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
