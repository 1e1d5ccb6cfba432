package measurement_test

import (
	"context"
	"fmt"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// Two bars at a right angle hold node 3, which a weight pulls down. What a bench that is seen with 6 um of noise says of the
// derivative of the loss by each stiffness, and how sure it is.
func Example() {
	net := &network.Network{Dim: 2, Pos: []float64{0, 0, 0.1, 0, 0.05, -0.05}, Held: []bool{true, true, true, true, false, false},
		Elements: []network.Element{{Nodes: [2]int{0, 2}}, {Nodes: [2]int{1, 2}}}}
	ctx, k := context.Background(), []float64{100, 150} // N/m
	bench, err := twin.New(net, k, twin.Config{Seed: 1, Camera: twin.Camera{Noise: 6e-6}})
	if err != nil {
		fmt.Println(err)
		return
	}
	guard := lab.NewGuard(bench, net, k)
	if err := guard.Arm(ctx, lab.Limits{Force: 0.5}); err != nil {
		fmt.Println(err)
		return
	}
	down, right := network.Port{Node: 2, Dir: [3]float64{0, -1}}, network.Port{Node: 2, Dir: [3]float64{1}}
	protocol := measurement.DefaultProtocol()
	e := &measurement.Estimator{Specimen: measurement.NewSpecimen(net, []network.Port{down}, []network.Port{right}), Protocol: &protocol,
		Loss:  task.MeanSquare{Scale: 1e-3},
		Batch: learn.Batch{Set: &task.Set{N: 1, P: 1, Q: 1, F: []float64{0.2}, Want: []float64{1e-3}}}}
	rig, err := measurement.OnBench(ctx, &measurement.Measurer{Bench: guard, Specimen: e.Specimen, Protocol: &protocol}, e)
	if err != nil {
		fmt.Println(err)
		return
	}
	g, err := rig.Measure(nil) // by in situ backpropagation
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range g.G {
		fmt.Printf("dL/dk of bar %d: %+.2e m/N, give or take %.0e\n", i+1, g.G[i], g.Sigma[i])
	}
	fmt.Printf("%d loads, %d looks\n", g.Phases, g.Frames)
	// Output:
	// dL/dk of bar 1: +6.71e-03 m/N, give or take 8e-05
	// dL/dk of bar 2: -2.98e-03 m/N, give or take 4e-05
	// 2 loads, 18 looks
}
