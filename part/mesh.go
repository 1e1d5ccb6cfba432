package part

import (
	"cmp"
	"fmt"
	"slices"
)

// Mesh is the surface of a body: triangles that turn counter-clockwise seen from outside.
type Mesh struct {
	Points    [][3]float64 // mm
	Triangles [][3]int32   // of Points
}

// Volume of the body, mm3.
func (m *Mesh) Volume() float64 {
	sum := 0.0
	if len(m.Points) == 0 {
		return 0
	}
	from := m.Points[0]
	for _, t := range m.Triangles {
		a, b, c := minus(m.Points[t[0]], from), minus(m.Points[t[1]], from), minus(m.Points[t[2]], from)
		sum += dot(a, cross(b, c)) / 6
	}
	return sum
}

// Check says what is wrong with the surface: it is closed and oriented if every edge is that of two triangles, once in each
// sense, and of one piece.
func (m *Mesh) Check() error {
	type edge [2]int32
	seen := make(map[edge]int, 3*len(m.Triangles))
	for i, t := range m.Triangles {
		for k := range t {
			e := edge{t[k], t[(k+1)%3]}
			if e[0] == e[1] {
				return fmt.Errorf("triangle %d has two corners in one place", i)
			}
			if _, twice := seen[e]; twice {
				return fmt.Errorf("more than two triangles meet at the edge from %v to %v", m.Points[e[0]], m.Points[e[1]])
			}
			seen[e] = i
		}
	}
	for e := range seen {
		if _, ok := seen[edge{e[1], e[0]}]; !ok {
			return fmt.Errorf("the surface is open at the edge from %v to %v", m.Points[e[0]], m.Points[e[1]])
		}
	}
	if len(m.Triangles) == 0 || !(m.Volume() > 0) {
		return fmt.Errorf("the body has no volume")
	}
	if n := m.pieces(); n > 1 {
		return fmt.Errorf("the surface falls into %d pieces", n)
	}
	return nil
}

// pieces are how many parts of the surface hang together.
func (m *Mesh) pieces() int {
	root := make([]int32, len(m.Points))
	for i := range root {
		root[i] = int32(i)
	}
	find := func(i int32) int32 {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for _, t := range m.Triangles {
		a := find(t[0])
		root[find(t[1])] = a
		root[find(t[2])] = a
	}
	pieces := map[int32]bool{}
	for _, t := range m.Triangles {
		pieces[find(t[0])] = true
	}
	return len(pieces)
}

// builder collects triangles and gives each place one number.
type builder struct {
	Mesh
	number map[[3]float64]int32
}

func (b *builder) point(at [3]float64) int32 {
	if b.number == nil {
		b.number = map[[3]float64]int32{}
	}
	n, ok := b.number[at]
	if !ok {
		n = int32(len(b.Points))
		b.number[at] = n
		b.Points = append(b.Points, at)
	}
	return n
}

func (b *builder) triangle(u, v, w [3]float64) {
	b.Triangles = append(b.Triangles, [3]int32{b.point(u), b.point(v), b.point(w)})
}

// sorted is the mesh with its points by their coordinates and its triangles by their points, so that the same body gives
// the same bytes in whatever order it was made.
func (b *builder) sorted() *Mesh {
	order := make([]int32, len(b.Points))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, k int32) int { return slices.Compare(b.Points[i][:], b.Points[k][:]) })
	m, place := &Mesh{}, make([]int32, len(order))
	for at, i := range order {
		place[i] = int32(at)
		m.Points = append(m.Points, b.Points[i])
	}
	for _, t := range b.Triangles {
		u, v, w := place[t[0]], place[t[1]], place[t[2]]
		for u > v || u > w {
			u, v, w = v, w, u
		}
		m.Triangles = append(m.Triangles, [3]int32{u, v, w})
	}
	slices.SortFunc(m.Triangles, func(a, b [3]int32) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]), cmp.Compare(a[2], b[2]))
	})
	return m
}

func cross(a, b [3]float64) [3]float64 {
	return [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}
