// Package optim minimises a function of unit-free variables, some of them
// bounded, one step at a time. Every method keeps its whole state in plain
// slices of float64, so that a run that was killed goes on bit for bit.
//
// Which one: adam for small batches of samples; l-bfgs for full batches of any
// smooth loss; levenberg-marquardt for displacement targets, where it needs a
// handful of steps; frank-wolfe where the best network is at the corners of its
// box (ratios of two displacements); gradient-descent and momentum to compare;
// pattern-search and genetic, which need values alone, to compare with experiments;
// levels-search where variables have a few places each; fewest-changes where what is there is to change little.
package optim

import (
	"errors"
	"fmt"
	"math"
)

// ErrNoValue is wrapped by the errors of a Problem that mean: there is no value
// at this x, but there may be one nearby. A method that tries a point and gets
// it takes the point for infinitely bad and tries a nearer one; any other error
// ends the step.
var ErrNoValue = errors.New("the problem has no value here")

// Problem is what is minimised. Eval may belong to a batch that changes between
// steps; methods that need a full batch say so in FullBatch.
type Problem interface {
	Dim() int
	// Eval returns the value at x and writes the derivative into g (len Dim). See
	// ErrNoValue.
	Eval(x, g []float64) (float64, error)
	// Box is the range of every variable (len Dim), nil when unbounded.
	Box() (lo, hi []float64)
}

// LeastSquares is a Problem whose value is |r|^2 / 2.
type LeastSquares interface {
	Problem
	// Count is the number of residuals.
	Count() int
	// Residuals writes r (len Count) and its Jacobian (Count x Dim, row-major;
	// nil if not wanted).
	Residuals(x, r, jacobian []float64) error
}

// Method improves x step by step.
type Method interface {
	Name() string
	// Step replaces x (len Dim) by a better point.
	Step(p Problem, x []float64) (Report, error)
	// FullBatch says that the method compares values between steps and so needs
	// the same batch in every one.
	FullBatch() bool
	// State is everything that later steps depend on besides x. The slices are
	// live: Restore copies into them.
	State() []Field
	// Restore puts a saved State back, before the first Step.
	Restore([]Field) error
}

// Searching is a Method that looks at its problem at several places in a step, or takes derivatives of residuals. What
// gives one gradient for each step, as a bench does, cannot serve it.
type Searching interface {
	Method
	Searches()
}

// SelfEnding is a Method that finds out by itself when no step can improve x: a slope that is small beside the first one
// does not end it.
type SelfEnding interface {
	Method
	EndsItself()
}

// Report is what a step found out.
type Report struct {
	Value float64 // of the problem at the x that the step began with
	Done  bool    // no further step can improve x
	Why   string  // when Done: the reason, for people
}

// Field is one named piece of state.
type Field struct {
	Name string
	Data []float64
}

// restore copies saved fields into live ones of the same names and lengths.
func restore(live, saved []Field) error {
	if len(live) != len(saved) {
		return fmt.Errorf("the saved optimiser state has %d fields, not %d", len(saved), len(live))
	}
	for i := range live {
		if live[i].Name != saved[i].Name || len(live[i].Data) != len(saved[i].Data) {
			return fmt.Errorf("the saved optimiser state holds %s (%d numbers) where %s (%d) is due",
				saved[i].Name, len(saved[i].Data), live[i].Name, len(live[i].Data))
		}
		copy(live[i].Data, saved[i].Data)
	}
	return nil
}

// orWorst is the value found at a point that was tried: infinite where there is
// none.
func orWorst(value float64, err error) (float64, error) {
	if errors.Is(err, ErrNoValue) {
		return math.Inf(1), nil
	}
	return value, err
}

// clip projects x into the box.
func clip(x, lo, hi []float64) {
	if lo == nil {
		return
	}
	for i := range x {
		x[i] = min(max(x[i], lo[i]), hi[i])
	}
}

// held reports whether variable i cannot go down the slope g because its bound
// is in the way.
func held(i int, x, g, lo, hi []float64) bool {
	return lo != nil && ((g[i] >= 0 && x[i] <= lo[i]) || (g[i] <= 0 && x[i] >= hi[i]))
}

// reachable is the largest slope that x could still go down.
func reachable(x, g, lo, hi []float64) float64 {
	worst := 0.0
	for i := range x {
		if !held(i, x, g, lo, hi) {
			worst = max(worst, math.Abs(g[i]))
		}
	}
	return worst
}

func inner(a, b []float64) float64 {
	s := 0.0
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// New makes the method of that name for n variables. rate is the step size of
// the first-order methods; the others choose their own.
func New(name string, n int, rate float64) (Method, error) {
	switch name {
	case "gradient-descent":
		return NewMomentum(n, rate, 0), nil
	case "momentum":
		return NewMomentum(n, rate, 0.9), nil
	case "adam":
		return NewAdam(n, rate), nil
	case "l-bfgs":
		return NewLBFGS(n), nil
	case "levenberg-marquardt":
		return NewLevenbergMarquardt(n), nil
	case "frank-wolfe":
		return NewFrankWolfe(n), nil
	case "pattern-search":
		return NewPatternSearch(n), nil
	case "genetic":
		return NewGenetic(n), nil
	case "fewest-changes":
		return NewFewest(n), nil
	case "levels-search":
		return NewLevelSearch(n), nil
	}
	return nil, fmt.Errorf("no method is called %q", name)
}
