package train_test

import (
	"fmt"
	"log"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	lattices "github.com/elastrain/elastrain/network/lattice"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/train"
)

// Four springs in a row learn that their end moves by 2 mm under 0.1 N: each must have 200 N/m.
func Example() {
	net, err := lattices.Chain(4, 0.01, 1)
	if err != nil {
		log.Fatal(err)
	}
	net.Held = []bool{true, false, false, false, false}
	end := []network.Port{{Node: 4, Dir: [3]float64{1}}}
	rig := learn.NewExact(mechanics.NewEquilibrium(net, nil), end, end)
	springs := design.Uniform(4, 50, 500, 100)
	set := &task.Set{N: 1, P: 1, Q: 1, F: []float64{0.1}, Want: []float64{2e-3}}
	trainer, err := train.New(&train.Plan{Problem: learn.NewProblem(rig, &rule.Backprop{}, task.MeanSquare{Scale: 2e-3}, springs, learn.Batch{Set: set}),
		Method: optim.NewLBFGS(4), Start: springs.StartPoint(), Train: set, Epochs: 50})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := trainer.Run(nil); err != nil {
		log.Fatal(err)
	}
	k, err := trainer.Stiffness()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f N/m\n", k)
	// Output: [200.0 200.0 200.0 200.0] N/m
}
