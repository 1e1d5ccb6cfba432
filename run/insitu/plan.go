package insitu

import (
	"fmt"
	"math"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/hang"
)

// PlannedLoad is a load of a gradient, and how to hang it.
type PlannedLoad struct {
	Name string      `json:"name"`
	Load []lab.Force `json:"load"`
	Plan *hang.Plan  `json:"plan"`
}

// mostPlanned is the loads that are planned: a person hangs no more in a day.
const mostPlanned = 400

// Plan is how to hang the loads of one gradient at the start, with the masses
// and strings of the file. Sigma is the noise of a marker coordinate in one look, m.
func (l *Lab) Plan(sigma float64) ([]PlannedLoad, error) {
	x, s := l.Experiment, l.Specimen
	if n := l.Estimator().Phases(); n > mostPlanned {
		return nil, l.fail("lab.protocol.loads", fmt.Errorf("a gradient takes %d loads, which nobody hangs by hand; write `loads: ports`", n))
	}
	if err := x.Eq.SetStiffness(l.Start); err != nil {
		return nil, err
	}
	stock, err := l.Stock()
	if err != nil {
		return nil, err
	}
	limits := l.Limits
	if limits.Force == 0 {
		limits.Force = 4 * l.Estimator().Size() // no plan hangs more than is needed for a good gradient
	}
	var all []PlannedLoad
	add := func(name string, load, under []lab.Force) error {
		p := hang.Problem{Network: x.Network, Equilibrium: x.Eq, Want: load, Strings: l.Strings(), Stock: stock,
			Limits: limits, Sigma: sigma, Repeats: l.Protocol.Repeats, Accept: 0.2}
		if under != nil {
			var err error
			if p.Forward, err = l.elongations(under); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		plan, err := hang.New(p)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, PlannedLoad{name, load, plan})
		return nil
	}
	if l.Estimator().Superposes() {
		size := l.Estimator().Size()
		for a := range s.In {
			if err := add("input "+x.Inputs[a], s.Forces(s.In[a:a+1], []float64{size}), nil); err != nil {
				return nil, err
			}
		}
		for o := range s.Out {
			if err := add("output "+x.Outputs[o], s.Forces(s.Out[o:o+1], []float64{size}), nil); err != nil {
				return nil, err
			}
		}
		return all, nil
	}
	q := x.Train.Q
	slope, err := l.slopes()
	if err != nil {
		return nil, err
	}
	for i := range x.Train.N {
		load := s.Forces(s.In, x.Train.Force(i))
		if err := add(fmt.Sprintf("input of sample %d", i+1), load, nil); err != nil {
			return nil, err
		}
		most := 0.0
		for o := range q {
			most = max(most, math.Abs(slope[i*q+o]))
		}
		if most == 0 {
			continue // nothing to be learned from this sample
		}
		amplitude := make([]float64, q)
		for o := range q {
			amplitude[o] = -slope[i*q+o] / most * l.Estimator().Size()
		}
		if err := add(fmt.Sprintf("error of sample %d", i+1), s.Forces(s.Out, amplitude), load); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// elongations of all elements under a load, at the start.
func (l *Lab) elongations(load []lab.Force) ([]float64, error) {
	x := l.Experiment
	f := make([]float64, x.Eq.C.N)
	for _, force := range load {
		for axis := range x.Network.Dim {
			if i := x.Eq.C.Unknown[force.Node*x.Network.Dim+axis]; i >= 0 {
				f[i] += force.F[axis]
			}
		}
	}
	if err := x.Eq.Displace(f); err != nil {
		return nil, err
	}
	e := make([]float64, x.Eq.C.M)
	x.Eq.C.Elongations(e, f, 1)
	return e, nil
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
