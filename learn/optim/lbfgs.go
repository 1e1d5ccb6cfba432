package optim

import "math"

// LBFGS is the limited-memory BFGS method (Nocedal & Wright, Algorithm 7.5) in
// a box: variables whose bound is in the way are held, the others take the
// quasi-Newton direction, and the step is projected back (Bertsekas 1982) under
// an Armijo condition.
type LBFGS struct {
	n       int
	memory  int
	s, y    []float64 // last steps and changes of slope; memory x n, a ring
	x0, g0  []float64 // last point and slope
	counter []float64 // pairs stored so far, evaluated before (0 or 1), value

	g, d, trial, gTrial []float64
	alpha               []float64 // len memory
	free                []bool
	all                 Across
}

// DefaultMemory is the number of steps that LBFGS remembers unless told otherwise.
const DefaultMemory = 20

// NewLBFGS makes the method for n variables.
func NewLBFGS(n int) *LBFGS { return NewLBFGSOf(n, DefaultMemory) }

// NewLBFGSOf makes the method for n variables that remembers so many steps, from 1.
func NewLBFGSOf(n, memory int) *LBFGS {
	v := func() []float64 { return make([]float64, n) }
	return &LBFGS{n: n, memory: memory, s: make([]float64, memory*n), y: make([]float64, memory*n), x0: v(), g0: v(), alpha: make([]float64, memory),
		counter: make([]float64, 3), g: v(), d: v(), trial: v(), gTrial: v(), free: make([]bool, n)}
}

// Name implements Method.
func (l *LBFGS) Name() string { return "l-bfgs" }

// Searches implements Searching.
func (*LBFGS) Searches() {}

// FullBatch implements Method.
func (l *LBFGS) FullBatch() bool { return true }

// State implements Method.
func (l *LBFGS) State() []Field {
	return []Field{{"steps", l.s}, {"slope changes", l.y}, {"point", l.x0}, {"slope", l.g0}, {"counter", l.counter}}
}

// Restore implements Method.
func (l *LBFGS) Restore(saved []Field) error { return restore(l.State(), saved) }

// Step implements Method.
func (l *LBFGS) Step(p Problem, x []float64) (Report, error) {
	lo, hi := p.Box()
	l.all = joined(p)
	value, err := l.slopeAt(p, x)
	if err != nil {
		return Report{}, err
	}
	report := Report{Value: value}
	largest := l.all.Largest(reachable(x, l.g, lo, hi))
	if largest == 0 {
		report.Done, report.Why = true, "no bond can improve the loss: every slope is zero or held by a bound"
		return report, nil
	}
	for attempt := range 2 {
		l.direction(x, lo, hi, attempt == 1, largest)
		ok, err := l.search(p, x, value, lo, hi)
		if err != nil {
			return report, err
		}
		if ok {
			return report, nil
		}
		l.counter[0] = 0 // the curvature misled: start again from the slope
	}
	report.Done, report.Why = true, "no step along the slope improves the loss: rounding limits it"
	return report, nil
}

// slopeAt evaluates x, or takes what the last line search found there.
func (l *LBFGS) slopeAt(p Problem, x []float64) (float64, error) {
	if l.counter[1] == 1 {
		same := true
		for i := range x {
			same = same && x[i] == l.x0[i]
		}
		if !l.all.Any(!same) {
			copy(l.g, l.g0)
			return l.counter[2], nil
		}
	}
	return p.Eval(x, l.g)
}

// direction is -H g in the free variables by the two-loop recursion.
func (l *LBFGS) direction(x, lo, hi []float64, steepest bool, largest float64) {
	for i := range x {
		l.free[i] = !held(i, x, l.g, lo, hi)
		l.d[i] = 0
		if l.free[i] {
			l.d[i] = -l.g[i]
		}
	}
	stored := int(l.counter[0])
	pairs := min(stored, l.memory)
	if steepest || pairs == 0 {
		for i := range l.d {
			l.d[i] *= 0.1 / largest // first step: at most a tenth of a range
		}
		return
	}
	gamma := 0.0
	for back := range pairs {
		s, y := l.pair(stored - 1 - back)
		sy, ok := l.curvature(s, y)
		l.alpha[back] = 0
		if !ok {
			continue
		}
		if gamma == 0 {
			gamma = sy / l.dotFree(y, y)
		}
		l.alpha[back] = l.dotFree(s, l.d) / sy
		for i := range l.d {
			if l.free[i] {
				l.d[i] -= l.alpha[back] * y[i]
			}
		}
	}
	if gamma == 0 {
		gamma = 0.1 / largest
	}
	for i := range l.d {
		l.d[i] *= gamma
	}
	for back := pairs - 1; back >= 0; back-- {
		s, y := l.pair(stored - 1 - back)
		sy, ok := l.curvature(s, y)
		if !ok {
			continue
		}
		beta := l.dotFree(y, l.d) / sy
		for i := range l.d {
			if l.free[i] {
				l.d[i] += (l.alpha[back] - beta) * s[i]
			}
		}
	}
}

// search halves the step until the loss falls enough, and stores the pair.
func (l *LBFGS) search(p Problem, x []float64, value float64, lo, hi []float64) (bool, error) {
	const enough = 1e-4
	if !(l.all.Total(inner(l.g, l.d)) < 0) {
		return false, nil
	}
	step := 1.0
	for range 40 {
		for i := range x {
			l.trial[i] = x[i] + step*l.d[i]
		}
		clip(l.trial, lo, hi)
		promised, moved := 0.0, 0.0
		for i := range x {
			promised += l.g[i] * (l.trial[i] - x[i])
			moved = max(moved, math.Abs(l.trial[i]-x[i]))
		}
		promised, moved = l.all.Total(promised), l.all.Largest(moved)
		if moved == 0 {
			return false, nil
		}
		found, err := orWorst(p.Eval(l.trial, l.gTrial))
		if err != nil {
			return false, err
		}
		if promised < 0 && found <= value+enough*promised && found < value {
			at := int(l.counter[0]) % l.memory * l.n
			for i := range x {
				l.s[at+i] = l.trial[i] - x[i]
				l.y[at+i] = l.gTrial[i] - l.g[i]
			}
			l.counter[0]++
			l.counter[1], l.counter[2] = 1, found
			copy(x, l.trial)
			copy(l.x0, x)
			copy(l.g0, l.gTrial)
			return true, nil
		}
		step /= 2
		if found > value && promised < 0 { // the minimum of the parabola through what is known
			if best := -promised * step / (found - value - promised); best > 0.2*step && best < step {
				step = best
			}
		}
	}
	return false, nil
}

func (l *LBFGS) pair(number int) (s, y []float64) {
	at := number % l.memory * l.n
	return l.s[at : at+l.n], l.y[at : at+l.n]
}

// curvature is s.y over the free variables, and whether it is positive beyond
// rounding: a matter of the angle between them, so that no unit enters.
func (l *LBFGS) curvature(s, y []float64) (sy float64, ok bool) {
	sy = l.dotFree(s, y)
	return sy, sy > 1e-12*math.Sqrt(l.dotFree(s, s)*l.dotFree(y, y))
}

func (l *LBFGS) dotFree(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		if l.free[i] {
			sum += a[i] * b[i]
		}
	}
	return l.all.Total(sum)
}
