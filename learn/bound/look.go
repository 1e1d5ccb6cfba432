package bound

import (
	"errors"
	"math"
	"slices"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/task"
)

// prover has what looking at a box needs.
type prover struct {
	t       *Task
	n, b, q int
	weight  []float64 // of every output: 1 over its scale
	mean    float64   // sqrt of 1 over the samples

	m, r  []float64 // centre and radius; len n
	g     []float64 // |G|; n x n
	e, h  []float64 // elongations at the centre, bounds of |e|; n x b
	part  []float64 // h as it comes down
	out   []float64 // E_out of every bond, weighted; n x q
	miss  []float64 // weighted u - want; b x q. NaN: not wanted
	y     []float64 // b x q
	share []float64 // of every bond: how much of a box is its own
	d     []float64 // shift of every bond, and of every bond and sample; n, n x b

	most  bool      // an output is to move most
	value float64   // loss of the network at the centre of the last box, where it is one of the networks; else +Inf
	at    []float64 // that network
}

func newProver(t *Task) (*prover, error) {
	if err := t.validate(); err != nil {
		return nil, err
	}
	n, b, q := len(t.Modes), t.Set.N, t.Set.Q
	v := func(n int) []float64 { return make([]float64, n) }
	p := &prover{t: t, n: n, b: b, q: q, mean: math.Sqrt(1 / float64(b)), m: v(n), r: v(n), g: v(n * n), e: v(n * b), h: v(n * b), part: v(n * b),
		out: v(n * q), miss: v(b * q), y: v(b * q), share: v(n), d: v(n + n*b), at: v(n)}
	square, displacements := t.Loss.(task.MeanSquare)
	p.most = !displacements
	for o := range q {
		if p.most {
			p.weight = append(p.weight, 1)
		} else {
			p.weight = append(p.weight, 1/square.Of(o))
		}
	}
	return p, nil
}

// first is the box of all networks, with bounds of elongations by Cauchy and Schwarz: e_i^2 <= (c_i D^-1 c_i) (f D^-1 f), both at their
// largest in the softest network.
func (p *prover) first() (*box, error) {
	t := p.t
	b := &box{reach: make([]float64, p.n*p.b)}
	soft := make([]float64, p.n)
	for j, list := range t.Levels {
		soft[j] = list[0]
		b.from, b.to = append(b.from, 0), append(b.to, int32(len(list)-1))
		b.lo, b.hi = append(b.lo, list[0]), append(b.hi, list[len(list)-1])
	}
	if err := t.Network.Begin(soft); err != nil {
		if singular := new(mechanics.SingularError); errors.As(err, &singular) {
			return nil, ErrMechanism
		}
		return nil, err
	}
	for s := range p.b {
		work := t.Network.Work(t.Set.Force(s))
		for j := range p.n {
			b.reach[j*p.b+s] = math.Sqrt(t.Network.Pair(j, j) * work)
		}
	}
	return b, p.look(b)
}

// single reports whether a box has one network.
func (p *prover) single(b *box) bool { return !p.t.Whole && slices.Equal(b.from, b.to) }

// halves are the two parts of a box, of which every network of it is in one.
func (p *prover) halves(b *box) []*box {
	widest, most := -1, -1.0
	p.place(b)
	if err := p.centre(); err == nil {
		p.shares(b)
		for j, v := range p.share {
			if p.r[j] > 0 && v > most {
				widest, most = j, v
			}
		}
	}
	if widest < 0 {
		for j, r := range p.r {
			if r > most {
				widest, most = j, r
			}
		}
	}
	cut := func(low bool) *box {
		half := &box{reach: b.reach, lower: b.lower, depth: b.depth + 1}
		if p.t.Whole {
			half.lo, half.hi = slices.Clone(b.lo), slices.Clone(b.hi)
			if middle := (b.lo[widest] + b.hi[widest]) / 2; low {
				half.hi[widest] = middle
			} else {
				half.lo[widest] = middle
			}
			return half
		}
		half.from, half.to = slices.Clone(b.from), slices.Clone(b.to)
		if middle := (b.from[widest] + b.to[widest]) / 2; low {
			half.to[widest] = middle
		} else {
			half.from[widest] = middle + 1
		}
		return half
	}
	return []*box{cut(true), cut(false)}
}

// place sets centre and radius.
func (p *prover) place(b *box) {
	for j, list := range p.t.Levels {
		var lo, hi float64
		if p.t.Whole {
			lo, hi = b.lo[j], b.hi[j]
		} else {
			lo, hi = list[b.from[j]], list[b.to[j]]
		}
		p.m[j], p.r[j] = (lo+hi)/2, (hi-lo)/2
	}
}

// centre solves the network at the centre of the box.
func (p *prover) centre() error {
	t := p.t
	if err := t.Network.Begin(p.m); err != nil {
		return err
	}
	answers := t.Network.Responses()
	for i := range p.n {
		for j := range p.n {
			p.g[i*p.n+j] = math.Abs(t.Network.Pair(i, j)) * p.r[j]
		}
	}
	for j, mode := range t.Modes {
		row := answers.E[int(mode)*answers.Stride:]
		for o := range p.q {
			p.out[j*p.q+o] = row[answers.P+o] * p.weight[o] * p.mean
		}
		for s := range p.b {
			sum := 0.0
			for a, f := range t.Set.Force(s) {
				sum += row[a] * f
			}
			p.e[j*p.b+s] = sum
		}
	}
	for s := range p.b {
		u := p.miss[s*p.q : (s+1)*p.q]
		answers.Outputs(u, t.Set.Force(s))
		if p.most {
			continue
		}
		for o, want := range t.Set.Goal(s).Want {
			u[o] = (u[o] - want) * p.weight[o] * p.mean // NaN where nothing is wanted
		}
	}
	return nil
}

// look bounds the loss in a box, and takes in the network at its centre where that is one of them.
func (p *prover) look(b *box) error {
	p.place(b)
	p.value = math.Inf(1)
	if err := p.centre(); err != nil {
		return err
	}
	p.narrow(b)
	if p.t.Whole || p.single(b) {
		if p.value = 0; p.most {
			p.value = p.shareLoss()
		}
		for _, v := range p.miss {
			if v == v && !p.most {
				p.value += v * v / 2
			}
		}
		copy(p.at, p.m)
	}
	if p.most {
		b.lower = max(b.lower, p.shareBound())
		return nil
	}
	b.lower = max(b.lower, p.dual())
	return nil
}

// narrow brings the bounds of elongations down: h = min(h, |e| + |G| r h), which holds for every network of the box.
func (p *prover) narrow(b *box) {
	copy(p.h, b.reach)
	for range 6 {
		for i := range p.n {
			row := p.g[i*p.n : (i+1)*p.n]
			for s := range p.b {
				sum := math.Abs(p.e[i*p.b+s])
				for j, v := range row {
					if v != 0 { // a bond that is fixed adds nothing, however far it may stretch
						sum += v * p.h[j*p.b+s]
					}
				}
				p.part[i*p.b+s] = min(p.h[i*p.b+s], sum*(1+1e-13))
			}
		}
		copy(p.h, p.part)
	}
	b.reach = slices.Clone(p.h)
}

// off is how far the elongation of a bond under a sample can be from that at the centre, in the box.
func (p *prover) off(i, s int) float64 {
	sum := 0.0
	for j, v := range p.g[i*p.n : (i+1)*p.n] {
		if v != 0 {
			sum += v * p.h[j*p.b+s]
		}
	}
	at := i*p.b + s
	return min(sum, p.h[at]+math.Abs(p.e[at]))
}

// shares is how much each bond of a box moves the outputs.
func (p *prover) shares(b *box) {
	copy(p.h, b.reach)
	for j := range p.n {
		size := 0.0
		for o := range p.q {
			size += p.out[j*p.q+o] * p.out[j*p.q+o]
		}
		sum := 0.0
		for s := range p.b {
			sum += p.h[j*p.b+s] * p.h[j*p.b+s]
		}
		p.share[j] = p.r[j] * math.Sqrt(size*sum)
	}
}

// dual is the bound of the box: that of the y which the nearest point of its linear picture gives.
func (p *prover) dual() float64 {
	copy(p.y, p.miss)
	clear(p.d)
	offs := p.part // off of every bond and sample; narrow is done with it
	for i := range p.n {
		for s := range p.b {
			offs[i*p.b+s] = p.off(i, s)
		}
	}
	for range 12 { // y = miss - sum of shifts, each shift as far as it is allowed towards less
		for i := range p.n {
			if p.r[i] == 0 {
				continue
			}
			p.shift(&p.d[i], p.r[i], i, -1)
			for s := range p.b {
				p.shift(&p.d[p.n+i*p.b+s], p.r[i]*offs[i*p.b+s], i, s)
			}
		}
	}
	value := 0.0
	for at, y := range p.y {
		if y == y {
			value += y*p.miss[at] - y*y/2
		}
	}
	for i := range p.n {
		if p.r[i] == 0 {
			continue
		}
		together, apart, most := 0.0, 0.0, 0.0
		for s := range p.b {
			a := p.along(i, s)
			together += a * p.e[i*p.b+s]
			apart += math.Abs(a) * offs[i*p.b+s]
			most += math.Abs(a) * p.h[i*p.b+s]
		}
		value -= p.r[i] * min(math.Abs(together)+apart, most)
	}
	return max(0, value*(1-1e-12))
}

// along is a_i of a sample: E_out y.
func (p *prover) along(i, s int) float64 {
	sum := 0.0
	for o := range p.q {
		if y := p.y[s*p.q+o]; y == y {
			sum += p.out[i*p.q+o] * y
		}
	}
	return sum
}

// shift moves y along what a change of bond i does, of one sample or of all (s = -1: as its elongations at the centre are), to
// the least |y| within what is allowed.
func (p *prover) shift(now *float64, most float64, i, s int) {
	if most == 0 {
		return
	}
	from, to := s, s+1
	if s < 0 {
		from, to = 0, p.b
	}
	along := func(at int) float64 {
		if s >= 0 {
			return 1
		}
		return p.e[i*p.b+at]
	}
	slope, curve := 0.0, 0.0
	for at := from; at < to; at++ {
		e := along(at)
		for o := range p.q {
			if y := p.y[at*p.q+o]; y == y {
				v := p.out[i*p.q+o] * e
				slope += v * y
				curve += v * v
			}
		}
	}
	if !(curve > 0) {
		return
	}
	next := min(max(*now+slope/curve, -most), most)
	by := next - *now
	*now = next
	for at := from; at < to; at++ {
		e := along(at)
		for o := range p.q {
			p.y[at*p.q+o] -= by * p.out[i*p.q+o] * e
		}
	}
}
