package run

import (
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/export/npz"
)

// parametersOf are the arrays of a network whose elements have parameters of their own in place of one stiffness each:
// theta and its history, and what each of them is: the element (as people number it among those of its kind) and the
// place of the parameter in the list of its law. docs/file-formats.md lists kinds and laws.
func parametersOf(x *experiment.Experiment, theta, history []float64) []npz.Array {
	p := len(theta)
	element, place := make([]int32, p), make([]int32, p)
	for i := range x.Solid.Body.Elements {
		at := x.Solid.Body.ThetaOf(i)
		for j := range x.Solid.Body.Elements[i].Law.Params() {
			element[at+j], place[at+j] = int32(x.Solid.Body.Elements[i].Number), int32(j+1)
		}
	}
	return []npz.Array{npz.Float64s("theta", theta, p), npz.Float64s("theta_history", history, len(history)/max(p, 1), p),
		npz.Int32s("theta_element", element, p), npz.Int32s("theta_place", place, p)}
}
