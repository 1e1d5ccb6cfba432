package main

import (
	"strings"
	"testing"
)

func TestMedianOfTheRatiosOfEachRound(t *testing.T) {
	process := func(train float64) measurement {
		return measurement{train: train, process: 2 * train, report: report{Version: "v1", Stiffness: []float64{100 + train}}}
	}
	s := sides{core: "Zen", notes: []string{"D: not installed"}, sides: []side{
		{name: "Elastrain", rounds: []measurement{process(1), process(2), process(4)}},
		{name: "B", rounds: []measurement{process(3), process(4), process(40)}},
	}}
	train, ratio, whole := s.sides[1].medians(&s.sides[0])
	if train != 4 || ratio != 3 || whole != 8 { // ratios 3, 2, 10
		t.Errorf("medians %v, %v, %v, want 4, 3, 8", train, ratio, whole)
	}
	text := s.markdown("a box")
	for _, want := range []string{"| Elastrain | 2.00 |", "| B | 4.00 | 5714 | 3.00 | 8.00 |", "2e-02", "a box", "Zen", "D: not installed"} {
		if !strings.Contains(text, want) {
			t.Errorf("the table lacks %q:\n%s", want, text)
		}
	}
}

func TestDifference(t *testing.T) {
	for _, c := range []struct {
		a, b []float64
		want float64
	}{
		{[]float64{1, 2}, []float64{1, 2}, 0},
		{[]float64{1, 3}, []float64{1, 2}, 0.5},
		{[]float64{1, 1}, []float64{1, 2}, 0.5},
		{[]float64{1}, []float64{1, 2}, 1},
	} {
		if got := difference(c.a, c.b); got != c.want {
			t.Errorf("difference of %v and %v is %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func TestAToolThatIsMissingIsNamed(t *testing.T) {
	if err := call("no-such-tool-here"); err == nil || !strings.Contains(err.Error(), "not installed") {
		t.Errorf("error %v, want that it is not installed", err)
	}
}
