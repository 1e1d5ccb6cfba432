package experiment_test

import (
	"os"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
)

// Networks of beams and those that move far are told their memory, and refused where they may not have it.
func TestMemoryOfSolids(t *testing.T) {
	for _, name := range []string{"frame", "large-deformation"} {
		text, err := os.ReadFile("../examples/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		f, err := spec.Parse(name+".yaml", text)
		if err != nil {
			t.Fatal(err)
		}
		files := func(file string) ([]byte, error) { return os.ReadFile("../examples/" + file) }
		x, err := experiment.Build(f, files, experiment.Options{})
		if err != nil {
			t.Fatal(err)
		}
		need := x.Memory.Total()
		if need < 40<<20 || len(x.Memory.Parts) < 5 {
			t.Errorf("%s: %d bytes in %d parts", name, need, len(x.Memory.Parts))
		}
		if _, err := experiment.Build(f, files, experiment.Options{Memory: need - 1}); err == nil || !strings.Contains(err.Error(), "E0705") && !strings.Contains(err.Error(), "memory") {
			t.Errorf("%s: with a byte less: %v", name, err)
		}
	}
}
