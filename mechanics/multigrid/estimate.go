package multigrid

import (
	"math/rand/v2"

	"github.com/elastrain/elastrain/internal/kernel"
)

// raises is how many steps of the power method estimate a largest eigenvalue.
const raises = 8

// estimate finds the largest eigenvalue of inverse D by the power method from eight fixed starts at once. A Rayleigh quotient is a lower
// bound, to which room is left.
func (s *Solver) estimate(l *level) {
	var random rand.PCG
	random.Seed(1, 2)
	for i := range l.b {
		l.x[i] = float64(random.Uint64()>>11)*0x1p-53 - 0.5
	}
	for _, u := range l.dropped {
		clear(l.x[int(u)*8 : int(u)*8+8])
	}
	for range raises {
		s.pass = pass{s: s, l: l, from: l.x, to: l.y}
		s.each(parts(l.nodes), raise)
		above, below := s.sums(parts(l.nodes))
		l.top = 0
		for lane, v := range above {
			if q := v / below[lane]; q > l.top {
				l.top = q
			}
		}
		l.x, l.y = l.y, l.x
	}
}

// raise sets to = inverse D from, and sums what the Rayleigh quotient is of.
func raise(p *pass, _, part int) {
	l := p.l
	n := l.size * 8
	var force [6 * 8]float64
	sum := &p.s.partial[part]
	*sum = [2][8]float64{}
	for i := part * perPart; i < min((part+1)*perPart, l.nodes); i++ {
		l.times(i, force[:n], p.from)
		to, from := p.to[i*n:][:n], p.from[i*n:][:n]
		kernel.BlockRow(l.plain, to, force[:n], l.count[:1], l.count[i:i+1], l.inverse)
		for k, v := range force[:n] {
			sum[0][k%8] += v * to[k]
			sum[1][k%8] += v * from[k]
		}
	}
}

// sums adds the sums of the parts, in their order.
func (s *Solver) sums(parts int) (first, second [8]float64) {
	for i := range s.partial[:parts] {
		for lane := range first {
			first[lane] += s.partial[i][0][lane]
			second[lane] += s.partial[i][1][lane]
		}
	}
	return first, second
}
