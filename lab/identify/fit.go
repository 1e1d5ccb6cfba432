package identify

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/network"
	"gonum.org/v1/gonum/mat"
)

// ConvergenceError says that the fit did not end.
type ConvergenceError struct {
	Steps  int
	Change float64 // of the last step: largest change of ln k
}

func (e *ConvergenceError) Error() string {
	return fmt.Sprintf("the stiffnesses do not settle: after %d steps they still change by %.1g %%; look for a load case with a wrong node, sign or unit, or trust the design more", e.Steps, 100*e.Change)
}

const (
	mostSteps = 200
	settled   = 1e-9 // of the change of the misfit that a step promises
	longest   = 1.5  // most that ln k changes in one step
)

// Fit finds the stiffnesses that make the measured displacements and the design
// most probable together: Gauss-Newton steps on the predicted displacements, in
// ln k so that k > 0, damped as Levenberg and Marquardt do. The network must be
// valid. Errors are of the input, of mechanics, or a *ConvergenceError.
func Fit(net *network.Network, cases []Case, prior Prior) (*Estimate, error) {
	m, err := newModel(net)
	if err != nil {
		return nil, err
	}
	if err := prior.check(m.eq.C.M); err != nil {
		return nil, err
	}
	for i := range cases {
		if err := cases[i].check(net); err != nil {
			return nil, fmt.Errorf("load case %d: %w", i+1, err)
		}
	}
	f := &fit{m: m, cases: cases, prior: prior, precision: prior.precision(len(m.modes))}
	for i := range cases {
		f.gather(&cases[i])
	}
	return f.run()
}

// fit is the state of an estimate in the making.
type fit struct {
	m         *model
	cases     []Case
	prior     Prior
	precision *mat.SymDense
	seen      [][]int     // unknowns that were seen, by case
	moved     [][]float64 // their displacements
	sigma     [][]float64
}

func (f *fit) gather(c *Case) {
	var seen []int
	var moved, sigma []float64
	for i, unknown := range f.m.eq.C.Unknown {
		if unknown >= 0 && !math.IsNaN(c.Moved[i]) {
			seen, moved, sigma = append(seen, int(unknown)), append(moved, c.Moved[i]), append(sigma, c.Sigma[i])
		}
	}
	f.seen, f.moved, f.sigma = append(f.seen, seen), append(f.moved, moved), append(f.sigma, sigma)
}

// residuals is the sum of squares at the present stiffness; with derivatives
// also the information of the data and the gradient of half the sum, if wanted.
func (f *fit) residuals(h *mat.SymDense, gradient *mat.VecDense) (float64, error) {
	if h != nil {
		if err := f.m.spread(); err != nil {
			return 0, err
		}
	}
	sum := 0.0
	for c := range f.cases {
		if len(f.seen[c]) == 0 {
			continue
		}
		u, e, err := f.m.displace(f.cases[c].Load)
		if err != nil {
			return 0, fmt.Errorf("load case %d: %w", c+1, err)
		}
		r := mat.NewVecDense(len(f.seen[c]), nil)
		for row, unknown := range f.seen[c] {
			v := (u[unknown] - f.moved[c][row]) / f.sigma[c][row]
			r.SetVec(row, v)
			sum += v * v
		}
		if h == nil {
			continue
		}
		j := f.m.jacobian(e, f.seen[c], f.sigma[c])
		add(h, j)
		var g mat.VecDense
		g.MulVec(j.T(), r)
		gradient.AddVec(gradient, &g)
	}
	return sum, nil
}

func (f *fit) run() (*Estimate, error) {
	n := len(f.m.modes)
	theta := make([]float64, n)
	if err := f.m.set(f.prior.Design, theta); err != nil {
		return nil, err
	}
	damping := 0.0
	var last float64
	for step := 1; step <= mostSteps; step++ {
		data, g := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
		squares, err := f.residuals(data, g)
		if err != nil {
			return nil, err
		}
		var h mat.SymDense
		h.AddSym(data, f.precision)
		var pull mat.VecDense
		pull.MulVec(f.precision, mat.NewVecDense(n, theta))
		g.AddVec(g, &pull)
		now := squares + f.unlikely(theta)
		for {
			delta, err := damped(&h, g, damping)
			if err != nil {
				return nil, err
			}
			promise := -mat.Dot(g, delta)
			last = mat.Norm(delta, math.Inf(1))
			if damping == 0 && promise <= settled {
				return f.result(theta, &h, data, squares, step)
			}
			if f.advance(theta, delta, now, promise) {
				damping /= 10
				if damping < 1e-6 {
					damping = 0
				}
				break
			}
			damping = max(10*damping, 1e-3)
			if damping > 1e12 {
				// Rounding hides any better place: this is the best there is, if the
				// undamped step would hardly move.
				if promise <= 1e-6*(1+now) {
					if err := f.m.set(f.prior.Design, theta); err != nil {
						return nil, err
					}
					return f.result(theta, &h, data, squares, step)
				}
				return nil, &ConvergenceError{step, last}
			}
		}
	}
	return nil, &ConvergenceError{mostSteps, last}
}

// advance goes along delta as far as the sum of squares, now at theta, falls. Where
// data are few, Gauss-Newton steps are too long by a factor of two or so, because
// they do not see how the residuals bend; the parabola through both ends tells
// how much. The model is left at the new theta. False: nothing is better.
func (f *fit) advance(theta []float64, delta *mat.VecDense, now, promise float64) bool {
	trial := make([]float64, len(theta))
	at := func(s float64) float64 {
		for i := range trial {
			trial[i] = theta[i] + s*delta.AtVec(i)
		}
		if err := f.m.set(f.prior.Design, trial); err != nil {
			return math.Inf(1)
		}
		squares, err := f.residuals(nil, nil)
		if err != nil {
			return math.Inf(1)
		}
		return squares + f.unlikely(trial)
	}
	s := min(1, longest/mat.Norm(delta, math.Inf(1)))
	value := at(s)
	if bend := (value-now)/s + 2*promise; bend > 0 {
		if shorter := s * promise / bend; shorter < 0.8*s {
			if v := at(shorter); v < value {
				s, value = shorter, v
			} else {
				at(s)
			}
		}
	}
	if !(value < now) {
		return false
	}
	copy(theta, trial)
	return true
}

// unlikely is theta^T P theta.
func (f *fit) unlikely(theta []float64) float64 {
	x := mat.NewVecDense(len(theta), theta)
	return mat.Inner(x, f.precision, x)
}

// damped solves (H + damping diag H) delta = -g.
func damped(h *mat.SymDense, g *mat.VecDense, damping float64) (*mat.VecDense, error) {
	n := h.SymmetricDim()
	a := mat.NewSymDense(n, nil)
	a.CopySym(h)
	for i := range n {
		a.SetSym(i, i, h.At(i, i)*(1+damping))
	}
	var chol mat.Cholesky
	if !chol.Factorize(a) {
		return nil, fmt.Errorf("the data and the design do not determine the stiffnesses in this arithmetic: trust the design a little more")
	}
	var delta mat.VecDense
	if err := chol.SolveVecTo(&delta, g); err != nil {
		if _, ill := err.(mat.Condition); !ill {
			return nil, err
		}
	}
	delta.ScaleVec(-1, &delta)
	return &delta, nil
}
