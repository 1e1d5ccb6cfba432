package body

import (
	"slices"

	"github.com/elastrain/elastrain/sparse"
)

// Rows are the derivatives of all deformations as built, e = C u: what linear statics asks. Row m belongs to mode m and is
// entries Ptr[m] to Ptr[m+1]; columns up to N are unknowns, those from N on the given values. Zeros are left out.
type Rows struct {
	Ptr, Col []int32
	Val      []float64
}

// Rows lists them.
func (b *Body) Rows() *Rows {
	most := 0
	for at := range b.Runs {
		most = max(most, b.Runs[at].Modes*b.Runs[at].Local)
	}
	room := make([]float64, most)
	r := &Rows{Ptr: make([]int32, 1, b.M+1)}
	for at := range b.Runs {
		run := &b.Runs[at]
		for _, i := range run.Elements {
			c := room[:run.Modes*run.Local]
			run.Kind.Rows(&b.Built[i], c)
			first := int(b.local[i])
			for m := range run.Modes {
				begin := len(r.Col)
				for p, v := range c[m*run.Local : (m+1)*run.Local] {
					for _, t := range b.term[b.ptr[first+p]:b.ptr[first+p+1]] {
						if v != 0 {
							r.add(begin, int32(b.Space.Row(t.col)), t.by*v)
						}
					}
				}
				r.Ptr = append(r.Ptr, int32(len(r.Col)))
			}
		}
	}
	return r
}

// add adds to an entry of the row that begins there; entries ascend.
func (r *Rows) add(begin int, col int32, v float64) {
	at, known := slices.BinarySearch(r.Col[begin:], col)
	if at += begin; known {
		r.Val[at] += v
		return
	}
	r.Col, r.Val = slices.Insert(r.Col, at, col), slices.Insert(r.Val, at, v)
}

// Row is where a column stands when given values follow the unknowns.
func (s *Space) Row(c Column) int {
	if g, ok := c.IsGiven(); ok {
		return s.N + g
	}
	return int(c)
}

// Stiffness is K = C^T w C as package sparse takes it, for weights w of the modes; nodes are ordered by where they are.
func (b *Body) Stiffness(r *Rows) *sparse.Product {
	s := &b.Space
	p := &sparse.Product{N: s.N, Ptr: make([]int32, 1, b.M+1)}
	for m := range b.M {
		for a := r.Ptr[m]; a < r.Ptr[m+1] && int(r.Col[a]) < s.N; a++ {
			p.Col, p.Val = append(p.Col, r.Col[a]), append(p.Val, r.Val[a])
		}
		p.Ptr = append(p.Ptr, int32(len(p.Col)))
	}
	p.Group, p.X, p.Dim = b.groups()
	return p
}

// groups are the unknowns of each node together, and where it was drawn: an order of elimination follows no node that moves.
func (b *Body) groups() (group []int32, x []float64, dim int) {
	s, pos := &b.Space, b.Pos
	if b.drawn != nil {
		pos = b.drawn
	}
	group = make([]int32, s.N)
	parts, groups := len(s.Parts), int32(0)
	for node := range len(s.At) / parts {
		free := false
		for _, c := range s.At[node*parts : (node+1)*parts] {
			if c.Free() {
				group[c], free = groups, true
			}
		}
		if free {
			x = append(x, pos[node*s.Dim:(node+1)*s.Dim]...)
			groups++
		}
	}
	for _, c := range s.Strain {
		if c.Free() {
			group[c] = groups
			groups++
			x = nil // a strain is everywhere
		}
	}
	return group, x, s.Dim
}
