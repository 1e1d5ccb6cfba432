package run

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// parse reads a spec, by default the chain of `elastrain new chain`.
func parse(t testing.TB, text string, overrides ...string) *spec.File {
	t.Helper()
	file, err := spec.Parse("test.yaml", []byte(text), overrides...)
	if e, ok := err.(spec.Errors); ok {
		t.Fatalf("\n%s", e.Render(false))
	}
	return file
}

func example(name string) string {
	text, ok := examples.Text(name)
	if !ok {
		panic(name)
	}
	return string(text)
}

// quickly draws small files in place of the figures until the test ends.
func quickly(t *testing.T) {
	draw = sketch
	t.Cleanup(func() { draw = WritePictures })
}

func sketch(fsys atomicfile.FS, dir string, pictures []Picture) error {
	if err := atomicfile.MakeDir(fsys, dir); err != nil {
		return err
	}
	for _, p := range pictures {
		if err := atomicfile.WriteFile(fsys, filepath.Join(dir, p.Name+".svg"), []byte(p.Name)); err != nil {
			return err
		}
	}
	return nil
}

// memory is a disk in memory beside a directory on the real one: locks are real.
func memory(t *testing.T, names ...string) (fsys *faultfs.FS, parent string) {
	t.Helper()
	parent = t.TempDir()
	for _, name := range append(names, "a") {
		check(t, os.MkdirAll(filepath.Join(parent, name), 0o777))
	}
	fsys = faultfs.New()
	check(t, atomicfile.MakeDir(fsys, parent))
	return fsys, parent
}

// finish trains to the end.
func finish(q Request) (*Run, *Result, error) {
	r, err := Open(q)
	if err != nil {
		return nil, nil, err
	}
	result, err := r.Train(context.Background())
	return r, result, errors.Join(err, r.Close())
}

// trained is finish for a training that must not fail.
func trained(t *testing.T, q Request) (*Run, *Result) {
	t.Helper()
	r, result, err := finish(q)
	check(t, err)
	return r, result
}

// volatile are the files that may differ between two runs of an experiment.
var volatile = []string{environmentName, lockName, events.Name}

// tree reads all files below a directory but the volatile ones.
func tree(t *testing.T, fsys atomicfile.FS, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	var walk func(path string)
	walk = func(path string) {
		names, err := fsys.List(filepath.Join(dir, path))
		if err != nil {
			text, err := atomicfile.ReadFile(fsys, filepath.Join(dir, path), mostBytes)
			check(t, err)
			files[path] = string(text)
			return
		}
		for _, name := range names {
			if !slices.Contains(volatile, name) {
				walk(filepath.Join(path, name))
			}
		}
	}
	walk("")
	return files
}

// equal compares what tree has read.
func equal(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		text, ok := got[name]
		switch {
		case !ok:
			t.Errorf("%s: %s is missing", what, name)
		case text != want[name]:
			at := 0
			for at < min(len(text), len(want[name])) && text[at] == want[name][at] {
				at++
			}
			t.Errorf("%s: %s has %d bytes, want %d, and differs from byte %d on", what, name, len(text), len(want[name]), at)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: %s is there", what, name)
		}
	}
}

// stopper cancels a training after an epoch.
type stopper struct {
	epoch  int
	cancel context.CancelFunc
	began  []int // epochs done when a session began
	ended  []error
}

func (s *stopper) Begin(_ *Run, done int) { s.began = append(s.began, done) }
func (s *stopper) End(_ *Run, err error)  { s.ended = append(s.ended, err) }
func (s *stopper) Epoch(r train.Record) {
	if r.Epoch >= s.epoch {
		s.cancel()
	}
}

// stopAfter trains until the given number of epochs is done.
func stopAfter(t *testing.T, q Request, epoch int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := &stopper{epoch: epoch, cancel: cancel}
	q.Sinks = []Sink{s}
	r, err := Open(q)
	check(t, err)
	_, err = r.Train(ctx)
	check(t, r.Close())
	if r.Trainer.Done {
		return // the last epoch cannot be stopped after
	}
	if !errors.Is(err, ErrStopped) || len(s.ended) != 1 || !errors.Is(s.ended[0], ErrStopped) {
		t.Fatalf("stopped after epoch %d: %v", epoch, err)
	}
}

// short lists trainings of a dozen epochs, one for each optimiser, for batches
// and for the replay of the authors' program.
func short(t *testing.T) map[string]*spec.File {
	return map[string]*spec.File{
		"levenberg-marquardt": parse(t, example("chain"), "task.cases[1].want[2].move=0.7 mm", "learn.epochs=9"),
		"l-bfgs":              parse(t, example("iris"), "learn.epochs=9"),
		"adam in batches":     parse(t, example("iris"), "learn={method: adam, rate: 0.05, batch: 40, epochs: 8, save: 3}"),
		"momentum":            parse(t, example("regression"), "learn={method: momentum, batch: 32, epochs: 7, save: 2}", "bonds.start=random"),
		"gradient-descent":    parse(t, example("behaviour"), "learn={method: gradient-descent, epochs: 7}"),
		"frank-wolfe":         parse(t, example("left-right")),
		"replay":              parse(t, string(examples.Paper("iris")), "learn.epochs=6"),
		"nothing to do":       parse(t, example("chain"), "learn.epochs=0"),
	}
}

// A training that was stopped after any epoch, or after every one, goes on to
// the same bytes as one that was not.
func TestResume(t *testing.T) {
	quickly(t)
	for name, file := range short(t) {
		t.Run(name, func(t *testing.T) {
			fsys, parent := memory(t)
			q := Request{File: file, FS: fsys, Parent: parent, Name: "a"}
			whole, result := trained(t, q)
			want := tree(t, fsys, whole.Dir)
			if whole.Resumed || result.Resumed || result.Epochs != whole.Trainer.Epoch {
				t.Errorf("result %+v", result)
			}
			for epoch := range result.Epochs {
				fsys := faultfs.New()
				check(t, atomicfile.MakeDir(fsys, parent))
				q.FS = fsys
				stopAfter(t, q, epoch)
				r, result := trained(t, q)
				if !r.Resumed || !result.Resumed {
					t.Errorf("stopped after %d, the rest does not know", epoch)
				}
				equal(t, fmt.Sprintf("stopped after epoch %d", epoch), tree(t, fsys, r.Dir), want)
			}
			fsys = faultfs.New()
			check(t, atomicfile.MakeDir(fsys, parent))
			q.FS = fsys
			for epoch := range result.Epochs {
				stopAfter(t, q, epoch)
			}
			r, _ := trained(t, q)
			equal(t, "stopped after every epoch", tree(t, fsys, r.Dir), want)
			if sessions := len(r.previousSessions()); sessions != result.Epochs+1 {
				t.Errorf("%d sessions are known of %d", sessions, result.Epochs+1)
			}
		})
	}
}

// A complete run returns its result again, and touches nothing.
func TestComplete(t *testing.T) {
	quickly(t)
	fsys, parent := memory(t)
	q := Request{File: parse(t, example("chain")), FS: fsys, Parent: parent, Name: "a"}
	r, first := trained(t, q)
	before := tree(t, fsys, r.Dir)
	if !strings.Contains(before[eventsName], `"event":"end"`) {
		t.Error("no last event")
	}
	s := &stopper{epoch: -1}
	q.Sinks = []Sink{s}
	again, second := trained(t, q)
	equal(t, "trained again", tree(t, fsys, r.Dir), before)
	if !second.Resumed || second.Loss != first.Loss || second.Run != again.Dir || second.Verdict != first.Verdict || len(second.Outputs) != len(first.Outputs) {
		t.Errorf("%+v after %+v", second, first)
	}
	if second.Seconds <= 0 {
		t.Errorf("%g s", second.Seconds)
	}
	if s.began != nil || s.ended != nil {
		t.Error("a complete run trains")
	}
}

// Another experiment gets a directory of its own, unless the name is exact.
func TestOtherExperiment(t *testing.T) {
	quickly(t)
	fsys, parent := memory(t, "a-2", "a-3")
	q := Request{File: parse(t, example("chain")), FS: fsys, Parent: parent, Name: "a"}
	one, _ := trained(t, q)
	before := tree(t, fsys, one.Dir)
	for _, want := range []string{"a-2", "a-3"} {
		q.File = parse(t, example("chain"), "title="+want)
		r, _ := trained(t, q)
		if filepath.Base(r.Dir) != want {
			t.Errorf("trained in %s, want %s", r.Dir, want)
		}
		again, err := Open(q)
		check(t, err)
		if again.Dir != r.Dir || !again.Complete() {
			t.Errorf("opened %s", again.Dir)
		}
		check(t, again.Close())
	}
	q.Exact = true
	_, err := Open(q)
	var e *DirectoryError
	if !errors.As(err, &e) || e.Code != "E0601" || e.Help == "" {
		t.Errorf("an exact name: %v", err)
	}
	equal(t, "the first run", tree(t, fsys, one.Dir), before)
	// The same spec on other data is another experiment, too.
	data := func(text string) func(string) ([]byte, error) {
		return func(string) ([]byte, error) { return []byte(text), nil }
	}
	rows := "sepal length,sepal width,petal length,petal width,species\n" + strings.Repeat("1,2,3,4,setosa\n2,3,1,5,versicolor\n3,1,2,1,virginica\n", 9)
	identities := map[string]bool{}
	for _, text := range []string{rows, rows + "1,1,1,1,setosa\n", rows} {
		q := Request{File: parse(t, example("flowers")), FS: fsys, Parent: parent, Name: "b", Files: data(text)}
		check(t, os.MkdirAll(filepath.Join(parent, "b"), 0o777))
		check(t, os.MkdirAll(filepath.Join(parent, "b-2"), 0o777))
		r, err := Open(q)
		check(t, err)
		identities[r.Manifest.Identity] = true
		check(t, r.Close())
	}
	if len(identities) != 2 {
		t.Errorf("%d identities, want 2", len(identities))
	}
}

// One process at a time trains in a directory.
func TestLocked(t *testing.T) {
	fsys, parent := memory(t)
	q := Request{File: parse(t, example("chain")), FS: fsys, Parent: parent, Name: "a"}
	r, err := Open(q)
	check(t, err)
	_, err = Open(q)
	var e *DirectoryError
	if !errors.As(err, &e) || e.Code != "E0604" || e.Help == "" || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) {
		t.Errorf("opened twice: %v", err)
	}
	check(t, r.Close())
	check(t, r.Close())
	r, err = Open(q)
	check(t, err)
	check(t, r.Close())
	// A lock that cannot be taken for another reason is another error.
	q.Name = "nowhere"
	if _, err := Open(q); errors.As(err, &e) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a lock in a missing directory: %v", err)
	}
}

// Errors of the experiment come before a directory is made.
func TestNothingIsMadeForNothing(t *testing.T) {
	fsys, parent := memory(t)
	calls := fsys.Calls()
	q := Request{File: parse(t, example("chain"), "supports.pinned=[9]"), FS: fsys, Parent: parent, Name: "a"}
	if _, err := Open(q); err == nil {
		t.Error("opened")
	}
	q = Request{File: parse(t, example("chain")), FS: fsys, Parent: parent, Name: "a", Start: []float64{1}}
	if _, err := Open(q); err == nil || !strings.Contains(err.Error(), "4 elements") {
		t.Errorf("a start of another length: %v", err)
	}
	if fsys.Calls() != calls {
		t.Errorf("the disk was touched: %v", fsys.Trace()[calls:])
	}
}

// intruder is a disk on which another process makes a run just before ours has
// the lock.
type intruder struct {
	*faultfs.FS
	act func()
}

func (i *intruder) Mkdir(dir string) error {
	err := i.FS.Mkdir(dir)
	if i.act != nil {
		act := i.act
		i.act = nil
		act()
	}
	return err
}

// Whoever finds that another was quicker looks for a directory again.
func TestTwoAtOnce(t *testing.T) {
	quickly(t)
	for _, title := range []string{"the same", "another"} {
		fsys, parent := memory(t, "a-2")
		q := Request{File: parse(t, example("chain"), "title=the same"), FS: fsys, Parent: parent, Name: "a"}
		other := q
		other.File = parse(t, example("chain"), "title="+title)
		q.FS = &intruder{FS: fsys, act: func() { trained(t, other) }}
		r, err := Open(q)
		check(t, err)
		if want := map[string]string{"the same": "a", "another": "a-2"}[title]; filepath.Base(r.Dir) != want {
			t.Errorf("beside %s run: opened %s, want %s", title, r.Dir, want)
		}
		if r.Complete() != (title == "the same") {
			t.Errorf("beside %s run: complete is %v", title, r.Complete())
		}
		_, err = r.Train(context.Background())
		check(t, errors.Join(err, r.Close()))
	}
}
