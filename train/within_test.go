package train_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/train"
)

// Paused after every step, saved and taken up again by another trainer, an epoch ends in the same bits.
func TestPausesWithinEpochs(t *testing.T) {
	overrides := []string{"learn.batch=10", "learn.epochs=3", "learn.schedule=cosine"}
	whole := begin(t, iris, overrides...)
	last, err := whole.Run(nil)
	if err != nil {
		t.Fatal(err)
	}
	part, pauses := begin(t, iris, overrides...), 0
	for !part.Done {
		if err := part.AdvanceUntil(func() bool { return true }); err != nil {
			t.Fatal(err)
		}
		if part.Within == (train.Within{}) {
			continue
		}
		pauses++
		next, s := begin(t, iris, overrides...), save(part)
		copy(next.Point, s.point)
		next.Epoch, next.Steps, next.Within, next.FirstKKT = s.epoch, s.steps, part.Within, s.firstKKT
		if err := next.Method.Restore(s.state); err != nil {
			t.Fatal(err)
		}
		part = next
	}
	record, err := part.Score()
	if err != nil {
		t.Fatal(err)
	}
	if pauses != 3*(whole.Steps/3-1) || part.Steps != whole.Steps {
		t.Errorf("%d pauses in %d steps", pauses, part.Steps)
	}
	for i, v := range whole.Point {
		if math.Float64bits(part.Point[i]) != math.Float64bits(v) {
			t.Fatalf("variable %d ends at %g, not %g", i+1, part.Point[i], v)
		}
	}
	if record.StepLoss != last.StepLoss || record.Train != last.Train && !math.IsNaN(last.Train.Relative) {
		t.Errorf("%+v, not %+v", record, last)
	}
}
