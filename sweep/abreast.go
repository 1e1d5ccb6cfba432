package sweep

import (
	"context"

	"github.com/elastrain/elastrain/train"
)

// SideBySide is the Together that trains small networks of one pattern at once, a network a lane, and all others one after another.
func SideBySide(ctx context.Context, list []*Training) {
	var ready []*Training
	var trainers []*train.Trainer
	for _, t := range list {
		if t.Err == nil {
			ready, trainers = append(ready, t), append(trainers, t.Trainer)
		}
	}
	errs := train.Together(trainers, train.Company{
		See: func(i int, r train.Record) { ready[i].See(r) },
		Pause: func(i, epochs int) error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if ready[i].tooLong(epochs) {
				return errLong
			}
			return nil
		},
	})
	for i, t := range ready {
		t.Err = errs[i]
	}
}
