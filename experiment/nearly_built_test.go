package experiment_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
)

// Bonds whose rest lengths are the lengths as built but for the last digits are at rest as built, however many meet at a node and whatever their scale; so they are under
// loads that are hardly more than rounding of what it takes to stretch one.
func TestNearlyBuiltRestLengthsStand(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for trial := range 200 {
		size, stiffness := math.Pow(10, 4*r.Float64()-3), math.Pow(10, 6*r.Float64()-3)
		force := 0.0
		if trial%2 == 1 {
			force = size * stiffness * math.Pow(10, -12-4*r.Float64())
		}
		const spokes = 48
		law, digits := []string{"linear", "log", "green"}[r.IntN(3)], 13+r.IntN(4)
		var nodes, elements strings.Builder
		nodes.WriteString("[0 m, 0 m]")
		for i := range spokes {
			x, y := size*(0.5+r.Float64()), size*(r.Float64()-0.5)
			if i%2 == 1 {
				x = -x
			}
			fmt.Fprintf(&nodes, ", [%.17g m, %.17g m]", x, y)
			fmt.Fprintf(&elements, "  - {kind: bar, bonds: [%d], law: %s, stiffness: %.6g N/m, rest: %.*g m}\n", i+1, law, stiffness, digits, math.Hypot(x, y))
		}
		var bonds, pinned []string
		for i := range spokes {
			bonds, pinned = append(bonds, fmt.Sprintf("[1, %d]", i+2)), append(pinned, fmt.Sprint(i+2))
		}
		text := fmt.Sprintf("elastrain: 1\nnetwork:\n  nodes: [%s]\n  bonds: [%s]\nelements:\n%sstatics: {deformation: finite}\nsupports: {pinned: [%s]}\ntask:\n  kind: behaviour\n  cases:\n    - push: [{node: 1, along: y, force: %.6g N}]\n      want: [{node: 1, along: y, move: %.6g m}]\n",
			nodes.String(), strings.Join(bonds, ", "), elements.String(), strings.Join(pinned, ", "), force, size/100)
		file, err := spec.Parse("star", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		x, err := experiment.Build(file, nil, experiment.Options{})
		if err != nil {
			t.Fatalf("%s, %d digits, %g m, %g N/m, %g N: %v", law, digits, size, stiffness, force, err)
		}
		score, err := x.NewProblem().Evaluate(x.Train)
		if err != nil || math.Abs(score.Relative-1) > 1e-9 { // it has not moved
			t.Errorf("%s, %d digits, %g m, %g N/m, %g N: error %v, %v", law, digits, size, stiffness, force, score.Relative, err)
		}
	}
}
