package figure

import (
	"math"

	"github.com/elastrain/elastrain/network"
)

// The view on space is turned by 32 degrees and tilted by 22: x runs right, y
// to the back, z up, lengths along an axis stay comparable. An exactly
// isometric view would hide nodes of a cubic lattice behind each other.
const (
	sinTurn, cosTurn = 0.52991926423320, 0.84804809615643
	sinTilt, cosTilt = 0.37460659341591, 0.92718385456679
)

var (
	viewRight = [3]float64{cosTurn, sinTurn, 0}
	viewUp    = [3]float64{-sinTilt * sinTurn, sinTilt * cosTurn, cosTilt}
	viewNear  = [3]float64{cosTilt * sinTurn, -cosTilt * cosTurn, sinTilt}
)

// flatten projects a vector of 1, 2 or 3 components onto the sheet; depth
// grows towards the viewer.
func flatten(v []float64) (x, y, depth float64) {
	switch len(v) {
	case 1:
		return v[0], 0, 0
	case 2:
		return v[0], v[1], 0
	}
	dot := func(a [3]float64) float64 { return a[0]*v[0] + a[1]*v[1] + a[2]*v[2] }
	return dot(viewRight), dot(viewUp), dot(viewNear)
}

// shape is a network projected onto the sheet, in metres.
type shape struct {
	x, y, depth []float64 // one a node
	ok          []bool    // false where a coordinate is not finite
	bond        float64   // mean length of a bond on the sheet; 0: no bonds
	short       float64   // length of the shortest
	around      extent    // what it covers
}

// project places the nodes, displaced by factor times u (nil: at rest).
func project(n *network.Network, u []float64, factor float64) shape {
	count := n.Nodes()
	s := shape{
		x: make([]float64, count), y: make([]float64, count), depth: make([]float64, count),
		ok: make([]bool, count), around: extent{empty: true},
	}
	pos := make([]float64, n.Dim)
	for i := range count {
		copy(pos, n.At(i))
		for a := range pos {
			if u != nil && finite(u[i*n.Dim+a]) {
				pos[a] += factor * u[i*n.Dim+a]
			}
		}
		s.x[i], s.y[i], s.depth[i] = flatten(pos)
		if s.ok[i] = finite(s.x[i]) && finite(s.y[i]) && finite(s.depth[i]); s.ok[i] {
			at := [2]float64{s.x[i], s.y[i]}
			s.around = s.around.with(extent{lo: at, hi: at})
		}
	}
	sum, bars := 0.0, 0
	s.short = math.Inf(1)
	for _, e := range n.Elements {
		if a, b := e.Nodes[0], e.Nodes[1]; e.Kind == network.Bar && s.ok[a] && s.ok[b] {
			long := math.Hypot(s.x[a]-s.x[b], s.y[a]-s.y[b])
			sum += long
			s.short = math.Min(s.short, long)
			bars++
		}
	}
	if bars > 0 {
		s.bond = sum / float64(bars)
	}
	return s
}

// extent is the rectangle of the sheet that a shape covers.
type extent struct {
	lo, hi [2]float64
	empty  bool
}

func (s shape) extent() extent { return s.around }

// with is the extent around two.
func (e extent) with(o extent) extent {
	if e.empty {
		return o
	}
	if o.empty {
		return e
	}
	for a := range 2 {
		e.lo[a], e.hi[a] = math.Min(e.lo[a], o.lo[a]), math.Max(e.hi[a], o.hi[a])
	}
	return e
}

// norm is the length of a vector.
func norm(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s = math.Hypot(s, x)
	}
	return s
}
