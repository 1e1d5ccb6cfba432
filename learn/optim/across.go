package optim

// Across joins numbers of a problem whose variables are shared out over several processes, each of which has some: what a
// method decides by must then be of all variables, and the same everywhere. The zero value is one process that has them all.
type Across struct {
	Sum  func(v []float64) // adds up over the processes, in place
	Most func(v []float64) // the largest over the processes, in place; no number is NaN
}

// SharedOut is a Problem whose variables are shared out. A method that takes no sums over variables needs not ask.
type SharedOut interface {
	Problem
	Joined() Across
}

// joined is how the numbers of a problem are joined.
func joined(p Problem) Across {
	if s, ok := p.(SharedOut); ok {
		return s.Joined()
	}
	return Across{}
}

// Total is the sum of v over all processes.
func (a Across) Total(v float64) float64 {
	if a.Sum == nil {
		return v
	}
	all := [1]float64{v}
	a.Sum(all[:])
	return all[0]
}

// Largest is the largest v of all processes.
func (a Across) Largest(v float64) float64 {
	if a.Most == nil {
		return v
	}
	all := [1]float64{v}
	a.Most(all[:])
	return all[0]
}

// Any is whether ok holds on some process.
func (a Across) Any(ok bool) bool {
	if a.Most == nil {
		return ok
	}
	v := 0.0
	if ok {
		v = 1
	}
	return a.Largest(v) > 0
}
