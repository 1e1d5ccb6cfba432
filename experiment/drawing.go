package experiment

import (
	"errors"

	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/snapshot"
	"github.com/elastrain/elastrain/spec"
)

var errTooLarge = errors.New("the network is too large to be drawn")

// Drawing is the network of an experiment that cannot be built for another reason, as far as it can be drawn: its bonds and
// springs to ground, without parameters. One of more nodes or elements than most is not drawn, and not built where its size says so.
func Drawing(file *spec.File, files Files, most int) (*snapshot.Snapshot, error) {
	if nodesOfLattice(&file.Spec.Network) > float64(most) {
		return nil, errTooLarge
	}
	net, err := BuildNetwork(file, files)
	if err != nil {
		return nil, err
	}
	if len(net.Elements) > most {
		return nil, errTooLarge
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
