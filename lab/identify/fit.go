package identify

import (
	"fmt"
	"math"
	"slices"

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
	mostSteps = 2000
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
	f := &fit{m: m, cases: cases, prior: prior, size: len(m.modes)}
	if prior.Wander > 0 {
		f.rates = f.size
		f.size += len(m.modes)
	}
	if prior.Marks > 0 {
		f.marks = f.size
		for node := range net.Nodes() {
			for _, held := range net.Held[node*net.Dim : (node+1)*net.Dim] {
				if !held {
					f.nodes = append(f.nodes, node)
					break
				}
			}
		}
		f.size += len(f.nodes)
	}
	for i := range cases {
		f.gather(&cases[i])
	}
	if prior.Crack > 0 || prior.Spreads != nil {
		return f.search()
	}
	return f.run(nil)
}

// fit is the state of an estimate in the making. Its unknowns are ln k of the modes by what was asked for, then, where there
// are any, the rates of all and ln of the marks.
type fit struct {
	m         *model
	cases     []Case
	prior     Prior
	precision *mat.SymDense
	mean      []float64 // of the prior; len size
	size      int       // unknowns
	rates     int       // place of the first rate among them; 0: there are none
	marks     int       // of the first mark; 0: there are none
	nodes     []int     // of the marks
	seen      [][]int   // unknowns of mechanics that were seen, by case
	mark      [][]int   // place of the mark of each among the unknowns of the fit
	moved     [][]float64
	sigma     [][]float64
	white     []*whitening // nil: a case without shared errors
	progress  Progress
}

func (f *fit) gather(c *Case) {
	var seen, mark []int
	var moved, sigma []float64
	for i, unknown := range f.m.eq.C.Unknown {
		if unknown >= 0 && !math.IsNaN(c.Moved[i]) {
			seen, moved, sigma = append(seen, int(unknown)), append(moved, c.Moved[i]), append(sigma, c.Sigma[i])
			at, _ := slices.BinarySearch(f.nodes, i/f.m.net.Dim)
			mark = append(mark, f.marks+at)
		}
	}
	f.seen, f.mark, f.moved, f.sigma = append(f.seen, seen), append(f.mark, mark), append(f.moved, moved), append(f.sigma, sigma)
	f.white = append(f.white, f.whiten(c, seen, sigma))
}

// lattice moves the model to what the bonds had in a case, unless it is there from the case before.
func (f *fit) lattice(c int, p []float64, spread bool) error {
	now := &f.cases[c]
	if c > 0 {
		before := &f.cases[c-1]
		if slices.Equal(now.Asked, before.Asked) && (f.rates == 0 || now.Age == before.Age) && len(f.seen[c-1]) > 0 {
			return nil
		}
	}
	design := now.Asked
	if design == nil {
		design = f.prior.Design
	}
	theta := p[:len(f.m.modes)]
	if f.rates > 0 {
		theta = slices.Clone(theta)
		for j := range theta {
			theta[j] += p[f.rates+j] * now.Age
		}
	}
	if err := f.m.set(design, theta); err != nil || !spread {
		return err
	}
	return f.m.spread()
}

// residuals is the sum of squares at p; with derivatives also the information of the data and the gradient of half the sum,
// if wanted.
func (f *fit) residuals(p []float64, h *mat.SymDense, gradient *mat.VecDense) (float64, error) {
	sum := 0.0
	for c := range f.cases {
		if len(f.seen[c]) == 0 {
			continue
		}
		if err := f.lattice(c, p, h != nil); err != nil {
			return 0, err
		}
		u, e, err := f.m.displace(f.cases[c].Load)
		if err != nil {
			return 0, fmt.Errorf("load case %d: %w", c+1, err)
		}
		r := mat.NewVecDense(len(f.seen[c]), nil)
		for row, unknown := range f.seen[c] {
			v := (f.gain(p, c, row)*u[unknown] - f.moved[c][row]) / f.sigma[c][row]
			r.SetVec(row, v)
			if f.white[c] == nil {
				sum += v * v
			}
		}
		if f.white[c] != nil {
			f.white[c].vector(r)
			sum += mat.Dot(r, r)
		}
		if h == nil {
			continue
		}
		j := f.whole(f.m.jacobian(e, f.seen[c], f.sigma[c]), p, c, u)
		f.white[c].rows(j)
		add(h, j)
		var g mat.VecDense
		g.MulVec(j.T(), r)
		gradient.AddVec(gradient, &g)
	}
	return sum, nil
}

// gain is how far the mark of a row is seen to move by how far it moves.
func (f *fit) gain(p []float64, c, row int) float64 {
	if f.marks == 0 {
		return 1
	}
	return math.Exp(p[f.mark[c][row]])
}

// whole is the derivative by all unknowns, from that by ln k.
func (f *fit) whole(j *mat.Dense, p []float64, c int, u []float64) *mat.Dense {
	n := len(f.m.modes)
	if f.size == n {
		return j
	}
	all := mat.NewDense(len(f.seen[c]), f.size, nil)
	for row, unknown := range f.seen[c] {
		line, gain := all.RawRowView(row), f.gain(p, c, row)
		for at, v := range j.RawRowView(row) {
			line[at] = gain * v
			if f.rates > 0 {
				line[f.rates+at] = gain * v * f.cases[c].Age
			}
		}
		if f.marks > 0 {
			line[f.mark[c][row]] = gain * u[unknown] / f.sigma[c][row]
		}
	}
	return all
}

// run fits with some of the modes taken to be cracked.
func (f *fit) run(cracked []int) (*Estimate, error) {
	n := f.size
	f.precision, f.mean = f.prior.unknowns(len(f.m.modes), len(f.nodes), cracked)
	p := slices.Clone(f.mean)
	if err := f.m.set(f.prior.Design, p[:len(f.m.modes)]); err != nil { // a mechanism is one without any data, too
		return nil, err
	}
	damping := 0.0
	var last float64
	for step := 1; step <= mostSteps; step++ {
		data, g := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
		squares, err := f.residuals(p, data, g)
		if err != nil {
			return nil, err
		}
		var h mat.SymDense
		h.AddSym(data, f.precision)
		var pull mat.VecDense
		pull.MulVec(f.precision, f.off(p))
		g.AddVec(g, &pull)
		now := squares + f.unlikely(p)
		for {
			delta, err := damped(&h, g, damping)
			if err != nil {
				return nil, err
			}
			promise := -mat.Dot(g, delta)
			last = mat.Norm(delta, math.Inf(1))
			if damping == 0 && promise <= settled {
				return f.result(p, cracked, &h, data, squares, step)
			}
			if f.advance(p, delta, now, promise) {
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
					return f.result(p, cracked, &h, data, squares, step)
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
// how much. False: nothing is better.
func (f *fit) advance(p []float64, delta *mat.VecDense, now, promise float64) bool {
	trial := make([]float64, len(p))
	at := func(s float64) float64 {
		for i := range trial {
			trial[i] = p[i] + s*delta.AtVec(i)
		}
		squares, err := f.residuals(trial, nil, nil)
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
	copy(p, trial)
	return true
}

// unlikely is (p - mean)^T P (p - mean).
func (f *fit) unlikely(p []float64) float64 {
	x := f.off(p)
	return mat.Inner(x, f.precision, x)
}

// off is how far p is from the mean of the prior.
func (f *fit) off(p []float64) *mat.VecDense {
	x := mat.NewVecDense(len(p), slices.Clone(p))
	for i, v := range f.mean {
		if v != 0 {
			x.SetVec(i, p[i]-v)
		}
	}
	return x
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
