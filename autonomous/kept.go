package autonomous

import (
	"context"
	"fmt"
	"strconv"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn/automaton"
)

// Store keeps lives between sessions, each under a name; see run/trials.
type Store interface {
	Load(name string, trial any) (found bool, err error)
	Save(name string, trial any) error
}

// Alike is what lives depend on beside their experiment, their seed and the value of what is swept.
func (s *Study) Alike() Study {
	of := *s
	of.Set(of.Sweep, 0)
	of.Seeds, of.Seed, of.Values = 0, 0, nil
	return of
}

// nameOf is what a life is kept under.
func (s *Study) nameOf(value *float64, seed uint64) string {
	if value == nil {
		return fmt.Sprintf("life-%d", seed)
	}
	return fmt.Sprintf("%s-%s-%d", s.Sweep, strconv.FormatFloat(*value, 'g', -1, 64), seed)
}

// life is that of a seed: one that is kept, or a new one.
func (s *Study) life(ctx context.Context, x *experiment.Experiment, c automaton.Conditions, value *float64, seed uint64, store Store) (*Trial, error) {
	name, t := s.nameOf(value, seed), new(Trial)
	if store != nil {
		if found, err := store.Load(name, t); err != nil || found && t.Seed == seed && len(t.Scores) > 0 {
			return t, err
		}
	}
	t, err := s.try(ctx, x, c, value, seed)
	if err != nil {
		return nil, fmt.Errorf("seed %d: %w", seed, err)
	}
	if store != nil {
		err = store.Save(name, t)
	}
	return t, err
}
