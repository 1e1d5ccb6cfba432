package specimen

import (
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Rule measures the gradient on another specimen at every step of a training: the step is the number of the specimen, so that a
// training which was killed goes on with the same ones, whatever it did before. What it learns is the network as it is drawn:
// the derivative by ln of a parameter goes straight through what multiplies it. Outside of steps it is the rule that it wraps.
type Rule struct {
	learn.Rule
	Faults Faults

	step   int
	k      []float64 // as it is drawn
	shaken []float64
}

var _ learn.Stepping = (*Rule)(nil)

// NewRule wraps a rule.
func NewRule(rule learn.Rule, faults Faults) *Rule {
	return &Rule{Rule: rule, Faults: faults, step: -1}
}

// AtStep implements learn.Stepping.
func (r *Rule) AtStep(step int) { r.step = step }

// Gradient implements learn.Rule.
func (r *Rule) Gradient(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (value float64, err error) {
	if r.step < 0 {
		return r.Rule.Gradient(rig, loss, batch, g)
	}
	number := uint64(r.step)
	shakes := r.Faults.Scatter > 0 || r.Faults.Drift > 0
	if shakes {
		r.k = append(r.k[:0], rig.Stiffness()...)
		r.shaken = append(r.shaken[:0], r.k...)
		r.Faults.Scattered(number, r.shaken)
		r.Faults.Drifted(number, r.shaken)
		if err := rig.SetStiffness(r.shaken); err != nil {
			return 0, err
		}
	}
	value, err = r.Rule.Gradient(r.Faults.Read(number, rig), loss, batch, g)
	if !shakes {
		return value, err
	}
	for i, v := range r.shaken {
		if v != r.k[i] {
			g[i] *= v / r.k[i]
		}
	}
	if back := rig.SetStiffness(r.k); err == nil {
		err = back
	}
	return value, err
}
