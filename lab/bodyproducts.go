package lab

import "github.com/elastrain/elastrain/mechanics/body"

// product implements products.
func (m *solid) product(forward, adjoint *pair, factor, shorter float64, g []float64, t *Gradient) error {
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
	var room [16]float64
	m.laws(s.E, func(param, mode int, rate, curve []float64) {
		n := len(rate)
		ae := a.E[mode : mode+n]
		along := dots(rate, ae)
		t.Sigma[param] += s.spread(mode, times(curve, ae, room[:])) + a.spread(mode, rate) + both(s, a, mode, curve) + along*along*shorter*shorter
		if even != nil {
			t.Bias[param] += dots(times(curve, even.E[mode:mode+n], room[:]), back.E[mode:mode+n])
		}
	})
	return nil
}

// superpose implements products, for a linear body.
func (m *solid) superpose(in, out []*pair, size float64, W, V, g []float64, t *Gradient) error {
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
	sum := func(states []*stance, by func(i int) float64) *body.State {
		s := b.NewState()
		for i, state := range states {
			w := by(i)
			for j, v := range state.U {
				s.U[j] += w * v
			}
			for j, v := range state.E {
				s.E[j] += w * v
			}
		}
		return s
	}
	inward, outward := make([]*body.State, len(out)), make([]*body.State, p)
	for o := range out {
		inward[o] = sum(ins, func(a int) float64 { return W[o*p+a] })
		m.model.Gradient(m.work, inward[o], outs[o].State, 1, g)
	}
	for a := range in {
		outward[a] = sum(outs, func(o int) float64 { return W[o*p+a] })
	}
	var room [16]float64
	m.laws(make([]float64, b.M), func(param, mode int, _, curve []float64) {
		n := len(curve)
		for o := range outs {
			t.Sigma[param] += outs[o].spread(mode, times(curve, inward[o].E[mode:mode+n], room[:]))
			for a := range ins {
				w := W[o*p+a]
				along := dots(times(curve, ins[a].E[mode:mode+n], room[:]), outs[o].E[mode:mode+n])
				t.Sigma[param] += w*w*both(ins[a], outs[o], mode, curve) + V[o*p+a]*along*along
				if t.Bias != nil {
					t.Bias[param] += w * dots(times(curve, evenIn[a].E[mode:mode+n], room[:]), evenOut[o].E[mode:mode+n])
				}
			}
		}
		for a := range ins {
			t.Sigma[param] += ins[a].spread(mode, times(curve, outward[a].E[mode:mode+n], room[:]))
		}
	})
	return nil
}

// energy implements products. The square of noise is no energy.
func (m *solid) energy(p *pair, scale, mean float64, g []float64, t *Gradient) error {
	s, err := m.stand(p.Response, p.load, 1)
	if err != nil {
		return err
	}
	m.model.EnergyGradient(m.work, s.State, scale, g)
	by := scale / mean // variances are of sums
	m.laws(s.E, func(param, mode int, rate, curve []float64) {
		square := 0.0
		for i, c := range curve {
			square += c * s.covariance(mode+i, mode+i)
		}
		g[param] -= scale * square / 2
		t.Sigma[param] += by * by * (s.spread(mode, rate) + both(s, s, mode, curve)/2)
	})
	return nil
}
