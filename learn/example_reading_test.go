package learn_test

import (
	"fmt"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/inputs"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// Two sliders hang by springs that the brightness of a pixel stiffens: one by the pixel, one by the lack of it. What they move is read
// as two logits, the larger of which says whether the pixel is dark or bright.
func ExampleNewReading() {
	slider := func(node int) network.Port { return network.Port{Node: node, Dir: [3]float64{1}} }
	rig, err := inputs.NewRefactor(&inputs.Plan{
		Net: &network.Network{Dim: 1, Pos: []float64{0, 0.01, 0.01}, Held: []bool{true, false, false},
			Elements: []network.Element{{Nodes: [2]int{0, 1}}, {Nodes: [2]int{0, 2}}}},
		Columns: []inputs.Column{{}}, Written: []inputs.Written{{Element: 0, Column: 0}, {Element: 1, Column: 0, Complement: true}}, Least: 0.1,
		Probe: []inputs.Load{{At: slider(1), Force: 0.01}, {At: slider(2), Force: 0.01}}, Out: []network.Port{slider(1), slider(2)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	reading, err := learn.NewReading(rig, []learn.Pair{{Plus: 0, Minus: -1}, {Plus: 1, Minus: -1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	theta := []float64{100, 100, 1, 0, 0, 0, 0, 1, 1} // springs, gain, offsets, tares, directions
	set := &task.Set{N: 4, P: 1, Q: 2, F: []float64{0, 0.2, 0.8, 1}, Class: []int32{0, 0, 1, 1}, Signed: true}
	if err := reading.SetStiffness(theta); err != nil {
		fmt.Println(err)
		return
	}
	if theta[2], err = reading.Prepare(learn.Batch{Set: set}); err != nil {
		fmt.Println(err)
		return
	}
	reading.Hold(theta) // tares: the mean readings
	if err := reading.SetStiffness(theta); err != nil {
		fmt.Println(err)
		return
	}
	z := make([]float64, set.N*set.Q)
	if err := learn.Outputs(reading, learn.Batch{Set: set}, z); err != nil {
		fmt.Println(err)
		return
	}
	for i, v := range set.F {
		goal := set.Goal(i)
		class, _ := goal.Predict(z[2*i : 2*i+2])
		fmt.Printf("brightness %.1f: logits %5.2f and %5.2f, %s\n", v, z[2*i], z[2*i+1], []string{"dark", "bright"}[class])
	}
	fmt.Println(reading.Electronics())
	// Output:
	// brightness 0.0: logits  1.66 and -0.81, dark
	// brightness 0.2: logits -0.10 and -0.75, dark
	// brightness 0.8: logits -0.75 and -0.10, bright
	// brightness 1.0: logits -0.81 and  1.66, bright
	// 2 readings, 1 gain, 2 offsets, 2 tares
}
