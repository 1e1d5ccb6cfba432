package learn

import "github.com/elastrain/elastrain/mechanics/body"

// Adjoint finds what the loads -slope at the outputs add to a state s under amplitudes in: K a = -dL/du at its tangent.
func (r *Statics) Adjoint(in []float64, s *body.State, slope []float64, a *body.State) error {
	if err := r.write(in); err != nil {
		return err
	}
	space := &r.Eq.Body.Space
	f := make([]float64, space.N)
	for o, v := range slope {
		r.reads(o, s).Put(space, -v, f)
	}
	return r.Eq.About(s, f, a)
}
