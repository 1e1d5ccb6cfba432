package measurement

import (
	"errors"
	"math"
	"slices"

	"github.com/elastrain/elastrain/task"
)

// Rules that change stiffnesses to see what that does look at the lattice as it is set otherwise, and only at its outputs: within one gradient
// the ask says what it is set to (Ask.At), and whoever answers sets it.

// look is a setting at which a rule looked, with what is known of the loss there.
type look struct {
	theta    []float64
	variance float64 // of the sum of the losses, from the noise of the outputs
}

// errElsewhere refuses products of states of two lattices.
var errElsewhere = errors.New("a lattice that is set otherwise than its step has it shows its outputs alone; use a rule that reads no elongations there")

// look lets what follows be of a lattice that is set to k.
func (r *Rig) look(k []float64) error {
	if slices.Equal(k, r.e.Theta) {
		r.at = nil
		return nil
	}
	for _, v := range k {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return errors.New("a bond is to have a stiffness that is no number")
		}
	}
	r.at = slices.Clone(k)
	return nil
}

// Ranges implements learn.Ranged.
func (r *Rig) Ranges() (lo, hi []float64) { return r.e.Ranges[0], r.e.Ranges[1] }

// note keeps what the noise of the outputs that were measured last does to the loss, where that is of another setting or a look.
func (r *Rig) note() {
	if r.at == nil && !r.e.Valued {
		return
	}
	slope, variance := make([]float64, len(r.u)), 0.0
	task.Total(r.e.Loss, r.batch.Set, r.batch.Rows, r.u, slope)
	for i, s := range slope {
		if v := s * r.sigma[i]; v*v > 0 {
			variance += v * v
		}
	}
	if n := len(r.looked); n > 0 && !r.e.Valued && slices.Equal(r.looked[n-1].theta, r.at) { // a large batch comes in parts
		r.looked[n-1].variance += variance
		return
	}
	r.looked = append(r.looked, look{r.at, variance})
}

// differ adds to variances (of sums) what is not known of differences of the losses of pairs of settings.
func (r *Rig) differ(variances []float64, mean float64) {
	for n := 0; n+1 < len(r.looked); n += 2 {
		a, b := &r.looked[n], &r.looked[n+1]
		for i, v := range a.theta {
			if d := v - b.theta[i]; d != 0 && i < len(variances) {
				variances[i] += (a.variance + b.variance) / (d * d)
			}
		}
	}
	r.looked = nil
}
