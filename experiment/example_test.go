package experiment_test

import (
	"fmt"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
)

const twoSprings = `
elastrain: 1
network: {lattice: chain, size: 2, spacing: 10 mm}
bonds: {stiffness: 50..500 N/m, start: 100 N/m}
supports: {pinned: [1]}
task:
  kind: behaviour
  cases: [{push: [{node: 3, along: x, force: 0.1 N}], want: [{node: 3, along: x, move: 1 mm}]}]
learn: {method: levenberg-marquardt}
`

// The words of a file become a network, a rig and a plan of training; what cannot be built is an error at its place in the file.
func Example() {
	file, err := spec.Parse("two.yaml", []byte(twoSprings))
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(x.Network.Nodes(), "nodes, pushed at", x.Inputs, "read at", x.Outputs)
	u, e, err := x.Deform([]float64{0.1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("nodes move by %.1f mm, bonds stretch by %.1f mm\n", millimetres(u), millimetres(e))
	trainer, err := x.NewTrainer()
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := trainer.Run(nil); err != nil {
		fmt.Println(err)
		return
	}
	k, err := trainer.Stiffness()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("trained: %.1f N/m\n", k)
	// Output:
	// 3 nodes, pushed at [node 3] read at [node 3]
	// nodes move by [0.0 1.0 2.0] mm, bonds stretch by [1.0 1.0] mm
	// trained: [200.0 200.0] N/m
}

func millimetres(v []float64) []float64 {
	for i := range v {
		v[i] *= 1e3
	}
	return v
}
