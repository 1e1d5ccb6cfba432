package run

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
	"github.com/elastrain/elastrain/learn/design"
)

// tough is a small network of hubs that learns among errors of matter.
const tough = `
elastrain: 1
hubs: {number: 12, branches: 4, windows: [4], picture: 4 x 4, outputs: 20}
task: {kind: classification, data: digits, pool: 2, split: 30 %, validation: {share: 40 %}, loss: softmax, sharpness: 0.5 /mm}
learn: {method: adam, scale: log, rate: 0.2, batch: 64, epochs: 4, keep: best}
matter: {levels: 8, scatter: 5 %, drift: 2 %, reading_noise: 1 %, left: 10 %}
`

// A training that meets another specimen at every step ends with the same bytes, after whichever epoch it was stopped.
func TestMatterIsExactOnResume(t *testing.T) {
	quickly(t)
	fsys, parent := memory(t)
	q := Request{File: parse(t, tough), FS: fsys, Parent: parent, Name: "a", Exact: true}
	r, result := trained(t, q)
	want := tree(t, fsys, filepath.Join(parent, "a"))
	for stop := range 4 {
		fsys := faultfs.New()
		check(t, atomicfile.MakeDir(fsys, parent))
		q.FS = fsys
		stopAfter(t, q, stop)
		again, got := trained(t, q)
		if got.Loss != result.Loss {
			t.Errorf("stopped after %d: loss %g, not %g", stop, got.Loss, result.Loss)
		}
		equal(t, fmt.Sprintf("stopped after %d", stop), tree(t, fsys, again.Dir), want)
	}
	// What was trained can be made: every stiffness that learns is one of the levels.
	loaded, err := Load(fsys, r.Dir)
	check(t, err)
	d, between := loaded.Experiment.Design, 0
	for _, i := range d.Free {
		if k := loaded.Stiffness[i]; math.Abs(k/design.Nearest(8, d.Lo[i], d.Hi[i], k)-1) > 1e-12 {
			t.Fatalf("parameter %d is %g, and no level", i+1, k)
		} else if k > 1.01*d.Lo[i] && k < 0.99*d.Hi[i] {
			between++
		}
	}
	if between == 0 {
		t.Error("all stiffnesses are at the ends of their ranges")
	}
	// Without a part of it another network is learned.
	for _, key := range []string{"levels", "scatter", "drift", "reading_noise", "left"} {
		fsys, parent := memory(t)
		_, got := trained(t, Request{File: parse(t, tough, "matter."+key+"=null"), FS: fsys, Parent: parent, Name: "a", Exact: true})
		if got.Loss == result.Loss {
			t.Errorf("a training that knows nothing of %s comes to the same loss", key)
		}
	}
}

// Killed at random among the errors, and gone on with: the same bytes.
func TestKilledAmongErrors(t *testing.T) {
	killTest(t, strings.Replace(tough, "epochs: 4", "epochs: 60, save: 7", 1), often(6), 300*time.Millisecond)
}

// Specimens are drawn by seed and number: alike again, alike alone and together. As trained is the network itself.
func TestSpecimens(t *testing.T) {
	quickly(t)
	fsys, parent := memory(t)
	r, result := trained(t, Request{File: parse(t, tough, "matter=null"), FS: fsys, Parent: parent, Name: "a", Exact: true})
	loaded, err := Load(fsys, r.Dir)
	check(t, err)
	study := func(seed uint64, n int, changes ...string) *Matters {
		t.Helper()
		file, err := loaded.WithMatter(changes)
		check(t, err)
		m, err := loaded.Specimens(context.Background(), fsys, file, "validation", n, seed, nil)
		check(t, err)
		return m
	}
	all := study(1, 5, "levels=4", "scatter=30 %", "left=30 %", "reading_noise=10 %", "drift=20 %")
	var faults []string
	for _, row := range all.Rows {
		faults = append(faults, row.Fault)
	}
	if want := []string{"as trained", "levels", "scatter", "left", "reading_noise", "drift", "all"}; !slices.Equal(faults, want) {
		t.Fatalf("rows %v, not %v", faults, want)
	}
	if got := all.Rows[0]; got.Accuracy.Mean != *result.ValidAccuracy || got.Accuracy.Sd != 0 || len(got.Accuracy.Each) != 1 {
		t.Errorf("as trained %+v, and the training ended at %g", got.Accuracy, *result.ValidAccuracy)
	}
	for _, row := range all.Rows[1:] {
		if row.Loss.Mean == all.Rows[0].Loss.Mean {
			t.Errorf("%s changes nothing", row.Fault)
		}
		if chance := row.Fault != "levels" && row.Fault != "left"; chance != (len(row.Accuracy.Each) == 5) || chance && row.Loss.Sd == 0 {
			t.Errorf("%s: %+v", row.Fault, row.Loss)
		}
	}
	alone := study(1, 5, "scatter=30 %")
	if len(alone.Rows) != 2 || !slices.Equal(alone.Rows[1].Loss.Each, all.Rows[2].Loss.Each) {
		t.Errorf("scatter alone %v, among others %v", alone.Rows[1].Loss.Each, all.Rows[2].Loss.Each)
	}
	if other := study(2, 5, "scatter=30 %"); slices.Equal(other.Rows[1].Loss.Each, alone.Rows[1].Loss.Each) {
		t.Error("another seed has the same specimens")
	}
	if got, err := loaded.Experiment.NewProblem().Evaluate(loaded.Experiment.Valid); err != nil || got.Accuracy != *result.ValidAccuracy {
		t.Errorf("the study leaves another network: %v, %v", got, err)
	}
}

// Tares taken anew leave a network as it was trained alone, although its readings have moved since the start: its offsets were
// learned with that.
func TestTaresOfSpecimens(t *testing.T) {
	quickly(t)
	fsys, parent := memory(t)
	r, result := trained(t, Request{File: parse(t, strings.Replace(tough, "sharpness: 0.5 /mm", "reading: {}", 1), "matter=null"), FS: fsys, Parent: parent, Name: "a", Exact: true})
	loaded, err := Load(fsys, r.Dir)
	check(t, err)
	matter, err := loaded.WithMatter([]string{"scatter=1 %"})
	check(t, err)
	found, err := loaded.Specimens(context.Background(), fsys, matter, "validation", 3, 1, nil)
	check(t, err)
	if got := found.Rows[0].Loss.Mean; !(math.Abs(got-*result.ValidLoss) < 1e-9**result.ValidLoss) || found.Tared == 0 {
		t.Errorf("with tares of %d samples a loss of %.12g, trained to %.12g", found.Tared, got, *result.ValidLoss)
	}
	if got := found.Rows[1].Loss.Mean; !(got < 1.2**result.ValidLoss) {
		t.Errorf("after 1 %% of scatter a loss of %g, trained to %g", got, *result.ValidLoss)
	}
}
