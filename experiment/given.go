package experiment

import (
	"slices"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
)

// port makes a port of the network one of the body.
func (s *Solid) port(p network.Port) statics.Port { return termsOf(p, s.Body.Space.Dim) }

func termsOf(p network.Port, dim int) (q statics.Port) {
	switch p.Part {
	case network.Value:
		return nil
	case network.Strain:
		return statics.Port{{Node: -1, Part: element.Part(p.Other), Weight: 1}}
	case network.Potential:
		p.Dir = [3]float64{1}
		for node, dir := range p.Ends {
			q = append(q, statics.Term{Node: node, Part: element.Potential, Weight: dir[0]})
		}
		return q
	case network.Turn:
		for node, dir := range p.Ends {
			for axis, v := range dir {
				if v != 0 {
					q = append(q, statics.Term{Node: node, Part: element.TurnX + element.Part(axis), Weight: v})
				}
			}
		}
		return q
	}
	for node, dir := range p.Ends {
		for axis := range dim {
			if dir[axis] != 0 {
				q = append(q, statics.Term{Node: node, Part: element.Part(axis), Weight: dir[axis]})
			}
		}
	}
	return q
}

// RigAt is the mechanics of the experiment, as it is now, at other ports: forces on single nodes, and displacements.
func (x *Experiment) RigAt(in, out []network.Port) learn.Rig {
	s := x.Solid
	if s == nil {
		return learn.NewExact(x.Eq, in, out)
	}
	var inputs []learn.Input
	for _, p := range in {
		inputs = append(inputs, learn.Input{Port: s.port(p), Given: -1})
	}
	var outputs []statics.Port
	for _, p := range out {
		outputs = append(outputs, s.port(p))
	}
	rig := learn.NewStatics(s.Eq, inputs, outputs)
	rig.Unit = s.Rig.Unit
	return rig
}

// CanMove reports whether anything is left of a port beside the supports.
func (x *Experiment) CanMove(p network.Port) bool {
	if x.Solid != nil {
		return x.Solid.moves(p)
	}
	if p.Part != network.Move {
		return false
	}
	unknown, _ := x.Eq.C.Load(p)
	return len(unknown) > 0
}

// moves reports whether a port has anything to push or read.
func (s *Solid) moves(p network.Port) bool {
	return s.port(p).Moves(&s.Body.Space)
}

// given is the number of the given value of a port: that of its component, or of its reading in the list of the plan.
func (s *Solid) given(p network.Port, q statics.Port, readings []network.Port) (number int, ok bool) {
	if len(q) == 1 {
		if number, ok = statics.Column(&s.Body.Space, q[0]).IsGiven(); ok {
			return number, true
		}
	}
	p.Given = false
	at := slices.Index(readings, p)
	return s.Body.Space.G - len(readings) + at, at >= 0
}

// dependent says that a given displacement follows from others.
func (b *builder) dependent(name string) {
	b.fail("E0414", "task", "the displacement given at %s already follows from the others that are given", name).
		WithHelp("leave one of them out, or give a force there")
}
