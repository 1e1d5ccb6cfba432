package lab

import (
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Ask is one phase that a gradient needs.
type Ask struct {
	Part   string  `json:"part"`   // "input" or "adjoint", "input port" or "output port"
	Number int     `json:"number"` // sample in its set, or port; from 0
	Turn   int     `json:"turn"`   // 0, or 1 for the second of an alternation
	Load   []Force `json:"-"`      // it stands in the Record
}

// Parts of an Ask.
const (
	Input      = "input"
	Adjoint    = "adjoint"
	InputPort  = "input port"
	OutputPort = "output port"
)

// Source answers the phases of a gradient: a bench, a journal, or both. zero are
// the frames of a zero to share, nil for a fresh one.
type Source func(ask Ask, zero []Frame) (*Record, *Response, error)

// Gradient is dL/dk as measured, with what is known of its errors.
type Gradient struct {
	Loss float64   // mean over the batch
	G    []float64 // dL/dk of every element; len elements
	// Sigma is its standard deviation: from the noise of both elongations, and
	// from that of the adjoint load as far as it makes the whole longer or
	// shorter. Its turning by noise is not in it.
	Sigma []float64
	// Bias is the part of G that comes from what does not change sign with the
	// load; nil unless phases alternate. It has been taken out.
	Bias  []float64
	Known []bool // false: an end of the bond was not seen in some phase; G means nothing

	Phases  int     // measured for it
	Frames  int     // taken for it
	Scale   float64 // largest deviation of the magnification from 1
	Drift   float64 // largest motion of a zero, in standard deviations
	Noise   float64 // largest noise of one coordinate, m
	Moving  int     // phases that had not settled at the timeout
	Missing int     // bonds without data
}

// Estimator puts gradients together from phases. It keeps nothing between them.
type Estimator struct {
	Specimen *Specimen
	Protocol *Protocol
	Loss     task.Loss
	Batch    learn.Batch
}

// pair is an answer, averaged over an alternation: its odd part in the load, and
// the even part of the elongations.
type pair struct {
	*Response
	even []float64
}

// Phases is how many phases a gradient takes.
func (e *Estimator) Phases() int {
	turns := 1
	if e.Protocol.Alternate {
		turns = 2
	}
	if e.superposes() {
		return turns * (len(e.Specimen.In) + len(e.Specimen.Out))
	}
	return 2 * e.Batch.Len() * turns
}

// superposes reports whether unit loads at the ports take fewer phases.
func (e *Estimator) superposes() bool {
	if e.Protocol.Ports || e.Protocol.PerSample {
		return e.Protocol.Ports
	}
	return 2*e.Batch.Len() > len(e.Specimen.In)+len(e.Specimen.Out)
}

// Gradient asks for its phases in order and multiplies.
func (e *Estimator) Gradient(source Source) (*Gradient, error) {
	n := len(e.Specimen.Net.Elements)
	g := &Gradient{G: make([]float64, n), Sigma: make([]float64, n), Known: make([]bool, n), Scale: 1}
	for i := range g.Known {
		g.Known[i] = !e.Specimen.Net.Elements[i].Cut
	}
	if e.Protocol.Alternate {
		g.Bias = make([]float64, n)
	}
	m := &meter{e: e, source: source, total: g}
	var err error
	if e.superposes() {
		err = m.superpose()
	} else {
		err = m.perSample()
	}
	if err != nil {
		return nil, err
	}
	mean := e.Batch.Mean()
	g.Loss *= mean
	for i := range g.G {
		g.G[i] *= mean
		g.Sigma[i] = math.Sqrt(g.Sigma[i]) * mean // variances until here
		if g.Bias != nil {
			g.Bias[i] *= mean
		}
		if !g.Known[i] {
			g.G[i], g.Sigma[i] = 0, 0
			g.Missing++
		}
	}
	return g, nil
}

// meter counts and collects while phases are asked for.
type meter struct {
	e      *Estimator
	source Source
	total  *Gradient
}

// ask measures one phase.
func (m *meter) ask(ask Ask, zero []Frame) (*Response, []Frame, error) {
	r, response, err := m.source(ask, zero)
	if err != nil {
		return nil, nil, err
	}
	t := m.total
	t.Phases++
	t.Frames += len(r.Zero) + len(r.Loaded) + len(r.After)
	if math.Abs(response.Scale-1) > math.Abs(t.Scale-1) {
		t.Scale = response.Scale
	}
	t.Drift, t.Noise = max(t.Drift, response.Drift), max(t.Noise, response.Sigma)
	if !r.Quiet {
		t.Moving++
	}
	for i, known := range response.Known {
		t.Known[i] = t.Known[i] && known
	}
	return response, r.Zero, nil
}

// turned is the answer to a load averaged with the turned answer to its opposite.
func turned(plus, minus *Response) *pair {
	p := &pair{Response: plus}
	if minus == nil {
		return p
	}
	both := *plus
	half := func(a, as, b, bs []float64) (odd, even, sigma []float64) {
		odd, even, sigma = make([]float64, len(a)), make([]float64, len(a)), make([]float64, len(a))
		for i := range a {
			odd[i], even[i] = (a[i]-b[i])/2, (a[i]+b[i])/2
			sigma[i] = math.Hypot(as[i], bs[i]) / 2
		}
		return odd, even, sigma
	}
	both.U, _, both.USigma = half(plus.U, plus.USigma, minus.U, minus.USigma)
	both.E, p.even, both.ESigma = half(plus.E, plus.ESigma, minus.E, minus.ESigma)
	both.Seen = make([]bool, len(plus.Seen))
	for i := range both.Seen {
		both.Seen[i] = plus.Seen[i] && minus.Seen[i]
	}
	p.Response = &both
	return p
}

// outputs reads a response at the output ports.
func (m *meter) outputs(r *Response, u, sigma []float64) error {
	for o, p := range m.e.Specimen.Out {
		var ok bool
		if u[o], sigma[o], ok = r.Along(p, m.e.Specimen.Net.Dim); !ok {
			return &MissingError{p.Node}
		}
	}
	return nil
}

// adjointSize is the largest nodal force that adjoint loads are given, N.
func (e *Estimator) adjointSize() float64 {
	if e.Protocol.Adjoint > 0 {
		return e.Protocol.Adjoint
	}
	most := 0.0
	for i := range e.Batch.Len() {
		most = max(most, largest(e.Specimen.Forces(e.Specimen.In, e.Batch.Set.Force(e.Batch.Row(i)))))
	}
	return most
}

// perSample measures for every sample its input, then its normalised adjoint
// load. A loss of the whole set needs every input first.
func (m *meter) perSample() error {
	e, s := m.e, m.e.Specimen
	b, q := e.Batch.Len(), len(s.Out)
	u, sigma, slope, shorter := make([]float64, b*q), make([]float64, b*q), make([]float64, b*q), make([]float64, b)
	forward, zero := make([]*Response, b), make([][]Frame, b)
	input := func(i int) (err error) {
		row := e.Batch.Row(i)
		if forward[i], zero[i], err = m.ask(Ask{Input, row, 0, s.Forces(s.In, e.Batch.Set.Force(row))}, nil); err != nil {
			return err
		}
		return m.outputs(forward[i], u[i*q:(i+1)*q], sigma[i*q:(i+1)*q])
	}
	single, each := e.Loss.(task.SampleLoss)
	if !each {
		for i := range b {
			if err := input(i); err != nil {
				return err
			}
		}
		m.total.Loss = e.slopes(u, sigma, slope, shorter)
	}
	size := e.adjointSize()
	for i := range b {
		if each {
			if err := input(i); err != nil {
				return err
			}
			goal, at, g := e.Batch.Set.Goal(e.Batch.Row(i)), u[i*q:(i+1)*q], slope[i*q:(i+1)*q]
			m.total.Loss += single.Eval(at, goal, g)
			shorter[i] = shortening(g, sigma[i*q:(i+1)*q], func(u, g []float64) { single.Eval(u, goal, g) }, at)
		}
		if math.IsNaN(m.total.Loss) {
			return task.ErrStill
		}
		if err := m.adjoint(i, size, slope[i*q:(i+1)*q], shorter[i], forward[i], zero[i]); err != nil {
			return err
		}
	}
	return nil
}

// adjoint measures what the error of one sample does and multiplies.
func (m *meter) adjoint(i int, size float64, slope []float64, shorter float64, forward *Response, zero []Frame) error {
	e, s, row := m.e, m.e.Specimen, m.e.Batch.Row(i)
	raw := s.Forces(s.Out, slope)
	most := largest(raw)
	if most == 0 {
		return nil // nothing to be learned from this sample
	}
	factor := size / most
	if e.Protocol.RawAdjoint > 0 {
		factor = e.Protocol.RawAdjoint
	}
	load := scaled(raw, -factor)
	if !e.Protocol.SharedZero {
		zero = nil
	}
	backward, _, err := m.ask(Ask{Adjoint, row, 0, load}, zero)
	if err != nil {
		return err
	}
	var forward2, backward2 *Response
	if e.Protocol.Alternate {
		if backward2, _, err = m.ask(Ask{Adjoint, row, 1, scaled(load, -1)}, nil); err != nil {
			return err
		}
		if forward2, _, err = m.ask(Ask{Input, row, 1, scaled(s.Forces(s.In, e.Batch.Set.Force(row)), -1)}, nil); err != nil {
			return err
		}
	}
	m.multiply(turned(forward, forward2), turned(backward, backward2), factor, shorter)
	return nil
}

// multiply adds e_adj o e of one sample.
func (m *meter) multiply(forward, adjoint *pair, factor, shorter float64) {
	t := m.total
	for i := range t.G {
		e, se := forward.E[i], forward.ESigma[i]
		a, sa := adjoint.E[i]/factor, adjoint.ESigma[i]/factor
		t.G[i] += a * e
		t.Sigma[i] += a*a*se*se + e*e*sa*sa + se*se*sa*sa + a*a*e*e*shorter*shorter
		if t.Bias != nil {
			t.Bias[i] += adjoint.even[i] / factor * forward.even[i]
		}
	}
}

// slopes is the total loss of a set and its derivatives by all outputs.
func (e *Estimator) slopes(u, sigma, slope, shorter []float64) float64 {
	q := len(e.Specimen.Out)
	value := task.Total(e.Loss, e.Batch.Set, e.Batch.Rows, u, slope)
	at, other := append([]float64(nil), u...), make([]float64, len(u))
	for i := range shorter {
		all := func(v, g []float64) {
			copy(at[i*q:], v)
			task.Total(e.Loss, e.Batch.Set, e.Batch.Rows, at, other)
			copy(g, other[i*q:(i+1)*q])
			copy(at[i*q:], u[i*q:(i+1)*q])
		}
		shorter[i] = shortening(slope[i*q:(i+1)*q], sigma[i*q:(i+1)*q], all, u[i*q:(i+1)*q])
	}
	return value
}

// shortening is the relative standard deviation of the size of a slope dL/du (g)
// that comes from the noise of the outputs u.
func shortening(g, sigma []float64, eval func(u, g []float64), u []float64) float64 {
	square := 0.0
	for _, v := range g {
		square += v * v
	}
	if square == 0 {
		return 0
	}
	variance := 0.0
	at, other := append([]float64(nil), u...), make([]float64, len(g))
	for o := range u {
		at[o] = u[o] + sigma[o]
		eval(at, other)
		at[o] = u[o]
		along := 0.0
		for j := range g {
			along += (other[j] - g[j]) * g[j] / square
		}
		variance += along * along
	}
	return math.Sqrt(variance)
}
