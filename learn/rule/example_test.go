package rule_test

import (
	"fmt"
	"log"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// The two steps of in situ backpropagation on two springs in a row: u = F (1/k1 + 1/k2), so du/dk = -F/k^2.
func ExampleBackprop() {
	net := &network.Network{Dim: 1, Pos: []float64{0, 0.01, 0.02}, Held: []bool{true, false, false},
		Elements: []network.Element{{Nodes: [2]int{0, 1}}, {Nodes: [2]int{1, 2}}}}
	end := []network.Port{{Node: 2, Dir: [3]float64{1}}}
	rig := learn.NewExact(mechanics.NewEquilibrium(net, nil), end, end)
	if err := rig.SetStiffness([]float64{100, 50}); err != nil {
		log.Fatal(err)
	}
	set := &task.Set{N: 1, P: 1, Q: 1, F: []float64{0.010}, Want: []float64{200e-6}} // it moves by 300 um
	g := make([]float64, 2)
	loss, err := (&rule.Backprop{}).Gradient(rig, task.MeanSquare{Scale: 100e-6}, learn.Batch{Set: set}, g)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("loss %.3f, by k %.4f and %.4f\n", loss, g[0], g[1])
	// Output: loss 0.500, by k -0.0100 and -0.0400
}
