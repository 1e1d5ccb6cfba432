package run

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/export/npz"
	"github.com/elastrain/elastrain/learn"
)

// readDigits is the training on pictures with electronics that learn, and tares that follow.
var readDigits = strings.Replace(digits, "loss: softmax", "reading: {follow: 0.1}\n  smoothing: 10 %", 1)

// Stopped in the middle of epochs, at random, and gone on with: the same bytes, tares among them. Read back, the network scores
// as it did, and its files say what its electronics are.
func TestReadingIsExactOnResume(t *testing.T) {
	quickly(t)
	fsys, parent := memory(t)
	q := Request{File: parse(t, readDigits, "learn.batch=20", "learn.epochs=4", "learn.schedule=cosine"), FS: fsys, Parent: parent, Name: "a", Exact: true}
	r, result := trained(t, q)
	want := tree(t, fsys, filepath.Join(parent, "a"))
	if e := result.Electronics; e == nil || e.Gains != 1 || e.Offsets != 10 || e.Tares != 10 || e.Readings != 10 {
		t.Errorf("electronics %+v", e)
	}
	loaded, err := Load(fsys, r.Dir)
	check(t, err)
	x := loaded.Experiment
	score, err := x.NewProblem().Evaluate(x.Valid)
	check(t, err)
	if score.Accuracy != *result.ValidAccuracy || score.Loss != *result.ValidLoss {
		t.Errorf("read back, the network has a loss of %g on the validation part, not %g", score.Loss, *result.ValidLoss)
	}
	fresh, err := experiment.Build(q.File, nil, experiment.Options{})
	check(t, err)
	start, first := fresh.Rig.Stiffness(), x.Reading.First()
	for _, at := range []int{first, first + 1, first + 11} {
		if loaded.Stiffness[at] == start[at] {
			t.Errorf("parameter %d of the reading stayed at %g", at-first, start[at])
		}
	}
	text, err := atomicfile.ReadFile(fsys, filepath.Join(r.Dir, networkName), mostBytes)
	check(t, err)
	arrays, err := npz.Read(bytes.NewReader(text), int64(len(text)), npz.Limits{})
	check(t, err)
	got := map[string][]float64{}
	for _, a := range arrays {
		got[a.Name], _ = a.Data.([]float64)
	}
	for name, want := range map[string][]float64{"reading_gain": loaded.Stiffness[first : first+1], "reading_offsets": loaded.Stiffness[first+1 : first+11], "reading_tares": loaded.Stiffness[first+11 : first+21], "reading_directions": loaded.Stiffness[first+21:]} {
		if !closeTo(got[name], want) {
			t.Errorf("%s is %v, not %v", name, got[name], want)
		}
	}
	if table := want[elementTableName]; !strings.Contains(table, "reading,10,9,,tare,") || !strings.Contains(table, "reading,,,,gain,") {
		t.Errorf("the table of elements has no reading: %s", table[max(0, len(table)-300):])
	}
	random, within := rand.New(rand.NewPCG(4, 7)), 0
	for try := range 5 {
		fsys := faultfs.New()
		check(t, atomicfile.MakeDir(fsys, parent))
		q.FS = fsys
		for stops := 0; ; stops++ {
			r, err := Open(q)
			check(t, err)
			if r.Trainer.Within.Steps > 0 {
				within++
			}
			ctx := &looks{Context: t.Context(), left: random.IntN(20)}
			if stops >= 4 {
				ctx.left = math.MaxInt
			}
			_, err = r.Train(ctx)
			check(t, r.Close())
			if err == nil {
				break
			}
		}
		equal(t, fmt.Sprintf("try %d", try), tree(t, fsys, filepath.Join(parent, "a")), want)
	}
	if within < 3 {
		t.Errorf("%d of the stops were within an epoch: too few to say anything", within)
	}
}

// Killed at random: the same bytes.
func TestKilledReading(t *testing.T) {
	killTest(t, strings.Replace(readDigits, "batch: 100, epochs: 6", "batch: 20, epochs: 30, save: 7", 1), often(5), 300*time.Millisecond)
}

// A damaged network keeps its electronics.
func TestReadingOfDamaged(t *testing.T) {
	quickly(t)
	first := load(t, readDigits, "learn.epochs=2")
	file, ancestor, err := first.Damaged([]int{7})
	check(t, err)
	x, err := experiment.Build(file, nil, experiment.Options{})
	check(t, err)
	start := x.Inherit(first.Experiment, first.Stiffness)
	check(t, x.StartFrom(start))
	n := len(start)
	if n != len(first.Stiffness)-1 || !closeTo(start[n-31:], first.Stiffness[n-30:]) || ancestor == nil {
		t.Errorf("%d parameters, of which the last are %v", n, start[n-31:])
	}
	if _, err := x.NewProblem().Evaluate(x.Valid); err != nil {
		t.Error(err)
	}
}

// A network that is retrained keeps its stiffnesses, and its electronics where both tasks read the same data: a lattice of
// springs that learned widths becomes a body when it is read, and one of springs again when it is not.
func TestReadingOfRetrained(t *testing.T) {
	quickly(t)
	answers := func(x *experiment.Experiment) []float64 {
		y := make([]float64, x.Train.N*x.Train.Q)
		rig := x.Rig
		if x.Reading != nil {
			rig = x.Reading.Inner()
		}
		check(t, learn.Outputs(rig, learn.Batch{Set: x.Train}, y))
		return y
	}
	read := []string{"task.loss=softmax", "task.reading={follow: 0.1}", "learn={method: adam, batch: 20, rate: 0.1, epochs: 3}"}
	plain := load(t, example("iris"), "network.cut=[9]", "learn.epochs=5")
	for _, c := range []struct {
		first     *Trained
		overrides []string
		keeps     int // parameters of the reading that are handed on
	}{
		{plain, read, 0},
		{load(t, example("iris"), append(read, "network.cut=[9]")...), nil, 0},
		{load(t, example("iris"), append(read, "network.cut=[9]")...), append(read, "learn.epochs=1"), 10},
	} {
		file, ancestor, err := c.first.Retrained(parse(t, example("iris"), c.overrides...))
		check(t, err)
		start := c.first.Experiment.Handed(c.first.Stiffness, &file.Spec)
		r, err := Open(Request{File: file, Parent: t.TempDir(), Name: "b", Kind: "retrain", Ancestor: ancestor, Start: start})
		check(t, err)
		x := r.Experiment
		was, now := answers(c.first.Experiment), answers(x)
		for i := range was {
			if !(math.Abs(was[i]-now[i]) <= 1e-11*math.Abs(was[i])+1e-15) {
				t.Fatalf("answer %d is %g, not %g", i, now[i], was[i])
			}
		}
		if theta := x.Rig.Stiffness(); c.keeps > 0 && !closeTo(theta[len(theta)-c.keeps:], c.first.Stiffness[len(theta)-c.keeps:]) {
			t.Errorf("the reading is %v, not %v", theta[len(theta)-c.keeps:], c.first.Stiffness[len(theta)-c.keeps:])
		}
		_, err = r.Train(t.Context())
		check(t, errors.Join(err, r.Close()))
		if _, err := Load(atomicfile.OS{}, r.Dir); err != nil {
			t.Error(err)
		}
	}
}
