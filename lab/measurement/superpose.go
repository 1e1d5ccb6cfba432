package measurement

import (
	"math"

	"github.com/elastrain/elastrain/lab"
)

// forwardPorts measures the answers to a load at every port once, and makes the outputs of all samples from those at the
// inputs: u = S f.
func (r *Rig) forwardPorts() error {
	e, s := r.e, r.e.Specimen
	p, q, b := len(s.In), len(s.Out), r.batch.Len()
	if r.size = e.Size(); r.size == 0 {
		return errNothing
	}
	var err error
	asks := make([]Ask, 0, p+q)
	for a := range p {
		asks = append(asks, Ask{Part: InputPort, Number: a, Load: s.Forces(s.In[a:a+1], []float64{r.size})})
	}
	if r.ports, err = r.answers(asks, r.size); err != nil {
		return err
	}
	S, SS := make([]float64, q*p), make([]float64, q*p) // outputs of unit loads, and their deviations
	u, sd := make([]float64, q), make([]float64, q)
	for a := range p {
		if err := r.outputs(r.ports[a].Response, u, sd); err != nil {
			return err
		}
		for o := range q {
			S[o*p+a], SS[o*p+a] = u[o]/r.size, sd[o]/r.size
		}
	}
	clear(r.u)
	for i := range b {
		f := r.batch.Set.Force(r.batch.Row(i))
		for o := range q {
			variance := 0.0
			for a, fa := range f {
				r.u[i*q+o] += S[o*p+a] * fa
				variance += fa * fa * SS[o*p+a] * SS[o*p+a]
			}
			r.sigma[i*q+o] = math.Sqrt(variance)
		}
	}
	return nil
}

// backwardPorts sums over the batch from the same answers: rowsum((E_out G F^T) o E_in).
func (r *Rig) backwardPorts(doubts []doubt, g []float64) error {
	q := len(r.e.Specimen.Out)
	p := len(r.ports) - q
	W := make([]float64, q*p) // -sum g f^T
	for i := range doubts {
		f := r.inward(i)
		for o := range q {
			for a, fa := range f {
				W[o*p+a] += -doubts[i].slope[o] * fa
			}
		}
	}
	return r.products.superpose(r.ports[:p], r.ports[p:], r.size, W, r.inward, doubts, g, r.total)
}

// inward is a sample by the answers that were measured at the inputs, each of a load of one size: the forces at the input
// ports, or that size in the place of the sample, where it was measured itself.
func (r *Rig) inward(sample int) []float64 {
	if r.e.Superposes() {
		return r.batch.Set.Force(r.batch.Row(sample))
	}
	f := make([]float64, r.batch.Len())
	f[sample] = r.size
	return f
}

// answers measures the answers to loads at the inputs, then to a load of that size at every output; where phases alternate,
// then all again in the opposite order and sign.
func (r *Rig) answers(asks []Ask, size float64) ([]*pair, error) {
	s := r.e.Specimen
	for o := range s.Out {
		asks = append(asks, Ask{Part: OutputPort, Number: o, Load: s.Forces(s.Out[o:o+1], []float64{size})})
	}
	first, second := make([]*Response, len(asks)), make([]*Response, len(asks))
	var zero, taken []lab.Frame
	var err error
	for i := range asks {
		if first[i], taken, err = r.ask(asks[i], zero); err != nil {
			return nil, err
		}
		if r.e.Protocol.SharedZero {
			zero = taken
		}
	}
	if r.e.Protocol.Alternate {
		for i := len(asks) - 1; i >= 0; i-- {
			ask := asks[i]
			ask.Turn, ask.Load = 1, lab.Scaled(ask.Load, -1)
			if second[i], _, err = r.ask(ask, nil); err != nil {
				return nil, err
			}
		}
	}
	answers := make([]*pair, len(asks))
	for i := range asks {
		answers[i] = turned(asks[i].Load, first[i], second[i])
	}
	return answers, nil
}
