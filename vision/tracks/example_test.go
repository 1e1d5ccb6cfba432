package tracks_test

import (
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/vision/tracks"
)

// Positions that trackpy wrote in pixels of 0.05 mm, with y down: where three nodes of the design are in frame 1. The third was lost.
func Example() {
	file := "y,x,mass,frame,particle\n400,0,9,0,0\n400,320,9,0,1\n80,0,9,0,2\n398,2,9,1,0\n402,330,9,1,1\n"
	set, err := tracks.Read(strings.NewReader(file), tracks.Unit{Metre: 0.05e-3, Origin: [2]float64{0, 400}, Down: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	nodes, err := set.Follow([][2]float64{{0, 0}, {16e-3, 0}, {0, 16e-3}}, 4e-3, 0, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, n := range nodes {
		if n.Seen {
			fmt.Printf("node %d at %.2f mm, %.2f mm\n", i+1, 1e3*n.X[0], 1e3*n.X[1])
		} else {
			fmt.Printf("node %d was lost\n", i+1)
		}
	}
	// Output:
	// node 1 at 0.10 mm, 0.10 mm
	// node 2 at 16.50 mm, -0.10 mm
	// node 3 was lost
}
