package figure

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/network/lattice"
)

// The unfolded cell has the bonds of the cell at their true lengths, each that leaves it once more as a thin line, and its
// images move with the strain.
func TestUnfolded(t *testing.T) {
	n, err := lattice.Periodic("kagome", 2, 3, 0.01)
	if err != nil {
		t.Fatal(err)
	}
	u := unfold(n)
	leave := 0
	for i := range n.Elements {
		if math.Abs(u.net.BondLength(i)-n.BondLength(i)) > 1e-15 {
			t.Errorf("bond %d is %g m long, and %g", i+1, u.net.BondLength(i), n.BondLength(i))
		}
		if n.Elements[i].Shift != [3]int{} {
			leave++
		}
	}
	if leave == 0 || len(u.thin) != leave {
		t.Errorf("%d thin lines for %d bonds that leave", len(u.thin), leave)
	}
	strain := [3]float64{0.01, -0.02, 0.005}
	move := u.moved(make([]float64, len(n.Pos)), strain)
	for i, node := range u.of {
		at, image := n.At(node), u.net.At(u.own+i)
		dx, dy := image[0]-at[0], image[1]-at[1]
		x, y := move[2*(u.own+i)], move[2*(u.own+i)+1]
		if math.Abs(x-0.01*dx-0.0025*dy) > 1e-16 || math.Abs(y+0.02*dy-0.0025*dx) > 1e-16 {
			t.Errorf("image %d of node %d moves by %g, %g", i+1, node+1, x, y)
		}
		if u.net.NodeNumber(u.own+i) != node+1 {
			t.Errorf("image of node %d is called %d", node+1, u.net.NodeNumber(u.own+i))
		}
	}
	if err := drawable(Lattice{Network: n, Displacement: make([]float64, len(n.Pos)), Strain: strain}, 300, 300); err != nil {
		t.Error(err)
	}
}
