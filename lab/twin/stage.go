package twin

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/elastrain/elastrain/lab"
)

// Hold implements lab.Stage.
func (b *Bench) Hold(ctx context.Context, load []lab.Force, holds []lab.Hold) (time.Duration, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	const verb = "Hold"
	if err := b.ready(ctx, verb); err != nil {
		return 0, err
	}
	if err := b.card.CheckLoad(b.limits, load); err != nil {
		return 0, err
	}
	if err := b.card.CheckHolds(b.limits, holds); err != nil {
		return 0, err
	}
	for _, h := range holds {
		for axis := range b.card.Dim {
			if h.Dir[axis] != 0 && b.specimen.unknown()[h.Node*b.card.Dim+axis] < 0 {
				return 0, &lab.RefusedError{Verb: verb, Cause: fmt.Sprintf("a support holds node %d along axis %d already", h.Node+1, axis+1)}
			}
		}
	}
	stands := slices.Clone(holds)
	for i := range stands {
		stands[i].Move += b.config.Stage.Error * b.stage.NormFloat64()
	}
	return b.apply(verb, load, stands)
}

// rest sets u to the equilibrium under the loads f (both len N) with nodes held, and refuses pushes beyond the limits.
func (b *Bench) rest(u, f []float64, holds []lab.Hold) error {
	s, dim := b.specimen, b.card.Dim
	if len(holds) == 0 {
		return s.rest(u, f)
	}
	unknown, all := s.unknown(), make([]float64, b.card.Nodes*dim)
	loaded := func(push []lab.Force) []lab.Force {
		var on []lab.Force
		for node := range b.card.Nodes {
			at := lab.Force{Node: node}
			for axis := range dim {
				if i := unknown[node*dim+axis]; i >= 0 {
					at.F[axis] = f[i]
				}
			}
			on = append(on, at)
		}
		return append(on, push...)
	}
	sum := make([]float64, len(f))
	respond := func(push []lab.Force) ([]float64, error) {
		copy(sum, f)
		for _, p := range push {
			for axis := range dim {
				if i := unknown[p.Node*dim+axis]; i >= 0 {
					sum[i] += p.F[axis]
				}
			}
		}
		if err := s.rest(u, sum); err != nil {
			return nil, err
		}
		for at, i := range unknown {
			if i >= 0 {
				all[at] = u[i]
			}
		}
		return all, nil
	}
	push, err := lab.Pushes(holds, dim, lab.Small(loaded(nil)), respond)
	if err != nil {
		return err
	}
	if err := b.card.CheckLoad(b.limits, loaded(push)); err != nil {
		return fmt.Errorf("with what the stage pushes with, %w", err)
	}
	_, err = respond(push)
	return err
}
