package export_test

import (
	"fmt"
	"io"
	"math"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/export"
	"github.com/elastrain/elastrain/spec"
)

// A format that the ending of a file asks for, and a network written in it.
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
	format, _ := export.For("lattice.vtu")
	fmt.Println(format.Opens)
	fmt.Println(format.Write(io.Discard, &export.Input{Snapshot: s, Source: "behaviour.yaml", Scale: math.NaN()}))
	// Output:
	// ParaView, PyVista, VTK, meshio
	// <nil>
}
