package learn

import (
	"fmt"
	"math"
	"runtime"
	"slices"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
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

// OneByOne is a Differentiable rig on which the error of a sample is best hung right after its input, where the loss
// allows it: on a bench, whose zero drifts.
type OneByOne interface {
	Differentiable
	OneByOne() bool
}

// Input is an input port of a body: a load, a value that is given, or a change of parameters.
type Input struct {
	Port  statics.Port
	Given int      // number of the given value that the amplitude is; -1 for a load
	Write []Change // parameters that the amplitude is written into; Port and Given do not count then
	Drive int      // of an input that makes the rest length of an element longer, or pushes its ends apart by its stiffness times that: the element of the body, from 1; 0: of any other
}

// Change is a parameter (of the body, from 0) and what an amplitude makes of it: a stiffness input. It adds By times the
// amplitude; or, where Times is set, multiplies the parameter by Least + (1 - Least) v, with v the amplitude, 0 to 1, or 1 less
// the amplitude. Of a parameter that is multiplied the derivative is that by its value at v = 1: a gain that learns.
type Change struct {
	Parameter  int
	By         float64
	Times      bool
	Least      float64
	Complement bool
}

// Share is what an amplitude leaves of a parameter that it multiplies.
func (c *Change) Share(amplitude float64) float64 {
	if c.Complement {
		amplitude = 1 - amplitude
	}
	return c.Least + (1-c.Least)*amplitude
}

// gives is what one of an amplitude adds to the given value: a port that reads it backwards is told the opposite.
func (in *Input) gives() float64 {
	if len(in.Port) == 1 {
		return 1 / in.Port[0].Weight
	}
	return 1
}

// Statics is the rig of a body: beams, angles, pipes, bonds under any law, moving little or far. What it learns are the
// parameters of its laws, each in its own unit.
type Statics struct {
	Eq     *statics.Equilibrium
	In     []Input
	Out    []statics.Port
	Pairs  []int     // of each output the element of the body, from 1, whose elongation it reads in place of its port; nil where none does
	Unit   []float64 // what changes of each parameter are measured by, where it is not 0; nil, or len Modes
	linear bool
	base   []float64 // parameters without what inputs write into them; nil where none does
	times  bool      // some are multiplied
	held   []float64 // of these, what a gradient was before a sample added to it
	work   *body.Work
	states []*body.State // of the samples of the batch that went forward
	batch  Batch
	f, g   []float64
	back   []float64 // where slopes by inputs go
	now    statics.Load

	threads int
	lanes   []*lane // goroutines for samples; the first one is Eq itself
	crew    crew
	answers *unitAnswers
	found   found // of what the states are
}

// NewStatics is the rig of an equilibrium at ports. The equilibrium must have its parameters.
func NewStatics(eq *statics.Equilibrium, in []Input, out []statics.Port) *Statics {
	b := eq.Body
	r := &Statics{Eq: eq, In: in, Out: out, linear: !eq.Finite && b.Linear(), work: b.NewWork(),
		f: make([]float64, b.Space.N), g: make([]float64, b.Space.G), threads: runtime.GOMAXPROCS(0)}
	r.work.SetThreads(r.threads)
	for i := range in {
		if len(in[i].Write) > 0 && r.base == nil {
			r.base, r.linear = slices.Clone(eq.Theta()), false // answers do not add up
		}
		for _, c := range in[i].Write {
			r.times = r.times || c.Times
		}
	}
	return r
}

// ReadPairs lets outputs read elongations of elements, which are under the law law.Pull: of each output the element, from 1, or 0.
func (r *Statics) ReadPairs(elements []int) {
	r.Pairs = elements
	if r.linear = false; r.base == nil {
		r.base = slices.Clone(r.Eq.Theta()) // what outputs pull is written into parameters
	}
}

// SetThreads lets so many samples be found at once, or one of them by so many threads; 1 or more. Results have the same
// bits for any number.
func (r *Statics) SetThreads(n int) {
	r.threads = n
	r.Eq.SetThreads(n)
	r.work.SetThreads(n)
	r.lanes = nil
}

// Ports implements Rig.
func (r *Statics) Ports() (inputs, outputs int) { return len(r.In), len(r.Out) }

// Modes implements Rig: the number of parameters.
func (r *Statics) Modes() int { return r.Eq.Body.P }

// Stiffness implements Rig: the parameters.
func (r *Statics) Stiffness() []float64 {
	if r.base != nil {
		return r.base
	}
	return r.Eq.Theta()
}

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
	if err := r.Eq.Set(theta); err != nil {
		return err
	}
	if r.base != nil {
		copy(r.base, theta)
	}
	return nil
}

// write puts what the inputs write into the parameters of the body, for one sample.
func (r *Statics) write(in []float64) error {
	if r.base == nil {
		return nil
	}
	theta := slices.Clone(r.base)
	for i, amplitude := range in {
		for k := range r.In[i].Write {
			if c := &r.In[i].Write[k]; c.Times {
				if !(amplitude >= 0 && amplitude <= 1) {
					return fmt.Errorf("input %d sets stiffnesses to %g of what they can be; it is 0 to 1", i+1, amplitude)
				}
				theta[c.Parameter] *= c.Share(amplitude)
			} else {
				theta[c.Parameter] += c.By * amplitude
			}
		}
	}
	return r.Eq.Set(theta)
}

// multiplied yields each parameter that the inputs of a sample multiply, with the factor.
func (r *Statics) multiplied(in []float64, yield func(parameter int, by float64)) {
	for i, amplitude := range in {
		for k := range r.In[i].Write {
			if c := &r.In[i].Write[k]; c.Times {
				yield(c.Parameter, c.Share(amplitude))
			}
		}
	}
}

// through lets a sample add to a gradient by its own parameters, and chains what it adds to those that it multiplied.
func (r *Statics) through(in, g []float64, add func()) {
	if !r.times {
		add()
		return
	}
	if len(r.held) != len(g) {
		r.held = make([]float64, len(g))
	}
	r.multiplied(in, func(p int, _ float64) { r.held[p], g[p] = g[p], 0 })
	add()
	r.multiplied(in, func(p int, by float64) { g[p] = r.held[p] + by*g[p] })
}

// load is what the inputs put on the body.
func (r *Statics) load(in []float64) *statics.Load {
	r.put(in, r.f, r.g)
	r.now = statics.Load{F: r.f, G: r.g}
	return &r.now
}

// put sets loads and given values to what the inputs put on the body.
func (r *Statics) put(in, f, g []float64) {
	clear(f)
	clear(g)
	for i, amplitude := range in {
		switch p := &r.In[i]; {
		case len(p.Write) > 0:
		case p.Given >= 0:
			g[p.Given] += amplitude * p.gives()
		default:
			p.Port.Put(&r.Eq.Body.Space, amplitude, f)
		}
	}
}

// Load is what amplitudes at the inputs put on the body, as a copy of its own.
func (r *Statics) Load(in []float64) *statics.Load {
	l := r.load(in)
	return &statics.Load{F: slices.Clone(l.F), G: slices.Clone(l.G)}
}

// Rest finds the state under amplitudes at the inputs.
func (r *Statics) Rest(in []float64, s *body.State) (statics.Effort, error) {
	if err := r.write(in); err != nil {
		return statics.Effort{}, err
	}
	return r.Eq.Rest(r.load(in), s)
}

// Work is what the inputs are in a state under amplitudes in: the load of each, N, N m or A, and what it reads, m, rad or V.
// Their products add up to the work of the loads. An input that is written into parameters has neither.
func (r *Statics) Work(in []float64, s *body.State) (force, reading []float64) {
	space := &r.Eq.Body.Space
	force, reading = make([]float64, len(in)), make([]float64, len(in))
	taken := r.Eq.GivenForces(s)
	hung := make([]float64, space.G)
	for i := range r.In {
		if p := &r.In[i]; p.Given < 0 {
			p.Port.PutGiven(space, in[i], hung)
		}
	}
	for i := range r.In {
		p := &r.In[i]
		switch {
		case p.Drive > 0:
			mode := r.Eq.Body.ModeOf(p.Drive - 1)
			if force[i], reading[i] = -s.T[mode], s.E[mode]; len(p.Write) == 0 {
				force[i] += in[i] * r.Eq.Theta()[r.Eq.Body.ThetaOf(p.Drive-1)]
			}
			continue
		case len(p.Write) > 0:
			continue
		case p.Given >= 0:
			force[i] = (taken[p.Given] - hung[p.Given]) * p.gives()
		default:
			force[i] = in[i]
		}
		reading[i] = p.Port.Read(space, s.U, s.G)
	}
	return force, reading
}

// Judge looks how much of the state under amplitudes at the inputs is lost to rounding; see statics.Equilibrium.Judge.
func (r *Statics) Judge(in []float64) (lost, backward float64, err error) {
	if err := r.write(in); err != nil {
		return 1, 1, err
	}
	return r.Eq.Judge(r.load(in))
}

// Apply implements Rig. Loads at outputs are hung beside those at the inputs.
func (r *Statics) Apply(in, out []float64, m *Measurement) error {
	s, err := r.Under(in, out)
	if err != nil {
		return err
	}
	r.read(s, m.Out)
	if m.Elongation != nil {
		copy(m.Elongation, s.E)
	}
	return nil
}

func (r *Statics) read(s *body.State, out []float64) {
	for o := range out {
		out[o] = r.Read(o, s)
	}
}

// Read is what an output shows of a state.
func (r *Statics) Read(o int, s *body.State) float64 {
	if r.Pairs != nil && r.Pairs[o] > 0 {
		return s.E[r.Eq.Body.ModeOf(r.Pairs[o]-1)]
	}
	return r.Out[o].Read(&r.Eq.Body.Space, s.U, s.G)
}

// reads is the derivative of an output by the motion of nodes in a state: its port, or a pair's line as it lies now.
func (r *Statics) reads(o int, s *body.State) statics.Port {
	if r.Pairs == nil || r.Pairs[o] == 0 {
		return r.Out[o]
	}
	b := r.Eq.Body
	dim, nodes := b.Space.Dim, b.Elements[r.Pairs[o]-1].Nodes
	var d [3]float64
	long := 0.0
	for axis := range dim {
		part := element.Part(axis)
		d[axis] = b.Pos[nodes[1]*dim+axis] - b.Pos[nodes[0]*dim+axis] + b.Value(s, nodes[1], part) - b.Value(s, nodes[0], part)
		long = math.Hypot(long, d[axis])
	}
	var port statics.Port
	for axis := range dim {
		port = append(port, statics.Term{Node: nodes[0], Part: element.Part(axis), Weight: -d[axis] / long},
			statics.Term{Node: nodes[1], Part: element.Part(axis), Weight: d[axis] / long})
	}
	return port
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
	r.batch = batch
	if r.linear {
		a, err := r.respond()
		if err != nil {
			return err
		}
		a.outputs(batch, out)
		return nil
	}
	n := batch.Len()
	if n > 0 {
		r.state(n - 1)
	}
	// Scoring a point and stepping from it need each state once.
	if r.found.knows(r, &batch) {
		for i := range n {
			r.read(r.states[i], out[i*len(r.Out):(i+1)*len(r.Out)])
		}
		return nil
	}
	r.found.forget()
	err := r.each(n, forwardSample, out, nil)
	if err == nil && batch.Rows == nil && r.base == nil {
		r.found.note(r, batch.Set)
	}
	return err
}

// Backward implements Differentiable: sample by sample, K a = -dL/du at the tangent of its state, then a dt/dtheta.
func (r *Statics) Backward(slope, g []float64) error {
	clear(g)
	if r.linear {
		r.answers.backward(r, slope, g)
		return nil
	}
	return r.each(r.batch.Len(), backwardSample, slope, g)
}
