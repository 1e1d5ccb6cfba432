package statics

import "math"

// A part of a load is followed along its path only if its two ends say so. Newton's method that begins close to an
// equilibrium finds it whether the path leads there or not: a bistable bond that snaps at 0.19 k s is at rest at 3 s under
// 3 k s, which is just where its slope as built leads.

const (
	// unlike is how much of the longer of them what the tangents at both ends of a part foretell may differ. Along a path that bends
	// by 0.3 of a part, which is the most, they differ by twice that.
	unlike = 0.7
	// unpaid is the share of the work of a part, as the mean of the forces at its ends has it, by which the energy stored
	// may differ before the move is held against the mean of both tangents too.
	unpaid = 0.2
	// bowed is how much of the move may differ from that.
	bowed = 0.15
	// still is the share of where it stands below which a move is rounding, as where no load is put on.
	still = 1e-12
)

// follows is how long the next part may be where the path leads from q.before to q.now, and else the negative of how long
// this one should have been.
func (q *Equilibrium) follows(l *Load, share, part, next float64, effort *Effort) float64 {
	paid := q.paid(l, share, part)
	if q.agrees(l, share, part, paid) {
		return next
	}
	if !q.held { // the tangent taken last is not that of the end
		if err := q.factorise(false, effort); err == nil && q.agrees(l, share, part, paid) {
			return next
		}
	}
	return -part / 2
}

// agrees reports whether the tangents at both ends of a part, that of its end as it was taken last, go with each other and
// with the move.
func (q *Equilibrium) agrees(l *Load, share, part float64, paid bool) bool {
	for i := range q.end {
		q.end[i] = part * l.F[i]
	}
	if q.drives(l) {
		held := q.held
		q.pull(l, share, part, q.end)
		q.held = held
	}
	q.solve(q.end)
	begin, end, reach := q.size(q.begin), q.size(q.end), q.reach(l, part)
	apart, off, move := 0.0, 0.0, 0.0
	for i, v := range q.now.U {
		v -= q.before.U[i]
		d, m := q.end[i]-q.begin[i], v-(q.end[i]+q.begin[i])/2
		apart, off, move = apart+q.weight[i]*d*d, off+q.weight[i]*m*m, move+q.weight[i]*v*v
	}
	apart, off, move = math.Sqrt(apart), math.Sqrt(off), math.Sqrt(move)+reach
	return move <= still*(q.size(q.now.U)+q.reach(l, share)) || apart <= unlike*(max(begin, end)+reach) && (paid || off <= bowed*move)
}

// paid reports whether the energy stored from q.before to q.now is about what the load has done on the way, if its forces
// grew evenly. A jump to another branch is not paid for.
func (q *Equilibrium) paid(l *Load, share, part float64) bool {
	first, work, size := 0.0, 0.0, math.Abs(q.before.Energy)+math.Abs(q.now.Energy)
	do := func(before, after, move float64) {
		first += before * move
		work += (after - before) * move / 2
		size += math.Abs(before * move)
	}
	for i, f := range l.F {
		do((share-part)*f, share*f, q.now.U[i]-q.before.U[i])
	}
	if q.drives(l) {
		before, after := q.GivenForces(q.before), q.GivenForces(q.now)
		for i := range l.G {
			do(before[i], after[i], q.now.G[i]-q.before.G[i])
		}
	}
	stored := q.now.Energy - q.before.Energy - first
	const rounding = 1e-13
	return math.Abs(stored-work) <= unpaid*math.Abs(work)+rounding*size
}

// drives reports whether a load gives any value but zero.
func (q *Equilibrium) drives(l *Load) bool {
	for _, v := range l.G {
		if v != 0 {
			return true
		}
	}
	return false
}

// reach is how far a part of the load moves what it gives, in lengths of elements.
func (q *Equilibrium) reach(l *Load, part float64) float64 {
	sum := 0.0
	for i, v := range l.G {
		sum += q.given[i] * v * v
	}
	return part * math.Sqrt(sum)
}

// shift sets the residual to what a part of the load asks for at the tangent of now, from where on the part begins: the
// forces of the elements change with the given values by their slope there, however far the values go. It returns how
// far they do.
func (q *Equilibrium) shift(l *Load, from, part float64) float64 {
	if !q.drives(l) {
		return 0
	}
	clear(q.end)
	q.pull(l, from, part, q.end)
	for i, v := range q.end { // the residual is that of the load at the end and the given values at the beginning
		q.residual[i] += v
	}
	q.tell(l, from+part)
	return q.reach(l, part)
}

// tell sets the given values of now to a share.
func (q *Equilibrium) tell(l *Load, share float64) {
	for i, v := range l.G {
		q.now.G[i] = share * v
	}
}

// pull adds to f what a part of the given values asks of the unknowns, where now stands under a share of them: by a
// difference, whose error of 1e-10 matters to no part. It leaves now where it stands.
func (q *Equilibrium) pull(l *Load, share, part float64, f []float64) {
	const little = 1e-6
	q.tell(l, share+little)
	q.judge(q.now)
	copy(q.swing, q.residual)
	q.tell(l, share)
	q.judge(q.now)
	for i, v := range q.swing {
		f[i] += part / little * (v - q.residual[i])
	}
}
