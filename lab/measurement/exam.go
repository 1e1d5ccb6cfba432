package measurement

import (
	"math"

	"github.com/elastrain/elastrain/task"
)

// Outputs is what a lattice does under its inputs, as measured.
type Outputs struct {
	// Answers are the displacements at the output ports by the force at each input
	// port (m/N; q x p), from which those of any sample follow; nil where samples
	// were measured one by one.
	Answers []float64
	U       []float64 // displacements of the samples of the batch, m; B x q
	Sigma   []float64 // their standard deviations, m; B x q
	Phases  int       // measured for it
	Frames  int       // taken for it
}

// Outputs asks for the input phases of a gradient, and for no others.
func (e *Estimator) Outputs(source Source) (*Outputs, error) {
	s, p, q, b := e.Specimen, len(e.Specimen.In), len(e.Specimen.Out), e.Batch.Len()
	r, err := e.Rig(source)
	if err != nil {
		return nil, err
	}
	out := &Outputs{U: make([]float64, b*q), Sigma: make([]float64, b*q)}
	look := func(ask Ask, u, sigma []float64) error {
		first, _, err := r.ask(ask, nil)
		if err != nil {
			return err
		}
		var second *Response
		if e.Protocol.Alternate {
			if second, _, err = r.ask(ask.turned(), nil); err != nil {
				return err
			}
		}
		return r.outputs(turned(ask.Load, first, second).Response, u, sigma)
	}
	if !e.Superposes() {
		for i := range b {
			row := e.Batch.Row(i)
			if err := look(s.input(row, e.Batch.Set.Force(row)), out.U[i*q:(i+1)*q], out.Sigma[i*q:(i+1)*q]); err != nil {
				return nil, err
			}
		}
	} else {
		size := e.Size()
		if size == 0 {
			return nil, errNothing
		}
		out.Answers = make([]float64, q*p)
		u, sigma, each := make([]float64, q), make([]float64, q), make([]float64, q*p)
		for a := range p {
			if err := look(Ask{Part: InputPort, Number: a, Load: s.Forces(s.In[a:a+1], []float64{size})}, u, sigma); err != nil {
				return nil, err
			}
			for o := range q {
				out.Answers[o*p+a], each[o*p+a] = u[o]/size, sigma[o]/size
			}
		}
		for i := range b {
			f := e.Batch.Set.Force(e.Batch.Row(i))
			out.answer(f, out.U[i*q:(i+1)*q])
			for o := range q {
				for a, fa := range f {
					out.Sigma[i*q+o] = math.Hypot(out.Sigma[i*q+o], fa*each[o*p+a])
				}
			}
		}
	}
	out.Phases, out.Frames = r.total.Phases, r.total.Frames
	return out, nil
}

// answer superposes the outputs under forces f at the inputs.
func (o *Outputs) answer(f, u []float64) {
	for i := range u {
		u[i] = 0
		for a, fa := range f {
			u[i] += o.Answers[i*len(f)+a] * fa
		}
	}
}

// Of are the outputs of every sample of a set (m; N x q), nil where they do not
// follow from what was measured.
func (o *Outputs) Of(set *task.Set) []float64 {
	if o.Answers == nil {
		return nil
	}
	u := make([]float64, set.N*set.Q)
	for i := range set.N {
		o.answer(set.Force(i), u[i*set.Q:(i+1)*set.Q])
	}
	return u
}
