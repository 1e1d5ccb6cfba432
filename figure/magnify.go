package figure

import (
	"math"
	"slices"

	"github.com/elastrain/elastrain/network"
)

// Magnification is a round factor that makes displacements visible: the largest
// is then about a third of a bond or, in a network of many bonds, a twentieth of
// its extent. It never shrinks a displacement. Several states of a network are
// drawn with one factor, so that they can be compared.
func Magnification(n *network.Network, states ...[]float64) float64 {
	rest := project(n, nil, 0)
	var sizes []float64
	for _, u := range states {
		for i := 0; i+n.Dim <= len(u); i += n.Dim {
			if v := norm(u[i : i+n.Dim]); finite(v) && v > 0 {
				sizes = append(sizes, v)
			}
		}
	}
	if len(sizes) == 0 || rest.bond == 0 {
		return 1
	}
	slices.Sort(sizes)
	largest := sizes[len(sizes)-1]
	most := largest // of the bulk: next to a load a node may move much further than all others
	if len(sizes) > fewValues {
		most = sizes[len(sizes)-1-len(sizes)/100]
	}
	e := rest.extent()
	extent := math.Max(e.hi[0]-e.lo[0], e.hi[1]-e.lo[1])
	factor := math.Min(math.Max(0.4*rest.bond, 0.05*extent)/most, math.Max(0.4*rest.bond, 0.15*extent)/largest)
	return math.Max(1, niceBelow(factor))
}

// exaggeration is the factor on the displacements; 0 if there are none.
func (p Lattice) exaggeration() float64 {
	switch {
	case p.Displacement == nil:
		return 0
	case p.Exaggeration != 0 && finite(p.Exaggeration):
		return p.Exaggeration
	}
	return Magnification(p.Network, p.Displacement)
}
