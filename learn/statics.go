package learn

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// Differentiable is a Rig that takes a whole batch there and back in the cheapest exact way that it knows: answers
// superposed, or sample by sample at the tangent of each state. Backpropagation asks nothing else of it.
type Differentiable interface {
	Rig
	// Forward sets the outputs of every sample of a batch (B x Q).
	Forward(batch Batch, out []float64) error
	// Backward sets g (len Modes) to the sum over the batch that went forward last of dL/dtheta, for slopes dL/dout
	// (B x Q).
	Backward(slope, g []float64) error
}

// Input is an input port of a body: a load, or a value that is given.
type Input struct {
	Port  statics.Port
	Given int // number of the given value that the amplitude is; -1 for a load
}

// Statics is the rig of a body: beams, angles, pipes, bonds under any law, moving little or far. What it learns are the
// parameters of its laws, each in its own unit.
type Statics struct {
	Eq      *statics.Equilibrium
	In      []Input
	Out     []statics.Port
	Unit    []float64 // what changes of each parameter are measured by, where it is not 0; nil, or len Modes
	linear  bool
	work    *body.Work
	states  []*body.State // of the samples of the batch that went forward
	batch   Batch
	adjoint *body.State
	f, g    []float64
	answers *unitAnswers
	set     uint64 // counts Set, so that answers are known to be stale
}

// NewStatics is the rig of an equilibrium at ports. The equilibrium must have its parameters.
func NewStatics(eq *statics.Equilibrium, in []Input, out []statics.Port) *Statics {
	b := eq.Body
	return &Statics{Eq: eq, In: in, Out: out, linear: !eq.Finite && b.Linear(), work: b.NewWork(), adjoint: b.NewState(),
		f: make([]float64, b.Space.N), g: make([]float64, b.Space.G)}
}

// Ports implements Rig.
func (r *Statics) Ports() (inputs, outputs int) { return len(r.In), len(r.Out) }

// Modes implements Rig: the number of parameters.
func (r *Statics) Modes() int { return r.Eq.Body.P }

// Stiffness implements Rig: the parameters.
func (r *Statics) Stiffness() []float64 { return r.Eq.Theta() }

// Units implements Measured: a parameter is measured by itself unless Unit says otherwise.
func (r *Statics) Units() []float64 {
	units := make([]float64, r.Modes())
	for i, v := range r.Stiffness() {
		switch {
		case r.Unit != nil && r.Unit[i] > 0:
			units[i] = r.Unit[i]
		case v != 0:
			units[i] = math.Abs(v)
		default:
			units[i] = 1
		}
	}
	return units
}

// SetStiffness implements Rig.
func (r *Statics) SetStiffness(theta []float64) error {
	r.set++
	return r.Eq.Set(theta)
}

// load is what the inputs put on the body.
func (r *Statics) load(in []float64) *statics.Load {
	clear(r.f)
	clear(r.g)
	for i, amplitude := range in {
		if p := &r.In[i]; p.Given >= 0 {
			r.g[p.Given] += amplitude
		} else {
			p.Port.Put(&r.Eq.Body.Space, amplitude, r.f)
		}
	}
	return &statics.Load{F: r.f, G: r.g}
}

// Load is what amplitudes at the inputs put on the body, as a copy of its own. It fails where an input is given its value
// and is told another than zero: a path needs loads.
func (r *Statics) Load(in []float64) (*statics.Load, error) {
	l := r.load(in)
	for _, v := range l.G {
		if v != 0 {
			return nil, fmt.Errorf("a path is followed under loads, and an input is given its value")
		}
	}
	return &statics.Load{F: append([]float64(nil), l.F...)}, nil
}

// Rest finds the state under amplitudes at the inputs.
func (r *Statics) Rest(in []float64, s *body.State) (statics.Effort, error) {
	return r.Eq.Rest(r.load(in), s)
}

// Apply implements Rig. Loads at outputs are hung beside those at the inputs.
func (r *Statics) Apply(in, out []float64, m *Measurement) error {
	l := r.load(in)
	for o, amplitude := range out {
		r.Out[o].Put(&r.Eq.Body.Space, amplitude, l.F)
	}
	s := r.state(0)
	if _, err := r.Eq.Rest(l, s); err != nil {
		return err
	}
	r.batch = Batch{}
	r.read(s, m.Out)
	if m.Elongation != nil {
		copy(m.Elongation, s.E)
	}
	return nil
}

func (r *Statics) read(s *body.State, out []float64) {
	for o := range out {
		out[o] = r.Out[o].Read(&r.Eq.Body.Space, s.U, s.G)
	}
}

// state is room for a sample.
func (r *Statics) state(i int) *body.State {
	for len(r.states) <= i {
		r.states = append(r.states, r.Eq.Body.NewState())
	}
	return r.states[i]
}

// Forward implements Differentiable.
func (r *Statics) Forward(batch Batch, out []float64) error {
	q := len(r.Out)
	r.batch = batch
	if r.linear {
		a, err := r.respond()
		if err != nil {
			return err
		}
		a.outputs(batch, out)
		return nil
	}
	for i := range batch.Len() {
		s := r.state(i)
		if _, err := r.Eq.Rest(r.load(batch.Set.Force(batch.Row(i))), s); err != nil {
			return fmt.Errorf("sample %d: %w", batch.Row(i)+1, err)
		}
		r.read(s, out[i*q:(i+1)*q])
	}
	return nil
}

// Backward implements Differentiable: sample by sample, K a = -dL/du at the tangent of its state, then a dt/dtheta.
func (r *Statics) Backward(slope, g []float64) error {
	clear(g)
	q := len(r.Out)
	if r.linear {
		r.answers.backward(r, slope, g)
		return nil
	}
	b := r.Eq.Body
	for i := range r.batch.Len() {
		clear(r.f)
		for o, v := range slope[i*q : (i+1)*q] {
			r.Out[o].Put(&b.Space, -v, r.f)
		}
		if err := r.Eq.About(r.states[i], r.f, r.adjoint); err != nil {
			return err
		}
		b.Gradient(r.work, r.Eq.Theta(), r.states[i], r.adjoint, r.Eq.Finite, 1, g)
	}
	return nil
}

// unitAnswers are the states of a linear body under unit amplitudes at its ports: inputs, then outputs.
type unitAnswers struct {
	of      uint64 // Statics.set
	p, q    int
	states  []*body.State
	s       []float64 // outputs by inputs; Q x P
	weights []float64 // of the last batch: sum of slope f^T; Q x P
	gw, one []float64 // dL/dw of every mode; ones
	batch   Batch
	sum     *body.State // inputs superposed, where places learn
}

// respond answers unit amplitudes, once for each setting of the parameters.
func (r *Statics) respond() (*unitAnswers, error) {
	b := r.Eq.Body
	p, q := len(r.In), len(r.Out)
	if r.answers == nil {
		a := &unitAnswers{p: p, q: q, s: make([]float64, p*q), weights: make([]float64, p*q), gw: make([]float64, b.M), one: make([]float64, b.M)}
		for range p + q {
			a.states = append(a.states, b.NewState())
		}
		r.answers = a
	}
	a := r.answers
	if a.of == r.set && r.set > 0 {
		return a, nil
	}
	unit := make([]float64, p)
	for i := range p + q {
		l := r.load(nil)
		if i < p {
			unit[i] = 1
			l = r.load(unit)
			unit[i] = 0
		} else {
			r.Out[i-p].Put(&b.Space, 1, l.F)
		}
		if _, err := r.Eq.Rest(l, a.states[i]); err != nil {
			return nil, err
		}
	}
	for o := range q {
		for i := range p {
			a.s[o*p+i] = r.Out[o].Read(&b.Space, a.states[i].U, a.states[i].G)
		}
	}
	a.of = r.set
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
	b := r.Eq.Body
	for m := range a.gw {
		sum := 0.0
		for o := range a.q {
			in := 0.0
			for k, w := range a.weights[o*a.p : (o+1)*a.p] {
				in += w * a.states[k].E[m]
			}
			sum += a.states[a.p+o].E[m] * in
		}
		a.gw[m], a.one[m] = -sum, 1
	}
	// With a deformation of one everywhere dt/dtheta is dw/dtheta, and the adjoint deformation the derivative by w.
	b.Product(r.work, r.Eq.Theta(), &body.State{E: a.one}, &body.State{E: a.gw}, 1, g)
	if len(b.Moves) > 0 {
		a.places(r, g)
	}
}

// places adds the derivative by places of nodes, with the inputs of each output superposed first.
func (a *unitAnswers) places(r *Statics, g []float64) {
	b := r.Eq.Body
	if a.sum == nil {
		a.sum = b.NewState()
	}
	for o := range a.q {
		clear(a.sum.U)
		clear(a.sum.G)
		for k, w := range a.weights[o*a.p : (o+1)*a.p] {
			for i, v := range a.states[k].U {
				a.sum.U[i] += w * v
			}
			for i, v := range a.states[k].G {
				a.sum.G[i] += w * v
			}
		}
		b.PlaceGradient(r.work, r.Eq.Theta(), a.sum, a.states[a.p+o], -1, g)
	}
}
