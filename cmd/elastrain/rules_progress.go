package main

import "github.com/elastrain/elastrain/rules"

// rulesProgress says now and then how far a study is.
type rulesProgress struct {
	pace
	s            *session
	trials, done int
	budget       int
}

func newRulesProgress(s *session, study *rules.Study, budget int) *rulesProgress {
	return &rulesProgress{pace: newPace(), s: s, trials: len(study.Names) * study.Seeds, budget: budget}
}

// tell is told of every step, and of those that look for the optimum, whose rule has no name.
func (p *rulesProgress) tell(rule string, seed uint64, loads int, loss float64) {
	far := float64(p.done) + min(1, float64(loads)/float64(p.budget))
	if rule != "" {
		p.begin(far)
	}
	if !p.due() {
		return
	}
	if rule == "" {
		p.s.Notef("the optimum: step %d of at most 1000, loss %.4g\n", loads, loss)
		return
	}
	p.s.Notef("trial %d of %d: %s, seed %d: %d of %d loads, loss %.4g%s\n", p.done+1, p.trials, rule, seed, loads, p.budget, loss, p.left(far, float64(p.trials)))
}
