package train_test

import (
	"math"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/train"
)

// saved is what a checkpoint has to hold.
type saved struct {
	point    []float64
	epoch    int
	steps    int
	firstKKT float64
	state    []optim.Field
	judged   []optim.Field // of the best epoch, and of what may stand still
}

func save(t *train.Trainer) saved {
	s := saved{slices.Clone(t.Point), t.Epoch, t.Steps, t.FirstKKT, nil, nil}
	for _, f := range t.Method.State() {
		s.state = append(s.state, optim.Field{Name: f.Name, Data: slices.Clone(f.Data)})
	}
	for _, f := range judged(t) {
		s.judged = append(s.judged, optim.Field{Name: f.Name, Data: slices.Clone(f.Data)})
	}
	return s
}

// judged is the live state of what epochs are compared by.
func judged(t *train.Trainer) []optim.Field { return append(t.BestState(), t.WatchState()...) }

// A run taken up after any epoch ends in the same bits, for the same reason, as
// one that was left alone.
func TestResumeIsBitwise(t *testing.T) {
	for _, test := range []struct {
		name      string
		text      string
		overrides []string
	}{
		{"adam", iris, nil},
		{"adam, behind a sigmoid", iris, []string{"learn.bounds=sigmoid", "learn.steepness=5"}},
		{"replay of the authors", iris, []string{"learn.compat=li-mao-2024", "learn.bounds=sigmoid", "learn.steepness=5"}},
		{"momentum", iris, []string{"learn.method=momentum"}},
		{"gradient descent, whole set", iris, []string{"learn.method=gradient-descent", "learn.batch=all", "learn.epochs=8"}},
		{"adam until the slope is small", displacements("-0.6"), []string{"learn.method=adam", "learn.epochs=200", "learn.stop.gradient=0.1"}},
		{"l-bfgs", displacements("-0.8"), []string{"learn.method=l-bfgs"}},
		{"levenberg-marquardt", displacements("-0.8"), nil},
		{"frank-wolfe", ratio, nil},
		{"steps", iris, []string{"learn.schedule=step", "learn.every=2", "learn.epochs=9", "learn.warm_up=5"}},
		{"an exponential", iris, []string{"learn.schedule=exponential", "learn.every=3", "learn.factor=0.3", "learn.method=momentum", "learn.epochs=9"}},
		{"a plateau by the validation part", iris, []string{"learn.rate=0.3", "learn.schedule=plateau", "learn.patience=2", "learn.epochs=30", "task.validation.share=30%", "learn.keep=best"}},
		{"a plateau by the training part", displacements("-0.6"), []string{"learn.method=adam", "learn.rate=0.3", "learn.schedule=plateau", "learn.patience=1", "learn.gain=1%", "learn.epochs=60"}},
		{"early stopping", iris, []string{"learn.rate=0.3", "learn.epochs=90", "learn.stop.patience=6", "task.validation.share=30%", "learn.score=accuracy", "learn.keep=best"}},
		{"the best on the training part", iris, []string{"learn.rate=0.3", "learn.epochs=20", "learn.keep=best", "learn.score=training-loss"}},
		{"l-bfgs on classes", iris, []string{"learn.method=l-bfgs", "learn.batch=all", "learn.epochs=30", "task.loss=fisher"}},
	} {
		whole := begin(t, test.text, test.overrides...)
		var at []saved
		var records []train.Record
		at = append(at, save(whole))
		last, err := whole.Run(func(r train.Record) {
			at, records = append(at, save(whole)), append(records, r)
		})
		if err != nil {
			t.Fatal(err)
		}
		for from := 0; from < len(at)-1; from += 1 + len(at)/8 {
			again := begin(t, test.text, test.overrides...)
			s := at[from]
			again.Point, again.Epoch, again.Steps, again.FirstKKT = slices.Clone(s.point), s.epoch, s.steps, s.firstKKT
			if err := again.Method.Restore(s.state); err != nil {
				t.Fatal(err)
			}
			for i, f := range judged(again) {
				copy(f.Data, s.judged[i].Data)
			}
			epoch := from
			end, err := again.Run(func(r train.Record) {
				if !sameRecord(r, records[epoch]) {
					t.Errorf("%s, taken up after epoch %d: epoch %d gives %+v, not %+v", test.name, from, epoch+1, r, records[epoch])
				}
				epoch++
			})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(again.Point, whole.Point) || !sameRecord(end, last) || again.Epoch != whole.Epoch || again.Steps != whole.Steps || again.Why != whole.Why {
				t.Errorf("%s, taken up after epoch %d: ends after epoch %d (%s), not %d (%s)", test.name, from, again.Epoch, again.Why, whole.Epoch, whole.Why)
			}
		}
	}
}

// sameRecord compares bits, so that NaN equals NaN.
func sameRecord(a, b train.Record) bool {
	numbers := func(r train.Record) []float64 {
		return []float64{r.Train.Loss, r.Train.Accuracy, r.Train.Relative, r.Test.Loss, r.Test.Accuracy, r.Test.Relative, r.StepLoss}
	}
	bits := func(x float64) uint64 {
		if math.IsNaN(x) {
			return 1
		}
		return math.Float64bits(x)
	}
	x, y := numbers(a), numbers(b)
	for i := range x {
		if bits(x[i]) != bits(y[i]) {
			return false
		}
	}
	return a.Epoch == b.Epoch && a.Steps == b.Steps
}
