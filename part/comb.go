package part

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/peterstace/simplefeatures/geom"

	"github.com/elastrain/elastrain/network"
)

// What a strip of a comb has beside its leaves and bars, mm.
const (
	combInto  = 0.2 // how far leaves reach into what they leave
	combOver  = 3.5 // of bars beyond their last leaves
	combEye   = 5.0 // length of an eye
	combRim   = 0.9 // of an eye, beyond the leaves to either side
	combPeg   = 1.0 // width of a peg
	combPegs  = 2.6 // and its other side
	combPad   = 6.4 // width of what is bolted down
	combBolt  = 3.2 // hole in it
	combPull  = 2.0 // hole in the end of a bar where it is pulled, or read
	combReach = 8.0 // of a pad behind its bolt
)

// Comb is the outline of one strip of a comb, from 0: its leaves with their widths (m, of every element), bars, shuttles, eyes
// with the holes of their pegs, and what is bolted down.
func Comb(c *network.Comb, widths []float64, strip int) (*Outline, error) {
	s := &shapes{chord: 0.01, fine: 1.0 / 1024}
	at := func(node int) Point { p := c.Net.At(node); return Point{mm * p[0], mm * p[1]} }
	box := func(x0, y0, x1, y1 float64) geom.Geometry {
		return s.polygon([]Point{{min(x0, x1), min(y0, y1)}, {max(x0, x1), min(y0, y1)}, {max(x0, x1), max(y0, y1)}, {min(x0, x1), max(y0, y1)}})
	}
	type span struct{ from, to Point }
	bars := map[int]*span{}
	var leaves []leaf
	var order []int
	pads, shuttles := map[int]float64{}, map[int]bool{} // pads with the side on which they lie
	for i, limb := range c.Limbs {
		if limb.Strip != strip {
			continue
		}
		ends, arms := c.Net.Elements[i].Nodes, c.Net.Arms[i]
		a, b := at(ends[0]), at(ends[1])
		if limb.Is == network.HubBar || limb.Is == network.OutBar {
			if bars[limb.Hub] == nil {
				bars[limb.Hub] = &span{from: a}
				order = append(order, limb.Hub)
			}
			bars[limb.Hub].to = b
			continue
		}
		if !(widths[i] >= leastMade) {
			return nil, &Error{fmt.Sprintf("leaf %d is %s wide", i+1, length(widths[i])), "nobody makes that: look for a width of the comb whose unit or exponent is mistyped"}
		}
		for axis := range 2 {
			a[axis] += mm * arms[0][axis]
			b[axis] += mm * arms[1][axis]
		}
		side := math.Copysign(1, b[1]-a[1])
		half := mm * widths[i] / 2
		leaves = append(leaves, leaf{i + 1, Point{a[0] - half, min(a[1], b[1])}, Point{a[0] + half, max(a[1], b[1])}})
		s.solid = append(s.solid, box(a[0]-half, a[1]-side*combInto, a[0]+half, b[1]+side*combInto))
		switch limb.Is {
		case network.BranchLeaf:
			if n := ends[1]; !shuttles[n] {
				shuttles[n] = true
				p := at(n)
				s.solid = append(s.solid, box(p[0]-mm*c.Place.Long/2, p[1]-mm*c.Place.Shuttle/2, p[0]+mm*c.Place.Long/2, p[1]+mm*c.Place.Shuttle/2))
			}
		case network.HoldLeaf, network.FloorLeaf:
			if n := ends[1]; pads[n] == 0 {
				pads[n] = side
				p := at(n)
				s.solid = append(s.solid, box(p[0]-combPad/2, b[1], p[0]+combPad/2, p[1]+side*combReach))
				s.hole(Point{p[0], p[1] + side*combReach/2}, combBolt/2)
			}
		}
	}
	if err := besideEachOther(leaves); err != nil {
		return nil, err
	}
	for _, hub := range order {
		w := mm * c.Place.HubBar / 2
		if hub < 0 {
			w = mm * c.Place.OutBar / 2
		}
		from, to := bars[hub].from, bars[hub].to
		s.solid = append(s.solid, box(from[0]-combOver, from[1]-w, to[0]+combOver, from[1]+w))
		s.hole(to, combPull/2)
	}
	for _, h := range c.Holes {
		if c.Limbs[h.Elements[0]].Strip != strip {
			continue
		}
		p, side := at(h.Node), 1.0
		if h.Complement {
			side = -1
		}
		half := mm*c.Place.Eyes/2 + combRim/2
		s.solid = append(s.solid, box(p[0]-half, p[1], p[0]+half, p[1]+side*combEye))
		middle := p[1] + side*combEye/2
		s.cut = append(s.cut, box(p[0]-combPeg/2, middle-combPegs/2, p[0]+combPeg/2, middle+combPegs/2))
	}
	return (&Plan{}).join(s)
}

// leaf is the place of a leaf of a comb, mm.
type leaf struct {
	number int // of its element
	lo, hi Point
}

// besideEachOther finds leaves so wide that they lie on one another, and would be one in the sheet.
func besideEachOther(leaves []leaf) error {
	slices.SortStableFunc(leaves, func(a, b leaf) int { return cmp.Compare(a.lo[0], b.lo[0]) })
	for i, a := range leaves {
		for _, b := range leaves[i+1:] {
			if b.lo[0] >= a.hi[0] {
				break
			}
			if min(a.hi[1], b.hi[1])-max(a.lo[1], b.lo[1]) > 1e-6 {
				return &Error{fmt.Sprintf("leaves %d and %d, %.4g mm and %.4g mm wide, lie on one another", a.number, b.number, a.hi[0]-a.lo[0], b.hi[0]-b.lo[0]), "give leaves of the comb narrower ranges"}
			}
		}
	}
	return nil
}
