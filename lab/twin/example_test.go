package twin_test

import (
	"context"
	"fmt"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/network"
)

// Two bars at a right angle hold node 3, pulled down by 0.2 N, which in theory moves by 2 mm. On a bench with one imperfection at a time
// it moves by something else, or is seen elsewhere.
func Example() {
	net := &network.Network{Dim: 2, Pos: []float64{0, 0, 0.1, 0, 0.05, -0.05}, Held: []bool{true, true, true, true, false, false},
		Elements: []network.Element{{Nodes: [2]int{0, 2}}, {Nodes: [2]int{1, 2}}}}
	load := []lab.Force{{Node: 2, F: [3]float64{0, -0.2}}}
	for _, c := range []struct {
		name   string
		config twin.Config
	}{
		{"ideal", twin.Config{}},
		{"finite deformation", twin.Config{Finite: true}},
		{"weights of 3 g", twin.Config{Weights: twin.Weights{Quantum: 3e-3}}},
		{"a print 3 % too soft or stiff", twin.Config{Seed: 1, Fabrication: twin.Fabrication{Modulus: 0.03}}},
		{"6 um of noise", twin.Config{Seed: 1, Camera: twin.Camera{Noise: 6e-6}}},
	} {
		seen, err := look(net, c.config, load)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %.3f mm\n", c.name, 1e3*seen)
	}
	// Output:
	// ideal: 2.000 mm
	// finite deformation: 1.944 mm
	// weights of 3 g: 2.059 mm
	// a print 3 % too soft or stiff: 1.908 mm
	// 6 um of noise: 1.996 mm
}

// look hangs a load on a new bench and takes one photograph: how far down node 3 is.
func look(net *network.Network, config twin.Config, load []lab.Force) (float64, error) {
	ctx := context.Background()
	bench, err := twin.New(net, []float64{100, 100}, config)
	if err != nil {
		return 0, err
	}
	if err := bench.Arm(ctx, lab.Limits{}); err != nil {
		return 0, err
	}
	if _, err := bench.Load(ctx, load); err != nil {
		return 0, err
	}
	frames, err := bench.Measure(ctx, 1)
	if err != nil {
		return 0, err
	}
	return -0.05 - frames[0].Nodes[2].X[1], bench.Safe(ctx)
}
