package lattice

import (
	"strings"
	"testing"

	"github.com/elastrain/elastrain/network"
)

func TestComb(t *testing.T) {
	c := &Comb{Width: 8, Height: 4, Tile: 4, Stride: 4, Outputs: 3, Pegs: 2, Place: PrintedComb}
	n, err := c.Grow()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Net.Validate(); err != nil {
		t.Fatal(err)
	}
	count := map[network.Limb]int{}
	for _, l := range n.Limbs {
		count[l.Is]++
	}
	const hubs, branches = 3 * 2 * 2, 3 * 2 * 2 * 16
	for limb, want := range map[network.Limb]int{network.BranchLeaf: 2 * branches, network.InputLeaf: 4 * branches, network.HoldLeaf: 4 * hubs, network.LinkLeaf: 2 * hubs, network.FloorLeaf: 6, network.HubBar: 17 * hubs} {
		if count[limb] != want {
			t.Errorf("%d of %s, want %d", count[limb], network.Limbs[limb], want)
		}
	}
	if len(n.Loaded) != hubs || len(n.Read) != 3 || len(n.Shuttles) != branches || len(n.Holes) != 2*branches {
		t.Errorf("%d loads, %d readings, %d shuttles, %d holes", len(n.Loaded), len(n.Read), len(n.Shuttles), len(n.Holes))
	}
	// Every peg of every pixel holds one eye of each strip where the pixel is bright, and one where it is dark.
	eyes := map[[3]int]int{}
	for _, h := range n.Holes {
		sense := 0
		if h.Complement {
			sense = 1
		}
		eyes[[3]int{h.Pixel, h.Peg, sense}]++
	}
	if len(eyes) != 32*2*2 {
		t.Errorf("%d pegs of pixels and their complements, want %d", len(eyes), 32*2*2)
	}
	for of, strips := range eyes {
		if strips != 3 {
			t.Errorf("pixel %d, peg %d: %d eyes", of[0]+1, of[1]+1, strips)
		}
	}
	// Leaves stand across their bars, and are as long as they should be.
	for i, l := range n.Limbs {
		want := map[network.Limb]float64{network.BranchLeaf: 20e-3, network.InputLeaf: 16e-3, network.HoldLeaf: 20e-3, network.LinkLeaf: 20e-3, network.FloorLeaf: 40e-3}[l.Is]
		if want == 0 {
			continue
		}
		e, arms := n.Net.Elements[i], n.Net.Arms[i]
		a, b := n.Net.At(e.Nodes[0]), n.Net.At(e.Nodes[1])
		dx, dy := b[0]+arms[1][0]-a[0]-arms[0][0], b[1]+arms[1][1]-a[1]-arms[0][1]
		if dx > 1e-12 || dx < -1e-12 || max(dy, -dy) < want-1e-9 || max(dy, -dy) > want+1e-9 {
			t.Fatalf("%s %d is %g mm long and leans by %g mm", network.Limbs[l.Is], i+1, 1e3*dy, 1e3*dx)
		}
	}
	for want, bad := range map[string]*Comb{
		"each is at least 1": {Width: 8, Height: 8, Tile: 4, Stride: 4, Pegs: 3},
		"2 x 2 or more":      {Width: 8, Height: 8, Tile: 1, Stride: 1, Outputs: 2, Pegs: 3},
		"do not end":         {Width: 8, Height: 8, Tile: 3, Stride: 3, Outputs: 2, Pegs: 3},
		"1 to 4 set":         {Width: 8, Height: 8, Tile: 4, Stride: 4, Outputs: 2, Pegs: 9},
		"take fewer windows": {Width: 500, Height: 500, Tile: 5, Stride: 1, Outputs: 10, Pegs: 3},
	} {
		if _, err := bad.Grow(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}
