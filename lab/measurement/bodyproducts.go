package measurement

import (
	"github.com/elastrain/elastrain/mechanics/body"
)

// product implements products.
func (m *solid) product(forward, adjoint *pair, factor float64, d *doubt, g []float64, t *Gradient) error {
	defer m.through(g, t)()
	s, err := m.stand(forward.Response, forward.load, 1)
	if err != nil {
		return err
	}
	a, err := m.stand(adjoint.Response, adjoint.load, factor)
	if err != nil {
		return err
	}
	m.model.Gradient(m.work, s.State, a.State, 1, g)
	var even, back *stance
	if t.Bias != nil {
		if even, err = m.stand(forward.even, nil, 1); err == nil {
			back, err = m.stand(adjoint.even, nil, factor)
		}
		if err != nil {
			return err
		}
	}
	units, err := m.units(s)
	if err != nil {
		return err
	}
	q := len(m.out)
	var room [16]float64
	m.laws(s.expect.E, func(param, mode int, rate, curve []float64) {
		n, v := len(rate), both(s, a, mode, curve)
		if even != nil { // the slope is that of the first of two looks, with twice the variance of both
			m.turn(units, mode, rate, d.turns, q)
			v += m.noise.variance(s)
		}
		m.noise.add(s, mode, times(curve, a.expect.E[mode:mode+n], room[:]))
		m.turn(units, mode, rate, d.turns, q) // what is seen of the input sets the slope too, and so the adjoint load
		v += m.noise.variance(s)
		m.noise.add(a, mode, rate)
		t.Sigma[param] += v + m.noise.variance(a)
		if even != nil {
			t.Bias[param] += dots(times(curve, even.E[mode:mode+n], room[:]), back.E[mode:mode+n])
		}
	})
	return nil
}

// turn adds what the noise of the outputs does by the slope that follows from them.
func (m *solid) turn(units [][]float64, mode int, rate, turns []float64, q int) {
	for j := range q {
		along := dots(rate, units[j][mode:mode+len(rate)])
		for o, list := range m.out {
			for _, r := range list {
				m.noise.one(r.at, along*turns[j*q+o]*r.by)
			}
		}
	}
}

// superpose implements products, for a linear body.
func (m *solid) superpose(in, out []*pair, size float64, W []float64, force func(sample int) []float64, d []doubt, g []float64, t *Gradient) error {
	stand := func(pairs []*pair) (states, even []*stance, err error) {
		for _, p := range pairs {
			s, err := m.stand(p.Response, p.load, size)
			if err != nil {
				return nil, nil, err
			}
			states = append(states, s)
			if t.Bias != nil {
				if s, err = m.stand(p.even, nil, size); err != nil {
					return nil, nil, err
				}
				even = append(even, s)
			}
		}
		return states, even, nil
	}
	ins, evenIn, err := stand(in)
	if err != nil {
		return err
	}
	outs, evenOut, err := stand(out)
	if err != nil {
		return err
	}
	b, p := m.model.Body, len(in)
	inward, outward := make([]*body.State, len(out)), make([]*body.State, p) // sums of W o e, as the model has them
	for o := range out {
		seen := b.NewState()
		inward[o] = b.NewState()
		for a, s := range ins {
			addState(seen, s.State, W[o*p+a])
			addState(inward[o], s.expect, W[o*p+a])
		}
		m.model.Gradient(m.work, seen, outs[o].State, 1, g)
	}
	for a := range in {
		outward[a] = b.NewState()
		for o, s := range outs {
			addState(outward[a], s.expect, W[o*p+a])
		}
	}
	// T[o, a, o2, a2] is by how much W[o, a] falls as the answer of output o2 to input a2 grows.
	q := len(out)
	T := make([]float64, q*p*q*p)
	for i := range d {
		f := force(i)
		for o := range q {
			for o2 := range q {
				if h := d[i].turns[o*q+o2]; h != 0 {
					for a, fa := range f {
						for a2, fa2 := range f {
							T[((o*p+a)*q+o2)*p+a2] += h * fa * fa2
						}
					}
				}
			}
		}
	}
	var room [16]float64
	falls := make([]float64, q*p)
	m.laws(make([]float64, b.M), func(param, mode int, _, curve []float64) {
		n, v := len(curve), 0.0
		clear(falls)
		for o := range outs {
			m.noise.add(outs[o], mode, times(curve, inward[o].E[mode:mode+n], room[:]))
			v += m.noise.variance(outs[o])
			for a := range ins {
				w := W[o*p+a]
				v += w * w * both(ins[a], outs[o], mode, curve)
				if product := dots(times(curve, ins[a].expect.E[mode:mode+n], room[:]), outs[o].expect.E[mode:mode+n]); product != 0 {
					for k, v := range T[(o*p+a)*q*p : (o*p+a+1)*q*p] {
						falls[k] += product * v
					}
				}
				if t.Bias != nil {
					t.Bias[param] += w * dots(times(curve, evenIn[a].E[mode:mode+n], room[:]), evenOut[o].E[mode:mode+n])
				}
			}
		}
		for a := range ins {
			m.noise.add(ins[a], mode, times(curve, outward[a].E[mode:mode+n], room[:]))
			for o, list := range m.out {
				for _, r := range list {
					m.noise.one(r.at, -falls[o*p+a]*r.by)
				}
			}
			v += m.noise.variance(ins[a])
		}
		t.Sigma[param] += v
	})
	return nil
}

// addState adds by times another state.
func addState(s, other *body.State, by float64) {
	for j, v := range other.U {
		s.U[j] += by * v
	}
	for j, v := range other.E {
		s.E[j] += by * v
	}
}

// energy implements products. The square of noise is no energy.
func (m *solid) energy(p *pair, scale, mean float64, g []float64, t *Gradient) error {
	defer m.through(g, t)()
	s, err := m.stand(p.Response, p.load, 1)
	if err != nil {
		return err
	}
	m.model.EnergyGradient(m.work, s.State, scale, g)
	by := scale / mean // variances are of sums
	m.laws(s.expect.E, func(param, mode int, rate, curve []float64) {
		square := 0.0
		for i, c := range curve {
			square += c * s.covariance(mode+i, mode+i)
		}
		g[param] -= scale * square / 2
		m.noise.add(s, mode, rate)
		t.Sigma[param] += by * by * (m.noise.variance(s) + both(s, s, mode, curve)/2)
	})
	return nil
}
