package optim

import "math"

// MeasuredLevenberg is LevenbergMarquardt for what is measured: it looks at its problem once a step, at the point where it
// stands, and goes on from there. What a step brought is seen with the next one: where the loss fell as the linear
// prediction said, the damping falls, and where it rose, the next step is damped more.
type MeasuredLevenberg struct {
	// Stands, when set, says whether a step may go to x. Where it may not, the step is damped until it may.
	Stands func(x []float64) bool

	inner LevenbergMarquardt
	last  []float64 // of the last step: the value before it, that predicted after it, and its damping; zeros at first
}

// mostDamped is how often a step is damped before it is taken as it is.
const mostDamped = 60

// NewMeasuredLevenberg makes the method for n variables.
func NewMeasuredLevenberg(n int) *MeasuredLevenberg {
	l := &MeasuredLevenberg{inner: *NewLevenbergMarquardt(n), last: make([]float64, 3)}
	l.inner.damping[0] = 1e-2
	return l
}

// Name implements Method.
func (*MeasuredLevenberg) Name() string { return "levenberg-marquardt" }

// FullBatch implements Method.
func (*MeasuredLevenberg) FullBatch() bool { return true }

// State implements Method.
func (l *MeasuredLevenberg) State() []Field {
	return []Field{{"damping", l.inner.damping}, {"last", l.last}}
}

// Restore implements Method.
func (l *MeasuredLevenberg) Restore(saved []Field) error { return restore(l.State(), saved) }

// Step implements Method.
func (l *MeasuredLevenberg) Step(p Problem, x []float64) (Report, error) {
	squares, ok := p.(LeastSquares)
	if !ok {
		return Report{}, ErrNotSquares
	}
	in, n, rows := &l.inner, l.inner.n, squares.Count()
	if len(in.r) != rows {
		in.r, in.jac = make([]float64, rows), make([]float64, rows*n)
	}
	if err := squares.Residuals(x, in.r, in.jac); err != nil {
		return Report{}, err
	}
	report := Report{Value: inner(in.r, in.r) / 2}
	clear(in.g)
	for i, r := range in.r {
		for j, d := range in.jac[i*n : (i+1)*n] {
			in.g[j] += r * d
		}
	}
	lo, hi := p.Box()
	if reachable(x, in.g, lo, hi) == 0 {
		report.Done, report.Why = true, "no bond can improve the loss: every slope is zero or held by a bound"
		return report, nil
	}
	l.judge(report.Value)
	damping := in.damping[0]
	in.propose(x, lo, hi)
	for tried := 0; l.Stands != nil && !l.Stands(in.trial) && tried < mostDamped; tried++ {
		in.damping[0] *= 2
		in.propose(x, lo, hi)
	}
	after := 0.0
	for i, r := range in.r {
		for j, d := range in.jac[i*n : (i+1)*n] {
			r += d * (in.trial[j] - x[j])
		}
		after += r * r / 2
	}
	l.last[0], l.last[1], l.last[2] = report.Value, after, in.damping[0]
	in.damping[0] = math.Max(damping, in.damping[0]/4)
	copy(x, in.trial)
	return report, nil
}

// Fell says that the last step led to where nothing can be measured, and part of it was taken back: the next is damped more.
func (l *MeasuredLevenberg) Fell() {
	l.inner.damping[0] = math.Min(math.Max(l.inner.damping[0], l.last[2])*4, 1e6)
	clear(l.last)
}

// judge sets the damping by what the last step brought.
func (l *MeasuredLevenberg) judge(value float64) {
	before, predicted, damping := l.last[0], l.last[1], l.inner.damping
	if !(before > predicted) {
		return
	}
	switch gained := (before - value) / (before - predicted); {
	case gained > 0.5:
		damping[0] = math.Max(damping[0]/4, 1e-9)
	case gained <= 0:
		damping[0] = math.Min(l.last[2]*4, 1e6)
	case gained < 0.25:
		damping[0] = math.Min(damping[0]*2, 1e6)
	}
}
