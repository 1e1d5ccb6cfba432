package experiment

import (
	"os"
	"strings"
	"testing"
)

// Where a network does no better than guessing, what is advised is what its file allows: no search for ports where inputs set
// stiffnesses, and no reading where there is one.
func TestAdvice(t *testing.T) {
	xor, err := os.ReadFile("../examples/xor.yaml")
	if err != nil {
		t.Fatal(err)
	}
	forces := strings.NewReplacer("  reading: {tare: mean}\n", "", "  smoothing: 10 %\n", "").Replace(readIris)
	single := strings.NewReplacer("nodes: [2, 9]", "node: 2, along: x", "mean: [6, 7]", "node: 6").Replace(forces)
	for _, c := range []struct {
		name           string
		x              *Experiment
		ports, reading bool
	}{
		{"springs", buildBesideXor(t, string(xor)), false, true},
		{"hubs", build(t, hubsFile), false, true},
		{"hubs, read", build(t, hubsFile, "task.reading.tare=mean"), false, false},
		{"forces, read", build(t, readIris), false, false},
		{"forces at pairs", build(t, forces), false, true},
		{"forces", build(t, single), true, true},
	} {
		says := c.x.Advice()
		if strings.Contains(says, "elastrain ports") != c.ports || strings.Contains(says, "task: {reading") != c.reading {
			t.Errorf("%s: %s", c.name, says)
		}
		plan, err := c.x.Plan()
		if err != nil || plan.Advice != says {
			t.Errorf("%s: the plan says %q: %v", c.name, plan.Advice, err)
		}
	}
}

// Windows that reach beyond the picture are said to be cut, and others are not.
func TestWindowsBeyondThePicture(t *testing.T) {
	for windows, want := range map[string]int{"[4]": 0, "[8]": 0, "[4, 9]": 1, "[9, 20]": 2} {
		x := build(t, hubsFile, "hubs.windows="+windows)
		if len(x.Notes) != want {
			t.Errorf("windows %s: %q", windows, x.Notes)
		}
	}
}

// Of two inputs that follow one feature, one of them its complement, each is told apart.
func TestComplementsAreNamed(t *testing.T) {
	xor, err := os.ReadFile("../examples/xor.yaml")
	if err != nil {
		t.Fatal(err)
	}
	x := buildBesideXor(t, string(xor))
	a, err := x.Answer(x.Solid, x.Train.Force(1))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for i := range a.Inputs {
		names = append(names, a.Inputs[i].Called())
	}
	if got := strings.Join(names, ", "); got != "a, b, 1 - a, 1 - b, node 4, node 5, node 7" {
		t.Error(got)
	}
}
