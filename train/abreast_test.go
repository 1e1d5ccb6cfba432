package train_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

// trainers builds the experiment of a file, changed in the ways of each.
func trainers(t testing.TB, text string, changes []string) []*train.Trainer {
	t.Helper()
	var list []*train.Trainer
	for _, change := range changes {
		file, err := spec.Parse("abreast.yaml", []byte(text), strings.Fields(change)...)
		if err != nil {
			t.Fatal(err, change)
		}
		x, err := experiment.Build(file, nil, experiment.Options{Solver: "dense"})
		if err != nil {
			t.Fatal(err, change)
		}
		trainer, err := x.NewTrainer()
		if err != nil {
			t.Fatal(err, change)
		}
		list = append(list, trainer)
	}
	return list
}

// told is everything that is known of a training after its end, in words that differ where a bit does.
type told struct {
	records []string
	err     string
}

func words(r train.Record) string {
	text := fmt.Sprint(r.Epoch, r.Steps)
	for _, v := range []float64{r.StepLoss, r.Train.Loss, r.Train.Accuracy, r.Train.Relative, r.Test.Loss, r.Test.Accuracy, r.Test.Relative, r.Valid.Loss, r.Valid.Accuracy, r.Valid.Relative} {
		text += fmt.Sprintf(" %x", v)
	}
	return text
}

// ended says what is known of a training.
func ended(t testing.TB, trainer *train.Trainer, err error, records []string) told {
	x := told{records: records}
	if err != nil {
		x.err = err.Error()
		return x
	}
	add := func(text string) { x.records = append(x.records, text) }
	add(fmt.Sprint(trainer.Epoch, trainer.Steps, trainer.Done, trainer.Why, trainer.Within))
	for _, v := range trainer.Point {
		add(fmt.Sprintf("%x", v))
	}
	for _, f := range append(trainer.Method.State(), trainer.BestState()...) {
		add(fmt.Sprintf("%s %x", f.Name, f.Data))
	}
	k, err := trainer.LastStiffness()
	if err != nil {
		t.Fatal(err)
	}
	add(fmt.Sprintf("%x", k))
	verdict, err := trainer.Verdict()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(verdict)
	if err != nil {
		t.Fatal(err)
	}
	add(string(text))
	score, err := trainer.Score()
	if err != nil {
		t.Fatal(err)
	}
	add(words(score))
	return x
}

// alone is the trainings one by one, in the words of the loop that trains one.
func alone(t testing.TB, list []*train.Trainer) []told {
	var all []told
	for _, trainer := range list {
		var records []string
		score := func() error {
			r, err := trainer.EpochScore()
			if err == nil {
				records = append(records, words(r))
			}
			return err
		}
		err := score()
		for err == nil && !trainer.Done {
			if err = trainer.Advance(); err == nil && trainer.Recorded() {
				err = score()
			}
		}
		all = append(all, ended(t, trainer, err, records))
	}
	return all
}

// abreast is the trainings side by side.
func abreast(t testing.TB, list []*train.Trainer) []told {
	records := make([][]string, len(list))
	errs := train.Together(list, train.Company{See: func(i int, r train.Record) { records[i] = append(records[i], words(r)) }})
	var all []told
	for i, trainer := range list {
		all = append(all, ended(t, trainer, errs[i], records[i]))
	}
	return all
}

// same fails where trainings side by side differ from those alone, and counts those that fail both ways.
func same(t *testing.T, text string, changes []string) (failed int) {
	t.Helper()
	want, got := alone(t, trainers(t, text, changes)), abreast(t, trainers(t, text, changes))
	for i := range want {
		if want[i].err != "" {
			failed++
		}
		if reflect.DeepEqual(want[i], got[i]) {
			continue
		}
		if want[i].err != got[i].err {
			t.Fatalf("training %d of %d (%s): %q, and alone %q", i+1, len(want), changes[i], got[i].err, want[i].err)
		}
		for n := range min(len(want[i].records), len(got[i].records)) {
			if want[i].records[n] != got[i].records[n] {
				t.Fatalf("training %d of %d (%s), line %d of %d:\n%s, and alone\n%s", i+1, len(want), changes[i], n, len(want[i].records), got[i].records[n], want[i].records[n])
			}
		}
		t.Fatalf("training %d of %d (%s): %d lines, and alone %d", i+1, len(want), changes[i], len(got[i].records), len(want[i].records))
	}
	return failed
}

// needLanes skips a test of what builds do not have that round products and sums together.
func needLanes(t *testing.T) {
	if train.Lanes(trainers(t, string(examples.Paper("iris")), []string{"seed=1", "seed=2", "seed=3"})) == 0 {
		if runtime.GOARCH == "amd64" && os.Getenv("GOAMD64") == "" {
			t.Fatal("three irises do not go side by side")
		}
		t.Skip("networks do not go side by side in this build")
	}
}

// TestTogetherIris: eight trainings of the authors' program on other splits, and of fewer lanes, have the bits that they have alone.
func TestTogetherIris(t *testing.T) {
	for n := 1; n <= 9; n += 2 {
		var changes []string
		for i := range n {
			changes = append(changes, fmt.Sprintf("seed=%d learn.rate=%g learn.epochs=%d", 3*i+n, 0.002*float64(1+i), 12-i))
		}
		same(t, string(examples.Paper("iris")), changes)
	}
}

// randomSpec is a random experiment on the irises or on targets.
func randomSpec(r *rand.Rand) (text, change string) {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	rows := pick("5-4-3-2", "4-3-2", "6-5-4", "5-4-5-4")
	text = fmt.Sprintf("elastrain: 1\nseed: 1\nnetwork: {lattice: triangular, rows: %s, spacing: 16 mm}\nmaterial: {young: 0.55 MPa, thickness: 2 mm}\n", rows)
	text += "bonds: {width: " + pick("1.5..2.5 mm, start: 2 mm", "0.2..3 mm, start: random", "0.2..3 mm, start: random", "0.000001..3 mm, start: random", "0.0000000000000001..3 mm, start: 1 mm") + "}\n"
	last := map[string]int{"5-4-3-2": 5, "4-3-2": 4, "6-5-4": 6, "5-4-5-4": 5}[rows]
	text += fmt.Sprintf("supports: {pinned: [1, %d]}\n", last)
	if r.IntN(3) > 0 {
		loss := pick("cross-entropy", "cross-entropy", "softmax", "hinge", "fisher")
		text += "task:\n  kind: classification\n  data: iris\n  split: 70 %\n  inputs:\n    - {node: 8, along: -y, force: 49 mN, feature: sepal length}\n    - {node: 7, along: -y, force: 49 mN, feature: sepal width}\n    - {node: 9, along: -y, force: 49 mN, feature: petal length}\n    - {node: 3, along: -y, force: 49 mN, feature: petal width, complement: true}\n"
		text += "  outputs:\n    - {node: 9, along: x, class: setosa}\n    - {node: 2, along: x, class: versicolor}\n    - {node: 7, along: x, class: virginica}\n  loss: " + loss + "\n"
		if r.IntN(2) > 0 {
			text += "  validation: {share: 20 %}\n"
		}
	} else {
		text += "task:\n  kind: behaviour\n  cases:\n"
		for _, want := range []string{"0.1", "-0.2"} {
			text += "    - push: [{node: 9, along: -y, force: 49 mN}]\n      want: [{node: 7, along: y, move: " + want + " mm}]\n"
		}
	}
	method := pick("adam", "adam", "momentum", "gradient-descent")
	text += fmt.Sprintf("learn:\n  method: %s\n  epochs: %d\n  bounds: %s\n", method, 1+r.IntN(6), pick("sigmoid", "projection"))
	if strings.Contains(text, "iris") && r.IntN(4) > 0 {
		text += fmt.Sprintf("  batch: %d\n", []int{7, 16, 40}[r.IntN(3)])
	}
	if r.IntN(3) == 0 {
		change = fmt.Sprintf("learn.stop.loss=%g", 0.5+r.Float64())
	}
	if strings.Contains(text, "validation") {
		change += pick("", "", " learn.keep=best", " learn.stop.patience=2", " learn.keep=best learn.stop.patience=1")
	}
	return text, change
}

// manyTrials is the environment variable that gives the number of experiments of TestTogetherRandom.
const manyTrials = "ELASTRAIN_LANES"

// TestTogetherRandom: of random small networks, tasks, methods, seeds and rates, every lane has the bits of the training alone; also where networks
// become mechanisms, or so soft that they leave their lanes.
func TestTogetherRandom(t *testing.T) {
	needLanes(t)
	r := rand.New(rand.NewPCG(15, 8))
	lanes, failed, trials := 0, 0, 30
	if n, err := strconv.Atoi(os.Getenv(manyTrials)); err == nil {
		trials = n
	}
	for trial := range trials {
		text, change := randomSpec(r)
		var changes []string
		for range 1 + r.IntN(9) {
			changes = append(changes, fmt.Sprintf("seed=%d learn.rate=%g %s", r.IntN(50), math.Pow(10, -3+4*r.Float64()), change))
		}
		t.Run(fmt.Sprint(trial), func(t *testing.T) {
			lanes += train.Lanes(trainers(t, text, changes))
			failed += same(t, text, changes)
		})
	}
	t.Logf("%d trainings in lanes, %d failed", lanes, failed)
	if lanes < 60 || failed < 5 {
		t.Errorf("%d trainings in lanes, and %d that failed, are too few to show anything", lanes, failed)
	}
}

// TestTogetherLeaves: a network that becomes a mechanism in its third epoch fails as it does alone, in the same words, and those beside it do not notice.
func TestTogetherLeaves(t *testing.T) {
	needLanes(t)
	text := strings.Replace(string(examples.Paper("iris")), "width: 1.5..2.5 mm", "width: 0.0000000000000001..2.5 mm", 1)
	text = strings.Replace(text, "bounds: sigmoid", "bounds: projection", 1)
	text = strings.Replace(text, "  compat: li-mao-2024\n", "", 1)
	text = strings.Replace(text, "  steepness: 5\n", "", 1)
	changes := []string{"learn.epochs=9", "learn.epochs=9 learn.rate=0.5", "learn.epochs=9 seed=2", "learn.epochs=7 learn.rate=0.3"}
	if n := train.Lanes(trainers(t, text, changes)); n != len(changes) {
		t.Fatalf("%d of them go side by side", n)
	}
	if failed := same(t, text, changes); failed != 2 {
		t.Errorf("%d failed", failed)
	}
}

// TestTogetherPaused: whoever ends trainings ends all of them, and each with an error.
func TestTogetherPaused(t *testing.T) {
	stop := errors.New("enough")
	for _, after := range []int{1, 20, 60} {
		list := trainers(t, string(examples.Paper("iris")), []string{"seed=1", "seed=2", "seed=3"})
		asked := 0
		errs := train.Together(list, train.Company{Pause: func(i, epochs int) error {
			if asked++; asked > after {
				return stop
			}
			return nil
		}})
		for i, err := range errs {
			if err != stop || list[i].Done {
				t.Errorf("training %d: %v, done %v", i, err, list[i].Done)
			}
		}
	}
}

// TestTogetherNoGarbage: steps in lanes allocate nothing.
func TestTogetherNoGarbage(t *testing.T) {
	allocations := func(epochs int) float64 {
		return testing.AllocsPerRun(1, func() {
			list := trainers(t, string(examples.Paper("iris")), []string{"seed=1", "seed=2", "seed=3"})
			for _, trainer := range list {
				trainer.Plan.Epochs = epochs
			}
			train.Together(list, train.Company{})
		})
	}
	few, many := allocations(20), allocations(220)
	if more := (many - few) / 200; more > 0.5 {
		t.Errorf("%.1f allocations an epoch of 7 steps and three lanes (%g, %g)", more, few, many)
	}
}
