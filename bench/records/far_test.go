package records

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
)

// Under a load that moves little all is as linear theory has it; under a large one it is not, and tares take most of that.
func TestFar(t *testing.T) {
	for load, moved := range map[string]bool{"1e-3 N": false, "10 N": true} {
		text := "elastrain: 1\ncomb: {picture: 2 x 2, tile: 2, outputs: 3, load: " + load + "}\nmaterial: {young: 2 GPa, thickness: 4 mm}\n" +
			"task: {kind: classification, data: iris, stratify: true, encode: {by: min-max}, loss: softmax, reading: {}}\nlearn: {batch: 16, epochs: 1, scale: log}\n"
		file, err := spec.Parse("comb.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		x, err := experiment.Build(file, nil, experiment.Options{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		f, err := Judge(x, x.Rig.Stiffness(), x.Train, 20)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %+v", load, *f)
		most := max(math.Abs(f.Least), math.Abs(f.Most))
		if !moved && (most > 1e-4 || f.Untared != f.Linear || f.Tared != f.Linear) {
			t.Errorf("%s: %+v", load, *f)
		}
		if moved && (most < 1e-3 || math.Abs(f.Tared-f.Linear) > 0.05) {
			t.Errorf("%s: %+v", load, *f)
		}
	}
}
