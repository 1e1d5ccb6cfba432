package experiment

import (
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
)

// buildGrowth refuses rules that grow what is used where they mean nothing: they take steps of time on a logarithmic scale.
func (b *builder) buildGrowth() {
	l := &b.Spec.Learn
	if l.Rule != "bone" && l.Rule != "vein" {
		return
	}
	if _, tells := b.Rig.(learn.Energetic); !tells {
		b.fail("E0501", "learn.rule", "%s goes by the energy of every element, which this network does not tell", l.Rule).WithHelp("use a lattice of `bonds`, or `elements` whose inputs are loads")
		return
	}
	switch {
	case l.Rule == "bone" && l.SetPoint == 0:
		b.fail("E0501", "learn.rule", "at which elongation does bone neither grow nor waste?").WithHelp("write `set_point: 20 um`")
	case b.Spec.Matter != nil:
		b.fail("E0501", "learn.rule", "%s grows the network that stands there, and the section `matter` trains for others", l.Rule).WithHelp("leave `matter` out; `elastrain matter RUN scatter=...` says what is left of the network when it is built")
	case l.Rule == "bone" && b.Solid != nil:
		b.fail("E0501", "learn.rule", "bone compares the elongation of bonds, and `elements` have other deformations").WithHelp("use `bonds` in place of `elements`")
	case l.Rule == "vein" && !b.onlyPipes():
		b.fail("E0501", "learn.rule", "vein grows pipes by what flows through them, and this network has others").WithHelp("use rule: bone for bonds, or elements of kind pipe")
	case l.Method != "gradient-descent":
		b.fail("E0501", "learn.method", "%s takes steps of time, and %s takes other ones", l.Rule, l.Method).WithHelp("write `method: gradient-descent`, whose `rate` is then the length of a step")
	case l.Scale != "log" || b.Design.Bounds != design.Projection:
		b.fail("E0501", "learn.scale", "%s lets each grow by a share of itself, which is a step on a logarithmic scale between fixed ends", l.Rule).WithHelp("write `scale: log`, and leave `bounds` out")
	}
}

// onlyPipes reports whether all parameters that learn are conductances.
func (b *builder) onlyPipes() bool {
	if b.Solid == nil {
		return false
	}
	for _, p := range b.Solid.Params {
		if p.Name != "conductance" {
			return false
		}
	}
	return true
}
