package rigtest

import (
	"errors"
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// loads compares the slopes by inputs that a learn.Loadable tells with central differences.
func (c *Case) loads(fail func(string, ...any)) {
	rig, ok := c.Rig.(learn.Loadable)
	if !ok || c.Set.N == 0 {
		return
	}
	n, p, q := min(c.Set.N, 2), c.Set.P, c.Set.Q
	set := &task.Set{N: n, P: p, Q: q, F: append([]float64(nil), c.Set.F[:n*p]...), Signed: c.Set.Signed}
	out, slope := make([]float64, n*q), make([]float64, n*q)
	for i := range slope {
		slope[i] = math.Cos(float64(2*i + 1))
	}
	value := func() (float64, error) {
		sum, err := 0.0, rig.Forward(learn.Batch{Set: set}, out)
		for i, v := range out {
			sum += slope[i] * v
		}
		return sum, err
	}
	f := make([]float64, n*p)
	if _, err := value(); err != nil {
		fail("no outputs: %v", err)
		return
	}
	if err := rig.LoadSlopes(slope, f); errors.Is(err, learn.ErrNoLoadSlopes) {
		return
	} else if err != nil {
		fail("no slopes by inputs: %v", err)
		return
	}
	size, worst, largest := 0.0, 0.0, 0.0
	for _, v := range set.F {
		size = math.Max(size, math.Abs(v))
	}
	for i, v := range set.F {
		h := 1e-4 * size
		set.F[i] = v + h
		up, err := value()
		set.F[i] = v - h
		down, err2 := value()
		set.F[i] = v
		if err != nil || err2 != nil {
			continue // an input at an end of its range
		}
		d := (up - down) / (2 * h)
		worst, largest = math.Max(worst, math.Abs(d-f[i])), math.Max(largest, math.Abs(d))
	}
	if !(worst <= math.Max(c.Tolerance, 1e-6)*largest) {
		fail("slopes by inputs are off by %.1e of the largest", worst/largest)
	}
}
