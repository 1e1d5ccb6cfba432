package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
)

// Named is a rule as files and commands call it.
type Named struct {
	Name  string // as `learn.rule` has it
	Short string
	Knows string // what it needs to know beside what it reads
	Keeps string // what has to be stored between loads
	Hangs string // loads for each step; N samples, M bonds
	Reads string // what is read of each load
	make  func(Sizes) learn.Rule

	Method string // that takes the steps in place of the one of the study; "": that
}

// Sizes are how far rules go from where they are, where that is a choice.
type Sizes struct {
	Nudge float64 `json:"nudge"` // largest nudge as a share of the largest load at an input
	Eta   float64 `json:"eta"`   // share of the way to the target that outputs are held at
	Reach float64 `json:"reach"` // least distance of that from where they rest, as a share of the largest displacement
	Step  float64 `json:"step"`  // by which stiffnesses are changed, as a share of themselves
	Load  float64 `json:"-"`     // largest nudge in N, where inputs are no forces; 0: by Nudge
	Steps int     `json:"-"`     // in which temporal contrastive learning lets go; 0: 8
	Seed  uint64  `json:"-"`     // of what rules draw
}

// whole is the load of which a nudge is a share; 0: by the inputs.
func (s *Sizes) whole() float64 {
	if s.Load == 0 {
		return 0
	}
	return s.Load / s.Nudge
}

// Make is the rule itself.
func (n *Named) Make(s Sizes) learn.Rule { return n.make(s) }

// All are the rules there are.
func All() []Named {
	nudge := func(side int) func(Sizes) learn.Rule {
		return func(s Sizes) learn.Rule { return &rule.Nudge{Most: s.Nudge, Load: s.Load, Side: side} }
	}
	slope := "dL/du at the outputs"
	return []Named{
		{"backprop", "bp", slope, "one elongation a bond, from the input to the error", "2 N", "elongations",
			func(Sizes) learn.Rule { return &rule.Backprop{} }, ""},
		{"equilibrium-propagation", "ep", slope, "one energy a bond, from one nudge to the other", "3 N", "elongations", nudge(0), ""},
		{"equilibrium-propagation-positive", "ep+", slope, "one energy a bond, from the free state to the nudged", "2 N", "elongations", nudge(1), ""},
		{"equilibrium-propagation-negative", "ep-", slope, "one energy a bond, from the free state to the nudged", "2 N", "elongations", nudge(-1), ""},
		{"coupled-learning", "coupled", "where the outputs shall go, and a stage that holds them there", "one energy a bond, from the free state to the held", "2 N", "elongations",
			func(s Sizes) learn.Rule { return &rule.Coupled{Eta: s.Eta, Reach: s.Reach} }, ""},
		{"directed-ageing", "ageing", "where the outputs shall go, and a stage that holds them there", "nothing", "2 N, of which N only tell the loss", "elongations of the held state",
			func(Sizes) learn.Rule { return &rule.Ageing{} }, ""},
		{"spsa", "spsa", "the loss", "one loss, and the draw", "2 N", "outputs",
			func(s Sizes) learn.Rule { return &rule.SPSA{Step: s.Step, Seed: s.Seed} }, ""},
		{"finite-difference", "fd", "the loss", "one loss", "(2 M + 1) N", "outputs",
			func(s Sizes) learn.Rule { return &rule.Difference{Step: s.Step} }, ""},
		{"two-frequency", "freq", slope, "nothing: it averages its energy over a period", "5 N: input, and four instants at which input and error swing", "elongations",
			func(s Sizes) learn.Rule { return &rule.Frequency{Load: s.whole()} }, ""},
		{"temporal-contrastive", "tcl", slope, "nothing but a leaky integral of its own signal", "10 N: input, a nudge, and its return in eight steps", "elongations, by one gauge",
			func(s Sizes) learn.Rule { return &rule.Temporal{Most: s.Nudge, Load: s.Load, Return: s.Steps} }, ""},
		{"pattern-search", "pattern", "the loss", "the least loss, and where it was", "1 to 2 N for each bond that is tried", "outputs",
			func(Sizes) learn.Rule { return &rule.Backprop{} }, "pattern-search"}, // which asks for losses alone
		{"genetic", "genetic", "the loss", "a population of twenty lattices with their losses", "18 N a generation", "outputs",
			func(Sizes) learn.Rule { return &rule.Backprop{} }, "genetic"},
	}
}

// Find is the rule of a name or a short name.
func Find(name string) (*Named, error) {
	all := All()
	i := slices.IndexFunc(all, func(n Named) bool { return n.Name == name || n.Short == name })
	if i < 0 {
		var names []string
		for _, n := range all {
			names = append(names, n.Name+" ("+n.Short+")")
		}
		return nil, fmt.Errorf("no rule is called %q; there are %s", name, strings.Join(names, ", "))
	}
	return &all[i], nil
}
