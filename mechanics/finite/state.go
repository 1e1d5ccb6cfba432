package finite

import (
	"math"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/sparse"
)

// bars is every element as it was designed and as it stands. A spring to ground
// is a bar without length whose first end is held; a cut element has no ends.
type bars struct {
	dim  int
	end  []int32   // unknowns of both ends, -1 where held; len M*2*dim
	rest []float64 // from the first end to the second as designed, or Dir; len M*dim
	l0   []float64 // m; 0 for a spring to ground; len M

	e []float64 // elongation, m; len M
	n []float64 // unit vector; len M*dim
	l []float64 // length, m; infinite for a spring to ground, which does not turn; len M
}

func newBars(net *network.Network, c *mechanics.Compatibility) *bars {
	m, dim := len(net.Elements), net.Dim
	b := &bars{dim: dim, end: make([]int32, m*2*dim), rest: make([]float64, m*dim), l0: make([]float64, m),
		e: make([]float64, m), n: make([]float64, m*dim), l: make([]float64, m)}
	for i := range b.end {
		b.end[i] = -1
	}
	for i := range net.Elements {
		el := &net.Elements[i]
		first, second := el.Nodes[0]*dim, el.Nodes[1]*dim
		for axis := range dim {
			if el.Kind == network.Bar {
				b.rest[i*dim+axis] = net.Pos[second+axis] - net.Pos[first+axis]
			} else {
				b.rest[i*dim+axis] = el.Dir[axis]
			}
			if el.Cut {
				continue
			}
			if el.Kind == network.Bar {
				b.end[i*2*dim+axis] = c.Unknown[first+axis]
			}
			b.end[i*2*dim+dim+axis] = c.Unknown[second+axis]
		}
		if el.Kind == network.Bar {
			b.l0[i] = net.BondLength(i)
		}
	}
	return b
}

// between is the displacement of the second end of bar i against the first.
func (b *bars) between(i int, u []float64) (d [3]float64) {
	end := b.end[i*2*b.dim:]
	for axis := range b.dim {
		if a := end[axis]; a >= 0 {
			d[axis] -= u[a]
		}
		if a := end[b.dim+axis]; a >= 0 {
			d[axis] += u[a]
		}
	}
	return d
}

// stand sets e, n and l for the displacements u (len N).
func (b *bars) stand(u []float64) {
	dim := b.dim
	for i, l0 := range b.l0 {
		d := b.between(i, u)
		rest, n := b.rest[i*dim:(i+1)*dim], b.n[i*dim:(i+1)*dim]
		if l0 == 0 {
			copy(n, rest)
			b.l[i], b.e[i] = math.Inf(1), dot(rest, d[:dim])
			continue
		}
		square, change := 0.0, 0.0
		for axis, r := range rest {
			n[axis] = r + d[axis]
			square += n[axis] * n[axis]
			change += (2*r + d[axis]) * d[axis]
		}
		l := math.Sqrt(square)
		// (l^2 - l0^2) / (l + l0): the difference of two nearly equal lengths
		// would lose its digits where displacements are small.
		b.l[i], b.e[i] = l, change/(l+l0)
		for axis := range n {
			n[axis] /= l
		}
	}
}

// pull adds the forces of the bars on their ends to f, times by.
func (b *bars) pull(f, k []float64, by float64) {
	dim := b.dim
	for i, e := range b.e {
		t := by * k[i] * e
		end := b.end[i*2*dim:]
		for axis, n := range b.n[i*dim : (i+1)*dim] {
			if a := end[axis]; a >= 0 {
				f[a] -= t * n
			}
			if a := end[dim+axis]; a >= 0 {
				f[a] += t * n
			}
		}
	}
}

// slot is where an entry of the matrix of a bar goes.
type slot struct {
	at    int32 // value of the pattern
	pair  uint8 // row*dim + column of the matrix of one end
	minus bool  // the entry couples both ends
}

// tangent is the places of K_T.
type tangent struct {
	pattern *sparse.Pattern
	ptr     []int32 // those of bar i are slots ptr[i] to ptr[i+1]; len M+1
	slots   []slot
	values  []float64
}

func newTangent(b *bars, unknowns int) *tangent {
	t := &tangent{ptr: make([]int32, len(b.l0)+1)}
	width := 2 * b.dim
	free := make([]int, 0, width)
	t.pattern = sparse.NewCliquePattern(unknowns, func(yield func([]int) bool) {
		for i := range b.l0 {
			free = free[:0]
			for _, a := range b.end[i*width : (i+1)*width] {
				if a >= 0 {
					free = append(free, int(a))
				}
			}
			if !yield(free) {
				return
			}
		}
	})
	for i := range b.l0 {
		end := b.end[i*width : (i+1)*width]
		for p := range width {
			for q := range p + 1 {
				if end[p] >= 0 && end[q] >= 0 {
					t.slots = append(t.slots, slot{at: int32(t.pattern.Index(int(end[p]), int(end[q]))),
						pair: uint8(p%b.dim*b.dim + q%b.dim), minus: p >= b.dim && q < b.dim})
				}
			}
		}
		t.ptr[i+1] = int32(len(t.slots))
	}
	t.values = make([]float64, t.pattern.Entries())
	return t
}

// assemble sets the values of K_T for the bars as they stand.
func (t *tangent) assemble(b *bars, k []float64) {
	clear(t.values)
	dim := b.dim
	var one [9]float64 // k n n^T + t/l (I - n n^T)
	for i, e := range b.e {
		across := k[i] * e / b.l[i]
		n := b.n[i*dim : (i+1)*dim]
		for p, x := range n {
			for q, y := range n {
				one[p*dim+q] = (k[i] - across) * x * y
			}
			one[p*dim+p] += across
		}
		for _, s := range t.slots[t.ptr[i]:t.ptr[i+1]] {
			if v := one[s.pair]; s.minus {
				t.values[s.at] -= v
			} else {
				t.values[s.at] += v
			}
		}
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

func largest(x []float64) float64 {
	m := 0.0
	for _, v := range x {
		m = max(m, math.Abs(v))
	}
	return m
}
