package main

import "time"

// pace says now and then how long a study of many trials will still take.
type pace struct {
	began, last time.Time
	first       float64 // trials that were done when the first one was told of
	now         func() time.Time
}

// pacePause is the time between two lines.
const pacePause = 5 * time.Second

func newPace() pace { return pace{now: time.Now, last: time.Now()} }

// begin is told of trials that are under way, with how many are done and shares of one.
func (p *pace) begin(done float64) {
	if p.began.IsZero() {
		p.began, p.first = p.now(), done
	}
}

// due reports whether it is time for a line.
func (p *pace) due() bool {
	at := p.now()
	if at.Sub(p.last) < pacePause {
		return false
	}
	p.last = at
	return true
}

// left says how long what is left will take; "" where nothing tells.
func (p *pace) left(done, all float64) string {
	if p.began.IsZero() || !(done > p.first) {
		return ""
	}
	return ", about " + duration(p.now().Sub(p.began).Seconds()*(all-done)/(done-p.first)) + " to go"
}
