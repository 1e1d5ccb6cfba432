package task

import (
	"errors"
	"fmt"
	"math"
	"math/cmplx"

	"github.com/elastrain/elastrain/internal/elementary"
)

// Loss judges what the outputs do. It is either a SampleLoss or a SetLoss; Total
// evaluates both kinds.
type Loss interface{ Name() string }

// SampleLoss judges every sample by itself; the loss of a batch is their mean.
type SampleLoss interface {
	Loss
	// Eval returns the loss of displacements u (m, len Q) for a goal and writes
	// its derivative dL/du into g (len Q).
	Eval(u []float64, goal Goal, g []float64) float64
	// Complex is the same value for complex displacements: the loss continued
	// analytically from where it stands, for complex-step checks.
	Complex(u []complex128, goal Goal) complex128
}

// SetLoss judges samples together, by how their outputs are distributed.
type SetLoss interface {
	Loss
	// EvalSet returns the loss of displacements u (n x Q, n = len(rows), or all
	// samples where rows is nil) and writes its derivative into g (n x Q).
	EvalSet(set *Set, rows []int32, u, g []float64) float64
	// ComplexSet is the same value for complex displacements.
	ComplexSet(set *Set, rows []int32, u []complex128) complex128
}

// ScaleError says that a loss has no unit to measure displacements by.
type ScaleError struct {
	Loss, Field string
	Value       float64
	Means       string // what the field is
}

func (e *ScaleError) Error() string {
	return fmt.Sprintf("the %s loss has %s %v, and needs a positive finite one: %s", e.Loss, e.Field, e.Value, e.Means)
}

// Check refuses a loss whose scale is zero, negative or not finite: it would divide by it. It fails with *ScaleError.
func Check(loss Loss) error {
	scale, smoothing := 1.0, 0.0
	switch l := loss.(type) {
	case MeanSquare:
		scale = l.Scale
		for _, v := range l.Each {
			if scale = v; !(v > 0 && v <= math.MaxFloat64) {
				break
			}
		}
	case Softmax:
		scale, smoothing = l.Sharpness, l.Smoothing
	case SignedSoftmax:
		scale, smoothing = l.Sharpness, l.Smoothing
	case Hinge:
		scale = l.Margin
	}
	if !(smoothing >= 0 && smoothing < 1) {
		return fmt.Errorf("label smoothing of %v; it is 0 up to 1", smoothing)
	}
	if scale > 0 && scale <= math.MaxFloat64 {
		return nil
	}
	e := &ScaleError{Loss: loss.Name(), Value: scale}
	switch loss.(type) {
	case MeanSquare:
		e.Field, e.Means = "Scale", "the displacement, m, that counts as an error of one"
	case Softmax:
		e.Field, e.Means = "Sharpness", "how certain a lead of one metre is, 1/m"
	case SignedSoftmax:
		e.Field, e.Means = "Sharpness", "how certain a lead of one is: 1 of logits, or 1/m of displacements"
	case Hinge:
		e.Field, e.Means = "Margin", "the lead, m, that is asked for"
	}
	return e
}

// Total is the sum of the loss over samples: rows of a set, all of them where
// rows is nil. u holds the displacements (n x Q) and g receives the derivatives
// of the sum. A SetLoss counts once for each sample.
func Total(loss Loss, set *Set, rows []int32, u, g []float64) float64 {
	switch l := loss.(type) {
	case CrossEntropy:
		return l.total(set, rows, u, g)
	case SampleLoss:
		sum := 0.0
		for i := range len(u) / set.Q {
			at := i * set.Q
			sum += l.Eval(u[at:at+set.Q], set.Goal(row(rows, i)), g[at:at+set.Q])
		}
		return sum
	case SetLoss:
		n := float64(len(u) / set.Q)
		value := n * l.EvalSet(set, rows, u, g)
		for i := range g {
			g[i] *= n
		}
		return value
	}
	panic("task: " + loss.Name() + " is neither a SampleLoss nor a SetLoss")
}

// TotalComplex is Total for complex displacements, without derivatives.
func TotalComplex(loss Loss, set *Set, rows []int32, u []complex128) complex128 {
	switch l := loss.(type) {
	case SampleLoss:
		var sum complex128
		for i := range len(u) / set.Q {
			sum += l.Complex(u[i*set.Q:(i+1)*set.Q], set.Goal(row(rows, i)))
		}
		return sum
	case SetLoss:
		return complex(float64(len(u)/set.Q), 0) * l.ComplexSet(set, rows, u)
	}
	panic("task: " + loss.Name() + " is neither a SampleLoss nor a SetLoss")
}

// row is the number in a set of sample i of a batch.
func row(rows []int32, i int) int {
	if rows == nil {
		return i
	}
	return int(rows[i])
}

// ErrStill means that no output moves, so a loss of ratios has no value.
var ErrStill = errors.New("no output moves: the loss compares displacements and all of them are zero")

// magnitude is |u| and its derivative; at exactly 0 the derivative is taken as
// +1, so that an output at rest can start to learn.
//
// It has no branch: signs of displacements follow no pattern, and a processor
// that guesses them loses more time than the rest of a loss takes.
func magnitude(u float64) (m, sign float64) {
	u += 0 // -0 becomes +0
	return math.Abs(u), math.Copysign(1, u)
}

func magnitudeComplex(u complex128) complex128 {
	if real(u) < 0 {
		return -u
	}
	return u
}

// MeanSquare is 1/2 sum ((u - want)/Scale)^2 over the outputs that are asked. Where outputs have several units, such as m
// and rad, Each has the scale of every output in its own, in place of Scale.
type MeanSquare struct {
	Scale float64   // m, or the unit of all outputs
	Each  []float64 // nil, or len Q
}

// Of is the scale of output o.
func (l *MeanSquare) Of(o int) float64 {
	if l.Each != nil {
		return l.Each[o]
	}
	return l.Scale
}

// Name implements Loss.
func (MeanSquare) Name() string { return "mean-square" }

// Eval implements SampleLoss.
func (l MeanSquare) Eval(u []float64, goal Goal, g []float64) float64 {
	sum := 0.0
	for o := range u {
		g[o] = 0
		if goal.asks(o) {
			scale := l.Of(o)
			d := (u[o] - goal.Want[o]) / scale
			sum += d * d
			g[o] = d / scale
		}
	}
	return sum / 2
}

// Complex implements SampleLoss.
func (l MeanSquare) Complex(u []complex128, goal Goal) complex128 {
	var sum complex128
	for o := range u {
		if goal.asks(o) {
			d := (u[o] - complex(goal.Want[o], 0)) / complex(l.Of(o), 0)
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

// FullOdds is up to where odds are multiplied before their logarithm is taken: times the largest, 1/restShare, it still is finite.
const FullOdds = 1e280

// Name implements Loss.
func (CrossEntropy) Name() string { return "cross-entropy" }

// Eval implements SampleLoss. It returns NaN where nothing moves (ErrStill).
func (l CrossEntropy) Eval(u []float64, goal Goal, g []float64) float64 {
	return elementary.Log(l.odds(u, goal, g))
}

// total is the sum of Eval over samples. It takes the logarithm of products of
// odds, because one logarithm costs as much as a sample.
func (l CrossEntropy) total(set *Set, rows []int32, u, g []float64) float64 {
	sum, product := 0.0, 1.0
	for i := range len(u) / set.Q {
		at := i * set.Q
		product *= l.odds(u[at:at+set.Q], set.Goal(row(rows, i)), g[at:at+set.Q])
		if product > FullOdds {
			sum, product = sum+elementary.Log(product), 1
		}
	}
	return sum + elementary.Log(product)
}

// odds is 1/p of the class; g receives the derivative of its logarithm.
func (CrossEntropy) odds(u []float64, goal Goal, g []float64) float64 {
	sum := 0.0
	for o := range u {
		if goal.asks(o) {
			sum += math.Abs(u[o])
		}
	}
	share := 1 / sum
	g = g[:len(u)]
	for o := range u {
		g[o] = 0
		if goal.asks(o) {
			_, sign := magnitude(u[o])
			g[o] = sign * share
		}
	}
	m, sign := magnitude(u[goal.Class])
	inverse := 1 / max(m, restShare*sum)
	g[goal.Class] -= sign * inverse
	return sum * inverse
}

// Complex implements SampleLoss.
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
// With label smoothing the wanted shares are 1 - Smoothing of the class and Smoothing spread over all outputs.
type Softmax struct {
	Sharpness float64 // 1/m
	Smoothing float64 // from 0 up to 1
}

// Name implements Loss.
func (Softmax) Name() string { return "softmax" }

// Eval implements SampleLoss.
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
			g[o] = elementary.Exp(l.Sharpness * (m - top))
			sum += g[o]
		}
	}
	right, signRight := magnitude(u[goal.Class])
	others := 0.0 // 1 - p of the class, without cancellation when p is nearly 1
	for o := range u {
		if o == int(goal.Class) {
			continue
		}
		_, sign := magnitude(u[o])
		share := g[o] / sum
		others += share
		g[o] = l.Sharpness * sign * share
	}
	g[goal.Class] = -l.Sharpness * signRight * others
	value := elementary.Log(sum) + l.Sharpness*(top-right)
	if spread := l.spread(len(u), goal); spread > 0 {
		for o := range u {
			if m, sign := magnitude(u[o]); goal.asks(o) {
				value += spread * (right - m)
				g[o] -= spread * sign
				g[goal.Class] += spread * signRight
			}
		}
	}
	return value
}

// spread is Sharpness times the share that smoothing wants of every output.
func (l Softmax) spread(outputs int, goal Goal) float64 {
	rivals := 0
	for o := range outputs {
		if goal.asks(o) {
			rivals++
		}
	}
	return l.Sharpness * l.Smoothing / float64(rivals)
}

// Complex implements SampleLoss.
func (l Softmax) Complex(u []complex128, goal Goal) complex128 {
	right := magnitudeComplex(u[goal.Class])
	var sum, short complex128
	for o := range u {
		if goal.asks(o) {
			m := magnitudeComplex(u[o])
			sum += cmplx.Exp(complex(l.Sharpness, 0) * (m - right))
			short += right - m
		}
	}
	return cmplx.Log(sum) + complex(l.spread(len(u), goal), 0)*short
}

// Hinge is the share of Margin by which the right output fails to lead the
// next one: max(0, 1 - (|u_class| - max |u_other|) / Margin).
type Hinge struct{ Margin float64 } // m

// Name implements Loss.
func (Hinge) Name() string { return "hinge" }

// Eval implements SampleLoss.
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

// Complex implements SampleLoss.
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
		if m, _ := magnitude(u[o]); o != int(goal.Class) && goal.asks(o) && m > most {
			rival, most = o, m
		}
	}
	return rival
}
