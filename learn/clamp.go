package learn

import (
	"errors"
	"math"
)

// Clamping is a Rig that can hold its outputs where a rule wants them, as a stage does. Any other Energetic rig is brought
// there by loads; see Clamp.
type Clamping interface {
	Energetic
	// Clamp loads the inputs, holds output o at want[o] (m; NaN: it is left free), adds scale times dW/dtheta of that state to g,
	// and sets pull to the forces that this takes.
	Clamp(in, want []float64, scale float64, pull, g []float64) error
}

// ErrClamp says that no loads bring the outputs where they are wanted.
var ErrClamp = errors.New("no loads at the outputs bring them where they are to be held: their displacements depend on each other, or it is too far")

// Clamp is Clamping.Clamp on any rig: by its own clamps, or by loads at its outputs that are found by Newton's method.
func Clamp(rig Energetic, in, want []float64, scale float64, pull, g []float64) error {
	if c, ok := rig.(Clamping); ok {
		return c.Clamp(in, want, scale, pull, g)
	}
	if err := ClampLoads(rig, in, want, pull); err != nil {
		return err
	}
	return rig.EnergyRate(in, pull, scale, make([]float64, len(want)), g)
}

// clampTrials is how often Newton's method may try.
const clampTrials = 30

// ClampLoads sets pull to the loads that hold output o at want[o] (NaN: free) beside the inputs. It asks only what small loads
// at the outputs do.
func ClampLoads(rig Rig, in, want, pull []float64) error {
	q := len(want)
	clear(pull)
	var held []int
	for o, v := range want {
		if !math.IsNaN(v) {
			held = append(held, o)
		}
	}
	at, moved := Measurement{Out: make([]float64, q)}, Measurement{Out: make([]float64, q)}
	push, err := Push(rig, in)
	if err != nil {
		return err
	}
	n, last, small := len(held), math.Inf(1), 1e-4*push
	if small == 0 {
		small = 1e-6
	}
	for range clampTrials {
		if err := rig.Apply(in, pull, &at); err != nil {
			return err
		}
		missing, far, size := make([]float64, n), 0.0, 0.0
		for i, o := range held {
			missing[i] = want[o] - at.Out[o]
			far = max(far, math.Abs(missing[i]))
			size = max(size, math.Abs(want[o]), math.Abs(at.Out[o]))
		}
		if far <= 1e-12*size || far <= 1e-9*size && far >= last/2 {
			return nil
		}
		last = far
		matrix := make([]float64, n*n)
		for j, o := range held {
			pull[o] += small
			err := rig.Apply(in, pull, &moved)
			if pull[o] -= small; err != nil {
				return err
			}
			for i, p := range held {
				matrix[i*n+j] = (moved.Out[p] - at.Out[p]) / small
			}
		}
		if !solve(matrix, missing) {
			return ErrClamp
		}
		for i, o := range held {
			pull[o] += missing[i]
		}
	}
	return ErrClamp
}

// largest is the largest magnitude.
func largest(v []float64) float64 {
	most := 0.0
	for _, x := range v {
		most = max(most, math.Abs(x))
	}
	return most
}

// solve replaces b by a^-1 b (a n x n, overwritten), with pivots; false where a is singular.
func solve(a, b []float64) bool {
	n := len(b)
	size := largest(a)
	for c := range n {
		pivot := c
		for r := c + 1; r < n; r++ {
			if math.Abs(a[r*n+c]) > math.Abs(a[pivot*n+c]) {
				pivot = r
			}
		}
		if !(math.Abs(a[pivot*n+c]) > 1e-10*size) {
			return false
		}
		for k := range n {
			a[c*n+k], a[pivot*n+k] = a[pivot*n+k], a[c*n+k]
		}
		b[c], b[pivot] = b[pivot], b[c]
		for r := c + 1; r < n; r++ {
			f := a[r*n+c] / a[c*n+c]
			for k := c; k < n; k++ {
				a[r*n+k] -= f * a[c*n+k]
			}
			b[r] -= f * b[c]
		}
	}
	for c := n - 1; c >= 0; c-- {
		for k := c + 1; k < n; k++ {
			b[c] -= a[c*n+k] * b[k]
		}
		b[c] /= a[c*n+c]
	}
	return true
}
