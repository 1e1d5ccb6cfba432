package identify

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/mechanics/finite"
	"github.com/elastrain/elastrain/network"
)

// FitFinite is Fit for displacements that are not small: bars turn and stretch as they
// do. What finite deformation adds to the linear answer is computed at the stiffnesses
// found so far and taken out of the data, until both agree; error bars are those of
// the linear model. Networks of bars and springs to ground only.
func FitFinite(net *network.Network, cases []Case, prior Prior) (*Estimate, error) {
	const rounds = 30
	q := finite.New(net)
	plain := make([]Case, len(cases)) // the data as a linear lattice would give them
	for i := range cases {
		plain[i] = cases[i]
		plain[i].Moved = append([]float64(nil), cases[i].Moved...)
	}
	change := math.Inf(1)
	watch := prior.Watch
	for round := range rounds {
		if watch != nil {
			prior.Watch = func(p Progress) { p.Round = round + 1; watch(p) }
		}
		e, err := Fit(net, plain, prior)
		if err != nil {
			return nil, err
		}
		if change <= 1e-3 { // of a standard deviation, at the stiffnesses of the last round
			return e, nil
		}
		if change, err = straighten(net, q, e, prior.Design, cases, plain); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("the stiffnesses and what large deformation adds do not come to agree: data still change by %.2g standard deviations; take smaller loads", change)
}

// straighten takes what finite deformation adds by an estimate out of cases, into
// plain, and says by how much that changed, in standard deviations.
func straighten(net *network.Network, q *finite.Equilibrium, e *Estimate, design []float64, cases, plain []Case) (change float64, err error) {
	m, err := newModel(net)
	if err != nil {
		return 0, err
	}
	for i := range cases {
		k := e.then(design, &cases[i])
		if err := m.eq.SetStiffness(k); err != nil {
			return 0, err
		}
		if err := q.SetStiffness(k); err != nil {
			return 0, err
		}
		small, _, err := m.displace(cases[i].Load)
		if err != nil {
			return 0, fmt.Errorf("load case %d: %w", i+1, err)
		}
		u := make([]float64, len(small))
		if _, err := q.Displace(u, m.load(cases[i].Load)); err != nil {
			return 0, fmt.Errorf("load case %d: %w", i+1, err)
		}
		for at, unknown := range m.eq.C.Unknown {
			if unknown < 0 || math.IsNaN(cases[i].Moved[at]) {
				continue
			}
			now := cases[i].Moved[at] - e.mark(at/net.Dim)*(u[unknown]-small[unknown])
			change = max(change, math.Abs(now-plain[i].Moved[at])/cases[i].Sigma[at])
			plain[i].Moved[at] = now
		}
	}
	return change, nil
}
