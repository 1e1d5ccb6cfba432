package insitu

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/hang"
	"github.com/elastrain/elastrain/lab/measurement"
)

// PlannedLoad is a load of a gradient, and how to hang it.
type PlannedLoad struct {
	Name string      `json:"name"`
	Load []lab.Force `json:"load"` // as it is wanted
	Plan *hang.Plan  `json:"plan"`
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

// mostPlanned is the loads that are planned: a person hangs no more in a day.
const mostPlanned = 400

// Plan is how the loads of the first gradient hang: those that training asks for, of a lattice
// that obeys linear theory. Sigma is the noise of a marker coordinate in one look, m.
func (l *Lab) Plan(sigma float64) ([]PlannedLoad, error) {
	e := l.Estimator()
	if n := e.Phases(); n > mostPlanned && l.nudged() {
		return nil, l.fail("lab.rule", fmt.Errorf("a gradient takes %d loads, which nobody hangs by hand; take fewer samples", n))
	} else if n > mostPlanned {
		return nil, l.fail("lab.protocol.loads", fmt.Errorf("a gradient takes %d loads, which nobody hangs by hand; write `loads: ports`", n))
	}
	var all []PlannedLoad
	_, err := e.Gradient(func(ask measurement.Ask, _ []lab.Frame) (*measurement.Record, *measurement.Response, error) {
		answer := l.answer()
		if len(ask.Load) == 0 { // an input that is zero
			return &measurement.Record{Quiet: true}, answer, nil
		}
		if err := l.within(ask, len(all)); err != nil {
			return nil, nil, err
		}
		plan, err := l.hanging(l.Start, ask, sigma, false)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, PlannedLoad{l.called(ask), ask.Load, plan})
		for _, shot := range plan.Shots() {
			u, err := l.Predict(l.Start, shot.Load(plan.Gravity))
			if err != nil {
				return nil, nil, err
			}
			for i := range u {
				answer.U[i] += shot.Factor * u[i]
			}
		}
		return &measurement.Record{Load: ask.Load, Quiet: true}, answer, nil
	})
	return all, err
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

// Loads is how many loads hang for one gradient.
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
		for _, c := range cards {
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
