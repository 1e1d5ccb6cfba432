package statics

import (
	"math"

	"github.com/elastrain/elastrain/mechanics/element"
)

// mostRounds of refinement of one answer; each gains the digits that the factor has.
const mostRounds = 12

// carry finds where a linear body rests under a load: one solve, and corrections by what the elements leave over until
// they no longer shrink.
func (q *Equilibrium) carry(l *Load, effort *Effort) error {
	q.bear(l, 1)
	_, left, rounding := q.judge(q.now)
	if err := q.factorise(false, effort); err != nil {
		return err
	}
	last, first := math.Inf(1), 0.0
	for round := range mostRounds {
		copy(q.step, q.residual)
		q.solve(q.step)
		size := q.size(q.step)
		if !(size < last/2) {
			break
		}
		effort.Iterations++
		q.take(1)
		q.now, q.try = q.try, q.now
		_, left, rounding = q.judge(q.now)
		if last = size; round == 0 {
			first = size
		}
		if size <= 0x1p-52*first {
			break
		}
	}
	effort.Residual = left
	effort.Steps = 1
	if !(left <= 1e2*rounding) {
		return q.stuck()
	}
	return nil
}

// Backward is the backward error of the state that Rest found last: the largest force left over at any unknown as a share of
// the sizes of the forces that meet there (R. D. Skeel, Math. Comp. 35 (1980) 817). Moments and forces are not added up.
func (q *Equilibrium) Backward() float64 {
	s := q.now
	most := q.bend
	for i, f := range q.load {
		most[i] = math.Abs(f)
	}
	q.Body.Bound(q.work, s, most)
	// Where nothing is borne but rounding of what others of its kind bear, there is no force to have a share of.
	kind := q.kinds()
	var largest [2]float64
	for i, v := range most {
		largest[kind[i]] = max(largest[kind[i]], v)
	}
	worst := 0.0
	for i, v := range q.residual {
		size := most[i]
		if size < nothing*largest[kind[i]] {
			size = largest[kind[i]]
		}
		if v = math.Abs(v); v > 0 {
			worst = max(worst, v/size)
		}
	}
	return worst
}

// nothing is the share of the largest force of its kind below which a force is only rounding of it.
const nothing = 1e-13

// kinds says of every unknown whether it turns (1) or not (0): what works on it is a moment or a force.
func (q *Equilibrium) kinds() []uint8 {
	s := &q.Body.Space
	kind := make([]uint8, s.N)
	for i, c := range s.At {
		if part := s.Parts[i%len(s.Parts)]; c.Free() && part >= element.TurnX && part <= element.TurnZ {
			kind[c] = 1
		}
	}
	return kind
}
