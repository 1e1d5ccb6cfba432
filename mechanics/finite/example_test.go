package finite_test

import (
	"fmt"

	"github.com/elastrain/elastrain/mechanics/finite"
	"github.com/elastrain/elastrain/network"
)

// Two bars in a straight line resist a force across them only once it has bent them, by 2 k (l - L) y/l; linear theory calls them a
// mechanism. A shallow arch carries its load up to a limit, and is not followed beyond it unasked.
func Example() {
	held := []bool{true, true, false, false, true, true}
	bars := []network.Element{{Nodes: [2]int{0, 1}}, {Nodes: [2]int{1, 2}}}
	flat := finite.New(&network.Network{Dim: 2, Pos: []float64{-3, 0, 0, 0, 3, 0}, Held: held, Elements: bars})
	if err := flat.SetStiffness([]float64{5, 5}); err != nil {
		fmt.Println(err)
		return
	}
	u := []float64{0, 1} // begin to one side of the line, where the bars resist
	_, err := flat.Displace(u, []float64{0, 16})
	fmt.Printf("moves by %.3f m, error %v\n", u[1], err)

	arch := finite.New(&network.Network{Dim: 2, Pos: []float64{-3, 0, 0, 0.5, 3, 0}, Held: held, Elements: bars})
	if err := arch.SetStiffness([]float64{5, 5}); err != nil {
		fmt.Println(err)
		return
	}
	u = []float64{0, 0}
	_, err = arch.Follow(u, []float64{0, -0.1})
	fmt.Println(err)
	// Output:
	// moves by 4.000 m, error <nil>
	// the lattice buckles at 0.263 of its load: its tangent stiffness is not positive definite at node 2 along y; take a smaller load, or stiffer bonds
}
