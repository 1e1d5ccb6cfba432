package experiment

import (
	"fmt"
	"os"
	"testing"

	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/spec"
)

// bestOfLevels is the loss after so many starts of the example with those levels.
func bestOfLevels(t *testing.T, seed int, levels string, starts int) float64 {
	t.Helper()
	text, err := os.ReadFile("../examples/levels.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file, err := spec.Parse("levels.yaml", text, "matter.levels="+levels, fmt.Sprint("seed=", seed))
	if err != nil {
		t.Fatal(err)
	}
	x, err := Build(file, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := x.Plan()
	if err != nil {
		t.Fatal(err)
	}
	search := plan.Method.(*optim.LevelSearch)
	search.Walk, search.Draws, search.Kicks = 0, 1, 0 // a short search, which ends at the first place that no change improves
	at := append([]float64(nil), plan.Start...)
	for range starts {
		if _, err := plan.Method.Step(plan.Problem, at); err != nil {
			t.Fatal(err)
		}
	}
	return search.Found().Best
}

// More levels between the same two never end worse than those two.
func TestMoreLevelsAreNoWorse(t *testing.T) {
	for seed := 1; seed <= 40; seed++ {
		two := bestOfLevels(t, seed, "[1.5 mm, 2.5 mm]", 1)
		for _, levels := range []string{"[1.5 mm, 2 mm, 2.5 mm]", "[1.5 mm, 1.9 mm, 2.1 mm, 2.5 mm]"} {
			if more := bestOfLevels(t, seed, levels, 1); !(more <= two*(1+1e-9)) {
				t.Errorf("seed %d: levels %s end at %g, and the outer two at %g", seed, levels, more, two)
			} else {
				t.Logf("seed %d: %s %.3g, outer two %.3g", seed, levels, more, two)
			}
		}
	}
}
