package snapshot_test

import (
	"fmt"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
)

// The bond that bears most under the load of an example, from plain data.
func Example() {
	text, _ := examples.Text("behaviour")
	file, err := spec.Parse("behaviour.yaml", text)
	if err != nil {
		panic(err)
	}
	x, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		panic(err)
	}
	s, err := x.Snapshot(x.AllCases())
	if err != nil {
		panic(err)
	}
	most := 0
	for i, el := range s.Elements {
		if force := s.Cases[0].Force; force[el.Mode]*force[el.Mode] > force[s.Elements[most].Mode]*force[s.Elements[most].Mode] {
			most = i
		}
	}
	el := s.Elements[most]
	fmt.Printf("%d elements; the %s between nodes %d and %d bears %.4f N\n", len(s.Elements), el.Kind, el.Nodes[0]+1, el.Nodes[1]+1, s.Cases[0].Force[el.Mode])
	// Output: 28 elements; the bar between nodes 5 and 9 bears 0.0283 N
}

const shelf = `
elastrain: 1
network: {nodes: [[0 mm, 0 mm], [0 mm, 80 mm], [60 mm, 0 mm]], bonds: [[1, 3], [2, 3]]}
elements:
  - {kind: beam, law: section, bonds: [1], EA: 1 kN, EI: 0.5 N m2}
  - {kind: bar, bonds: [2], stiffness: 1..20 kN/m at 5 kN/m}
supports: {clamped: [1], pinned: [2]}
task:
  kind: behaviour
  cases: [{push: [{node: 3, along: -y, force: 10 N}], want: [{node: 3, along: y, move: -1 mm}]}]
`

// A shelf of a beam and a stay, as a program that writes it in another format reads it: parameters by element, and what each does
// under the load. Nothing of this asks a solver or knows what a beam is.
func Example_frame() {
	file, err := spec.Parse("shelf.yaml", []byte(shelf))
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := x.Snapshot(x.AllCases())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, el := range s.Elements {
		block := s.Blocks[el.Block]
		fmt.Printf("%s %d, law %s, between nodes %d and %d:", el.Kind, el.Number, el.Law, s.Drawn.NodeNumber(el.Nodes[0]), s.Drawn.NodeNumber(el.Nodes[1]))
		for i, name := range block.Names {
			fmt.Printf(" %s %g %s,", name, s.Theta[el.Theta+i], block.Units[i])
		}
		fmt.Printf(" pulls with %.2f %s\n", s.Cases[0].Force[el.Mode], el.Modes[0].ForceUnit)
	}
	for _, r := range s.Cases[0].Reactions {
		fmt.Printf("support at node %d, %s: %.3f\n", s.Drawn.NodeNumber(r.Node), r.Component, r.Value)
	}
	// Output:
	// beam 1, law section, between nodes 1 and 3: EA 1000 N, EI 0.5 N m2, pulls with -2.20 N
	// bar 2, law linear, between nodes 2 and 3: stiffness 5000 N/m, pulls with 3.67 N
	// support at node 1, x: 2.203
	// support at node 1, y: 7.063
	// support at node 1, turn about z: 0.424
	// support at node 2, x: -2.203
	// support at node 2, y: 2.937
}
