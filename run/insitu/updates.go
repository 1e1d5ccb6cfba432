package insitu

import (
	"cmp"
	"fmt"

	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/switchable"
)

// Updates is what learning has cost in matter: how often bonds were given another stiffness.
type Updates struct {
	Element    string   `json:"element,omitempty"`
	Updates    int      `json:"updates"`      // steps in which any bond was switched
	Bonds      int      `json:"bonds"`        // that were switched at all
	Switchings int      `json:"switchings"`   // in all
	Worn       int      `json:"most_of_bond"` // of the bond that was switched most
	Time       *float64 `json:"seconds_of_one,omitempty"`
	InTurn     *float64 `json:"seconds_in_turn,omitempty"` // of switching, one bond after the other
	AtOnce     *float64 `json:"seconds_at_once,omitempty"` // all bonds of an update at once
}

// updatesOf counts the switchings of a journal; nil where nothing was switched.
func (l *Lab) updatesOf(log *session.Log) *Updates {
	u := &Updates{Element: l.Spec.Matter.Element}
	now := l.Start
	if len(log.Phases) > 0 && len(log.Phases[0].Stiffness) == len(now) {
		now = log.Phases[0].Stiffness
	}
	times := make([]int, len(now))
	for i := range log.Steps {
		next := log.Steps[i].Stiffness
		if len(next) != len(now) {
			return nil
		}
		switched := false
		for j, v := range next {
			if v != now[j] {
				times[j]++
				switched = true
			}
		}
		if switched {
			u.Updates++
		}
		now = next
	}
	for _, n := range times {
		u.Switchings += n
		u.Worn = max(u.Worn, n)
		if n > 0 {
			u.Bonds++
		}
	}
	if u.Updates == 0 {
		return nil
	}
	e, _ := switchable.Find(u.Element)
	if t := cmp.Or(l.Spec.Matter.Time, e.Time); t > 0 {
		inTurn, atOnce := t*float64(u.Switchings), t*float64(u.Updates)
		u.Time, u.InTurn, u.AtOnce = &t, &inTurn, &atOnce
	}
	return u
}

// String is all of it in a line.
func (u *Updates) String() string {
	s := fmt.Sprintf("%s of %s, %s, up to %d of one bond", many(u.Updates, "update"), many(u.Bonds, "bond"), many(u.Switchings, "switching"), u.Worn)
	if u.InTurn != nil {
		s += fmt.Sprintf(", %s of switching, one after the other; %s, all of an update at once", span(*u.InTurn), span(*u.AtOnce))
	}
	return s
}

// span is a time for people.
func span(s float64) string {
	switch {
	case s < 120:
		return fmt.Sprintf("%.3g s", s)
	case s < 7200:
		return fmt.Sprintf("%.3g min", s/60)
	}
	return fmt.Sprintf("%.3g h", s/3600)
}

// many is a number of things.
func many(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
