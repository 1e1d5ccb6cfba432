package task

import (
	"math"
	"math/cmplx"

	"github.com/elastrain/elastrain/internal/elementary"
)

// SignedSoftmax is the cross-entropy of p = softmax(Sharpness u), signs counted: the usual loss of classifiers, for logits. Its
// sets are Signed. With label smoothing the wanted shares are 1 - Smoothing of the class and Smoothing spread over all outputs.
type SignedSoftmax struct {
	Sharpness float64 // 1 of logits, 1/m of displacements
	Smoothing float64 // from 0 up to 1
}

// Name implements Loss.
func (SignedSoftmax) Name() string { return "signed-softmax" }

// Eval implements SampleLoss.
func (l SignedSoftmax) Eval(u []float64, goal Goal, g []float64) float64 {
	top, rivals := math.Inf(-1), 0
	for o, v := range u {
		if goal.asks(o) {
			top = max(top, v)
			rivals++
		}
	}
	spread := l.Smoothing / float64(rivals)
	sum, short := 0.0, 0.0 // short: mean of top - u over the wanted shares
	for o, v := range u {
		g[o] = 0
		if goal.asks(o) {
			g[o] = elementary.Exp(l.Sharpness * (v - top))
			sum += g[o]
			short += spread * (top - v)
		}
	}
	short += (1 - l.Smoothing) * (top - u[goal.Class])
	others := 0.0 // 1 - p of the class, without cancellation when p is nearly 1
	for o := range u {
		if o == int(goal.Class) || !goal.asks(o) {
			continue
		}
		share := g[o] / sum
		others += share
		g[o] = l.Sharpness * (share - spread)
	}
	g[goal.Class] = l.Sharpness * (l.Smoothing - spread - others)
	return elementary.Log(sum) + l.Sharpness*short
}

// Complex implements SampleLoss.
func (l SignedSoftmax) Complex(u []complex128, goal Goal) complex128 {
	sharp, right := complex(l.Sharpness, 0), u[goal.Class]
	var sum, short complex128
	rivals := 0
	for o, v := range u {
		if goal.asks(o) {
			sum += cmplx.Exp(sharp * (v - right))
			short += right - v
			rivals++
		}
	}
	return cmplx.Log(sum) + complex(l.Smoothing/float64(rivals), 0)*sharp*short
}
