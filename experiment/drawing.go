package experiment

import (
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/snapshot"
	"github.com/elastrain/elastrain/spec"
)

// Drawing is the network of an experiment that cannot be built for another reason, as far as it can be drawn: its bonds and
// springs to ground, without parameters. Errors are spec.Errors.
func Drawing(file *spec.File, files Files) (*snapshot.Snapshot, error) {
	net, err := BuildNetwork(file, files)
	if err != nil {
		return nil, err
	}
	s := &snapshot.Snapshot{Title: file.Spec.Title, Task: file.Spec.Task.Kind, Drawn: net, Built: net}
	bar, ground := &snapshot.Group{Kind: element.Bar{}.Name()}, &snapshot.Group{Kind: element.Ground{}.Name()}
	bars := 0
	for i := range net.Elements {
		el := &net.Elements[i]
		one := snapshot.Element{Group: bar, Number: i + 1, Nodes: el.Nodes[:], Cut: el.Cut, Theta: -1}
		if el.Kind == network.Ground {
			one.Group, one.Number, one.Nodes = ground, i-bars+1, el.Nodes[:1]
		} else {
			bars++
		}
		if el.Shift != [3]int{} {
			one.Shift = [][3]int{{}, el.Shift}
		}
		s.Elements = append(s.Elements, one)
	}
	return s, nil
}
