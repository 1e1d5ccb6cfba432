package session

import (
	"fmt"

	"github.com/elastrain/elastrain/learn/optim"
)

// Resilient is resilient backpropagation (Riedmiller & Braun 1993, without
// taking steps back): every variable moves against the sign of its slope by a
// step of its own, which grows while the sign stays and halves when it turns.
//
// It is the method for a bench. What a noisy measurement knows best of a
// derivative is its sign; its size, which first-order methods need, loses its
// meaning as the loss falls and the adjoint load is scaled up. A slope of zero
// means that the sign is not known: the variable keeps its value and its step.
type Resilient struct {
	Grow, Shrink float64
	Least, Most  float64 // bounds of a step, in units of the variable

	step, sign, g []float64
}

// NewResilient starts n variables with steps of that size.
func NewResilient(n int, step float64) *Resilient {
	r := &Resilient{Grow: 1.2, Shrink: 0.5, Least: 1e-4 * step, Most: 5 * step,
		step: make([]float64, n), sign: make([]float64, n), g: make([]float64, n)}
	for i := range r.step {
		r.step[i] = step
	}
	return r
}

// Name implements optim.Method.
func (*Resilient) Name() string { return "resilient" }

// FullBatch implements optim.Method: a sign that turns because the batch does
// says nothing.
func (*Resilient) FullBatch() bool { return true }

// State implements optim.Method.
func (r *Resilient) State() []optim.Field {
	return []optim.Field{{Name: "step", Data: r.step}, {Name: "sign", Data: r.sign}}
}

// Restore implements optim.Method.
func (r *Resilient) Restore(saved []optim.Field) error {
	live := r.State()
	if len(saved) != len(live) {
		return fmt.Errorf("the saved optimiser state has %d fields, not %d", len(saved), len(live))
	}
	for i, f := range live {
		if saved[i].Name != f.Name || len(saved[i].Data) != len(f.Data) {
			return fmt.Errorf("the saved optimiser state holds %s (%d numbers) where %s (%d) is due", saved[i].Name, len(saved[i].Data), f.Name, len(f.Data))
		}
		copy(f.Data, saved[i].Data)
	}
	return nil
}

// Fell implements Falling: every step is half of what it was.
func (r *Resilient) Fell() {
	for i := range r.step {
		r.step[i] = max(r.step[i]*r.Shrink, r.Least)
	}
}

// Step implements optim.Method.
func (r *Resilient) Step(p optim.Problem, x []float64) (optim.Report, error) {
	value, err := p.Eval(x, r.g)
	if err != nil {
		return optim.Report{}, err
	}
	lo, hi := p.Box()
	for i, g := range r.g {
		sign := 0.0
		switch {
		case g > 0:
			sign = 1
		case g < 0:
			sign = -1
		default:
			continue
		}
		switch sign * r.sign[i] {
		case 1:
			r.step[i] = min(r.step[i]*r.Grow, r.Most)
		case -1:
			r.step[i] = max(r.step[i]*r.Shrink, r.Least)
		}
		r.sign[i] = sign
		x[i] -= sign * r.step[i]
		if lo != nil {
			x[i] = min(max(x[i], lo[i]), hi[i])
		}
	}
	return optim.Report{Value: value}, nil
}
