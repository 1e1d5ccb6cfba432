package learn_test

import (
	"fmt"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// Two springs in a row are to let their end move by 200 um under 10 mN. A rig, a rule that measures derivatives on it, a loss
// and a range of stiffnesses make a function of two variables from 0 to 1, which any optimiser can lower.
func Example() {
	net := &network.Network{Dim: 1, Pos: []float64{0, 0.01, 0.02}, Held: []bool{true, false, false},
		Elements: []network.Element{{Nodes: [2]int{0, 1}}, {Nodes: [2]int{1, 2}}}}
	end := []network.Port{{Node: 2, Dir: [3]float64{1}}}
	rig := learn.NewExact(mechanics.NewEquilibrium(net, nil), end, end)
	set := &task.Set{N: 1, P: 1, Q: 1, F: []float64{0.010}, Want: []float64{200e-6}}
	springs := design.Uniform(2, 50, 150, 50) // N/m, each from 50 to 150
	problem := learn.NewProblem(rig, &rule.Backprop{}, task.MeanSquare{Scale: 100e-6}, springs, learn.Batch{Set: set})

	g := make([]float64, problem.Dim())
	for _, x := range [][]float64{{0, 0}, {0.25, 0.75}} {
		loss, err := problem.Eval(x, g)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%.0f N/m: loss %.3f, slopes %.2f\n", problem.Stiffness(), loss, g)
	}
	// Output:
	// [50 50] N/m: loss 2.000, slopes [-8.00 -8.00]
	// [75 125] N/m: loss 0.009, slopes [-0.24 -0.09]
}
