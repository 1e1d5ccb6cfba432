package inputs

import (
	"github.com/elastrain/elastrain/internal/kernel"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// kept is what the way back needs of a strip. Rows have one number for each sample.
type kept struct {
	x   []float64 // the table of values
	inv []float64 // 1 / d of each hub
	u   []float64 // of each hub
	y   []float64 // of each top
	l   []float64 // S = L D L^T: rows of L below its diagonal, then 1 / D
}

// strips is what one goroutine works with.
type strips struct {
	in      [kernel.Strip][]float64 // inputs of the samples
	share   []float64               // of each hub: of its stiffness, what is to ground
	sums    []float64               // entries of S, its diagonal, the load
	ua, ya  []float64
	tops    [2][]float64 // displacements of the tops of a group
	nothing []float64    // a row of zeros
	own     *kept        // where a batch is too large to be kept
}

const row = kernel.Strip

// pivotTolerance is how little elimination may leave of a stiffness, as in the factorisation of a whole network.
const pivotTolerance = 1e-14

func (h *Hubs) newKept() *kept {
	a, n := h.a, len(h.a.tops)
	v := func(rows int) []float64 { return make([]float64, rows*row) }
	return &kept{x: v(len(a.values)), inv: v(len(a.hubs)), u: v(len(a.hubs)), y: v(n), l: v(h.entries + n)}
}

func (h *Hubs) newStrips() *strips {
	a, n := h.a, len(h.a.tops)
	v := func(rows int) []float64 { return make([]float64, rows*row) }
	return &strips{share: v(len(a.hubs)), sums: v(h.entries + 2*n), ua: v(len(a.hubs)), ya: v(n), tops: [2][]float64{v(n), v(n)}, nothing: v(1)}
}

// fill writes the table of values for the samples of a strip. Lanes without a sample have an input of one.
func (h *Hubs) fill(k *kept, in [][]float64) {
	least := h.plan.Least
	for v := range h.a.values {
		at := &h.a.values[v]
		x := (*[row]float64)(k.x[v*row:])
		for i, f := range in {
			amplitude := f[at.column]
			if at.complement {
				amplitude = 1 - amplitude
			}
			x[i] = least + float64((1-least)*amplitude)
		}
		for i := len(in); i < row; i++ {
			x[i] = 1
		}
	}
}

// stuck is where a sample of a strip has no equilibrium.
type stuck struct {
	unknown int32 // -1: nowhere
	sample  int   // of the strip
	left    float64
}

var sound = stuck{unknown: -1}

// find finds the displacements of the samples of a strip under the probe, and loads out at the outputs.
func (h *Hubs) find(l *strips, k *kept, out []float64, samples int) stuck {
	a, n := h.a, len(h.a.tops)
	clear(l.sums)
	diagonal, load := l.sums[h.entries*row:][:n*row], l.sums[(h.entries+n)*row:]
	for i := range n {
		set(diagonal[i*row:], h.theta[a.atRest+i])
		set(load[i*row:], a.rest[i])
	}
	for o, f := range out {
		for _, t := range a.out[o] {
			add(load[int(t.unknown)*row:], f*t.by)
		}
	}
	for i := range a.groups {
		g, p := &a.groups[i], &h.kinds[i]
		for from := 0; from < g.hubs; from += nearHubs {
			hubs := min(nearHubs, g.hubs-from)
			if where := h.ground(l, k, g.first+from, g.first+from+hubs, samples); where.unknown >= 0 {
				return where
			}
			inv, share := k.inv[(g.first+from)*row:], l.share[(g.first+from)*row:]
			for at := 0; at < len(p.rows); at += kernel.StripRows {
				rows := p.rows[at:min(at+kernel.StripRows, len(p.rows))]
				kernel.Product(l.sums, rows, p.product[from*len(p.rows)+at*hubs:], 1, len(rows), inv, hubs)
			}
			if q := len(g.tops); q > 0 {
				kernel.Product(l.sums, p.ratio, h.theta[g.at+from*q:], 1, q, share, hubs)
			}
		}
	}
	for i, p := range a.pairs {
		add(l.sums[int(h.entry(p[0], p[1]))*row:], h.theta[a.atPairs+i])
	}
	if where := h.factor(l.sums, k.l, samples); where.unknown >= 0 {
		return where
	}
	copy(k.y, load)
	h.solve(k.l, k.y)
	for i := range a.groups {
		g := &a.groups[i]
		y := h.gather(k.y, l.tops[0], i)
		kernel.Lift(k.u[g.first*row:], k.inv[g.first*row:], a.force[g.first:], g.hubs, h.theta[g.at:], len(g.tops), y, len(g.tops))
	}
	return sound
}

// nearHubs is how many hubs are taken at once: so many that their rows stay in the first-level cache for all products.
const nearHubs = 96

// ground finds 1 / d of some hubs, and the shares of d that are to ground.
func (h *Hubs) ground(l *strips, k *kept, first, last, samples int) stuck {
	a := h.a
	for j := first; j < last; j++ {
		share, inv := l.share[j*row:][:row], k.inv[j*row:][:row]
		from, to := a.first[j], a.first[j+1]
		kernel.Branches(share, h.theta[a.atGround+j], k.x, a.rows[from:to], h.theta[2*from:2*to])
		for t := a.straight[j]; t < a.straight[j+1]; t++ {
			s, x := h.theta[a.atStraight+int(t)], k.x[int(a.straights[t])*row:][:row]
			for i := range share {
				share[i] += float64(s * x[i])
			}
		}
		if h.more[j] == 0 {
			for i, d := range share[:samples] {
				if d == 0 {
					return stuck{a.hubs[j], i, 0}
				}
			}
		}
		kernel.Invert(inv, share, h.more[j])
	}
	return sound
}

func set(x []float64, v float64) {
	for i := range x[:row] {
		x[i] = v
	}
}

func add(x []float64, v float64) {
	for i := range x[:row] {
		x[i] += v
	}
}

// gather is the rows of the tops of a group, one after the other.
func (h *Hubs) gather(y, room []float64, number int) []float64 {
	g := &h.a.groups[number]
	if len(g.tops) == 0 {
		return room
	}
	if h.kinds[number].solid {
		return y[int(g.tops[0])*row:][:len(g.tops)*row]
	}
	for i, t := range g.tops {
		copy(room[i*row:][:row], y[int(t)*row:][:row])
	}
	return room[:len(g.tops)*row]
}

// factor makes S of the sums and factorises it. Off its diagonal S is minus the sums, and a row of S adds up to what its top has to
// ground, as do all sums: so nothing is lost where tops nearly float.
func (h *Hubs) factor(sums, l []float64, samples int) stuck {
	n := len(h.a.tops)
	diagonal, inverse := sums[h.entries*row:], l[h.entries*row:]
	for i := range n {
		at := int(h.start[i])
		for j := int(h.skyline[i]); j < i; j++ {
			s := sums[at*row:][:row]
			di, dj, c := diagonal[i*row:][:row], diagonal[j*row:][:row], l[at*row:][:row]
			for b, v := range s {
				di[b] += v
				dj[b] += v
				c[b] = -v
			}
			at++
		}
	}
	for i := range n {
		first, at := int(h.skyline[i]), int(h.start[i])
		line := l[at*row:]
		for j := first; j < i; j++ {
			from := max(first, int(h.skyline[j]))
			other := l[(int(h.start[j])+from-int(h.skyline[j]))*row:]
			kernel.SubtractDots(line[(j-first)*row:], line[(from-first)*row:], other, j-from)
		}
		d := diagonal[i*row:][:row]
		inv := (*[row]float64)(inverse[i*row:])
		whole := inv // the diagonal before elimination
		copy(whole[:], d)
		for j := first; j < i; j++ {
			w, over := line[(j-first)*row:][:row], inverse[j*row:][:row]
			for b, v := range w {
				w[b] = v * over[b]
				d[b] -= float64(v * w[b])
			}
		}
		for b := range d {
			if b < samples && !(d[b] > pivotTolerance*whole[b]) {
				return stuck{h.a.tops[i], b, d[b]}
			}
			inv[b] = 1 / d[b]
		}
	}
	return sound
}

// solve overwrites loads on the tops with their displacements.
func (h *Hubs) solve(l, y []float64) {
	n := len(h.a.tops)
	inverse := l[h.entries*row:]
	for i := range n {
		first := int(h.skyline[i])
		kernel.SubtractDots(y[i*row:], l[int(h.start[i])*row:], y[first*row:], i-first)
	}
	for i := range n {
		z, inv := y[i*row:][:row], inverse[i*row:][:row]
		for b := range z {
			z[b] *= inv[b]
		}
	}
	for i := n - 1; i >= 0; i-- {
		at := int(h.start[i])
		for j := int(h.skyline[i]); j < i; j++ {
			kernel.SubtractDots(y[j*row:], l[at*row:], y[i*row:], 1)
			at++
		}
	}
}

// back adds the derivatives of a strip to g, laid out as theta but for those of input springs of branches, which lack a factor w^2 / s.
// The load on the tops is in l.ya.
func (h *Hubs) back(l *strips, k *kept, g []float64) {
	a := h.a
	h.solve(k.l, l.ya)
	for i := range a.groups {
		of := &a.groups[i]
		q := len(of.tops)
		y, ya := h.gather(k.y, l.tops[0], i), h.gather(l.ya, l.tops[1], i)
		kernel.Lift(l.ua[of.first*row:], k.inv[of.first*row:], nil, of.hubs, h.theta[of.at:], q, ya, q)
		for n := range of.hubs {
			j := of.first + n
			u, ua := k.u[j*row:][:row], l.ua[j*row:][:row]
			from, to := a.first[j], a.first[j+1]
			g[a.atGround+j] += kernel.Slopes(g[2*from:2*to], u, ua, k.x, a.rows[from:to], h.theta[2*from:2*to])
			kernel.Stretch(g[of.at+n*q:][:q], u, ua, y, ya)
			for t := a.straight[j]; t < a.straight[j+1]; t++ {
				x := k.x[int(a.straights[t])*row:][:row]
				for i, v := range x {
					g[a.atStraight+int(t)] += u[i] * ua[i] * v
				}
			}
		}
	}
	for i := range a.tops {
		kernel.Stretch(g[a.atRest+i:][:1], k.y[i*row:], l.ya[i*row:], l.nothing, l.nothing)
	}
	for i, p := range a.pairs {
		at, to := int(p[0])*row, int(p[1])*row
		kernel.Stretch(g[a.atPairs+i:][:1], k.y[at:], l.ya[at:], k.y[to:], l.ya[to:])
	}
}

// free is the error for a sample that has no equilibrium.
func (h *Hubs) free(s stuck) error {
	node, axis := h.a.c.Place(int(s.unknown))
	return &mechanics.SingularError{Node: node, Axis: axis, Number: network.Number(h.a.c.Numbers, node), Pivot: s.left}
}
