package train_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/train"
)

const lattice = `
elastrain: 1
network: {lattice: triangular, rows: 5-4-3-2, spacing: 16 mm}
material: {young: 0.55 MPa, thickness: 2 mm}
bonds: {width: 1.5..2.5 mm, start: 2 mm}
supports: {pinned: [1, 5]}
`

// displacements: node 13 shall move by 0.5 mm and node 14 by so many mm.
func displacements(left string) string {
	return lattice + `
task:
  kind: behaviour
  cases: [{push: [{node: 11, along: -y, force: 49 mN}], want: [{node: 13, along: y, move: -0.5 mm}, {node: 14, along: y, move: ` + left + ` mm}]}]
learn: {method: levenberg-marquardt, epochs: 60}
`
}

const ratio = lattice + `
task:
  kind: behaviour
  cases: [{push: [{node: 11, along: -y, force: 49 mN}], want: [{node: 13, along: y}, {node: 14, along: y, most: true}]}]
  loss: cross-entropy
learn: {method: frank-wolfe, epochs: 60}
`

const iris = lattice + `
task:
  kind: classification
  data: iris
  loss: cross-entropy
  inputs:
    - {node: 14, along: -y, force: 49 mN, feature: 1}
    - {node: 12, along: -y, force: 49 mN, feature: 2}
    - {node: 13, along: -y, force: 49 mN, feature: 3}
    - {node: 10, along: -y, force: 49 mN, feature: 4}
  outputs:
    - {node: 8, along: x, class: setosa}
    - {node: 2, along: x, class: versicolor}
    - {node: 3, along: x, class: virginica}
learn: {method: adam, batch: 16, epochs: 4}
`

func build(t testing.TB, text string, overrides ...string) *experiment.Experiment {
	t.Helper()
	file, err := spec.Parse("test.yaml", []byte(text), overrides...)
	if err != nil {
		t.Fatal(err)
	}
	x, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func begin(t testing.TB, text string, overrides ...string) *train.Trainer {
	t.Helper()
	trainer, err := build(t, text, overrides...).NewTrainer()
	if err != nil {
		t.Fatal(err)
	}
	return trainer
}

func finish(t testing.TB, trainer *train.Trainer) train.Record {
	t.Helper()
	r, err := trainer.Run(nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReasonsToStop(t *testing.T) {
	for _, test := range []struct {
		name      string
		text      string
		overrides []string
		says      string
		epochs    [2]int // at least, at most
	}{
		{"last epoch", displacements("-0.6"), []string{"learn.method=adam", "learn.epochs=5"}, "the last epoch is over", [2]int{5, 5}},
		{"no epoch", displacements("-0.6"), []string{"learn.method=adam", "learn.epochs=0"}, "the last epoch is over", [2]int{0, 0}},
		{"mini-batches", iris, []string{"learn.epochs=2"}, "the last epoch is over", [2]int{2, 2}},
		{"loss", displacements("-0.6"), []string{"learn.method=adam", "learn.epochs=5000", "learn.stop.loss=1e-3"}, "the loss fell to", [2]int{2, 200}},
		{"change", displacements("-0.6"), []string{"learn.method=gradient-descent", "learn.epochs=5000", "learn.stop.change=1e-3", "learn.stop.gradient=0"}, "no bond changed by more than 1.0e-03", [2]int{1, 1000}},
		{"gradient", displacements("-0.6"), []string{"learn.method=adam", "learn.epochs=5000", "learn.stop.gradient=1e-2", "learn.stop.change=0"}, "the slope fell to 1.0e-02", [2]int{2, 500}},
		{"gradient of l-bfgs", displacements("-0.8"), []string{"learn.method=l-bfgs", "learn.epochs=500", "learn.stop.gradient=1e-3", "learn.stop.change=0"}, "the slope fell to 1.0e-03", [2]int{3, 400}},
		{"levenberg-marquardt reaches its best", displacements("-0.8"), []string{"learn.stop.change=0"}, "rounding limits it", [2]int{3, 40}},
		{"frank-wolfe at a corner", ratio, nil, "every bond stands at the bound", [2]int{3, 3}},
	} {
		trainer := begin(t, test.text, test.overrides...)
		r := finish(t, trainer)
		if !trainer.Done || !strings.Contains(trainer.Why, test.says) {
			t.Errorf("%s: %q", test.name, trainer.Why)
		}
		if trainer.Epoch < test.epochs[0] || trainer.Epoch > test.epochs[1] || r.Epoch != trainer.Epoch || r.Steps != trainer.Steps {
			t.Errorf("%s: %d epochs and %d steps, recorded %d and %d", test.name, trainer.Epoch, trainer.Steps, r.Epoch, r.Steps)
		}
		point := slices.Clone(trainer.Point)
		if err := trainer.Advance(); err != nil || trainer.Epoch != r.Epoch || !slices.Equal(point, trainer.Point) {
			t.Errorf("%s: goes on when done: %v", test.name, err)
		}
	}
}

// The slope at the end of an epoch is that of the point which was judged: with
// l-bfgs, the one it went to.
func TestStopAtSlopeIsHonest(t *testing.T) {
	for _, method := range []string{"adam", "l-bfgs"} {
		trainer := begin(t, displacements("-0.8"), "learn.method="+method, "learn.epochs=3000", "learn.stop.gradient=1e-2", "learn.stop.change=0")
		finish(t, trainer)
		if !strings.Contains(trainer.Why, "the slope fell") {
			t.Errorf("%s: %s", method, trainer.Why)
		}
		kkt, err := trainer.KKT()
		if err != nil {
			t.Fatal(err)
		}
		if kkt > 2e-2*trainer.FirstKKT { // adam takes one step more after it looked
			t.Errorf("%s: stops at %.2g of the first slope", method, kkt/trainer.FirstKKT)
		}
	}
}

func TestMiniBatches(t *testing.T) {
	trainer := begin(t, iris)
	losses := &spy{Method: trainer.Method}
	trainer.Method = losses
	if err := trainer.Advance(); err != nil {
		t.Fatal(err)
	}
	// 105 training samples: six batches of 16 and one of 9, every sample once.
	if trainer.Steps != 7 || len(losses.rows) != 7 || len(losses.rows[6]) != 9 {
		t.Fatalf("%d steps", trainer.Steps)
	}
	all := slices.Concat(losses.rows...)
	slices.Sort(all)
	for i, row := range all {
		if row != int32(i) {
			t.Fatalf("samples of an epoch: %v", all)
		}
	}
	r, err := trainer.EpochScore()
	if err != nil {
		t.Fatal(err)
	}
	mean := 0.0
	for _, v := range losses.values {
		mean += v / 7
	}
	if math.Abs(r.StepLoss-mean) > 1e-15 || r.Epoch != 1 || r.Steps != 7 {
		t.Errorf("mean loss of the steps %g, not %g; %d epochs, %d steps", r.StepLoss, mean, r.Epoch, r.Steps)
	}
	if !(r.Train.Accuracy > 0) || !math.IsNaN(r.Train.Relative) || !(r.Test.Loss > 0) {
		t.Errorf("%+v", r)
	}
	// The next epoch shuffles anew.
	first := losses.rows
	losses.rows = nil
	if err := trainer.Advance(); err != nil {
		t.Fatal(err)
	}
	if slices.Equal(first[0], losses.rows[0]) {
		t.Error("two epochs in the same order")
	}
}

// spy writes down what the steps of a method work on.
type spy struct {
	optim.Method
	rows     [][]int32
	divisors []int
	values   []float64
}

func (s *spy) Step(p optim.Problem, x []float64) (optim.Report, error) {
	batch := p.(*learn.Problem).Batch
	s.rows, s.divisors = append(s.rows, slices.Clone(batch.Rows)), append(s.divisors, batch.Divisor)
	r, err := s.Method.Step(p, x)
	s.values = append(s.values, r.Value)
	return r, err
}

// Batches that come out even leave no empty one.
func TestEvenBatches(t *testing.T) {
	trainer := begin(t, iris, "learn.batch=15", "learn.epochs=2")
	if finish(t, trainer); trainer.Steps != 14 {
		t.Errorf("%d steps", trainer.Steps)
	}
}

// A batch of all samples is the whole set, named or not.
func TestFullBatch(t *testing.T) {
	whole, named := begin(t, iris, "learn.batch=all"), begin(t, iris, "learn.batch=105")
	finish(t, whole)
	finish(t, named)
	if whole.Steps != 4 || named.Steps != 4 || !slices.Equal(whole.Point, named.Point) {
		t.Errorf("%d and %d steps, equal points: %v", whole.Steps, named.Steps, slices.Equal(whole.Point, named.Point))
	}
}

// The replay of the authors' program divides a short batch by the full size, and
// scores an epoch before its last step.
func TestReplayOfTheAuthors(t *testing.T) {
	replay := []string{"learn.compat=li-mao-2024", "learn.bounds=sigmoid", "learn.steepness=5", "learn.rate=0.006"}
	trainer := begin(t, iris, replay...)
	watch := &spy{Method: trainer.Method}
	trainer.Method = watch
	before, err := trainer.EpochScore()
	if err != nil || !math.IsNaN(before.StepLoss) {
		t.Fatalf("before the first epoch: %+v, %v", before, err)
	}
	if err := trainer.Advance(); err != nil {
		t.Fatal(err)
	}
	if watch.divisors[0] != 16 || watch.divisors[6] != 16 {
		t.Errorf("divisors %v", watch.divisors)
	}
	early, err := trainer.EpochScore()
	if err != nil {
		t.Fatal(err)
	}
	late, err := trainer.Score()
	if err != nil {
		t.Fatal(err)
	}
	if early.Train.Loss == late.Train.Loss || late.Train.Loss == before.Train.Loss {
		t.Errorf("losses %g, %g and %g", before.Train.Loss, early.Train.Loss, late.Train.Loss)
	}
}

// The authors' stop criterion is the change of all stiffnesses together, |dk|/|k|.
func TestStopOfTheAuthors(t *testing.T) {
	trainer := begin(t, ratio, "learn.compat=li-mao-2024", "learn.bounds=sigmoid", "learn.steepness=5", "learn.rate=0.006",
		"learn.method=adam", "learn.epochs=5000", "learn.stop.change=1e-4")
	stiffness := func() []float64 {
		k, err := trainer.Stiffness()
		if err != nil {
			t.Fatal(err)
		}
		return slices.Clone(k)
	}
	for before := stiffness(); ; {
		if err := trainer.Advance(); err != nil {
			t.Fatal(err)
		}
		k, change, size := stiffness(), 0.0, 0.0
		for i := range k {
			change, size = math.Hypot(change, k[i]-before[i]), math.Hypot(size, before[i])
		}
		if before = k; trainer.Done != (change <= 1e-4*size) {
			t.Fatalf("epoch %d: |dk|/|k| = %.3e, done: %v", trainer.Epoch, change/size, trainer.Done)
		}
		if trainer.Done {
			break
		}
	}
	if !strings.Contains(trainer.Why, "no bond changed by more than 1.0e-04") || trainer.Epoch < 10 {
		t.Errorf("%d epochs: %s", trainer.Epoch, trainer.Why)
	}
}

func TestRunRecordsEveryEpoch(t *testing.T) {
	trainer := begin(t, iris)
	var records []train.Record
	last, err := trainer.Run(func(r train.Record) { records = append(records, r) })
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range records {
		if r.Epoch != i+1 || r.Steps != 7*(i+1) {
			t.Errorf("record %d: epoch %d, %d steps", i+1, r.Epoch, r.Steps)
		}
	}
	if len(records) != 4 || !sameRecord(records[3], last) {
		t.Errorf("%d records, the last %+v and %+v", len(records), records[3], last)
	}
	k, err := trainer.Stiffness()
	if err != nil || len(k) != 28 {
		t.Fatal(err)
	}
	for i, v := range k {
		if d := trainer.Problem.Design; v < d.Gain[i]*d.Lo[i] || v > d.Gain[i]*d.Hi[i] || v != trainer.Problem.Rig.Stiffness()[i] {
			t.Errorf("bond %d has %g", i+1, v)
		}
	}
}

// broken is a rig that fails from some change of stiffness on.
type broken struct {
	learn.Rig
	left int
}

func (*broken) Superposes() {}

var errRig = errors.New("the string has torn")

func (b *broken) SetStiffness(k []float64) error {
	if b.left--; b.left < 0 {
		return errRig
	}
	return b.Rig.SetStiffness(k)
}

func TestFaultsNameEpochAndStep(t *testing.T) {
	trainer := begin(t, iris)
	trainer.Problem.Rig = &broken{trainer.Problem.Rig, 9}
	_, err := trainer.Run(nil)
	if !errors.Is(err, errRig) || !strings.Contains(err.Error(), "epoch 2, step 10:") {
		t.Errorf("%v", err)
	}
	trainer = begin(t, displacements("-0.6"), "learn.method=adam")
	trainer.Problem.Rig = &broken{trainer.Problem.Rig, 2}
	if _, err := trainer.Run(nil); !errors.Is(err, errRig) || !strings.Contains(err.Error(), "epoch 3, step 3:") {
		t.Errorf("%v", err)
	}
	for name, do := range map[string]func(*train.Trainer) error{
		"score":      func(t *train.Trainer) error { _, err := t.Score(); return err },
		"stiffness":  func(t *train.Trainer) error { _, err := t.Stiffness(); return err },
		"KKT":        func(t *train.Trainer) error { _, err := t.KKT(); return err },
		"verdict":    func(t *train.Trainer) error { _, err := t.Verdict(); return err },
		"first each": func(t *train.Trainer) error { _, err := t.Run(func(train.Record) {}); return err },
	} {
		trainer := begin(t, iris)
		left := 0
		if name == "first each" {
			left = 7 // the steps of an epoch, and not its score
		}
		trainer.Problem.Rig = &broken{trainer.Problem.Rig, left}
		if err := do(trainer); !errors.Is(err, errRig) {
			t.Errorf("%s: %v", name, err)
		}
	}
	trainer = begin(t, iris)
	trainer.Problem.Rig = &broken{trainer.Problem.Rig, 1} // enough for the slope, not for the score
	if _, err := trainer.Verdict(); !errors.Is(err, errRig) {
		t.Errorf("verdict: %v", err)
	}
}

func TestWhatCannotBegin(t *testing.T) {
	x := build(t, ratio)
	x.Spec.Learn.Method = "magic"
	if _, err := x.NewTrainer(); err == nil || !strings.Contains(err.Error(), "magic") {
		t.Errorf("an unknown method: %v", err)
	}
	x = build(t, ratio)
	clear(x.Train.F)
	if _, err := x.NewTrainer(); !errors.Is(err, task.ErrStill) {
		t.Errorf("no load: %v", err)
	}
}
