package measurement

import (
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// solid multiplies the deformations of a body of which positions alone are seen: rotations, and nodes that were not seen,
// follow from its model. dL/dtheta is the sum of a dt/dtheta (body.Product), and noise goes through all of it.
type solid struct {
	model  *statics.Equilibrium
	linear bool
	work   *body.Work
	sights map[string]*sight // by what of the nodes was seen
	noise  effects
	out    [][]reading // of each output port

	specimen *Specimen
	theta    []float64 // before inputs set any
	set      []float64 // what these are at
	held     held
}

// reading is a share of a coordinate in an output.
type reading struct {
	at int // in Response.U
	by float64
}

// sight is what follows from seeing some of the nodes.
type sight struct {
	complete *statics.Completion
	column   []int   // of each seen unknown: its place in Response.U
	rows     []noisy // of each mode; of a linear body the same for all states
}

// noisy is how one deformation changes with what is seen.
type noisy struct {
	at []int32 // places in Response.U, ascending
	by []float64
}

// stance is a state as it was seen.
type stance struct {
	*body.State
	expect *body.State // what the model does under the load: what noise does to products is taken there, without noise in it
	rows   []noisy
	sigma  []float64 // of Response.U
	scale  float64   // what State was divided by
}

func newBody(s *Specimen, theta []float64) (*solid, error) {
	b := s.Model.Body
	if len(b.Moves) > 0 {
		return nil, fmt.Errorf("places of nodes learn on no bench: there the nodes are where they are")
	}
	if len(theta) != b.P {
		return nil, fmt.Errorf("%d parameters are known of a body that has %d", len(theta), b.P)
	}
	if err := s.Model.Set(theta); err != nil {
		return nil, err
	}
	m := &solid{model: s.Model, linear: s.Model.Linear(), work: b.NewWork(), sights: map[string]*sight{}, specimen: s, theta: slices.Clone(theta)}
	m.noise.by = make([]float64, len(s.Net.Pos))
	for _, p := range s.Out {
		var list []reading
		for node, dir := range p.Ends {
			for axis := range s.Net.Dim {
				if dir[axis] != 0 {
					list = append(list, reading{node*s.Net.Dim + axis, dir[axis]})
				}
			}
		}
		m.out = append(m.out, list)
	}
	return m, nil
}

func (m *solid) known(r *Response, known []bool) {
	b := m.model.Body
	for i := range b.Elements {
		seen := true
		for _, node := range b.Elements[i].Nodes {
			seen = seen && r.Seen[node]
		}
		if !seen {
			at := b.ThetaOf(i)
			for p := range b.Elements[i].Law.Params() {
				known[at+p] = false
			}
		}
	}
}

// sightOf prepares for the nodes that a response shows.
func (m *solid) sightOf(r *Response) *sight {
	key := make([]byte, len(r.Seen))
	for i, seen := range r.Seen {
		if seen {
			key[i] = 1
		}
	}
	if s := m.sights[string(key)]; s != nil {
		return s
	}
	space := &m.model.Body.Space
	known, place := make([]bool, space.N), make([]int, space.N)
	for node, seen := range r.Seen {
		for axis := range space.Dim {
			if c := space.Column(node, element.Part(axis)); c.Free() && seen {
				known[c], place[c] = true, node*space.Dim+axis
			}
		}
	}
	s := &sight{complete: m.model.Completion(known)}
	for _, unknown := range s.complete.Seen() {
		s.column = append(s.column, place[unknown])
	}
	m.sights[string(key)] = s
	return s
}

// stand completes a response to a load, divided by scale.
func (m *solid) stand(r *Response, load []lab.Force, scale float64) (*stance, error) {
	b, view := m.model.Body, m.sightOf(r)
	f := make([]float64, b.Space.N)
	for _, force := range load {
		for axis := range b.Space.Dim {
			if c := b.Space.Column(force.Node, element.Part(axis)); c.Free() {
				f[c] += force.F[axis] / scale
			}
		}
	}
	s := &stance{State: b.NewState(), sigma: r.USigma, scale: scale}
	s.expect = b.NewState()
	if _, err := m.model.Rest(&statics.Load{F: f}, s.expect); err != nil {
		return nil, err
	}
	copy(s.U, s.expect.U)
	for i, unknown := range view.complete.Seen() {
		s.U[unknown] = r.U[view.column[i]] / scale
	}
	if err := view.complete.Complete(f, s.State); err != nil {
		return nil, err
	}
	if view.rows == nil || !m.linear {
		view.rows = make([]noisy, b.M)
		view.complete.Rates(s.State, func(seen int, e []float64) {
			most := 0.0
			for _, v := range e {
				most = math.Max(most, math.Abs(v))
			}
			for mode, v := range e {
				if math.Abs(v) > 1e-12*most { // what a node does to far beams fades with each one between
					view.rows[mode].at = append(view.rows[mode].at, int32(view.column[seen]))
					view.rows[mode].by = append(view.rows[mode].by, v)
				}
			}
		})
	}
	s.rows = view.rows
	return s, nil
}

// units are the deformations (Q x M) that the model has under a load of minus one at each output, about a state.
func (m *solid) units(about *stance) ([][]float64, error) {
	b := m.model.Body
	var all [][]float64
	f, a := make([]float64, b.Space.N), b.NewState()
	for _, list := range m.out {
		clear(f)
		for _, r := range list {
			if c := b.Space.Column(r.at/b.Space.Dim, element.Part(r.at%b.Space.Dim)); c.Free() {
				f[c] -= r.by
			}
		}
		if err := m.model.About(about.State, f, a); err != nil {
			return nil, err
		}
		all = append(all, append([]float64(nil), a.E...))
	}
	return all, nil
}

// covariance of two deformations of a state.
func (s *stance) covariance(m, n int) float64 {
	a, b, sum := &s.rows[m], &s.rows[n], 0.0
	for i, j := 0, 0; i < len(a.at) && j < len(b.at); {
		switch {
		case a.at[i] < b.at[j]:
			i++
		case a.at[i] > b.at[j]:
			j++
		default:
			sd := s.sigma[a.at[i]] / s.scale
			sum += a.by[i] * b.by[j] * sd * sd
			i, j = i+1, j+1
		}
	}
	return sum
}

// laws yields every parameter: its number, the first mode of its element, the number of modes, and for each of these
// dt/dtheta at the deformations e with its derivative by e.
func (m *solid) laws(e []float64, yield func(param, mode int, rate, curve []float64)) {
	b := m.model.Body
	var one, two [16]float64
	for at := range b.Runs {
		run := &b.Runs[at]
		if run.Params == 0 {
			continue
		}
		n := len(run.Elements) * run.Modes
		span := &law.Span{N: len(run.Elements), Theta: m.model.Theta()[run.Theta : run.Theta+len(run.Elements)*run.Params],
			Size: b.Sizes[run.Size : run.Size+len(run.Elements)], E: append([]float64(nil), e[run.Mode:run.Mode+n]...)}
		rates, curves := make([]float64, n*run.Params), make([]float64, n*run.Params)
		law.Rate(run.Law, span, rates)
		if linear, ok := run.Law.(law.Linear); ok {
			linear.WeighRate(span, curves)
		} else { // by differences
			more, less := make([]float64, len(rates)), make([]float64, len(rates))
			const step = 1e-6
			for i := range span.E {
				span.E[i] += step * b.Sizes[run.Size+i/run.Modes]
			}
			law.Rate(run.Law, span, more)
			for i := range span.E {
				span.E[i] -= 2 * step * b.Sizes[run.Size+i/run.Modes]
			}
			law.Rate(run.Law, span, less)
			for i := range curves {
				curves[i] = (more[i] - less[i]) / (2 * step * b.Sizes[run.Size+i/run.Params/run.Modes])
			}
		}
		for k := range run.Elements {
			for p := range run.Params {
				rate, curve := one[:run.Modes], two[:run.Modes]
				for i := range run.Modes {
					rate[i], curve[i] = rates[(k*run.Modes+i)*run.Params+p], curves[(k*run.Modes+i)*run.Params+p]
				}
				yield(run.Theta+k*run.Params+p, run.Mode+k*run.Modes, rate, curve)
			}
		}
	}
}

// effects adds up what the noise of each coordinate does to a parameter's derivative.
type effects struct {
	by      []float64 // of each coordinate of Response.U
	touched []int32
}

// add adds factors times the deformations of a state from mode on.
func (n *effects) add(s *stance, mode int, factors []float64) {
	for i, v := range factors {
		if v == 0 {
			continue
		}
		row := &s.rows[mode+i]
		for k, at := range row.at {
			n.one(int(at), v*row.by[k])
		}
	}
}

func (n *effects) one(at int, v float64) {
	if n.by[at] == 0 {
		n.touched = append(n.touched, int32(at))
	}
	n.by[at] += v
}

// variance takes the sum with the noise of a state, and begins anew.
func (n *effects) variance(s *stance) float64 {
	sum := 0.0
	for _, at := range n.touched {
		v := n.by[at] * s.sigma[at] / s.scale
		sum += v * v
		n.by[at] = 0
	}
	n.touched = n.touched[:0]
	return sum
}

// both is the variance of the sum of by times the products of deformations of two states, from the noise of both at once.
func both(s, a *stance, mode int, by []float64) float64 {
	sum := 0.0
	for i, v := range by {
		for j, w := range by {
			if v != 0 && w != 0 {
				sum += v * w * s.covariance(mode+i, mode+j) * a.covariance(mode+i, mode+j)
			}
		}
	}
	return sum
}

// times is a o b.
func times(a, b, to []float64) []float64 {
	to = to[:len(a)]
	for i, v := range a {
		to[i] = v * b[i]
	}
	return to
}

func dots(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}
