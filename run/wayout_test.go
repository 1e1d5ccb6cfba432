package run_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

// Where iterations no longer balance the loads, another solver may; where a factor fails, none does.
func TestWayOutOfMultigrid(t *testing.T) {
	text, err := os.ReadFile("../examples/explicit.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file, err := spec.Parse("explicit.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	for _, solver := range []string{"multigrid", "sparse", "dense"} {
		x, err := experiment.Build(file, nil, experiment.Options{Solver: solver})
		if err != nil {
			t.Fatal(err)
		}
		var told *run.DirectoryError
		if !errors.As(run.Mechanics(x, "d", &mechanics.InaccurateError{}), &told) || strings.Contains(told.Help, "--solver sparse") != (solver == "multigrid") {
			t.Errorf("%s: %+v", solver, told)
		}
	}
}
