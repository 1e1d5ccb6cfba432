package experiment

import (
	"strings"
	"testing"

	"github.com/elastrain/elastrain/spec"
)

// What hinders a command is told at its line: of cases and of data, whatever is given.
func TestGivenPath(t *testing.T) {
	const lattice = `elastrain: 1
network: {lattice: triangular, rows: 5-4-3-2, spacing: 16 mm}
bonds: {stiffness: 100..200 N/m}
supports: {pinned: [1, 5]}
`
	for _, c := range []struct{ task, path string }{
		{"task:\n  kind: behaviour\n  cases:\n    - push: [{node: 9, along: y, force: 1 mN}, {node: 11, along: -y, move: 0.5 mm}]\n      want: [{node: 13, along: y, move: -0.4 mm}]\n", "task.cases[1].push[2].move"},
		{"task:\n  kind: behaviour\n  cases:\n    - push: [{nodes: [9, 11], stretch: 0.1 mm}]\n      want: [{node: 13, along: y, move: -0.4 mm}]\n", "task.cases[1].push[1].stretch"},
		{"task:\n  kind: behaviour\n  cases:\n    - push: [{node: 11, along: -y, force: 1 mN}]\n      want: [{node: 13, along: y, move: -0.4 mm}]\n", ""},
		{"task:\n  kind: classification\n  data: iris\n  inputs: [{node: 4, along: -y, force: 49 mN, feature: sepal width}, {node: 11, along: -y, move: 1 mm, feature: petal length}]\n  outputs: [{node: 12, along: y, class: setosa}, {node: 13, along: y, class: versicolor}, {node: 14, along: y, class: virginica}]\n", "task.inputs[2].move"},
	} {
		file, err := spec.Parse("mine.yaml", []byte(lattice+c.task))
		if err != nil {
			t.Fatal(err)
		}
		x, err := Build(file, nil, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := x.GivenPath(); got != c.path {
			t.Errorf("%s: it is given at %q", c.path, got)
		}
		at, ok := (&Misfit{Path: x.GivenPath(), Cause: "given", Help: "push"}).Place(x)
		if ok != (c.path != "") {
			t.Fatalf("%s: %v", c.path, at)
		}
		if ok {
			if e := at.(spec.Errors)[0]; e.Path != c.path || e.Line < 5 || !strings.Contains(e.Source[e.Column-1:], " mm") || strings.Contains(e.Source[e.Column-1:], "move:") {
				t.Errorf("%s: line %d, column %d: %s", e.Path, e.Line, e.Column, e.Source)
			}
		}
	}
}
