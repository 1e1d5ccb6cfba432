package specimen

import "github.com/elastrain/elastrain/learn"

// Ends is a rig whose outputs are changes of distances, between two displacements that are read each by itself: an error of one
// percent of a displacement may be ten of the difference. The rig that it wraps tells the displacements behind its outputs.
type Ends struct {
	rig    learn.Differentiable
	of     [][]int // of every output its displacements among the outputs of the rig; none: it is read by itself
	reader *reader // nil: without errors

	all   []float64 // outputs of the rig; B x its Q
	slope []float64
}

// NewEnds wraps a rig that has the displacements of[o] of output o among its outputs, which begin with the outputs themselves.
func NewEnds(rig learn.Differentiable, of [][]int) *Ends { return &Ends{rig: rig, of: of} }

var _ learn.Differentiable = (*Ends)(nil)

// read is the same rig read with errors.
func (e *Ends) read(r *reader) *Ends { return &Ends{rig: e.rig, of: e.of, reader: r} }

// Ports implements learn.Rig.
func (e *Ends) Ports() (inputs, outputs int) {
	p, _ := e.rig.Ports()
	return p, len(e.of)
}

// Modes implements learn.Rig.
func (e *Ends) Modes() int { return e.rig.Modes() }

// SetStiffness implements learn.Rig.
func (e *Ends) SetStiffness(k []float64) error { return e.rig.SetStiffness(k) }

// Stiffness implements learn.Rig.
func (e *Ends) Stiffness() []float64 { return e.rig.Stiffness() }

// Apply implements learn.Rig, without errors.
func (e *Ends) Apply(in, out []float64, m *learn.Measurement) error {
	_, q := e.rig.Ports()
	all := learn.Measurement{Out: make([]float64, q), Elongation: m.Elongation}
	if out != nil {
		out = append(append([]float64(nil), out...), make([]float64, q-len(out))...)
	}
	if err := e.rig.Apply(in, out, &all); err != nil {
		return err
	}
	copy(m.Out, all.Out)
	return nil
}

// Forward implements learn.Differentiable.
func (e *Ends) Forward(batch learn.Batch, out []float64) error {
	_, q := e.rig.Ports()
	n, own := batch.Len(), len(e.of)
	if cap(e.all) < n*q {
		e.all, e.slope = make([]float64, n*q), make([]float64, n*q)
	}
	e.all, e.slope = e.all[:n*q], e.slope[:n*q]
	set := *batch.Set
	set.Q, set.Want = q, nil
	batch.Set = &set
	if err := e.rig.Forward(batch, e.all); err != nil {
		return err
	}
	if e.reader != nil {
		e.reader.times = e.reader.times[:0]
	}
	for i := range n {
		all := e.all[i*q : (i+1)*q]
		copy(out[i*own:(i+1)*own], all)
		if e.reader == nil {
			continue
		}
		for o, ends := range e.of {
			if ends == nil {
				ends = []int{o}
			}
			for _, at := range ends {
				v := e.reader.size * e.reader.random.NormFloat64()
				e.reader.times = append(e.reader.times, v)
				out[i*own+o] += v * all[at]
			}
		}
	}
	return nil
}

// Backward implements learn.Differentiable.
func (e *Ends) Backward(slope, g []float64) error {
	_, q := e.rig.Ports()
	own, drawn := len(e.of), 0
	clear(e.slope)
	for i := range len(slope) / own {
		all, s := e.slope[i*q:(i+1)*q], slope[i*own:(i+1)*own]
		copy(all, s)
		if e.reader == nil {
			continue
		}
		for o, ends := range e.of {
			if ends == nil {
				ends = []int{o}
			}
			for _, at := range ends {
				all[at] += e.reader.times[drawn] * s[o]
				drawn++
			}
		}
	}
	return e.rig.Backward(e.slope, g)
}
