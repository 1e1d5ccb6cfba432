package lab

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/task"
)

// superpose measures the answers to a load at every port once, and makes those
// of all samples from them: outputs are S f, and the summed gradient is
// rowsum((E_out G F^T) o E_in).
func (m *meter) superpose() error {
	e, s := m.e, m.e.Specimen
	p, q, b := len(s.In), len(s.Out), e.Batch.Len()
	size := e.adjointSize()
	if size == 0 {
		return fmt.Errorf("all inputs of the batch are zero: nothing can be measured")
	}
	answers, err := m.ports(size)
	if err != nil {
		return err
	}
	// Outputs of unit loads, S (q x p), and of every sample.
	S, SS := make([]float64, q*p), make([]float64, q*p)
	u, sd := make([]float64, q), make([]float64, q)
	for a := range p {
		if err := m.outputs(answers[a].Response, u, sd); err != nil {
			return err
		}
		for o := range q {
			S[o*p+a], SS[o*p+a] = u[o]/size, sd[o]/size
		}
	}
	outs, sigma := make([]float64, b*q), make([]float64, b*q)
	slope, shorter := make([]float64, b*q), make([]float64, b)
	for i := range b {
		f := e.Batch.Set.Force(e.Batch.Row(i))
		for o := range q {
			variance := 0.0
			for a, fa := range f {
				outs[i*q+o] += S[o*p+a] * fa
				variance += fa * fa * SS[o*p+a] * SS[o*p+a]
			}
			sigma[i*q+o] = math.Sqrt(variance)
		}
	}
	m.total.Loss = e.slopes(outs, sigma, slope, shorter)
	if math.IsNaN(m.total.Loss) {
		return task.ErrStill
	}
	// W is -sum g f^T, V the part of its variance along g.
	W, V := make([]float64, q*p), make([]float64, q*p)
	for i := range b {
		f := e.Batch.Set.Force(e.Batch.Row(i))
		for o := range q {
			for a, fa := range f {
				w := -slope[i*q+o] * fa
				W[o*p+a] += w
				V[o*p+a] += w * w * shorter[i] * shorter[i]
			}
		}
	}
	t := m.total
	for i := range t.G {
		for o := range q {
			out, so := answers[p+o].E[i]/size, answers[p+o].ESigma[i]/size
			inward := 0.0 // sum_a W_oa e_in,a
			for a := range p {
				in, si := answers[a].E[i]/size, answers[a].ESigma[i]/size
				w := W[o*p+a]
				inward += w * in
				t.Sigma[i] += w*w*si*si*so*so + V[o*p+a]*out*out*in*in
				if t.Bias != nil {
					t.Bias[i] += w * answers[p+o].even[i] * answers[a].even[i] / (size * size)
				}
			}
			t.G[i] += out * inward
			t.Sigma[i] += inward * inward * so * so
		}
		for a := range p {
			si := answers[a].ESigma[i] / size
			outward := 0.0
			for o := range q {
				outward += W[o*p+a] * answers[p+o].E[i] / size
			}
			t.Sigma[i] += outward * outward * si * si
		}
	}
	return nil
}

// ports measures the answers to a load of that size at every port: inputs, then
// outputs; where phases alternate, then all again in the opposite order and sign.
func (m *meter) ports(size float64) ([]*pair, error) {
	s := m.e.Specimen
	asks := make([]Ask, 0, len(s.In)+len(s.Out))
	for a := range s.In {
		asks = append(asks, Ask{InputPort, a, 0, s.Forces(s.In[a:a+1], []float64{size})})
	}
	for o := range s.Out {
		asks = append(asks, Ask{OutputPort, o, 0, s.Forces(s.Out[o:o+1], []float64{size})})
	}
	first, second := make([]*Response, len(asks)), make([]*Response, len(asks))
	var zero, taken []Frame
	var err error
	for i := range asks {
		if first[i], taken, err = m.ask(asks[i], zero); err != nil {
			return nil, err
		}
		if m.e.Protocol.SharedZero {
			zero = taken
		}
	}
	if m.e.Protocol.Alternate {
		for i := len(asks) - 1; i >= 0; i-- {
			ask := asks[i]
			ask.Turn, ask.Load = 1, scaled(ask.Load, -1)
			if second[i], _, err = m.ask(ask, nil); err != nil {
				return nil, err
			}
		}
	}
	answers := make([]*pair, len(asks))
	for i := range asks {
		answers[i] = turned(first[i], second[i])
	}
	return answers, nil
}
