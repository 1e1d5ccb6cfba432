package experiment

import (
	"slices"

	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
)

// port makes a port of the network one of the body.
func (s *Solid) port(p network.Port) statics.Port { return termsOf(p, s.Body.Space.Dim) }

func termsOf(p network.Port, dim int) (q statics.Port) {
	switch p.Part {
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
