package learn

import (
	"slices"

	"github.com/elastrain/elastrain/mechanics/body"
)

// Energetic is a Rig that can tell how the energy stored in a state depends on its parameters: bond by bond from what
// each sees of itself. Nudged and clamped rules take differences of it.
type Energetic interface {
	Rig
	// EnergyRate loads inputs and outputs and adds scale times dW/dtheta of the state to g; it sets out to the outputs.
	EnergyRate(in, out []float64, scale float64, seen, g []float64) error
}

// EnergyRate implements Energetic: dW/dk = e^2/2.
func (x *Exact) EnergyRate(in, out []float64, scale float64, seen, g []float64) error {
	m := Measurement{Out: seen, Elongation: make([]float64, x.Modes())}
	if err := x.Apply(in, out, &m); err != nil {
		return err
	}
	for i, e := range m.Elongation {
		g[i] += scale * e * e / 2
	}
	return nil
}

// EnergyRate implements Energetic.
func (r *Statics) EnergyRate(in, out []float64, scale float64, seen, g []float64) error {
	s, err := r.Under(in, out)
	if err != nil {
		return err
	}
	r.read(s, seen)
	r.through(in, g, func() { r.Eq.EnergyGradient(r.work, s, scale, g) })
	return nil
}

// Under is the state with loads at inputs and outputs, until the rig is asked for another.
func (r *Statics) Under(in, out []float64) (*body.State, error) {
	if err := r.write(in); err != nil {
		return nil, err
	}
	l := r.load(in)
	for o, amplitude := range out {
		if r.Pairs == nil || r.Pairs[o] == 0 {
			r.Out[o].Put(&r.Eq.Body.Space, amplitude, l.F)
		}
	}
	if err := r.pull(out); err != nil {
		return nil, err
	}
	s := r.state(0)
	r.batch = Batch{}
	r.found.forget()
	_, err := r.Eq.Rest(l, s)
	return s, err
}

// pull lets outputs that read pairs pull them apart, along the line as it comes to lie. The next sample writes anew.
func (r *Statics) pull(out []float64) error {
	var theta []float64
	for o, amplitude := range out {
		if r.Pairs != nil && r.Pairs[o] > 0 && amplitude != 0 {
			if theta == nil {
				theta = slices.Clone(r.Eq.Theta())
			}
			theta[r.Eq.Body.ThetaOf(r.Pairs[o]-1)] = -amplitude
		}
	}
	if theta == nil {
		return nil
	}
	return r.Eq.Set(theta)
}
