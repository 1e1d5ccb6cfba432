package main

import (
	"fmt"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// frames are steps of a lattice of beams.
type frames struct {
	q       *statics.Equilibrium
	a       *statics.Answers
	weights []float64 // outputs x inputs, the negative of those of trusses
	theta   []float64 // EA and EI of each beam
	g       []float64 // the gradient by the stiffness of each mode
}

// newFrames prepares a frame; the seconds are from its body to a solver that waits for stiffnesses.
func newFrames(l *lattice, threads int) (*frames, float64, error) {
	if l.dim != 2 || l.each != 3 || l.modes() != 3 {
		return nil, 0, fmt.Errorf("a frame in %d dimensions, of %d unknowns a node and %d modes: only those in the plane are known", l.dim, l.each, l.modes())
	}
	beam, _ := element.Named("beam")
	section, err := law.For("beam", "section", &law.Given{Has: func(string) bool { return false }})
	if err != nil {
		return nil, 0, err
	}
	p := &body.Plan{Dim: l.dim, Pos: l.pos}
	for m := range l.bonds() {
		p.Elements = append(p.Elements, body.Element{Kind: beam, Law: section, Nodes: []int{int(l.end[2*m]), int(l.end[2*m+1])},
			Theta: []float64{l.k[3*m], l.k[3*m+1]}})
	}
	node := make([]int, l.unknowns()/l.each) // of each free node
	for i, free := range l.free {
		if free >= 0 {
			node[free] = i
			continue
		}
		for _, part := range element.Turning(l.dim) {
			p.Supports = append(p.Supports, body.Support{Node: i, Part: part})
		}
	}
	b, err := body.New(p)
	if err != nil {
		return nil, 0, err
	}
	for i := range l.unknowns() {
		if c := b.Space.Column(node[i/l.each], element.Turning(l.dim)[i%l.each]); int(c) != i {
			return nil, 0, fmt.Errorf("unknown %d of the lattice is unknown %d of the body", i, c)
		}
	}
	s := &frames{q: statics.New(b, false), weights: make([]float64, inputs*outputs), theta: b.Theta(), g: make([]float64, b.M)}
	for i, w := range portWeights() {
		s.weights[i%outputs*inputs+i/outputs] = -w
	}
	s.q.SetThreads(threads)
	start := now()
	s.q.Solver()
	analyze := now() - start
	s.a = s.q.NewAnswers(inputs + outputs)
	for i, unknowns := range [][]int32{l.in, l.out} {
		for j, u := range unknowns {
			part := element.Turning(l.dim)[int(u)%l.each]
			s.a.Load(i*inputs+j, statics.Port{{Node: node[int(u)/l.each], Part: part, Weight: 1}}, &b.Space)
		}
	}
	return s, analyze, nil
}

// set gives the beams their stiffnesses; the third mode of a beam of unit length has three times EI.
func (s *frames) set(k []float64) error {
	for m := range len(s.theta) / 2 {
		s.theta[2*m], s.theta[2*m+1] = k[3*m], k[3*m+1]
	}
	return s.q.Set(s.theta)
}

// step factorises first, so that its time is known apart.
func (s *frames) step(k []float64, t *times) error {
	t0 := now()
	if err := s.set(k); err != nil {
		return err
	}
	if err := s.q.Factorise(); err != nil {
		return err
	}
	t1 := now()
	if err := s.q.Respond(s.a); err != nil {
		return err
	}
	t2 := now()
	s.q.Products(s.a, inputs, outputs, s.weights, s.g)
	t.add(t0, t1, t2, now())
	return nil
}

func (s *frames) gradient() []float64 { return s.g }

func (s *frames) elongations(int) []float64 { return []float64{0} }

func (s *frames) displace(k, load []float64) error {
	if err := s.set(k); err != nil {
		return err
	}
	state := s.q.Body.NewState()
	if _, err := s.q.Rest(&statics.Load{F: load}, state); err != nil {
		return err
	}
	copy(load, state.U)
	return nil
}

func (s *frames) describe(r *report) {
	a := s.q.Solver()
	r.Solver, r.Fronts, r.Entries, r.Stored, r.Flops = "sparse Cholesky", a.Fronts(), float64(a.Entries()), float64(a.Stored()), float64(a.Flops())
}
