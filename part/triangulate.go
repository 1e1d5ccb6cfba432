package part

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// sweep covers rings by triangles that have no corners but those of the rings: a line sweeps from left to right and cuts
// what it passes into pieces that no vertical line meets twice, and those are easy. Corners lie on a grid, so that
// whether three of them turn left is decided exactly.
type sweep struct {
	at         []Point
	next, prev []int
	edges      []int       // status: edges (by their left corner) with the body above them, lowest first
	helper     map[int]int // of an edge: the corner that sees it last
	merge      []bool      // corners at which two pieces end and one goes on
	out        [][]int     // corners at the other ends of edges and cuts
}

// triangulate covers what rings enclose by triangles that turn counter-clockwise.
func triangulate(rings []Ring) ([][3]Point, error) {
	s := &sweep{helper: map[int]int{}}
	want := 0.0
	for _, r := range rings {
		first := len(s.at)
		want += r.Area()
		for i, p := range r {
			s.at = append(s.at, p)
			s.next = append(s.next, first+(i+1)%len(r))
			s.prev = append(s.prev, first+(i+len(r)-1)%len(r))
		}
	}
	s.merge, s.out = make([]bool, len(s.at)), make([][]int, len(s.at))
	order := make([]int, len(s.at))
	for i := range order {
		order[i] = i
		s.out[i] = append(s.out[i], s.next[i])
	}
	slices.SortFunc(order, s.compare)
	for i, v := range order[1:] {
		if s.at[v] == s.at[order[i]] {
			return nil, fmt.Errorf("the outline touches itself at (%.3f mm, %.3f mm)"+otherSizes, s.at[v][0], s.at[v][1])
		}
	}
	for _, v := range order {
		if err := s.pass(v); err != nil {
			return nil, err
		}
	}
	var all [][3]Point
	for _, face := range s.faces() {
		all = s.fan(face, all)
	}
	got := 0.0
	for _, t := range all {
		got += Ring(t[:]).Area()
	}
	if math.Abs(got-want) > 1e-9*want {
		return nil, fmt.Errorf("the outline could not be covered by triangles: they cover %g mm2 of %g", got, want)
	}
	return all, nil
}

// otherSizes is the way out where shapes meet that should not.
const otherSizes = "; make the fillets or holes there smaller, or a frame wider that is thinner than its struts"

// compare orders corners from left to right.
func (s *sweep) compare(a, b int) int {
	return cmp.Or(cmp.Compare(s.at[a][0], s.at[b][0]), cmp.Compare(s.at[a][1], s.at[b][1]))
}

// turn is twice the area of the triangle of three corners: positive where they turn left.
func turn(a, b, c Point) float64 {
	return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
}

// pass takes a corner into account that the line reaches.
func (s *sweep) pass(v int) error {
	before, after := s.prev[v], s.next[v]
	left, right := s.compare(before, v) < 0, s.compare(after, v) < 0
	convex := turn(s.at[before], s.at[v], s.at[after]) > 0
	if left { // the edge that comes here from the left has the body above it
		if err := s.remove(before, v); err != nil {
			return err
		}
	}
	if (left && right && !convex) || (!left && !right && !convex) || (!left && right) { // the body lies below, too
		below := s.below(v)
		if below < 0 {
			return fmt.Errorf("the outline crosses itself near (%.3f mm, %.3f mm)"+otherSizes, s.at[v][0], s.at[v][1])
		}
		if h := s.helper[below]; s.merge[h] || !left && !right {
			s.cut(v, h)
		}
		s.helper[below] = v
	}
	s.merge[v] = left && right && !convex
	if !right {
		s.insert(v)
	}
	return nil
}

// cut joins two corners.
func (s *sweep) cut(a, b int) {
	s.out[a], s.out[b] = append(s.out[a], b), append(s.out[b], a)
}

// below is the edge right below a corner, -1 for none.
func (s *sweep) below(v int) int {
	if n := s.place(v); n > 0 {
		return s.edges[n-1]
	}
	return -1
}

// place is how many edges of the status lie below a corner.
func (s *sweep) place(v int) int {
	lo, hi := 0, len(s.edges)
	for lo < hi {
		mid := (lo + hi) / 2
		e := s.edges[mid]
		if turn(s.at[e], s.at[s.next[e]], s.at[v]) > 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

func (s *sweep) insert(v int) {
	s.edges = slices.Insert(s.edges, s.place(v), v)
	s.helper[v] = v
}

// remove takes the edge from a corner to v away.
func (s *sweep) remove(edge, v int) error {
	n := s.place(v)
	if n == len(s.edges) || s.edges[n] != edge {
		return fmt.Errorf("the outline crosses itself near (%.3f mm, %.3f mm)"+otherSizes, s.at[v][0], s.at[v][1])
	}
	if h := s.helper[edge]; s.merge[h] {
		s.cut(v, h)
	}
	s.edges = slices.Delete(s.edges, n, n+1)
	delete(s.helper, edge)
	return nil
}

// faces are the pieces that edges and cuts leave, each with the body to its left.
func (s *sweep) faces() (faces [][]int) {
	type edge struct{ from, at int } // at: of the list of where it goes
	for v := range s.out {
		slices.SortFunc(s.out[v], func(a, b int) int {
			p, q := s.at[a], s.at[b]
			if u, w := s.upper(v, p), s.upper(v, q); u != w {
				if u {
					return -1
				}
				return 1
			}
			return -cmp.Compare(turn(s.at[v], p, q), 0)
		})
	}
	done := map[edge]bool{}
	for v := range s.out {
		for i := range s.out[v] {
			if done[edge{v, i}] {
				continue
			}
			var face []int
			for e := (edge{v, i}); !done[e]; {
				done[e] = true
				face = append(face, e.from)
				to := s.out[e.from][e.at]
				e = edge{to, s.leave(to, e.from)}
			}
			faces = append(faces, face)
		}
	}
	return faces
}

// upper reports whether a direction from a corner lies in the upper half of the plane: it comes first going round.
func (s *sweep) upper(v int, p Point) bool {
	return p[1] > s.at[v][1] || p[1] == s.at[v][1] && p[0] > s.at[v][0]
}

// leave is where a face that comes to a corner from another goes on: the first edge clockwise from where it came.
func (s *sweep) leave(v, from int) int {
	list := s.out[v]
	best := -1
	for i, to := range list { // the last one, going round from the upper half, that comes before from
		if to == from {
			continue
		}
		if s.round(v, to, from) {
			best = i
		}
	}
	if best < 0 {
		for i, to := range list {
			if to != from {
				best = i
			}
		}
	}
	return best
}

// round reports whether a comes before b going round a corner counter-clockwise, from the direction to the right.
func (s *sweep) round(v, a, b int) bool {
	p, q := s.at[a], s.at[b]
	if u, w := s.upper(v, p), s.upper(v, q); u != w {
		return u
	}
	return turn(s.at[v], p, q) > 0
}

// fan covers a piece that no vertical line meets twice.
func (s *sweep) fan(face []int, all [][3]Point) [][3]Point {
	add := func(above bool, a, b, v int) { // a and b follow on a chain from the left, with the body above it or below
		if !above {
			a, b = b, a
		}
		all = append(all, [3]Point{s.at[a], s.at[b], s.at[v]})
	}
	first, n := 0, len(face)
	for i := range face {
		if s.compare(face[i], face[first]) < 0 {
			first = i
		}
	}
	lower := make(map[int]bool, n) // corners of the chain below, which goes on from the first
	for i := first; ; i = (i + 1) % n {
		lower[face[i]] = true
		if s.compare(face[(i+1)%n], face[i]) < 0 {
			break
		}
	}
	order := slices.Clone(face)
	slices.SortFunc(order, s.compare)
	stack := order[:2:2]
	for at, v := range order[2:] {
		top, last := stack[len(stack)-1], at == n-3
		if lower[v] != lower[top] {
			for i := range len(stack) - 1 {
				add(lower[top], stack[i], stack[i+1], v)
			}
			stack = []int{top, v}
			continue
		}
		for len(stack) > 1 {
			a, b := stack[len(stack)-2], stack[len(stack)-1]
			if t := turn(s.at[a], s.at[b], s.at[v]); !last && (lower[v] && t <= 0 || !lower[v] && t >= 0) {
				break
			}
			add(lower[v], a, b, v)
			stack = stack[:len(stack)-1]
		}
		stack = append(stack, v)
	}
	return all
}
