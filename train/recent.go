package train

import (
	"fmt"
	"math"
	"strings"
)

// mostRecent is how many records of epochs a trainer remembers.
const mostRecent = 10

// still is the share of itself that a loss must have come down by over the epochs that are looked at to count as falling.
const still = 0.01

// Recall gives a trainer the records of its epochs so far, first to last, which it has not where it went on from a checkpoint.
func (t *Trainer) Recall(records []Record) {
	t.recent = t.recent[:0]
	for _, r := range records {
		t.remember(r)
	}
}

func (t *Trainer) remember(r Record) {
	if n := len(t.recent); n == mostRecent {
		copy(t.recent, t.recent[1:])
		t.recent = t.recent[:n-1]
	}
	t.recent = append(t.recent, r)
}

// byBatches says what there is to know of a training by small batches that has ended: where the losses went over the last epochs, and
// what would help. A slope over the whole set says little there: steps that are noisy end beside an optimum.
func (t *Trainer) byBatches(bounds string) string {
	window := t.recent
	if most := max(3, t.Epoch/5+1); len(window) > most {
		window = window[len(window)-most:]
	}
	if len(window) < 2 {
		return fmt.Sprintf("Trained by small batches until %s; %s. More epochs may improve it.", t.Why, bounds)
	}
	first, last := &window[0], &window[len(window)-1]
	told := []string{"loss " + went(first.Train.Loss, last.Train.Loss)}
	validates := !math.IsNaN(first.Valid.Loss) && !math.IsNaN(last.Valid.Loss)
	if validates {
		told = append(told, "validation loss "+went(first.Valid.Loss, last.Valid.Loss))
		if a, b := first.Valid.Accuracy, last.Valid.Accuracy; !math.IsNaN(a) && !math.IsNaN(b) {
			told = append(told, fmt.Sprintf("validation accuracy %.4g to %.4g %%", 100*a, 100*b))
		}
	}
	way := "more epochs as they are would change little: another rate, schedule or network may"
	switch falls, helps := falling(first.Train.Loss, last.Train.Loss), falling(first.Valid.Loss, last.Valid.Loss); {
	case t.tired():
		way = "more epochs would not change it, more `learn.stop.patience` may"
	case validates && falls && !helps:
		way = "more epochs would fit the training part more closely and the validation part no better: more data, `augment`, or `keep: best` may help"
	case falls || validates && helps:
		way = "more epochs may improve it, asked for from the beginning where a schedule ends with the last"
	}
	return fmt.Sprintf("Trained by small batches until %s. From epoch %d to %d: %s; %s; %s.", t.Why, first.Epoch, last.Epoch, strings.Join(told, ", "), bounds, way)
}

// falling reports whether a loss still comes down.
func falling(from, to float64) bool { return from-to > still*math.Abs(from) }

// went is where a loss went.
func went(from, to float64) string {
	how := "hardly changed"
	switch {
	case falling(from, to):
		how = "still falling"
	case falling(-from, -to):
		how = "rising"
	}
	return fmt.Sprintf("%.4g to %.4g (%s)", from, to, how)
}
