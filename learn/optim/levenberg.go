package optim

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// LevenbergMarquardt minimises |r|^2 / 2 in a box: damped Gauss-Newton steps in
// the variables whose bounds are not in the way; a variable that a step would
// carry past its bound is put there and the step is found again without it.
type LevenbergMarquardt struct {
	n       int
	damping []float64 // one number: damping as a share of the largest curvature
	r, jac  []float64 // residuals at x and their Jacobian
	trialR  []float64 // residuals at trial
	g, d    []float64
	trial   []float64
	free    []int
}

// MostJacobian is the largest number of entries, residuals times variables, of
// the Jacobian that LevenbergMarquardt takes: 1 GiB, of which it holds two.
const MostJacobian = 1 << 27

// NewLevenbergMarquardt makes the method for n variables.
func NewLevenbergMarquardt(n int) *LevenbergMarquardt {
	v := func() []float64 { return make([]float64, n) }
	return &LevenbergMarquardt{n: n, damping: []float64{1e-6}, g: v(), d: v(), trial: v()}
}

// ErrNotSquares says that the problem is not a sum of squares.
var ErrNotSquares = errors.New("levenberg-marquardt needs displacement targets and the mean-square loss")

// Name implements Method.
func (l *LevenbergMarquardt) Name() string { return "levenberg-marquardt" }

// Searches implements Searching.
func (*LevenbergMarquardt) Searches() {}

// EndsItself implements SelfEnding.
func (*LevenbergMarquardt) EndsItself() {}

// FullBatch implements Method.
func (l *LevenbergMarquardt) FullBatch() bool { return true }

// State implements Method.
func (l *LevenbergMarquardt) State() []Field { return []Field{{"damping", l.damping}} }

// Restore implements Method.
func (l *LevenbergMarquardt) Restore(saved []Field) error { return restore(l.State(), saved) }

// Step implements Method.
func (l *LevenbergMarquardt) Step(p Problem, x []float64) (Report, error) {
	squares, ok := p.(LeastSquares)
	if !ok {
		return Report{}, ErrNotSquares
	}
	rows := squares.Count()
	if len(l.r) != rows {
		if rows > MostJacobian/max(l.n, 1) {
			return Report{}, fmt.Errorf("levenberg-marquardt would need a Jacobian of %d x %d numbers; use l-bfgs", rows, l.n)
		}
		l.r, l.trialR, l.jac = make([]float64, rows), make([]float64, rows), make([]float64, rows*l.n)
	}
	if err := squares.Residuals(x, l.r, l.jac); err != nil {
		return Report{}, err
	}
	value := inner(l.r, l.r) / 2
	report := Report{Value: value}
	clear(l.g)
	for i, r := range l.r {
		for j, d := range l.jac[i*l.n : (i+1)*l.n] {
			l.g[j] += r * d
		}
	}
	lo, hi := p.Box()
	if value == 0 || reachable(x, l.g, lo, hi) == 0 {
		report.Done, report.Why = true, "no bond can improve the loss: every slope is zero or held by a bound"
		return report, nil
	}
	for range 30 {
		l.propose(x, lo, hi)
		err := squares.Residuals(l.trial, l.trialR, nil)
		found, err := orWorst(inner(l.trialR, l.trialR)/2, err)
		if err != nil {
			return report, err
		}
		if found < value {
			copy(x, l.trial)
			l.damping[0] = max(l.damping[0]/9, 1e-15)
			return report, nil
		}
		l.damping[0] = min(l.damping[0]*8, 1e12)
	}
	l.damping[0] = 1e-6
	report.Done, report.Why = true, "no damped Gauss-Newton step improves the loss: rounding limits it"
	return report, nil
}

// propose writes the projected damped Gauss-Newton point into trial.
func (l *LevenbergMarquardt) propose(x, lo, hi []float64) {
	l.free = l.free[:0]
	copy(l.trial, x)
	for j := range x {
		if !held(j, x, l.g, lo, hi) {
			l.free = append(l.free, j)
		}
	}
	right := append([]float64(nil), l.r...) // residuals after the moves made so far
	for len(l.free) > 0 {
		l.solve(right)
		kept := l.free[:0]
		blocked := false
		for at, j := range l.free {
			to := x[j] + l.d[at]
			if lo != nil && (to < lo[j] || to > hi[j]) {
				l.trial[j] = min(max(to, lo[j]), hi[j])
				for i := range right {
					right[i] += l.jac[i*l.n+j] * (l.trial[j] - x[j])
				}
				blocked = true
				continue
			}
			l.trial[j] = to
			kept = append(kept, j)
		}
		l.free = kept
		if !blocked {
			return
		}
	}
}

// solve finds d over the free variables: (J^T J + lambda I) d = -J^T r, by the
// smaller of the two equivalent systems.
func (l *LevenbergMarquardt) solve(r []float64) {
	rows, cols := len(r), len(l.free)
	j := mat.NewDense(rows, cols, nil)
	largest := 0.0
	for i := range rows {
		for at, v := range l.free {
			j.Set(i, at, l.jac[i*l.n+v])
		}
	}
	for at := range cols {
		c := j.ColView(at)
		largest = max(largest, mat.Dot(c, c))
	}
	lambda := l.damping[0]*largest + 1e-300
	right := mat.NewVecDense(rows, append([]float64(nil), r...))
	var a mat.SymDense
	var d mat.VecDense
	var chol mat.Cholesky
	if cols <= rows {
		a.SymOuterK(1, j.T())
		for at := range cols {
			a.SetSym(at, at, a.At(at, at)+lambda)
		}
		var slope mat.VecDense
		slope.MulVec(j.T(), right)
		if chol.Factorize(&a) {
			_ = chol.SolveVecTo(&d, &slope) // a poor condition is what the damping is for
		}
	} else {
		a.SymOuterK(1, j)
		for at := range rows {
			a.SetSym(at, at, a.At(at, at)+lambda)
		}
		var y mat.VecDense
		if chol.Factorize(&a) {
			_ = chol.SolveVecTo(&y, right)
			d.MulVec(j.T(), &y)
		}
	}
	for at := range cols {
		l.d[at] = 0
		if d.Len() == cols {
			l.d[at] = -d.AtVec(at)
		}
	}
}
