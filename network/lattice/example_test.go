package lattice_test

import (
	"fmt"

	"github.com/elastrain/elastrain/network/lattice"
)

// The lattice of Li & Mao, and what can be counted in it before anything is computed; a lattice that cannot be made says why.
func Example() {
	net, err := lattice.TriangularRows([]int{5, 4, 3, 2}, 0.016)
	if err != nil {
		fmt.Println(err)
		return
	}
	lo, hi := net.Bounds()
	fmt.Printf("%d nodes, %d bonds of %.0f mm, %.1f mm high\n", net.Nodes(), len(net.Elements), 1e3*net.BondLength(0), 1e3*(hi[1]-lo[1]))
	fmt.Println("neighbours of node 7:", net.Neighbours().Degree(6))

	_, err = lattice.TriangularRows([]int{5, 2}, 0.016)
	fmt.Println(err)
	// Output:
	// 14 nodes, 28 bonds of 16 mm, 41.6 mm high
	// neighbours of node 7: 6
	// triangular lattice: rows: row 1 has 5 nodes and row 2 has 2, which do not fit together at half a spacing; let neighbouring rows differ by at most one node
}
