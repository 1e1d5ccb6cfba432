package run

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
	"github.com/elastrain/elastrain/spec"
)

// lengthened is a spec with another number of epochs.
func lengthened(t *testing.T, file *spec.File, epochs int) *spec.File {
	t.Helper()
	longer, err := spec.Parse(file.Name, file.Text, "learn="+strings.TrimSpace(learnOf(file, epochs)))
	check(t, err)
	return longer
}

// learnOf is the learn section of a spec on one line, with so many epochs.
func learnOf(file *spec.File, epochs int) string {
	s := file.Spec
	s.Learn.Epochs = epochs
	s.Learn.Stop.Loss = file.Spec.Learn.Stop.Loss
	var parts []string
	_, text, _ := strings.Cut(string(resolved(s)), "\nlearn:\n")
	text, _, _ = strings.Cut(text, "  stop:\n")
	for line := range strings.Lines(text) {
		parts = append(parts, strings.TrimSpace(line))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// A training that asks for more epochs than the directory holds goes on, and ends
// where one ends that asked for them from the beginning: every method, in batches,
// after a stop, and with nothing trained yet.
func TestMoreEpochs(t *testing.T) {
	quickly(t)
	for name, file := range short(t) {
		total := file.Spec.Learn.Epochs
		if total == 0 {
			total = 4
		}
		t.Run(name, func(t *testing.T) {
			fsys, parent := memory(t)
			whole := lengthened(t, file, total)
			q := Request{File: whole, FS: fsys, Parent: parent, Name: "a", Exact: true}
			_, result := trained(t, q)
			want := tree(t, fsys, filepath.Join(parent, "a"))
			for _, fewer := range []int{0, 1, total / 2, total - 1} {
				for _, ended := range []bool{true, false} {
					fsys := faultfs.New()
					check(t, atomicfile.MakeDir(fsys, parent))
					q.FS, q.File = fsys, lengthened(t, file, fewer)
					if ended {
						trained(t, q)
					} else {
						stopAfter(t, q, fewer/2)
					}
					q.File = whole
					r, got := trained(t, q)
					what := fmt.Sprintf("from %d to %d epochs, ended is %v", fewer, total, ended)
					after := tree(t, fsys, r.Dir)
					if got.Verdict != result.Verdict || got.Loss != result.Loss || len(got.Mended) > 0 {
						t.Errorf("%s: result %+v", what, got)
					}
					equal(t, what, after, want)
					told(t, what, fsys, r.Dir)
				}
			}
		})
	}
}

// Under another name it copies the checkpoint of the shorter run and leaves that as
// it is; fewer epochs than a directory holds are another experiment.
func TestMoreEpochsUnderAnotherName(t *testing.T) {
	quickly(t)
	fsys, parent := memory(t, "a@learn.epochs=3", "a@learn.epochs=5", "a@learn.epochs=9", "b")
	epochs := func(n int) Request {
		return Request{File: parse(t, example("iris"), "learn={method: adam, rate: 0.05, batch: 40, epochs: "+fmt.Sprint(n)+"}"), FS: fsys,
			Parent: parent, Name: fmt.Sprintf("a@learn.epochs=%d", n), Kin: "a"}
	}
	for _, n := range []int{3, 5} {
		trained(t, epochs(n))
	}
	short := tree(t, fsys, filepath.Join(parent, "a@learn.epochs=5"))
	q := epochs(9)
	s := &stopper{epoch: -1, cancel: func() {}}
	q.Sinks = []Sink{s}
	r, _ := trained(t, q)
	if filepath.Base(r.Dir) != "a@learn.epochs=9" || filepath.Base(r.From) != "a@learn.epochs=5" || !slices.Equal(s.began, []int{5}) {
		t.Errorf("%s goes on from %s at epochs %v", r.Dir, r.From, s.began)
	}
	equal(t, "the shorter run", tree(t, fsys, filepath.Join(parent, "a@learn.epochs=5")), short)
	alone := epochs(9)
	alone.Name, alone.Kin = "b", ""
	b, _ := trained(t, alone)
	if b.From != "" {
		t.Errorf("goes on from %s", b.From)
	}
	equal(t, "beside one from the beginning", tree(t, fsys, r.Dir), tree(t, fsys, b.Dir))
	told(t, "under another name", fsys, r.Dir)

	fewer := epochs(4)
	fewer.Name, fewer.Exact = "b", true
	var e *DirectoryError
	if _, err := Open(fewer); !errors.As(err, &e) || e.Code != "E0601" || !strings.Contains(e.Cause, "9 epochs, and 4") {
		t.Errorf("fewer epochs: %v", err)
	}
}

// Killed or failing at any call on the way to more epochs, the same request comes
// to the same bytes, and the request for fewer finds its run or is told.
func TestMoreEpochsFail(t *testing.T) {
	quickly(t)
	_, parent := memory(t)
	_, _, done := disks(t, parent)
	q := faulty(t, parent)
	dir := filepath.Join(parent, "a")
	longer := q
	longer.File = parse(t, string(q.File.Text), "network={nodes: nodes.csv, bonds: [[1, 2], [2, 3]]}", "task.cases[1].push[1].node=3", "task.cases[1].want[2].node=3",
		"learn={method: adam, rate: 0.1, epochs: 8, save: 2}")
	fresh := faultfs.New()
	check(t, atomicfile.MakeDir(fresh, parent))
	longer.FS = fresh
	trained(t, longer)
	want := tree(t, fresh, dir)
	step := 9 // a sample of the calls
	if os.Getenv(everyFlip) != "" {
		step = 1
	}
	for n := 1; ; n += step {
		fsys := done.Reboot(faultfs.Killed)
		fsys.CrashAfter(n)
		longer.FS = fsys
		_, _, err := finish(longer)
		if err == nil {
			break
		}
		for _, how := range faultfs.Outcomes {
			after := fsys.Reboot(how)
			check(t, atomicfile.MakeDir(after, parent))
			longer.FS = after
			what := fmt.Sprintf("%v after call %s", how, fsys.Trace()[n-1])
			if _, _, err := finish(longer); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			equal(t, what, withoutOld(tree(t, after, dir)), want)
			told(t, what, after, dir)

			back := fsys.Reboot(how)
			check(t, atomicfile.MakeDir(back, parent))
			q.FS = back
			_, result, err := finish(q)
			var e *DirectoryError
			if err != nil && (!errors.As(err, &e) || e.Code != "E0601") || err == nil && result.Epochs != 5 {
				t.Fatalf("%s, and back to fewer epochs: %v", what, err)
			}
		}
		if t.Failed() {
			return
		}
	}
	// Full disks, and errors of it.
	for _, how := range faultfs.Faults {
		for n := 1; ; n += step {
			fsys := done.Reboot(faultfs.Killed)
			fsys.Fail(n, how)
			longer.FS = fsys
			_, _, err := finish(longer)
			if fsys.Calls() < n {
				break
			}
			what := fmt.Sprintf("%v at call %s", how, fsys.Trace()[n-1])
			if full := errors.Is(err, atomicfile.ErrDiskFull); err != nil && full != (how == faultfs.ENOSPC) {
				t.Errorf("%s: disk full is %v: %v", what, full, err)
			}
			if _, _, err = finish(longer); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			equal(t, what, withoutOld(tree(t, fsys, dir)), want)
			told(t, what, fsys, dir)
			if t.Failed() {
				return
			}
		}
	}
}

// A long history is thinned where the longer one is coarser and its frames are there.
func TestThinnedHistory(t *testing.T) {
	h := history{width: 1, every: 2, epochs: []int64{0, 1, 2, 3, 4, 5}, stiffness: []float64{0, 1, 2, 3, 4, 5}}
	h.thin(true)
	if !slices.Equal(h.epochs, []int64{0, 2, 4, 5}) || !slices.Equal(h.stiffness, []float64{0, 2, 4, 5}) {
		t.Errorf("%v %v", h.epochs, h.stiffness)
	}
	if h.thin(false); !slices.Equal(h.epochs, []int64{0, 2, 4}) { // one that goes on has had no end at 5
		t.Errorf("%v", h.epochs)
	}
	h = history{width: 1, every: 3, epochs: []int64{0, 2, 4}, stiffness: []float64{0, 2, 4}}
	if h.thin(false); len(h.epochs) != 3 {
		t.Errorf("%v", h.epochs)
	}
}
