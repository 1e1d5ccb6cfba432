package measurement

import (
	"math"
	"slices"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Looks tells the loss of the lattice at one setting after another, for methods that ask for no more. A look hangs the input of every
// sample once, and its opposite where phases alternate.
type Looks struct{ rig *Rig }

// Looks begins a row of looks, answered by the source.
func (e *Estimator) Looks(source Source) (*Looks, error) {
	own := *e
	own.Valued, own.Rule = true, nil
	rig, err := own.Rig(source)
	return &Looks{rig}, err
}

// At is the mean loss of the lattice set to k, and its standard deviation from the noise of the outputs.
func (l *Looks) At(k []float64) (loss, sigma float64, err error) {
	r := l.rig
	if err := r.SetStiffness(k); err != nil {
		return 0, 0, err
	}
	r.looked = nil
	if loss, err = learn.MeanLoss(r, r.e.Loss, r.e.Batch); err != nil {
		return 0, 0, err
	}
	if math.IsNaN(loss) {
		return loss, 0, task.ErrStill
	}
	variance := 0.0
	for i := range r.looked {
		variance += r.looked[i].variance
	}
	return loss, math.Sqrt(variance) * r.e.Batch.Mean(), nil
}

// Skip goes past a look that came to nothing, whose last ask had that number.
func (l *Looks) Skip(number int) { l.rig.asked = number + 1 }

// Known is what the looks so far say of their measurements: noise, drift, scale, phases. It has no derivative.
func (l *Looks) Known() Gradient {
	g := *l.rig.total
	g.G, g.Sigma, g.Known, g.Bias, g.Missing = make([]float64, len(g.G)), make([]float64, len(g.G)), make([]bool, len(g.G)), nil, 0
	return g
}

// straight measures the opposite of an input as well, where phases alternate, and takes what changes sign.
func (r *Rig) straight(ask Ask, plus *Response) (*Response, error) {
	if !r.e.Valued || !r.e.Protocol.Alternate {
		return plus, nil
	}
	minus, _, err := r.ask(ask.turned(), nil)
	if err != nil {
		return nil, err
	}
	return turned(slices.Clone(ask.Load), plus, minus).Response, nil
}
