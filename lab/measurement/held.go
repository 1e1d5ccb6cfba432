package measurement

import (
	"errors"
	"math"

	"github.com/elastrain/elastrain/internal/vec"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// A stage holds outputs where a rule wants them. What it pushes with nobody reads: it follows from the elongations of the bonds at the
// output and from the stiffnesses that they are believed to have.

// errHeld says which outputs no stage holds.
var errHeld = errors.New("a stage holds single nodes of a lattice of springs, and an output is a pair or a mean, or the body has elements of other kinds; use a rule that hangs loads")

// Holdable reports whether a stage can hold the outputs of a specimen.
func (s *Specimen) Holdable() bool {
	for _, p := range s.Out {
		if p.Pair || p.Mean != nil || p.Part != network.Move {
			return false
		}
	}
	return s.Model == nil
}

// Holds are the places at which outputs show what is wanted of them (m; NaN: they are left free).
func (s *Specimen) Holds(want []float64) (holds []lab.Hold) {
	for o, w := range want {
		if !math.IsNaN(w) {
			holds = append(holds, lab.Hold{Node: s.Out[o].Node, Dir: s.Out[o].Dir, Move: w})
		}
	}
	return holds
}

// Clamp implements learn.Clamping.
func (r *Rig) Clamp(in, want []float64, scale float64, pull, g []float64) error {
	s := r.e.Specimen
	if r.at != nil {
		return errElsewhere
	}
	if !s.Holdable() {
		return errHeld
	}
	ask := Ask{Part: Held, Number: r.asked, Load: s.Forces(s.In, in), Holds: s.Holds(want), Set: s.Set(in)}
	r.asked++
	plus, _, err := r.ask(ask, nil)
	if err != nil {
		return err
	}
	var minus *Response
	if r.e.Protocol.Alternate {
		if minus, _, err = r.ask(ask.turned(), nil); err != nil {
			return err
		}
	}
	p := turned(ask.Load, plus, minus)
	clear(pull)
	for o, w := range want {
		if !math.IsNaN(w) {
			pull[o] = vec.Dot(r.push(p, s.Out[o].Node), s.Out[o].Dir)
		}
	}
	return r.energy(p, scale, g)
}

// push is the force on a node besides the load that it bears: what its bonds take.
func (r *Rig) push(p *pair, node int) (force [3]float64) {
	s := r.e.Specimen
	for i := range s.Net.Elements {
		el := &s.Net.Elements[i]
		if el.Cut || !p.Known[i] {
			continue
		}
		dir, sign := s.direction(el), 0.0
		switch {
		case el.Nodes[1] == node:
			sign = 1
		case el.Nodes[0] == node:
			sign = -1
		default:
			continue
		}
		if el.Kind == network.Ground {
			sign = 1
		}
		for axis := range force {
			force[axis] += sign * r.e.Theta[i] * p.E[i] * dir[axis]
		}
	}
	for _, f := range p.load {
		if f.Node == node {
			for axis := range force {
				force[axis] -= f.F[axis]
			}
		}
	}
	return force
}

// energy adds scale dW/dtheta of a state to g, and keeps account of its noise.
func (r *Rig) energy(p *pair, scale float64, g []float64) error {
	last := &Gradient{Sigma: make([]float64, len(g))}
	if r.total.Bias != nil {
		last.Bias = make([]float64, len(g))
	}
	if err := r.products.energy(p, scale, r.e.Batch.Mean(), g, last); err != nil {
		return err
	}
	r.last = last
	r.add(last, 1, 1)
	return nil
}

// add counts what is known of the errors of one more energy.
func (r *Rig) add(one *Gradient, variance, bias float64) {
	for i, v := range one.Sigma {
		r.total.Sigma[i] += variance * v
	}
	for i, v := range one.Bias {
		r.total.Bias[i] += bias * v
	}
}

// Weigh implements learn.Accounting.
func (r *Rig) Weigh(by float64) {
	if r.last != nil {
		r.add(r.last, by*by-1, by-1)
		r.last = nil
	}
}

// WeighAll implements learn.Accounting.
func (r *Rig) WeighAll(by float64) {
	for i := range r.total.Sigma {
		r.total.Sigma[i] *= by * by
	}
	for i := range r.total.Bias {
		r.total.Bias[i] *= by
	}
	r.last = nil
}

// Doubt implements learn.Doubting.
func (r *Rig) Doubt(row int, g []float64) {
	single, ok := r.e.Loss.(task.SampleLoss)
	if u := r.free[0]; ok && u != nil {
		goal, slope := r.e.Batch.Set.Goal(row), make([]float64, len(u))
		single.Eval(u, goal, slope)
		d := doubtOf(slope, r.free[1], func(u, g []float64) { single.Eval(u, goal, g) }, u)
		for i, v := range g {
			v *= d.shorter / r.e.Batch.Mean() // variances are of sums
			r.total.Sigma[i] += v * v
		}
	}
}
