package lattice

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/elastrain/elastrain/network"
)

// closest is the least distance of two points by dimension, in units of the
// spacing. There is one point in each unit of space, and the discs of this
// radius around the others cover at most 0.90, 0.95 and 0.90 of it: a new
// point always finds room, and after 20 throws on average at the worst.
var closest = [4]float64{1: 0.45, 2: 0.55, 3: 0.60}

// leastNeighbours is to how many of its nearest points each point in space is
// joined. As not all of this is mutual, a node has about ten bonds.
const leastNeighbours = 8

// Disordered is random points in a line, a square or a cube (dim 1, 2 or 3)
// with on average one point in spacing^dim. Points are thrown evenly and kept
// if they are at least 0.45, 0.55 or 0.60 spacings from all others. Nodes are
// numbered in bands of one spacing: along x, then the next band in y, then in z.
// The same seed gives the same network.
//
// Bonds in a line join neighbours. In the plane they are those of the Delaunay
// triangulation without the slivers at its rim: a bond on the rim is dropped if
// it is longer than two spacings or if the corner opposite sees it under more
// than 120°, unless that corner is on the rim itself; then the same is asked of
// the new rim. What remains is one sheet of triangles, so it is rigid on its own.
//
// In space every node is joined to its eight nearest and to those that count it
// among their eight nearest, about ten bonds a node; should the network then be
// in pieces, to nine, ten and so on until it is one. That is far above the six
// bonds a node that rigidity asks for, but does not prove it.
func Disordered(points, dim int, spacing float64, seed uint64) (*network.Network, error) {
	if dim < 1 || dim > 3 {
		return nil, &Error{"disordered", "dim", fmt.Sprintf("there is no space of %d dimensions", dim), "use 1, 2 or 3"}
	}
	if points < 2 {
		return nil, &Error{"disordered", "points", fmt.Sprintf("there is no bond among %d points", points), "give 2 or more"}
	}
	if err := checkSize("disordered", "points", float64(points), points); err != nil {
		return nil, err
	}
	if err := checkSpacing("disordered", spacing); err != nil {
		return nil, err
	}
	places := scatter(points, dim, rand.New(rand.NewPCG(seed, uint64(dim))))
	pos := make([]float64, 0, points*dim)
	for _, p := range places {
		for axis := range dim {
			pos = append(pos, p[axis]*spacing)
		}
	}
	n := assemble(dim, pos, nil)
	switch dim {
	case 1:
		n.Elements = bars(inLine(places))
	case 2:
		n.Elements = bars(sheet(places))
	case 3:
		joinNearest(n, places)
	}
	return n, nil
}

// scatter throws points into a box with room for one each, and numbers them.
func scatter(points, dim int, random *rand.Rand) []point {
	extent := math.Pow(float64(points), 1/float64(dim))
	apart := closest[dim]
	g := newGrid(dim, extent, apart)
	var near []int
	for len(g.points) < points {
		var p point
		for axis := range dim {
			p[axis] = random.Float64() * extent
		}
		near, _ = g.near(p, 1, near[:0])
		if !slices.ContainsFunc(near, func(i int) bool { return p.squareTo(g.points[i]) < apart*apart }) {
			g.add(p)
		}
	}
	band := func(x float64) int { return int(x) }
	slices.SortFunc(g.points, func(p, q point) int {
		if dim > 2 {
			if c := cmp.Compare(band(p[2]), band(q[2])); c != 0 {
				return c
			}
		}
		if dim > 1 {
			if c := cmp.Compare(band(p[1]), band(q[1])); c != 0 {
				return c
			}
		}
		return slices.Compare(p[:], q[:])
	})
	return g.points
}

// inLine joins neighbours on a line, lowest x first and lowest y at equal x.
func inLine(places []point) [][2]int {
	order := make([]int, len(places))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return slices.Compare(places[i][:], places[j][:]) })
	pairs := make([][2]int, len(order)-1)
	for i := range pairs {
		a, b := order[i], order[i+1]
		pairs[i] = [2]int{min(a, b), max(a, b)}
	}
	return sortedPairs(pairs)
}

// sheet joins points in the plane.
func sheet(places []point) [][2]int {
	t := delaunay(places)
	if t == nil {
		return inLine(places)
	}
	out := t.outside()
	t.peel(out)
	return t.pairs(out)
}

// peel takes slivers off the rim of the sheet. A triangle goes only if the
// corner opposite its outer edge is inside the sheet, so that the sheet keeps
// its nodes and hangs together by whole edges.
func (t *triangulation) peel(out []bool) {
	type edge struct{ triangle, side int }
	var queue []edge
	onHull := make([]bool, len(t.points))
	for triangle, c := range t.corner {
		if out[triangle] {
			continue
		}
		for side, other := range t.beside[triangle] {
			if out[other] {
				queue = append(queue, edge{triangle, side})
				onHull[c[(side+1)%3]] = true
				onHull[c[(side+2)%3]] = true
			}
		}
	}
	for len(queue) > 0 {
		e := queue[0]
		queue = queue[1:]
		c := t.corner[e.triangle]
		apex := c[e.side]
		if onHull[apex] || !sliver(t.points[apex], t.points[c[(e.side+1)%3]], t.points[c[(e.side+2)%3]]) {
			continue
		}
		out[e.triangle] = true
		onHull[apex] = true
		for _, side := range []int{(e.side + 1) % 3, (e.side + 2) % 3} {
			inner := t.beside[e.triangle][side]
			back := slices.Index(t.beside[inner][:], e.triangle)
			queue = append(queue, edge{inner, back})
		}
	}
}

// sliver reports whether the edge from a to b is longer than two spacings, or
// apex sees it under more than 120°.
func sliver(apex, a, b point) bool {
	if a.squareTo(b) > 2*2 {
		return true
	}
	ax, ay, bx, by := a[0]-apex[0], a[1]-apex[1], b[0]-apex[0], b[1]-apex[1]
	dot, cross := ax*bx+ay*by, ax*by-ay*bx
	return dot < 0 && -dot*math.Sqrt(3) > math.Abs(cross)
}

// joinNearest joins points in space, until the network is in one piece.
func joinNearest(n *network.Network, places []point) {
	extent := math.Cbrt(float64(len(places)))
	g := newGrid(3, extent, 1.5) // about 14 points are within 1.5, enough for eight neighbours
	for _, p := range places {
		g.add(p)
	}
	for k := leastNeighbours; ; k++ {
		n.Elements = bars(g.nearest(k))
		if _, pieces := n.Components(); pieces == 1 {
			return
		}
	}
}

func bars(pairs [][2]int) []network.Element {
	elements := make([]network.Element, len(pairs))
	for i, p := range pairs {
		elements[i] = bar(p[0], p[1])
	}
	return elements
}
