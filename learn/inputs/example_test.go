package inputs_test

import (
	"fmt"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/inputs"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// Two springs in a row under a constant pull. The brightness of a pixel sets the second, down to a tenth of its stiffness: the answer
// F/k1 + F/(k2 (0.1 + 0.9 v)) is no straight line.
func Example() {
	end := network.Port{Node: 2, Dir: [3]float64{1}}
	rig, err := inputs.NewRefactor(&inputs.Plan{
		Net: &network.Network{Dim: 1, Pos: []float64{0, 0.01, 0.02}, Held: []bool{true, false, false},
			Elements: []network.Element{{Nodes: [2]int{0, 1}}, {Nodes: [2]int{1, 2}}}},
		Columns: []inputs.Column{{}}, Written: []inputs.Written{{Element: 1, Column: 0}}, Least: 0.1,
		Probe: []inputs.Load{{At: end, Force: 0.01}}, Out: []network.Port{end}})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := rig.SetStiffness([]float64{100, 100}); err != nil {
		fmt.Println(err)
		return
	}
	set, u := &task.Set{N: 3, P: 1, Q: 1, F: []float64{0, 0.5, 1}}, make([]float64, 3)
	if err := learn.Outputs(rig, learn.Batch{Set: set}, u); err != nil {
		fmt.Println(err)
		return
	}
	for i, v := range set.F {
		fmt.Printf("brightness %.1f: %.2f mm\n", v, 1e3*u[i])
	}
	// Output:
	// brightness 0.0: 1.10 mm
	// brightness 0.5: 0.28 mm
	// brightness 1.0: 0.20 mm
}
