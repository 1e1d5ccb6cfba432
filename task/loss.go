package task

import (
	"errors"
	"math"
	"math/cmplx"
)

// Loss judges the outputs of one sample.
type Loss interface {
	// Eval returns the loss of displacements u (m, len Q) for a goal and writes
	// its derivative dL/du into g (len Q).
	Eval(u []float64, goal Goal, g []float64) float64
	// Complex is the same value for complex displacements: the loss continued
	// analytically from where it stands, for complex-step checks.
	Complex(u []complex128, goal Goal) complex128
	Name() string
}

// ErrStill means that no output moves, so a loss of ratios has no value.
var ErrStill = errors.New("no output moves: the loss compares displacements and all of them are zero")

// magnitude is |u| and its derivative; at exactly 0 the derivative is taken as
// +1, so that an output at rest can start to learn.
func magnitude(u float64) (m, sign float64) {
	if u < 0 {
		return -u, -1
	}
	return u, 1
}

func magnitudeComplex(u complex128) complex128 {
	if real(u) < 0 {
		return -u
	}
	return u
}

// MeanSquare is 1/2 sum ((u - want)/Scale)^2 over the outputs that are asked.
type MeanSquare struct{ Scale float64 } // m

// Name implements Loss.
func (MeanSquare) Name() string { return "mean-square" }

// Eval implements Loss.
func (l MeanSquare) Eval(u []float64, goal Goal, g []float64) float64 {
	sum := 0.0
	for o := range u {
		g[o] = 0
		if goal.asks(o) {
			d := (u[o] - goal.Want[o]) / l.Scale
			sum += d * d
			g[o] = d / l.Scale
		}
	}
	return sum / 2
}

// Complex implements Loss.
func (l MeanSquare) Complex(u []complex128, goal Goal) complex128 {
	var sum complex128
	for o := range u {
		if goal.asks(o) {
			d := (u[o] - complex(goal.Want[o], 0)) / complex(l.Scale, 0)
			sum += d * d
		}
	}
	return sum / 2
}

// CrossEntropy is -log p of the class with p = |u| / sum |u|, the loss of Li &
// Mao 2024. A right output that does not move at all would cost infinity; its
// share is held at restShare so that the loss and its slope stay finite.
type CrossEntropy struct{}

const restShare = 1e-12

// Name implements Loss.
func (CrossEntropy) Name() string { return "cross-entropy" }

// Eval implements Loss. It returns NaN where nothing moves (ErrStill).
func (CrossEntropy) Eval(u []float64, goal Goal, g []float64) float64 {
	sum := 0.0
	for o := range u {
		if goal.asks(o) {
			m, _ := magnitude(u[o])
			sum += m
		}
	}
	for o := range u {
		g[o] = 0
		if goal.asks(o) {
			_, sign := magnitude(u[o])
			g[o] = sign / sum
		}
	}
	m, sign := magnitude(u[goal.Class])
	m = max(m, restShare*sum)
	g[goal.Class] -= sign / m
	return math.Log(sum / m)
}

// Complex implements Loss.
func (CrossEntropy) Complex(u []complex128, goal Goal) complex128 {
	var sum complex128
	for o := range u {
		if goal.asks(o) {
			sum += magnitudeComplex(u[o])
		}
	}
	return cmplx.Log(sum / magnitudeComplex(u[goal.Class]))
}

// Softmax is -log p of the class with p = softmax(Sharpness |u|): the sharper,
// the more a small lead of the right output counts as certain.
type Softmax struct{ Sharpness float64 } // 1/m

// Name implements Loss.
func (Softmax) Name() string { return "softmax" }

// Eval implements Loss.
func (l Softmax) Eval(u []float64, goal Goal, g []float64) float64 {
	top := 0.0
	for o := range u {
		if m, _ := magnitude(u[o]); goal.asks(o) {
			top = max(top, m)
		}
	}
	sum := 0.0
	for o := range u {
		g[o] = 0
		if m, _ := magnitude(u[o]); goal.asks(o) {
			g[o] = math.Exp(l.Sharpness * (m - top))
			sum += g[o]
		}
	}
	right, _ := magnitude(u[goal.Class])
	for o := range u {
		_, sign := magnitude(u[o])
		share := g[o] / sum
		if o == goal.Class {
			share--
		}
		g[o] = l.Sharpness * sign * share
	}
	return math.Log(sum) + l.Sharpness*(top-right)
}

// Complex implements Loss.
func (l Softmax) Complex(u []complex128, goal Goal) complex128 {
	right := magnitudeComplex(u[goal.Class])
	var sum complex128
	for o := range u {
		if goal.asks(o) {
			sum += cmplx.Exp(complex(l.Sharpness, 0) * (magnitudeComplex(u[o]) - right))
		}
	}
	return cmplx.Log(sum)
}

// Hinge is the share of Margin by which the right output fails to lead the
// next one: max(0, 1 - (|u_class| - max |u_other|) / Margin).
type Hinge struct{ Margin float64 } // m

// Name implements Loss.
func (Hinge) Name() string { return "hinge" }

// Eval implements Loss.
func (l Hinge) Eval(u []float64, goal Goal, g []float64) float64 {
	clear(g)
	rival := rivalOf(u, goal)
	right, sign := magnitude(u[goal.Class])
	if rival < 0 {
		return 0
	}
	other, rivalSign := magnitude(u[rival])
	short := 1 - (right-other)/l.Margin
	if short <= 0 {
		return 0
	}
	g[goal.Class] = -sign / l.Margin
	g[rival] = rivalSign / l.Margin
	return short
}

// Complex implements Loss.
func (l Hinge) Complex(u []complex128, goal Goal) complex128 {
	re := make([]float64, len(u))
	for o := range u {
		re[o] = real(u[o])
	}
	rival := rivalOf(re, goal)
	if rival < 0 {
		return 0
	}
	short := 1 - (magnitudeComplex(u[goal.Class])-magnitudeComplex(u[rival]))/complex(l.Margin, 0)
	if real(short) <= 0 {
		return 0
	}
	return short
}

// rivalOf is the output that moves most among those that should not, -1 if none.
func rivalOf(u []float64, goal Goal) int {
	rival, most := -1, -1.0
	for o := range u {
		if m, _ := magnitude(u[o]); o != goal.Class && goal.asks(o) && m > most {
			rival, most = o, m
		}
	}
	return rival
}
