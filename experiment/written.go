package experiment

import (
	"fmt"
	"slices"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/inputs"
	"github.com/elastrain/elastrain/learn/specimen"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
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
	least = b.left(least)
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

// springRig is the cheapest rig of a lattice of linear springs whose inputs set stiffnesses, beside that of its body, which
// answers whatever else is asked. Both have the same parameters.
type springRig struct {
	learn.Differentiable
	whole *learn.Statics
	net   *network.Network
	batch learn.Batch // that went forward last
}

// Forward implements learn.Differentiable.
func (r *springRig) Forward(batch learn.Batch, out []float64) error {
	r.batch = batch
	return r.Differentiable.Forward(batch, out)
}

// LoadSlopes implements learn.Loadable, by the states of the body.
func (r *springRig) LoadSlopes(slope, f []float64) error {
	if err := r.whole.Forward(r.batch, make([]float64, len(slope))); err != nil {
		return err
	}
	return r.whole.LoadSlopes(slope, f)
}

// SetStiffness implements learn.Rig.
func (r *springRig) SetStiffness(k []float64) error {
	if err := r.whole.SetStiffness(k); err != nil {
		return err
	}
	return r.Differentiable.SetStiffness(k)
}

// Superposes implements learn.Superposing: at the stiffnesses of a sample loads add up.
func (r *springRig) Superposes() {}

// EnergyRate implements learn.Energetic.
func (r *springRig) EnergyRate(in, out []float64, scale float64, seen, g []float64) error {
	return r.whole.EnergyRate(in, out, scale, seen, g)
}

// Push implements learn.Pushed.
func (r *springRig) Push(in []float64) (float64, error) { return r.whole.Push(in) }

// Springs are the rows of the springs, and what the inputs of a sample leave of each of them; see learn/verify.
func (r *springRig) Springs() (c *mechanics.Compatibility, shares func(in, share []float64)) {
	for i := range r.whole.In {
		for _, change := range r.whole.In[i].Write {
			if !change.Times {
				return nil, nil
			}
		}
	}
	if c = mechanics.NewCompatibility(r.net); c.M != len(r.whole.Stiffness()) {
		return nil, nil
	}
	return c, func(in, share []float64) {
		for i := range share {
			share[i] = 1
		}
		for i := range r.whole.In {
			for _, change := range r.whole.In[i].Write {
				share[change.Parameter] *= change.Share(in[i])
			}
		}
	}
}

// Ends are the displacements behind the outputs; nil where nobody asks for them.
func (r *springRig) Ends() *specimen.Ends {
	ends, _ := r.Differentiable.(*specimen.Ends)
	return ends
}

// Units implements learn.Measured.
func (r *springRig) Units() []float64 { return r.whole.Units() }

// inputsPlan is the network of springs as package inputs takes it; nil where it is more than that, or where inputs leave
// different shares of stiffnesses.
func (b *builder) inputsPlan() *inputs.Plan {
	if !b.written() && b.hubs == nil || b.finite() || len(b.Solid.Body.Moves) > 0 || len(b.Network.Elements) != len(b.Solid.Body.Elements) {
		return nil
	}
	p := &inputs.Plan{Net: b.Network, Out: b.Out, Least: -1}
	for i := range b.Solid.Body.Elements {
		if el := &b.Solid.Body.Elements[i]; el.Law != law.Law(law.Spring{}) || b.Solid.Body.ThetaOf(i) != i {
			return nil
		}
	}
	for i := range b.In {
		port := &b.In[i]
		if b.amounts[i].constant {
			p.Columns = append(p.Columns, inputs.Column{Idle: true})
			p.Probe = append(p.Probe, inputs.Load{At: *port, Force: b.amounts[i].times})
		} else if port.Part == network.Move && !port.Given {
			p.Columns = append(p.Columns, inputs.Column{Push: port})
		} else if port.Part == network.Value {
			p.Columns = append(p.Columns, inputs.Column{})
		} else {
			return nil
		}
	}
	for i := range b.Solid.Rig.In {
		for _, c := range b.Solid.Rig.In[i].Write {
			if p.Least >= 0 && c.Least != p.Least {
				return nil
			}
			p.Least = c.Least
			p.Written = append(p.Written, inputs.Written{Element: c.Parameter, Column: i, Complement: c.Complement})
		}
	}
	return p
}

// batch is how many samples a step takes.
func (b *builder) batch() int {
	switch batch := int(b.Spec.Learn.Batch); {
	case batch > 0:
		return batch
	case b.Train != nil:
		return b.Train.N
	}
	return 1000
}

// quicken finds the cheapest way to answer samples, and says why it is that.
func (b *builder) quicken() {
	p := b.inputsPlan()
	if p == nil {
		b.condense()
		return
	}
	batch := b.batch()
	ends := b.ends(p)
	rig, why, err := inputs.Choose(p, batch)
	if err != nil {
		b.failBy("E0416", "task.inputs", err)
		return
	}
	b.Why = why
	if b.options.Threads > 0 {
		rig.SetThreads(b.options.Threads)
	}
	most := rig.Bytes(batch)
	for _, set := range []*task.Set{b.Train, b.Test} {
		if set != nil {
			most = max(most, rig.Bytes(set.N))
		}
	}
	b.Memory.insert("samples whose inputs set stiffnesses", most)
	if !b.admit(b.Memory, "about") {
		return
	}
	quick := &springRig{Differentiable: rig, whole: b.Solid.Rig, net: b.Network}
	if ends != nil {
		quick.Differentiable = specimen.NewEnds(rig, ends)
	}
	if err := quick.SetStiffness(slices.Clone(b.Solid.Rig.Stiffness())); err != nil {
		b.solidError(err)
		return
	}
	b.Rig = quick
}
