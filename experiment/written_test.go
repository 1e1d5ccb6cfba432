package experiment

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

// Exclusive or is learned from any start: the answer of a linear lattice whose inputs set stiffnesses is not linear in them.
func TestExclusiveOr(t *testing.T) {
	text, err := os.ReadFile("../examples/xor.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for seed := 1; seed <= 20; seed++ {
		file, err := spec.Parse("xor.yaml", text, fmt.Sprintf("seed=%d", seed))
		if err != nil {
			t.Fatal(err)
		}
		x, err := Build(file, func(string) ([]byte, error) { return os.ReadFile("../examples/xor.csv") }, Options{})
		if err != nil {
			t.Fatal(err)
		}
		plan, err := x.Plan()
		if err != nil {
			t.Fatal(err)
		}
		trainer, err := train.New(plan)
		if err != nil {
			t.Fatal(err)
		}
		last, err := trainer.Run(nil)
		if err != nil {
			t.Fatal(err)
		}
		if last.Train.Accuracy != 1 || len(x.Network.Elements) > 10 {
			t.Errorf("seed %d: accuracy %g with %d springs", seed, last.Train.Accuracy, len(x.Network.Elements))
		}
	}
}

// What an input that sets stiffnesses cannot be is refused at its line.
func TestInputsThatCannotSet(t *testing.T) {
	text, err := os.ReadFile("../examples/xor.yaml")
	if err != nil {
		t.Fatal(err)
	}
	first := "{elements: [1], feature: a, gain: 0.3..30 N/m}"
	for _, c := range []struct{ line, want string }{
		{"{elements: [1], feature: a}", "from what to what"},
		{"{elements: [1, 2], feature: a, gain: 0.3..30 N/m}", "bond 2 follows inputs 1 and 2"},
		{"{elements: [10], feature: a, gain: 0.3..30 N/m}", "bond 10 does not exist"},
		{"{elements: [1], feature: a, stiffness: 5..0 N/m}", "5"},
		{"{elements: [1], feature: a, gain: 0.3..30 N/m, left: 100 %}", "0 up to 1"},
		{"{elements: [1], feature: a, gain: 0.3..30 N/m, force: 1 N}", "pushes nothing"},
		{"{elements: [1], feature: a, gain: 0.3..30 N/m, stiffness: 0..1 N/m}", "at both ends"},
		{"{elements: [1], feature: c, gain: 0.3..30 N/m}", "no feature `c`"},
	} {
		changed := strings.Replace(string(text), first, c.line, 1)
		file, err := spec.Parse("xor.yaml", []byte(changed))
		if err == nil {
			_, err = Build(file, func(string) ([]byte, error) { return os.ReadFile("../examples/xor.csv") }, Options{})
		}
		if err == nil || !strings.Contains(fmt.Sprintf("%v %+v", err, err), c.want) {
			t.Errorf("%s: %v, want %q", c.line, err, c.want)
		}
	}
}

// A feature that cannot be encoded is named where it is an input, and not at loads that hang with every sample.
func TestEncodingNamesInputs(t *testing.T) {
	xor, err := os.ReadFile("../examples/xor.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file, err := spec.Parse("mine.yaml", xor)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Build(file, func(string) ([]byte, error) { return []byte("a,b,answer\n0,1,yes\n0,0,no\n0,1,yes\n"), nil }, Options{})
	if text := fmt.Sprintf("%v", err); !strings.Contains(text, "mine.yaml:19:32: xor.csv: encode: feature `a` is 0") || !strings.Contains(text, "(and 1 more error)") {
		t.Errorf("not the two inputs of a:\n%s", text)
	}
}
