package sweep_test

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/spec"
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

// A key without effect is told at the word that varies it.
func TestKeysWithoutEffect(t *testing.T) {
	for _, tt := range []struct {
		words []string
		word  string
	}{
		{[]string{"learn.rate=1e-3..1e-1/5"}, "learn.rate=1e-3..1e-1/5"},
		{[]string{"seed=1,2", "learn.steepness=1,2"}, "learn.steepness=1,2"},
		{[]string{"learn.method=adam,l-bfgs", "learn.rate=0.1"}, "learn.rate=0.1"},
	} {
		_, err := sweep.Open(context.Background(), request(t, "../examples/iris.yaml", filepath.Join(t.TempDir(), "s"), tt.words...))
		var errs spec.Errors
		if !errors.As(err, &errs) || errs[0].Code != "E0412" || errs[0].Source != tt.word || errs[0].Column != 7 || !strings.Contains(errs[0].Help, "or leave") {
			t.Errorf("%q: %v", tt.words, err)
		}
	}
}
