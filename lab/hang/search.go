package hang

import (
	"math"

	"github.com/elastrain/elastrain/lab"
)

// search looks for the pieces of the stock that hang in each string of one shot.
// The error is that of the shot alone against its own target, with the factor
// that puts it nearest.
type search struct {
	t       *table
	stock   Stock
	gravity float64
	limits  lab.Limits

	near bool // the error is the distance from the target, size included

	active []int     // strings of this shot, as numbers of the table
	target []float64 // B^T of the target, by active string
	goal   float64   // |target gradient|^2
	most   [][]int   // pieces of a kind that one string may carry; active x kinds
	use    [][]int   // pieces now; active x kinds
	left   []int     // pieces still in the box, by kind
	q      quadratic // of the forces now
	best   float64   // least error^2 so far
	found  [][]int   // the pieces that reach it
	fewest int       // pieces of found
}

// quadratic keeps force m, and B^T B m and A m for it, so that the error of a
// change in one or two strings takes a few multiplications.
type quadratic struct {
	m, bm, am []float64 // by active string
}

// exhaustive is the number of ways to hang the stock up to which all are tried.
const exhaustive = 300_000

// mostUnlimited is the most pieces of an unlimited kind that hang in one string.
const mostUnlimited = 100_000

// better is by how much an error^2 must fall to count as less; below, the choice
// with fewer pieces is kept.
const better = 1e-10

// newSearch aims at the gradient that forces x (by string of the table; 0 where
// the string is not in this shot) would give. Where nearest is true the target
// is the wanted gradient itself, which x may not reach.
func newSearch(t *table, stock Stock, gravity float64, limits lab.Limits, x []float64, nearest bool) *search {
	s := &search{t: t, stock: stock, gravity: gravity, limits: limits, best: math.Inf(1)}
	for h, f := range x {
		if f != 0 {
			s.active = append(s.active, h)
		}
	}
	for _, h := range s.active {
		b := 0.0
		for _, other := range s.active {
			b += t.gram[h][other] * x[other]
			s.goal += t.gram[h][other] * x[h] * x[other]
		}
		if nearest {
			b = t.along[h]
		}
		s.target = append(s.target, b)
	}
	if nearest {
		s.goal = t.s.size
	}
	n := len(s.active)
	s.q = quadratic{make([]float64, n), make([]float64, n), make([]float64, n)}
	s.left = make([]int, len(stock))
	for d, w := range stock {
		s.left[d] = w.Count
	}
	for range n {
		s.use = append(s.use, make([]int, len(stock)))
		most := make([]int, len(stock))
		for d, w := range stock {
			most[d] = w.Count
			if bears := s.room() / (w.Mass * gravity); w.Count == Unlimited || bears < float64(w.Count) {
				limit := float64(mostPieces)
				if w.Count == Unlimited {
					limit = mostUnlimited
				}
				most[d] = int(math.Min(bears+1e-9, limit))
			}
		}
		s.most = append(s.most, most)
	}
	return s
}

// room is the force that one string may carry at the most.
func (s *search) room() float64 {
	room := math.Inf(1)
	for _, limit := range []float64{s.limits.Force, s.limits.TotalForce} {
		if limit > 0 {
			room = min(room, limit)
		}
	}
	return room
}

// ways counts the ways to hang the stock, as far as it matters.
func (s *search) ways() float64 {
	ways, n := 1.0, len(s.active)
	for d, w := range s.stock {
		if w.Count == Unlimited {
			ways *= math.Pow(float64(s.most[0][d]+1), float64(n))
			continue
		}
		for i := range n { // pieces over n strings and the box
			ways *= float64(w.Count+i+1) / float64(i+1)
		}
	}
	return ways
}

// run searches; exact says that every way was tried.
func (s *search) run() (exact bool) {
	if len(s.active) == 0 {
		return true
	}
	if s.ways() <= exhaustive {
		s.enumerate(0, 0)
		return true
	}
	s.descend()
	return false
}

// errorNow is the error^2 of what hangs now.
func (s *search) errorNow() float64 {
	var t, b, a float64
	for i, m := range s.q.m {
		t += m * s.target[i]
		b += m * s.q.bm[i]
		a += m * s.q.am[i]
	}
	return s.error(t, b, a)
}

// error is the squared sine of the angle to the target that is to be expected of
// a load m with target^T m, m^T B^T B m and m^T A m. It is the error^2 where noise
// is small, and where noise is large it still prefers what points the right way.
// Where near counts it is the squared distance of the load from the target.
func (s *search) error(t, b, a float64) float64 {
	if !(t > 0) || !(b > 0) {
		return math.Inf(1)
	}
	if s.near {
		return max(0, 1+(b-2*t)/s.goal)
	}
	return 1 - t*t/(s.goal*(b+a+s.t.s.noise))
}

// hang puts pieces of a kind on a string, or takes them off where count < 0.
func (s *search) hang(i, d, count int) {
	s.use[i][d] += count
	if s.stock[d].Count != Unlimited {
		s.left[d] -= count
	}
	f := float64(count) * s.stock[d].Mass * s.gravity
	s.q.m[i] += f
	for j, h := range s.active {
		s.q.bm[j] += f * s.t.gram[h][s.active[i]]
		s.q.am[j] += f * s.t.spread[h][s.active[i]]
	}
}

// keep notes what hangs now if it is allowed and better than the best so far.
func (s *search) keep(now float64) bool {
	if now > s.best+better {
		return false
	}
	pieces := 0
	for _, use := range s.use {
		for _, n := range use {
			pieces += n
		}
	}
	if now >= s.best-better && pieces >= s.fewest || !s.allowed() {
		return false
	}
	s.best, s.fewest = now, pieces
	s.found = s.found[:0]
	for _, use := range s.use {
		s.found = append(s.found, append([]int(nil), use...))
	}
	return true
}

// allowed checks the limits of the lattice for what hangs now.
func (s *search) allowed() bool {
	forces := make([]float64, len(s.t.hangers))
	for i, h := range s.active {
		forces[h] = s.q.m[i]
	}
	return withinLimits(s.t, forces, s.limits)
}

// enumerate tries every way to hang kinds d and above on strings i and above.
func (s *search) enumerate(i, d int) {
	if i == len(s.active) {
		s.keep(s.errorNow())
		return
	}
	if d == len(s.stock) {
		s.enumerate(i+1, 0)
		return
	}
	s.enumerate(i, d+1)
	hung := 0
	for hung < s.most[i][d] && s.left[d] != 0 {
		s.hang(i, d, 1)
		hung++
		s.enumerate(i, d+1)
	}
	if hung > 0 {
		s.hang(i, d, -hung)
	}
}
