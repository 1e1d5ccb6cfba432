package insitu

import (
	"errors"
	"math"

	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// sides are the rules whose error hangs beside the input, and to which side.
var sides = map[string]int{"equilibrium-propagation": 0, "equilibrium-propagation-positive": 1, "equilibrium-propagation-negative": -1,
	frequency: 0, temporal: 1}

// frequency and temporal hang errors beside the input as well.
const frequency, temporal = "two-frequency", "temporal-contrastive"

// levenberg is the method that wants the derivative of every output.
const levenberg = "levenberg-marquardt"

// squares refuses levenberg-marquardt where derivatives of outputs cannot be measured.
func (l *Lab) squares() error {
	if l.Spec.Method != levenberg {
		return nil
	}
	if _, square := l.Experiment.Loss.(task.MeanSquare); !square {
		return l.refuse("lab.method", "levenberg-marquardt needs displacement targets and the mean-square loss, and this is "+l.Experiment.Loss.Name(), "use loss: mean-square, or method: resilient")
	}
	for _, c := range []struct {
		path, what, way string
		wrong           bool
	}{
		{"lab.method", "levenberg-marquardt hangs a load at each output for all samples, and here inputs set stiffnesses, so that every sample is a lattice of its own", "use method: resilient", writes(l.Experiment) != nil},
		{"lab.rule", "levenberg-marquardt hangs a load at each output alone, which is no other rule than backpropagation", "leave `rule` out, or use method: resilient", l.apiece() || l.changes()},
		{"lab.protocol.error", "levenberg-marquardt hangs a load at each output and no error that could be raw", "leave `error` out", l.Spec.Protocol.Error == "raw"},
		{"lab.rate", "levenberg-marquardt finds the size of its steps itself", "leave `rate` out", l.Spec.Rate > 0},
	} {
		if c.wrong {
			return l.refuse(c.path, c.what, c.way)
		}
	}
	return nil
}

// nudged reports whether the error hangs beside the input.
func (l *Lab) nudged() bool {
	_, nudges := sides[l.Spec.Rule]
	return nudges
}

// holds reports whether the rule holds outputs, sample by sample as a nudge does.
func (l *Lab) holds() bool {
	return l.Spec.Rule == "coupled-learning" || l.Spec.Rule == "directed-ageing"
}

// apiece reports whether a rule hangs something beside each input.
func (l *Lab) apiece() bool { return l.nudged() || l.holds() }

// changes reports whether stiffnesses are changed to see what that does.
func (l *Lab) changes() bool { return l.Spec.Rule == "spsa" || l.Spec.Rule == "finite-difference" }

// ruled refuses a rule that the lattice, its loss or the protocol do not bear.
func (l *Lab) ruled() error {
	x, s := l.Experiment, l.Spec
	if err := l.squares(); err != nil {
		return err
	}
	switch {
	case l.searches():
		return l.searching()
	case l.holds():
		return l.holding()
	case l.changes():
		return l.changing()
	case !l.nudged():
		if x.Solid == nil || x.Solid.Eq.Linear() {
			return nil
		}
		at, why := "elements", "a law of its elements is not in proportion"
		if x.Solid.Eq.Finite {
			at, why = "statics.deformation", "it deforms far"
		}
		if x.File.Given("lab.rule") {
			at = "lab.rule"
		}
		return l.refuse(at, "backpropagation hangs the error as a load of its own, which is right for a lattice that answers in proportion, and this one does not: "+why,
			"write `lab.rule: equilibrium-propagation`, which hangs it beside the input")
	}
	name := l.Spec.Rule
	if name != frequency && name != temporal {
		name = "equilibrium propagation"
	}
	if _, each := x.Loss.(task.SampleLoss); !each {
		return l.refuse("lab.rule", name+" needs a loss of single samples, and "+x.Loss.Name()+" judges them together", "use loss: cross-entropy or softmax, or lab.rule: backpropagation")
	}
	curved := x.Solid != nil && !x.Solid.Eq.Linear()
	for _, c := range []struct {
		path, what, way string
		wrong           bool
	}{
		{"lab.rule", "two-frequency swings input and error to both sides, which is right for a lattice that answers in proportion, and this one does not", "write `lab.rule: equilibrium-propagation`", s.Rule == frequency && (curved || writes(x) != nil)},
		{"lab.protocol.loads", name + " hangs the error beside each input, so that loads at the ports tell nothing", "leave `loads` out, or use lab.rule: backpropagation", s.Protocol.Loads == "ports"},
		{"lab.protocol.error", name + " hangs no error by itself that could be raw", "leave `error` out, or use lab.rule: backpropagation", s.Protocol.Error == "raw"},
		{"lab.protocol.zero", name + " has no adjoint load that could share a zero", "leave `zero` out, or use lab.rule: backpropagation", s.Protocol.Zero == "shared"},
		{"lab.protocol.adjoint", name + " hangs no adjoint load", "say how large the error hangs with `lab.nudge`", s.Protocol.Adjoint > 0},
		{"lab.protocol.alternate", "two-frequency swings every load to both sides already", "leave `alternate` out", s.Protocol.Alternate && s.Rule == frequency},
		{"lab.protocol.alternate", "the opposite of a load does not have the opposite answer in a lattice that does not answer in proportion", "leave `alternate` out", s.Protocol.Alternate && curved},
	} {
		if c.wrong {
			return l.refuse(c.path, c.what, c.way)
		}
	}
	for i := range x.Train.N {
		if l.largest(i) == 0 {
			return l.fail("task", errors.New("a sample has no input, and beside nothing no error can hang; leave the sample out"))
		}
	}
	return nil
}

// holding refuses what hinders a rule that holds outputs.
func (l *Lab) holding() error {
	x, s, name := l.Experiment, l.Spec, l.Spec.Rule
	if _, each := x.Loss.(task.SampleLoss); !each {
		return l.refuse("lab.rule", name+" needs a loss of single samples, and "+x.Loss.Name()+" judges them together", "use loss: cross-entropy or softmax, or lab.rule: backpropagation")
	}
	for _, c := range []struct {
		path, what, way string
		wrong           bool
	}{
		{"lab.rule", name + " holds outputs on a lattice of linear springs, and this one has elements of other kinds or laws", "use equilibrium-propagation-positive, which nudges the outputs by a load", x.Solid != nil},
		{"lab.rule", name + " holds single nodes, and an output here is a pair of nodes or a mean of several", "use equilibrium-propagation-positive, which nudges the outputs by a load", x.Solid == nil && !l.holdable()},
		{"lab.bench", name + " holds the outputs where they shall go, and this bench has no stage that holds a node: a person and a folder of orders hang loads", "use a driver whose card says `holds`, or equilibrium-propagation-positive, which nudges the outputs by a load", s.Bench == "manual" || s.Bench == "folder"},
		{"lab.protocol.loads", name + " holds the outputs beside each input, so that loads at the ports tell nothing", "leave `loads` out, or use lab.rule: backpropagation", s.Protocol.Loads == "ports"},
		{"lab.protocol.error", name + " hangs no error that could be raw", "leave `error` out, or use lab.rule: backpropagation", s.Protocol.Error == "raw"},
		{"lab.protocol.zero", name + " has no adjoint load that could share a zero", "leave `zero` out, or use lab.rule: backpropagation", s.Protocol.Zero == "shared"},
		{"lab.protocol.adjoint", name + " hangs no adjoint load", "say how far outputs are held with `lab.eta` of coupled-learning", s.Protocol.Adjoint > 0},
	} {
		if c.wrong {
			return l.refuse(c.path, c.what, c.way)
		}
	}
	return nil
}

// unboxed refuses to hold outputs beside what a box of weights makes of inputs.
func (l *Lab) unboxed() error {
	if !l.holds() || !l.boxed() {
		return nil
	}
	return l.refuse("lab.weights", l.Spec.Rule+" holds outputs beside inputs that hang as they are wanted, and what a box makes of them is scaled in software", "leave `weights` out, or use equilibrium-propagation-positive")
}

// holdable reports whether a stage can hold all outputs.
func (l *Lab) holdable() bool {
	x := l.Experiment
	return measurement.NewSpecimen(x.Network, x.In, x.Out).Holdable()
}

// changing refuses what hinders a rule that changes stiffnesses to see what that does.
func (l *Lab) changing() error {
	s, name := l.Spec, l.Spec.Rule
	for _, c := range []struct {
		path, what, way string
		wrong           bool
	}{
		{"lab.protocol.loads", name + " hangs every input at several settings, and loads at the ports tell nothing of another", "leave `loads` out, or use lab.rule: backpropagation", s.Protocol.Loads == "ports"},
		{"lab.protocol.error", name + " hangs no error that could be raw", "leave `error` out, or use lab.rule: backpropagation", s.Protocol.Error == "raw"},
		{"lab.protocol.zero", name + " has no adjoint load that could share a zero", "leave `zero` out, or use lab.rule: backpropagation", s.Protocol.Zero == "shared"},
		{"lab.protocol.adjoint", name + " hangs no adjoint load", "leave `adjoint` out", s.Protocol.Adjoint > 0},
		{"lab.twin.fixed", name + " changes stiffnesses to see what that does, and this twin's cannot be changed", "leave `fixed` out, or use a rule that reads elongations", s.Bench == "twin" && s.Twin.Fixed},
		{"lab.bench", name + " changes stiffnesses to see what that does, and this bench's cannot be changed", "write `stiffens: true` where somebody, or something, sets them", (s.Bench == "manual" || s.Bench == "folder") && !s.Stiffens},
		{"lab.matter", name + " changes stiffnesses by little to see what that does, and these have levels, or only become softer", "leave `matter` out, or use a rule that reads elongations", s.Matter.Levels > 0 || s.Matter.Calibration != "" || s.Matter.Softening},
	} {
		if c.wrong {
			return l.refuse(c.path, c.what, c.way)
		}
	}
	if s.Rule == "spsa" && s.Method == "resilient" {
		return l.refuse("lab.method", "resilient goes by the signs of derivatives, and of a draw little more than half are right", "write `lab.method: adam`")
	}
	return nil
}

// rule is how gradients are measured; nil for in situ backpropagation.
func (l *Lab) rule() learn.Rule {
	step := l.Spec.Change
	if step == 0 {
		step = 0.05
	}
	switch {
	case l.Spec.Rule == "spsa":
		return &rule.SPSA{Step: step, Seed: l.Experiment.Spec.Seed}
	case l.Spec.Rule == "coupled-learning":
		eta := l.Spec.Eta
		if eta == 0 {
			eta = 0.5
		}
		reach := 0.3
		if l.Spec.Reach != nil {
			reach = *l.Spec.Reach
		}
		return &rule.Coupled{Eta: eta, Reach: reach}
	case l.holds():
		return &rule.Ageing{}
	case l.changes():
		return &rule.Difference{Step: step}
	case l.Spec.Rule == frequency:
		return &rule.Frequency{Load: l.nudge()}
	case l.Spec.Rule == temporal:
		return &rule.Temporal{Load: l.nudge()}
	case l.nudged():
		return &rule.Nudge{Load: l.nudge(), Side: sides[l.Spec.Rule]}
	}
	return nil
}

// nudge is the largest force of an error at an output, N.
func (l *Lab) nudge() float64 {
	if l.Spec.Nudge > 0 {
		return l.Spec.Nudge
	}
	most := 0.0
	for i := range l.Experiment.Train.N {
		most = max(most, l.largest(i))
	}
	if l.Spec.Rule == frequency { // exact for errors of any size
		return most
	}
	return most / 10
}

// largest is the largest force of an input of a training sample, N.
func (l *Lab) largest(sample int) float64 {
	most := 0.0
	for i, f := range l.Experiment.Train.Force(sample) {
		if l.Experiment.In[i].Part != network.Value {
			most = max(most, math.Abs(f))
		}
	}
	return most
}
