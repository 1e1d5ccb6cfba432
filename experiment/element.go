package experiment

import (
	"cmp"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/switchable"
)

// Switching is what bonds are made of and how long one takes to switch: of the section matter.
func (x *Experiment) Switching() (element switchable.Element, time float64) {
	if m := x.Spec.Matter; m != nil {
		element, _ = switchable.Find(m.Element)
		time = cmp.Or(m.Time, element.Time)
	}
	return element, time
}

// made is matter with the levels of its element, where it gives no levels of its own.
func made(m spec.Matter) spec.Matter {
	if e, ok := switchable.Find(m.Element); ok && !m.Levels.IsSet() && e.Sets == "stiffness" {
		m.Levels.Count = e.Levels
	}
	return m
}

// CheckElement refuses ranges that an element of this name cannot have: cause and way out, empty where it can.
func (x *Experiment) CheckElement(name string) (cause, help string) {
	e, ok := switchable.Find(name)
	if !ok {
		return "", ""
	}
	d := x.Design
	for _, i := range d.Free {
		if !x.Suffers(int(i)) {
			continue
		}
		lo, hi := d.Gain[i]*d.Lo[i], d.Gain[i]*d.Hi[i]
		switch {
		case e.Sets == "presence":
			return name + " takes bonds out, and nothing in between learns", "`elastrain prune` chooses which go"
		case e.Sets != "stiffness":
			return fmt.Sprintf("%s changes a %s, and stiffnesses learn here", name, e.Sets), "let rest lengths learn (examples/rest-length.yaml), or name another element"
		case e.Hi > 0 && x.Solid == nil && (hi > e.Hi*(1+1e-9) || lo < e.Lo):
			return fmt.Sprintf("a %s has %g to %g N/m, and bond %d learns from %.6g to %.6g N/m", name, e.Lo, e.Hi, i+1, lo, hi), "keep the range within it"
		case e.Ratio > 0 && (math.IsInf(hi, 1) || hi > lo*e.Ratio*(1+1e-9)):
			return fmt.Sprintf("the stiffest state of a %s is %.4g times the softest, and bond %d learns from %.6g to %.6g, %.4g times", name, e.Ratio, i+1, lo, hi, hi/lo),
				fmt.Sprintf("begin the range at %.6g", hi/e.Ratio)
		}
	}
	return "", ""
}
