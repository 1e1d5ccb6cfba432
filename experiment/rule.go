package experiment

import (
	"slices"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

// ruleOf is the learning rule of a file.
func ruleOf(s *spec.Spec) learn.Rule {
	switch s.Learn.Rule {
	case "finite-difference":
		return &rule.Difference{}
	case "equilibrium-propagation":
		return &rule.Nudge{}
	case "equilibrium-propagation-positive":
		return &rule.Nudge{Side: 1}
	case "equilibrium-propagation-negative":
		return &rule.Nudge{Side: -1}
	case "coupled-learning":
		return &rule.Coupled{Eta: s.Learn.Eta}
	case "directed-ageing":
		return &rule.Ageing{}
	case "spsa":
		return &rule.SPSA{Seed: s.Seed}
	case "two-frequency":
		return &rule.Frequency{}
	case "temporal-contrastive":
		return &rule.Temporal{}
	case "bone":
		return &rule.Bone{SetPoint: s.Learn.SetPoint * s.Learn.SetPoint / 2}
	case "vein":
		if v := s.Learn.Vein; v != nil {
			return &rule.Vein{Power: v.Power, Flow: v.Flow, Conductance: v.Conductance}
		}
		return &rule.Vein{Power: 0.8, Flow: 1, Conductance: 1}
	}
	return &rule.Backprop{}
}

// contrasts reports whether a rule looks at states whose outputs are loaded or held, sample by sample.
func contrasts(r learn.Rule) bool {
	_, nudges := r.(learn.Nudging)
	return nudges
}

// sloped reports whether a rule measures the slope of the loss, as near as it likes.
func sloped(r learn.Rule) bool {
	switch r.(type) {
	case *rule.Coupled, *rule.Ageing, *rule.SPSA, *rule.Temporal, *rule.Bone, *rule.Vein:
		return false
	}
	return true
}

// buildRule makes the rule, and refuses one that cannot serve the task or the method.
func (b *builder) buildRule() {
	b.Rule = ruleOf(b.Spec)
	if _, each := b.Loss.(task.SampleLoss); contrasts(b.Rule) && !each {
		b.fail("E0501", "learn.rule", "%s needs a loss of single samples, and %s judges them together", b.Rule.Name(), b.Loss.Name()).
			WithHelp("use loss: cross-entropy or softmax")
	}
	if hangsNudges(b.Rule) && b.inputless() >= 0 {
		b.fail("E0501", "learn.rule", "%s hangs nudges of a share of the inputs, and sample %d of the training part has no input", b.Rule.Name(), b.inputless()+1).
			WithHelp("use rule: coupled-learning or backprop")
	}
	if _, swings := b.Rule.(*rule.Frequency); swings && (b.Experiment.writes() || !learn.InProportion(b.Rig)) {
		b.fail("E0501", "learn.rule", "%s swings the inputs to both sides, and this network does not answer in proportion to them", b.Rule.Name()).
			WithHelp("use rule: equilibrium-propagation or backprop")
	}
	b.buildGrowth()
	if _, tells := b.Rig.(learn.Energetic); contrasts(b.Rule) && !tells {
		b.fail("E0501", "learn.rule", "%s compares the energies of two states, which this network does not tell", b.Rule.Name()).
			WithHelp("use rule: backprop, finite-difference or spsa")
	}
	if m, err := b.ofNone(); err == nil && m.FullBatch() && !blind(m) && !sloped(b.Rule) {
		b.fail("E0501", "learn.rule", "%s goes down the slope of its loss and no other way, and %s does not measure that slope", b.Spec.Learn.Method, b.Rule.Name()).
			WithHelp("use method adam, momentum or gradient-descent, or rule: backprop")
	}
}

// hangsNudges reports whether a rule hangs errors that are measured by the inputs.
func hangsNudges(r learn.Rule) bool {
	switch r.(type) {
	case *rule.Nudge, *rule.Temporal, *rule.Frequency:
		return true
	}
	return false
}

// inputless is a training sample without any input, -1 where all have one.
func (b *builder) inputless() int {
	for i := range b.Train.N {
		if !slices.ContainsFunc(b.Train.Force(i), func(f float64) bool { return f != 0 }) {
			return i
		}
	}
	return -1
}

// blind reports whether a method looks at losses alone.
func blind(m optim.Method) bool {
	switch m.(type) {
	case *optim.PatternSearch, *optim.Genetic, *optim.LevelSearch:
		return true
	}
	return false
}
