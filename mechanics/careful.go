package mechanics

import "math"

// Where stiffnesses differ by many powers of ten, or a motion of many nodes is very soft, a factor of the assembled
// D gives displacements that balance their loads to the last digit and are wrong in the fourth: what a soft bond
// adds to a stiff one is lost when both are summed. The elements have not lost it. So every solution is refined
// by the residual of the elements, f - C^T (k o (C u)), until its corrections no longer shrink. Its rounding
// errors reach u through (C^T K C)^-1 C^T K, which is bounded however much the stiffnesses differ
// (G. W. Stewart, Linear Algebra Appl. 112 (1989) 189).

const (
	// apart is the ratio of stiffnesses above which every solution is refined.
	apart = 1e6
	// drifted is the share of a solution that Judge may see lost of a direct solver before every solution is refined; see lossy.
	drifted = 1e-10
	// nothing is the share of the largest displacement up to which a reading is zero: what is left of one that no load reaches.
	nothing = 1e-14
	// mostLost is the share of a solution above which it is refused: the factor is too poor to be refined.
	mostLost = 1e-3
	// mostPolish rounds of refinement; each gains the digits that the factor has.
	mostPolish = 12
)

// Judge looks, at the stiffness set last and under a load f (len N), how much a solution loses. Where it is more than
// a share of 1e-10 all solutions of this equilibrium are refined from now on, whatever the stiffness. Who needs equal
// bits calls it where it is always called. It fails with *InaccurateError, or *NotFiniteError where D overflows.
func (q *Equilibrium) Judge(f []float64) error {
	if norm := q.norm(); math.IsInf(norm, 0) || math.IsNaN(norm) {
		return q.C.notFinite(q.stiffest())
	}
	if q.careful() {
		return nil
	}
	lost, err := q.Lost(f, nil)
	q.doubtful = err != nil || lost > q.lossy()
	if q.doubtful {
		_, err = q.Lost(f, nil)
	}
	return err
}

// stiffest is an unknown on the element of the largest stiffness.
func (q *Equilibrium) stiffest() int {
	unknown, most := 0, 0.0
	for i, k := range q.k {
		if k > most && q.C.Ptr[i] < q.C.Ptr[i+1] {
			unknown, most = int(q.C.Col[q.C.Ptr[i]]), k
		}
	}
	return unknown
}

// careful says whether solutions are refined.
func (q *Equilibrium) careful() bool { return q.doubtful || q.apart }

// Lost estimates what share of the displacements under a load f (len N) is lost to rounding, at the stiffness set last: the
// largest correction that one more step of refinement would make, against the largest displacement. With loads of outputs, it
// looks at these readings as well. Digits says it in other words. It fails with *InaccurateError.
func (q *Equilibrium) Lost(f []float64, outputs []Reading) (share float64, err error) {
	u, r := append([]float64(nil), f...), append([]float64(nil), f...)
	if err := q.Displace(u); err != nil {
		return 1, err
	}
	q.C.subtractForces(r, u, q.k, 1)
	if err := q.Solver.Solve(r, 1); err != nil {
		return 1, err
	}
	size := maxAbs(u)
	if size == 0 {
		return 0, nil
	}
	share = maxAbs(r) / size
	moved, change := 0.0, 0.0
	for _, o := range outputs {
		moved, change = max(moved, math.Abs(o.of(u))), max(change, math.Abs(o.of(r)))
	}
	if moved > nothing*size {
		share = max(share, change/moved)
	}
	if math.IsNaN(share) {
		return 1, nil
	}
	return min(share, 1), nil
}

// Digits is how many decimal digits are right where a share is lost, from 0 to 16.
func Digits(lost float64) float64 { return 0 - math.Log10(min(max(lost, 1e-16), 1)) } // 0, and not -0

// Reading is a weighted sum of unknowns; see Compatibility.Load.
type Reading struct {
	Unknown []int32
	Value   []float64
}

func (r *Reading) of(u []float64) float64 {
	sum := 0.0
	for a, unknown := range r.Unknown {
		sum += r.Value[a] * u[unknown]
	}
	return sum
}

// polish refines the first columns of the solutions u (N x stride) of loads, which place puts into a block like u.
func (q *Equilibrium) polish(u []float64, stride, columns int, place func(f []float64)) error {
	if len(q.rest) < len(u) {
		q.rest = make([]float64, len(u))
	}
	rest := q.rest[:len(u)]
	last := math.Inf(1)
	for range mostPolish {
		place(rest)
		q.C.subtractForces(rest, u, q.k, stride)
		if err := q.Solver.Solve(rest, stride); err != nil {
			return err
		}
		worst := 0.0
		for column := range columns {
			size, change := 0.0, 0.0
			for at := column; at < len(u); at += stride {
				size, change = max(size, math.Abs(u[at])), max(change, math.Abs(rest[at]))
			}
			if change > 0 || math.IsNaN(change) {
				worst = max(worst, change/size)
			}
		}
		if !(worst < last/2) {
			break
		}
		for i, v := range rest {
			u[i] += v
		}
		q.health.Refined++
		if last = worst; worst < 0x1p-52 {
			break
		}
	}
	if !(last <= mostLost) {
		return &InaccurateError{Lost: min(last, 1)}
	}
	return nil
}
