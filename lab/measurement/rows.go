package measurement

import (
	"errors"
	"math"

	"github.com/elastrain/elastrain/task"
)

// Rows is what a Gauss-Newton step needs, as measured: residuals R of a mean-square loss, which is |R|^2 / 2, their standard
// deviations, and the derivative of each by every parameter. One load at each output tells those of all samples, as
// du/dk = -e_out o e.
type Rows struct {
	R, Sigma []float64 // samples x outputs; 0 where nothing is wanted
	J        []float64 // len(R) x parameters
}

// forwardRows measures every sample of the batch and the answer to a load at each output.
func (r *Rig) forwardRows() error {
	e, s := r.e, r.e.Specimen
	if r.size = e.Size(); r.size == 0 {
		return errNothing
	}
	var asks []Ask
	for i := range r.batch.Len() {
		row := r.batch.Row(i)
		asks = append(asks, s.input(row, r.batch.Set.Force(row)))
	}
	var err error
	if r.ports, err = r.answers(asks, r.size); err != nil {
		return err
	}
	q := len(s.Out)
	for i := range asks {
		if err := r.outputs(r.ports[i].Response, r.u[i*q:(i+1)*q], r.sigma[i*q:(i+1)*q]); err != nil {
			return err
		}
	}
	return nil
}

// errNotSquares says that residuals are asked of a loss that has none.
var errNotSquares = errors.New("the derivative of every residual is asked for, and the loss is no mean square")

// rows multiplies the answers of the gradient that was just measured, for each residual by itself.
func (r *Rig) rows(mean float64) (*Rows, error) {
	loss, square := r.e.Loss.(task.MeanSquare)
	if !square || r.ports == nil {
		return nil, errNotSquares
	}
	b, q, n := r.batch.Len(), len(r.e.Specimen.Out), len(r.total.G)
	p := len(r.ports) - q
	rows := &Rows{R: make([]float64, b*q), Sigma: make([]float64, b*q), J: make([]float64, b*q*n)}
	W := make([]float64, q*p)
	none := &Gradient{Sigma: make([]float64, n)}
	for i := range b {
		goal := r.batch.Set.Goal(r.batch.Row(i))
		for o, want := range goal.Want {
			if math.IsNaN(want) {
				continue
			}
			at, weight := i*q+o, math.Sqrt(mean)/loss.Of(o)
			rows.R[at], rows.Sigma[at] = weight*(r.u[at]-want), weight*r.sigma[at]
			clear(W)
			for a, f := range r.inward(i) {
				W[o*p+a] = -weight * f
			}
			if err := r.products.superpose(r.ports[:p], r.ports[p:], r.size, W, r.inward, nil, rows.J[at*n:(at+1)*n], none); err != nil {
				return nil, err
			}
			for k, known := range r.total.Known {
				if !known {
					rows.J[at*n+k] = 0
				}
			}
		}
	}
	return rows, nil
}
