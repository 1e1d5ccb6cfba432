package experiment

import (
	"errors"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

const (
	// farthest is the largest displacement, m, whose value in other units and whose products with lengths a computer holds.
	farthest = 1e150
	// nearest is the smallest, as a share of which squares vanish.
	nearest = 1e-150
)

// refuseOverflow tries the experiment at its start, as a first step does, and refuses one whose numbers a
// computer does not hold, at the quantity of the file that is the largest or smallest of its kind.
func (b *builder) refuseOverflow() {
	if err := task.Check(b.Loss); err != nil {
		b.overflow("the unit in which the loss measures displacements")
		return
	}
	for _, set := range []*task.Set{b.Train, b.Valid, b.Test} {
		most := 0.0
		u := make([]float64, set.N*set.Q)
		if err := learn.Outputs(b.Rig, learn.Batch{Set: set}, u); err != nil {
			b.mechanicalError(err)
			return
		}
		for _, v := range append(u, set.Want...) {
			if v == v || set.Want == nil {
				most = max(most, math.Abs(v)) // a NaN stays one
			}
		}
		if set.N > 0 && (!(most <= farthest) || most > 0 && most < nearest) {
			b.overflow("a displacement of the outputs")
			return
		}
	}
	problem := learn.NewProblem(b.Rig, &rule.Backprop{}, b.Loss, b.Design, learn.Batch{Set: b.Train})
	_, err := problem.Eval(b.StartPoint(), make([]float64, b.Design.Dim()))
	var notFinite *learn.NotFiniteError
	switch {
	case errors.As(err, &notFinite):
		b.overflow(notFinite.What)
	case errors.Is(err, task.ErrStill), err == nil: // ErrStill has words of its own, later
		b.refuseFar()
	default:
		b.mechanicalError(err)
	}
}

// refuseFar refuses displacements of other nodes, elongations and shares of bonds that cannot be held.
func (b *builder) refuseFar() {
	shortest := math.Inf(1)
	for i := range b.Network.Elements {
		if !b.Network.Elements[i].Cut {
			if l := b.Network.BondLength(i); l > 0 {
				shortest = min(shortest, l)
			}
		}
	}
	if b.surelyNear(shortest) {
		return
	}
	m, err := b.largest([]Part{{Name: "training", Set: b.Train}, {Name: "test", Set: b.Test}})
	if err != nil {
		b.mechanicalError(err)
		return
	}
	if m != nil && (!(m.move <= farthest) || !(m.size() <= farthest) || !math.IsInf(shortest, 1) && !(m.move/shortest <= farthest)) {
		b.overflow("a displacement")
	}
}

// within is how far below what can be held a bound is to stay that is not exact.
const within = 1e-50

// surelyNear reports whether no sample can displace the network too far, by what one of each input does: that takes a load an input, and not one a sample.
func (b *builder) surelyNear(shortest float64) bool {
	unit, err := b.bounds(b.Train, b.lengths())
	if err != nil || unit == nil {
		return false
	}
	answers, err := b.Exact.Respond()
	if err != nil {
		return false
	}
	moves := make([]float64, len(unit))
	for i := range b.Eq.C.N {
		for a := range moves {
			moves[a] += math.Abs(answers.U[i*answers.Stride+a])
		}
	}
	for _, set := range []*task.Set{b.Train, b.Test} {
		for i := range set.N {
			move, size := 0.0, 0.0
			for a, f := range set.Force(i) {
				move, size = move+math.Abs(f)*moves[a], size+math.Abs(f)*unit[a]
			}
			if !(max(move, size) <= within*farthest) || !math.IsInf(shortest, 1) && !(move/shortest <= within*farthest) {
				return false
			}
		}
	}
	return true
}

// overflow is the error for a number that a computer does not hold.
func (b *builder) overflow(what string) {
	b.atExtreme(what + " is too large or too small for a computer to calculate with")
}

// atExtreme is an error at the quantity of the file that is farthest from its usual size.
func (b *builder) atExtreme(message string) {
	path, written := b.extreme()
	e := b.fail("E0704", path, "%s", message).
		WithHelp("quantities of this size multiply to more than 1e308, or to less than 1e-308: most likely an exponent or a unit is mistyped")
	if written != "" {
		e.WithLabel("this is the quantity farthest from its usual size: %s", written)
	}
}

// extreme is the path of the quantity of the file that is farthest from the usual size of its kind, by powers of ten,
// and how it reads.
func (b *builder) extreme() (path, written string) {
	most := 3.0 // a thousand is nothing special
	look := func(at string, value, usual float64, unit string) {
		if value == 0 || math.IsNaN(value) || math.IsInf(value, 0) {
			return
		}
		if far := math.Abs(math.Log10(math.Abs(value) / usual)); far > most {
			most, path, written = far, at, spec.FormatQuantity(value, unit)
		}
	}
	among := func(at string, r spec.Range, usual float64, unit string) {
		look(at, r.Min, usual, unit)
		look(at, r.Max, usual, unit)
	}
	s := b.Spec
	look("network.spacing", s.Network.Spacing, 1e-2, "m")
	for _, x := range b.Network.Pos {
		look("network", x, 1e-2, "m")
	}
	look("material.young", s.Material.Young, 1e7, "Pa")
	look("material.thickness", s.Material.Thickness, 1e-3, "m")
	among("bonds.width", s.Bonds.Width, 1e-3, "m")
	among("bonds.stiffness", s.Bonds.Stiffness, 1e3, "N/m")
	for i, each := range s.Bonds.Each {
		among(fmt.Sprintf("bonds.each[%d].width", i+1), each.Width, 1e-3, "m")
		among(fmt.Sprintf("bonds.each[%d].stiffness", i+1), each.Stiffness, 1e3, "N/m")
	}
	for i, spring := range s.Supports.Springs {
		look(fmt.Sprintf("supports.springs[%d].stiffness", i+1), spring.Stiffness, 1e3, "N/m")
	}
	t := &s.Task
	for i := range t.Cases {
		for j, push := range t.Cases[i].Push {
			at := fmt.Sprintf("task.cases[%d].push[%d]", i+1, j+1)
			for key, v := range map[string]*float64{"force": push.Force, "move": push.Move, "stretch": push.Stretch} {
				if v != nil { // one of them is there
					look(at+"."+key, *v, 1e-1, map[bool]string{true: "N", false: "m"}[key == "force"])
				}
			}
		}
		for j := range t.Cases[i].Want {
			if v := moved(&t.Cases[i].Want[j]); v != nil {
				look(fmt.Sprintf("task.cases[%d].want[%d]", i+1, j+1), *v, 1e-3, "m")
			}
		}
	}
	for i := range t.Inputs {
		size, key, unit := b.InputSize(i)
		look(fmt.Sprintf("task.inputs[%d].%s", i+1, key), size, 1e-1, unit)
	}
	for i, out := range t.Outputs {
		if out.Slope != nil {
			look(fmt.Sprintf("task.outputs[%d].slope", i+1), *out.Slope, 1e-2, "m/N")
		}
	}
	among("task.range", t.Range, 1e-1, "N")
	look("task.noise", t.Noise, 1e-3, "m")
	look("task.scale", t.Scale, 1e-3, "m")
	look("task.scale_turn", t.Turning, 1e-3, "rad")
	look("task.scale_potential", t.Volts, 1, "V")
	look("task.margin", t.Margin, 1e-3, "m")
	look("task.sharpness", t.Sharp, 1e3, "1/m")
	if b.Table != nil && t.Data != "linear" {
		for _, v := range b.Table.X {
			if v != 0 && math.Abs(math.Log10(math.Abs(v))) > most {
				most, path, written = math.Abs(math.Log10(math.Abs(v))), "task.data", fmt.Sprintf("%g in %s", v, b.Table.Name)
			}
		}
	}
	return path, written
}
