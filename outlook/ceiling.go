package outlook

import (
	"fmt"

	"github.com/elastrain/elastrain/task/linear"
)

// Readout is what the best of all linear networks could do at these inputs and outputs: u = S f with any S.
type Readout struct {
	AsHung       Reach  `json:"as_hung"`
	WithConstant Reach  `json:"with_constant"`               // were a constant load hung beside the features
	Complement   string `json:"best_complement,omitempty"`   // the one feature that does most hung as 1 - value, or no longer so
	Complemented *Reach `json:"with_complement,omitempty"`   // with that
	WithinReach  *Reach `json:"within_each_reach,omitempty"` // every entry of S no further than stiffnesses take it by itself
}

// Bounds of the work on readouts, in numbers of samples times inputs times outputs.
const (
	mostStarts  = 1e5 // up to which several starts are tried, and complements one by one
	mostRepeats = 1e4 // up to which cross-validation is repeated with other folds
	mostReadout = 2e6
	mostFlips   = 13 // inputs
)

// loads reports whether the answer is S f: what inputs do are loads, or values that are given, and no law bends.
func (l *looking) loads() bool {
	x := l.x
	if l.written() || x.Train == nil {
		return false
	}
	return x.Exact != nil || x.Solid != nil && !x.Finite() && x.Solid.Body.Linear()
}

// readout finds the best S.
func (l *looking) readout() error {
	x := l.x
	if x.Train.Class == nil || x.Table == nil || x.Train.Q < 2 {
		return nil
	}
	if !l.loads() {
		if !l.written() {
			l.fact("readout", "the network does not answer in proportion to its inputs: what it could do at best is not bounded here")
		}
		return nil
	}
	work := float64(x.Train.N) * float64(x.Train.P) * float64(x.Train.Q)
	if work > mostReadout {
		l.fact("readout", "the best map from %d inputs to %d outputs is not sought: %d samples are too many for a quick look", x.Train.P, x.Train.Q, x.Train.N)
		return nil
	}
	set := l.hung()
	folds := l.parts(set)
	r := &readout{set: set, signed: x.Train.Signed, seed: x.Spec.Seed, starts: 1, repeats: 1}
	if work <= mostStarts {
		r.starts = 4
		if work <= mostRepeats {
			r.repeats = 4
		}
	}
	out := &Readout{}
	l.report.Readout = out
	var err error
	if offsets := x.Reading != nil && x.Spec.Task.Reading.Offsets != "none"; offsets {
		r.set = withConstant(set)
		if out.AsHung, err = r.reach(folds); err != nil {
			return err
		}
		out.WithConstant = out.AsHung
		l.fact("readout", "a linear network whose readings are offset answers z = S f + b. The best S and b for %s and %s are right in %s of the training samples%s, were every network possible: these are planes",
			count(x.Train.P, "input"), count(x.Train.Q, "output"), percent(out.AsHung.Training), heldText(out.AsHung))
		return nil
	}
	if out.AsHung, err = r.reach(folds); err != nil {
		return err
	}
	l.fact("readout", "a linear network answers u = S f. The best S for %s and %s is right in %s of the training samples%s, were every network possible",
		count(x.Train.P, "input"), count(x.Train.Q, "output"), percent(out.AsHung.Training), heldText(out.AsHung))
	constant := *r
	constant.set = withConstant(set)
	if out.WithConstant, err = constant.reach(folds); err != nil {
		return err
	}
	if work <= mostStarts && x.Train.P <= mostFlips {
		if err := l.flips(r, folds, out); err != nil {
			return err
		}
	}
	l.missing(set.N, out)
	return nil
}

// missing says whether a constant, or a complement in its place, is missing.
func (l *looking) missing(n int, out *Readout) {
	score := func(r Reach) float64 {
		if r.Held != nil {
			return *r.Held
		}
		return r.Training
	}
	least := l.noise(n, score(out.AsHung)) / 2
	if out.AsHung.Held == nil {
		least = 1e-9
	}
	gain, better := score(out.WithConstant)-score(out.AsHung), out.Complemented != nil && score(*out.Complemented) > score(out.AsHung)+least
	what := "training samples"
	if out.AsHung.Held != nil {
		what = "samples that were not fitted to"
	}
	switch {
	case better:
		l.limit("readout", fmt.Sprintf("write `complement: %v` at the input of %s; `elastrain ports` chooses complements and nodes together. Or read them with offsets: `task: {reading: {tare: mean}}`", !l.complemented(out.Complement), out.Complement),
			"boundaries between classes go through zero force, and a complement moves them: with %s hung the other way round (1 - value), the best S is right in %s of %s, as hung in %s",
			out.Complement, percent(score(*out.Complemented)), what, percent(score(out.AsHung)))
	case gain > least:
		l.limit("readout", "hang one feature as its complement too (an input of its own with `complement: true`): with the feature it makes a constant. Or read them with offsets: `task: {reading: {tare: mean}}`",
			"boundaries between classes go through zero force: with a constant load beside the features the best S is right in %s of %s, as hung in %s", percent(score(out.WithConstant)), what, percent(score(out.AsHung)))
	default:
		l.fact("readout", "no complement is missing: with a constant load beside the features the best S is right in %s of %s, as hung in %s", percent(score(out.WithConstant)), what, percent(score(out.AsHung)))
	}
	l.planesAreMore(n, out, score, what)
	if p := l.report.Planes; p != nil && p.Logistic.Held == nil && out.AsHung.Training > p.Logistic.Training+1e-9 {
		l.fact("readout", "that is more than planes do with the features (%s): the largest |u| is no plane", percent(p.Logistic.Training))
	}
}

// planesAreMore says where outputs that compete by size fall behind planes, which a reading with offsets draws.
func (l *looking) planesAreMore(n int, out *Readout, score func(Reach) float64, what string) {
	p := l.report.Planes
	if p == nil || p.Logistic.Held == nil || out.AsHung.Held == nil || l.x.Reading != nil {
		return
	}
	planes, most := max(*p.Logistic.Held, *p.Discriminant.Held), max(score(out.AsHung), score(out.WithConstant))
	if out.Complemented != nil {
		most = max(most, score(*out.Complemented))
	}
	if planes > most+l.noise(n, most) {
		l.limit("readout", "write `task: {reading: {tare: mean}}`: a gain, offsets and tares beside the lattice, which `check` counts; what the best S reads is then planes",
			"outputs that compete by size are right in at most %s of %s, and planes in %s", percent(most), what, percent(planes))
	}
}

// complemented reports whether the input of a feature pushes with 1 - value.
func (l *looking) complemented(name string) bool {
	for i, in := range l.x.Spec.Task.Inputs {
		if l.x.Inputs[i] == name {
			return in.Complement
		}
	}
	return false
}

// hung is the training samples as they load the inputs, in shares of their sizes; classes are outputs.
func (l *looking) hung() *linear.Set {
	x := l.x
	s := &linear.Set{N: x.Train.N, P: x.Train.P, Classes: x.Train.Q, X: make([]float64, len(x.Train.F)), Class: x.Train.Class}
	for i, f := range x.Train.F {
		size, _, _ := x.InputSize(i % x.Train.P)
		s.X[i] = f
		if size != 0 {
			s.X[i] = f / size
		}
	}
	return s
}

// withConstant is a set with a feature more, which is 1.
func withConstant(s *linear.Set) *linear.Set {
	t := &linear.Set{N: s.N, P: s.P + 1, Classes: s.Classes, Class: s.Class}
	for i := range s.N {
		t.X = append(append(t.X, s.Row(i)...), 1)
	}
	return t
}

// flips tries every feature as 1 - value, one at a time.
func (l *looking) flips(r *readout, folds int, out *Readout) error {
	var best readout
	var most *Reach
	for a := range r.set.P {
		other := *r
		other.repeats = 1 // the best of them is looked at more closely
		other.set = r.set.Pick(upTo(r.set.N))
		for i := range other.set.N {
			v := &other.set.X[i*r.set.P+a]
			*v = 1 - *v
		}
		reach, err := other.reach(folds)
		if err != nil {
			return err
		}
		if most == nil || better(reach, *most) {
			best, most, out.Complement = other, &reach, l.x.Inputs[a]
		}
	}
	best.repeats = r.repeats
	reach, err := best.reach(folds)
	out.Complemented = &reach
	return err
}

// better compares by samples that were not fitted to, then by those that were.
func better(a, b Reach) bool {
	if a.Held != nil && b.Held != nil && *a.Held != *b.Held {
		return *a.Held > *b.Held
	}
	return a.Training > b.Training
}

func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// heldText adds what cross-validation says.
func heldText(r Reach) string {
	if r.Held == nil {
		return ""
	}
	return fmt.Sprintf(" and in %s of those that it was not fitted to", percent(*r.Held))
}
