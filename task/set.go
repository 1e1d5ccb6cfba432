package task

import "math"

// Set is the samples of a task, ready for the mechanics: forces at the input
// ports and what is wanted at the output ports.
type Set struct {
	N, P, Q int
	F       []float64 // force amplitudes at the input ports, N; len N*P
	Want    []float64 // displacements wanted at the output ports, m; NaN where nothing is asked; len N*Q, or nil for classes
	Class   []int32   // output port that should move most; len N, or nil for displacements
	Signed  bool      // a class is the largest output, and not the one that moves most to either side
}

// Force is the input of a sample; len P.
func (s *Set) Force(i int) []float64 { return s.F[i*s.P : (i+1)*s.P] }

// Goal is what a sample asks of the outputs.
func (s *Set) Goal(i int) Goal {
	g := Goal{Class: -1, Signed: s.Signed}
	if s.Want != nil {
		g.Want = s.Want[i*s.Q : (i+1)*s.Q]
	}
	if s.Class != nil {
		g.Class = s.Class[i]
	}
	return g
}

// Goal is what one sample asks of the outputs.
type Goal struct {
	Want  []float64 // wanted displacements, m, NaN where nothing is asked; nil when every output competes
	Class int32     // the output that should move most; -1 when displacements are wanted

	// Class is no wider so that a goal has four words: Go holds such in registers, and of five words it is scored at a third of the speed.
	Signed bool // the largest output counts, and not the largest magnitude
}

// asks reports whether output o takes part in the goal. For a class goal, Want
// may leave outputs out of the competition with NaN.
func (g *Goal) asks(o int) bool { return g.Want == nil || g.Want[o] == g.Want[o] }

// size is what outputs compete by.
func (g *Goal) size(u float64) float64 {
	if g.Signed {
		return u
	}
	return math.Abs(u)
}

// Predict is the output that moves most, |u| being what a class is read from, or u where signs count.
// Of equals the first is taken and tie is true: a network that does not decide
// has not answered, so accuracy counts a tie as wrong.
func (g *Goal) Predict(u []float64) (class int, tie bool) {
	class = -1
	most := 0.0
	for o, v := range u {
		if !g.asks(o) {
			continue
		}
		v = g.size(v)
		switch {
		case class < 0 || v > most:
			class, most, tie = o, v, false
		case v == most:
			tie = true
		}
	}
	return class, tie
}

// Right reports whether the outputs answer a class goal: whether the right one
// moves more than each of the others.
func (g *Goal) Right(u []float64) bool {
	if g.Class < 0 || int(g.Class) >= len(u) || !g.asks(int(g.Class)) {
		return false
	}
	most := math.Inf(-1)
	for o, v := range u {
		if o != int(g.Class) && g.asks(o) {
			most = max(most, g.size(v))
		}
	}
	return g.size(u[g.Class]) > most
}
