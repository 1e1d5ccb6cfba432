package body

import "slices"

// Rows are the derivatives of all deformations as built, e = C u: what linear statics asks. Row m belongs to mode m and is
// entries Ptr[m] to Ptr[m+1]; columns up to N are unknowns, those from N on the given values. Zeros are left out.
type Rows struct {
	Ptr, Col []int32
	Val      []float64
}

// Rows lists them. Where places of nodes learn they have the zeros as well, which are none elsewhere.
func (b *Body) Rows() *Rows {
	entries := 0
	b.eachEntry(func(_ int, _ int32, v float64) {
		if v != 0 || len(b.Moves) > 0 {
			entries++
		}
	})
	r := &Rows{Ptr: make([]int32, 1, b.M+1), Col: make([]int32, 0, entries), Val: make([]float64, 0, entries)}
	b.eachEntry(func(m int, c int32, v float64) {
		for len(r.Ptr) <= m {
			r.Ptr = append(r.Ptr, int32(len(r.Col)))
		}
		if v != 0 || len(b.Moves) > 0 {
			r.add(int(r.Ptr[m]), c, v)
		}
	})
	for len(r.Ptr) <= b.M {
		r.Ptr = append(r.Ptr, int32(len(r.Col)))
	}
	return r
}

// Refill sets the values of rows to those of the nodes where they are now.
func (b *Body) Refill(r *Rows) {
	clear(r.Val)
	b.eachEntry(func(m int, c int32, v float64) {
		if v != 0 {
			at, _ := slices.BinarySearch(r.Col[r.Ptr[m]:r.Ptr[m+1]], c)
			r.Val[int(r.Ptr[m])+at] += v
		}
	})
}

// eachEntry visits what every local coordinate adds to the rows, mode by mode; those of one entry are not added up.
func (b *Body) eachEntry(visit func(mode int, col int32, v float64)) {
	most := 0
	for at := range b.Runs {
		most = max(most, b.Runs[at].Modes*b.Runs[at].Local)
	}
	room := make([]float64, most)
	for at := range b.Runs {
		run := &b.Runs[at]
		c := room[:run.Modes*run.Local]
		for k, i := range run.Elements {
			run.Kind.Rows(&b.Built[i], c)
			first := int(b.local[i])
			for m := range run.Modes {
				for p, v := range c[m*run.Local : (m+1)*run.Local] {
					for _, t := range b.term[b.ptr[first+p]:b.ptr[first+p+1]] {
						visit(run.Mode+k*run.Modes+m, int32(b.Space.Row(t.col)), t.by*v)
					}
				}
			}
		}
	}
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
