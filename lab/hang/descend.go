package hang

import (
	"cmp"
	"math"
	"slices"

	"github.com/elastrain/elastrain/lab"
)

// sizes is from how many sizes of the load the descent starts.
const sizes = 16

// descend is for stocks with too many ways to try them all. From loads of
// several sizes, rounded to what is in the box, it changes a piece or two at a
// time as long as the error falls: hang one, take one off, change one for
// another kind, move one, exchange two. It finds a load that no such change
// betters, in an order that is always the same.
func (s *search) descend() {
	x := s.nearest()
	largest := 0.0
	for _, f := range x {
		largest = max(largest, f)
	}
	if largest == 0 {
		return
	}
	top := s.room()
	if math.IsInf(top, 1) {
		top = s.stock.weight() * s.gravity
	}
	for k := range sizes {
		s.clear()
		scale := top * float64(k+1) / sizes / largest
		if s.near { // from half to one and a half of what is wanted
			scale = 0.5 + float64(k+1)/sizes
		}
		s.round(x, scale)
		now := s.errorNow()
		if !s.allowed() {
			continue
		}
		s.keep(now)
		for s.improve(&now) {
			s.keep(now)
		}
	}
}

// nearest is where continuous masses would be: cyclic coordinate descent on
// |target - B m|^2 with m >= 0.
func (s *search) nearest() []float64 {
	x := make([]float64, len(s.active))
	const sweeps = 200
	for range sweeps {
		for i, h := range s.active {
			r, d := s.target[i], s.t.gram[h][h]
			for j, other := range s.active {
				r -= s.t.gram[h][other] * x[j]
			}
			if d > 0 {
				x[i] = max(x[i]+r/d, 0)
			}
		}
	}
	return x
}

// clear takes everything off.
func (s *search) clear() {
	for i, use := range s.use {
		clear(use)
		s.q.m[i], s.q.bm[i], s.q.am[i] = 0, 0, 0
	}
	for d, w := range s.stock {
		s.left[d] = w.Count
	}
}

// round hangs about scale * x, the most loaded string first, the heaviest pieces
// first.
func (s *search) round(x []float64, scale float64) {
	order, kinds := make([]int, len(x)), make([]int, len(s.stock))
	for i := range order {
		order[i] = i
	}
	for d := range kinds {
		kinds[d] = d
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(x[b], x[a]) })
	slices.SortStableFunc(kinds, func(a, b int) int { return cmp.Compare(s.stock[b].Mass, s.stock[a].Mass) })
	for _, i := range order {
		rest := scale * x[i]
		for at, d := range kinds {
			weight := s.stock[d].Mass * s.gravity
			over := 1e-9 * weight
			if at == len(kinds)-1 {
				over = weight / 2 // the lightest piece may overshoot
			}
			for s.can(i, d) && rest > 0 && weight <= rest+over {
				s.hang(i, d, 1)
				rest -= weight
			}
		}
	}
}

// can says whether there is another piece of the kind for the string.
func (s *search) can(i, d int) bool { return s.left[d] != 0 && s.use[i][d] < s.most[i][d] }

// improve makes the first change that lowers the error and is allowed.
func (s *search) improve(now *float64) bool {
	for i := range s.active {
		for d := range s.stock {
			if s.can(i, d) && s.try(now, change{i, d, 1}) {
				return true
			}
			if s.use[i][d] == 0 {
				continue
			}
			if s.try(now, change{i, d, -1}) {
				return true
			}
			for other := range s.stock {
				if other != d && s.can(i, other) && s.try(now, change{i, d, -1}, change{i, other, 1}) {
					return true
				}
			}
			for j := range s.active {
				if j == i {
					continue
				}
				if s.use[j][d] < s.most[j][d] && s.try(now, change{i, d, -1}, change{j, d, 1}) {
					return true
				}
				for other := range s.stock {
					if other != d && j > i && s.use[j][other] > 0 && s.use[j][d] < s.most[j][d] && s.use[i][other] < s.most[i][other] &&
						s.try(now, change{i, d, -1}, change{j, d, 1}, change{j, other, -1}, change{i, other, 1}) {
						return true
					}
				}
			}
		}
	}
	return false
}

// change hangs count pieces of kind d on string i.
type change struct{ i, d, count int }

// try makes the changes if they lower the error.
func (s *search) try(now *float64, changes ...change) bool {
	for _, c := range changes {
		s.hang(c.i, c.d, c.count)
	}
	if e := s.errorNow(); e < *now-better && s.allowed() {
		*now = e
		return true
	}
	for _, c := range slices.Backward(changes) {
		s.hang(c.i, c.d, -c.count)
	}
	return false
}

// withinLimits says whether a lattice may bear forces in the strings of a table.
func withinLimits(t *table, forces []float64, limits lab.Limits) bool {
	dim := t.s.dim
	if limits.Force > 0 || limits.TotalForce > 0 {
		var load []lab.Force
		for h, f := range forces {
			load = append(load, lab.Force{Node: t.hangers[h].node, F: scaled(t.hangers[h].pull.Dir, f)})
		}
		total := 0.0
		for _, l := range merge(load) {
			size := norm(l.F)
			total += size
			if limits.Force > 0 && size > limits.Force*(1+1e-9) {
				return false
			}
		}
		if limits.TotalForce > 0 && total > limits.TotalForce*(1+1e-9) {
			return false
		}
	}
	if limits.Displacement > 0 {
		for node := range t.s.nodes {
			var u [3]float64
			for axis := range dim {
				for h, f := range forces {
					u[axis] += f * t.moved[h][node*dim+axis]
				}
			}
			if norm(u) > limits.Displacement {
				return false
			}
		}
	}
	if limits.Elongation > 0 {
		bonds := 0
		if len(forces) > 0 {
			bonds = len(t.stretch[0])
		}
		for b := range bonds {
			e := 0.0
			for h, f := range forces {
				e += f * t.stretch[h][b]
			}
			if math.Abs(e) > limits.Elongation {
				return false
			}
		}
	}
	return true
}

func scaled(a [3]float64, by float64) [3]float64 { return [3]float64{by * a[0], by * a[1], by * a[2]} }
