package experiment

import (
	"slices"

	"github.com/elastrain/elastrain/learn/inputs"
	"github.com/elastrain/elastrain/learn/specimen"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
)

// matter is what the file says of it.
func (b *builder) matter() spec.Matter {
	if b.Spec.Matter == nil {
		return spec.Matter{}
	}
	return made(*b.Spec.Matter)
}

// left is what an input leaves of a stiffness at a value of 0: what the file says of it, or what matter leaves if that is more.
func (b *builder) left(asked float64) float64 { return max(asked, b.matter().Left) }

// buildMatter lets the design have levels, and the rule meet another specimen at every step.
func (b *builder) buildMatter() {
	matter := b.matter()
	m := &matter
	if b.Spec.Matter == nil {
		if b.Spec.Learn.Method == "levels-search" {
			b.searchesLevels(false)
		}
		return
	}
	if cause, help := b.CheckElement(m.Element); cause != "" {
		b.fail("E0324", "matter.element", "%s", cause).WithHelp("%s", help)
		return
	}
	faults := b.FaultsOf(m, b.Spec.Seed)
	random := faults.Any()
	l := &b.Spec.Learn
	if !m.Levels.IsSet() && !random && l.Method != "levels-search" {
		return
	}
	if l.Method == "levels-search" {
		b.searchesLevels(random)
	} else if _, able := defaultRate[l.Method]; !able && (l.Method != "fewest-changes" || random) && l.Epochs > 0 {
		b.fail("E0324", "learn.method", "%s compares the losses of its steps, and matter with levels or errors has no smooth loss", l.Method).
			WithHelp("use method adam, momentum or gradient-descent, or levels-search for levels alone; or leave `matter` out and see afterwards what stays: `elastrain matter RUN levels=8`")
	}
	if l.Rule != "backprop" && random {
		b.fail("E0324", "learn.rule", "a training that knows its errors backpropagates through them").WithHelp("use rule: backprop")
	}
	if l.Compat != "" {
		b.fail("E0324", "learn.compat", "the authors' program, which `compat` replays, knows of no matter").WithHelp("leave `compat` or `matter` out")
	}
	b.levels(m)
	if l.Method == "levels-search" && len(b.errors) == 0 && !b.Design.Leveled() {
		b.fail("E0324", "learn.method", "levels-search needs levels of everything that learns, and something else learns beside stiffnesses: a rest length, a place, or a reading").
			WithHelp("keep it fixed, or use method adam, whose slopes go straight through levels")
	}
	if random && len(b.errors) == 0 {
		rule := specimen.NewRule(b.Rule, faults)
		rule.Tares = b.Reading != nil && b.Spec.Task.Reading.Tare != "none"
		b.Rule = rule
	}
}

// leaves refuses shares that no input leaves.
func (b *builder) leaves() {
	m := b.matter()
	if !(m.Left < 1) {
		b.fail("E0324", "matter.left", "what is left of a stiffness is 0 up to 1 of it, not %g", m.Left).WithHelp("write `left: 3 %%`")
	}
	if m.Left > 0 && !b.written() && b.hubs == nil && b.comb == nil {
		b.fail("E0324", "matter.left", "no input sets a stiffness, so nothing is left of one").WithHelp("leave `left` out")
	}
}

// ends lets a plan tell the two displacements of every pair behind its outputs, where each is read with an error, and says where
// they are. nil: no errors, or no pairs.
func (b *builder) ends(p *inputs.Plan) [][]int {
	if b.matter().Noise == 0 || !slices.ContainsFunc(p.Out, func(o network.Port) bool { return o.Pair }) {
		return nil
	}
	of := make([][]int, len(p.Out))
	p.Out = slices.Clone(p.Out)
	for o, port := range b.Out {
		if !port.Pair {
			continue
		}
		of[o] = []int{len(p.Out), len(p.Out) + 1}
		other := port
		other.Node = port.Other
		for _, end := range []network.Port{port, other} {
			end.Pair, end.Other = false, 0
			p.Out = append(p.Out, end)
		}
	}
	return of
}

// Suffers reports whether a parameter of the network is one that matter makes: not a rest length, an angle or a place.
func (x *Experiment) Suffers(i int) bool {
	if x.Solid == nil {
		return i < len(x.Network.Elements)
	}
	if i >= len(x.Solid.Params) {
		return false // of a reading
	}
	p := &x.Solid.Params[i]
	return p.Element >= 0 && p.Name != "rest" && p.Unit != "rad"
}

// FaultsOf is what matter adds by chance to the network of an experiment.
func (x *Experiment) FaultsOf(m *spec.Matter, seed uint64) specimen.Faults {
	f := specimen.Faults{Scatter: m.Scatter, Drift: m.Drift, Reading: m.Noise, Seed: seed, Suffers: make([]bool, x.Rig.Modes())}
	if m.Gauge != nil {
		f.Gain, f.Offset = m.Gauge.Gain, m.Gauge.Offset
	}
	for i := range f.Suffers {
		f.Suffers[i] = x.Suffers(i)
	}
	return f
}

// CheckMatter refuses what the network of an experiment cannot be made of, at its place in a file that says it.
func CheckMatter(x *Experiment, file *spec.File) error {
	b := &builder{Experiment: *x}
	b.File, b.Spec = file, &file.Spec
	d := *x.Design
	b.Design = &d
	b.leaves()
	b.levels(file.Spec.Matter)
	if len(b.errors) > 0 {
		return b.errors
	}
	return nil
}
