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
