package lab

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/elastrain/elastrain/network"
)

// RefusedError says that a bench will not do what it was asked to: it was
// asked at the wrong moment, or beyond what the lattice and those around it can
// bear. Nothing has moved.
type RefusedError struct {
	Verb  string // of Bench, such as Load
	Cause string // what is wrong and the way out
	// Fell says that the lattice, as it is set now, does not bear what was asked: it finds no equilibrium, or moves farther than it
	// may. Bench and request are well, and a lattice that is set otherwise may bear it.
	Fell bool
}

func (e *RefusedError) Error() string { return e.Verb + " is refused: " + e.Cause }

func refuse(verb, format string, args ...any) error {
	return &RefusedError{Verb: verb, Cause: fmt.Sprintf(format, args...)}
}

// fell is a refusal because of what the lattice does, as it is set now.
func fell(verb, format string, args ...any) error {
	return &RefusedError{Verb: verb, Cause: fmt.Sprintf(format, args...), Fell: true}
}

// Fell reports whether an error says that the lattice, as it is set, does not bear what was asked of it, and that the bench is safe.
func Fell(err error) bool {
	var refused *RefusedError
	var fault *FaultError
	return errors.As(err, &refused) && refused.Fell && !(errors.As(err, &fault) && fault.Safe != nil)
}

// Narrowed is the limits to arm a bench with: those asked for, and those of the
// card where none is asked for. It refuses what is not a limit and what is
// wider than the card allows.
func (c Card) Narrowed(ask Limits) (Limits, error) {
	for _, l := range []struct {
		name string
		card float64
		ask  *float64
	}{
		{"force", c.Limits.Force, &ask.Force},
		{"total force", c.Limits.TotalForce, &ask.TotalForce},
		{"displacement", c.Limits.Displacement, &ask.Displacement},
		{"elongation", c.Limits.Elongation, &ask.Elongation},
		{"rate", c.Limits.Rate, &ask.Rate},
		{c.set() + " step", c.Limits.StiffnessStep, &ask.StiffnessStep},
	} {
		if !(*l.ask >= 0) || math.IsInf(*l.ask, 0) {
			return Limits{}, refuse("Arm", "the limit of the %s is %g; a limit is positive, or 0 for that of the bench", l.name, *l.ask)
		}
		if l.card > 0 && *l.ask > l.card {
			return Limits{}, refuse("Arm", "the limit of the %s is %g, but the bench bears %g", l.name, *l.ask, l.card)
		}
		if *l.ask == 0 {
			*l.ask = l.card
		}
	}
	if ask.Stiffness == [2]float64{} {
		ask.Stiffness = c.Limits.Stiffness
	}
	lo, hi, card := ask.Stiffness[0], ask.Stiffness[1], c.Limits.Stiffness
	if c.Values > 0 && c.Unit == "" && (hi != 0 || ask.StiffnessStep != 0) {
		return Limits{}, refuse("Arm", "one limit cannot hold for parameters of several units; leave the limits of the stiffness out")
	}
	if !(lo >= 0 && hi >= lo) || math.IsInf(hi, 0) {
		return Limits{}, refuse("Arm", "the limits of the %s are %g and %g %s; the first is the smaller and none is negative", c.set(), lo, hi, c.unit())
	}
	if card[1] > 0 && (lo < card[0] || hi > card[1]) {
		return Limits{}, refuse("Arm", "the limits of the %s are %g and %g %s, but the bench takes %g to %g", c.set(), lo, hi, c.unit(), card[0], card[1])
	}
	return ask, nil
}

// CheckLoad refuses loads that are no loads of this lattice or exceed the
// limits of force. Forces on one node add up.
func (c Card) CheckLoad(l Limits, load []Force) error {
	on := make([][3]float64, c.Nodes)
	for _, f := range load {
		if f.Node < 0 || f.Node >= c.Nodes {
			return refuse("Load", "there is no node %d; the nodes are 1 to %d", f.Node+1, c.Nodes)
		}
		for axis, v := range f.F {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return refuse("Load", "the force on node %d is %g N", f.Node+1, v)
			}
			if axis >= c.Dim && v != 0 {
				return refuse("Load", "the force on node %d has a component along axis %d of a lattice in %d dimensions", f.Node+1, axis+1, c.Dim)
			}
			on[f.Node][axis] += v
		}
	}
	total := 0.0
	for node, f := range on {
		size := math.Hypot(math.Hypot(f[0], f[1]), f[2])
		total += size
		if l.Force > 0 && size > l.Force {
			return refuse("Load", "%.4g N on node %d exceed the limit of %.4g N", size, node+1, l.Force)
		}
	}
	if l.TotalForce > 0 && total > l.TotalForce {
		return refuse("Load", "%.4g N in all exceed the limit of %.4g N", total, l.TotalForce)
	}
	return nil
}

// CheckStiffness refuses stiffnesses that no bond has, values that are no numbers, and what exceeds
// the limits. now is what they follow; nil when it is not known.
func (c Card) CheckStiffness(l Limits, now, k []float64) error {
	const verb = "SetStiffness"
	if !c.Stiffens {
		return refuse(verb, "the bench cannot change its bonds; make a new specimen")
	}
	what, unit := "bond", " "+c.unit()
	if c.Values > 0 {
		what, unit = "parameter", strings.TrimRight(unit, " ")
	}
	switch {
	case len(k) == c.Settings():
	case c.Values > 0:
		return refuse(verb, "%d values for %d parameters", len(k), c.Values)
	default:
		return refuse(verb, "%d stiffnesses for %d bonds", len(k), c.Elements)
	}
	for i, v := range k {
		switch {
		case c.Values > 0 && (math.IsNaN(v) || math.IsInf(v, 0)):
			return refuse(verb, "parameter %d shall have %g%s; it is a finite number", i+1, v, unit)
		case c.Values == 0 && (!(v > 0) || math.IsInf(v, 0)):
			return refuse(verb, "bond %d shall have %g N/m; a stiffness is positive", i+1, v)
		}
		if l.Stiffness[1] > 0 && (v < l.Stiffness[0] || v > l.Stiffness[1]) {
			return refuse(verb, "%s %d shall have %.6g%s, outside %.6g to %.6g", what, i+1, v, unit, l.Stiffness[0], l.Stiffness[1])
		}
		if l.StiffnessStep > 0 && now != nil && math.Abs(v-now[i]) > l.StiffnessStep {
			return refuse(verb, "%s %d shall change by %.4g%s, more than %.4g at a time", what, i+1, v-now[i], unit, l.StiffnessStep)
		}
	}
	return nil
}

// Fits refuses a bench that holds another lattice than the network.
func (c Card) Fits(net *network.Network) error {
	if c.Dim != net.Dim || c.Nodes != net.Nodes() || c.Elements != len(net.Elements) {
		return fmt.Errorf("bench %s holds a lattice of %d nodes and %d bonds in %d dimensions, but the experiment describes %d nodes and %d bonds in %d; connect the bench of this lattice, or correct the experiment",
			c.Name, c.Nodes, c.Elements, c.Dim, net.Nodes(), len(net.Elements), net.Dim)
	}
	return nil
}

// set is what SetStiffness sets, in messages.
func (c Card) set() string {
	if c.Values > 0 {
		return "parameters"
	}
	return "stiffness"
}
