package lattice

import (
	"cmp"
	"slices"
)

// outer is the vertex at infinity. Together with each edge of the convex hull
// it forms a triangle, so that the plane is covered without an edge and points
// outside the hull need no case of their own.
const outer = -1

// triangulation is a Delaunay triangulation that grows point by point (Bowyer
// and Watson): a new point removes the triangles whose circles hold it, and is
// joined to the rim of the hole. Corners turn to the left.
type triangulation struct {
	points []point
	corner [][3]int // of each triangle; one may be outer
	beside [][3]int // triangle across the edge opposite each corner
	last   int      // a triangle near the point inserted last

	// Scratch of insert, kept between calls.
	seen  []int // per triangle: 1 + the point whose circle test it passed last
	hole  []int // triangles to remove
	rim   []rim
	start []int // per vertex, shifted by one for outer: new triangle whose rim edge starts there
}

// rim is an edge of the hole, the hole on its left, and the triangle beyond it.
type rim struct{ from, to, beyond int }

// delaunay triangulates points in the plane, no two of which coincide. It is nil
// if they all lie on one line. Where four or more lie on one circle, any of the
// possible triangulations may come out, always the same one.
func delaunay(points []point) *triangulation {
	order := alongCurve(points)
	third := slices.IndexFunc(order, func(p int) bool { return orient(points[order[0]], points[order[1]], points[p]) != 0 })
	if third < 0 {
		return nil
	}
	t := &triangulation{points: points, start: make([]int, len(points)+1)}
	t.begin(order[0], order[1], order[third])
	for i, p := range order {
		if i > 1 && i != third {
			t.insert(p)
		}
	}
	return t
}

// begin makes the first triangle and the three outside it.
func (t *triangulation) begin(a, b, c int) {
	if orient(t.points[a], t.points[b], t.points[c]) < 0 {
		b, c = c, b
	}
	t.corner = [][3]int{{a, b, c}, {c, b, outer}, {a, c, outer}, {b, a, outer}}
	t.beside = [][3]int{{1, 2, 3}, {3, 2, 0}, {1, 3, 0}, {2, 1, 0}}
	t.seen = make([]int, 4)
}

// insert adds a point that is none of the vertices yet.
func (t *triangulation) insert(p int) {
	t.hole = append(t.hole[:0], t.locate(p))
	t.seen[t.hole[0]] = p + 1
	t.rim = t.rim[:0]
	for i := 0; i < len(t.hole); i++ {
		triangle := t.hole[i]
		for side, other := range t.beside[triangle] {
			switch {
			case t.seen[other] == p+1: // in the hole already
			case t.holds(other, p):
				t.seen[other] = p + 1
				t.hole = append(t.hole, other)
			default:
				c := t.corner[triangle]
				t.rim = append(t.rim, rim{c[(side+1)%3], c[(side+2)%3], other})
			}
		}
	}

	// The rim has two edges more than the hole had triangles: reuse these.
	for i, r := range t.rim {
		triangle := len(t.corner)
		if i < len(t.hole) {
			triangle = t.hole[i]
		} else {
			t.corner = append(t.corner, [3]int{})
			t.beside = append(t.beside, [3]int{})
			t.seen = append(t.seen, 0)
		}
		t.corner[triangle] = [3]int{r.from, r.to, p}
		t.beside[triangle][2] = r.beyond
		back := t.corner[r.beyond]
		t.beside[r.beyond][(slices.Index(back[:], r.to)+2)%3] = triangle
		t.start[r.from+1] = triangle
	}
	for _, r := range t.rim {
		triangle, next := t.start[r.from+1], t.start[r.to+1]
		t.beside[triangle][0] = next
		t.beside[next][1] = triangle
	}
	t.last = t.start[t.rim[0].from+1]
}

// locate walks from the last triangle towards p and returns a triangle whose
// circle holds it.
func (t *triangulation) locate(p int) int {
	at := t.last
	if g := slices.Index(t.corner[at][:], outer); g >= 0 {
		at = t.beside[at][g]
	}
walk:
	for {
		c := t.corner[at]
		for side := range c {
			if orient(t.points[c[(side+1)%3]], t.points[c[(side+2)%3]], t.points[p]) >= 0 {
				continue
			}
			at = t.beside[at][side]
			if slices.Contains(t.corner[at][:], outer) {
				return at // p lies beyond this edge of the hull
			}
			continue walk
		}
		return at
	}
}

// holds reports whether p is inside the circle of a triangle. The circle of an
// outer triangle is the half-plane beyond its edge of the hull, and the edge.
func (t *triangulation) holds(triangle, p int) bool {
	c := t.corner[triangle]
	q := t.points[p]
	g := slices.Index(c[:], outer)
	if g < 0 {
		return inCircle(t.points[c[0]], t.points[c[1]], t.points[c[2]], q) > 0
	}
	a, b := t.points[c[(g+1)%3]], t.points[c[(g+2)%3]]
	if side := orient(a, b, q); side != 0 {
		return side > 0
	}
	axis := 0
	if a[0] == b[0] {
		axis = 1
	}
	return min(a[axis], b[axis]) < q[axis] && q[axis] < max(a[axis], b[axis])
}

// outside marks the triangles that are not part of the network: at first those
// with the vertex at infinity.
func (t *triangulation) outside() []bool {
	out := make([]bool, len(t.corner))
	for triangle, c := range t.corner {
		out[triangle] = slices.Contains(c[:], outer)
	}
	return out
}

// pairs lists the edges of all triangles that are not out, sorted.
func (t *triangulation) pairs(out []bool) [][2]int {
	pairs := make([][2]int, 0, 3*len(t.points))
	for triangle, c := range t.corner {
		if out[triangle] {
			continue
		}
		for side, other := range t.beside[triangle] {
			if other > triangle || out[other] { // each edge once
				a, b := c[(side+1)%3], c[(side+2)%3]
				pairs = append(pairs, [2]int{min(a, b), max(a, b)})
			}
		}
	}
	return sortedPairs(pairs)
}

// alongCurve orders points along a Hilbert curve, so that each is near the one
// before and the walk to it is short.
func alongCurve(points []point) []int {
	lo, hi := points[0], points[0]
	for _, p := range points {
		for axis := range 2 {
			lo[axis] = min(lo[axis], p[axis])
			hi[axis] = max(hi[axis], p[axis])
		}
	}
	extent := max(hi[0]-lo[0], hi[1]-lo[1])
	key := make([]uint64, len(points))
	order := make([]int, len(points))
	const steps = 1 << 16 // cells of the curve along an axis
	for i, p := range points {
		order[i] = i
		key[i] = hilbert(steps, uint64((p[0]-lo[0])/extent*(steps-1)), uint64((p[1]-lo[1])/extent*(steps-1)))
	}
	slices.SortFunc(order, func(i, j int) int {
		return cmp.Or(cmp.Compare(key[i], key[j]), cmp.Compare(i, j))
	})
	return order
}

// hilbert is how far along the Hilbert curve through steps x steps cells the
// cell x, y comes. steps is a power of two.
func hilbert(steps, x, y uint64) uint64 {
	var along uint64
	for s := steps / 2; s > 0; s /= 2 {
		right, up := x&s != 0, y&s != 0
		switch { // quadrants come in the order of a U on its side
		case right && !up:
			along += 3 * s * s
		case right:
			along += 2 * s * s
		case up:
			along += s * s
		}
		if !up { // turn the quadrant
			if right {
				x, y = steps-1-x, steps-1-y
			}
			x, y = y, x
		}
	}
	return along
}
