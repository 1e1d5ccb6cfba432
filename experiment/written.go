package experiment

import (
	"fmt"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
)

// written reports whether an input of the task sets stiffnesses.
func (b *builder) written() bool {
	for i := range b.Spec.Task.Inputs {
		if b.Spec.Task.Inputs[i].Elements != nil {
			return true
		}
	}
	return false
}

// writtenBy says which input, from 1, sets the stiffness of each bond, by its number; 0 for none. It refuses bonds that are not there or follow two.
func (p *planner) writtenBy(bars int) []int {
	by, any := make([]int, bars+1), false
	for i := range p.Spec.Task.Inputs {
		in := &p.Spec.Task.Inputs[i]
		path := fmt.Sprintf("task.inputs[%d]", i+1)
		for k, number := range in.Elements {
			at := fmt.Sprintf("%s.elements[%d]", path, k+1)
			if number > bars {
				p.bondExists(at, number)
				continue
			}
			if by[number] > 0 {
				p.fail("E0416", at, "bond %d follows inputs %d and %d", number, by[number], i+1).WithHelp("let it follow one of them, and put a second bond beside it")
				continue
			}
			by[number], any = i+1, true
		}
		switch {
		case in.Elements == nil:
		case in.Stiffness.IsSet() && in.Gain.Given:
			p.failKey("E0416", path+".gain", "`stiffness` says what the bonds are at both ends, and `gain` lets one of them learn").WithHelp("keep one of them")
		case !in.Stiffness.IsSet() && !in.Gain.Given:
			p.fail("E0416", path, "these bonds follow a feature, from what to what?").WithHelp("add `stiffness: 0..10 N/m`, or `gain: 1..100 N/m` that learns")
		case in.Stiffness.IsSet() && !(in.Stiffness.Min >= 0 && in.Stiffness.Max > in.Stiffness.Min):
			p.fail("E0416", path+".stiffness", "a stiffness goes from zero or more to more, not from %g to %g N/m", in.Stiffness.Min, in.Stiffness.Max).WithHelp("write `stiffness: 0..10 N/m`")
		case !(in.Left >= 0 && in.Left < 1):
			p.fail("E0416", path+".left", "what is left of a stiffness is 0 up to 1 of it, not %g", in.Left).WithHelp("write `left: 3 %%`")
		}
		if in.Elements != nil && in.Force > 0 {
			p.failKey("E0416", path+".force", "an input that sets stiffnesses pushes nothing").WithHelp("leave `force` out, and add an input `{node: .., along: .., force: ..}` without a feature, which hangs with every sample")
		}
	}
	if any && p.Spec.Task.Encode.By == "signed" {
		p.failKey("E0416", "task.encode.by", "signed values go below zero, which no stiffness does").WithHelp("use by: max or min-max")
	}
	return by
}

// writtenSpan is the parameter of a bond that follows an input: its stiffness at a value of one.
func (p *planner) writtenSpan(input int, draw float64) span {
	in := &p.Spec.Task.Inputs[input]
	if !in.Gain.Given {
		return fixed(in.Stiffness.Max)
	}
	theta, _ := start(p.Spec.Bonds.Start, spec.Range{Min: in.Gain.Min, Max: in.Gain.Max}, draw)
	if in.Gain.Start != nil {
		theta = *in.Gain.Start
	}
	return span{in.Gain.Min, in.Gain.Max, theta, in.Gain.Max > in.Gain.Min}
}

// writes are the changes that an input makes.
func (b *builder) writes(input int) []learn.Change {
	in := &b.Spec.Task.Inputs[input]
	least := in.Left
	if in.Stiffness.IsSet() {
		least = in.Stiffness.Min / in.Stiffness.Max
	}
	at := map[int]int{} // of each bond its place in the body
	for i := range b.Solid.Body.Elements {
		if el := &b.Solid.Body.Elements[i]; len(el.Nodes) == 2 && el.Kind == element.Kind(element.Bar{}) {
			at[el.Number] = i
		}
	}
	var list []learn.Change
	for _, number := range in.Elements {
		if i, ok := at[number]; ok { // else it is cut
			list = append(list, learn.Change{Parameter: b.Solid.Body.ThetaOf(i), Times: true, Least: least})
		}
	}
	return list
}

// valuePort is the port of an input that sets stiffnesses: it is nowhere.
var valuePort = network.Port{Part: network.Value}
