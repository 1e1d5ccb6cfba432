package insitu

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/hang"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/learn"
)

// PlannedLoad is a load of a gradient, and how to hang it.
type PlannedLoad struct {
	Name string      `json:"name"`
	Load []lab.Force `json:"load"` // as it is wanted
	Plan *hang.Plan  `json:"plan"`
	Sets []Spring    `json:"sets,omitempty"` // springs that are set before it hangs, where inputs set them
}

// Spring is what a spring is set to.
type Spring struct {
	Name  string  `json:"name"`  // as a card calls it
	Value float64 `json:"value"` // N/m
	Out   bool    `json:"out"`   // it is taken out
	In    bool    `json:"in"`    // it was out, or nobody knows
}

// MarshalJSON implements json.Marshaler: nodes and options count from 1 there.
func (p PlannedLoad) MarshalJSON() ([]byte, error) {
	type plain PlannedLoad // without this method
	out := plain(p)
	out.Load = slices.Clone(p.Load)
	for i := range out.Load {
		out.Load[i].Node++
	}
	plan := *p.Plan
	plan.Taken++
	plan.Options = slices.Clone(plan.Options)
	for i := range plan.Options {
		o := &plan.Options[i]
		o.Shots = slices.Clone(o.Shots)
		for j := range o.Shots {
			o.Shots[j].Hangs = slices.Clone(o.Shots[j].Hangs)
			for h := range o.Shots[j].Hangs {
				o.Shots[j].Hangs[h].Node++
			}
		}
	}
	out.Plan = &plan
	return json.Marshal(out)
}

// String is the spring as a card has it.
func (s Spring) String() string {
	switch {
	case s.Out:
		return s.Name + " out (peg out)"
	case s.In:
		return fmt.Sprintf("%s to %.4g N/m (peg in)", s.Name, s.Value)
	}
	return fmt.Sprintf("%s to %.4g N/m", s.Name, s.Value)
}

// springs are those that inputs set otherwise than at was; nil: all of them.
func (l *Lab) springs(was, set []float64) (list []Spring) {
	follows := written(l.Experiment)
	var before []float64
	if was != nil {
		before = l.Specimen.Theta(l.Start, was)
	}
	for i, v := range l.Specimen.Theta(l.Start, set) {
		if set == nil || !follows[i] || before != nil && v == before[i] {
			continue
		}
		list = append(list, Spring{Name: l.Experiment.Solid.Number(l.Experiment.Solid.Params[i].Element), Value: v, Out: v == 0, In: v > 0 && (before == nil || before[i] == 0)})
	}
	return list
}

// mostPlanned is the loads that are planned: a person hangs no more in a day.
const mostPlanned = 400

// Plan is how the loads of the first gradient, or look, hang: those that training asks for, of a lattice
// that obeys linear theory. Sigma is the noise of a marker coordinate in one look, m.
func (l *Lab) Plan(sigma float64) ([]PlannedLoad, error) {
	if l.holds() {
		return nil, l.refuse("lab.rule", l.Spec.Rule+" holds the outputs beside each input, which a stage does and no card of weights", "plan it with lab.rule: equilibrium-propagation-positive, which hangs loads")
	}
	e := l.Estimator()
	if n := e.Phases(); n > mostPlanned && (l.apiece() || l.changes() || l.searches()) {
		return nil, l.fail("lab.rule", fmt.Errorf("a gradient takes %d loads, which nobody hangs by hand; take fewer samples", n))
	} else if n > mostPlanned {
		return nil, l.fail("lab.protocol.loads", fmt.Errorf("a gradient takes %d loads, which nobody hangs by hand; write `loads: ports`", n))
	}
	var all []PlannedLoad
	var now []float64 // what inputs have set
	source := func(ask measurement.Ask, _ []lab.Frame) (*measurement.Record, *measurement.Response, error) {
		answer := l.answer()
		if len(ask.Load) == 0 { // an input that is zero
			return &measurement.Record{Quiet: true}, answer, nil
		}
		if err := l.within(ask, len(all)); err != nil {
			return nil, nil, err
		}
		plan, err := l.hanging(l.setTo(ask), ask, sigma, false)
		if err != nil {
			return nil, nil, err
		}
		plan.Elongations = l.changes() || l.searches()
		all = append(all, PlannedLoad{Name: l.called(ask), Load: ask.Load, Plan: plan, Sets: l.springs(now, ask.Set)})
		now = ask.Set
		for _, shot := range plan.Shots() {
			u, err := l.Predict(l.setTo(ask), shot.Load(plan.Gravity))
			if err != nil {
				return nil, nil, err
			}
			for i := range u {
				answer.U[i] += shot.Factor * u[i]
			}
		}
		return &measurement.Record{Load: ask.Load, Quiet: true}, answer, nil
	}
	if l.searches() {
		looks, err := e.Looks(source)
		if err == nil {
			_, _, err = looks.At(l.Start)
		}
		return all, err
	}
	_, err := e.Gradient(source)
	return all, err
}

// Drowned is what the noise of marks (sigma, m, of a coordinate in one look) will be of the first gradient of a rule that changes stiffnesses
// and reads outputs: root of its variance as a share of its length, as theory has the outputs. ok: the rule is one.
func (l *Lab) Drowned(sigma float64) (share float64, ok bool, err error) {
	if !l.changes() {
		return 0, false, nil
	}
	e := l.Estimator()
	if drawn, draws := e.Rule.(learn.Stepping); draws {
		drawn.AtStep(0)
	}
	g, err := e.Gradient(func(ask measurement.Ask, _ []lab.Frame) (*measurement.Record, *measurement.Response, error) {
		answer := l.answer()
		u, err := l.Predict(l.setTo(ask), ask.Load)
		copy(answer.U, u)
		for i := range answer.Known {
			answer.Known[i] = true
		}
		for i := range answer.USigma { // the difference of two states, each the mean of its looks
			answer.USigma[i] = sigma * math.Sqrt(2/float64(l.Protocol.Repeats))
		}
		return &measurement.Record{Load: ask.Load, Quiet: true}, answer, err
	})
	if err != nil {
		return 0, true, err
	}
	noise, size := 0.0, 0.0
	for i, v := range g.G {
		noise, size = math.Hypot(noise, g.Sigma[i]), math.Hypot(size, v)
	}
	if size == 0 {
		return 0, true, nil
	}
	return noise / size, true, nil
}

// setTo is what the lattice is set to for a phase of the first gradient.
func (l *Lab) setTo(ask measurement.Ask) []float64 {
	if ask.At != nil {
		return l.Specimen.Theta(ask.At, ask.Set)
	}
	return l.Specimen.Theta(l.Start, ask.Set)
}

// answer is that of a lattice that does not move and is seen without noise. Gradients take elongations
// too, but which loads are asked for follows from the displacements alone.
func (l *Lab) answer() *measurement.Response {
	net := l.Experiment.Network
	r := &measurement.Response{U: make([]float64, len(net.Pos)), USigma: make([]float64, len(net.Pos)), Seen: make([]bool, net.Nodes()),
		E: make([]float64, len(net.Elements)), ESigma: make([]float64, len(net.Elements)), Known: make([]bool, len(net.Elements)), Scale: 1}
	for i := range r.Seen {
		r.Seen[i] = true
	}
	return r
}

// Loads is how many loads hang for one gradient, or one look of a method that searches.
func (l *Lab) Loads() int {
	n := l.Estimator().Phases()
	if !l.boxed() || n > mostPlanned {
		return n
	}
	loads, err := l.Plan(0)
	if err != nil {
		return n // training will say why
	}
	n = 0
	for _, p := range loads {
		n += len(p.Plan.Shots())
	}
	return n
}

// Cards are the step cards of several loads, numbered through.
func Cards(loads []PlannedLoad, wait time.Duration) []hang.Card {
	var all []hang.Card
	for _, p := range loads {
		cards := p.Plan.Cards(wait)
		shots := 0
		for i := range all {
			shots = max(shots, all[i].Shot)
		}
		for i, c := range cards {
			for _, spring := range p.Sets {
				if i == 0 {
					c.Set = append(c.Set, spring.String())
				}
			}
			if c.Shot > 0 {
				c.Shot += shots
			}
			all = append(all, c)
		}
	}
	for i := range all {
		all[i].Number, all[i].Of = i+1, len(all)
	}
	return all
}
