package thermal

import (
	"math"
	"math/rand/v2"
)

// Langevin follows a body in a warm liquid step by step, whatever its forces are: drag dx/dt = f(x) + noise. Each step takes the mean of the
// noise of two (Leimkuhler & Matthews 2013), with which positions of linear springs have the right variance for every step that is stable.
type Langevin struct {
	Force func(x, f []float64) // sets f to the forces at x
	KT    float64              // J
	Drag  float64              // N s/m
	Step  float64              // s
	X     []float64            // where it is

	f, last []float64
	random  *rand.Rand
}

// NewLangevin begins at x.
func NewLangevin(force func(x, f []float64), x []float64, kT, drag, step float64, random *rand.Rand) *Langevin {
	l := &Langevin{Force: force, KT: kT, Drag: drag, Step: step, X: append([]float64(nil), x...), f: make([]float64, len(x)), last: make([]float64, len(x)), random: random}
	for i := range l.last {
		l.last[i] = random.NormFloat64()
	}
	return l
}

// Advance takes a step.
func (l *Langevin) Advance() {
	l.Force(l.X, l.f)
	far := math.Sqrt(2*l.KT*l.Step/l.Drag) / 2
	for i := range l.X {
		now := l.random.NormFloat64()
		l.X[i] += l.f[i]*l.Step/l.Drag + far*(l.last[i]+now)
		l.last[i] = now
	}
}
