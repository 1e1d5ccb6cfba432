package main

import (
	"time"

	"github.com/elastrain/elastrain/rules"
)

// rulesProgress says now and then how far a study is.
type rulesProgress struct {
	s            *session
	trials, done int
	budget       int
	began, last  time.Time
	first        float64 // trials that were done when the first one was told of
	now          func() time.Time
}

// rulesPause is the time between two lines.
const rulesPause = 5 * time.Second

func newRulesProgress(s *session, study *rules.Study, budget int) *rulesProgress {
	p := &rulesProgress{s: s, trials: len(study.Names) * study.Seeds, budget: budget, now: time.Now}
	p.last = p.now()
	return p
}

// tell is told of every step, and of those that look for the optimum, whose rule has no name.
func (p *rulesProgress) tell(rule string, seed uint64, loads int, loss float64) {
	at := p.now()
	far := float64(p.done) + min(1, float64(loads)/float64(p.budget))
	if rule != "" && p.began.IsZero() {
		p.began, p.first = at, far
	}
	if at.Sub(p.last) < rulesPause {
		return
	}
	p.last = at
	if rule == "" {
		p.s.Notef("the optimum: step %d of at most 1000, loss %.4g\n", loads, loss)
		return
	}
	left := ""
	if far > p.first {
		spent := at.Sub(p.began).Seconds()
		left = ", about " + duration(spent*(float64(p.trials)-far)/(far-p.first)) + " to go"
	}
	p.s.Notef("trial %d of %d: %s, seed %d: %d of %d loads, loss %.4g%s\n", p.done+1, p.trials, rule, seed, loads, p.budget, loss, left)
}
