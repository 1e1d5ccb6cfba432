package measurement

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/learn"
)

// OnBench is a lattice on an armed bench as a learn.Rig for a program of one's own: whatever a rule or a training asks for is
// hung and measured at once, and nothing is written down. The estimator says how phases are measured, and its batch how
// large adjoint loads are. Training that must outlive its program is a Session.
func OnBench(ctx context.Context, m *Measurer, e *Estimator) (*Rig, error) {
	own := *e
	own.Theta = slices.Clone(e.Theta)
	var at []float64 // what the inputs of the last sample set; nil: nothing
	r, err := own.Rig(func(ask Ask, zero []lab.Frame) (*Record, *Response, error) {
		if ask.Set != nil && !slices.Equal(at, ask.Set) {
			if err := m.Bench.SetStiffness(ctx, own.Specimen.Theta(own.Theta, ask.Set)); err != nil {
				return nil, nil, err
			}
			at = ask.Set
		}
		if has := m.Bench.Card(); len(ask.Holds) > has.Holds { // the guard would make the lattice safe, and want to be reset
			return nil, nil, fmt.Errorf("bench %s holds %d places, and the rule asks for %d", has.Name, has.Holds, len(ask.Holds))
		}
		return m.Held(ctx, ask.Load, ask.Holds, zero)
	})
	if err != nil {
		return nil, err
	}
	r.set = func(k []float64) error {
		for i, v := range k {
			if !(v > 0) || math.IsInf(v, 1) { // the guard would make the lattice safe, and want to be reset
				return fmt.Errorf("bond %d is to have the stiffness %g; it is a number above zero", i+1, v)
			}
		}
		if err := m.Bench.SetStiffness(ctx, k); err != nil {
			return err
		}
		own.Theta, at = slices.Clone(k), nil
		return r.begin()
	}
	return r, nil
}

// begin forgets what is known of the errors of the last gradient.
func (r *Rig) begin() error {
	again, err := r.e.Rig(r.source)
	if err == nil {
		r.products, r.total, r.applied, r.asked = again.products, again.total, 0, 0
	}
	return err
}

// Measure takes the gradient of the estimator's loss and batch by a rule, nil for in situ backpropagation, with what is known
// of its errors.
func (r *Rig) Measure(rule learn.Rule) (*Gradient, error) {
	if err := r.begin(); err != nil {
		return nil, err
	}
	return r.measure(rule)
}
