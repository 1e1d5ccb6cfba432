package multigrid_test

import (
	"fmt"

	"github.com/elastrain/elastrain/mechanics/multigrid"
)

// A chain of 3000 springs of 1 N/m is held at one end and pulled at the other by 1 N.
func ExampleNew() {
	const springs = 3000
	net := &multigrid.Network{Dim: 1, X: []float64{0}, Unknown: []int32{-1}, Ptr: []int32{0}}
	stiffness := make([]float64, springs)
	for i := range springs {
		if i > 0 {
			net.Col, net.Val = append(net.Col, int32(i-1)), append(net.Val, -1)
		}
		net.Col, net.Val = append(net.Col, int32(i)), append(net.Val, 1)
		net.Ptr = append(net.Ptr, int32(len(net.Col)))
		net.X, net.Unknown = append(net.X, float64(i+1)), append(net.Unknown, int32(i))
		net.N++
		stiffness[i] = 1
	}
	s, err := multigrid.New(net, multigrid.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	u := make([]float64, springs)
	u[springs-1] = 1
	if err := s.Factor(stiffness); err != nil {
		fmt.Println(err)
		return
	}
	if err := s.Solve(u, 1); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("levels of %v unknowns; the end moves %.3f m\n", s.Unknowns(), u[springs-1])
	// Output: levels of [3000 1000 334] unknowns; the end moves 3000.000 m
}
