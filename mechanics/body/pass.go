package body

import (
	"math"

	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
)

// pass is one product over all elements: what its chunks read and set. It lives in its Work, so that none is allocated.
type pass struct {
	w      *Work
	s, a   *State
	theta  []float64
	finite bool
	load   []float64
	sum    []float64
	scale  float64
	t      *Tangent
	found  []found // of each chunk
}

// found is what a chunk adds up.
type found struct{ energy, most, noise float64 }

const (
	// unknownsAtOnce is how many a thread gathers forces for at a time.
	unknownsAtOnce = 4096
	// effortOfElement is what it takes to do a little for one, in cycles.
	effortOfElement = 150
)

// hand sets what the next passes work on.
func (w *Work) hand(p pass) {
	p.w, p.found = w, w.pass.found
	w.pass = p
}

// call calls all threads where there are many elements.
func (w *Work) call() { w.team.Start(effortOfElement * float64(len(w.b.Elements))) }

// do runs work for all parts of a pass.
func (w *Work) do(parts int, work func(p *pass, worker, part int)) {
	w.call()
	w.team.Each(parts, &w.pass, work)
	w.team.Stop()
}

// fill sets w.full to the unknowns and given values of a state.
func (w *Work) fill(u, g []float64) {
	s := &w.b.Space
	if w.full == nil {
		w.full = make([]float64, s.N+s.G+1)
	}
	copy(w.full, u)
	if g == nil {
		clear(w.full[s.N:])
	} else {
		copy(w.full[s.N:], g)
	}
}

// read sets the local coordinates of the elements of a chunk from w.full.
func (w *Work) read(l *lane, c *chunk) []float64 {
	b := w.b
	r := &b.Runs[c.run]
	u := l.many[:(c.to-c.from)*r.Local]
	if r.plain {
		for p, at := range b.from[r.First+c.from*r.Local:][:len(u)] {
			u[p] = w.full[at]
		}
		return u
	}
	n := b.Space.N
	for k := c.from; k < c.to; k++ {
		b.read(int(r.Elements[k]), w.full[:n], w.full[n:], u[(k-c.from)*r.Local:])
	}
	return u
}

// Stand sets the deformations of s from its displacements, and keeps their derivatives in w: e = C u where moving is
// small, from the moved ends where it is finite.
func (b *Body) Stand(w *Work, s *State, finite bool) {
	w.standing()
	w.fill(s.U, s.G)
	w.hand(pass{s: s, finite: finite})
	w.do(len(b.chunks), standChunk)
	w.built = !finite && len(b.Moves) == 0
}

// Build keeps the derivatives of all deformations as built in w, as Stand does where moving is small.
func (b *Body) Build(w *Work) {
	w.standing()
	w.hand(pass{})
	w.do(len(b.chunks), buildChunk)
	w.built = len(b.Moves) == 0
}

func buildChunk(p *pass, _, part int) {
	b := p.w.b
	c := &b.chunks[part]
	r := &b.Runs[c.run]
	each := r.Modes * r.Local
	for k := c.from; k < c.to; k++ {
		r.Kind.Rows(&b.Built[r.Elements[k]], p.w.c[r.row+k*each:][:each])
	}
}

func standChunk(p *pass, worker, part int) {
	c := &p.w.b.chunks[part]
	p.stand(c, p.w.read(p.w.lanes[worker], c))
}

// stand sets the deformations of a chunk and their derivatives.
func (p *pass) stand(c *chunk, u []float64) {
	b := p.w.b
	r := &b.Runs[c.run]
	n := c.to - c.from
	e := p.s.E[r.Mode+c.from*r.Modes:][:n*r.Modes]
	rows := p.w.c[r.row+c.from*r.Modes*r.Local:][:n*r.Modes*r.Local]
	moving, _ := r.Kind.(element.Finite)
	if p.finite && r.swift != nil {
		r.swift.StretchAll(b.Space.Dim, b.ends(r, c), b.Sizes[r.Size+c.from:][:n], u, e, rows)
		return
	}
	for k := range n {
		built := &b.Built[r.Elements[c.from+k]]
		own, by, es := u[k*r.Local:][:r.Local], rows[k*r.Modes*r.Local:][:r.Modes*r.Local], e[k*r.Modes:][:r.Modes]
		if p.finite && moving != nil {
			moving.Stretch(built, own, es, by)
			continue
		}
		if !p.w.built {
			r.Kind.Rows(built, by)
		}
		multiply(by, own, es)
	}
}

// ends are the places of the ends of the elements of a chunk.
func (b *Body) ends(r *Run, c *chunk) []float64 {
	each := r.Kind.Ends() * b.Space.Dim
	return b.at[r.place+c.from*each : r.place+c.to*each]
}

// span is the slices of a chunk for its law.
func (p *pass) span(l *lane, c *chunk) *law.Span {
	b := p.w.b
	r := &b.Runs[c.run]
	n := c.to - c.from
	l.part = law.Span{N: n, Theta: p.theta[r.Theta+c.from*r.Params:][:n*r.Params], Size: b.Sizes[r.Size+c.from:][:n],
		E: p.s.E[r.Mode+c.from*r.Modes:][:n*r.Modes]}
	return &l.part
}

// Resist sets the forces of all modes for the deformations of s, keeps their slopes in w, and sets the stored energy.
func (b *Body) Resist(w *Work, theta []float64, s *State) {
	w.hand(pass{s: s, theta: theta})
	w.found()
	w.do(len(b.chunks), resistChunk)
	s.Energy, _, _ = w.pass.total()
}

func resistChunk(p *pass, worker, part int) { p.resist(p.w.lanes[worker], part) }

// found makes room for what the chunks find.
func (w *Work) found() {
	if len(w.pass.found) < len(w.b.chunks) {
		w.pass.found = make([]found, len(w.b.chunks))
	}
}

// total adds up what the chunks found.
func (p *pass) total() (energy, most, noise float64) {
	for i := range p.w.b.chunks {
		f := &p.found[i]
		energy, most, noise = energy+f.energy, max(most, f.most), max(noise, f.noise)
	}
	return energy, most, noise
}

// resist sets forces and slopes of a chunk.
func (p *pass) resist(l *lane, part int) {
	c := &p.w.b.chunks[part]
	r := &p.w.b.Runs[c.run]
	first, last := r.Mode+c.from*r.Modes, r.Mode+c.to*r.Modes
	p.found[part] = found{energy: law.Force(r.Law, p.span(l, c), p.s.T[first:last], p.w.slope[first:last])}
}

// Balance is Stand and Resist, and sets left to what the elements leave over of a load on the free unknowns. It returns the
// largest force that an element puts up at any local coordinate, or that the load is, and the largest that rounding of
// displacements, and of lengths where these are subtracted from rest lengths, may make: what left is judged by.
func (b *Body) Balance(w *Work, theta []float64, s *State, finite bool, load, left []float64) (most, noise float64) {
	w.standing()
	if w.force == nil {
		w.force = make([]float64, b.locals)
	}
	w.fill(s.U, s.G)
	w.hand(pass{s: s, theta: theta, finite: finite, load: load, sum: left})
	w.found()
	w.call()
	w.team.Each(len(b.chunks), &w.pass, balanceChunk)
	w.team.Each((b.Space.N+unknownsAtOnce-1)/unknownsAtOnce, &w.pass, leaveOver)
	w.team.Stop()
	w.built = !finite && len(b.Moves) == 0
	s.Energy, most, noise = w.pass.total()
	for _, v := range load {
		most = max(most, math.Abs(v))
	}
	return most, noise
}

func balanceChunk(p *pass, worker, part int) {
	w, l := p.w, p.w.lanes[worker]
	c := &w.b.chunks[part]
	r := &w.b.Runs[c.run]
	u := w.read(l, c)
	p.stand(c, u)
	p.resist(l, part)
	f := &p.found[part]
	n := c.to - c.from
	first := r.Mode + c.from*r.Modes
	t, slope := p.s.T[first:][:n*r.Modes], w.slope[first:][:n*r.Modes]
	rows, force := w.c[r.row+c.from*r.Modes*r.Local:], w.force[r.First+c.from*r.Local:][:n*r.Local]
	_, subtracts := r.Law.(law.Curved)
	const ulp = 0x1p-53
	for k := range n {
		size := 0.0
		if subtracts {
			size = math.Abs(w.b.Sizes[r.Size+c.from+k])
		}
		own, to := u[k*r.Local:][:r.Local], force[k*r.Local:][:r.Local]
		if r.Modes == 1 && r.Local == 4 { // bars in the plane
			row, own, to := (*[4]float64)(rows[4*k:]), (*[4]float64)(own), (*[4]float64)(to)
			tm := t[k]
			to[0], to[1], to[2], to[3] = row[0]*tm, row[1]*tm, row[2]*tm, row[3]*tm
			largest := max(math.Abs(row[0]), math.Abs(row[1]), math.Abs(row[2]), math.Abs(row[3]))
			sum := size + math.Abs(row[0]*own[0]) + math.Abs(row[1]*own[1]) + math.Abs(row[2]*own[2]) + math.Abs(row[3]*own[3])
			f.most, f.noise = max(f.most, math.Abs(tm)*largest), max(f.noise, ulp*sum*math.Abs(slope[k])*largest)
			continue
		}
		for m := range r.Modes {
			row := rows[(k*r.Modes+m)*r.Local:][:r.Local]
			tm, largest, sum := t[k*r.Modes+m], 0.0, size
			for p, x := range row {
				if m == 0 {
					to[p] = x * tm
				} else {
					to[p] += x * tm
				}
				largest = max(largest, math.Abs(x))
				sum += math.Abs(x * own[p])
			}
			f.most = max(f.most, math.Abs(tm)*largest)
			f.noise = max(f.noise, ulp*sum*math.Abs(slope[k*r.Modes+m])*largest)
		}
	}
}

func leaveOver(p *pass, _, part int) {
	from := part * unknownsAtOnce
	to := min(from+unknownsAtOnce, len(p.sum))
	copy(p.sum[from:to], p.load[from:to])
	p.w.b.gather(p.w.force, -1, from, to, p.sum[from:to])
}

// Deform sets the deformations of a from its displacements at the tangent where Stand left w: those of an adjoint state,
// or of any small change.
func (b *Body) Deform(w *Work, a *State) {
	w.fill(a.U, a.G)
	w.hand(pass{s: a})
	w.do(len(b.chunks), deformChunk)
}

func deformChunk(p *pass, worker, part int) {
	w := p.w
	c := &w.b.chunks[part]
	r := &w.b.Runs[c.run]
	u := w.read(w.lanes[worker], c)
	for k := range c.to - c.from {
		at := c.from + k
		multiply(w.c[r.row+at*r.Modes*r.Local:][:r.Modes*r.Local], u[k*r.Local:][:r.Local], p.s.E[r.Mode+at*r.Modes:][:r.Modes])
	}
}
