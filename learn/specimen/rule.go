package specimen

import (
	"math"

	"github.com/elastrain/elastrain/internal/elementary"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Rule measures the gradient on another specimen at every step of a training: the step is the number of the specimen, so that a
// training which was killed goes on with the same ones, whatever it did before. What it learns is the network as it is drawn:
// the derivative by ln of a parameter goes straight through what multiplies it. Outside of steps it is the rule that it wraps.
type Rule struct {
	learn.Rule
	Faults Faults
	// Tares lets every specimen be tared when it is built, before it drifts, as people do who build it: those of a learn.Reading move by as
	// far as the mean readings of the batch do.
	Tares bool

	step   int
	gain   []float64 // squared, of each gauge; nil before the first step
	offset []float64 // as a share of the root mean square
	k      []float64 // as it is drawn
	shaken []float64
	means  [2][]float64
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
		if reading, ok := rig.(*learn.Reading); ok && r.Tares && r.Faults.Scatter > 0 {
			if err := r.tare(reading, batch); err != nil {
				return 0, err
			}
		}
		r.Faults.Drifted(number, r.shaken)
		if err := rig.SetStiffness(r.shaken); err != nil {
			return 0, err
		}
	}
	value, err = r.Rule.Gradient(r.Faults.Read(number, rig), loss, batch, g)
	r.gauge(rig.Stiffness(), g)
	if !shakes {
		return value, err
	}
	for i, v := range r.shaken {
		if v != r.k[i] && r.Faults.suffers(i) {
			g[i] *= v / r.k[i]
		}
	}
	if back := rig.SetStiffness(r.k); err == nil {
		err = back
	}
	return value, err
}

// tare moves the tares of a specimen that is built.
func (r *Rule) tare(reading *learn.Reading, batch learn.Batch) error {
	for i := range r.means {
		if i == 1 {
			if err := reading.SetStiffness(r.shaken); err != nil {
				return err
			}
		}
		var err error
		if r.means[i], err = reading.Means(batch, r.means[i]); err != nil {
			return err
		}
	}
	for c, v := range r.means[1] {
		r.shaken[reading.First()+1+len(r.means[1])+c] += v - r.means[0][c]
	}
	return nil
}

// gauge makes of products of elongations what biased gauges measure of them: the same errors at every step. A gauge that is too
// sensitive is so under the input and under the error, and its product is off by the square. Products of springs of different
// stiffness are compared as k dL/dk.
func (r *Rule) gauge(k, g []float64) {
	f := &r.Faults
	if f.Gain == 0 && f.Offset == 0 {
		return
	}
	if r.gain == nil {
		r.gain, r.offset = make([]float64, len(g)), make([]float64, len(g))
		gain, offset := source(f.Seed, gains, 0), source(f.Seed, offsets, 0)
		for i := range g {
			r.gain[i] = elementary.Exp(2 * f.Gain * gain.NormFloat64())
			r.offset[i] = f.Offset * offset.NormFloat64()
		}
	}
	sum, n := 0.0, 0
	for i, v := range g {
		if f.suffers(i) {
			sum += v * v * k[i] * k[i]
			n++
		}
	}
	size := math.Sqrt(sum / float64(max(n, 1)))
	for i := range g {
		if f.suffers(i) && k[i] != 0 {
			g[i] = r.gain[i]*g[i] + r.offset[i]*size/k[i]
		}
	}
}
