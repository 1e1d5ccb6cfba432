package lattice

import (
	"cmp"
	"slices"
)

// point is a place in units of the spacing; coordinates beyond dim are 0.
type point [3]float64

func (p point) squareTo(q point) float64 {
	dx, dy, dz := p[0]-q[0], p[1]-q[1], p[2]-q[2]
	return dx*dx + dy*dy + dz*dz
}

// grid sorts points into cells of a box, so that those near a place are found
// without looking at all of them.
type grid struct {
	dim    int
	side   float64 // edge of a cell
	cells  [3]int  // along each axis; 1 beyond dim
	first  []int   // 1 + the point last put in each cell, 0 if it is empty; len cells
	next   []int   // 1 + the point put before it in the same cell, 0 if none; len points
	points []point
}

// newGrid covers the box from 0 to extent along each of dim axes.
func newGrid(dim int, extent, side float64) *grid {
	g := &grid{dim: dim, side: side, cells: [3]int{1, 1, 1}}
	all := 1
	for axis := range dim {
		g.cells[axis] = int(extent/side) + 1
		all *= g.cells[axis]
	}
	g.first = make([]int, all)
	return g
}

func (g *grid) cell(p point) (c [3]int) {
	for axis := range g.dim {
		c[axis] = min(int(p[axis]/g.side), g.cells[axis]-1)
	}
	return c
}

func (g *grid) slot(c [3]int) int { return (c[2]*g.cells[1]+c[1])*g.cells[0] + c[0] }

func (g *grid) add(p point) {
	s := g.slot(g.cell(p))
	g.next = append(g.next, g.first[s])
	g.points = append(g.points, p)
	g.first[s] = len(g.points)
}

// near appends to list the points in the cells up to reach cells from p. It
// holds every point at a distance of at most reach*side from p. all reports
// that no point was left out.
func (g *grid) near(p point, reach int, list []int) (near []int, all bool) {
	at := g.cell(p)
	var lo, hi [3]int
	all = true
	for axis := range at {
		lo[axis] = max(0, at[axis]-reach)
		hi[axis] = min(g.cells[axis]-1, at[axis]+reach)
		all = all && lo[axis] == 0 && hi[axis] == g.cells[axis]-1
	}
	for z := lo[2]; z <= hi[2]; z++ {
		for y := lo[1]; y <= hi[1]; y++ {
			for x := lo[0]; x <= hi[0]; x++ {
				for i := g.first[g.slot([3]int{x, y, z})]; i > 0; i = g.next[i-1] {
					list = append(list, i-1)
				}
			}
		}
	}
	return list, all
}

// neighbour is a point and the square of its distance.
type neighbour struct {
	point  int
	square float64
}

// nearest joins every point of the grid to the k nearest others; of two at the
// same distance, the lower number is nearer. It returns each pair once, lower
// number first, sorted.
func (g *grid) nearest(k int) [][2]int {
	k = min(k, len(g.points)-1)
	pairs := make([][2]int, 0, k*len(g.points))
	var near []int
	var found []neighbour
	for i, p := range g.points {
		for reach := 1; ; reach++ {
			var all bool
			near, all = g.near(p, reach, near[:0])
			// Points further than this may have nearer ones outside the cells looked at.
			safe := float64(reach) * g.side
			found = found[:0]
			for _, j := range near {
				if square := p.squareTo(g.points[j]); j != i && (all || square < safe*safe) {
					found = append(found, neighbour{j, square})
				}
			}
			if len(found) >= k {
				break
			}
		}
		slices.SortFunc(found, func(a, b neighbour) int {
			return cmp.Or(cmp.Compare(a.square, b.square), cmp.Compare(a.point, b.point))
		})
		for _, n := range found[:k] {
			pairs = append(pairs, [2]int{min(i, n.point), max(i, n.point)})
		}
	}
	return sortedPairs(pairs)
}

// sortedPairs sorts pairs by their first, then their second number, and drops
// repetitions.
func sortedPairs(pairs [][2]int) [][2]int {
	slices.SortFunc(pairs, func(a, b [2]int) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	return slices.Compact(pairs)
}
