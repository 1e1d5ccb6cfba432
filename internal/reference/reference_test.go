package reference_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/reference"
)

// The repository carries cases of every physics, so that a clone on its own tests them; mechanics/statics solves each.
func TestSelectionIsThere(t *testing.T) {
	kinds := []string{"frame_plane", "frame_plane_shear", "frame_space", "angles_linear", "angles_finite", "angles_places", "folds", "bars_hardening", "bars_log",
		"bars_green", "bars_table", "bistable_chain", "flow_potentials", "cell_beams", "jammed_prestress", "elastica"}
	for _, kind := range kinds {
		reference.Load(t, "own_"+kind)
	}
	there, err := filepath.Glob("testdata/own_*.json")
	if err != nil || len(there) != len(kinds) {
		t.Errorf("%d cases in testdata, and %d kinds are known here: %v", len(there), len(kinds), err)
	}
	if _, err := os.Stat("testdata/make.py"); err != nil {
		t.Errorf("the program that made them: %v", err)
	}
	// Each is read by a test of mechanics.
	var tests strings.Builder
	files, err := filepath.Glob("../../mechanics/statics/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tests.Write(text)
	}
	for _, kind := range kinds {
		if !strings.Contains(tests.String(), `"own_`+kind+`"`) {
			t.Errorf("no test of mechanics/statics solves own_%s", kind)
		}
	}
}
