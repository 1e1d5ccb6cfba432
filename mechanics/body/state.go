package body

import (
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
)

// State is how a body stands: plain numbers, to be filled by a solver or a camera.
type State struct {
	U      []float64 // free unknowns; len N
	G      []float64 // given values; len G
	E, T   []float64 // deformation and force of every mode; len M
	Energy float64   // stored, J
}

// NewState makes room.
func (b *Body) NewState() *State {
	return &State{U: make([]float64, b.Space.N), G: make([]float64, b.Space.G), E: make([]float64, b.M), T: make([]float64, b.M)}
}

// Copy sets s to another state of the same body.
func (s *State) Copy(from *State) {
	copy(s.U, from.U)
	copy(s.G, from.G)
	copy(s.E, from.E)
	copy(s.T, from.T)
	s.Energy = from.Energy
}

// Value is the displacement, rotation or potential at a node: 0 where held or absent.
func (b *Body) Value(s *State, node int, part element.Part) float64 {
	sum := 0.0
	for c, by := range b.Space.Shares(b.Space.Column(node, part)) {
		sum += by * value(c, s.U, s.G)
	}
	return sum
}

func value(c Column, u, g []float64) float64 {
	if c.Free() {
		return u[c]
	}
	if i, ok := c.IsGiven(); ok && g != nil {
		return g[i]
	}
	return 0
}

// Work is the memory for one goroutine's products over a body.
type Work struct {
	b              *Body
	slope          []float64 // dt/de of every mode; len M
	c              []float64 // de/dlocal of every element as it stands
	at             []int     // its place in c
	rate           []float64 // dt/dtheta of a run
	u, a, du, h, f []float64 // of one element
	zero           []float64
	places         []float64 // nodes x Dim, where places learn
	span           law.Span  // handed to laws; here, so that none is allocated
}

// NewWork makes room.
func (b *Body) NewWork() *Work {
	w := &Work{b: b, slope: make([]float64, b.M), at: make([]int, len(b.Elements)+1)}
	most, rates, modes := 0, 0, 0
	for i := range b.Elements {
		r := &b.Runs[b.run[i]]
		w.at[i+1] = w.at[i] + r.Modes*r.Local
		most, modes = max(most, r.Local), max(modes, r.Modes)
	}
	for i := range b.Runs {
		r := &b.Runs[i]
		rates = max(rates, len(r.Elements)*r.Modes*max(r.Params, 1))
	}
	w.c, w.rate = make([]float64, w.at[len(b.Elements)]), make([]float64, rates)
	v := func(n int) []float64 { return make([]float64, n) }
	w.u, w.a, w.du, w.h, w.f, w.zero = v(most), v(most), v(most), v(most*most), v(max(most, modes)), v(most)
	if len(b.Moves) > 0 {
		w.places = v(len(b.Pos))
	}
	return w
}

// read sets the local coordinates of element i from unknowns and given values.
func (b *Body) read(i int, u, g, local []float64) []float64 {
	first, last := b.local[i], b.local[i+1]
	local = local[:last-first]
	for p := range local {
		sum := 0.0
		for _, t := range b.term[b.ptr[int(first)+p]:b.ptr[int(first)+p+1]] {
			sum += t.by * value(t.col, u, g)
		}
		local[p] = sum
	}
	return local
}

// rows are the derivatives of the deformations of element i, where Stand left it.
func (w *Work) rows(i int) []float64 { return w.c[w.at[i]:w.at[i+1]] }

// Stand sets the deformations of s from its displacements, and keeps their derivatives in w: e = C u where moving is
// small, from the moved ends where it is finite.
func (b *Body) Stand(w *Work, s *State, finite bool) {
	for at := range b.Runs {
		r := &b.Runs[at]
		moving, _ := r.Kind.(element.Finite)
		for k, i := range r.Elements {
			e := s.E[r.Mode+k*r.Modes:][:r.Modes]
			u, c := b.read(int(i), s.U, s.G, w.u), w.rows(int(i))
			if finite && moving != nil {
				moving.Stretch(&b.Built[i], u, e, c)
				continue
			}
			r.Kind.Rows(&b.Built[i], c)
			multiply(c, u, e)
		}
	}
}

// multiply sets e = c u.
func multiply(c, u, e []float64) {
	for m := range e {
		sum := 0.0
		for p, v := range c[m*len(u) : (m+1)*len(u)] {
			sum += v * u[p]
		}
		e[m] = sum
	}
}

// of is the slices of a run for its law, valid until the next call.
func (w *Work) of(r *Run, theta, e []float64) *law.Span {
	n := len(r.Elements)
	w.span = law.Span{N: n, Theta: theta[r.Theta : r.Theta+n*r.Params], Size: w.b.Sizes[r.Size : r.Size+n]}
	if e != nil {
		w.span.E = e[r.Mode : r.Mode+n*r.Modes]
	}
	return &w.span
}

// Resist sets the forces of all modes for the deformations of s, keeps their slopes in w, and sets the stored energy.
func (b *Body) Resist(w *Work, theta []float64, s *State) {
	s.Energy = 0
	for at := range b.Runs {
		r := &b.Runs[at]
		span := w.of(r, theta, s.E)
		last := r.Mode + len(span.E)
		s.Energy += law.Force(r.Law, span, s.T[r.Mode:last], w.slope[r.Mode:last])
	}
}

// Weigh sets the slopes of all modes, which do not depend on deformations, and returns them. For linear bodies.
func (b *Body) Weigh(w *Work, theta []float64) []float64 {
	for at := range b.Runs {
		r := &b.Runs[at]
		last := r.Mode + len(r.Elements)*r.Modes
		r.Law.(law.Linear).Weigh(w.of(r, theta, nil), w.slope[r.Mode:last])
	}
	return w.slope
}

// Deform sets the deformations of a from its displacements at the tangent where Stand left w: those of an adjoint state,
// or of any small change.
func (b *Body) Deform(w *Work, a *State) {
	for at := range b.Runs {
		r := &b.Runs[at]
		for k, i := range r.Elements {
			multiply(w.rows(int(i)), b.read(int(i), a.U, a.G, w.u), a.E[r.Mode+k*r.Modes:][:r.Modes])
		}
	}
}

// Linear reports whether every law is in proportion.
func (b *Body) Linear() bool {
	for i := range b.Runs {
		if _, ok := b.Runs[i].Law.(law.Linear); !ok {
			return false
		}
	}
	return true
}
