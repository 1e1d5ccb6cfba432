package optim

import (
	"errors"
	"fmt"
	"math"
)

// Fewest changes as few variables as it can. A step looks at every variable that has not changed, finds the best value of it alone,
// takes the one that lowers the loss most, and then solves for all that have changed so far; the others stay where they were.
// It ends after so many (Most), or when no further one helps.
type Fewest struct {
	Most int // 0: as many as help

	n       int
	changed []float64 // of every variable 1: it has
	count   []float64 // how many; length 1
	g       []float64
}

const (
	fewestGrid   = 16 // places along a variable that are looked at
	fewestHalves = 20 // of the best of them, closer
	fewestSolves = 60 // steps of the solution for those that have changed
)

// NewFewest makes the method for n variables.
func NewFewest(n int) *Fewest {
	return &Fewest{n: n, changed: make([]float64, n), count: make([]float64, 1), g: make([]float64, n)}
}

// Name implements Method.
func (*Fewest) Name() string { return "fewest-changes" }

// Searches implements Searching.
func (*Fewest) Searches() {}

// EndsItself implements SelfEnding.
func (*Fewest) EndsItself() {}

// FullBatch implements Method.
func (*Fewest) FullBatch() bool { return true }

// State implements Method.
func (m *Fewest) State() []Field { return []Field{{"changed", m.changed}, {"count", m.count}} }

// Restore implements Method.
func (m *Fewest) Restore(saved []Field) error { return restore(m.State(), saved) }

// Count is how many variables have changed.
func (m *Fewest) Count() int { return int(m.count[0]) }

// Step implements Method: one variable more. Value is that after it.
func (m *Fewest) Step(p Problem, x []float64) (Report, error) {
	q, ok := p.(Leveled)
	lo, hi := p.Box()
	if !ok || lo == nil {
		return Report{}, fmt.Errorf("fewest-changes needs a problem with ranges")
	}
	value, err := valueOf(p, x, m.g)
	if err != nil {
		return Report{}, err
	}
	report := Report{Value: value}
	if most := m.Most; m.Count() == m.n || most > 0 && m.Count() >= most {
		report.Done, report.Why = true, fmt.Sprintf("%d changes are made", m.Count())
		return report, nil
	}
	changes, err := q.Changes(x)
	if err != nil {
		return report, err
	}
	best, to, least := -1, 0.0, value*(1-fewest)
	for j := range x {
		if m.changed[j] == 1 {
			continue
		}
		at, v, err := bestAlong(changes, q.Places(j), j, lo[j], hi[j])
		if err != nil {
			return report, err
		}
		if v < least {
			best, to, least = j, at, v
		}
	}
	if best < 0 {
		report.Done, report.Why = true, "no further change of one bond improves the loss"
		return report, nil
	}
	next := append([]float64(nil), x...)
	next[best] = to
	free := []int{best}
	for j, c := range m.changed {
		if c == 1 {
			free = append(free, j)
		}
	}
	if q.Places(best) == nil {
		if err := polish(q, next, free); err != nil {
			return report, err
		}
	}
	after, err := orWorst(valueOf(p, next, m.g))
	if err != nil {
		return report, err
	}
	if !(after < value) {
		report.Done, report.Why = true, "no further change of one bond improves the loss"
		return report, nil
	}
	copy(x, next)
	m.changed[best] = 1
	m.count[0]++
	report.Value = after
	return report, nil
}

// bestAlong is the best place of one variable, and the value there.
func bestAlong(c Changes, places []float64, j int, lo, hi float64) (at, value float64, err error) {
	value = math.Inf(1)
	look := func(to float64) (float64, error) {
		v, err := c.One(j, to)
		if err == nil && v < value {
			at, value = to, v
		}
		return v, err
	}
	if places != nil {
		for _, to := range places {
			if _, err := look(to); err != nil {
				return 0, 0, err
			}
		}
		return at, value, nil
	}
	if math.IsInf(lo, 0) || math.IsInf(hi, 0) {
		return 0, value, nil // it has no end to look up to
	}
	width := (hi - lo) / fewestGrid
	for i := range fewestGrid + 1 {
		if _, err := look(min(lo+float64(i)*width, hi)); err != nil {
			return 0, 0, err
		}
	}
	for range fewestHalves { // to either side of the best, ever nearer
		width /= 2
		middle := at
		for _, to := range [2]float64{middle - width, middle + width} {
			if to >= lo && to <= hi {
				if _, err := look(to); err != nil {
					return 0, 0, err
				}
			}
		}
	}
	return at, value, nil
}

// polish solves for some variables of a point, and keeps what is better.
func polish(q Leveled, x []float64, free []int) error {
	s := &subset{q: q, whole: x, free: free, g: make([]float64, len(x))}
	at := make([]float64, len(free))
	for n, j := range free {
		at[n] = x[j]
	}
	var inner Method = NewLBFGS(len(free))
	if q.Squares() {
		inner = NewLevenbergMarquardt(len(free))
	}
	for range fewestSolves {
		report, err := inner.Step(s, at)
		if errors.Is(err, ErrNoValue) || err == nil && report.Done {
			break
		}
		if err != nil {
			return err
		}
	}
	for n, j := range free {
		x[j] = at[n]
	}
	return nil
}

// subset is a problem in some of its variables; the others stay.
type subset struct {
	q        Leveled
	whole    []float64
	free     []int
	g        []float64
	jacobian []float64
}

// Dim implements Problem.
func (s *subset) Dim() int { return len(s.free) }

func (s *subset) put(x []float64) []float64 {
	for n, j := range s.free {
		s.whole[j] = x[n]
	}
	return s.whole
}

// Eval implements Problem.
func (s *subset) Eval(x, g []float64) (float64, error) {
	value, err := s.q.Eval(s.put(x), s.g)
	for n, j := range s.free {
		g[n] = s.g[j]
	}
	return value, err
}

// Box implements Problem.
func (s *subset) Box() (lo, hi []float64) {
	a, b := s.q.Box()
	for _, j := range s.free {
		lo, hi = append(lo, a[j]), append(hi, b[j])
	}
	return lo, hi
}

// Count implements LeastSquares.
func (s *subset) Count() int { return s.q.Count() }

// Residuals implements LeastSquares.
func (s *subset) Residuals(x, r, jacobian []float64) error {
	if jacobian == nil {
		return s.q.Residuals(s.put(x), r, nil)
	}
	n, all := len(s.free), len(s.whole)
	if s.jacobian == nil {
		s.jacobian = make([]float64, len(r)*all)
	}
	err := s.q.Residuals(s.put(x), r, s.jacobian)
	for row := range r {
		for at, j := range s.free {
			jacobian[row*n+at] = s.jacobian[row*all+j]
		}
	}
	return err
}
