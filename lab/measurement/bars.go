package measurement

// bars multiplies the elongations of bonds: t = k e, and dL/dk = e_adj o e.
type bars struct{}

func (bars) known(r *Response, known []bool) {
	for i, seen := range r.Known {
		known[i] = known[i] && seen
	}
}

func (bars) product(forward, adjoint *pair, factor float64, d *doubt, g []float64, t *Gradient) error {
	shorter := d.shorter
	for i := range g {
		e, se := forward.E[i], forward.ESigma[i]
		a, sa := adjoint.E[i]/factor, adjoint.ESigma[i]/factor
		g[i] += a * e
		t.Sigma[i] += a*a*se*se + e*e*sa*sa + se*se*sa*sa + a*a*e*e*shorter*shorter
		if t.Bias != nil {
			t.Bias[i] += adjoint.even.E[i] / factor * forward.even.E[i]
		}
	}
	return nil
}

func (bars) superpose(in, out []*pair, size float64, W []float64, force func(sample int) []float64, d []doubt, g []float64, t *Gradient) error {
	p, q := len(in), len(out)
	V := make([]float64, q*p) // the variance of W along the slopes
	for i := range d {
		f := force(i)
		for o := range q {
			for a, fa := range f {
				w := -d[i].slope[o] * fa
				V[o*p+a] += w * w * d[i].shorter * d[i].shorter
			}
		}
	}
	for i := range g {
		for o := range out {
			e, so := out[o].E[i]/size, out[o].ESigma[i]/size
			inward := 0.0 // sum_a W_oa e_in,a
			for a := range in {
				ein, si := in[a].E[i]/size, in[a].ESigma[i]/size
				w := W[o*p+a]
				inward += w * ein
				t.Sigma[i] += w*w*si*si*so*so + V[o*p+a]*e*e*ein*ein
				if t.Bias != nil {
					t.Bias[i] += w * out[o].even.E[i] * in[a].even.E[i] / (size * size)
				}
			}
			g[i] += e * inward
			t.Sigma[i] += inward * inward * so * so
		}
		for a := range in {
			si := in[a].ESigma[i] / size
			outward := 0.0
			for o := range out {
				outward += W[o*p+a] * out[o].E[i] / size
			}
			t.Sigma[i] += outward * outward * si * si
		}
	}
	return nil
}

// energy takes dW/dk = e^2 / 2. The square of noise is no energy.
func (bars) energy(p *pair, scale, mean float64, g []float64, t *Gradient) error {
	for i := range g {
		e, v := p.E[i], p.ESigma[i]*p.ESigma[i]
		g[i] += scale * (e*e - v) / 2
		by := scale / mean // variances are of sums
		t.Sigma[i] += by * by * (e*e*v + v*v/2)
		if t.Bias != nil {
			t.Bias[i] += by * p.even.E[i] * p.even.E[i] / 2
		}
	}
	return nil
}
