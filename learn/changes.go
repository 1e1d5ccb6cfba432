package learn

import (
	"errors"
	"math"

	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/task"
)

// Places implements optim.Leveled: the values that variable j can have.
func (p *Problem) Places(j int) []float64 {
	var places []float64
	for _, theta := range p.Design.PlacesOf(j) {
		places = append(places, p.Design.Latent(j, theta))
	}
	return places
}

// Between implements optim.Leveled: variables stand between their places, or not.
func (p *Problem) Between(on bool) {
	p.smooth = nil
	if on {
		p.smooth = p.Design.Continuous()
	}
}

// Squares implements optim.Leveled: whether Residuals has an answer.
func (p *Problem) Squares() bool {
	_, square := p.Loss.(task.MeanSquare)
	_, linear := p.Rig.(Linear)
	_, able := p.Rig.(Differentiable)
	return square && (linear || able) && p.Count() > 0 && p.Dim() > 0 && p.Count() <= optim.MostJacobian/p.Dim()
}

// mostPairs is the number of bonds up to which the compliance of every pair is kept: 32 MB.
const mostPairs = 2000

// Changes implements optim.Leveled: values after changes of a few variables. Of a lattice of linear springs they follow from one
// factorisation (mechanics.Compliance); any other network is solved anew.
func (p *Problem) Changes(x []float64) (optim.Changes, error) {
	c := &changes{p: p, x: append([]float64(nil), x...), moved: make([]float64, len(x))}
	if err := p.Set(x); err != nil {
		return nil, err
	}
	rig, exact := p.Rig.(*Exact)
	if !exact || rig.given || len(p.Design.Free) > mostPairs {
		return c, nil
	}
	if p.compliance == nil {
		p.compliance = mechanics.NewCompliance(rig.eq, rig.in, rig.out, p.Design.Free)
	}
	if err := p.compliance.Begin(rig.eq); err != nil {
		return nil, judge(err)
	}
	c.low = p.compliance
	c.k = append([]float64(nil), p.k...)
	base := c.low.Responses()
	c.rest = &mechanics.Responses{P: base.P, Q: base.Q, S: make([]float64, len(base.S))}
	c.u = make([]float64, p.Batch.Len()*base.Q)
	c.g = make([]float64, len(c.u))
	return c, nil
}

// changes are the values of a problem about a point.
type changes struct {
	p     *Problem
	x     []float64 // len Dim
	moved []float64

	low  *mechanics.Compliance // nil: each is solved anew
	k    []float64             // at x; len M
	rest *mechanics.Responses  // only P, Q and S
	u, g []float64
}

// Cheap implements optim.Changes.
func (c *changes) Cheap() bool { return c.low != nil }

// theta is the stiffness of variable j at v.
func (c *changes) theta(j int, v float64) float64 {
	d := c.p.Design
	if c.p.smooth != nil {
		return d.Gain[d.Free[j]] * d.Theta(j, v)
	}
	return d.StiffnessOf(j, v)
}

// One implements optim.Changes.
func (c *changes) One(j int, to float64) (float64, error) {
	if c.low != nil && c.low.One(j, c.theta(j, to)-c.k[c.p.Design.Free[j]], c.rest.S) {
		return c.judged(), nil
	}
	copy(c.moved, c.x)
	c.moved[j] = to
	return c.whole()
}

// Two implements optim.Changes.
func (c *changes) Two(i, j int, toI, toJ float64) (float64, error) {
	free := c.p.Design.Free
	if c.low != nil && c.low.Two(i, j, c.theta(i, toI)-c.k[free[i]], c.theta(j, toJ)-c.k[free[j]], c.rest.S) {
		return c.judged(), nil
	}
	copy(c.moved, c.x)
	c.moved[i], c.moved[j] = toI, toJ
	return c.whole()
}

// judged is the mean loss of what the outputs are now; infinite where it is none.
func (c *changes) judged() float64 {
	q := c.rest.Q
	for i := range c.p.Batch.Len() {
		c.rest.Outputs(c.u[i*q:(i+1)*q], c.p.Batch.Set.Force(c.p.Batch.Row(i)))
	}
	value := task.Total(c.p.Loss, c.p.Batch.Set, c.p.Batch.Rows, c.u, c.g) * c.p.Batch.Mean()
	if math.IsNaN(value) {
		return math.Inf(1)
	}
	return value
}

// whole is the value at a changed point by solving the network; infinite where it has none, as where it is a mechanism.
func (c *changes) whole() (float64, error) {
	value, err := c.p.Value(c.moved)
	if errors.Is(err, optim.ErrNoValue) {
		return math.Inf(1), nil
	}
	return value, err
}
