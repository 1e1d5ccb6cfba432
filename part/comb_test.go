package part

import (
	"strings"
	"testing"

	"github.com/elastrain/elastrain/network"
	combs "github.com/elastrain/elastrain/network/lattice"
)

// A strip is of one piece, with as many holes as it has pegs, bolts, bars and slits, and the area of what it is made of; each leaf
// that is made wider adds its length times that.
func TestComb(t *testing.T) {
	c, err := (&combs.Comb{Width: 2, Height: 2, Tile: 2, Stride: 2, Outputs: 2, Pegs: 3, Place: combs.PrintedComb}).Grow()
	if err != nil {
		t.Fatal(err)
	}
	widths := make([]float64, len(c.Limbs))
	for i := range widths {
		widths[i] = 0.6e-3
	}
	o, err := Comb(c, widths, 1)
	if err != nil {
		t.Fatal(err)
	}
	const branches, hubs = 2 * 4, 2
	pegs, slits := 3*branches, 4*branches+2*hubs // between leaves of a pair
	bolts, pulls, windows := 2*hubs+2, hubs+1, hubs
	if got, want := len(o.Rings)-1, pegs+slits+bolts+pulls+windows; got != want {
		t.Errorf("%d holes, want %d", got, want)
	}
	before := o.Area()
	count, length := 0, 0.0
	for i, limb := range c.Limbs {
		if limb.Strip == 1 && limb.Is == network.BranchLeaf {
			widths[i] += 0.1e-3
			count, length = count+1, length+mm*c.Net.BondLength(i)
		}
	}
	if o, err = Comb(c, widths, 1); err != nil {
		t.Fatal(err)
	}
	if count != 2*branches {
		t.Errorf("%d leaves of branches", count)
	}
	near(t, "what wider leaves add", o.Area()-before, 0.1*length, 1e-2)
	for wide, want := range map[float64]string{0: "is 0 mm wide", 1e-12: "is 1e-09 mm wide", 1: "lie on one another"} {
		widths[len(widths)-1] = wide
		if _, err := Comb(c, widths, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a leaf %g m wide: %v", wide, err)
		}
	}
}
