package experiment_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/snapshot"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task/data"
)

// pulls is what the elements of a case pull at every component, from plain data alone: places of nodes, kinds and mode
// forces. ok is false where a kind is none of those written out here.
func pulls(s *snapshot.Snapshot, c *snapshot.Case) (pull map[snapshot.Force]float64, most float64, ok bool) {
	pull = map[snapshot.Force]float64{}
	net := s.Built
	add := func(node int, component string, v float64) {
		pull[snapshot.Force{Node: node, Component: component}] += v
		most = max(most, math.Abs(v))
	}
	at := func(node int) (x [3]float64) {
		copy(x[:], net.At(node))
		if s.Finite {
			for axis := range net.Dim {
				x[axis] += c.Displacement[node*net.Dim+axis]
			}
		}
		return x
	}
	for i := range s.Elements {
		el := &s.Elements[i]
		if el.Cut || len(el.Modes) == 0 {
			continue
		}
		t := c.Force[el.Mode : el.Mode+len(el.Modes)]
		switch el.Kind {
		case "ground":
			for axis, v := range net.Elements[i].Dir[:net.Dim] {
				add(el.Nodes[0], "xyz"[axis:axis+1], t[0]*v)
			}
		case "pipe":
			add(el.Nodes[0], "potential", t[0])
			add(el.Nodes[1], "potential", -t[0])
		case "bar", "beam":
			if (net.Cell != nil || net.Arms != nil) && s.Finite || el.Kind == "beam" && net.Dim != 2 {
				return nil, 0, false
			}
			a, b := at(el.Nodes[0]), at(el.Nodes[1])
			d := [3]float64{b[0] - a[0], b[1] - a[1], b[2] - a[2]}
			if net.Cell != nil || net.Arms != nil {
				d = net.Along(i)
			}
			l := math.Sqrt(d[0]*d[0] + d[1]*d[1] + d[2]*d[2])
			for end, sign := range []float64{-1, 1} {
				for axis := range net.Dim {
					add(el.Nodes[end], "xyz"[axis:axis+1], sign*t[0]*d[axis]/l)
				}
				if el.Kind == "beam" { // e2 = turn2 - turn1, e3 = turn1 + turn2 - 2 turn of the chord
					add(el.Nodes[end], "turn about z", sign*t[1]+t[2])
					add(el.Nodes[end], "x", sign*2*t[2]*d[1]/(l*l))
					add(el.Nodes[end], "y", -sign*2*t[2]*d[0]/(l*l))
					if net.Arms != nil { // what pulls at the end of an arm turns its node
						arm := net.Arms[i][end]
						fx, fy := sign*(t[0]*d[0]/l+2*t[2]*d[1]/(l*l)), sign*(t[0]*d[1]/l-2*t[2]*d[0]/(l*l))
						add(el.Nodes[end], "turn about z", arm[0]*fy-arm[1]*fx)
					}
				}
			}
		case "angle":
			if net.Cell != nil || net.Dim != 2 {
				return nil, 0, false
			}
			mid := at(el.Nodes[1])
			for end, sign := range map[int]float64{0: -1, 2: 1} { // the turn of the second arm, less that of the first
				x := at(el.Nodes[end])
				dx, dy := x[0]-mid[0], x[1]-mid[1]
				ll := dx*dx + dy*dy
				add(el.Nodes[end], "x", -sign*t[0]*dy/ll)
				add(el.Nodes[end], "y", sign*t[0]*dx/ll)
				add(el.Nodes[1], "x", sign*t[0]*dy/ll)
				add(el.Nodes[1], "y", -sign*t[0]*dx/ll)
			}
		default:
			return nil, 0, false
		}
	}
	return pull, most, true
}

// The snapshot of every example can be made; its mode forces balance its loads, node by node; its outputs are those of
// its samples, and its states those that `elastrain solve` prints.
func TestSnapshotsOfExamples(t *testing.T) {
	names, err := filepath.Glob("../examples/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	paper, err := filepath.Glob("../examples/*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	written, solved := 0, 0
	for _, path := range append(names, paper...) {
		if filepath.Base(path) == "large-lattice.yaml" {
			continue // package examples trains it
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := spec.Parse(path, text)
		if err != nil {
			t.Fatal(err)
		}
		if set, ok := data.IsKnown(file.Spec.Task.Data); ok {
			t.Logf("%s is left out: its data set %s is not built in", path, set.Name)
			continue
		}
		x, err := experiment.Build(file, func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(filepath.Dir(path), name)) }, experiment.Options{})
		if err != nil {
			t.Fatal(err)
		}
		v := x.AllCases()
		v.Samples = true
		s, err := x.Snapshot(v)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		solved += len(s.Cases)
		sum := 0
		for i := range s.Blocks {
			sum += s.Blocks[i].Len()
		}
		learn := 0
		for _, yes := range s.Learns {
			if yes {
				learn++
			}
		}
		if sum != len(s.Theta) || learn != x.Design.Dim() || len(s.Outputs) != len(x.Out) || s.Parts[0].N != x.Train.N || len(s.Cases) == 0 {
			t.Errorf("%s: blocks of %d, %d parameters; %d of %d learn; %d cases", path, sum, len(s.Theta), learn, x.Design.Dim(), len(s.Cases))
		}
		for i := range s.Cases {
			c := &s.Cases[i]
			what := fmt.Sprintf("%s, case %d", path, c.Sample)
			if !(c.Residual < 1e-9) || !(c.Energy > 0) && slices.Max(c.Input) > 0 {
				t.Errorf("%s: residual %g, energy %g", what, c.Residual, c.Energy)
			}
			row, q := slices.Index(s.Parts[0].Rows, c.Sample), len(s.Outputs)
			for o, u := range c.Output {
				if r := s.Reading; r != nil { // of samples logits are told
					u = r.Gain*r.Directions[o]*(u-r.Tares[o]) + r.Offsets[o]
				}
				if again := s.Parts[0].Reached[row*q+o]; math.Abs(u-again) > 1e-9*math.Abs(u)+1e-18 {
					t.Errorf("%s: output %s reads %g, and %g among the samples", what, s.Outputs[o].Name, u, again)
				}
			}
			written += balanced(t, what, s, c)
			alike(t, what, x, s, c)
		}
	}
	t.Logf("%d cases, of which %d balance by the forces written out in this test", solved, written)
	if written < 25 {
		t.Errorf("only %d cases were looked at", written)
	}
}

// balanced checks equilibrium from plain data.
func balanced(t *testing.T, what string, s *snapshot.Snapshot, c *snapshot.Case) (cases int) {
	t.Helper()
	pull, most, ok := pulls(s, c)
	for i := range s.Blocks {
		if slices.Contains(s.Blocks[i].Names, "rest") && !s.Finite {
			return 0 // elements that pull as built stiffen the linear problem
		}
	}
	if !ok {
		return 0
	}
	theta := s.Theta
	if c.Theta != nil {
		theta = c.Theta
	}
	for i := range s.Elements { // springs pull by their stiffness, as the inputs set it
		el := &s.Elements[i]
		if el.Law == "linear" && el.Kind == "bar" && !s.Finite && !el.Cut && math.Abs(c.Force[el.Mode]-theta[el.Theta]*c.Deformation[el.Mode]) > 1e-12*most {
			t.Errorf("%s: bond %d of %g N/m stretches by %g m and pulls by %g N", what, el.Number, theta[el.Theta], c.Deformation[el.Mode], c.Force[el.Mode])
		}
	}
	due := map[snapshot.Force]float64{}
	for _, f := range c.Loads {
		if f.Node >= 0 {
			due[snapshot.Force{Node: f.Node, Component: f.Component}] += f.Value
		}
	}
	for _, f := range c.Reactions {
		due[snapshot.Force{Node: f.Node, Component: f.Component}] = f.Value
	}
	for at, force := range pull {
		if apart := math.Abs(force - due[at]); apart > 1e-9*most+1e-18 {
			t.Errorf("%s: at node %d along %s the elements pull by %g, and %g is due", what, at.Node+1, at.Component, force, due[at])
			return 1
		}
	}
	return 1
}

// alike compares a case with the answer of solve.
func alike(t *testing.T, what string, x *experiment.Experiment, s *snapshot.Snapshot, c *snapshot.Case) {
	t.Helper()
	solid, err := x.AsSolid(s.Theta)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	a, err := x.Answer(solid, c.Input)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	type mode struct {
		kind   string
		number int
		name   string
	}
	force, most := map[mode]float64{}, 0.0
	for i := range s.Elements {
		el := &s.Elements[i]
		for m := range el.Modes {
			if !el.Cut {
				force[mode{el.Kind, el.Number, el.Modes[m].Name}] = c.Force[el.Mode+m]
			}
		}
	}
	for _, e := range a.Elements {
		most = max(most, math.Abs(e.Force))
	}
	for _, e := range a.Elements {
		if f := force[mode{e.Kind, e.Element, e.Mode}]; math.Abs(f-e.Force) > 1e-8*most {
			t.Errorf("%s: %s of %s %d bears %g, and solve says %g", what, e.Mode, e.Kind, e.Element, f, e.Force)
			return
		}
	}
	if len(force) != len(a.Elements) || math.Abs(a.Energy-c.Energy) > 1e-8*math.Abs(a.Energy) {
		t.Errorf("%s: %d modes and an energy of %g, and solve says %d and %g", what, len(force), c.Energy, len(a.Elements), a.Energy)
	}
}

// Displacements that are given, along an axis, slanted, as a stretch or a mean, load the network by what they take; with
// bonds cut and springs to ground. Lattices of springs and bodies say the same.
func TestSnapshotsOfGivenDisplacements(t *testing.T) {
	const head = `elastrain: 1
network: {lattice: triangular, rows: 4-4-4, spacing: 10 mm, cut: [7]}
supports: {pinned: [1, 4], springs: [{node: 12, along: [1, 2], stiffness: 30 N/m}]}
`
	const task = `task:
  kind: behaviour
  cases:
    - push: [{node: 6, along: -y, force: 0.1 N}, %s]
      want: [{node: 11, along: x, move: 0.1 mm}]
`
	for _, push := range []string{"{node: 9, along: x, move: 0.2 mm}", "{node: 9, along: [1, 2], move: 0.2 mm}", "{nodes: [9, 11], stretch: 0.1 mm}",
		"{mean: [9, 10, 11], along: y, move: 0.1 mm}", "{mean: [9, 10, 11], along: y, force: 50 mN}", "{nodes: [9, 11], force: 20 mN}"} {
		for _, bonds := range []string{"bonds: {stiffness: 20..80 N/m}\n", "elements: [{kind: bar, stiffness: 20..80 N/m}]\n", "elements: [{kind: bar, stiffness: 20..80 N/m}]\nstatics: {deformation: finite}\n"} {
			what := push + ", " + bonds
			file, err := spec.Parse("test.yaml", []byte(head+bonds+fmt.Sprintf(task, push)))
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			x, err := experiment.Build(file, nil, experiment.Options{})
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			s, err := x.Snapshot(x.AllCases())
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			c := &s.Cases[0]
			if c.Residual > 1e-9 || len(c.Loads) < 2 || balanced(t, what, s, c) != 1 {
				t.Errorf("%s: residual %g under %v", what, c.Residual, c.Loads)
			}
			alike(t, what, x, s, c)
		}
	}
}
