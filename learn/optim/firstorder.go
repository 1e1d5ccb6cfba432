package optim

import "math"

// Momentum is gradient descent with a memory: v <- Decay v + g, x <- x - Rate v.
// Decay 0 is plain gradient descent. In a box, x is projected after the step.
type Momentum struct {
	Rate, Decay float64
	v, g        []float64
	scheduled
}

// NewMomentum makes gradient descent for n variables.
func NewMomentum(n int, rate, decay float64) *Momentum {
	return &Momentum{Rate: rate, Decay: decay, v: make([]float64, n), g: make([]float64, n)}
}

// Name implements Method.
func (m *Momentum) Name() string {
	if m.Decay == 0 {
		return "gradient-descent"
	}
	return "momentum"
}

// FullBatch implements Method.
func (m *Momentum) FullBatch() bool { return false }

// State implements Method.
func (m *Momentum) State() []Field { return m.with(Field{"velocity", m.v}) }

// Restore implements Method.
func (m *Momentum) Restore(saved []Field) error { return m.restore(m.State(), saved) }

// Step implements Method.
func (m *Momentum) Step(p Problem, x []float64) (Report, error) {
	value, err := p.Eval(x, m.g)
	if err != nil {
		return Report{}, err
	}
	rate := m.Rate * m.next()
	for i := range x {
		m.v[i] = m.Decay*m.v[i] + m.g[i]
		x[i] -= rate * m.v[i]
	}
	if lo, hi := p.Box(); lo != nil {
		for i := range x {
			if x[i] < lo[i] || x[i] > hi[i] {
				m.v[i] = 0 // what runs into a bound stops there
			}
		}
		clip(x, lo, hi)
	}
	return Report{Value: value}, nil
}

// Adam (Kingma & Ba 2015) divides each slope by its running size. Its epsilon
// is a share of the typical size of all slopes (Relative) rather than a number
// with the units of the loss; Absolute is the epsilon of the original, which
// drowns slopes smaller than itself.
type Adam struct {
	Rate, Beta1, Beta2 float64
	Relative, Absolute float64

	mean, square, g []float64
	power           []float64 // Beta1^t, Beta2^t and t
	scheduled
}

// NewAdam makes Adam with the usual decays.
func NewAdam(n int, rate float64) *Adam {
	return &Adam{Rate: rate, Beta1: 0.9, Beta2: 0.999, Relative: 1e-8,
		mean: make([]float64, n), square: make([]float64, n), g: make([]float64, n), power: []float64{1, 1, 0}}
}

// Name implements Method.
func (a *Adam) Name() string { return "adam" }

// FullBatch implements Method.
func (a *Adam) FullBatch() bool { return false }

// State implements Method.
func (a *Adam) State() []Field {
	return a.with(Field{"mean", a.mean}, Field{"square", a.square}, Field{"power", a.power})
}

// Restore implements Method.
func (a *Adam) Restore(saved []Field) error { return a.restore(a.State(), saved) }

// Step implements Method.
func (a *Adam) Step(p Problem, x []float64) (Report, error) {
	value, err := p.Eval(x, a.g)
	if err != nil {
		return Report{}, err
	}
	a.power[0] *= a.Beta1
	a.power[1] *= a.Beta2
	a.power[2]++
	sum := 0.0
	for i, g := range a.g {
		a.mean[i] = a.Beta1*a.mean[i] + (1-a.Beta1)*g
		a.square[i] = a.Beta2*a.square[i] + (1-a.Beta2)*g*g
		sum += a.square[i]
	}
	all := joined(p)
	n := all.Total(float64(len(x)))
	sum = all.Total(sum)
	grow1, grow2 := 1/(1-a.power[0]), 1/(1-a.power[1])
	epsilon := a.Absolute
	if n > 0 {
		epsilon += a.Relative * math.Sqrt(sum*grow2/n)
	}
	rate := a.Rate * a.next()
	for i := range x {
		size := math.Sqrt(a.square[i]*grow2) + epsilon
		if size > 0 {
			x[i] -= rate * (a.mean[i] * grow1) / size
		}
	}
	lo, hi := p.Box()
	clip(x, lo, hi)
	return Report{Value: value}, nil
}
