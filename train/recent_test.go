package train_test

import (
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/train"
)

// After small batches a verdict says where loss and validation stood over the last epochs, and nothing of slopes over the whole set or
// of methods that take no batches; a trainer that goes on from a checkpoint says the same once it has the records.
func TestVerdictAfterBatches(t *testing.T) {
	trainer := begin(t, iris, "learn.batch=20", "learn.epochs=12")
	var records []train.Record
	if _, err := trainer.Run(func(r train.Record) { records = append(records, r) }); err != nil {
		t.Fatal(err)
	}
	verdict := func() string {
		v, err := trainer.Verdict()
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"KKT", "l-bfgs", "nobody knows", "first order"} {
			if strings.Contains(v.Text, word) {
				t.Errorf("%q has %q", v.Text, word)
			}
		}
		return v.Text
	}
	own := verdict()
	if !strings.Contains(own, "From epoch 10 to 12: loss ") || !strings.Contains(own, " on a bound (") {
		t.Error(own)
	}
	trainer.Recall(nil)
	if verdict() == own {
		t.Error("without records it says the same")
	}
	trainer.Recall(records)
	if again := verdict(); again != own {
		t.Errorf("%q, and recalled %q", own, again)
	}
	for _, c := range []struct {
		loss, valid [2]float64
		says        []string
	}{
		{[2]float64{0.2, 0.1}, [2]float64{0.3, 0.2}, []string{"loss 0.2 to 0.1 (still falling), validation loss 0.3 to 0.2 (still falling)", "more epochs may improve it"}},
		{[2]float64{0.2, 0.1}, [2]float64{0.3, 0.4}, []string{"validation loss 0.3 to 0.4 (rising)", "would fit the training part more closely"}},
		{[2]float64{0.2, 0.1999}, [2]float64{0.3, 0.2999}, []string{"(hardly changed), validation", "would change little"}},
		{[2]float64{0.2, 0.1}, [2]float64{math.NaN(), math.NaN()}, []string{"From epoch 11 to 12: loss 0.2 to 0.1 (still falling); ", "more epochs may improve it"}},
	} {
		var told []train.Record
		for i := range 2 {
			told = append(told, train.Record{Epoch: 11 + i, Train: learn.Score{Loss: c.loss[i]}, Valid: learn.Score{Loss: c.valid[i], Accuracy: math.NaN()}})
		}
		trainer.Recall(told)
		for _, words := range c.says {
			if text := verdict(); !strings.Contains(text, words) {
				t.Errorf("%q does not say %q", text, words)
			}
		}
	}
}
