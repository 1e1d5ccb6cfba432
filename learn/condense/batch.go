package condense

import (
	"fmt"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/sparse"
)

// Forward implements learn.Differentiable.
func (r *Rig) Forward(batch learn.Batch, out []float64) error {
	r.ready()
	n, q := batch.Len(), len(r.Out)
	clear(out[:n*q])
	r.batch, r.known = batch, false
	for from := 0; from < n; from += block {
		if err := r.find(from, min(from+block, n)); err != nil {
			return err
		}
		for _, t := range r.out {
			for i := from; i < r.to; i++ {
				out[i*q+t.port] += t.by * r.row(r.u, i-from, t.column)
			}
		}
	}
	r.known = n <= block
	return nil
}

// row is the number of a sample of the block in a column.
func (r *Rig) row(x []sparse.Row, sample, column int) float64 {
	return x[sample/sparse.Lanes*len(r.rest)+column][sample%sparse.Lanes]
}

// LoadSlopes implements learn.Loadable, by the states of the whole body.
func (r *Rig) LoadSlopes(slope, f []float64) error {
	if err := r.Statics.Forward(r.batch, make([]float64, len(slope))); err != nil {
		return err
	}
	return r.Statics.LoadSlopes(slope, f)
}

// Backward implements learn.Differentiable.
func (r *Rig) Backward(slope, g []float64) error {
	r.ready()
	clear(g)
	n, q := r.batch.Len(), len(r.Out)
	for from := 0; from < n; from += block {
		to := min(from+block, n)
		if !r.known {
			if err := r.find(from, to); err != nil {
				return err
			}
		}
		r.slope, r.g = slope[from*q:to*q], g
		r.adjoint()
	}
	return nil
}

// strips is how many times so many samples are taken at once.
func (r *Rig) strips() int { return (r.to - r.from + sparse.Lanes - 1) / sparse.Lanes }

// find finds the displacements of a block of samples.
func (r *Rig) find(from, to int) error {
	for i := from; i < to; i++ {
		row := r.batch.Row(i)
		in := r.batch.Set.Force(row)
		for _, at := range r.limits {
			if !(in[at] >= 0 && in[at] <= 1) {
				return fmt.Errorf("sample %d: input %d sets stiffnesses to %g of what they can be; it is 0 to 1", row+1, at+1, in[at])
			}
		}
	}
	r.from, r.to = from, to
	strips, n := r.strips(), len(r.rest)
	items := max(strips*r.solver.Pieces(), len(r.groups))
	if len(r.failed) < items {
		r.failed = make([]failure, items)
	}
	if len(r.u) < strips*n {
		r.u, r.a = make([]sparse.Row, strips*n), make([]sparse.Row, strips*n)
	}
	if keep := strips * r.solver.Entries(); keep*8*sparse.Lanes > mostKept {
		r.l = nil
	} else if len(r.l) < keep {
		r.l = make([]sparse.Row, keep)
	}
	r.team.Start(r.effort())
	defer r.team.Stop()
	for _, do := range []struct {
		items int
		work  func(r *Rig, worker, item int)
	}{{len(r.groups), condenseGroup}, {strips * r.solver.Pieces(), solveStrip}} {
		r.team.Each(do.items, r, do.work)
		if err := r.failure(r.failed[:do.items]); err != nil {
			return err
		}
	}
	return nil
}

// effort is about what a block takes, in cycles of one core.
func (r *Rig) effort() float64 { return float64(r.strips()) * 40 * float64(r.solver.Products()) }

// failure is the error of the first sample that has one.
func (r *Rig) failure(list []failure) error {
	first := failure{sample: block}
	for _, f := range list {
		if f.sample >= 0 && f.sample < first.sample {
			first = f
		}
	}
	if first.sample == block {
		return nil
	}
	node, part := r.Eq.Body.Space.Place(int(first.unknown))
	return fmt.Errorf("sample %d: %w", r.batch.Row(r.from+int(first.sample))+1, &statics.UnstableError{Node: node, Part: part})
}

// condenseGroup finds the states of a group of parts, and condenses each part in each of them.
func condenseGroup(r *Rig, worker, item int) {
	g, w := r.groups[item], r.lanes[worker]
	r.failed[item].sample = -1
	g.sort(&r.batch, r.from, r.to, w.table)
	for _, p := range g.parts {
		p.room(len(g.of))
		for state, sample := range g.of {
			in := r.batch.Set.Force(r.batch.Row(r.from + int(sample)))
			if at := p.condense(&w.scratch, r.theta, in, state); at >= 0 {
				r.failed[item] = failure{p.unknowns[at], sample}
				return
			}
		}
	}
}

// room makes room for so many states.
func (p *part) room(states int) {
	if pairs := p.nb * (p.nb + 1) / 2; len(p.stiff) < states*pairs {
		p.lift, p.stiff, p.sum = make([]float64, states*p.ni*p.nb), make([]float64, states*pairs), make([]float64, states*pairs)
	}
}

// solveStrip finds the displacements of a piece for eight samples.
func solveStrip(r *Rig, worker, item int) {
	w := r.lanes[worker]
	strip, k := item/r.solver.Pieces(), item%r.solver.Pieces()
	r.failed[item].sample = -1
	from, to, _, _ := r.solver.Piece(k)
	l := r.factor(strip, k, w, item)
	if l == nil {
		return
	}
	x := r.u[strip*len(r.rest):][from:to]
	clear(x)
	for _, t := range within(r.in, from, to) {
		for i := range r.lanesOf(strip) {
			x[t.column-from][i] += t.by * r.batch.Set.Force(r.batch.Row(r.from + strip*sparse.Lanes + i))[t.port]
		}
	}
	r.solver.Solve(k, l, x)
}

// lanesOf is how many samples a strip has.
func (r *Rig) lanesOf(strip int) int { return min(sparse.Lanes, r.to-r.from-strip*sparse.Lanes) }

// factor is the factor of a piece for a strip; nil where a sample has no equilibrium.
func (r *Rig) factor(strip, k int, w *lane, item int) []sparse.Row {
	_, _, entry, end := r.solver.Piece(k)
	l := w.l[:end-entry]
	if r.l != nil {
		l = r.l[strip*r.solver.Entries():][entry:end]
	}
	for i, v := range r.base[entry:end] {
		l[i] = sparse.Row{v, v, v, v, v, v, v, v}
	}
	lanes := r.lanesOf(strip)
	for _, p := range r.of[k] {
		pairs := p.nb * (p.nb + 1) / 2
		var of [sparse.Lanes]int // lanes without a sample have the last one
		for i := range of {
			of[i] = int(p.group.state[strip*sparse.Lanes+min(i, lanes-1)]) * pairs
		}
		for at, e := range p.entry {
			to := &l[e-entry]
			to[0] += p.stiff[of[0]+at]
			to[1] += p.stiff[of[1]+at]
			to[2] += p.stiff[of[2]+at]
			to[3] += p.stiff[of[3]+at]
			to[4] += p.stiff[of[4]+at]
			to[5] += p.stiff[of[5]+at]
			to[6] += p.stiff[of[6]+at]
			to[7] += p.stiff[of[7]+at]
		}
	}
	if column, i := r.solver.Factor(k, l, w.least, lanes); column >= 0 {
		r.failed[item] = failure{r.rest[r.solver.Unknown(column)], int32(strip*sparse.Lanes + i)}
		return nil
	}
	return l
}

const manyEntries = 1024 // that a thread adds up at a time

// adjoint adds the derivatives of a block of samples.
func (r *Rig) adjoint() {
	r.team.Start(r.effort())
	defer r.team.Stop()
	r.team.Each(r.strips()*r.solver.Pieces(), r, adjointStrip)
	r.team.Each((len(r.sums)+manyEntries-1)/manyEntries, r, addPairs)
	r.team.Each(len(r.groups), r, backGroup)
	for i, mode := range r.rows.mode {
		_, val := r.rows.row(i)
		at, sum := r.start[i], 0.0
		for a, x := range val {
			own := 0.0
			for _, y := range val[:a] {
				own += 2 * y * r.sums[r.pair[at]]
				at++
			}
			own += x * r.sums[r.pair[at]]
			at++
			sum += x * own
		}
		r.slopes[mode] = sum
	}
	for i := range r.fixed {
		f := &r.fixed[i]
		to, params := r.g[f.run.Theta:], f.run.Params
		for m, v := range r.slopes[f.run.Mode:][:len(f.run.Elements)*f.run.Modes] {
			if v == 0 {
				continue
			}
			for q, by := range f.rate[m*params:][:params] {
				to[m/f.run.Modes*params+q] += v * by
			}
		}
	}
}

// adjointStrip answers the errors of eight samples in a piece.
func adjointStrip(r *Rig, worker, item int) {
	w, q := r.lanes[worker], len(r.Out)
	strip, k := item/r.solver.Pieces(), item%r.solver.Pieces()
	from, to, entry, end := r.solver.Piece(k)
	x := r.a[strip*len(r.rest):][from:to]
	clear(x)
	for _, t := range within(r.out, from, to) {
		for i := range r.lanesOf(strip) {
			x[t.column-from][i] -= t.by * r.slope[(strip*sparse.Lanes+i)*q+t.port]
		}
	}
	if r.l != nil {
		r.solver.Solve(k, r.l[strip*r.solver.Entries():][entry:end], x)
	} else {
		r.solver.Solve(k, r.factor(strip, k, w, item), x) // as it was there
	}
}

// addPairs adds up products of displacements and adjoint displacements over the samples of the block.
func addPairs(r *Rig, _, item int) {
	n, strips := len(r.rest), r.strips()
	first, last := item*manyEntries, min((item+1)*manyEntries, len(r.sums))
	for e := first; e < last; e++ {
		i, j := r.columns[2*e], r.columns[2*e+1]
		var s0, s1, s2, s3 float64
		for strip := range strips {
			u, v := &r.u[strip*n+int(i)], &r.u[strip*n+int(j)]
			a, b := &r.a[strip*n+int(i)], &r.a[strip*n+int(j)]
			s0 += (a[0]*v[0] + u[0]*b[0]) + (a[4]*v[4] + u[4]*b[4])
			s1 += (a[1]*v[1] + u[1]*b[1]) + (a[5]*v[5] + u[5]*b[5])
			s2 += (a[2]*v[2] + u[2]*b[2]) + (a[6]*v[6] + u[6]*b[6])
			s3 += (a[3]*v[3] + u[3]*b[3]) + (a[7]*v[7] + u[7]*b[7])
		}
		r.sums[e] = ((s0 + s1) + (s2 + s3)) / 2
	}
}

// backGroup adds up the products at the edges of the parts of a group by states, and goes back through the parts.
func backGroup(r *Rig, worker, item int) {
	g, w, n := r.groups[item], r.lanes[worker], len(r.rest)
	for _, p := range g.parts {
		pairs := p.nb * (p.nb + 1) / 2
		clear(p.sum[:len(g.of)*pairs])
		for strip := range r.strips() {
			lanes := r.lanesOf(strip)
			state := g.state[strip*sparse.Lanes:][:lanes]
			at := 0
			for b, row := range p.place {
				u, a := &r.u[strip*n+row], &r.a[strip*n+row]
				for _, col := range p.place[:b+1] {
					v, c := &r.u[strip*n+col], &r.a[strip*n+col]
					for i, s := range state {
						p.sum[int(s)*pairs+at] += (a[i]*v[i] + u[i]*c[i]) / 2
					}
					at++
				}
			}
		}
		clear(w.all)
		for state, sample := range g.of {
			in := r.batch.Set.Force(r.batch.Row(r.from + int(sample)))
			p.back(&w.scratch, r.theta, in, state, r.g)
		}
		for i, mode := range p.rows.mode[:p.fixed] {
			r.slopes[mode] = p.rows.square(i, w.all, p.n())
		}
	}
}
