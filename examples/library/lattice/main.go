// A lattice is made, loaded and trained without any file: nodes and bonds, a task of two cases, an optimiser.
package main

import (
	"fmt"
	"log"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/train"
)

func main() {
	net, err := lattice.TriangularRows([]int{5, 4, 3, 2}, 0.016) // 14 nodes, 28 bonds of 16 mm
	if err != nil {
		log.Fatal(err)
	}
	net.Held = make([]bool, len(net.Pos))
	net.Held[0], net.Held[1], net.Held[8], net.Held[9] = true, true, true, true // nodes 1 and 5

	down, up := [3]float64{0, -1}, [3]float64{0, 1}
	in := []network.Port{{Node: 10, Dir: down}}
	out := []network.Port{{Node: 12, Dir: up}, {Node: 13, Dir: up}}
	rig := learn.NewExact(mechanics.NewEquilibrium(net, nil), in, out)

	bonds := design.Uniform(rig.Modes(), 100, 170, 135) // every stiffness between 100 and 170 N/m
	set := &task.Set{N: 1, P: 1, Q: 2, F: []float64{0.049}, Want: []float64{-0.5e-3, -0.6e-3}}
	problem := learn.NewProblem(rig, &rule.Backprop{}, task.MeanSquare{Scale: 0.5e-3}, bonds, learn.Batch{Set: set})
	trainer, err := train.New(&train.Plan{Problem: problem, Method: optim.NewLBFGS(bonds.Dim()), Start: bonds.StartPoint(), Train: set, Epochs: 100})
	if err != nil {
		log.Fatal(err)
	}
	record, err := trainer.Run(nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("after %d epochs the loss is %.2e\n", record.Epoch, record.Train.Loss)
}
