package insitu

import (
	"math"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/hang"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
)

// response is how a body answers small loads about where it rests, for planning what hangs. A deformation counts with the
// root of its stiffness, so that products of two states are energies, whatever its unit.
type response struct {
	net   *network.Network
	q     *statics.Equilibrium
	rest  *body.State
	root  []float64 // of the stiffness of every mode
	small *body.State
}

// respond prepares the response at the parameters theta.
func (l *Lab) respond(theta []float64) (*response, error) {
	q := l.theory
	if err := q.Set(theta); err != nil {
		return nil, err
	}
	b := q.Body
	r := &response{net: l.Experiment.Network, q: q, rest: b.NewState(), root: make([]float64, b.M), small: b.NewState()}
	if _, err := q.Rest(&statics.Load{F: make([]float64, b.Space.N)}, r.rest); err != nil {
		return nil, err
	}
	force := make([]float64, b.M)
	for i := range b.Runs {
		run := &b.Runs[i]
		n := len(run.Elements)
		first, last := run.Mode, run.Mode+n*run.Modes
		law.Force(run.Law, &law.Span{N: n, Theta: theta[run.Theta : run.Theta+n*run.Params], Size: b.Sizes[run.Size : run.Size+n], E: r.rest.E[first:last]},
			force[first:last], r.root[first:last])
	}
	for i, slope := range r.root {
		r.root[i] = math.Sqrt(math.Abs(slope))
	}
	return r, nil
}

var _ hang.Model = (*response)(nil)

// Size implements hang.Model.
func (r *response) Size() (nodes, dim int) { return r.net.Nodes(), r.net.Dim }

// Spread implements hang.Model.
func (r *response) Spread() []float64 {
	spread := r.q.Body.Spread(1)
	for i, sd := range spread {
		spread[i] = sd * sd * r.root[i] * r.root[i]
	}
	return spread
}

// Answer implements hang.Model.
func (r *response) Answer(load []lab.Force) (hang.Answer, error) {
	b := r.q.Body
	if err := r.q.About(r.rest, forces(b, load), r.small); err != nil {
		return hang.Answer{}, err
	}
	a := hang.Answer{U: stood(b, r.small), E: make([]float64, b.M), Stretch: make([]float64, len(r.net.Elements))}
	for i, e := range r.small.E {
		a.E[i] = r.root[i] * e
	}
	dim := r.net.Dim
	for i := range r.net.Elements {
		el := &r.net.Elements[i]
		if el.Cut || el.Kind != network.Bar {
			continue
		}
		length, along := 0.0, 0.0
		for axis := range dim {
			d := r.net.At(el.Nodes[1])[axis] - r.net.At(el.Nodes[0])[axis]
			along += d * (a.U[el.Nodes[1]*dim+axis] - a.U[el.Nodes[0]*dim+axis])
			length = math.Hypot(length, d)
		}
		a.Stretch[i] = along / length
	}
	return a, nil
}
