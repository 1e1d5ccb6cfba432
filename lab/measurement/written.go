package measurement

import (
	"slices"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/network"
)

// Inputs that set stiffnesses: for a sample the bench sets the springs that follow its inputs, hangs what is left of it as a load, and
// then its error, at the same stiffnesses. What a spring that follows an input learns is its stiffness at an input of one, and its
// derivative is e_adj o e times its share.

// Set is what the inputs that set stiffnesses are at under amplitudes of all inputs; nil where none does.
func (s *Specimen) Set(in []float64) (set []float64) {
	if s.Writes == nil || in == nil {
		return nil
	}
	for i, v := range in {
		if s.In[i].Part == network.Value {
			set = append(set, v)
		}
	}
	return set
}

// Theta is what the lattice is set to with its inputs at set, where it has learned theta; theta itself where they set nothing.
func (s *Specimen) Theta(theta, set []float64) []float64 {
	if set == nil {
		return theta
	}
	theta = slices.Clone(theta)
	s.multiplied(set, func(p int, share float64) { theta[p] *= share })
	return theta
}

// multiplied yields every parameter that the inputs multiply, with its share.
func (s *Specimen) multiplied(set []float64, yield func(p int, share float64)) {
	at := 0
	for i := range s.Writes {
		if s.In[i].Part != network.Value {
			continue
		}
		for k := range s.Writes[i] {
			c := &s.Writes[i][k]
			yield(c.Parameter, c.Share(set[at]))
		}
		at++
	}
}

// input is the ask for the answer to a sample.
func (s *Specimen) input(row int, in []float64) Ask {
	return Ask{Part: Input, Number: row, Load: s.Forces(s.In, in), Set: s.Set(in)}
}

// turned is the ask for the answer to the opposite load.
func (a Ask) turned() Ask {
	a.Turn, a.Load, a.Holds = 1, lab.Scaled(a.Load, -1), slices.Clone(a.Holds)
	for i := range a.Holds {
		a.Holds[i].Move = -a.Holds[i].Move
	}
	return a
}

func (bars) at([]float64) error { return nil }

// at implements products.
func (m *solid) at(set []float64) error {
	if set == nil || slices.Equal(set, m.set) {
		return nil
	}
	m.set = slices.Clone(set)
	clear(m.sights) // what is not seen follows by the stiffnesses
	return m.model.Set(m.specimen.Theta(m.theta, set))
}

// held is what derivatives were before a sample added to them: of the parameters that inputs multiply, in their order.
type held struct{ g, variance, bias []float64 }

// through lets a sample add to g and t by its own stiffnesses; what it returns chains that to those at inputs of one.
func (m *solid) through(g []float64, t *Gradient) (chain func()) {
	if m.set == nil {
		return func() {}
	}
	h := &m.held
	h.g, h.variance, h.bias = h.g[:0], h.variance[:0], h.bias[:0]
	take := func(v []float64, p int, to *[]float64) {
		if v != nil {
			*to, v[p] = append(*to, v[p]), 0
		}
	}
	m.specimen.multiplied(m.set, func(p int, _ float64) {
		take(g, p, &h.g)
		take(t.Sigma, p, &h.variance)
		take(t.Bias, p, &h.bias)
	})
	return func() {
		i := 0
		m.specimen.multiplied(m.set, func(p int, share float64) {
			g[p] = h.g[i] + share*g[p]
			t.Sigma[p] = h.variance[i] + share*share*t.Sigma[p]
			if t.Bias != nil {
				t.Bias[p] = h.bias[i] + share*t.Bias[p]
			}
			i++
		})
	}
}
