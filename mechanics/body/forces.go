package body

import (
	"math"

	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/sparse"
)

// Forces adds by times the forces that the elements put up against the state where Stand left w: to f on the free
// unknowns, and to r, if not nil, at the given values.
func (b *Body) Forces(w *Work, t []float64, by float64, f, r []float64) {
	for i := range b.Elements {
		run := &b.Runs[b.run[i]]
		force := t[run.Mode+int(b.place[i])*run.Modes:][:run.Modes]
		c := w.rows(i)
		local := w.f[:run.Local]
		for p := range local {
			local[p] = 0
			for m, v := range force {
				local[p] += c[m*run.Local+p] * v
			}
		}
		b.scatter(i, local, by, f, r)
	}
}

// Largest is the largest force that an element puts up at any local coordinate, or that the load is, and the largest that
// rounding of displacements, and of lengths where these are subtracted from rest lengths, may make: what a residual is
// judged by.
func (b *Body) Largest(w *Work, s *State, load []float64) (most, noise float64) {
	const ulp = 0x1p-53
	for _, v := range load {
		most = max(most, math.Abs(v))
	}
	for at := range b.Runs {
		r := &b.Runs[at]
		_, subtracts := r.Law.(law.Curved)
		for k, i := range r.Elements {
			c, u := w.rows(int(i)), b.read(int(i), s.U, s.G, w.u)
			for m := range r.Modes {
				largest, sum := 0.0, 0.0
				for p, x := range c[m*r.Local : (m+1)*r.Local] {
					largest = max(largest, math.Abs(x))
					sum += math.Abs(x * u[p])
				}
				if subtracts {
					sum += math.Abs(b.Sizes[r.Size+k])
				}
				mode := r.Mode + k*r.Modes + m
				most = max(most, math.Abs(s.T[mode])*largest)
				noise = max(noise, ulp*sum*math.Abs(w.slope[mode])*largest)
			}
		}
	}
	return most, noise
}

// scatter adds by times a local vector of element i.
func (b *Body) scatter(i int, local []float64, by float64, f, r []float64) {
	first := int(b.local[i])
	for p, v := range local {
		for _, t := range b.term[b.ptr[first+p]:b.ptr[first+p+1]] {
			if t.col.Free() {
				f[t.col] += by * t.by * v
			} else if g, ok := t.col.IsGiven(); ok && r != nil {
				r[g] += by * t.by * v
			}
		}
	}
}

// Tangent is where the stiffness of every element goes in the matrix of the free unknowns.
type Tangent struct {
	Pattern *sparse.Pattern
	Values  []float64 // len Pattern.Entries()

	b     *Body
	ptr   []int32 // slots of each element; len elements+1
	slots []slot
}

type slot struct {
	at   int32  // value
	p, q uint16 // local row and column
	by   float64
}

// NewTangent finds the places.
func (b *Body) NewTangent() *Tangent {
	t := &Tangent{b: b, ptr: make([]int32, len(b.Elements)+1)}
	free := make([]int, 0, 32)
	t.Pattern = sparse.NewCliquePattern(b.Space.N, func(yield func([]int) bool) {
		for i := range b.Elements {
			free = free[:0]
			for _, term := range b.term[b.ptr[b.local[i]]:b.ptr[b.local[i+1]]] {
				if term.col.Free() {
					free = append(free, int(term.col))
				}
			}
			if !yield(free) {
				return
			}
		}
	})
	for i := range b.Elements {
		first, n := int(b.local[i]), int(b.local[i+1]-b.local[i])
		for p := range n {
			for _, row := range b.term[b.ptr[first+p]:b.ptr[first+p+1]] {
				for q := range n {
					for _, col := range b.term[b.ptr[first+q]:b.ptr[first+q+1]] {
						if col.col.Free() && row.col >= col.col { // of each pair of unknowns one order, on the diagonal both
							t.slots = append(t.slots, slot{int32(t.Pattern.Index(int(row.col), int(col.col))), uint16(p), uint16(q), row.by * col.by})
						}
					}
				}
			}
		}
		t.ptr[i+1] = int32(len(t.slots))
	}
	t.Values = make([]float64, t.Pattern.Entries())
	return t
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

// add puts the matrix of element i in its places.
func (t *Tangent) add(i, n int, h []float64) {
	for _, place := range t.slots[t.ptr[i]:t.ptr[i+1]] {
		t.Values[place.at] += place.by * h[int(place.p)*n+int(place.q)]
	}
}

// Assemble sets the values of K = sum c^T slope c + t d2e for the state where Stand and Resist left w and s. curved adds
// the second term: what stretched elements resist being turned.
func (t *Tangent) Assemble(w *Work, s *State, curved bool) {
	b := t.b
	clear(t.Values)
	for at := range b.Runs {
		r := &b.Runs[at]
		moving, _ := r.Kind.(element.Finite)
		n := r.Local
		h := w.h[:n*n]
		for k, i := range r.Elements {
			first := r.Mode + k*r.Modes
			c := w.rows(int(i))
			clear(h)
			for m, slope := range w.slope[first : first+r.Modes] {
				row := c[m*n : (m+1)*n]
				for p, x := range row {
					v := slope * x
					for q, y := range row {
						h[p*n+q] += v * y
					}
				}
			}
			if curved && moving != nil {
				moving.Curve(&b.Built[i], b.read(int(i), s.U, s.G, w.u), s.T[first:first+r.Modes], h)
			}
			t.add(int(i), n, h)
		}
	}
}

// Fork is a tangent at the same places with values of its own.
func (t *Tangent) Fork() *Tangent {
	f := *t
	f.Values = make([]float64, len(t.Values))
	return &f
}

// Bound adds to most (len N) the sizes of all forces that meet at each unknown, as they may be rounded: |C|^T |w| |C| |u| for
// linear laws. What a residual is there, as a share of this, is the backward error unknown by unknown, which does not
// add moments to forces.
func (b *Body) Bound(w *Work, s *State, most []float64) {
	for at := range b.Runs {
		r := &b.Runs[at]
		_, subtracts := r.Law.(law.Curved)
		for k, i := range r.Elements {
			c, u, local := w.rows(int(i)), b.read(int(i), s.U, s.G, w.u), w.du[:r.Local]
			clear(local)
			for m := range r.Modes {
				row, sum := c[m*r.Local:(m+1)*r.Local], 0.0
				for p, x := range row {
					sum += math.Abs(x * u[p])
				}
				if subtracts {
					sum += math.Abs(b.Sizes[r.Size+k])
				}
				mode := r.Mode + k*r.Modes + m
				sum = max(sum*math.Abs(w.slope[mode]), math.Abs(s.T[mode]))
				for p, x := range row {
					local[p] += math.Abs(x) * sum
				}
			}
			b.scatter(int(i), local, 1, most, nil)
		}
	}
}
