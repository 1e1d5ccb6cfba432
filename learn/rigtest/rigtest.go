// Package rigtest is a suite that any learn.Rig must pass: the exact solver, finite deformation, bodies of every physics, a
// specimen that is measured. It is for tests.
package rigtest

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/task"
)

// Case is a rig with what it may be asked.
type Case struct {
	Rig       learn.Rig
	Theta     []float64  // parameters at which to ask; len Modes
	Set       *task.Set  // samples with displacements to reach
	Loss      task.Loss  // of them
	Rule      learn.Rule // nil: in situ backpropagation
	Tolerance float64    // of gradients against differences, as a share of the largest; 0: 1e-7
	Small     float64    // load at an output that changes states little, N; 0: no look at reciprocity
	Positive  bool       // every parameter must be positive
}

// Faults lists what is wrong with a rig, in words; empty for a sound one.
func Faults(c Case) []string {
	var list []string
	fail := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if c.Tolerance == 0 {
		c.Tolerance = 1e-7
	}
	if c.Rule == nil {
		c.Rule = &rule.Backprop{}
	}
	if n := c.Rig.Modes(); n != len(c.Theta) {
		fail("it has %d parameters, and %d are given", n, len(c.Theta))
		return list
	}
	if err := c.Rig.SetStiffness(c.Theta); err != nil {
		fail("its parameters cannot be set: %v", err)
		return list
	}
	for i, v := range c.Rig.Stiffness() {
		if v != c.Theta[i] {
			fail("parameter %d is %g after it was set to %g", i+1, v, c.Theta[i])
			break
		}
	}
	c.gradient(fail)
	c.loads(fail)
	if c.Small > 0 {
		c.reciprocity(fail)
	}
	c.refusals(fail)
	return list
}

// gradient compares the rule's derivatives with central differences of the mean loss.
func (c *Case) gradient(fail func(string, ...any)) {
	batch := learn.Batch{Set: c.Set}
	g := make([]float64, len(c.Theta))
	value, err := c.Rule.Gradient(c.Rig, c.Loss, batch, g)
	if err != nil {
		fail("no gradient: %v", err)
		return
	}
	at := func(theta []float64) float64 {
		if err := c.Rig.SetStiffness(theta); err != nil {
			return math.NaN()
		}
		v, err := learn.MeanLoss(c.Rig, c.Loss, batch)
		if err != nil {
			return math.NaN()
		}
		return v
	}
	if v := at(c.Theta); !(math.Abs(v-value) <= 1e-9*math.Abs(v)) {
		fail("the rule sees the loss %g, and scoring %g", value, v)
	}
	theta := append([]float64(nil), c.Theta...)
	worst, largest := 0.0, 0.0
	for i, v := range c.Theta {
		h := 1e-5 * math.Max(math.Abs(v), 1e-6)
		theta[i] = v + h
		up := at(theta)
		theta[i] = v - h
		down := at(theta)
		theta[i] = v
		d := (up - down) / (2 * h) * v
		worst, largest = math.Max(worst, math.Abs(d-g[i]*v)), math.Max(largest, math.Abs(d))
	}
	if !(worst <= c.Tolerance*largest) {
		fail("derivatives are off by %.1e of the largest", worst/largest)
	}
	if err := c.Rig.SetStiffness(c.Theta); err != nil {
		fail("its parameters cannot be set again: %v", err)
	}
}

// reciprocity: about a state, a small load at output a moves output b as one at b moves a (Maxwell, Betti).
func (c *Case) reciprocity(fail func(string, ...any)) {
	_, q := c.Rig.Ports()
	in := c.Set.Force(0)
	move := func(by int) []float64 {
		out := make([]float64, q)
		var seen [2]learn.Measurement
		for side, sign := range []float64{1, -1} {
			out[by] = sign * c.Small
			seen[side].Out = make([]float64, q)
			if err := c.Rig.Apply(in, out, &seen[side]); err != nil {
				fail("a load of %g at output %d: %v", out[by], by+1, err)
				return nil
			}
		}
		for o := range q {
			seen[0].Out[o] -= seen[1].Out[o]
		}
		return seen[0].Out
	}
	all := make([][]float64, q)
	largest := 0.0
	for o := range all {
		if all[o] = move(o); all[o] == nil {
			return
		}
		largest = math.Max(largest, math.Abs(all[o][o]))
	}
	for a := range q {
		for b := range a {
			if d := math.Abs(all[a][b] - all[b][a]); !(d <= 1e-4*largest) {
				fail("output %d moves output %d by %g, and the other way round by %g", a+1, b+1, all[a][b], all[b][a])
			}
		}
	}
}

// refusals: numbers that no element can have are errors, and leave the rig usable.
func (c *Case) refusals(fail func(string, ...any)) {
	bad := []float64{math.NaN(), math.Inf(1)}
	if c.Positive {
		bad = append(bad, 0, -1)
	}
	for _, v := range bad {
		theta := append([]float64(nil), c.Theta...)
		theta[len(theta)/2] = v
		if err := c.Rig.SetStiffness(theta); err == nil {
			fail("a parameter of %g is accepted", v)
		}
	}
	if err := c.Rig.SetStiffness(c.Theta); err != nil {
		fail("after refusals its parameters cannot be set: %v", err)
	}
}
