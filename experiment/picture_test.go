package experiment_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
)

// Pictures colour the bonds of a frame by its own numbers: forces are those that solve prints, whatever the parameters are,
// and angles, which have no bond, stay out.
func TestPicturesOfFrames(t *testing.T) {
	file, err := spec.Parse("frame.yaml", []byte(`elastrain: 1
network:
  nodes: [[0 mm, 0 mm], [20 mm, 0 mm], [20 mm, 20 mm], [0 mm, 20 mm]]
  bonds: [[1, 2], [2, 3], [3, 4], [4, 1], [1, 3]]
material: {young: 2.5 GPa, thickness: 4 mm}
elements:
  - {kind: angle, at: corners, angular: 1..2 N mm}
  - {kind: beam, width: 1..3 mm}
supports: {clamped: [1], springs: [{node: 2, along: y, stiffness: 7 N/m}]}
task:
  kind: behaviour
  cases:
    - push: [{node: 3, along: -y, force: 1 N}]
      want: [{node: 2, along: x, move: 0.02 mm}]
`))
	if err != nil {
		t.Fatal(err)
	}
	x, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := x.Train.Force(0)
	s, err := x.Snapshot(experiment.View{Cases: []int{0}})
	if err != nil {
		t.Fatal(err)
	}
	tension := s.First(s.Cases[0].Force)
	answer, err := x.Answer(x.Solid, f)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, e := range answer.Elements {
		at := e.Element - 1
		switch {
		case e.Kind == "ground":
			at = 5
		case e.Kind != "beam" || e.Mode != "elongation":
			continue
		}
		seen++
		if math.Abs(tension[at]-e.Force) > 1e-12 || e.Force == 0 {
			t.Errorf("%s %d bears %g N, and its picture says %g", e.Kind, e.Element, e.Force, tension[at])
		}
	}
	values, name, unit := s.Parameter(s.Theta)
	if seen != 6 || len(values) != 6 || values[4] != 0.002 || values[5] != 7 || name != "width" || unit != "m" {
		t.Errorf("%d forces; %v of %s in %s", seen, values, name, unit)
	}
}

// The largest bending moment of a cantilever is the load times its length, in the plane and in space, whatever the direction.
func TestBendingMoments(t *testing.T) {
	for text, want := range map[string][]float64{
		"network: {nodes: [[0 m, 0 m], [0.3 m, 0.4 m], [0.6 m, 0.8 m]], bonds: [[1, 2], [2, 3]]}\nelements: [{kind: beam, law: section, EA: 1 kN, EI: 1 N m2}]\n" +
			"supports: {clamped: [1]}\ntask: {kind: behaviour, cases: [{push: [{node: 3, along: [-4, 3], force: 2 N}], want: [{node: 3, along: x, move: 1 mm}]}]}": {2, 1},
		"network: {nodes: [[0 m, 0 m, 0 m], [0.5 m, 0 m, 0 m], [1 m, 0 m, 0 m]], bonds: [[1, 2], [2, 3]]}\nelements: [{kind: beam3d, law: section, EA: 1 kN, EIy: 1 N m2, EIz: 2 N m2, GJ: 1 N m2}]\n" +
			"supports: {clamped: [1]}\ntask: {kind: behaviour, cases: [{push: [{node: 3, along: [0, 3, 4], force: 2 N}], want: [{node: 3, along: y, move: 1 mm}]}]}": {2, 1},
	} {
		file, err := spec.Parse("test.yaml", []byte("elastrain: 1\n"+text+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		x, err := experiment.Build(file, nil, experiment.Options{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := x.Snapshot(experiment.View{Cases: []int{0}})
		if err != nil {
			t.Fatal(err)
		}
		got := s.Cases[0].Moment
		for i := range want {
			if math.Abs(got[i]-want[i]) > 1e-9 {
				t.Errorf("bond %d bears %.12g N m, want %g", i+1, got[i], want[i])
			}
		}
	}
}
