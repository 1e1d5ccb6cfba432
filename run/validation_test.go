package run

import (
	"context"
	"encoding/json"
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
)

// digits trains on pictures of 8 x 8 digits, pooled to 4 x 4, in batches that are shifted and erased.
const digits = `
elastrain: 1
network: {lattice: triangular, size: 6 x 5, spacing: 10 mm}
bonds: {stiffness: 20..500 N/m}
supports: {pinned: [25..30]}
task:
  kind: classification
  data: digits
  pool: 2
  encode: {by: pixel}
  split: 70 %
  validation: {share: 20 %, stratify: true}
  inputs:
    - {node: 1, along: x, feature: pixel r2 c2, force: 10 mN}
    - {node: 2, along: y, feature: pixel r2 c3, force: 10 mN}
    - {node: 3, along: x, feature: pixel r3 c1, force: 10 mN, complement: true}
    - {node: 4, along: y, feature: pixel r4 c4, force: 10 mN}
  outputs: [{node: 7, along: x, class: "0"}, {node: 8, along: x, class: "1"}, {node: 9, along: y, class: "2"}, {node: 10, along: x, class: "3"}, {node: 11, along: x, class: "4"},
    {node: 13, along: x, class: "5"}, {node: 14, along: y, class: "6"}, {node: 15, along: x, class: "7"}, {node: 16, along: x, class: "8"}, {node: 17, along: y, class: "9"}]
  loss: softmax
learn: {method: adam, rate: 0.3, batch: 100, epochs: 6, augment: {shift: 1, erase: 30 %}, keep: best}
`

// Stopped after any epoch, the same bytes, however pictures are changed and whichever epoch is kept; the test part is not scored.
func TestValidationIsExactOnResume(t *testing.T) {
	quickly(t)
	fsys, parent := memory(t)
	q := Request{File: parse(t, digits), FS: fsys, Parent: parent, Name: "a", Exact: true}
	r, result := trained(t, q)
	want := tree(t, fsys, filepath.Join(parent, "a"))
	if result.TestLoss != nil || result.TestAccuracy != nil || result.ChosenOn != "validation" || result.BestEpoch == nil || result.ValidAccuracy == nil {
		t.Fatalf("%+v", result)
	}
	records, err := ReadMetrics(fsys, r.Dir)
	check(t, err)
	best, at := -1.0, 0
	loss := math.Inf(1)
	for _, rec := range records {
		if !math.IsNaN(rec.Test.Loss) || math.IsNaN(rec.Valid.Loss) {
			t.Errorf("epoch %d: %+v", rec.Epoch, rec)
		}
		if v := rec.Valid; rec.Epoch > 0 && (v.Accuracy > best || v.Accuracy == best && v.Loss < loss) {
			best, loss, at = v.Accuracy, v.Loss, rec.Epoch
		}
	}
	if *result.BestEpoch != at || *result.ValidAccuracy != best {
		t.Errorf("epoch %d with %g is kept, and %d with %g is best", *result.BestEpoch, *result.ValidAccuracy, at, best)
	}
	if at == len(records)-1 {
		t.Error("the last epoch is the best, so keeping the best is not seen: take another seed")
	}
	loaded, err := Load(fsys, r.Dir)
	check(t, err)
	x := loaded.Experiment
	score, err := x.NewProblem().Evaluate(x.Valid)
	check(t, err)
	if score.Accuracy != best {
		t.Errorf("read back, the network has %g on the validation part, not %g", score.Accuracy, best)
	}
	for stop := range 6 {
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

// More epochs go on from the last one, not from the best, to the end of a training that asked for them from the beginning.
func TestMoreEpochsAfterTheBest(t *testing.T) {
	quickly(t)
	fsys, parent := memory(t, "b")
	epochs := func(n int, name string) Request {
		return Request{File: parse(t, digits, fmt.Sprintf("learn.epochs=%d", n)), FS: fsys, Parent: parent, Name: name, Exact: true}
	}
	trained(t, epochs(4, "a"))
	longer, _ := trained(t, epochs(7, "a"))
	whole, _ := trained(t, epochs(7, "b"))
	equal(t, "four epochs and three more", tree(t, fsys, longer.Dir), tree(t, fsys, whole.Dir))
}

// Each journal is made anew from the other, with the scores of the validation part.
func TestJournalsOfValidation(t *testing.T) {
	quickly(t)
	fsys, parent := memory(t)
	q := Request{File: parse(t, digits, "learn.epochs=2"), FS: fsys, Parent: parent, Name: "a", Exact: true}
	r, _ := trained(t, q)
	events, err := atomicfile.ReadFile(fsys, filepath.Join(r.Dir, eventsName), mostBytes)
	check(t, err)
	metrics, err := atomicfile.ReadFile(fsys, filepath.Join(r.Dir, metricsName), mostBytes)
	check(t, err)
	lines := strings.SplitAfter(string(events), "\n")
	made, err := metricsOf([]byte(strings.Join(lines[:3], "")))
	check(t, err)
	if string(made) != string(metrics) {
		t.Errorf("metrics of events:\n%s\nand not\n%s", made, metrics)
	}
	again, err := eventsOf(metrics)
	check(t, err)
	if string(again) != strings.Join(lines[:3], "") {
		t.Errorf("events of metrics:\n%s", again)
	}
	var e Event
	check(t, json.Unmarshal([]byte(lines[0]), &e))
	if e.ValidAccuracy == nil || e.TestAccuracy != nil {
		t.Errorf("%+v", e)
	}
}

// Killed at random, mostly in the middle of an epoch of changed pictures, and gone on with: the same bytes.
func TestKilledAmongPictures(t *testing.T) {
	text := strings.Replace(digits, "batch: 100, epochs: 6", "batch: 20, epochs: 40, save: 7, schedule: cosine, warm_up: 9", 1)
	killTest(t, text, often(10), 300*time.Millisecond)
}

// looks is a context that is cancelled after somebody has looked at it so often.
type looks struct {
	context.Context
	left int
}

func (c *looks) Err() error {
	if c.left == 0 {
		return context.Canceled
	}
	c.left--
	return nil
}

// Stopped in the middle of epochs, at random, and gone on with from there: the same bytes, and no step is done twice.
func TestStoppedWithinEpochs(t *testing.T) {
	quickly(t)
	fsys, parent := memory(t)
	q := Request{File: parse(t, digits, "learn.batch=5", "learn.epochs=3", "learn.schedule=cosine"), FS: fsys, Parent: parent, Name: "a", Exact: true}
	trained(t, q)
	want := tree(t, fsys, filepath.Join(parent, "a"))
	random, within := rand.New(rand.NewPCG(4, 4)), 0
	for try := range 6 {
		fsys := faultfs.New()
		check(t, atomicfile.MakeDir(fsys, parent))
		q.FS = fsys
		for stops := 0; ; stops++ {
			r, err := Open(q)
			check(t, err)
			if r.Trainer.Within.Steps > 0 {
				within++
			}
			ctx := &looks{Context: t.Context(), left: random.IntN(30)}
			if stops >= 4 {
				ctx.left = math.MaxInt
			}
			_, err = r.Train(ctx)
			check(t, r.Close())
			if err == nil {
				break
			}
			if !errors.Is(err, ErrStopped) {
				t.Fatal(err)
			}
		}
		equal(t, fmt.Sprintf("try %d", try), tree(t, fsys, filepath.Join(parent, "a")), want)
	}
	if within < 3 {
		t.Errorf("%d of the stops were within an epoch: too few to say anything", within)
	}
}
