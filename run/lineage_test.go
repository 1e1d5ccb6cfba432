package run

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/spec"
)

// load trains an experiment and reads it back.
func load(t *testing.T, text string, overrides ...string) *Trained {
	t.Helper()
	r, _ := trained(t, Request{File: parse(t, text, overrides...), Parent: t.TempDir(), Name: "first"})
	loaded, err := Load(atomicfile.OS{}, r.Dir)
	check(t, err)
	k, err := r.Trainer.Stiffness()
	check(t, err)
	if !slices.Equal(loaded.Stiffness, k) || loaded.Epoch != r.Trainer.Epoch || loaded.Manifest.Identity != r.Manifest.Identity {
		t.Fatalf("read back: epoch %d, stiffness %v, want %v", loaded.Epoch, loaded.Stiffness, k)
	}
	return loaded
}

// score of a rig as it is.
func lossOf(t *testing.T, x *experiment.Experiment) float64 {
	t.Helper()
	s, err := x.NewProblem().Evaluate(x.Train)
	check(t, err)
	return s.Loss
}

func TestLoad(t *testing.T) {
	quickly(t)
	r, result := trained(t, Request{File: parse(t, example("behaviour")), Parent: t.TempDir(), Name: "a"})
	loaded, err := Load(atomicfile.OS{}, r.Dir)
	check(t, err)
	if got := lossOf(t, loaded.Experiment); got != result.Loss {
		t.Errorf("read back with a loss of %g, trained to %g", got, result.Loss)
	}
	var e *DirectoryError
	if _, err := Load(atomicfile.OS{}, t.TempDir()); !errors.As(err, &e) || e.Code != "E0605" || e.Help == "" {
		t.Errorf("not a run: %v", err)
	}
	if text := e.Error(); !strings.Contains(text, "not a run directory") {
		t.Error(text)
	}
	check(t, os.WriteFile(filepath.Join(r.Dir, resolvedName), []byte("elastrain: 1\n"), 0o666))
	if _, err := Load(atomicfile.OS{}, r.Dir); !errors.As(err, &e) || e.Code != "E0602" || e.Help == "" {
		t.Errorf("a resolved.yaml that is no experiment: %v", err)
	}
	check(t, os.Remove(filepath.Join(r.Dir, resolvedName)))
	if _, err := Load(atomicfile.OS{}, r.Dir); !errors.As(err, &e) || e.Code != "E0602" || e.Help == "" {
		t.Errorf("without resolved.yaml: %v", err)
	}
}

// A run that has only begun can be read as well.
func TestLoadStopped(t *testing.T) {
	quickly(t)
	q := Request{File: parse(t, example("behaviour")), Parent: t.TempDir(), Name: "a"}
	stopAfter(t, q, 2)
	loaded, err := Load(atomicfile.OS{}, filepath.Join(q.Parent, "a"))
	check(t, err)
	if loaded.Epoch != 2 {
		t.Errorf("epoch %d", loaded.Epoch)
	}
}

// A retrained network keeps its bonds and supports, takes the task and learning
// of the other file, and starts at what it has learned.
func TestRetrained(t *testing.T) {
	quickly(t)
	first := load(t, example("behaviour"))
	other := parse(t, example("left-right"), "seed=7", "bonds.width=1..9 mm")
	file, ancestor, err := first.Retrained(other)
	check(t, err)
	s := file.Spec
	if !reflect.DeepEqual(s.Network, first.File.Spec.Network) || !reflect.DeepEqual(s.Bonds, first.File.Spec.Bonds) || !reflect.DeepEqual(s.Supports, first.File.Spec.Supports) {
		t.Error("the network is another one")
	}
	if !reflect.DeepEqual(s.Task, other.Spec.Task) || !reflect.DeepEqual(s.Learn, other.Spec.Learn) || s.Seed != 7 || s.Title != other.Spec.Title {
		t.Errorf("the task is another one: %+v", s.Task)
	}
	if ancestor.Run != "first" || ancestor.Identity != first.Manifest.Identity || ancestor.Epoch != first.Epoch || ancestor.Cut != nil {
		t.Errorf("ancestor %+v", ancestor)
	}
	q := Request{File: file, Parent: filepath.Dir(first.Dir), Name: "second", Kind: "retrain", Ancestor: ancestor, Start: first.Stiffness}
	r, err := Open(q)
	check(t, err)
	if k, _ := r.Trainer.Stiffness(); !closeTo(k, first.Stiffness) {
		t.Errorf("starts at %v, want %v", k, first.Stiffness)
	}
	result, err := r.Train(context.Background())
	check(t, errors.Join(err, r.Close()))
	second, err := Load(atomicfile.OS{}, r.Dir)
	check(t, err)
	if m := second.Manifest; m.Kind != "retrain" || m.Parent == nil || m.Parent.Run != "first" || !slices.Equal(m.Start, first.Stiffness) || result.Kind != "retrain" {
		t.Errorf("manifest %+v", m)
	}
	// Another start is another experiment.
	q.Start = nil
	if r, err = Open(q); err != nil || filepath.Base(r.Dir) != "second-2" {
		t.Errorf("opened %v, %v", r, err)
	}
	check(t, r.Close())
	// An error in the task still has a place.
	other = parse(t, example("left-right"), "task.cases[1].push[1].node=99")
	file, _, err = first.Retrained(other)
	check(t, err)
	var bad spec.Errors
	if _, err = Open(Request{File: file, Parent: t.TempDir(), Name: "a"}); !errors.As(err, &bad) || bad[0].Line == 0 || !strings.Contains(bad[0].File, "on the network of") {
		t.Errorf("%v", err)
	}
}

func closeTo(a, b []float64) bool {
	for i := range a {
		if math.Abs(a[i]-b[i]) > 1e-12*math.Abs(b[i]) {
			return false
		}
	}
	return len(a) == len(b)
}

// The seed of a network that is drawn by it says where its nodes are, or what joins them, so it stays; that of any other is the task's.
func TestRetrainedNetworksStay(t *testing.T) {
	for _, name := range []string{"disordered", "jammed", "fibres", "polymer", "digits", "behaviour"} {
		first := &Trained{File: parse(t, example(name), "seed=3"), Manifest: &Manifest{}}
		file, _, err := first.Retrained(parse(t, example(name), "seed=99"))
		check(t, err)
		was, err := experiment.BuildNetwork(first.File, nil)
		check(t, err)
		is, err := experiment.BuildNetwork(file, nil)
		check(t, err)
		if !slices.Equal(was.Pos, is.Pos) || !reflect.DeepEqual(was.Elements, is.Elements) {
			t.Errorf("%s: the nodes have moved, or bonds join others", name)
		}
		if name == "behaviour" && file.Spec.Seed != 99 {
			t.Errorf("%s: the seed of the task is not taken", name)
		}
	}
}

func TestBetterStart(t *testing.T) {
	k := []float64{400, 400, 400, 400} // 0.1 N of 1/k moves the end 1 mm, not 4 mm
	build := func(override string) func() (*experiment.Experiment, error) {
		file := parse(t, example("chain"), "learn={method: gradient-descent, rate: 1e-6, epochs: 1}", override)
		return func() (*experiment.Experiment, error) { return experiment.Build(file, nil, experiment.Options{}) }
	}
	if better, err := BetterStart(build("seed=1"), k); err != nil || better != nil {
		t.Errorf("the start of the file is better, not %v, %v", better, err)
	}
	good := []float64{200, 100, 80, 80}
	if better, err := BetterStart(build("seed=1"), good); err != nil || !slices.Equal(better, good) {
		t.Errorf("the trained stiffness is better, not %v, %v", better, err)
	}
	if _, err := BetterStart(build("seed=1"), k[1:]); err == nil {
		t.Error("a start of another length")
	}
	if _, err := BetterStart(build("supports.pinned=[9]"), k); err == nil {
		t.Error("an experiment that cannot be built")
	}
}

// A damaged network has more bonds cut, and the others keep their numbers.
func TestDamaged(t *testing.T) {
	quickly(t)
	first := load(t, example("behaviour"), "network.cut=[20]")
	for _, tt := range []struct {
		cut  []int
		want []int
		name string
	}{
		{[]int{3}, []int{3, 20}, "bond 3 cut"},
		{[]int{20}, []int{20}, "bond 20 cut"},
		{[]int{28, 3, 3}, []int{3, 20, 28}, "bonds [28 3 3] cut"},
	} {
		file, ancestor, err := first.Damaged(tt.cut)
		check(t, err)
		if !slices.Equal(file.Spec.Network.Cut, tt.want) || !slices.Equal(ancestor.Cut, tt.cut) || !strings.HasSuffix(file.Name, tt.name) {
			t.Errorf("%v: cut %v in %s", tt.cut, file.Spec.Network.Cut, file.Name)
		}
	}
	if !slices.Equal(first.File.Spec.Network.Cut, []int{20}) {
		t.Error("the run itself is changed")
	}
	file, ancestor, err := first.Damaged([]int{3})
	check(t, err)
	r, result := trained(t, Request{File: file, Parent: t.TempDir(), Name: "a", Kind: "damage", Ancestor: ancestor, Start: first.Stiffness})
	if result.Kind != "damage" || !r.Experiment.Network.Elements[2].Cut || r.Experiment.Network.Elements[3].Nodes != first.Experiment.Network.Elements[3].Nodes {
		t.Errorf("%+v", result)
	}
}

// Every bond in turn: what is left is scored as it is, and after learning.
func TestCutEach(t *testing.T) {
	quickly(t)
	first := load(t, example("explicit"), "network.cut=[7]", "bonds.frozen=[]", "learn.epochs=20")
	var seen []int
	cuts, err := first.CutEach(context.Background(), atomicfile.OS{}, Relearn, func(c Cut) { seen = append(seen, c.Bond) })
	check(t, err)
	if !slices.Equal(seen, []int{1, 2, 3, 4, 5, 6, 8, 9, 10}) {
		t.Fatalf("cut %v", seen)
	}
	mechanisms := 0
	for _, c := range cuts {
		if c.Mechanism != "" {
			mechanisms++
			if c.Loss != nil || c.LossRetrained != nil || !strings.Contains(c.Mechanism, "mechanism") && !strings.Contains(c.Mechanism, "cut") {
				t.Errorf("%+v", c)
			}
			continue
		}
		file, _, err := first.Damaged([]int{c.Bond})
		check(t, err)
		x, err := experiment.Build(file, nil, experiment.Options{})
		check(t, err)
		x.Loss = first.Experiment.Loss
		check(t, x.StartFrom(first.Stiffness))
		if got := lossOf(t, x); math.Abs(got-*c.Loss) > 1e-9*got || c.Accuracy != nil || *c.Error <= 0 {
			t.Errorf("bond %d: loss %g, want %g", c.Bond, *c.Loss, got)
		}
		trainer, err := x.NewTrainer()
		check(t, err)
		r, err := trainer.Run(nil)
		check(t, err)
		if r.Train.Loss != *c.LossRetrained || *c.LossRetrained > *c.Loss {
			t.Errorf("bond %d: retrained from %g to %g, want %g", c.Bond, *c.Loss, *c.LossRetrained, r.Train.Loss)
		}
	}
	if mechanisms == 0 || mechanisms == len(cuts) {
		t.Errorf("%d mechanisms of %d", mechanisms, len(cuts))
	}
	// Without retraining the fate after it is open; scores are of the test part.
	flowers := load(t, example("iris"), "learn.epochs=3")
	ctx, cancel := context.WithCancel(context.Background())
	cuts, err = flowers.CutEach(ctx, atomicfile.OS{}, Nothing, func(Cut) { cancel() })
	if !errors.Is(err, context.Canceled) || len(cuts) != 1 {
		t.Errorf("stopped after %d cuts: %v", len(cuts), err)
	}
	c := cuts[0]
	if c.AccuracyRetrained != nil || !math.IsNaN(c.After.Loss) || c.Accuracy == nil {
		t.Errorf("%+v", c)
	}
	file, _, err := flowers.Damaged([]int{1})
	check(t, err)
	x, err := experiment.Build(file, nil, experiment.Options{})
	check(t, err)
	x.Loss = flowers.Experiment.Loss
	check(t, x.StartFrom(flowers.Stiffness))
	var s learn.Score
	s, err = x.NewProblem().Evaluate(x.Test)
	check(t, err)
	if s.Accuracy != *c.Accuracy || math.Abs(s.Loss-*c.Loss) > 1e-9*s.Loss {
		t.Errorf("accuracy %g, want that of the test part, %g", *c.Accuracy, s.Accuracy)
	}
}

// With new outputs a damaged network answers at least as well on its training
// part as those it had, and the bonds start at what they have learned.
func TestReconnect(t *testing.T) {
	quickly(t)
	first := load(t, example("iris"), "learn.epochs=10")
	files := first.Files(atomicfile.OS{})
	relearned, err := first.CutOne(context.Background(), files, 4, Relearn)
	check(t, err)
	again, err := first.CutOne(context.Background(), files, 4, Reconnect)
	check(t, err)
	if *again.Loss != *relearned.Loss || again.LossRetrained == nil || again.Mechanism != "" {
		t.Errorf("%+v after %+v", again, relearned)
	}
	if *again.AccuracyRetrained < 0.8 {
		t.Errorf("accuracy %g with outputs chosen anew", *again.AccuracyRetrained)
	}
	// A behaviour has no data on which to choose outputs.
	behaviour := load(t, example("behaviour"), "learn.epochs=3")
	if _, err := behaviour.CutOne(context.Background(), nil, 4, Reconnect); err == nil {
		t.Error("outputs of a behaviour were chosen anew")
	}
}

// The copies of the files of a run count, as long as nobody has changed them.
func TestFilesOfARun(t *testing.T) {
	quickly(t)
	q := faulty(t, t.TempDir())
	r, _ := trained(t, q)
	loaded, err := Load(atomicfile.OS{}, r.Dir)
	check(t, err)
	files := loaded.Files(atomicfile.OS{})
	if text, err := files("nodes.csv"); err != nil || string(text) != "x\n0\n0.01\n0.02\n" {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := files("other.csv"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that the run does not name: %v", err)
	}
	check(t, os.WriteFile(filepath.Join(r.Dir, filesName, "1-nodes.csv"), []byte("x\n0\n1\n2\n"), 0o666))
	if _, err := Load(atomicfile.OS{}, r.Dir); err == nil || !strings.Contains(err.Error(), "changed since") {
		t.Errorf("a changed copy: %v", err)
	}
	// A file that cannot be read, or not at all.
	rec := &Recorder{}
	if _, err := rec.Open("a"); err == nil {
		t.Error("read without files")
	}
	rec.Read = func(string) ([]byte, error) { return nil, fs.ErrNotExist }
	if _, err := rec.Open("a"); !errors.Is(err, fs.ErrNotExist) || len(rec.Files) != 0 {
		t.Errorf("%v", err)
	}
}
