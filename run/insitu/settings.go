package insitu

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver/manual"
)

// What the bench sets: of a lattice of linear springs the stiffness of every bond, of a body the parameters of its
// elements, each in its own unit.

// learningUnit is the unit of all parameters of a body that learn, "" where they differ.
func (l *Lab) learningUnit() string {
	unit := ""
	for _, i := range l.Experiment.Design.Free {
		u := l.Experiment.Solid.Params[i].Unit
		if unit != "" && unit != u {
			return ""
		}
		unit = u
	}
	return unit
}

// bodyLimits adds what the parameters of a body may be.
func (l *Lab) bodyLimits(limits lab.Limits) (lab.Limits, error) {
	s, d, params := &l.Spec.Limits, l.Experiment.Design, l.Experiment.Solid.Params
	unit := l.learningUnit()
	switch {
	case s.Step > 0 && s.Wider > 0:
		return limits, l.refuse("lab.limits.step_width", "the greatest step is given twice", "keep the one in the unit of the parameters that learn")
	case (s.Step > 0 || s.Wider > 0) && unit == "":
		return limits, l.refuse("lab.limits", "the parameters that learn have several units, and one greatest step cannot hold for all", "leave `step` and `step_width` out")
	case s.Step > 0 && unit != "N/m":
		return limits, l.refuse("lab.limits.step", "the parameters that learn are counted in "+unit+", and this step in N/m", stepWay(unit))
	case s.Wider > 0 && unit != "m":
		return limits, l.refuse("lab.limits.step_width", "the parameters that learn are counted in "+unit+", and this step in m", stepWay(unit))
	}
	limits.StiffnessStep = max(s.Step, s.Wider)
	// One range holds for all numbers that are set, those that do not learn among them.
	lo, hi := math.Inf(1), 0.0
	written, least := written(l.Experiment), l.least()
	for i := range params {
		lo, hi = min(lo, d.Lo[i], d.Start[i]), max(hi, d.Hi[i], d.Start[i])
		if written != nil && written[i] {
			lo = min(lo, least*d.Lo[i], least*d.Start[i])
		}
		if params[i].Unit != unit {
			return limits, nil
		}
	}
	if unit != "" && lo >= 0 && hi < 1e300 {
		limits.Stiffness = [2]float64{lo * (1 - 1e-9), hi * (1 + 1e-9)}
	}
	return limits, nil
}

func stepWay(unit string) string {
	switch unit {
	case "m":
		return "give `step_width`, such as step_width: 0.1 mm"
	case "N/m":
		return "give `step`, such as step: 5 N/m"
	}
	return "leave it out"
}

// sets refuses a bench that is set by other numbers than those of this lattice.
func (l *Lab) sets(card lab.Card) error {
	want := l.card()
	switch {
	case card.Settings() != want.Settings() || (card.Values > 0) != (want.Values > 0):
		return fmt.Errorf("bench %s is set by %s, and the experiment by %s; connect the bench of this lattice, or correct its card", card.Name, takes(card), takes(want))
	case card.Unit != want.Unit:
		return fmt.Errorf("bench %s is set by numbers %s, and the experiment by numbers %s; correct the card (value_unit), and let the bench convert", card.Name, inUnit(card.Unit), inUnit(want.Unit))
	}
	return nil
}

func takes(card lab.Card) string {
	if card.Values > 0 {
		return fmt.Sprintf("%d values", card.Values)
	}
	return fmt.Sprintf("a stiffness for each of %d bonds", card.Elements)
}

func inUnit(unit string) string {
	if unit == "" {
		return "that each have a unit of their own"
	}
	return "in " + unit
}

// named is what one number of the settings is of, and its unit: bond 7, or the width of beam 7.
func named(x *experiment.Experiment, i int) (name, unit string) {
	if x.Solid == nil {
		return fmt.Sprintf("bond %d", i+1), "N/m"
	}
	p := x.Solid.Params[i]
	return fmt.Sprintf("the %s of %s", p.Name, x.Solid.Number(p.Element)), p.Unit
}

// tabled reports whether a number has a row in the table: all but those of bonds that are cut.
func tabled(x *experiment.Experiment, i int) bool {
	return x.Solid != nil || !x.Network.Elements[i].Cut
}

// settings are what a person calls the numbers that are set; nil for stiffnesses of bonds.
func (l *Lab) settings() []manual.Setting {
	x := l.Experiment
	if x.Solid == nil {
		return nil
	}
	var all []manual.Setting
	follows := written(x)
	for i, p := range x.Solid.Params {
		el := &x.Solid.Body.Elements[p.Element]
		all = append(all, manual.Setting{Kind: el.Kind.Name(), Number: el.Number, Parameter: p.Name, Unit: p.Unit, Follows: follows != nil && follows[i]})
	}
	return all
}
