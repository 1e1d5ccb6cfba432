package body

import (
	"github.com/elastrain/elastrain/internal/team"
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

// Work is the memory for one caller's products over a body, and the threads that help.
type Work struct {
	b      *Body
	slope  []float64 // dt/de of every mode; len M
	c      []float64 // de/dlocal of every element as it stands, run by run; nil until it is asked for
	built  bool      // c is of the elements as built, and no place of theirs learns
	force  []float64 // of every local coordinate; nil until it is asked for
	full   []float64 // unknowns, given values, and a zero
	rate   []float64 // dt/dtheta of a run
	zero   []float64 // of one element
	places []float64 // nodes x Dim, where places learn
	span   law.Span  // handed to laws; here, so that none is allocated
	lanes  []*lane   // for each thread
	*lane            // of the caller
	team   *team.Team[*pass]
	pass   pass
}

// lane is scratch of one thread.
type lane struct {
	u, a, du, h, f []float64 // of one element
	many           []float64 // local coordinates of a chunk
	rate           []float64 // dt/dtheta of a chunk
	part           law.Span  // of a chunk
}

// NewWork makes room, for one thread.
func (b *Body) NewWork() *Work {
	w := &Work{b: b, slope: make([]float64, b.M)}
	most := 0
	for i := range b.Runs {
		most = max(most, b.Runs[i].Local)
	}
	w.zero = make([]float64, most)
	if len(b.Moves) > 0 {
		w.places = make([]float64, len(b.Pos))
	}
	w.SetThreads(1)
	return w
}

// SetThreads lets so many threads share products over many elements, 1 or more. Results have the same bits for any number.
func (w *Work) SetThreads(n int) {
	for len(w.lanes) < n {
		w.lanes = append(w.lanes, w.b.newLane())
	}
	w.lane, w.team = w.lanes[0], team.New[*pass](n)
}

func (b *Body) newLane() *lane {
	most, modes, many := 0, 0, 0
	for i := range b.Runs {
		r := &b.Runs[i]
		most, modes, many = max(most, r.Local), max(modes, r.Modes), max(many, min(chunkSize, len(r.Elements))*r.Local)
	}
	v := func(n int) []float64 { return make([]float64, n) }
	return &lane{u: v(most), a: v(most), du: v(most), h: v(most * most), f: v(max(most, modes)), many: v(many)}
}

// standing makes room for what Stand sets.
func (w *Work) standing() {
	if w.c == nil {
		w.c = make([]float64, w.b.flat.rows)
	}
}

// rates is room for dt/dtheta of a run.
func (w *Work) rates(n int) []float64 {
	if len(w.rate) < n {
		w.rate = make([]float64, n)
	}
	return w.rate[:n]
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
func (w *Work) rows(i int) []float64 {
	r := &w.b.Runs[w.b.run[i]]
	return w.c[r.row+int(w.b.place[i])*r.Modes*r.Local:][:r.Modes*r.Local]
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

// Weigh sets the slopes of all modes, which do not depend on deformations, and returns them. For linear bodies.
func (b *Body) Weigh(w *Work, theta []float64) []float64 {
	for at := range b.Runs {
		r := &b.Runs[at]
		last := r.Mode + len(r.Elements)*r.Modes
		r.Law.(law.Linear).Weigh(w.of(r, theta, nil), w.slope[r.Mode:last])
	}
	return w.slope
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

// Local is the local coordinates of element i in a state.
func (b *Body) Local(i int, s *State) []float64 {
	return b.read(i, s.U, s.G, make([]float64, b.local[i+1]-b.local[i]))
}
