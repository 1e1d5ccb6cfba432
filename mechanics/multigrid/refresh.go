package multigrid

import (
	"math"

	"github.com/elastrain/elastrain/internal/kernel"
)

// hand is what a thread works with while matrices are made anew.
type hand struct {
	row     rowBlocks
	slot    []int32 // of each group, in the row at hand
	begin   []int32 // first pair of each slot
	from    []int32 // slot of each pair
	which   []int32 // of each pair: block of the second factor
	where   []int32 // and of the first
	col, at []int32 // the same, sorted by slots
	local   []int32 // of each node: its first block in product
	product []float64
	block   [2][6 * 8]float64
}

// pair notes that block which of one factor and block where of another make a product for a group.
func (h *hand) pair(group, which, where int32) {
	h.from, h.which, h.where = append(h.from, h.slot[group]), append(h.which, which), append(h.where, where)
}

// open begins the sums of a row that has these groups.
func (h *hand) open(groups []int32) {
	for s, g := range groups {
		h.slot[g] = int32(s)
	}
	h.from, h.which, h.where = h.from[:0], h.which[:0], h.where[:0]
}

// sort puts pairs in the order of their slots; those of slot s are begin[s]..begin[s+1] of col and at.
func (h *hand) sort(slots int) {
	for len(h.begin) < slots+1 {
		h.begin = append(h.begin, 0)
	}
	for len(h.col) < len(h.from) {
		h.col, h.at = append(h.col, 0), append(h.at, 0)
	}
	clear(h.begin[:slots+1])
	for _, s := range h.from {
		h.begin[s]++
	}
	sum := int32(0)
	for s := range slots + 1 {
		sum += h.begin[s]
		h.begin[s] = sum
	}
	for a := len(h.from) - 1; a >= 0; a-- {
		s := h.from[a]
		h.begin[s]--
		h.col[h.begin[s]], h.at[h.begin[s]] = h.which[a], h.where[a]
	}
}

func (h *hand) of(slot int) (col, at []int32) {
	from, to := h.begin[slot], h.begin[slot+1]
	return h.col[from:to], h.at[from:to]
}

// smoothed sets row i of P to that of (1 - w inverse D) T: motions of groups that bend as the stiffnesses now want.
func (l *level) smoothed(h *hand, i int) {
	d, step := l.down, 4.0/3/l.top
	groups := d.col[d.ptr[i]:d.ptr[i+1]]
	col, at, val := l.row(i, &h.row)
	h.open(groups)
	for a, j := range col {
		h.pair(d.group[j], j, at[a])
	}
	h.sort(len(groups))
	length := l.size * 8
	sum, shift := h.block[0][:length], h.block[1][:length]
	own := l.count[i : i+1]
	for s, g := range groups {
		col, at := h.of(s)
		kernel.BlockRow(l.plain, sum, d.t, col, at, val)
		kernel.BlockRow(l.plain, shift, sum, l.count[:1], own, l.inverse)
		to := d.val[(int(d.ptr[i])+s)*length:][:length]
		if g == d.group[i] {
			copy(to, d.t[i*length:])
		} else {
			clear(to)
		}
		for k, v := range shift {
			to[k] -= step * v
		}
	}
}

// project makes the rows of the next level's matrix of a chunk of groups, P^T (D P).
func (l *level) project(h *hand, next *level, chunk int) {
	d := l.down
	length, blocks := l.size*8, int32(0)
	for _, i := range d.member[d.chunk[chunk]:d.chunk[chunk+1]] {
		groups := d.reached[d.reach[i]:d.reach[i+1]]
		h.local[i] = blocks
		blocks += int32(len(groups))
		for len(h.product) < int(blocks)*length {
			h.product = append(h.product, make([]float64, length)...)
		}
		col, at, val := l.row(int(i), &h.row)
		h.open(groups)
		for a, j := range col {
			for p := d.ptr[j]; p < d.ptr[j+1]; p++ {
				h.pair(d.col[p], p, at[a])
			}
		}
		h.sort(len(groups))
		for s := range groups {
			col, at := h.of(s)
			kernel.BlockRow(l.plain, h.product[(int(h.local[i])+s)*length:][:length], d.val, col, at, val)
		}
	}
	n := d.columns
	for g := chunk * d.perChunk(); g < min((chunk+1)*d.perChunk(), d.groups); g++ {
		groups := next.col[next.ptr[g]:next.ptr[g+1]]
		h.open(groups)
		for a := d.back[g]; a < d.back[g+1]; a++ {
			i := d.node[a]
			for s, other := range d.reached[d.reach[i]:d.reach[i+1]] {
				h.pair(other, h.local[i]+int32(s), d.at[a])
			}
		}
		h.sort(len(groups))
		for s := range groups {
			col, at := h.of(s)
			sum := h.block[0][:n*8]
			kernel.BlockRow(d.turned, sum, h.product, col, at, d.val)
			to := next.val[(int(next.ptr[g])+s)*n*n:]
			for k := range n {
				copy(to[k*n:(k+1)*n], sum[k*8:])
			}
		}
	}
}

// identity gives unknowns that are no motion a stiffness of one, which nothing pulls at.
func (l *level) identity() {
	for _, u := range l.dropped {
		i, k := int(u)/l.size, int(u)%l.size
		for a := l.ptr[i]; a < l.ptr[i+1]; a++ {
			if int(l.col[a]) == i {
				l.val[int(a)*l.size*l.size+k*l.size+k] = 1
			}
		}
	}
}

// diagonal sets m to the diagonal block of node i.
func (l *level) diagonal(i int, m []float64) {
	clear(m)
	if s := l.springs; s != nil {
		for a := s.ptr[i]; a < s.ptr[i+1]; a++ {
			s.block(m, int(a), 1)
		}
		for k, unknown := range s.row[i*s.dim : (i+1)*s.dim] {
			if unknown < 0 {
				for j := range s.dim {
					m[k*s.dim+j], m[j*s.dim+k] = 0, 0
				}
				m[k*s.dim+k] = 1
			}
		}
		return
	}
	for a := l.ptr[i]; a < l.ptr[i+1]; a++ {
		if int(l.col[a]) == i {
			copy(m, l.val[int(a)*l.size*l.size:][:l.size*l.size])
		}
	}
}

// tiny is the share of its diagonal below which a pivot is rounding.
const tiny = 1e-13

// invert sets the inverse of the diagonal block of node i, by Cholesky's method. It returns the first row whose pivot is not positive, or -1,
// and that pivot; what it makes then is the inverse of the diagonal. The trace is that of the block.
func (l *level) invert(i int) (failed int, pivot, trace float64) {
	n := l.size
	var m, inv [36]float64
	l.diagonal(i, m[:n*n])
	for k := range n {
		trace += m[k*n+k]
	}
	to := l.inverse[i*n*n:][:n*n]
	a := m
	for j := range n {
		d := a[j*n+j]
		for k := range j {
			d -= a[j*n+k] * a[j*n+k]
		}
		if !(d > tiny*m[j*n+j]) || math.IsInf(d, 0) {
			clear(to)
			for k := range n {
				if v := m[k*n+k]; v > 0 {
					to[k*n+k] = 1 / v
				}
			}
			return j, d, trace
		}
		root := math.Sqrt(d)
		a[j*n+j] = root
		for r := j + 1; r < n; r++ {
			v := a[r*n+j]
			for k := range j {
				v -= a[r*n+k] * a[j*n+k]
			}
			a[r*n+j] = v / root
		}
	}
	// inv = L^-1, then inverse = L^-T L^-1
	for c := range n {
		for r := c; r < n; r++ {
			v := 0.0
			if r == c {
				v = 1
			}
			for k := c; k < r; k++ {
				v -= a[r*n+k] * inv[k*n+c]
			}
			inv[r*n+c] = v / a[r*n+r]
		}
	}
	for r := range n {
		for c := range n {
			v := 0.0
			for k := max(r, c); k < n; k++ {
				v += inv[k*n+r] * inv[k*n+c]
			}
			to[r*n+c] = v
		}
	}
	return -1, 0, trace
}
