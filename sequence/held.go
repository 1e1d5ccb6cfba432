package sequence

import (
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// held is another rule to whose loss is added what change costs:
//
//	cost * mean of ((k - at) / width)^2
//
// Parameters are held near to where they have been.
type held struct {
	learn.Rule
	at, width []float64 // len M; one of width 0 is free
	cost      float64
}

// AtStep implements learn.Stepping.
func (r *held) AtStep(step int) {
	if of, ok := r.Rule.(learn.Stepping); ok {
		of.AtStep(step)
	}
}

// Gradient implements learn.Rule.
func (r *held) Gradient(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	value, err := r.Rule.Gradient(rig, loss, batch, g)
	if err != nil {
		return value, err
	}
	for i, k := range rig.Stiffness() {
		if w := r.width[i]; w > 0 {
			d := (k - r.at[i]) / w
			value += r.cost * d * d / float64(len(g))
			g[i] += 2 * r.cost * d / w / float64(len(g))
		}
	}
	return value, nil
}
