package main

import (
	"fmt"
	"slices"

	"github.com/elastrain/elastrain/autonomous"
)

// lifeProgress says now and then how far a study of automata is.
type lifeProgress struct {
	pace
	s  *session
	of *autonomous.Study
}

func newLifeProgress(s *session, of *autonomous.Study) *lifeProgress {
	return &lifeProgress{newPace(), s, of}
}

// tell is told of every sample, and of every unit of time after them.
func (p *lifeProgress) tell(value *float64, seed uint64, shown, all int) {
	number, lives, what := int(seed-p.of.Seed), p.of.Seeds, ""
	if value != nil {
		number += p.of.Seeds * slices.Index(p.of.Values, *value)
		lives *= len(p.of.Values)
		what = fmt.Sprintf("%s %s, ", p.of.Sweep, at(p.of.Sweep, *value))
	}
	far := float64(number) + float64(shown)/float64(all)
	p.begin(far)
	if p.due() {
		p.s.Notef("life %d of %d: %sseed %d: %d of %d samples%s\n", number+1, lives, what, seed, shown, all, p.left(far, float64(lives)))
	}
}
