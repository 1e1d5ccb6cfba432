package rules

import "github.com/elastrain/elastrain/learn"

// Exchanging is a Rig on which the two gauges of every bond can change places, or the two networks that stand side by side their
// parts.
type Exchanging interface {
	learn.Rig
	Exchange(yes bool)
}

// Exchanged lets gauges change places at every other step. What a bias adds to the difference of two states then
// has the other sign, and steps that follow each other take it out again; it costs no load. It knows no rule.
type Exchanged struct {
	learn.Rule
	rig Exchanging
}

// NewExchanged wraps a rule.
func NewExchanged(rule learn.Rule, rig Exchanging) *Exchanged {
	return &Exchanged{Rule: rule, rig: rig}
}

// AtStep implements learn.Stepping.
func (e *Exchanged) AtStep(step int) {
	e.rig.Exchange(step > 0 && step%2 == 1)
	if of, ok := e.Rule.(learn.Stepping); ok {
		of.AtStep(step)
	}
}
