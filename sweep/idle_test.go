package sweep_test

import (
	"context"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/elastrain/elastrain/sweep"
)

// A key that changes nothing is named, and settings that are equal are equally good.
func TestIdleKeys(t *testing.T) {
	for _, tt := range []struct {
		name, spec string
		words      []string
		idle       []string
		ties       int
	}{
		{"all", "iris", []string{"learn.epochs=2", "learn.save=1,2", "seed=1,2"}, []string{"learn.save"}, 2},
		{"one", "iris", []string{"learn.epochs=1,2", "learn.save=1,2", "seed=1,2"}, []string{"learn.save"}, 2},
		{"none", "iris", []string{"learn.epochs=1,2", "seed=1,2"}, nil, 1},
		{"seed", "chain", []string{"learn.epochs=1,2", "seed=1,2"}, []string{"seed"}, 1},
	} {
		dir := filepath.Join(t.TempDir(), tt.name)
		s, err := sweep.Open(context.Background(), request(t, "../examples/"+tt.spec+".yaml", dir, tt.words...))
		check(t, err)
		check(t, (&sweep.Runner{Sweep: s}).Run(context.Background()))
		settings, err := s.Over(sweep.SeedKey)
		check(t, err)
		if got := settings.Idle(); !reflect.DeepEqual(got, tt.idle) {
			t.Errorf("%s: without effect are %q, want %q", tt.name, got, tt.idle)
		}
		if got := len(settings.Ties()); got != tt.ties {
			t.Errorf("%s: %d settings are best, want %d", tt.name, got, tt.ties)
		}
		check(t, s.Close())
	}
}
