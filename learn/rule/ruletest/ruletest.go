// Package ruletest is a suite that any learning rule must pass, on any rig. It is for tests.
package ruletest

import (
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Case is a rule with what it promises.
type Case struct {
	Rule    func(size float64) learn.Rule // with nudges, steps or clamps of a size; a new one each time
	Size    float64                       // a small one; three times as large is asked for as well
	Power   float64                       // the error falls with this power of the size; 0: there is none at any size
	Towards []float64                     // what it tends to, but for a factor above zero if Scaled is false; nil: it is no gradient
	Scaled  bool                          // it tends to Towards itself
	Loads   int                           // loads for a gradient; rigs that hold outputs count one for a state that is held
	Changes bool                          // it looks at networks of other parameters
	Drawn   bool                          // it draws, so that its loss is near, and only its steps agree
	Rig     learn.Energetic
	Set     *task.Set
	Loss    task.Loss
}

// Faults lists what is wrong with a rule, in words; empty for a sound one.
func Faults(c Case) []string {
	var list []string
	fail := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	rig := &counted{Energetic: c.Rig}
	theta := slices.Clone(c.Rig.Stiffness())
	batch := learn.Batch{Set: c.Set}
	g, again := make([]float64, len(theta)), make([]float64, len(theta))
	measure := func(r learn.Rule, into []float64, step int) float64 {
		if drawn, ok := r.(learn.Stepping); ok {
			drawn.AtStep(step)
		}
		value, err := r.Gradient(rig, c.Loss, batch, into)
		if err != nil {
			fail("no gradient: %v", err)
		}
		return value
	}
	one := c.Rule(c.Size)
	if one.Name() == "" {
		fail("it has no name")
	}
	value := measure(one, g, 7)
	if len(list) > 0 {
		return list
	}
	if rig.loads != c.Loads {
		fail("it hangs %d loads, and says %d", rig.loads, c.Loads)
	}
	if nudging, ok := one.(learn.Nudging); ok && rig.loads != (1+nudging.Nudges())*c.Set.N {
		fail("it hangs %d loads, and %d beside each of %d inputs are announced", rig.loads, nudging.Nudges(), c.Set.N)
	}
	if (rig.sets > 0) != c.Changes {
		fail("it sets parameters %d times", rig.sets)
	}
	if !slices.Equal(c.Rig.Stiffness(), theta) {
		fail("it leaves other parameters than it found")
	}
	loss, err := learn.MeanLoss(c.Rig, c.Loss, batch)
	near := 1e-9
	if c.Drawn {
		near = 0.1
	}
	if err != nil || !(math.Abs(value-loss) <= near*math.Abs(loss)) {
		fail("it sees the loss %g, and scoring %g, %v", value, loss, err)
	}
	// A step has the same bits whatever was measured before, by this rule or by one that has just been made.
	measure(one, again, 3)
	for _, r := range []learn.Rule{one, c.Rule(c.Size)} {
		if measure(r, again, 7) != value || !slices.Equal(g, again) {
			fail("the same step has other bits")
			break
		}
	}
	c.towards(fail, g, func(size float64, into []float64) { measure(c.Rule(size), into, 7) })
	if _, nudges := one.(learn.Nudging); nudges {
		if _, err := one.Gradient(rig, task.Fisher{}, batch, again); err == nil {
			fail("it takes a loss that judges samples together")
		}
		if _, err := one.Gradient(plain{c.Rig}, c.Loss, batch, again); err == nil {
			fail("it takes a rig that tells no energy")
		}
	}
	return list
}

// towards measures with which power of the size the error falls.
func (c *Case) towards(fail func(string, ...any), g []float64, at func(size float64, into []float64)) {
	if c.Towards == nil {
		return
	}
	if !c.Scaled {
		factor := dot(g, c.Towards) / dot(c.Towards, c.Towards)
		if !(factor > 0) {
			fail("it goes the other way: %g", factor)
			return
		}
	}
	small := c.off(g)
	large := make([]float64, len(g))
	at(3*c.Size, large)
	if c.Power == 0 {
		if !(small < 1e-9) || !(c.off(large) < 1e-9) {
			fail("it is off by %.1e and %.1e of the largest", small, c.off(large))
		}
		return
	}
	if power := math.Log(c.off(large)/small) / math.Log(3); !(math.Abs(power-c.Power) < 0.1) || !(small < 0.05) {
		fail("its error of %.1e falls with the power %.2f of the size, not %g", small, power, c.Power)
	}
}

// off is how far a gradient is from what it tends to, as a share of the largest.
func (c *Case) off(g []float64) float64 {
	factor := 1.0
	if !c.Scaled {
		factor = math.Sqrt(dot(g, g) / dot(c.Towards, c.Towards))
	}
	worst, largest := 0.0, 0.0
	for i, want := range c.Towards {
		worst, largest = max(worst, math.Abs(g[i]/factor-want)), max(largest, math.Abs(want))
	}
	return worst / largest
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// plain hides what a rig tells of its energy.
type plain struct{ rig learn.Rig }

func (p plain) Ports() (int, int)              { return p.rig.Ports() }
func (p plain) Modes() int                     { return p.rig.Modes() }
func (p plain) SetStiffness(k []float64) error { return p.rig.SetStiffness(k) }
func (p plain) Stiffness() []float64           { return p.rig.Stiffness() }
func (p plain) Apply(in, out []float64, m *learn.Measurement) error {
	return p.rig.Apply(in, out, m)
}

// counted is a rig that counts what is done to it, and can hold its outputs.
type counted struct {
	learn.Energetic
	loads, sets int
}

var (
	_ learn.Clamping    = (*counted)(nil)
	_ learn.Superposing = (*counted)(nil)
)

func (c *counted) Superposes() {}

func (c *counted) SetStiffness(k []float64) error {
	c.sets++
	return c.Energetic.SetStiffness(k)
}

func (c *counted) Apply(in, out []float64, m *learn.Measurement) error {
	c.loads++
	return c.Energetic.Apply(in, out, m)
}

func (c *counted) EnergyRate(in, out []float64, scale float64, seen, g []float64) error {
	c.loads++
	return c.Energetic.EnergyRate(in, out, scale, seen, g)
}

func (c *counted) Clamp(in, want []float64, scale float64, pull, g []float64) error {
	c.loads++
	return learn.Clamp(c.Energetic, in, want, scale, pull, g)
}
