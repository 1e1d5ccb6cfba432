package insitu

import (
	"math"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/mechanics/finite"
	"github.com/elastrain/elastrain/network"
)

// checking is the part of a load of a check.
const checking = "check"

// Checkup is what `elastrain lab check` hangs: the largest load of the training, at the first
// input and at an output that answers to it.
func (l *Lab) Checkup() (measurement.Checkup, error) {
	c := measurement.Checkup{A: l.pushed(), Force: l.Estimator().Size(), Finite: l.finite()}
	if l.boxed() {
		c.Hang = func(load []lab.Force) (measurement.Shot, error) {
			ask := measurement.Ask{Part: checking, Load: load}
			if err := l.within(ask, 0); err != nil {
				return measurement.Shot{}, err
			}
			plan, err := l.hanging(l.Start, ask, 0, true)
			if err != nil {
				return measurement.Shot{}, err
			}
			return l.take(plan)[0], nil
		}
	}
	var err error
	c.B, err = l.opposite(c.A)
	return c, err
}

// pushed is the first input that hangs a force.
func (l *Lab) pushed() network.Port {
	for _, p := range l.Specimen.In {
		if p.Part != network.Value {
			return p
		}
	}
	return l.Specimen.In[0] // nothing hangs: the network was refused before
}

// opposite is the output with which an input is compared: one at another node if that is
// possible, else in another direction; of these the first that moves by a thousandth of
// what most move, because a load that does not move it tells nothing.
func (l *Lab) opposite(a network.Port) (network.Port, error) {
	dim := l.Experiment.Network.Dim
	u, err := l.Predict(l.Start, l.Specimen.Forces([]network.Port{a}, []float64{1}))
	if err != nil {
		return a, err
	}
	moves := func(p network.Port) float64 { return math.Abs(measurement.Reading(p, u, dim)) }
	var elsewhere, across []network.Port
	most := 0.0
	for _, out := range l.Specimen.Out {
		most = max(most, moves(out))
		along := 0.0
		for axis := range dim {
			along += out.Dir[axis] * a.Dir[axis]
		}
		switch {
		case out.Node != a.Node || out.Pair != a.Pair || out.Mean != a.Mean || out.Pair && out.Other != a.Other:
			elsewhere = append(elsewhere, out)
		case math.Abs(along) < 1-1e-9:
			across = append(across, out)
		}
	}
	candidates := append(elsewhere, across...)
	for _, out := range candidates {
		if moves(out) > 1e-3*most {
			return out, nil
		}
	}
	if len(candidates) > 0 {
		return candidates[0], nil
	}
	return a, nil // nothing else is read
}

// finite is what loads do at the start when displacements are not small; nil where nobody knows.
func (l *Lab) finite() func(load []lab.Force) ([]float64, error) {
	if x := l.Experiment; x.Solid != nil {
		if !movesFar(x.Solid.Body) || x.Rails() {
			return nil
		}
		return func(load []lab.Force) ([]float64, error) {
			q, err := fresh(x, true)
			if err != nil {
				return nil, err
			}
			return displaceBody(q, l.Start, load)
		}
	}
	net := l.Experiment.Network
	return func(load []lab.Force) ([]float64, error) {
		return displace(finite.New(net), l.Start, net.Dim, load)
	}
}

// displace is the displacement of every node under a load (m; len nodes*dim).
func displace(q *finite.Equilibrium, k []float64, dim int, load []lab.Force) ([]float64, error) {
	if err := q.SetStiffness(k); err != nil {
		return nil, err
	}
	f, u := make([]float64, q.C.N), make([]float64, q.C.N)
	for _, force := range load {
		for axis := range dim {
			if i := q.C.Unknown[force.Node*dim+axis]; i >= 0 {
				f[i] += force.F[axis]
			}
		}
	}
	if _, err := q.Displace(u, f); err != nil {
		return nil, err
	}
	all := make([]float64, len(q.C.Unknown))
	for i, unknown := range q.C.Unknown {
		if unknown >= 0 {
			all[i] = u[unknown]
		}
	}
	return all, nil
}
