package learn

import (
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// unitAnswers are the states of a linear body under unit amplitudes at its ports: inputs, then outputs. What a batch of
// any size asks is a sum of them.
type unitAnswers struct {
	of      uint64 // revision of the parameters
	p, q    int
	all     *statics.Answers
	s       []float64 // outputs by inputs; Q x P
	weights []float64 // of the last batch: sum of slope f^T; Q x P
	one, gw body.State
	batch   Batch
	sum     [2]*body.State // inputs superposed, and an output, where places learn
}

// respond answers unit amplitudes, once for each setting of the parameters.
func (r *Statics) respond() (*unitAnswers, error) {
	b := r.Eq.Body
	p, q := len(r.In), len(r.Out)
	if r.answers == nil {
		a := &unitAnswers{p: p, q: q, all: r.Eq.NewAnswers(p + q), s: make([]float64, p*q), weights: make([]float64, p*q)}
		a.one.E, a.gw.E = make([]float64, b.M), make([]float64, b.M)
		for m := range a.one.E {
			a.one.E[m] = 1
		}
		for i := range r.In {
			if in := &r.In[i]; in.Given >= 0 {
				a.all.Give(i, in.Given, in.gives())
			} else {
				a.all.Load(i, in.Port, &b.Space)
			}
		}
		for o, port := range r.Out {
			a.all.Load(p+o, port, &b.Space)
		}
		r.answers = a
	}
	a := r.answers
	if now := r.Eq.Revision(); a.of == now && now > 0 {
		return a, nil
	}
	if err := r.Eq.Respond(a.all); err != nil {
		return nil, err
	}
	for o := range q {
		for i := range p {
			a.s[o*p+i] = a.all.Read(i, r.Out[o], &b.Space)
		}
	}
	a.of = r.Eq.Revision()
	return a, nil
}

func (a *unitAnswers) outputs(batch Batch, out []float64) {
	a.batch = batch
	for i := range batch.Len() {
		f := batch.Set.Force(batch.Row(i))
		for o := range a.q {
			sum := 0.0
			for k, v := range a.s[o*a.p : (o+1)*a.p] {
				sum += v * f[k]
			}
			out[i*a.q+o] = sum
		}
	}
}

// backward is rowsum((E_out (G F^T)) o E_in) dw/dtheta: its cost does not grow with the batch.
func (a *unitAnswers) backward(r *Statics, slope, g []float64) {
	clear(a.weights)
	for i := range a.batch.Len() {
		f := a.batch.Set.Force(a.batch.Row(i))
		for o, v := range slope[i*a.q : (i+1)*a.q] {
			for k, x := range f {
				a.weights[o*a.p+k] += v * x
			}
		}
	}
	r.Eq.Products(a.all, a.p, a.q, a.weights, a.gw.E)
	// With a deformation of one everywhere dt/dtheta is dw/dtheta, and the adjoint deformation the derivative by w.
	r.Eq.Body.Product(r.work, r.Eq.Theta(), &a.one, &a.gw, -1, g)
	if len(r.Eq.Body.Moves) > 0 {
		a.places(r, g)
	}
}

// places adds the derivative by places of nodes, with the inputs of each output superposed first.
func (a *unitAnswers) places(r *Statics, g []float64) {
	b := r.Eq.Body
	if a.sum[0] == nil {
		a.sum = [2]*body.State{b.NewState(), b.NewState()}
	}
	in, out := a.sum[0], a.sum[1]
	row := func(i int) []float64 { return a.all.U[i*a.all.Stride:] }
	for o := range a.q {
		mix := func(to []float64, first int) {
			for i := range to {
				to[i] = 0
				for k, w := range a.weights[o*a.p : (o+1)*a.p] {
					to[i] += w * row(first + i)[k]
				}
			}
		}
		mix(in.U, 0)
		mix(in.G, b.Space.N)
		for i := range out.U {
			out.U[i] = row(i)[a.p+o]
		}
		for m := range out.E {
			out.E[m] = a.all.E[m*a.all.Stride+a.p+o]
		}
		b.PlaceGradient(r.work, r.Eq.Theta(), in, out, -1, g)
	}
}
