package part_test

import (
	"fmt"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/part"
	"github.com/elastrain/elastrain/spec"
)

// The lattice of an example as a body for a printer, with holes for the pins that hold it.
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
	s, err := x.Snapshot(experiment.View{})
	if err != nil {
		panic(err)
	}
	p, err := part.New(s, part.Options{Fillet: 1e-3, Pins: 3e-3, Feature: 0.4e-3})
	if err != nil {
		panic(err)
	}
	body, err := p.Body()
	if err != nil {
		panic(err)
	}
	fmt.Printf("%d struts, %d joints, %.1f cm3\n", len(p.Struts), len(p.Joints), body.Volume()/1000)
	// Output: 28 struts, 14 joints, 1.7 cm3
}
