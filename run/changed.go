package run

import (
	"math"
)

// Changed is what it takes to bring what a training began with to what it ended with, in matter.
type Changed struct {
	Element string   `json:"element,omitempty"` // matter.element
	Bonds   int      `json:"bonds"`             // whose stiffness differs, of those that learn
	Of      int      `json:"of"`
	InTurn  *float64 `json:"seconds_in_turn,omitempty"` // to switch them one after the other, where it is known
}

// changed counts the parameters that have changed, of a network that was trained before or is made of a known element; else nil.
func (r *Run) changed() *Changed {
	x := r.Experiment
	e, time := x.Switching()
	if r.asked.Start == nil && e.Name == "" && time == 0 {
		return nil
	}
	c := &Changed{Element: e.Name, Of: x.Design.Dim()}
	k := r.Experiment.Rig.Stiffness()
	for _, i := range x.Design.Free {
		start := x.Design.Gain[i] * x.Design.Start[i]
		if math.Abs(k[i]-start) > 1e-9*math.Max(math.Abs(start), math.Abs(k[i])) {
			c.Bonds++
		}
	}
	if time > 0 {
		all := time * float64(c.Bonds)
		c.InTurn = &all
	}
	return c
}
