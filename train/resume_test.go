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
}

func save(t *train.Trainer) saved {
	s := saved{slices.Clone(t.Point), t.Epoch, t.Steps, t.FirstKKT, nil}
	for _, f := range t.Method.State() {
		s.state = append(s.state, optim.Field{Name: f.Name, Data: slices.Clone(f.Data)})
	}
	return s
}

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
