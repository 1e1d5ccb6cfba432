package bound_test

import (
	"context"
	"fmt"
	"log"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/learn/bound"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// Of all networks of 28 bonds that are soft or stiff, more than two hundred million, none comes nearer to the displacements wanted.
func Example() {
	eq := mechanics.NewEquilibrium(testnet.Trapezoid(), nil)
	k := make([]float64, 28)
	q := &bound.Task{Boxes: 100_000, Loss: task.MeanSquare{Scale: 0.5e-3}, Set: &task.Set{N: 1, P: 1, Q: 2, F: []float64{0.049}, Want: []float64{-0.5e-3, -0.8e-3}}}
	for i := range k {
		k[i] = 103.125
		q.Modes, q.Levels = append(q.Modes, int32(i)), append(q.Levels, []float64{103.125, 171.875})
	}
	if err := eq.SetStiffness(k); err != nil {
		log.Fatal(err)
	}
	q.Network = bound.NewLattice(eq, []network.Port{testnet.Port(11, 0, -1)}, []network.Port{testnet.Port(13, 0, 1), testnet.Port(14, 0, 1)}, q.Modes)
	r, err := bound.Prove(context.Background(), q)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("best %.4f, proven: %v\n", r.Best, r.Proven)
	// Output: best 0.0377, proven: true
}
