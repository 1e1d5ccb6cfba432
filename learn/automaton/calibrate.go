package automaton

import (
	"errors"
	"math"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// ErrNothing says that the samples give bonds nothing to learn from.
var ErrNothing = errors.New("no bond that learns feels both the input and the error of a sample; other ports, or another start, may let it")

// calibrate finds how large errors hang, and how much what a rule measures changes a bond.
func (l *Life) calibrate(set *task.Set) error {
	steepest := 0.0
	for n := range set.N {
		l.hang(set.Force(n), nil)
		clear(l.out)
		l.look(1, 0)
		l.judge(set.Goal(n))
		for _, v := range l.slope {
			steepest = max(steepest, math.Abs(v))
		}
	}
	if steepest == 0 || math.IsInf(steepest, 0) {
		return ErrNothing
	}
	l.gain = l.s.Size / steepest
	sum, count := 0.0, 0
	e := make([]float64, len(l.bonds))
	for n := range set.N {
		l.hang(set.Force(n), nil)
		for i := range e {
			e[i] = l.Elongation(i)
		}
		clear(l.out)
		l.look(1, 0)
		l.judge(set.Goal(n))
		l.hang(nil, l.push)
		for i := range e {
			if !l.learns(i) {
				continue
			}
			felt := l.Elongation(i) * l.weight(i)
			if l.s.Rule != Attach {
				felt *= e[i]
			}
			sum += felt * felt
			count++
		}
	}
	if sum == 0 {
		return ErrNothing
	}
	for i := range l.unit {
		l.unit[i] = l.weight(i) / math.Sqrt(sum/float64(count))
	}
	l.hang(nil, nil)
	return nil
}

// weight is what a bond knows of itself: how its stiffness changes with x, or how hard it pulls for each metre of its rest length.
func (l *Life) weight(i int) float64 {
	if l.s.Rule == Attach {
		return l.k[i]
	}
	return l.s.Hi[i] - l.s.Lo[i]
}

// neighbours are the bonds that share a node with each mode.
func neighbours(net *network.Network, c *mechanics.Compatibility) [][]int {
	at := make([][]int, len(net.Pos)/net.Dim)
	ends := func(e *network.Element) []int {
		if e.Cut {
			return nil
		}
		if e.Kind == network.Ground {
			return e.Nodes[:1]
		}
		return e.Nodes[:2]
	}
	for i := range net.Elements {
		for _, n := range ends(&net.Elements[i]) {
			at[n] = append(at[n], int(c.Mode[i]))
		}
	}
	all := make([][]int, c.M)
	for i := range net.Elements {
		mode := int(c.Mode[i])
		for _, n := range ends(&net.Elements[i]) {
			for _, other := range at[n] {
				if other != mode {
					all[mode] = append(all[mode], other)
				}
			}
		}
	}
	return all
}
