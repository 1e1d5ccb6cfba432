package measurement

import (
	"errors"
	"math"
	"slices"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Rig is a lattice on a bench as learning rules see it (learn.Rig): they load it and multiply what they are told, as on a
// solver. Its source answers each load from a bench, a journal, or both. It writes down beside the rule what is known of
// the errors of the gradient. One of Estimator.Rig serves one gradient; one of OnBench serves on.
type Rig struct {
	e        *Estimator
	source   Source
	set      func(k []float64) error // nil: a session sets the stiffness, between two gradients
	products products
	total    *Gradient // Sigma holds variances

	applied int // inputs alone
	asked   int // of Together
	batch   learn.Batch
	u       []float64
	sigma   []float64
	forward []*Response
	zero    [][]lab.Frame
	ports   []*pair   // answers at all ports, where they are superposed
	size    float64   // of the load at each
	at      []float64 // what a rule looks at in place of what the lattice has; nil: that
	looked  []look
	free    [2][]float64 // outputs under an input alone, and their deviations
	last    *Gradient    // what the energy that was asked for last added to total; Sigma holds variances
}

var (
	_ learn.OneByOne    = (*Rig)(nil)
	_ learn.Superposing = (*Rig)(nil)
	_ learn.Clamping    = (*Rig)(nil)
	_ learn.Accounting  = (*Rig)(nil)
	_ learn.Doubting    = (*Rig)(nil)
)

// pair is an answer, averaged over an alternation: its odd part in the load, and the even part.
type pair struct {
	*Response
	load []lab.Force // that it answers
	even *Response
}

// products multiplies answers: what elements see of two states of their own. Variances are added to t.Sigma.
type products interface {
	// at lets the products that follow be of a lattice whose inputs are at set; nil where none sets anything.
	at(set []float64) error
	// known clears what has no data in a response.
	known(r *Response, known []bool)
	// product adds e_adj o e to g, for an adjoint load that is factor times the slope.
	product(forward, adjoint *pair, factor float64, d *doubt, g []float64, t *Gradient) error
	// superpose adds the sum over inputs a and outputs o of W[o, a] e_out o e_in: answers to loads of one size, and doubts
	// of every sample, whose forces at the inputs are told.
	superpose(in, out []*pair, size float64, W []float64, force func(sample int) []float64, d []doubt, g []float64, t *Gradient) error
	// energy adds scale dW/dtheta to g.
	energy(p *pair, scale, mean float64, g []float64, t *Gradient) error
}

// doubt is what the noise of the outputs of a sample does to its slope dL/du, and so to its adjoint load.
type doubt struct {
	slope   []float64
	shorter float64   // relative standard deviation of its size
	turns   []float64 // d2L/du2, from the noise; Q x Q, row by row
}

// Rig is the lattice for one gradient.
func (e *Estimator) Rig(source Source) (*Rig, error) {
	r := &Rig{e: e, source: source, products: bars{}}
	n := len(e.Specimen.Net.Elements)
	if e.Specimen.Model != nil {
		b, err := newBody(e.Specimen, e.Theta)
		if err != nil {
			return nil, err
		}
		r.products, n = b, b.model.Body.P
	}
	r.total = &Gradient{G: make([]float64, n), Sigma: make([]float64, n), Known: make([]bool, n), Scale: 1}
	for i := range r.total.Known {
		r.total.Known[i] = e.Specimen.Model != nil || !e.Specimen.Net.Elements[i].Cut
	}
	if e.Protocol.Alternate {
		r.total.Bias = make([]float64, n)
	}
	return r, nil
}

// Ports implements learn.Rig.
func (r *Rig) Ports() (inputs, outputs int) { return len(r.e.Specimen.In), len(r.e.Specimen.Out) }

// Modes implements learn.Rig.
func (r *Rig) Modes() int { return len(r.total.G) }

// Stiffness implements learn.Rig: what the lattice is believed to have.
func (r *Rig) Stiffness() []float64 { return r.e.Theta }

// SetStiffness implements learn.Rig.
func (r *Rig) SetStiffness(k []float64) error {
	if r.set == nil {
		return r.look(k)
	}
	return r.set(k)
}

// Superposes implements learn.Superposing.
func (r *Rig) Superposes() {}

// OneByOne implements learn.OneByOne.
func (r *Rig) OneByOne() bool { return !r.e.Superposes() && !r.e.Protocol.Rows }

// ask measures one phase.
func (r *Rig) ask(ask Ask, zero []lab.Frame) (*Response, []lab.Frame, error) {
	if ask.At = r.at; r.at != nil && ask.Part == Input { // not what an exam asks for
		ask.Part, ask.Number = Together, r.asked
		r.asked++
	}
	record, response, err := r.source(ask, zero)
	if err != nil {
		return nil, nil, err
	}
	t := r.total
	t.Phases++
	t.Frames += len(record.Zero) + len(record.Loaded) + len(record.After)
	if math.Abs(response.Scale-1) > math.Abs(t.Scale-1) {
		t.Scale = response.Scale
	}
	t.Drift, t.Noise = max(t.Drift, response.Drift), max(t.Noise, response.Sigma)
	if !record.Quiet {
		t.Moving++
	}
	r.products.known(response, t.Known)
	return response, record.Zero, nil
}

// turned is the answer to a load averaged with the turned answer to its opposite.
func turned(load []lab.Force, plus, minus *Response) *pair {
	p := &pair{Response: plus, load: load}
	if minus == nil {
		return p
	}
	odd, even := *plus, *plus
	half := func(a, as, b, bs []float64) (odd, even, sigma []float64) {
		odd, even, sigma = make([]float64, len(a)), make([]float64, len(a)), make([]float64, len(a))
		for i := range a {
			odd[i], even[i] = (a[i]-b[i])/2, (a[i]+b[i])/2
			sigma[i] = math.Hypot(as[i], bs[i]) / 2
		}
		return odd, even, sigma
	}
	odd.U, even.U, odd.USigma = half(plus.U, plus.USigma, minus.U, minus.USigma)
	odd.E, even.E, odd.ESigma = half(plus.E, plus.ESigma, minus.E, minus.ESigma)
	odd.Seen = make([]bool, len(plus.Seen))
	for i := range odd.Seen {
		odd.Seen[i] = plus.Seen[i] && minus.Seen[i]
	}
	even.Seen = odd.Seen
	p.Response, p.even = &odd, &even
	return p
}

// outputs reads a response at the output ports.
func (r *Rig) outputs(a *Response, u, sigma []float64) error {
	for o, p := range r.e.Specimen.Out {
		var ok bool
		if u[o], sigma[o], ok = a.Along(p, r.e.Specimen.Net.Dim); !ok {
			return &MissingError{p.Node}
		}
	}
	return nil
}

// together measures the state under loads at inputs and outputs, and that under their opposites where phases alternate.
func (r *Rig) together(in, out []float64) (*pair, error) {
	s := r.e.Specimen
	ports, amplitude := slices.Clone(s.In), slices.Clone(in)
	if in == nil {
		ports = nil
	}
	if out != nil {
		ports, amplitude = append(ports, s.Out...), append(amplitude, out...)
	}
	ask := Ask{Part: Together, Number: r.asked, Load: s.Forces(ports, amplitude), Set: s.Set(in)}
	if i := r.applied; out == nil && i < r.e.Batch.Len() && slices.Equal(in, r.e.Batch.Set.Force(r.e.Batch.Row(i))) {
		ask.Part, ask.Number = Input, r.e.Batch.Row(i) // as an exam asks for it
		r.applied++
	} else {
		r.asked++
	}
	plus, _, err := r.ask(ask, nil)
	if err != nil {
		return nil, err
	}
	var minus *Response
	if r.e.Protocol.Alternate {
		if minus, _, err = r.ask(ask.turned(), nil); err != nil {
			return nil, err
		}
	}
	return turned(ask.Load, plus, minus), nil
}

// Apply implements learn.Rig. Elongations are those of the bonds.
func (r *Rig) Apply(in, out []float64, m *learn.Measurement) error {
	r.last = nil
	p, err := r.together(in, out)
	if err != nil {
		return err
	}
	copy(m.Elongation, p.E)
	sigma := make([]float64, len(m.Out))
	if err = r.outputs(p.Response, m.Out, sigma); err == nil && out == nil {
		r.free = [2][]float64{slices.Clone(m.Out), sigma}
	}
	return err
}

// EnergyRate implements learn.Energetic.
func (r *Rig) EnergyRate(in, out []float64, scale float64, seen, g []float64) error {
	if r.at != nil {
		return errElsewhere
	}
	p, err := r.together(in, out)
	if err != nil {
		return err
	}
	if err := r.outputs(p.Response, seen, make([]float64, len(seen))); err != nil {
		return err
	}
	if err := r.products.at(r.e.Specimen.Set(in)); err != nil {
		return err
	}
	return r.energy(p, scale, g)
}

// Forward implements learn.Differentiable: every input, or a load at every port from which all answers follow.
func (r *Rig) Forward(batch learn.Batch, out []float64) error {
	b, q := batch.Len(), len(r.e.Specimen.Out)
	r.batch, r.u, r.sigma = batch, out, make([]float64, b*q)
	defer r.note()
	if r.e.Superposes() {
		return r.forwardPorts()
	}
	if r.e.Protocol.Rows && !r.e.Valued {
		return r.forwardRows()
	}
	s := r.e.Specimen
	r.forward, r.zero = make([]*Response, b), make([][]lab.Frame, b)
	for i := range b {
		row := batch.Row(i)
		var err error
		ask := s.input(row, batch.Set.Force(row))
		if r.forward[i], r.zero[i], err = r.ask(ask, nil); err != nil {
			return err
		}
		if r.forward[i], err = r.straight(ask, r.forward[i]); err != nil {
			return err
		}
		if err := r.outputs(r.forward[i], out[i*q:(i+1)*q], r.sigma[i*q:(i+1)*q]); err != nil {
			return err
		}
	}
	return nil
}

// Backward implements learn.Differentiable.
func (r *Rig) Backward(slope, g []float64) error {
	if clear(g); r.at != nil {
		return errElsewhere
	}
	b, q := r.batch.Len(), len(r.e.Specimen.Out)
	doubts := make([]doubt, b)
	single, each := r.e.Loss.(task.SampleLoss)
	for i := range b {
		at, goal := i*q, r.batch.Set.Goal(r.batch.Row(i))
		eval := func(u, g []float64) { single.Eval(u, goal, g) }
		if !each || r.e.Superposes() { // taken of all samples at once
			eval = r.among(i)
		}
		doubts[i] = doubtOf(slope[at:at+q], r.sigma[at:at+q], eval, r.u[at:at+q])
	}
	if r.ports != nil {
		return r.backwardPorts(doubts, g)
	}
	size := r.e.Size()
	for i := range b {
		if err := r.adjoint(i, size, &doubts[i], g); err != nil {
			return err
		}
	}
	return nil
}

// among evaluates the slope of one sample with all others as they were seen.
func (r *Rig) among(i int) func(u, g []float64) {
	q := len(r.e.Specimen.Out)
	at, slopes := slices.Clone(r.u), make([]float64, len(r.u))
	return func(u, g []float64) {
		copy(at[i*q:], u)
		task.Total(r.e.Loss, r.batch.Set, r.batch.Rows, at, slopes)
		copy(g, slopes[i*q:(i+1)*q])
	}
}

// adjoint measures what the error of one sample does, normalised, and multiplies.
func (r *Rig) adjoint(i int, size float64, d *doubt, g []float64) error {
	e, s, row, zero := r.e, r.e.Specimen, r.batch.Row(i), r.zero[i]
	raw := s.Forces(s.Out, d.slope)
	most := lab.Largest(raw)
	if most == 0 {
		return nil // nothing to be learned from this sample
	}
	factor := size / most
	if e.Protocol.RawAdjoint > 0 {
		factor = e.Protocol.RawAdjoint
	}
	load := lab.Scaled(raw, -factor)
	if !e.Protocol.SharedZero {
		zero = nil
	}
	ask := Ask{Part: Adjoint, Number: row, Load: load, Set: s.Set(r.batch.Set.Force(row))}
	backward, _, err := r.ask(ask, zero)
	if err != nil {
		return err
	}
	input := s.Forces(s.In, r.batch.Set.Force(row))
	var forward2, backward2 *Response
	if e.Protocol.Alternate {
		if backward2, _, err = r.ask(ask.turned(), nil); err != nil {
			return err
		}
		if forward2, _, err = r.ask(s.input(row, r.batch.Set.Force(row)).turned(), nil); err != nil {
			return err
		}
	}
	if err := r.products.at(ask.Set); err != nil {
		return err
	}
	return r.products.product(turned(input, r.forward[i], forward2), turned(load, backward, backward2), factor, d, g, r.total)
}

// errNothing refuses a batch that cannot be measured.
var errNothing = errors.New("all inputs of the batch are zero: nothing can be measured")
