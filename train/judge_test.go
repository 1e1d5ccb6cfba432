package train_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/train"
)

// scoresOf are the records of a training whose rate does not fall and that nothing ends early.
func scoresOf(t *testing.T, overrides ...string) []train.Record {
	t.Helper()
	var records []train.Record
	if _, err := begin(t, iris, overrides...).Run(func(r train.Record) { records = append(records, r) }); err != nil {
		t.Fatal(err)
	}
	return records
}

// Whatever patience and gain, a training ends at the epoch that its scores say when they are read from the beginning, and the best is where they
// say; it has not looked at its number of epochs for that.
func TestEarlyStoppingByItsRecords(t *testing.T) {
	common := []string{"learn.rate=0.4", "learn.epochs=60", "task.validation.share=30%", "task.closed=true"}
	records := scoresOf(t, common...)
	random := rand.New(rand.NewPCG(3, 5))
	early := 0
	for range 40 {
		by := []string{"loss", "accuracy", "training-loss"}[random.IntN(3)]
		patience, gain := 1+random.IntN(60), []float64{0, 0, 0.01, 0.1}[random.IntN(4)]
		at, best, since := 0, math.NaN(), 0
		for _, r := range records {
			now := map[string]float64{"loss": r.Valid.Loss, "accuracy": -r.Valid.Accuracy, "training-loss": r.Train.Loss}[by]
			least := gain * math.Abs(best)
			if by == "accuracy" {
				least = gain
			}
			if math.IsNaN(best) || now < best-least {
				best, since = now, r.Epoch
			}
			if at = r.Epoch; at-since >= patience {
				early++
				break
			}
		}
		trainer := begin(t, iris, append(common, fmt.Sprintf("learn.stop={patience: %d, gain: %g}", patience, gain), "learn.score="+by)...)
		last := finish(t, trainer)
		verdict, err := trainer.Verdict()
		if err != nil {
			t.Fatal(err)
		}
		if trainer.Epoch != at || last.Train.Loss != records[at-1].Train.Loss {
			t.Errorf("by %s, patience %d, gain %g: ends after epoch %d (%s), not %d", by, patience, gain, trainer.Epoch, trainer.Why, at)
		}
		switch ended := at-since >= patience; {
		case ended != (verdict.Early != nil):
			t.Errorf("by %s, patience %d, gain %g: early stop %+v", by, patience, gain, verdict.Early)
		case ended && (verdict.Early.Epoch != since || math.Abs(verdict.Early.Best) != math.Abs(best) || !strings.Contains(verdict.Text, "has not become better for") ||
			!strings.Contains(verdict.Text, "more `learn.stop.patience`") || strings.Contains(verdict.Text, "may improve it")):
			t.Errorf("by %s: %+v, not %g since %d: %s", by, verdict.Early, best, since, verdict.Text)
		case !ended && trainer.Why != train.LastEpoch:
			t.Errorf("by %s: ends because %s", by, trainer.Why)
		}
	}
	if early < 10 || early > 35 {
		t.Errorf("%d of 40 end early: too few or too many to say anything", early)
	}
}

// A rate that falls when the score stands still falls where the records of that training say, and by its factor; what follows is another training.
func TestPlateauByItsRecords(t *testing.T) {
	for _, patience := range []int{1, 3} {
		trainer := begin(t, iris, "learn.rate=0.4", "learn.epochs=40", "task.validation.share=30%", "learn.schedule=plateau", "learn.factor=0.25", fmt.Sprintf("learn.patience=%d", patience))
		lowered := func() int { return trainer.Method.(interface{ Lowerings() int }).Lowerings() }
		best, since, falls := math.NaN(), 0, 0
		if _, err := trainer.Run(func(r train.Record) {
			if math.IsNaN(best) || r.Valid.Loss < best {
				best, since = r.Valid.Loss, r.Epoch
			}
			if r.Epoch-since >= patience {
				falls, since = falls+1, r.Epoch
			}
			if lowered() != falls {
				t.Errorf("patience %d, epoch %d: lowered %d times, not %d", patience, r.Epoch, lowered(), falls)
			}
		}); err != nil {
			t.Fatal(err)
		}
		if falls < 2 {
			t.Errorf("patience %d: it falls %d times, so nothing is seen", patience, falls)
		}
	}
}

// The best epoch is that of the chosen score, first of equals.
func TestBestByItsRecords(t *testing.T) {
	common := []string{"learn.rate=0.4", "learn.epochs=30", "task.validation.share=30%"}
	records := scoresOf(t, common...)
	found := map[int]bool{}
	for by, better := range map[string]func(a, b train.Record) bool{
		"": func(a, b train.Record) bool {
			return a.Valid.Accuracy > b.Valid.Accuracy || a.Valid.Accuracy == b.Valid.Accuracy && a.Valid.Loss < b.Valid.Loss
		},
		"loss":          func(a, b train.Record) bool { return a.Valid.Loss < b.Valid.Loss },
		"training-loss": func(a, b train.Record) bool { return a.Train.Loss < b.Train.Loss },
	} {
		best := records[0]
		for _, r := range records {
			if better(r, best) {
				best = r
			}
		}
		more := append(common, "learn.keep=best")
		if by != "" {
			more = append(more, "learn.score="+by)
		}
		trainer := begin(t, iris, more...)
		end := finish(t, trainer)
		epoch, _, ok := trainer.Best()
		if !ok || epoch != best.Epoch || end.Train.Loss != best.Train.Loss || end.Valid.Loss != best.Valid.Loss {
			t.Errorf("by %q epoch %d is kept, and %d is best", by, epoch, best.Epoch)
		}
		found[epoch] = true
	}
	if len(found) < 2 {
		t.Error("all scores choose the same epoch: take another seed")
	}
}

// The best of all epochs is kept, also of a long training of which not every epoch is recorded: after as many epochs a shorter one has the same.
func TestBestIsNoMatterOfRecords(t *testing.T) {
	overrides := []string{"learn.rate=0.4", "task.validation.share=30%", "learn.keep=best"}
	long, short := begin(t, iris, append(overrides, "learn.epochs=20003")...), begin(t, iris, append(overrides, "learn.epochs=5000")...)
	unrecorded := 0
	for range 20 {
		for _, trainer := range []*train.Trainer{long, short} {
			if err := trainer.Advance(); err != nil {
				t.Fatal(err)
			}
		}
		a, _, _ := long.Best()
		b, _, ok := short.Best()
		if !ok || a != b {
			t.Errorf("after %d epochs the best is %d of many and %d of fewer", long.Epoch, a, b)
		}
		if !long.Recorded() && a == long.Epoch {
			unrecorded++
		}
	}
	if unrecorded == 0 {
		t.Error("no best epoch is one that is not recorded, so nothing is seen")
	}
}
