package automaton

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/task"
)

// hold sets push to what brings the outputs a share of the way to where they shall go, beside the input: the driver pushes them there by what it feels of
// them, and keeps the push. Outputs of which nothing is asked are left alone. Where no displacement is wanted it is down the slope, by that share of
// the largest displacement.
func (l *Life) hold(goal task.Goal) {
	clear(l.push)
	var held []int
	var by []float64
	if goal.Want != nil {
		for o, want := range goal.Want {
			if !math.IsNaN(want) {
				held, by = append(held, o), append(by, l.s.Hold*(want-l.out[o]))
			}
		}
	} else {
		far, steep := 0.0, 0.0
		for o, v := range l.slope {
			far, steep = max(far, math.Abs(l.out[o])), max(steep, math.Abs(v))
		}
		if steep == 0 {
			return
		}
		for o, v := range l.slope {
			held, by = append(held, o), append(by, -l.s.Hold*far/steep*v)
		}
	}
	n := len(held)
	if n == 0 {
		return
	}
	compliance := mat.NewDense(n, n, nil)
	for a, o := range held {
		for b, p := range held {
			compliance.Set(a, b, l.between(&l.ports[1][o], &l.ports[1][p]))
		}
	}
	var force mat.VecDense
	if err := force.SolveVec(compliance, mat.NewVecDense(n, by)); err != nil {
		return // outputs that move as one cannot be held apart: the driver leaves them
	}
	for a, o := range held {
		l.push[o] = force.AtVec(a)
	}
}

// between is how far one port moves under a unit load at another, m/N.
func (l *Life) between(p, q *port) float64 {
	sum, n := 0.0, l.eq.C.N
	for a, i := range p.unknown {
		for b, j := range q.unknown {
			sum += p.value[a] * q.value[b] * l.inverse[int(i)*n+int(j)]
		}
	}
	return sum
}
