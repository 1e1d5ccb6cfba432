package lab_test

import (
	"context"
	"fmt"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/network"
)

// A guard around a bench, here around a simulated one: a load that the lattice bears is hung, one beyond the limit is refused and
// the lattice made safe, and nothing more happens until somebody has seen to it.
func Example() {
	net := &network.Network{Dim: 2, Pos: []float64{0, 0, 0.1, 0, 0.05, -0.05}, Held: []bool{true, true, true, true, false, false},
		Elements: []network.Element{{Nodes: [2]int{0, 2}}, {Nodes: [2]int{1, 2}}}}
	k, ctx := []float64{100, 100}, context.Background()
	bench, err := twin.New(net, k, twin.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	guard := lab.NewGuard(bench, net, k)
	if err := guard.Arm(ctx, lab.Limits{Force: 0.3, Displacement: 5e-3}); err != nil {
		fmt.Println(err)
		return
	}
	down := func(force float64) error {
		_, err := guard.Load(ctx, []lab.Force{{Node: 2, F: [3]float64{0, -force}}})
		return err
	}
	fmt.Println("0.2 N:", down(0.2))
	fmt.Println("0.4 N:", down(0.4))
	fmt.Println("0.2 N:", down(0.2))
	guard.Reset()
	if err := guard.Arm(ctx, lab.Limits{Force: 0.3, Displacement: 5e-3}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("0.2 N:", down(0.2))
	// Output:
	// 0.2 N: <nil>
	// 0.4 N: fault during Load: Load is refused: 0.4 N on node 3 exceed the limit of 0.3 N; the bench is safe
	// 0.2 N: fault during Load: Load is refused: 0.4 N on node 3 exceed the limit of 0.3 N; the bench is safe
	// 0.2 N: <nil>
}
