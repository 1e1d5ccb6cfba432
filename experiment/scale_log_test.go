package experiment

import (
	"math"
	"strings"
	"testing"
)

const blockOfLogs = `
elastrain: 1
network: {lattice: triangular, size: 6 x 5, spacing: 10 mm}
bonds: {stiffness: 10..1000 N/m, start: 100 N/m}
supports: {pinned: [25..30]}
task:
  kind: behaviour
  cases: [{push: [{node: 3, along: -y, force: 100 mN}], want: [{node: 9, along: x, move: -0.3 mm}]}]
learn: {method: adam, epochs: 30, rate: 0.1, scale: log}
`

// A first step of Adam at a rate of 0.1 changes the logarithm of every stiffness by 0.1.
func TestLogarithmicScale(t *testing.T) {
	x := build(t, blockOfLogs)
	method, err := x.NewMethod()
	if err != nil {
		t.Fatal(err)
	}
	problem, point := x.NewProblem(), x.StartPoint()
	if _, err := method.Step(problem, point); err != nil {
		t.Fatal(err)
	}
	moved := 0
	for j := range point {
		switch by := math.Abs(math.Log(x.Design.Theta(j, point[j]) / 100)); {
		case math.Abs(by-0.1) < 1e-3:
			moved++
		case by > 0.1:
			t.Errorf("bond %d moves ln k by %g", j+1, by)
		}
	}
	if moved < len(point)/2 {
		t.Errorf("%d of %d bonds moved", moved, len(point))
	}
	if d := build(t, blockOfLogs, "learn.scale=linear").Design; d.Log != nil || d.Speed != nil {
		t.Error("the linear scale is not as it was")
	}
}

func TestLogarithmsAndSigmoids(t *testing.T) {
	_, err := tryBuild(blockOfLogs, Options{}, "learn.bounds=sigmoid")
	if err == nil || !strings.Contains(err.Error(), "by projection, not by a sigmoid") {
		t.Error(err)
	}
}
