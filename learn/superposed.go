package learn

// Superposed is Exact as a Differentiable rig: a batch goes there and back by superposed answers to unit loads where that is
// cheaper, as in situ backpropagation has it, and else sample by sample, whose elongations are kept for the way back.
type Superposed struct {
	*Exact
	batch Batch
	unit  bool        // the batch went forward by answers to unit loads
	kept  [][]float64 // elongations of every sample of a batch that did not; each of len M
	back  Measurement
}

// NewSuperposed wraps a rig.
func NewSuperposed(x *Exact) *Superposed { return &Superposed{Exact: x} }

// Forward implements Differentiable.
func (s *Superposed) Forward(batch Batch, out []float64) error {
	p, q := s.Ports()
	s.batch, s.unit = batch, batch.Superposes(p, q)
	if s.unit {
		answers, err := s.Respond()
		if err != nil {
			return err
		}
		for i := range batch.Len() {
			answers.Outputs(out[i*q:(i+1)*q], batch.Set.Force(batch.Row(i)))
		}
		return nil
	}
	for i := range batch.Len() {
		if len(s.kept) == i {
			s.kept = append(s.kept, make([]float64, s.Modes()))
		}
		m := Measurement{Out: out[i*q : (i+1)*q], Elongation: s.kept[i]}
		if err := s.Apply(batch.Set.Force(batch.Row(i)), nil, &m); err != nil {
			return err
		}
	}
	return nil
}

// Backward implements Differentiable.
func (s *Superposed) Backward(slope, g []float64) error { return s.Take(slope, g, nil) }

// LoadSlopes implements Loadable.
func (s *Superposed) LoadSlopes(slope, f []float64) error { return s.Take(slope, nil, f) }

// Take is Backward and LoadSlopes at once, by one adjoint state a sample; g or f may be nil.
func (s *Superposed) Take(slope, g, f []float64) error {
	clear(g)
	clear(f)
	if s.unit {
		return s.superposed(slope, g, f)
	}
	if s.given && f != nil { // under an adjoint load a given displacement stays zero: it says nothing
		if err := s.superposed(slope, nil, f); err != nil {
			return err
		}
		f = nil
	}
	if g == nil && f == nil {
		return nil
	}
	p, q := s.Ports()
	if g != nil && s.back.Elongation == nil {
		s.back = Measurement{Elongation: make([]float64, s.Modes())}
	}
	back := Measurement{}
	if g != nil {
		back = s.back
	}
	for i := range s.batch.Len() {
		if err := s.Apply(nil, slope[i*q:(i+1)*q], &back); err != nil {
			return err
		}
		if g != nil {
			forward := s.kept[i]
			for m, e := range back.Elongation {
				g[m] -= e * forward[m]
			}
		}
		if f != nil { // what moves an output under a load moves the load under a force on the output
			for a := range p {
				f[i*p+a] = s.read(a)
			}
		}
	}
	return nil
}

// superposed takes slopes back by the answers to unit loads.
func (s *Superposed) superposed(slope, g, f []float64) error {
	r, err := s.Respond()
	if err != nil {
		return err
	}
	p, q := r.P, r.Q
	weights := make([]float64, p*q) // sum of slope f^T
	for i := range s.batch.Len() {
		in := s.batch.Set.Force(s.batch.Row(i))
		for o, v := range slope[i*q : (i+1)*q] {
			if f != nil {
				for a, unit := range r.S[o*p : (o+1)*p] {
					f[i*p+a] += v * unit
				}
			}
			for a, x := range in {
				weights[o*p+a] += v * x
			}
		}
	}
	r.Weigh(g, weights, -1)
	return nil
}

// read is what a port shows of the displacements found last.
func (x *Exact) read(number int) (sum float64) {
	p := &x.ports[number]
	for a, unknown := range p.unknown {
		sum += p.value[a] * x.u[unknown]
	}
	return sum
}
