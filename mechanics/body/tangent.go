package body

import (
	"slices"

	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/sparse"
)

// Tangent is the stiffness of every element, K being their sum on the free unknowns. The numbers of a plain element are the
// lower triangle over its local coordinates; those of one with images, over the unknowns that it joins.
type Tangent struct {
	Sum    *sparse.Sum
	Values []float64 // as Sum has them

	b     *Body
	first []int32 // number of each element at which its own begin
	// Of runs that are not plain: what of the matrix over local coordinates goes where.
	slotPtr []int32 // by element; nil where all are plain
	slots   []slot
	matrix  *sparse.Pattern // entry by entry; nil until somebody asks
	entry   []int32         // of each number; -1 for those passed over
	entries []float64
}

type slot struct {
	at   int32  // number among those of its element
	p, q uint16 // local row and column
	by   float64
}

// NewTangent finds the places.
func (b *Body) NewTangent() *Tangent {
	t := &Tangent{b: b, first: make([]int32, len(b.Elements)), Sum: &sparse.Sum{N: b.Space.N, Ptr: make([]int32, 1, len(b.Elements)+1)}}
	t.Sum.Group, t.Sum.X, t.Sum.Dim = b.groups()
	total := 0
	for at := range b.Runs {
		r := &b.Runs[at]
		for k, i := range r.Elements {
			t.first[i] = int32(total)
			if r.plain {
				for _, from := range b.from[r.First+k*r.Local:][:r.Local] {
					if int(from) >= b.Space.N {
						from = -1
					}
					t.Sum.Col = append(t.Sum.Col, from)
				}
				total += r.Local * (r.Local + 1) / 2
			} else {
				n := t.reduce(int(i))
				total += n * (n + 1) / 2
			}
			t.Sum.Ptr = append(t.Sum.Ptr, int32(len(t.Sum.Col)))
		}
	}
	t.Values = make([]float64, total)
	return t
}

// reduce lists the unknowns that an element with images joins, and what of its matrix goes where.
func (t *Tangent) reduce(i int) int {
	b := t.b
	if t.slotPtr == nil {
		t.slotPtr = make([]int32, 2*len(b.Elements))
	}
	begin := len(t.Sum.Col)
	first, n := int(b.local[i]), int(b.local[i+1]-b.local[i])
	terms := func(p int) []term { return b.term[b.ptr[first+p]:b.ptr[first+p+1]] }
	for p := range n {
		for _, x := range terms(p) {
			if x.col.Free() && !slices.Contains(t.Sum.Col[begin:], int32(x.col)) {
				t.Sum.Col = append(t.Sum.Col, int32(x.col))
			}
		}
	}
	known := t.Sum.Col[begin:]
	t.slotPtr[2*i] = int32(len(t.slots))
	for p := range n {
		for _, row := range terms(p) {
			for q := range n {
				for _, col := range terms(q) {
					// Of each pair of unknowns one order, on the diagonal both.
					if x, y := slices.Index(known, int32(row.col)), slices.Index(known, int32(col.col)); y >= 0 && x >= y {
						t.slots = append(t.slots, slot{int32(x*(x+1)/2 + y), uint16(p), uint16(q), row.by * col.by})
					}
				}
			}
		}
	}
	t.slotPtr[2*i+1] = int32(len(t.slots))
	return len(known)
}

// AddBow adds what axial forces t do to elements that bend between their ends, at the places as built.
func (t *Tangent) AddBow(w *Work, force []float64) {
	b := t.b
	for at := range b.Runs {
		r := &b.Runs[at]
		kind, ok := r.Kind.(element.Bowed)
		if !ok {
			continue
		}
		h := w.h[:r.Local*r.Local]
		for k, i := range r.Elements {
			clear(h)
			kind.Bow(&b.Built[i], force[r.Mode+k*r.Modes:][:r.Modes], h)
			t.add(int(i), r.Local, h)
		}
	}
}

// add adds the matrix of element i over its n local coordinates.
func (t *Tangent) add(i, n int, h []float64) {
	to := t.Values[t.first[i]:]
	if t.b.Runs[t.b.run[i]].plain {
		at := 0
		for p := range n {
			for _, v := range h[p*n : p*n+p+1] {
				to[at] += v
				at++
			}
		}
		return
	}
	for _, place := range t.slots[t.slotPtr[2*i]:t.slotPtr[2*i+1]] {
		to[place.at] += place.by * h[int(place.p)*n+int(place.q)]
	}
}

// Assemble sets the values of K = sum c^T slope c + t d2e for the state where Stand and Resist left w and s. curved adds
// the second term: what stretched elements resist being turned.
func (t *Tangent) Assemble(w *Work, s *State, curved bool) {
	w.fill(s.U, s.G)
	w.hand(pass{s: s, finite: curved, t: t})
	w.do(len(t.b.chunks), assembleChunk)
}

// Weigh sets the values of K = sum c^T w c for the weights that Body.Weigh left in w, at the places of Build. For linear bodies.
func (t *Tangent) Weigh(w *Work) {
	w.hand(pass{t: t})
	w.do(len(t.b.chunks), assembleChunk)
}

func assembleChunk(p *pass, worker, part int) {
	w, t, b := p.w, p.t, p.w.b
	l, c := w.lanes[worker], &b.chunks[part]
	r := &b.Runs[c.run]
	n, size := c.to-c.from, r.Local
	first := r.Mode + c.from*r.Modes
	slope := w.slope[first:][:n*r.Modes]
	rows := w.c[r.row+c.from*r.Modes*size:][:n*r.Modes*size]
	if r.plain && !p.finite {
		multiplyOut(r.Modes, size, rows, slope, t.Values[t.first[r.Elements[c.from]]:])
		return
	}
	var force []float64
	if p.finite {
		force = p.s.T[first:][:n*r.Modes]
	}
	if r.plain && r.swift != nil {
		e := p.s.E[first:][:n*r.Modes]
		r.swift.TangentAll(b.Space.Dim, b.Sizes[r.Size+c.from:][:n], e, rows, force, slope, t.Values[t.first[r.Elements[c.from]]:])
		return
	}
	moving, _ := r.Kind.(element.Finite)
	var u []float64
	if p.finite && moving != nil {
		u = w.read(l, c)
	}
	h := l.h[:size*size]
	for k := range n {
		i := int(r.Elements[c.from+k])
		clear(h)
		for m, v := range slope[k*r.Modes:][:r.Modes] {
			row := rows[(k*r.Modes+m)*size:][:size]
			for p, x := range row {
				x *= v
				for q, y := range row[:p+1] {
					h[p*size+q] += x * y
				}
			}
		}
		if u != nil {
			moving.Curve(&b.Built[i], u[k*size:][:size], force[k*r.Modes:][:r.Modes], h)
		}
		t.put(i, r, h)
	}
}

// multiplyOut sets h to sum slope c^T c for elements side by side: of each the lower triangle, row by row.
func multiplyOut(modes, size int, c, slope, h []float64) {
	numbers := size * (size + 1) / 2
	for k := range len(slope) / modes {
		own, by, to := c[k*modes*size:][:modes*size], slope[k*modes:][:modes], h[k*numbers:][:numbers]
		at := 0
		switch modes {
		case 1:
			for p, x := range own {
				x *= by[0]
				for q, y := range own[:p+1] {
					to[at+q] = x * y
				}
				at += p + 1
			}
		case 3:
			if size == 6 { // beams in the plane
				c, to := (*[18]float64)(own), (*[21]float64)(to)
				for p := range 6 {
					x, y, z := by[0]*c[p], by[1]*c[6+p], by[2]*c[12+p]
					for q := range p + 1 {
						to[at+q] = x*c[q] + y*c[6+q] + z*c[12+q]
					}
					at += p + 1
				}
				continue
			}
			a, b, d := own[:size], own[size:][:size], own[2*size:][:size]
			for p := range a {
				x, y, z := by[0]*a[p], by[1]*b[p], by[2]*d[p]
				out := to[at:][:p+1]
				for q := range out {
					out[q] = x*a[q] + y*b[q] + z*d[q]
				}
				at += p + 1
			}
		default:
			clear(to)
			for m, v := range by {
				row := own[m*size:][:size]
				at = 0
				for p, x := range row {
					x *= v
					for q, y := range row[:p+1] {
						to[at+q] += x * y
					}
					at += p + 1
				}
			}
		}
	}
}

// put sets the numbers of element i to its matrix, of which the lower triangle is whole and the upper one anything.
func (t *Tangent) put(i int, r *Run, h []float64) {
	n := r.Local
	to := t.Values[t.first[i]:]
	if r.plain {
		for p := range n {
			copy(to[p*(p+1)/2:], h[p*n:p*n+p+1])
		}
		return
	}
	for p := range n {
		for q := range p {
			h[q*n+p] = h[p*n+q]
		}
	}
	slots := t.slots[t.slotPtr[2*i]:t.slotPtr[2*i+1]]
	for _, place := range slots {
		to[place.at] = 0
	}
	for _, place := range slots {
		to[place.at] += place.by * h[int(place.p)*n+int(place.q)]
	}
}

// Matrix is K entry by entry: its pattern, always the same one, and the values now, valid until the next call.
func (t *Tangent) Matrix() (*sparse.Pattern, []float64) {
	s := t.Sum
	if t.matrix == nil {
		t.matrix = sparse.NewCliquePattern(s.N, func(yield func([]int) bool) {
			free := make([]int, 0, 32)
			for i := range len(s.Ptr) - 1 {
				free = free[:0]
				for _, j := range s.Col[s.Ptr[i]:s.Ptr[i+1]] {
					if j >= 0 {
						free = append(free, int(j))
					}
				}
				if !yield(free) {
					return
				}
			}
		})
		t.entry = make([]int32, 0, len(t.Values))
		for i := range len(s.Ptr) - 1 {
			list := s.Col[s.Ptr[i]:s.Ptr[i+1]]
			for p, row := range list {
				for _, col := range list[:p+1] {
					t.entry = append(t.entry, int32(t.matrix.Index(int(row), int(col))))
				}
			}
		}
		t.entries = make([]float64, t.matrix.Entries())
	}
	clear(t.entries)
	for at, to := range t.entry {
		if to >= 0 {
			t.entries[to] += t.Values[at]
		}
	}
	return t.matrix, t.entries
}

// Fork is a tangent at the same places with values of its own.
func (t *Tangent) Fork() *Tangent {
	f := *t
	f.Values, f.entries = make([]float64, len(t.Values)), make([]float64, len(t.entries))
	return &f
}
