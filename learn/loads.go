package learn

import "errors"

// Loadable is a Differentiable rig that takes slopes back to its inputs as well: what a network before this one, or a search
// for loads, learns by.
type Loadable interface {
	Differentiable
	// LoadSlopes sets f (B x P) to dL/damplitude of every input of the batch that went forward last, for slopes dL/dout (B x Q).
	LoadSlopes(slope, f []float64) error
}

var (
	_ Loadable = (*Statics)(nil)
	_ Loadable = (*Reading)(nil)
	_ Loadable = (*Superposed)(nil)
)

// LoadSlopes implements Loadable. The adjoint state a, K a = -dL/du, has the slope of a load as its own reading, -p^T a;
// that of a given value is what it pulls at the unknowns, worked by a; that of an input that is written into parameters is
// the gradient by these, chained.
func (r *Statics) LoadSlopes(slope, f []float64) error {
	p, q := len(r.In), len(r.Out)
	clear(f)
	if r.linear {
		a, err := r.respond()
		if err != nil {
			return err
		}
		for i := range len(f) / max(p, 1) {
			for o, v := range slope[i*q : (i+1)*q] {
				for in, s := range a.s[o*p : (o+1)*p] {
					f[i*p+in] += v * s
				}
			}
		}
		return nil
	}
	r.back = f
	return r.each(r.batch.Len(), loadSample, slope, nil)
}

// loadSample takes the slopes of a sample back to its inputs.
func loadSample(r *Statics, l *lane, i int, slope, _ []float64) error {
	space, p, q := &r.Eq.Body.Space, len(r.In), len(r.Out)
	in := r.batch.Set.Force(r.batch.Row(i))
	if err := r.write(in); err != nil {
		return err
	}
	clear(l.load.F)
	told := make([]float64, space.G) // slopes by given values that outputs read
	unit := make([]float64, space.G)
	for o, v := range slope[i*q : (i+1)*q] {
		port := r.reads(o, r.states[i])
		port.Put(space, -v, l.load.F)
		port.PutGiven(space, v, told)
	}
	if err := l.eq.About(r.states[i], l.load.F, l.adjoint); err != nil {
		return err
	}
	back := r.back[i*p : (i+1)*p]
	for a := range r.In {
		switch port := &r.In[a]; {
		case len(port.Write) > 0:
		case port.Given >= 0:
			unit[port.Given] = 1
			back[a] = port.gives() * (told[port.Given] + l.eq.GivenWork(r.states[i], l.adjoint, unit))
			unit[port.Given] = 0
		default:
			back[a] = -port.Port.Read(space, l.adjoint.U, unit)
		}
	}
	if r.base != nil {
		g := make([]float64, r.Modes())
		l.eq.Gradient(l.work, r.states[i], l.adjoint, 1, g)
		r.unwrite(in, g, back)
	}
	return nil
}

// unwrite adds to f (len P) what the slopes g by the parameters of a sample are by the inputs that are written into them. It
// spends g.
func (r *Statics) unwrite(in, g, f []float64) {
	type step struct {
		input  int
		change *Change
		before float64
	}
	var steps []step
	theta := make(map[int]float64)
	for a := range r.In {
		for k := range r.In[a].Write {
			c := &r.In[a].Write[k]
			v, seen := theta[c.Parameter]
			if !seen {
				v = r.base[c.Parameter]
			}
			steps = append(steps, step{a, c, v})
			if c.Times {
				v *= c.Share(in[a])
			} else {
				v += c.By * in[a]
			}
			theta[c.Parameter] = v
		}
	}
	for n := len(steps) - 1; n >= 0; n-- {
		s := &steps[n]
		c := s.change
		if !c.Times {
			f[s.input] += g[c.Parameter] * c.By
			continue
		}
		rate := 1 - c.Least
		if c.Complement {
			rate = -rate
		}
		f[s.input] += g[c.Parameter] * s.before * rate
		g[c.Parameter] *= c.Share(in[s.input])
	}
}

// LoadSlopes implements Loadable.
func (r *Reading) LoadSlopes(slope, f []float64) error {
	inner, ok := r.rig.(Loadable)
	if !ok {
		return ErrNoLoadSlopes
	}
	n, gain := len(r.pairs), r.k[r.First()]
	_, q := r.rig.Ports()
	for i := range len(slope) / n {
		y := r.slope[i*q : (i+1)*q]
		r.load(slope[i*n:(i+1)*n], y)
		for o := range y {
			y[o] *= gain
		}
	}
	return inner.LoadSlopes(r.slope, f)
}

// ErrNoLoadSlopes says that the rig below a reading is not Loadable.
var ErrNoLoadSlopes = errors.New("this rig does not tell slopes by its inputs")
