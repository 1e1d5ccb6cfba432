package multigrid

import "github.com/elastrain/elastrain/internal/kernel"

// The smoother is Chebyshev's polynomial of inverse D, on the part of the spectrum that the next level does not see: it takes no sums in the
// order of nodes, so that threads change no bit, and it is symmetric, as conjugate gradients want.

const (
	// degree of the polynomial, before and after the coarser level.
	degree = 2
	// spread is the ratio of the largest to the smallest eigenvalue that the polynomial damps.
	spread = 8
	// perPart is how many nodes a thread takes at a time.
	perPart = 256
	// room is for the eigenvalue above the estimate.
	room = 1.1
)

func parts(nodes int) int { return (nodes + perPart - 1) / perPart }

// pass is one sweep over a level: what its parts share.
type pass struct {
	s    *Solver
	l    *level
	next *level
	from []float64 // displacements that neighbours are read at
	to   []float64
	keep float64 // share of the last correction
	gain float64 // share of the residual
}

// first begins with nothing: d = gain inverse b, x = d.
func first(p *pass, _, part int) {
	l := p.l
	n := l.size * 8
	for i := part * perPart; i < min((part+1)*perPart, l.nodes); i++ {
		d, x := l.d[i*n:][:n], p.to[i*n:][:n]
		kernel.BlockRow(l.plain, d, l.b[i*n:], l.count[:1], l.count[i:i+1], l.inverse)
		for k, v := range d {
			v *= p.gain
			d[k], x[k] = v, v
		}
	}
}

// again goes on: d = keep d + gain inverse (b - D x), x' = x + d.
func again(p *pass, _, part int) {
	l := p.l
	n := l.size * 8
	var rest, step [6 * 8]float64
	for i := part * perPart; i < min((part+1)*perPart, l.nodes); i++ {
		l.left(i, rest[:n], p.from)
		kernel.BlockRow(l.plain, step[:n], rest[:n], l.count[:1], l.count[i:i+1], l.inverse)
		d, x, to := l.d[i*n:][:n], p.from[i*n:][:n], p.to[i*n:][:n]
		if p.keep == 0 {
			for k := range d {
				v := p.gain * step[k]
				d[k], to[k] = v, x[k]+v
			}
			continue
		}
		for k := range d {
			v := p.keep*d[k] + p.gain*step[k]
			d[k], to[k] = v, x[k]+v
		}
	}
}

// left sets rest to b - D x at node i.
func (l *level) left(i int, rest, x []float64) {
	l.times(i, rest, x)
	b := l.b[i*len(rest):][:len(rest)]
	for k, v := range rest {
		rest[k] = b[k] - v
	}
}

// remains sets d = b - D x.
func remains(p *pass, _, part int) {
	l := p.l
	n := l.size * 8
	for i := part * perPart; i < min((part+1)*perPart, l.nodes); i++ {
		l.left(i, l.d[i*n:][:n], p.from)
	}
}

// restrict sets b of the next level to P^T d.
func restrict(p *pass, _, part int) {
	l, d := p.l, p.l.down
	n := d.columns * 8
	for g := part * perPart; g < min((part+1)*perPart, d.groups); g++ {
		from, to := d.back[g], d.back[g+1]
		kernel.BlockRow(d.turned, p.next.b[g*n:][:n], l.d, d.node[from:to], d.at[from:to], d.val)
	}
}

// prolong adds P e to x, with e the correction of the next level.
func prolong(p *pass, _, part int) {
	l, d := p.l, p.l.down
	n := l.size * 8
	var move [6 * 8]float64
	for i := part * perPart; i < min((part+1)*perPart, l.nodes); i++ {
		from, to := d.ptr[i], d.ptr[i+1]
		kernel.BlockRow(d.wide, move[:n], p.next.x, d.col[from:to], l.count, d.val[int(from)*n:])
		x := p.from[i*n:][:n]
		for k, v := range move[:n] {
			x[k] += v
		}
	}
}

// smooth does a polynomial from the displacements x of the level, or from nothing. What it makes is in x.
func (s *Solver) smooth(l *level, nothing bool) {
	high := room * l.top
	if l.springs != nil {
		high = l.top // a bound, and no estimate
	}
	low := high / spread
	middle, half := (high+low)/2, (high-low)/2
	sigma := middle / half
	rho := 1 / sigma
	for step := range degree {
		keep, gain := 0.0, 1/middle
		if step > 0 {
			next := 1 / (2*sigma - rho)
			keep, gain = next*rho, 2*next/half
			rho = next
		}
		s.pass = pass{s: s, l: l, from: l.x, to: l.y, keep: keep, gain: gain}
		if step == 0 && nothing {
			s.pass.to = l.x
			s.each(parts(l.nodes), first)
			continue
		}
		s.each(parts(l.nodes), again)
		l.x, l.y = l.y, l.x
	}
}

// cycle sets x of level number at to an approximation of D^-1 b, linear in b and symmetric.
func (s *Solver) cycle(at int) {
	l := s.levels[at]
	if l.down == nil {
		s.direct(l)
		return
	}
	next := s.levels[at+1]
	s.smooth(l, true)
	s.pass = pass{s: s, l: l, next: next, from: l.x}
	s.each(parts(l.nodes), remains)
	s.each(parts(next.nodes), restrict)
	s.cycle(at + 1)
	s.pass = pass{s: s, l: l, next: next, from: l.x}
	s.each(parts(l.nodes), prolong)
	s.smooth(l, false)
}
