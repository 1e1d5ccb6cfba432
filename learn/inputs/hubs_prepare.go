package inputs

import "github.com/elastrain/elastrain/internal/kernel"

// pattern is what a group adds to S.
type pattern struct {
	rows    []int32    // of the sums: pairs of tops, then loads
	pairs   [][2]int32 // of each row the two numbers of springs that it is the product of
	springs []float64  // of each hub its springs to tops, then its load
	product []float64  // of each row: v v', or v f; of nearHubs hubs after the others, in blocks of kernel.StripRows rows, hub by hub
	ratio   []int32    // rows of the sums that the shares of ground add to
	solid   bool       // tops follow one another, so that they need no copy
}

func (h *Hubs) pattern(g *group) (k pattern) {
	n := len(h.a.tops)
	k.solid = len(g.tops) == 0 || int(g.tops[len(g.tops)-1]-g.tops[0]) == len(g.tops)-1
	for i, t := range g.tops {
		for j, lower := range g.tops[:i] {
			k.rows, k.pairs = append(k.rows, h.entry(t, lower)), append(k.pairs, [2]int32{int32(i), int32(j)})
		}
	}
	for i, t := range g.tops {
		k.rows, k.pairs = append(k.rows, int32(h.entries+n)+t), append(k.pairs, [2]int32{int32(i), int32(len(g.tops))})
		k.ratio = append(k.ratio, int32(h.entries)+t)
	}
	k.product, k.springs = make([]float64, len(k.rows)*g.hubs), make([]float64, (len(g.tops)+1)*g.hubs)
	return k
}

// piece is nearHubs hubs of a group, or the rest of them, whose springs one thread multiplies.
type piece struct{ group, from, to int }

const pieceSlots = 8192

// sort lists the modes of each slot.
func (h *Hubs) sort() {
	a := h.a
	h.slots = make([]int32, a.end+1)
	for _, s := range a.slot {
		if s >= 0 {
			h.slots[s+1]++
		}
	}
	for s := range a.end {
		h.slots[s+1] += h.slots[s]
	}
	h.order = make([]int32, h.slots[a.end])
	next := make([]int32, a.end)
	copy(next, h.slots)
	for m, s := range a.slot {
		if s >= 0 {
			h.order[next[s]] = int32(m)
			next[s]++
		}
	}
}

// prepare lays out the stiffnesses as the loops read them.
func (h *Hubs) prepare() {
	if !h.stale {
		return
	}
	h.stale = false
	h.crew.team.Each((h.a.end+pieceSlots-1)/pieceSlots, h, func(h *Hubs, _, part int) {
		h.layOut(part*pieceSlots, min((part+1)*pieceSlots, h.a.end))
	})
	h.crew.team.Each(len(h.pieces), h, func(h *Hubs, _, part int) { h.multiply(&h.pieces[part]) })
}

// layOut sums the springs of some slots.
func (h *Hubs) layOut(from, to int) {
	for s := from; s < to; s++ {
		sum := 0.0
		for _, m := range h.order[h.slots[s]:h.slots[s+1]] {
			sum += h.a.by[m] * h.k[m]
		}
		if sum == 0 && s < h.a.atStraight && s%2 == 0 {
			sum = 1 // a branch that makes up a four
		}
		h.theta[s] = sum
	}
}

// multiply makes the products of springs of some hubs.
func (h *Hubs) multiply(p *piece) {
	g, k := &h.a.groups[p.group], &h.kinds[p.group]
	q := len(g.tops)
	for j := p.from; j < p.to; j++ {
		v, sum := h.theta[g.at+j*q:][:q], 0.0
		copy(k.springs[j*(q+1):], v)
		k.springs[j*(q+1)+q] = h.a.force[g.first+j]
		for _, v := range v {
			sum += v
		}
		h.more[g.first+j] = sum
	}
	for at := 0; at < len(k.rows); at += kernel.StripRows {
		pairs := k.pairs[at:min(at+kernel.StripRows, len(k.rows))]
		n := len(pairs)
		to := k.product[p.from*len(k.rows)+at*(p.to-p.from):]
		if n < kernel.StripRows {
			for j := p.from; j < p.to; j++ {
				v, to := k.springs[j*(q+1):][:q+1], to[(j-p.from)*n:][:n]
				for r, of := range pairs {
					to[r] = v[of[0]] * v[of[1]]
				}
			}
			continue
		}
		of := (*[kernel.StripRows][2]int32)(pairs)
		a0, a1, a2, a3, a4, a5 := of[0][0], of[1][0], of[2][0], of[3][0], of[4][0], of[5][0]
		b0, b1, b2, b3, b4, b5 := of[0][1], of[1][1], of[2][1], of[3][1], of[4][1], of[5][1]
		for j := p.from; j < p.to; j++ {
			v, to := k.springs[j*(q+1):][:q+1], (*[kernel.StripRows]float64)(to[(j-p.from)*n:])
			to[0], to[1], to[2] = v[a0]*v[b0], v[a1]*v[b1], v[a2]*v[b2]
			to[3], to[4], to[5] = v[a3]*v[b3], v[a4]*v[b4], v[a5]*v[b5]
		}
	}
}
