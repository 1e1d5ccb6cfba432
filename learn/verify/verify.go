// Package verify checks a gradient dL/dk in three ways that share as little as
// they can with the way it was found: complex steps through a solver of their
// own, finite differences of the loss, and the rate at which the remainder of
// Taylor's theorem falls. It is what `elastrain gradient --check` prints.
//
// Complex steps are the sharp check: they have no step size to choose and agree
// to rounding error times the condition of the network, 1e-12 and better for
// lattices of some hundred nodes. Finite differences agree to 1e-6 or so, and
// the Taylor rate is 2 for a right gradient and 1 for a wrong one.
//
// Losses have kinks: |u| where an output is at rest, the hinge where it starts to
// cost, the change of its rival. The derivative there is one of several, and a
// finite step may cross one. Complex steps stay on the branch where they stand
// and are not disturbed, unless an output is at rest up to rounding, so that the
// two solvers may see it on different sides. The Taylor check takes smaller steps
// until it is on one branch.
package verify

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// Case is a gradient to check: that of the mean loss of a batch by every
// stiffness of a network.
type Case struct {
	Rig     learn.Rig
	In, Out []network.Port // the ports that Rig was made with
	K       []float64      // stiffness at which to check; len M, N/m
	Loss    task.Loss
	Batch   learn.Batch
	Rule    learn.Rule // the rule to check; nil means in situ backpropagation
}

// Report is what the checks found. Errors are those of the worst bond as a share
// of Size.
type Report struct {
	Bonds int     // M, the stiffnesses
	Loss  float64 // at K

	// Size is the largest derivative by a bond. Where the network has learned
	// what it should, derivatives vanish and only rounding is left of them; there
	// it is how much they change when stiffnesses change by a thousandth. Where parameters have several units
	// derivatives are taken for a change of each by what it is measured by (learn.Measured).
	Size float64

	ComplexStep  float64 // error against complex steps; NaN when skipped
	ComplexBonds int     // bonds they were taken for: all, or an even sample
	Skipped      string  // why complex steps were not taken, "" when they were

	FiniteDifference float64 // error against central differences
	FiniteBonds      int     // bonds they were taken for: all, or an even sample

	TaylorRate float64   // slope of log remainder by log step, 2 when right; NaN when there is no remainder
	TaylorNote string    // why TaylorRate is NaN, else ""
	Steps      []float64 // of the Taylor check, as a share of the stiffness, falling
	Remainders []float64 // |L(k + h dk) - L(k) - h g.dk| for each of Steps

	units []float64 // nil, or what parameters of several units are measured by
}

// Gradient checks the gradient at c.K and leaves the rig there. It fails where
// the loss has no value or a stiffness cannot be set.
func Gradient(c Case) (Report, error) {
	if c.Rule == nil {
		c.Rule = &rule.Backprop{}
	}
	if p, q := c.Rig.Ports(); p != len(c.In) || q != len(c.Out) {
		panic(fmt.Sprintf("verify: the rig has %d and %d ports, the case %d and %d", p, q, len(c.In), len(c.Out)))
	}
	if err := c.Rig.SetStiffness(c.K); err != nil {
		return Report{}, err
	}
	g := make([]float64, c.Rig.Modes())
	value, err := c.Rule.Gradient(c.Rig, c.Loss, c.Batch, g)
	if err != nil {
		return Report{}, err
	}
	r := Report{Bonds: len(g), Loss: value}
	units := learn.Units(c.Rig)
	if _, ok := c.Rig.(learn.Measured); ok {
		r.units = units
	}
	dk := direction(units)
	if r.Size, err = r.sizeOf(&c, g, dk); err != nil {
		return r, err
	}
	r.complexStep(&c, g)
	if err := r.finiteDifference(&c, g); err != nil {
		return r, err
	}
	if err := r.taylor(&c, g, dk); err != nil {
		return r, err
	}
	return r, c.Rig.SetStiffness(c.K)
}

// direction is a random change of every stiffness by at most itself, or what it is measured by, always the
// same for networks of the same number of bonds.
func direction(k []float64) []float64 {
	random := rand.New(rand.NewPCG(1, uint64(len(k))))
	dk := make([]float64, len(k))
	for i := range dk {
		dk[i] = k[i] * (2*random.Float64() - 1)
	}
	return dk
}

// of is a derivative by parameter i for a change by what that is measured by.
func (r *Report) of(i int, v float64) float64 {
	if r.units != nil {
		return v * r.units[i]
	}
	return v
}

// sizeOf is Report.Size; it leaves the rig at another stiffness.
func (r *Report) sizeOf(c *Case, g, dk []float64) (float64, error) {
	if err := setAlong(c, dk, firstStep); err != nil {
		return 0, err
	}
	there := make([]float64, len(g))
	if _, err := c.Rule.Gradient(c.Rig, c.Loss, c.Batch, there); err != nil {
		return 0, err
	}
	size := 0.0
	for i := range g {
		size = math.Max(size, math.Max(math.Abs(r.of(i, g[i])), math.Abs(r.of(i, there[i]-g[i])))) // math.Max hands NaN on
	}
	return size, nil
}

// setAlong gives the rig the stiffness K + h dk.
func setAlong(c *Case, dk []float64, h float64) error {
	k := make([]float64, len(dk))
	for i := range k {
		k[i] = c.K[i] + h*dk[i]
	}
	return c.Rig.SetStiffness(k)
}

// What a right gradient stays within. Complex steps are judged with room for an
// ill-conditioned network, finite differences with room for their own error.
const (
	complexTolerance = 1e-9
	finiteTolerance  = 1e-4
	rateTolerance    = 0.05
)

// Err is nil when every check that could be made was passed; else it says which
// were not.
func (r *Report) Err() error {
	var wrong []string
	// Negated, so that NaN fails too where it is no sign of a skipped check.
	if r.Skipped == "" && !(r.ComplexStep <= complexTolerance) {
		wrong = append(wrong, fmt.Sprintf("complex steps differ by %.1e", r.ComplexStep))
	}
	if !(r.FiniteDifference <= finiteTolerance) {
		wrong = append(wrong, fmt.Sprintf("finite differences differ by %.1e", r.FiniteDifference))
	}
	if r.TaylorNote == "" && !(math.Abs(r.TaylorRate-2) <= rateTolerance) {
		wrong = append(wrong, fmt.Sprintf("the Taylor rate is %.3f and not 2", r.TaylorRate))
	}
	if wrong == nil {
		return nil
	}
	return fmt.Errorf("the gradient may be wrong: %s", strings.Join(wrong, "; "))
}

// relative is the largest difference of g[modes[j]] and want[j] as a share of
// Size, or of the largest of want where that is larger.
func (r *Report) relative(g, want []float64, modes []int32) float64 {
	worst, size := 0.0, r.Size
	for j, i := range modes {
		worst = math.Max(worst, math.Abs(r.of(int(i), g[i]-want[j])))
		size = math.Max(size, math.Abs(r.of(int(i), want[j])))
	}
	if worst == 0 {
		return 0
	}
	return worst / size
}

// budget is the number of multiplications that complex steps and finite
// differences may each take, about a second.
const budget = 5e8

// sample picks modes evenly from 0..modes-1, all of them if work (the
// multiplications for one) allows it, and one at least.
func sample(modes int, work float64) []int32 {
	count := max(min(modes, int(budget/max(work, 1))), min(modes, 1))
	picked := make([]int32, count)
	for j := range picked {
		picked[j] = int32((2*j + 1) * modes / (2 * count))
	}
	return picked
}
